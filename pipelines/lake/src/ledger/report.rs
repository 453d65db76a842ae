//! The report of a run, and `ops.runs`.

use super::submission::FileStatus;
use crate::error::LakeError;
use crate::store::storage::Storage;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const RUNS: &str = "_koridor/runs";

/// A run's report, as kept in the lake and printed as JSON. Counts that are not known are null,
/// never 0.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// `koridor.run.v1`.
    pub schema: String,
    /// Name of the run.
    pub run_id: String,
    /// Command.
    pub command: String,
    /// The day of the corridor's calendar that the run is of, `2026-11-27`.
    #[serde(default)]
    pub logical_date: Option<String>,
    /// Days without a night before it, whose work it did.
    #[serde(default)]
    pub caught_up: Vec<String>,
    /// The run that did the work of a night that never ran.
    #[serde(default)]
    pub caught_up_by: Option<String>,
    /// The run whose steps it finished: one that made a release and ended before the last step.
    #[serde(default)]
    pub resumes: Option<String>,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// RFC 3339, UTC.
    pub finished_at: String,
    /// `done`, `refused` (data was refused), `failed`, `killed` before it ended, or `caught_up`: a
    /// night that never ran, whose work a later one did.
    pub outcome: String,
    /// Exit code.
    pub exit_code: i32,
    /// What failed.
    pub error: Option<String>,
    /// Files that were new.
    pub files: Vec<FileReport>,
    /// Files that were in the lake already.
    pub files_known: Option<u64>,
    /// Files of the landing folder that are in the lake and still refused or held.
    #[serde(default)]
    pub files_waiting: Vec<WaitingFile>,
    /// Folders of the landing folder that are no office's, in English.
    #[serde(default)]
    pub unknown_folders: Vec<String>,
    /// What else a person should know, in English.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Files of the lake that were read again because `schemas/` changed.
    #[serde(default)]
    pub read_again: Option<ReadAgain>,
    /// Release that is current after the run.
    pub release_id: Option<String>,
    /// Whether this run made it.
    pub is_new_release: bool,
    /// Whether a release of other `schemas/` or `sql/` waits until somebody approves it.
    #[serde(default)]
    pub holds_changes: bool,
    /// What a new release changed for its readers.
    #[serde(default)]
    pub changes: Option<ValueChanges>,
    /// Time of each step.
    pub steps: Vec<Step>,
}

/// One file of a report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileReport {
    /// Path.
    pub path: String,
    /// Hash.
    pub sha256: String,
    /// What became of it.
    pub status: FileStatus,
    /// Dataset.
    pub dataset: Option<String>,
    /// Source.
    pub source_id: Option<String>,
    /// Rows read.
    pub rows_read: u64,
    /// Rows accepted.
    pub rows_accepted: u64,
    /// Rows refused.
    pub rows_rejected: u64,
    /// Rows ignored.
    pub rows_ignored: u64,
    /// Rows that were taken out.
    #[serde(default)]
    pub rows_erased: u64,
    /// Accepted rows with a flag.
    pub rows_flagged: u64,
    /// Why it was refused or is held, in English.
    pub error: Option<String>,
    /// The same in Bahasa Indonesia.
    pub error_id: Option<String>,
    /// What else is told of it, such as rows that stop counting, in English.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// The same in Bahasa Indonesia.
    #[serde(default)]
    pub warnings_id: Vec<String>,
}

/// What a run read again because `schemas/` changed since it was read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ReadAgain {
    /// Fingerprint of the `schemas/` that files are read with now.
    pub schemas: String,
    /// How many files were read again.
    pub files_read: u64,
    /// Those that bring something else than before.
    pub files: Vec<ReadAgainFile>,
}

/// A file that brings something else under other `schemas/`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadAgainFile {
    /// What it brings now.
    pub file: FileReport,
    /// Rows accepted before.
    pub rows_accepted_before: u64,
    /// Rows refused before.
    pub rows_rejected_before: u64,
}

/// What a release changed against the one before.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ValueChanges {
    /// The release before; none for the first.
    pub compared_with: Option<String>,
    /// Values that had none before.
    pub new: u64,
    /// Values that are others.
    pub moved: u64,
    /// Values that are none any more.
    pub lost: u64,
    /// Those, the first of them.
    pub lost_values: Vec<ChangedValue>,
    /// Those that are others, the first of them.
    #[serde(default)]
    pub moved_values: Vec<ChangedValue>,
    /// Findings about rows that numbers are made of, by check.
    pub findings: Vec<Finding>,
}

/// A value that was published and is another, or has no number any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangedValue {
    /// Indicator.
    pub indicator_id: String,
    /// Region, or `CORR`.
    pub region_code: String,
    /// `M`, `Q` or `Y`.
    pub grain: String,
    /// First day of the period.
    pub period: String,
    /// Second key, mostly empty.
    pub breakdown: String,
    /// What it was.
    pub value: f64,
    /// What it is.
    #[serde(default)]
    pub value_to: Option<f64>,
    /// Its state now; `gone` where it has no row.
    pub state: String,
    /// Why.
    pub flags: Option<String>,
}

/// Findings of a check.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    /// Check of `ops.soft_checks`.
    pub check_name: String,
    /// How many.
    pub count: u64,
}

/// A file that is still refused or held.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WaitingFile {
    /// Path.
    pub path: String,
    /// `refused` or `held`.
    pub status: String,
    /// Why, in English.
    pub error: Option<String>,
    /// Why, in Bahasa Indonesia.
    pub error_id: Option<String>,
}

/// One step of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// Name.
    pub name: String,
    /// Seconds.
    pub seconds: f64,
}

/// A name for a run that begins now.
pub fn new_run_id() -> String {
    chrono::Utc::now().format("%Y%m%dT%H%M%S%.6fZ").to_string()
}

/// The reports that were written, by the checksum of each, so that none goes unseen.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Index {
    #[serde(default)]
    runs: BTreeMap<String, String>,
    /// The run whose report was written last.
    #[serde(default)]
    newest: Option<String>,
}

const INDEX: &str = "_koridor/runs.json";

/// The run that is at work: it takes this away when it ends.
const AT_WORK: &str = "_koridor/running.json";

fn path_of(run_id: &str) -> String {
    format!("{RUNS}/{run_id}.json")
}

/// The runs that are recorded, by their names.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn run_ids(storage: &Storage) -> Result<Vec<String>, LakeError> {
    let index: Index = storage.get_json(INDEX).await?.unwrap_or_default();
    // Where the index is lost, no later run takes the name of an earlier one.
    let name = |path: &String| path.rsplit('/').next()?.strip_suffix(".json").map(str::to_owned);
    let written = storage.list(RUNS).await?;
    let names: BTreeSet<String> =
        written.iter().filter_map(name).chain(index.runs.into_keys()).collect();
    Ok(names.into_iter().collect())
}

/// Writes reports of nights that never ran.
///
/// # Errors
/// Where they cannot be written.
pub async fn save_caught_up(storage: &Storage, reports: &[Report]) -> Result<(), LakeError> {
    if reports.is_empty() {
        return Ok(());
    }
    let mut index: Index = storage.get_json(INDEX).await?.unwrap_or_default();
    for report in reports {
        let checksum = storage.put_sealed(&path_of(&report.run_id), report).await?;
        index.runs.insert(report.run_id.clone(), checksum);
    }
    storage.put_json(INDEX, &index).await
}

/// Writes a report into the lake.
///
/// # Errors
/// Where it cannot be written.
pub async fn save(storage: &Storage, report: &Report) -> Result<(), LakeError> {
    let checksum = storage.put_sealed(&path_of(&report.run_id), report).await?;
    let mut index: Index = storage.get_json(INDEX).await?.unwrap_or_default();
    index.runs.insert(report.run_id.clone(), checksum);
    index.newest = Some(report.run_id.clone());
    storage.put_json(INDEX, &index).await?;
    storage.delete(AT_WORK).await
}

/// The report of the newest run that ended.
///
/// # Errors
/// Where it cannot be read.
pub async fn newest(storage: &Storage) -> Result<Option<Report>, LakeError> {
    let index: Index = storage.get_json(INDEX).await?.unwrap_or_default();
    // Runs were named by their moment when this was not written yet.
    let newest = index.newest.or_else(|| index.runs.into_keys().next_back());
    match newest {
        Some(run_id) => storage.get_json(&path_of(&run_id)).await,
        None => Ok(None),
    }
}

/// The report of a run.
///
/// # Errors
/// Where it cannot be read.
pub async fn of_run(storage: &Storage, run_id: &str) -> Result<Option<Report>, LakeError> {
    storage.get_json(&path_of(run_id)).await
}

/// Notes that a run begins, and how far it is. The caller holds the lake's lock and has recorded
/// the one that died before.
///
/// # Errors
/// Where the lake cannot be written.
pub async fn note_at_work(storage: &Storage, report: &Report) -> Result<(), LakeError> {
    storage.put_json(AT_WORK, report).await
}

/// Records a run that died: the caller holds the lake's lock, so whoever is noted to be at work is
/// not.
///
/// # Errors
/// Where the lake cannot be read or written.
pub async fn record_killed(storage: &Storage) -> Result<(), LakeError> {
    let found = storage.get_json::<Report>(AT_WORK).await;
    let Some(died) = found.or_else(|error| match error {
        // It died while it wrote this.
        LakeError::Document { .. } | LakeError::Damaged { .. } => Ok(None),
        error => Err(error),
    })?
    else {
        return storage.delete(AT_WORK).await;
    };
    let report = Report {
        finished_at: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        outcome: "killed".into(),
        exit_code: KILLED,
        error: Some("the run was killed before it ended; a later one has finished its work".into()),
        ..died
    };
    save(storage, &report).await
}

/// In the place of the exit code of a run that was killed, as a shell gives it.
const KILLED: i32 = 137;

/// All reports, each as it was written.
async fn saved(storage: &Storage) -> Result<Vec<Report>, LakeError> {
    let index: Index = storage.get_json(INDEX).await?.unwrap_or_default();
    let mut missing = index.runs;
    let mut reports = Vec::new();
    for path in storage.list(RUNS).await? {
        let Some((report, checksum)) = storage.get_sealed::<Report>(&path).await? else { continue };
        if let Some(known) = missing.remove(&report.run_id)
            && checksum.is_some_and(|found| found != known)
        {
            return Err(LakeError::damaged(path, "it is not the report that was written"));
        }
        reports.push(report);
    }
    match missing.into_keys().next() {
        Some(run_id) => Err(LakeError::missing(path_of(&run_id))),
        None => Ok(reports),
    }
}

/// `ops.runs`.
pub(crate) async fn runs_table(storage: &Storage) -> Result<RecordBatch, LakeError> {
    let reports = saved(storage).await?;
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    let schema = Schema::new(vec![
        text("run_id"),
        text("command"),
        text("logical_date"),
        text("started_at"),
        text("finished_at"),
        text("outcome"),
        number("exit_code"),
        text("error"),
        number("files_new"),
        number("files_refused"),
        number("files_known"),
        number("rows_accepted"),
        number("rows_rejected"),
        text("release_id"),
        text("caught_up_by"),
        Field::new("seconds", DataType::Float64, true),
        text("steps_json"),
    ]);
    let texts = |pick: &dyn Fn(&Report) -> Option<String>| -> ArrayRef {
        Arc::new(StringArray::from_iter(reports.iter().map(pick)))
    };
    let numbers = |pick: &dyn Fn(&Report) -> Option<i64>| -> ArrayRef {
        Arc::new(Int64Array::from_iter(reports.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        texts(&|report| Some(report.run_id.clone())),
        texts(&|report| Some(report.command.clone())),
        texts(&|report| report.logical_date.clone()),
        texts(&|report| Some(report.started_at.clone())),
        texts(&|report| Some(report.finished_at.clone())),
        texts(&|report| Some(report.outcome.clone())),
        numbers(&|report| Some(i64::from(report.exit_code))),
        texts(&|report| report.error.clone()),
        numbers(&|report| {
            let loaded = |file: &&FileReport| file.status == FileStatus::Loaded;
            Some(report.files.iter().filter(loaded).count() as i64)
        }),
        numbers(&|report| {
            Some(report.files.iter().filter(|file| file.status == FileStatus::Refused).count()
                as i64)
        }),
        numbers(&|report| report.files_known.map(|known| known as i64)),
        numbers(&|report| Some(report.files.iter().map(|file| file.rows_accepted as i64).sum())),
        numbers(&|report| Some(report.files.iter().map(|file| file.rows_rejected as i64).sum())),
        texts(&|report| report.release_id.clone()),
        texts(&|report| report.caught_up_by.clone()),
        Arc::new(Float64Array::from_iter_values(
            reports.iter().map(|report| report.steps.iter().map(|step| step.seconds).sum::<f64>()),
        )),
        texts(&|report| serde_json::to_string(&report.steps).ok()),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}
