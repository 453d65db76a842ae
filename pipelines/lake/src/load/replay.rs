//! Reading files again from their raw bytes, after a new spelling, code, description or correction.

use super::entry::Reading;
use super::fingerprint::ContentFingerprint;
use super::ingest::{Loader, Pending, ProcessedPart};
use super::landing::LandedFile;
use super::named_file::{self, NamedFile};
use super::outcome::{FileOutcome, damaged};
use super::raw::{self, Described};
use super::standing::{self, Group, StandingSlice};
use crate::engine::{Engine, number_parameter, plain_texts, text_parameter};
use crate::error::LakeError;
use crate::ledger::{self, FileStatus, Submission, SubmissionId};
use crate::store::journal;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use futures::StreamExt;
use koridor_contract::Supersedes;
use koridor_read::check::RowCounts;
use std::collections::{BTreeMap, BTreeSet};

/// Which files are read again.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Those with a row that is refused by this rule.
    pub rule: Option<String>,
    /// Those whose name holds this text, or whose hash begins with it.
    pub file: Option<String>,
    /// Those of this office: a code of `ref.source`. Without it a file's name has to mean files of
    /// one office.
    pub office: Option<String>,
    /// Those that came on this day (ISO) or later.
    pub since: Option<String>,
}

impl Selection {
    /// Whether it means all files that were read under another state of `schemas/`.
    pub fn is_all(&self) -> bool {
        let Self { rule, file, office, since } = self;
        [rule, file, office, since].into_iter().all(Option::is_none)
    }
}

/// What came of reading one file again.
#[derive(Debug)]
pub struct Replayed {
    /// Its outcome now.
    pub outcome: FileOutcome,
    /// Rows accepted and refused before.
    pub before: (u64, u64),
    /// Whether anything it brings is different.
    pub is_changed: bool,
    /// Why it could not be read: its raw bytes are gone or damaged.
    pub loss: Option<LakeError>,
}

/// One submission of the ledger.
#[derive(Debug, Clone)]
struct Past {
    id: SubmissionId,
    dataset: Option<String>,
    submission: Submission,
    accepted: u64,
    rejected: u64,
    error: Option<String>,
}

/// Submissions that wait to be read again, in the order they came.
type Queue = BTreeMap<i64, Past>;

impl Loader {
    /// Reads files of the lake again and commits those that bring something else than before.
    /// Without a selection, all that were read under another state of `schemas/`.
    ///
    /// # Errors
    /// Where the lake cannot be read or written; files that were not yet committed are as they
    /// were, and replaying again completes it.
    pub async fn replay(
        &mut self,
        selection: &Selection,
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<Vec<Replayed>, LakeError> {
        let past = self.past(selection).await?;
        self.mean_one_office(selection, &past).await?;
        let queue: Queue = past.into_iter().map(|past| (past.submission.sequence, past)).collect();
        self.read_all_again(queue, Pending::default(), progress).await
    }

    /// Reads submissions again and commits those that bring something else, with `all` that waits.
    async fn read_all_again(
        &mut self,
        mut queue: Queue,
        mut all: Pending,
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<Vec<Replayed>, LakeError> {
        let mut replayed = Vec::new();
        while let Some((_, past)) = queue.pop_first() {
            let one = self.replay_one(&past, &mut all, &mut queue).await?;
            progress(&one.outcome);
            replayed.push(one);
        }
        self.commit(all.batch).await?;
        Ok(replayed)
    }

    /// Reads those again that came after submissions which are read only now: what they do to other
    /// rows may be something else.
    pub(super) async fn settle(
        &mut self,
        read_again: Vec<SubmissionId>,
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<(), LakeError> {
        let all = self.past(&Selection::every_file()).await?;
        let mut queue = Queue::new();
        for id in read_again {
            let Some(own) = all.iter().find(|past| past.id == id) else { continue };
            let Some(dataset) = &own.dataset else { continue };
            let groups = self.groups_of(dataset, &id);
            let later = self.later(own, dataset, &groups);
            let later = all.iter().filter(|past| later.contains(&past.id.to_string()));
            queue.extend(later.map(|past| (past.submission.sequence, past.clone())));
        }
        self.read_all_again(queue, Pending::default(), progress).await.map(|_| ())
    }

    /// Accepts a held submission: it is read again and speaks from then on.
    pub(super) async fn speak(
        &mut self,
        id: &SubmissionId,
        all: Pending,
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<Vec<Replayed>, LakeError> {
        self.take_as_accepted(id);
        let selection = Selection { file: Some(id.to_string()), ..Selection::default() };
        let own = self.past(&selection).await?.into_iter().filter(|past| past.id == *id);
        let queue: Queue = own.map(|past| (past.submission.sequence, past)).collect();
        self.read_all_again(queue, all, progress).await
    }

    async fn replay_one(
        &mut self,
        past: &Past,
        all: &mut Pending,
        queue: &mut Queue,
    ) -> Result<Replayed, LakeError> {
        let Some(described) = raw::described(&self.storage, &past.id).await? else {
            return Err(LakeError::missing(raw::description_path(&past.id.to_string())));
        };
        let before = (past.accepted, past.rejected);
        let landed = self.landed(&described);
        let archived =
            match raw::fetch_whole(&self.storage, landed.clone(), past.id.sha256()).await? {
                Ok(archived) => archived,
                Err(loss) => {
                    let (outcome, loss) = (damaged(&landed, &described), Some(loss));
                    return Ok(Replayed { outcome, before, is_changed: false, loss });
                }
            };
        let reading = self.reading_again(past, (landed, &described));
        let mut groups = match &past.dataset {
            Some(dataset) => {
                self.read_standing(dataset).await?;
                self.groups_of(dataset, &past.id)
            }
            None => BTreeSet::new(),
        };
        let mut own = Pending { wants_fingerprint: true, ..Pending::default() };
        let mut parts = self.recognise(&archived, &reading)?;
        let part = parts.remove(0).recognised;
        let processed = self.process_part(&reading, part, &mut own).await?;
        let is_changed = self.is_changed(past, &processed).await?;
        let outcome = processed.outcome;
        if is_changed {
            let slices = own.batch.slices();
            groups.extend(slices.map(|row| standing::group(&row.key, &row.covers)));
            all.batch.merge(own.batch);
            self.queue_later(past, (&outcome, &groups), all, queue).await?;
        } else {
            own.batch.discard(&self.storage).await;
            self.forget_reading(&past.id, past.submission);
        }
        Ok(Replayed { outcome, before, is_changed, loss: None })
    }

    /// The engine on the head.
    async fn engine(&mut self) -> Result<Engine, LakeError> {
        let head = journal::head(&self.storage).await?;
        let sequence = head.sequence;
        match self.head_engine.on(sequence) {
            Some(engine) => Ok(engine),
            None => {
                let snapshot = self.snapshot(head).await?;
                self.head_engine.open(sequence, snapshot)
            }
        }
    }

    fn reading_again(
        &mut self,
        past: &Past,
        (file, described): (LandedFile, &Described),
    ) -> Reading {
        Reading {
            id: past.id.clone(),
            submission: past.submission.again(self.next_sequence()),
            file,
            request: described.request(),
        }
    }

    /// Whether a reading brings something else than the one before. What the lake holds is read
    /// only where the counts do not tell already.
    async fn is_changed(&mut self, past: &Past, now: &ProcessedPart) -> Result<bool, LakeError> {
        let outcome = &now.outcome;
        let is_counted_alike =
            (outcome.accepted, outcome.rejected) == (past.accepted, past.rejected);
        let refusal = outcome.message.as_ref().filter(|_| outcome.status == FileStatus::Refused);
        Ok(match (refusal, &past.error, &past.dataset) {
            (Some(now), Some(then), _) => now.en != *then,
            (None, None, Some(dataset)) if is_counted_alike => {
                now.effects != self.effects(&past.id).await?
                    || now.fingerprint != Some(self.content(&past.id, dataset).await?)
            }
            _ => true,
        })
    }

    /// What a submission does to other rows now, as texts in order.
    async fn effects(&mut self, id: &SubmissionId) -> Result<Vec<String>, LakeError> {
        let engine = self.engine().await?;
        let own = [("sha256", text_parameter(&id.to_string()))];
        let mut effects: Vec<String> = Vec::new();
        for rows in engine.run_named("effects_of_file", own).await? {
            let texts = rows.column(0).as_string::<i32>().iter().flatten();
            effects.extend(texts.map(str::to_owned));
        }
        effects.sort_unstable();
        Ok(effects)
    }

    /// What a submission may do to rows rests on those before it: those that came later and are
    /// about the same are read again too.
    async fn queue_later(
        &mut self,
        past: &Past,
        (outcome, groups): (&FileOutcome, &BTreeSet<Group>),
        all: &mut Pending,
        queue: &mut Queue,
    ) -> Result<(), LakeError> {
        let Some(dataset) = outcome.dataset.as_ref().or(past.dataset.as_ref()) else {
            return Ok(());
        };
        self.read_standing(dataset).await?;
        let mut later = self.later(past, dataset, groups);
        later.extend(self.later_held(past, dataset).await?);
        if later.is_empty() {
            return Ok(());
        }
        self.commit(std::mem::take(&mut all.batch)).await?;
        let is_later = |other: &Past| later.contains(&other.id.to_string());
        let later = self.past(&Selection::every_file()).await?.into_iter().filter(is_later);
        queue.extend(later.map(|other| (other.submission.sequence, other)));
        Ok(())
    }

    /// What a submission speaks for.
    fn groups_of(&self, dataset: &str, id: &SubmissionId) -> BTreeSet<Group> {
        let id = id.to_string();
        let slices = self.standing().of(dataset).iter();
        slices.filter(|slice| slice.sha256 == id).map(StandingSlice::group).collect()
    }

    /// Submissions that came later and speak for the same; where rows are compared by their keys
    /// alone, all of the dataset.
    fn later(&self, past: &Past, dataset: &str, groups: &BTreeSet<Group>) -> BTreeSet<String> {
        let contract = self.project.datasets.get(dataset);
        let is_by_key = contract.is_some_and(|contract| {
            !contract.key_names_slice() || contract.koridor.supersedes != Supersedes::Slice
        });
        let is_later = |slice: &&StandingSlice| {
            slice.sequence > past.submission.sequence
                && (is_by_key
                    || slice.supersedes != Supersedes::Slice
                    || groups.contains(&slice.group()))
        };
        let slices = self.standing().of(dataset).iter().filter(is_later);
        slices.map(|slice| slice.sha256.clone()).collect()
    }

    /// Held submissions that came later: they may speak now.
    async fn later_held(&mut self, past: &Past, dataset: &str) -> Result<Vec<String>, LakeError> {
        let engine = self.engine().await?;
        let parameters = [
            ("dataset", text_parameter(dataset)),
            ("sequence", number_parameter(past.submission.sequence)),
        ];
        let mut held = Vec::new();
        for rows in engine.run_named("later_held_submissions", parameters).await? {
            let ids = rows.column(0).as_string::<i32>().iter().flatten();
            held.extend(ids.map(str::to_owned));
        }
        Ok(held)
    }

    /// Submissions of the ledger that a selection means, in the order they came.
    async fn past(&self, selection: &Selection) -> Result<Vec<Past>, LakeError> {
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        if !snapshot.has_table(ledger::FILES) {
            return Ok(Vec::new());
        }
        let fingerprint = self.project.schemas_fingerprint();
        let text = |text: &Option<String>| text_parameter(text.as_deref().unwrap_or_default());
        let parameters = [
            ("rule", text(&selection.rule)),
            ("file", text(&selection.file)),
            ("source", text(&selection.office)),
            ("since", text(&selection.since)),
            ("other_project", text_parameter(if selection.is_all() { &fingerprint } else { "" })),
        ];
        let engine = Engine::open(snapshot)?;
        let mut past = Vec::new();
        for rows in engine.run_named("files_to_replay", parameters).await? {
            let text = |column: usize, row: usize| {
                let texts = rows.column(column).as_string::<i32>();
                texts.is_valid(row).then(|| texts.value(row).to_owned())
            };
            let number = |column: usize, row: usize| {
                rows.column(column).as_primitive::<Int64Type>().value(row)
            };
            past.extend((0..rows.num_rows()).map(|row| {
                let is_refused = text(3, row).as_deref() == Some(FileStatus::Refused.as_str());
                Past {
                    id: SubmissionId::parse(&text(0, row).unwrap_or_default()),
                    dataset: text(1, row),
                    // A file that was read may carry a remark there; only a refused one has an
                    // error.
                    error: text(2, row).filter(|_| is_refused),
                    submission: Submission {
                        sequence: number(4, row),
                        attempt: number(5, row),
                        received: number(6, row),
                        reading: number(4, row),
                    },
                    accepted: number(7, row) as u64,
                    rejected: number(8, row) as u64,
                }
            }));
        }
        Ok(past)
    }

    /// That a file's name means files of one office, where none is said.
    async fn mean_one_office(&self, selection: &Selection, past: &[Past]) -> Result<(), LakeError> {
        let Selection { file: Some(file), office: None, .. } = selection else { return Ok(()) };
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        if past.len() < 2 || !snapshot.has_table(ledger::FILES) {
            return Ok(());
        }
        let named = NamedFile::found(&Engine::open(snapshot)?, "files_by_name", file).await?;
        let ids: BTreeSet<String> = past.iter().map(|own| own.id.to_string()).collect();
        let named: Vec<NamedFile> = named.into_iter().filter(|own| ids.contains(&own.id)).collect();
        named_file::are_of_one_office(&named, file)
    }

    /// The fingerprint of what a submission brings now.
    async fn content(&mut self, id: &SubmissionId, dataset: &str) -> Result<u128, LakeError> {
        use datafusion::prelude::{col, lit};
        let engine = self.engine().await?;
        let Some(contract) = self.project.datasets.get(dataset) else { return Ok(0) };
        let id = id.to_string();
        let mut fingerprint = ContentFingerprint::default();
        let fields: Vec<&str> = contract.fields.iter().map(|field| field.name.as_str()).collect();
        let sql = format!(
            "select {}, case when cardinality(qc_flags) > 0
               then concat(array_to_string(qc_flags, ','), ',') else '' end as flags,
               coalesce(src_sheet, '') as sheet, src_row, src_file_sha256
             from silver.{dataset}",
            fields.join(", ")
        );
        let rows = engine.query(&sql).await?.filter(col("src_file_sha256").eq(lit(&id)))?;
        let mut rows = rows.drop_columns(&["src_file_sha256"])?.execute_stream().await?;
        while let Some(rows) = rows.next().await {
            fingerprint.add_rows(plain_texts(&rows?)?.columns())?;
        }
        let own = || [("sha256", text_parameter(&id))];
        fingerprint.add_text_rows(&engine.run_named("refused_rows_of_file", own()).await?);
        fingerprint.add_text_rows(&engine.run_named("corrections_of_file", own()).await?);
        let ignored = engine.run_named("ignored_rows_of_file", own()).await?;
        let ignored =
            ignored.first().map(|rows| rows.column(0).as_primitive::<Int64Type>().value(0));
        let ignored = [(String::new(), ignored.unwrap_or_default() as u64)].into();
        Ok(fingerprint.of(&RowCounts { ignored, ..RowCounts::default() }))
    }
}

impl Selection {
    /// Every file there is.
    fn every_file() -> Self {
        Self { since: Some("0001-01-01".to_owned()), ..Self::default() }
    }
}
