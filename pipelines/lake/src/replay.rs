//! Reading files again from their raw bytes: after a new spelling, code, description or correction, or to prove that the lake is what its
//! raw bytes say.

use crate::batch::Batch;
use crate::check_file::Checked;
use crate::collect::Account;
use crate::engine::{At, DEFAULT_MEMORY_BYTES, Engine};
use crate::error::LakeError;
use crate::ingest::{Loader, Submission};
use crate::journal::{self, Head};
use crate::landing::LandedFile;
use crate::ledger;
use crate::outcome::{FileOutcome, refused};
use crate::project::Project;
use crate::raw::{self, Described};
use crate::readers::Refusal;
use crate::secret;
use crate::storage::Storage;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use futures::StreamExt;
use koridor_contract::check::hash_rows;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which files are read again.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Those with a row that is refused by this rule.
    pub rule: Option<String>,
    /// Those whose name holds this text, or whose hash begins with it.
    pub file: Option<String>,
    /// Those that came on this day (ISO) or later.
    pub since: Option<String>,
}

impl Selection {
    /// Whether it means all files that `schemas/` may read otherwise now.
    pub fn is_all(&self) -> bool {
        self.rule.is_none() && self.file.is_none() && self.since.is_none()
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
}

/// One file of the ledger.
#[derive(Debug, Clone)]
struct Past {
    sha256: String,
    dataset: Option<String>,
    submission: Submission,
    accepted: u64,
    rejected: u64,
    error: Option<String>,
}

/// A mark of all rows that a file brings, in any order: two readings with the same mark bring the same.
#[derive(Debug, Default)]
pub(crate) struct ContentMark(u128);

impl ContentMark {
    pub(crate) fn add(&mut self, checked: &Checked) -> Result<(), LakeError> {
        let rows = checked.accepted.num_rows();
        let mut flags = vec![String::new(); rows];
        for (row, flag) in &checked.flags {
            if let Some(own) = flags.get_mut(*row) {
                own.push_str(flag);
                own.push(',');
            }
        }
        let mut columns = checked.accepted.columns().to_vec();
        columns.push(Arc::new(StringArray::from_iter_values(flags)));
        columns.push(Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            &checked.sheet,
            rows,
        ))));
        columns.push(Arc::new(Int64Array::from_iter_values(
            checked.row_numbers.iter().map(|number| *number as i64),
        )));
        self.rows(&columns)?;
        for (cell, rejection) in &checked.rejected {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            self.text(&[
                &checked.sheet,
                &text(cell),
                &rejection.row_number.to_string(),
                &text(&rejection.field),
                &rejection.rule,
                &text(&rejection.value),
                &rejection.message.en,
                &rejection.also.join("; "),
                &rejection.row_json,
            ]);
        }
        Ok(())
    }

    fn rows(&mut self, columns: &[ArrayRef]) -> Result<(), LakeError> {
        for hash in hash_rows(columns)? {
            self.0 = self.0.wrapping_add(hash);
        }
        Ok(())
    }

    fn text(&mut self, parts: &[&str]) {
        self.0 = self.0.wrapping_add(xxhash_rust::xxh3::xxh3_128(parts.join("\u{1f}").as_bytes()));
    }

    /// Rows of texts; a null is an empty one.
    fn texts(&mut self, rows: &[RecordBatch]) {
        for rows in rows {
            let columns: Vec<&StringArray> =
                rows.columns().iter().map(|column| column.as_string::<i32>()).collect();
            for row in 0..rows.num_rows() {
                let texts: Vec<&str> = columns
                    .iter()
                    .map(|column| if column.is_null(row) { "" } else { column.value(row) })
                    .collect();
                self.text(&texts);
            }
        }
    }

    /// The mark, with what was counted besides.
    pub(crate) fn of(mut self, account: &Account) -> u128 {
        self.text(&[&account.ignored_rows().to_string()]);
        for (sheet, met) in &account.corrections {
            self.text(&[sheet, &met.row_number.to_string(), met.outcome.as_str(), &met.found]);
        }
        self.0
    }
}

impl Loader {
    /// Reads files of the lake again and commits those that bring something else than before. Without a selection, all that were read
    /// under another state of `schemas/`.
    ///
    /// # Errors
    /// Where the lake cannot be read or written; files that were not yet committed are as they were, and replaying again completes it.
    pub async fn replay(
        &mut self,
        selection: &Selection,
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<Vec<Replayed>, LakeError> {
        let mut queue: BTreeMap<i64, Past> = self
            .past(selection)
            .await?
            .into_iter()
            .map(|past| (past.submission.sequence, past))
            .collect();
        let mut all = Batch::default();
        let mut replayed = Vec::new();
        while let Some((_, past)) = queue.pop_first() {
            let Some(described) =
                self.storage.get_json::<Described>(&format!("raw/{}.json", past.sha256)).await?
            else {
                return Err(LakeError::Internal(format!("raw/{}.json is gone", past.sha256)));
            };
            let Some(kept) = raw::fetch_whole(&self.storage, &past.sha256).await? else {
                let outcome = damaged(&described);
                progress(&outcome);
                replayed.push(Replayed {
                    outcome,
                    before: (past.accepted, past.rejected),
                    is_changed: false,
                });
                continue;
            };
            let file = landed(&described, &kept);
            let mut batch = Batch::with_marks();
            let outcome = self
                .take_up(
                    &file,
                    &past.sha256,
                    &kept.path,
                    &described.request(),
                    past.submission.again(),
                    &mut batch,
                    &mut Vec::new(),
                )
                .await?;
            progress(&outcome);
            // What the lake holds is read only where the counts do not tell already.
            let is_counted_alike =
                (outcome.accepted, outcome.rejected) == (past.accepted, past.rejected);
            let is_changed = match (&outcome.message, &past.error, &past.dataset) {
                (Some(now), Some(then), _) => now.en != *then,
                (None, None, Some(dataset)) if is_counted_alike => {
                    outcome.mark != Some(self.content(&past.sha256, dataset).await?)
                }
                _ => true,
            };
            if is_changed {
                let dataset = outcome.dataset.as_ref().or(past.dataset.as_ref());
                let compares = dataset
                    .and_then(|name| self.project.datasets.get(name))
                    .is_some_and(|contract| !contract.key_names_slice());
                all.merge(batch);
                if compares {
                    // Keys are compared across files: those that came later are read again too.
                    self.commit(std::mem::take(&mut all)).await?;
                    let later =
                        self.past(&Selection::default_all()).await?.into_iter().filter(|other| {
                            other.submission.sequence > past.submission.sequence
                                && other.dataset.as_ref() == dataset
                                && other.error.is_none()
                        });
                    queue.extend(later.map(|other| (other.submission.sequence, other)));
                }
            } else {
                batch.discard(&self.storage).await;
                self.forget_attempt(&past.sha256, past.submission);
            }
            replayed.push(Replayed { outcome, before: (past.accepted, past.rejected), is_changed });
        }
        self.commit(all).await?;
        Ok(replayed)
    }

    /// Files of the ledger that a selection means, in the order they came.
    async fn past(&self, selection: &Selection) -> Result<Vec<Past>, LakeError> {
        let head = journal::head(&self.storage).await?;
        if !head.tables.contains_key(ledger::FILES) {
            return Ok(Vec::new());
        }
        let quoted = |text: &str| text.replace('\'', "''");
        let mut conditions = Vec::new();
        if let Some(rule) = &selection.rule {
            conditions.push(format!(
                "f.sha256 in (select q.sha256 from ops.quarantine q where q.status in ('open', 'waived') and q.rule = '{}')",
                quoted(rule)
            ));
        }
        if let Some(file) = &selection.file {
            conditions.push(format!(
                "(strpos(f.file_name, '{0}') > 0 or starts_with(f.sha256, '{0}'))",
                quoted(file)
            ));
        }
        if let Some(since) = &selection.since {
            conditions.push(format!("f.received_at >= timestamp '{}'", quoted(since)));
        }
        if conditions.is_empty() {
            conditions.push(format!("f.project <> '{}'", self.project.mark()));
        }
        let engine = Engine::open(
            Arc::clone(&self.project),
            self.storage.clone(),
            At::Head(head),
            DEFAULT_MEMORY_BYTES,
        )?;
        let sql = format!(
            "select f.sha256, f.dataset, f.error, f.status, f.sequence, f.attempt, cast(f.received_at as bigint) as received, f.rows_accepted, f.rows_rejected
             from ops.files f where {} order by f.sequence",
            conditions.join(" and ")
        );
        let mut past = Vec::new();
        for rows in engine.rows(&sql).await? {
            let text = |column: usize, row: usize| {
                let texts = rows.column(column).as_string::<i32>();
                texts.is_valid(row).then(|| texts.value(row).to_owned())
            };
            let number = |column: usize, row: usize| {
                rows.column(column).as_primitive::<Int64Type>().value(row)
            };
            for row in 0..rows.num_rows() {
                let is_refused = text(3, row).as_deref() == Some("refused");
                past.push(Past {
                    sha256: text(0, row).unwrap_or_default(),
                    dataset: text(1, row),
                    // A file that was read may carry a remark there; only a refused one has an error.
                    error: text(2, row).filter(|_| is_refused),
                    submission: Submission {
                        sequence: number(4, row),
                        attempt: number(5, row),
                        received: number(6, row),
                    },
                    accepted: number(7, row) as u64,
                    rejected: number(8, row) as u64,
                });
            }
        }
        Ok(past)
    }

    /// The mark of what a file brings now.
    async fn content(&self, sha256: &str, dataset: &str) -> Result<u128, LakeError> {
        let Some(contract) = self.project.datasets.get(dataset) else { return Ok(0) };
        let head = journal::head(&self.storage).await?;
        let engine = Engine::open(
            Arc::clone(&self.project),
            self.storage.clone(),
            At::Head(head),
            DEFAULT_MEMORY_BYTES,
        )?;
        let mut mark = ContentMark::default();
        let fields =
            contract.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        let flags = "case when cardinality(qc_flags) > 0 then concat(array_to_string(qc_flags, ','), ',') else '' end";
        let sql = format!(
            "select {fields}, {flags} as flags, coalesce(src_sheet, '') as sheet, src_row from silver.{dataset} where src_file_sha256 = '{sha256}'"
        );
        let mut rows = engine.stream(&sql).await?;
        while let Some(rows) = rows.next().await {
            mark.rows(crate::engine::plain_texts(&rows?)?.columns())?;
        }
        let sql = format!(
            "select sheet, cell, cast(row_number as varchar), field, rule, value, message_en, also, row_json from ops.quarantine
             where sha256 = '{sha256}' and status <> 'resolved'"
        );
        mark.texts(&engine.rows(&sql).await?);
        let sql = format!(
            "select sheet, cast(row_number as varchar), outcome, found from ops.corrections where sha256 = '{sha256}'"
        );
        mark.texts(&engine.rows(&sql).await?);
        let ignored = engine
            .rows(&format!("select rows_ignored from ops.files where sha256 = '{sha256}'"))
            .await?;
        let ignored = ignored
            .first()
            .map(|rows| rows.column(0).as_primitive::<Int64Type>().value(0))
            .unwrap_or_default();
        Ok(mark.of(&Account {
            ignored: [(String::new(), ignored as u64)].into(),
            ..Account::default()
        }))
    }
}

impl Selection {
    /// Every file there is.
    fn default_all() -> Self {
        Self { file: Some(String::new()), ..Self::default() }
    }
}

fn landed(described: &Described, kept: &raw::Kept) -> LandedFile {
    LandedFile {
        shown_path: described.shown_path.clone(),
        path: kept.path.clone(),
        bytes: described.bytes,
        modified: described.modified,
    }
}

/// One table of a lake and of the one that was built again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Comparison {
    /// The table, as SQL names it.
    pub table: String,
    /// Rows in the lake.
    pub rows: u64,
    /// Rows in the one built from raw bytes.
    pub rebuilt_rows: u64,
    /// Whether they hold the same.
    pub is_equal: bool,
}

/// Builds a lake anew from another's raw bytes, in the order they came, under the project as it is; the personal fields' key goes along.
///
/// # Errors
/// Where the one cannot be read or the other not be written.
pub async fn rebuild(
    project: &Arc<Project>,
    from: &Storage,
    into: &Storage,
    run_id: &str,
    progress: &mut dyn FnMut(&FileOutcome),
) -> Result<(), LakeError> {
    into.create().await?;
    secret::hand_on(from, into).await?;
    let mut loader = Loader::new(Arc::clone(project), into.clone(), run_id.to_owned()).await?;
    let mut batch = Batch::default();
    for described in raw::all(from).await? {
        let Some(source) = raw::fetch_whole(from, &described.sha256).await? else {
            progress(&damaged(&described));
            continue;
        };
        let kept = raw::keep(into, &landed(&described, &source)).await?;
        let submission =
            Submission { sequence: described.sequence, attempt: 0, received: described.received };
        let file = landed(&described, &kept);
        progress(
            &loader
                .take_up(
                    &file,
                    &described.sha256,
                    &kept.path,
                    &described.request(),
                    submission,
                    &mut batch,
                    &mut Vec::new(),
                )
                .await?,
        );
    }
    loader.commit(batch).await?;
    hand_on_waivers(project, from, into, run_id).await
}

/// What people decided about refused rows is in no raw bytes: it goes along.
async fn hand_on_waivers(
    project: &Arc<Project>,
    from: &Storage,
    into: &Storage,
    run_id: &str,
) -> Result<(), LakeError> {
    let head = journal::head(from).await?;
    if !head.tables.contains_key(ledger::WAIVERS) {
        return Ok(());
    }
    let engine =
        Engine::open(Arc::clone(project), from.clone(), At::Head(head), DEFAULT_MEMORY_BYTES)?;
    let schema = ledger::waivers_schema();
    let names =
        schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", ");
    let rows = engine.rows(&format!("select {names} from ops.waivers")).await?;
    let rows = rows.iter().map(crate::engine::plain_texts).collect::<Result<Vec<_>, _>>()?;
    let rows: Result<Vec<RecordBatch>, _> = rows
        .into_iter()
        .map(|rows| RecordBatch::try_new(Arc::clone(&schema), rows.columns().to_vec()))
        .collect();
    let adds = crate::batch::write(into, ledger::WAIVERS, &schema, &rows?).await?;
    journal::commit(into, format!("waivers-{run_id}"), [(ledger::WAIVERS.to_owned(), adds)].into())
        .await?;
    Ok(())
}

/// What is said of a file whose raw bytes are gone, or are no longer those that came.
fn damaged(described: &Described) -> FileOutcome {
    let file = LandedFile {
        shown_path: described.shown_path.clone(),
        path: Default::default(),
        bytes: described.bytes,
        modified: described.modified,
    };
    let name = raw::bytes_name(&described.sha256);
    let refusal = Refusal::new(
        "raw_damaged",
        format!("isi asli raw/{name} hilang atau berubah; kembalikan dari cadangan"),
        format!("the bytes of raw/{name} are gone or changed; bring them back from a backup"),
    );
    refused(&file, described.sha256.clone(), &refusal)
}

/// Compares two lakes table by table: accepted rows, current rows, slices, refused rows and the accounting of files.
///
/// # Errors
/// Where one of them cannot be read.
pub async fn compare(
    project: &Arc<Project>,
    lake: &Storage,
    rebuilt: &Storage,
) -> Result<Vec<Comparison>, LakeError> {
    let open = async |storage: &Storage| -> Result<(Engine, Head), LakeError> {
        let head = journal::head(storage).await?;
        Ok((
            Engine::open(
                Arc::clone(project),
                storage.clone(),
                At::Head(head.clone()),
                DEFAULT_MEMORY_BYTES,
            )?,
            head,
        ))
    };
    let ((here, here_head), (there, there_head)) = (open(lake).await?, open(rebuilt).await?);
    let mut queries: Vec<(String, String)> = Vec::new();
    let tables: BTreeSet<&String> =
        here_head.tables.keys().chain(there_head.tables.keys()).collect();
    for contract in project
        .datasets
        .values()
        .filter(|contract| tables.contains(&ledger::silver(&contract.name)))
    {
        let fields =
            contract.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        let lineage =
            "array_to_string(qc_flags, ','), src_file_sha256, coalesce(src_sheet, ''), src_row";
        queries.push((
            format!("silver.{}", contract.name),
            format!("select {fields}, {lineage} from silver.{}", contract.name),
        ));
        queries.push((
            format!("core.{}", contract.name),
            format!("select {fields}, {lineage}, is_headline from core.{}", contract.name),
        ));
    }
    for (name, sql) in [
        ("ops.current_slices", "select * from ops.current_slices"),
        (
            "ops.quarantine",
            "select sha256, sheet, cell, row_number, field, rule, value, also, row_json, status from ops.quarantine where status <> 'resolved'",
        ),
        (
            "ops.files",
            "select sha256, file_name, dataset, source_id, released, received_at, status, rows_read, rows_accepted, rows_rejected, rows_ignored, error from ops.files",
        ),
    ] {
        queries.push((name.to_owned(), sql.to_owned()));
    }
    let mut comparisons = Vec::new();
    for (table, sql) in queries {
        let (own, other) = (table_mark(&here, &sql).await?, table_mark(&there, &sql).await?);
        comparisons.push(Comparison {
            table,
            rows: own.0,
            rebuilt_rows: other.0,
            is_equal: own == other,
        });
    }
    Ok(comparisons)
}

/// Number of rows of a query and the mark of what they hold.
async fn table_mark(engine: &Engine, sql: &str) -> Result<(u64, u128), LakeError> {
    let mut mark = ContentMark::default();
    let mut count = 0;
    let mut rows = engine.stream(sql).await?;
    while let Some(rows) = rows.next().await {
        let rows: RecordBatch = crate::engine::plain_texts(&rows?)?;
        count += rows.num_rows() as u64;
        mark.rows(rows.columns())?;
    }
    Ok((count, mark.0))
}
