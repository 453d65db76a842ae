//! Landed files into the lake: raw bytes, accepted and refused rows and the ledger, committed
//! together.

use super::batch::Batch;
use super::budget::Budgets;
use super::check::check_setting;
use super::consequences::Consequences;
use super::deduplicate::{LedgerFile, accepted_submissions, ledger_files, sent_anew};
use super::entry::{LedgerEntry, Reading, RefusedPart, RunLabel, account_for};
use super::head_engine::HeadEngine;
use super::landing::LandedFile;
use super::magnitude::Known;
use super::months::drop_resolved;
use super::outcome::{
    FileOutcome, back_again, erased_bytes, known, left_for_next, loaded, refused, unreadable,
    unreadable_bytes,
};
use super::raw::{self, Archived, ArchivedFile, Described};
use super::seen::{SEEN, Seen, made_again};
use super::standing::Standing;
use super::stations::{Checking, recognise};
use super::told::{consequences_line, held_line, tell_doubts};
use super::withdrawals::warn_of_withdrawals;
use crate::engine::{Engine, Snapshot};
use crate::error::LakeError;
use crate::ledger::{FileStatus, Submission, SubmissionId};
use crate::store::cipher::Cipher;
use crate::store::erased::{Erased, ErasedRaw};
use crate::store::journal::{self, Head};
use crate::store::secret;
use crate::store::storage::Storage;
use koridor_contract::Project;
use koridor_contract::message::Message;
use koridor_contract::scrub::Scrubber;
use koridor_read::check::{CheckSetting, FilePart, Parts, RecognisedPart};
use koridor_read::readers::{FileReader, Refusal};
use koridor_read::recognise::{Request, office_of_folder};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who loads: everything a load needs and that does not change while it runs.
pub struct Loader {
    /// The project.
    pub project: Arc<Project>,
    /// The lake.
    pub storage: Storage,
    pub(super) setting: CheckSetting,
    scrubber: Scrubber,
    cipher: Cipher,
    /// What raw bytes are encrypted with, where they are.
    raw_cipher: Option<Cipher>,
    run: RunLabel,
    ledger: BTreeMap<SubmissionId, LedgerFile>,
    seen: BTreeMap<String, Seen>,
    notes: Vec<Message>,
    pub(super) sequence: i64,
    /// Commits of this load.
    pub(super) commits: usize,
    pub(super) standing: Standing,
    /// What figures of tables are compared with, by dataset.
    pub(super) known: BTreeMap<String, Known>,
    /// How many rows of submissions were refused before.
    pub(super) budgets: Budgets,
    /// Held submissions that somebody has accepted.
    pub(super) accepted: BTreeSet<String>,
    /// What is asked of the lake as it stands.
    pub(super) head_engine: HeadEngine,
    /// What was taken out of the lake.
    erased: Erased,
}

/// Files of later batches come after those of earlier ones: the batch's number, then the place in
/// it.
fn first_sequence(head: &Head) -> i64 {
    (head.sequence as i64 + 1) * 1_000_000
}

/// What became of one part, with the fingerprint of what it brought where it was asked for, and
/// what it does to other rows, as texts.
pub(super) struct ProcessedPart {
    pub(super) outcome: FileOutcome,
    pub(super) fingerprint: Option<u128>,
    pub(super) effects: Vec<String>,
}

/// What readings add up to: the entries to commit, and whether their content is compared with an
/// earlier reading's.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) batch: Batch,
    pub(super) wants_fingerprint: bool,
    /// Submissions that had come before and were read now: later ones are set against them.
    pub(super) read_again: Vec<SubmissionId>,
}

impl Loader {
    /// Prepares a load into a lake whose lock the caller holds.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn new(
        project: Arc<Project>,
        storage: Storage,
        run_id: String,
    ) -> Result<Self, LakeError> {
        let head = journal::recover(&storage).await?;
        let sequence = first_sequence(&head);
        let snapshot = Snapshot::at_head(Arc::clone(&project), storage.clone(), head).await?;
        let (seen, thrown_away) = storage.get_cache(SEEN).await?;
        let setting = check_setting(&project, &storage, true).await?;
        Ok(Self {
            notes: thrown_away.iter().map(made_again).collect(),
            ledger: ledger_files(&snapshot).await?,
            accepted: accepted_submissions(&snapshot).await?,
            erased: Erased::read(&storage).await?,
            standing: Standing::default(),
            head_engine: HeadEngine::default(),
            known: BTreeMap::new(),
            budgets: Budgets::default(),
            seen,
            scrubber: Scrubber::new(&setting.hash_key),
            cipher: Cipher::new(&setting.hash_key),
            raw_cipher: secret::raw_cipher(&storage).await?,
            setting,
            run: RunLabel { run_id, project: project.schemas_fingerprint() },
            sequence,
            commits: 0,
            project,
            storage,
        })
    }

    /// The same load with another bound of memory.
    #[must_use]
    pub fn with_memory(mut self, memory_bytes: usize) -> Self {
        self.setting.memory_bytes = memory_bytes;
        self
    }

    /// The same load with another reader of files, and its budget.
    #[must_use]
    pub fn with_reader(mut self, reader: Arc<FileReader>) -> Self {
        self.setting.reader = reader;
        self
    }

    /// A file with the path that is stored and shown.
    pub fn told(&self, file: LandedFile) -> LandedFile {
        file.told_by(&self.scrubber)
    }

    /// A file of the lake as it landed.
    pub(super) fn landed(&self, described: &Described) -> LandedFile {
        self.told(described.landed(&self.cipher))
    }

    /// What a person should know of the lake that is loaded into.
    pub fn notes(&self) -> &[Message] {
        &self.notes
    }

    /// Whether a landed file is one that was processed before, as far as its path, its size and the
    /// times of change tell.
    pub fn is_unchanged(&self, file: &LandedFile) -> bool {
        let same = |seen: &&Seen| **seen == Seen::of(file, &seen.sha256);
        let place = self.told(file.clone()).place();
        let Some(seen) = self.seen.get(&place).filter(same) else {
            return false;
        };
        let entry = self.ledger.get(&SubmissionId::of(&seen.sha256));
        entry.is_some_and(|entry| entry.is_loaded || entry.project == self.run.project)
    }

    /// Loads files and commits them together, each as a whole. Where keys are compared across files
    /// (a contract whose key does not name the slice), what came before such a file is committed
    /// first. `progress` is told of each outcome as it is there.
    ///
    /// One bad file does not stop the others: it is refused with its reason. An error is one of the
    /// lake or the machine.
    ///
    /// # Errors
    /// Where the lake cannot be written; nothing of what was not yet committed is visible then, and
    /// loading again completes it.
    pub async fn load(
        &mut self,
        files: &[(LandedFile, Request)],
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<(Vec<FileOutcome>, Head), LakeError> {
        self.known.clear();
        self.budgets = Budgets::default();
        let mut pending = Pending::default();
        let mut outcomes = Vec::new();
        for (file, request) in files {
            let file = self.told(file.clone());
            for outcome in self.load_file(&file, request, &mut pending).await? {
                progress(&outcome);
                outcomes.push(outcome);
            }
        }
        let mut head = self.commit(std::mem::take(&mut pending.batch)).await?;
        if !pending.read_again.is_empty() {
            self.settle(pending.read_again, progress).await?;
            head = journal::head(&self.storage).await?;
        }
        if !files.is_empty() {
            self.storage.put_json(SEEN, &self.seen).await?;
        }
        self.sequence = first_sequence(&head);
        if outcomes.iter().any(|outcome| outcome.status.is_read()) {
            let engine = Engine::open(self.snapshot(head.clone()).await?)?;
            warn_of_withdrawals(&engine, &self.run.run_id, &mut outcomes).await?;
            drop_resolved(&engine, &mut outcomes).await?;
        }
        Ok((outcomes, head))
    }

    /// Loads one file: each of its parts, where the ledger does not have it.
    async fn load_file(
        &mut self,
        file: &LandedFile,
        request: &Request,
        pending: &mut Pending,
    ) -> Result<Vec<FileOutcome>, LakeError> {
        if let Some(outcome) = unreadable(file) {
            return Ok(vec![outcome]);
        }
        let place = (&self.storage, self.raw_cipher.as_ref());
        let archived = match raw::archive(place, file.clone(), &self.erased).await {
            Ok(Archived::Kept(archived)) => archived,
            Ok(Archived::Left(sha256)) if self.erased.is_erased(&sha256) => {
                self.seen.insert(file.place(), Seen::of(file, &sha256));
                return Ok(vec![erased_bytes(file, SubmissionId::of(&sha256))]);
            }
            Ok(Archived::Left(_)) => return Ok(vec![left_for_next(file)]),
            // A file that cannot be read is a fact about the file, not about the lake.
            Err(LakeError::Io { path, source }) if path == file.path.display().to_string() => {
                return Ok(vec![refused(file, SubmissionId::of(""), &unreadable_bytes(&source))]);
            }
            Err(error) => return Err(error),
        };
        let sha256 = archived.sha256.clone();
        self.seen.insert(file.place(), Seen::of(file, &sha256));
        let id = self.submission_of(&archived, request, pending).await?;
        let Some(submission) = self.next_reading(&id) else {
            let described = match pending.batch.described(&id) {
                Some(own) => Some(own.clone()),
                None => raw::described(&self.storage, &id).await?,
            };
            let then = described.map(|described| self.landed(&described));
            let then = then.as_ref().map(LandedFile::name);
            return Ok(vec![known(file, SubmissionId::of(&sha256), then)]);
        };
        let reading = Reading { id, submission, file: file.clone(), request: request.clone() };
        self.process_file(&archived, reading, pending).await
    }

    /// Which submission landed bytes are. Those of the ledger may be sent as something else now:
    /// another dataset of the same workbook, another office's, or of another vintage.
    async fn submission_of(
        &self,
        archived: &ArchivedFile,
        request: &Request,
        pending: &Pending,
    ) -> Result<SubmissionId, LakeError> {
        let id = SubmissionId::of(&archived.sha256);
        let Some(entry) = self.ledger.get(&id).filter(|entry| entry.is_loaded) else {
            return Ok(id);
        };
        let named = request.source.as_ref().and_then(|name| self.project.sources.get(name));
        let asked = request.dataset.clone().or_else(|| named.map(|source| source.dataset.clone()));
        if let Some(asked) = asked.filter(|asked| entry.dataset.as_ref() != Some(asked)) {
            return Ok(id.with_part(&asked));
        }
        let then = match pending.batch.described(&id) {
            Some(own) => Some(own.clone()),
            None => raw::described(&self.storage, &id).await?,
        };
        let then = then.map(|then| (then.request(), self.landed(&then).shown_path));
        let anew = sent_anew(&self.project, &archived.landed, request, (&id, entry, then));
        Ok(anew.unwrap_or(id))
    }

    /// The next reading of a submission; `None` where it is loaded. Bytes that were refused may be
    /// good under another description.
    fn next_reading(&mut self, id: &SubmissionId) -> Option<Submission> {
        match self.ledger.get(id) {
            Some(entry) if entry.is_loaded => None,
            Some(entry) => {
                let submission = entry.submission;
                Some(submission.again(self.next_sequence()))
            }
            None => Some(Submission::first(self.next_sequence(), self.project.clock.now())),
        }
    }

    pub(super) fn next_sequence(&mut self) -> i64 {
        self.sequence += 1;
        self.sequence
    }

    /// Processes all parts of an archived file.
    async fn process_file(
        &mut self,
        archived: &ArchivedFile,
        reading: Reading,
        pending: &mut Pending,
    ) -> Result<Vec<FileOutcome>, LakeError> {
        let mut outcomes = Vec::new();
        for (place, part) in self.recognise(archived, &reading)?.into_iter().enumerate() {
            let FilePart { request, recognised } = part;
            let mut own = reading.clone();
            if place > 0 {
                let source =
                    request.source.as_ref().and_then(|name| self.project.sources.get(name));
                let Some(source) = source else { continue };
                own.id = reading.id.with_part(&source.dataset);
                own.request = request;
                let Some(submission) = self.next_reading(&own.id) else {
                    outcomes.push(known(&own.file, own.id, None));
                    continue;
                };
                own.submission = submission;
            }
            outcomes.push(self.process_part(&own, recognised, pending).await?.outcome);
        }
        Ok(outcomes)
    }

    /// Recognises an archived file as of the day it came.
    pub(super) fn recognise(
        &self,
        archived: &ArchivedFile,
        reading: &Reading,
    ) -> Result<Parts, LakeError> {
        let parts = recognise(&self.setting_of(reading), archived, reading)?;
        Ok(parts.unwrap_or_else(|refusal| {
            vec![FilePart { request: reading.request.clone(), recognised: Err(refusal) }]
        }))
    }

    /// What was the future when the file came stays it, and a file without a vintage was released
    /// on the day it came.
    fn setting_of(&self, reading: &Reading) -> CheckSetting {
        let now = self.project.local(reading.submission.received);
        let raw = self.erased.raw.get(reading.id.sha256());
        let erased = Arc::new(raw.map(ErasedRaw::rows).unwrap_or_default());
        CheckSetting { now, erased, ..self.setting.clone() }
    }

    /// Checks a recognised part and adds what comes of it to what is to be committed.
    pub(super) async fn process_part(
        &mut self,
        reading: &Reading,
        part: Result<RecognisedPart, Refusal>,
        pending: &mut Pending,
    ) -> Result<ProcessedPart, LakeError> {
        let Reading { file, request, id, submission } = reading;
        pending.batch.describe(Described::of((file, &self.cipher), request, id, *submission)?);
        let part = match part {
            Ok(part) => part,
            Err(refusal) => return Ok(self.refuse(reading, refusal, pending)),
        };
        let existing = self.existing(&part, reading, pending).await?;
        let checking = Checking {
            setting: &self.setting_of(reading),
            storage: &self.storage.clone(),
            reading,
            wants_fingerprint: pending.wants_fingerprint,
            may_stand: self.may_stand(&part.recognised, pending).await?,
            erased_keys: self.erased.keys(&part.recognised.contract.name),
        };
        let mut checked = match checking.check(part, existing).await? {
            Ok(checked) => checked,
            Err(refusal) => return Ok(self.refuse(reading, refusal, pending)),
        };
        if let Some(lost) = self.erased.of(&reading.id.to_string()) {
            account_for(&mut checked.counts, lost);
        }
        let doubts = self.doubts(reading, &checked, pending).await?;
        let Consequences { rows: superseded, thin } =
            self.weigh(reading, &checked, pending).await?;
        let (recognised, id) = (&checked.recognised, reading.id.clone());
        let contract = Arc::clone(&recognised.contract);
        self.remember(reading, Some(&contract.name));
        let mut outcome = loaded(&reading.file, id, recognised, &checked.counts);
        if !outcome.is_outside_corridor {
            outcome.examples = std::mem::take(&mut checked.examples);
        }
        let path = reading.file.told_path();
        let name = |id: &str| self.standing.name_beside(path, &contract.name, id);
        let (own, rows) = (reading.id.to_string(), &superseded);
        outcome.warnings.extend(consequences_line(&contract, rows, &own, name));
        outcome.warnings.extend(back_again(checked.back));
        if let Some(thin) = thin {
            outcome.hold(held_line(&thin, &contract, path));
        }
        let is_accepted = self.is_accepted(&reading.id.to_string());
        tell_doubts(&mut outcome, &doubts, (&contract, reading.file.told_name()), is_accepted);
        self.hold_over_budget(reading, &mut outcome).await?;
        let fingerprint = checked.fingerprint;
        let held = outcome.message.as_ref().filter(|_| outcome.status == FileStatus::Held);
        if held.is_none() {
            self.take_figures(&checked);
            self.budgets.take(&outcome, reading.submission.sequence);
        }
        let brought = (checked, superseded, held);
        let entry = LedgerEntry::of_checked(reading, brought, &self.run, &self.project);
        let effects = entry.effects();
        pending.batch.add(entry);
        if reading.submission.attempt > 0 {
            pending.read_again.push(reading.id.clone());
        }
        Ok(ProcessedPart { outcome, fingerprint, effects })
    }

    /// Reads which submissions of a dataset speak, where that was not asked before.
    pub(super) async fn read_standing(&mut self, dataset: &str) -> Result<(), LakeError> {
        if !self.standing.knows(dataset) {
            let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
            self.standing.read(snapshot, dataset).await?;
        }
        Ok(())
    }

    /// The submissions that speak, of datasets that were asked about.
    pub(super) fn standing(&self) -> &Standing {
        &self.standing
    }

    fn refuse(
        &mut self,
        reading: &Reading,
        refusal: Refusal,
        pending: &mut Pending,
    ) -> ProcessedPart {
        let before = self.erased.of(&reading.id.to_string()).and_then(|own| own.refusal.as_ref());
        let refusal = match before {
            Some(why) => Refusal::new(refusal.code, why, why),
            None => refusal,
        };
        let outcome = refused(&reading.file, reading.id.clone(), &refusal);
        let done = |outcome| ProcessedPart { outcome, fingerprint: None, effects: Vec::new() };
        let same = (refusal.message.en.clone(), reading.file.told_path().to_owned());
        if let Some(entry) = self.ledger.get(&reading.id)
            && entry.project == self.run.project
            && entry.refusal.as_ref() == Some(&same)
        {
            // It lies there as before: a load that died may have recorded it and not said so.
            pending.batch.forget(&reading.id);
            return done(outcome);
        }
        self.remember(reading, None);
        if let Some(entry) = self.ledger.get_mut(&reading.id) {
            entry.refusal = Some(same);
        }
        let office = office_of_folder(&self.project, &reading.file.shown_path);
        let part = RefusedPart { refusal, office };
        pending.batch.add(LedgerEntry::of_refused(reading, &part, &self.run));
        done(outcome)
    }

    /// Remembers a submission, and the dataset that was loaded of it.
    fn remember(&mut self, reading: &Reading, dataset: Option<&str>) {
        let entry = LedgerFile {
            is_loaded: dataset.is_some(),
            dataset: dataset.map(str::to_owned),
            // What the file was sent as stands beside its bytes.
            source_id: String::new(),
            released: String::new(),
            project: self.run.project.clone(),
            submission: reading.submission,
            refusal: None,
        };
        self.ledger.insert(reading.id.clone(), entry);
    }

    /// Forgets a reading that brought nothing new.
    pub(super) fn forget_reading(&mut self, id: &SubmissionId, submission: Submission) {
        if let Some(entry) = self.ledger.get_mut(id) {
            entry.submission = submission;
        }
    }
}
