//! The state of the lake: first what needs a person, then what came, the release and the last run.

use crate::alerts::{FailedFetch, NO_SOURCE, failed_fetches};
use crate::error::PublishError;
use crate::indicators::name_in_indonesian;
use crate::shared_views::share_views_of;
use crate::table::{Record, Table};
use crate::words::period_name;
use koridor_lake::Engine;
use koridor_lake::ledger::report;
use serde::Serialize;

/// What `koridor status` says. Moments are RFC 3339 texts in UTC.
#[derive(Serialize)]
pub struct Status {
    /// What needs a person.
    pub needs: Needs,
    /// What came, the release, the last run.
    pub summary: Summary,
}

/// The state in detail.
pub struct Details {
    /// What came, by source, dataset and region.
    pub came: Table,
    /// Expected deliveries by source, dataset and state.
    pub expected: Table,
    /// The newest period that has come, by source, dataset and region.
    pub fresh: Table,
}

/// What needs a person, in the order of urgency.
#[derive(Serialize)]
pub struct Needs {
    /// The last run, where it failed.
    pub failed_run: Option<Run>,
    /// Checks that stopped a release after the last one was made.
    pub stopped_by: Vec<StoppingCheck>,
    /// Files from addresses that did not come.
    pub failed_fetches: Vec<FailedFetch>,
    /// Refused files that did not come again, the newest first.
    pub refused_files: Vec<RefusedFile>,
    /// Files that are held until somebody accepts them, the newest first.
    pub held_files: Vec<RefusedFile>,
    /// Files without a row of data, where none with rows came later, the newest first.
    pub empty_files: Vec<RefusedFile>,
    /// Figures that make no number because they look like another unit.
    pub withheld: Vec<WithheldFigures>,
    /// Refused rows that are open, by office.
    pub open_refusals: Vec<OfficeRefusals>,
    /// Deliveries that are missing or odd, by office and state.
    pub deliveries: Vec<OfficeDeliveries>,
    /// Deliveries that came late, by office: they are there, nobody has to do anything.
    pub late_deliveries: Vec<OfficeDeliveries>,
    /// Corrections that do nothing.
    pub idle_corrections: Vec<IdleCorrection>,
    /// Whether the last run left a change of `schemas/` or `sql/` to be approved.
    pub holds_changes: bool,
    /// Folders of no office that the last run met, a sentence each in English.
    pub unknown_folders: Vec<String>,
}

/// A run.
#[derive(Serialize)]
pub struct Run {
    /// Name.
    pub run_id: String,
    /// Command.
    pub command: String,
    /// When it began.
    pub started_at: String,
    /// `done`, `refused` or `failed`.
    pub outcome: String,
    /// What failed.
    pub error: Option<String>,
    /// Files that were new.
    pub files_new: u64,
    /// Files that were refused.
    pub files_refused: u64,
    /// Rows accepted.
    pub rows_accepted: u64,
    /// Rows refused.
    pub rows_rejected: u64,
    /// How long it took.
    pub seconds: Option<f64>,
}

/// A check that stopped a release.
#[derive(Serialize)]
pub struct StoppingCheck {
    /// Indicator, or what else is checked.
    pub subject: String,
    /// The check.
    pub check_name: String,
    /// The check in Bahasa Indonesia.
    #[serde(skip)]
    pub check_name_ind: String,
    /// Rows that fail it.
    pub rows: u64,
    /// The first of them.
    pub example: String,
}

/// A refused or held file.
#[derive(Serialize)]
pub struct RefusedFile {
    /// Its name.
    pub file_name: String,
    /// Source, where that is known.
    pub source_id: Option<String>,
    /// When it came.
    pub received_at: String,
    /// Why, in English.
    pub error: String,
    /// Why, in Bahasa Indonesia.
    pub error_ind: String,
}

/// Figures of an office that look like another unit.
#[derive(Serialize)]
pub struct WithheldFigures {
    /// Source.
    pub source_id: String,
    /// Dataset.
    pub dataset: String,
    /// Region.
    pub region_code: String,
    /// The unit that they look like.
    pub looks_like: String,
    /// Number of figures.
    pub figures: u64,
    /// First period.
    pub first_period: String,
    /// Last period.
    pub last_period: String,
}

impl WithheldFigures {
    fn of(record: Record<'_>) -> Self {
        Self {
            source_id: record.text_or_empty("source_id"),
            dataset: record.text_or_empty("dataset"),
            region_code: record.text_or_empty("region_code"),
            looks_like: record.text_or_empty("looks_like"),
            figures: record.count("figures"),
            first_period: record.text_or_empty("first_period"),
            last_period: record.text_or_empty("last_period"),
        }
    }
}

/// Refused rows of an office that are open.
#[derive(Serialize)]
pub struct OfficeRefusals {
    /// Source; none where the rows do not say theirs.
    pub source_id: Option<String>,
    /// Number of rows.
    pub rows: u64,
    /// Their datasets.
    pub datasets: String,
    /// Rules that refuse them.
    pub rules: String,
}

/// Deliveries of an office in one state.
#[derive(Serialize)]
pub struct OfficeDeliveries {
    /// Source.
    pub source_id: String,
    /// State: `missing`, `late`, or what is odd about them.
    pub state: String,
    /// Number of deliveries.
    pub deliveries: u64,
    /// Their datasets.
    pub datasets: String,
    /// First period.
    pub first_period: String,
    /// Last period.
    pub last_period: String,
    /// Whether anything that the office sent counts.
    #[serde(skip)]
    pub has_sent: bool,
}

/// A correction that does nothing.
#[derive(Serialize)]
pub struct IdleCorrection {
    /// The correction.
    pub correction: String,
    /// Its dataset.
    pub dataset: String,
    /// `stale`, `expired` or `no_row`.
    pub state: String,
}

/// What came, the release, the last run.
#[derive(Serialize)]
pub struct Summary {
    /// Sources with current rows.
    pub sources: u64,
    /// Datasets with current rows.
    pub datasets: u64,
    /// Files that were loaded.
    pub files: u64,
    /// Current rows.
    pub rows: u64,
    /// Newest period, such as `2025-12`.
    pub newest_period: Option<String>,
    /// When the last file came.
    pub last_received_at: Option<String>,
    /// The current release.
    pub release: Option<CurrentRelease>,
    /// The last run.
    pub last_run: Option<Run>,
}

/// The current release.
#[derive(Serialize)]
pub struct CurrentRelease {
    /// Name.
    pub release_id: String,
    /// When it was made.
    pub created_at: String,
    /// Number of values.
    pub values: u64,
    /// Checks that warn.
    pub warnings: u64,
}

impl Needs {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.failed_run.is_none()
            && self.stopped_by.is_empty()
            && self.failed_fetches.is_empty()
            && self.refused_files.is_empty()
            && self.held_files.is_empty()
            && self.empty_files.is_empty()
            && self.withheld.is_empty()
            && self.open_refusals.is_empty()
            && self.deliveries.is_empty()
            && self.idle_corrections.is_empty()
            && !self.holds_changes
            && self.unknown_folders.is_empty()
    }
}

/// What the state is read by: its statements name the same views.
const QUERIES: [&str; 11] = [
    "status_runs",
    "status_stopped_release",
    "status_refused",
    "status_held",
    "status_empty",
    "status_withheld",
    "status_open_refusals",
    "status_deliveries",
    "status_idle_corrections",
    "status_release",
    "status_summary",
];

/// The same of what anybody may know.
const QUERIES_OF_ANYBODY: [&str; 3] = ["status_deliveries", "status_release", "status_summary"];

/// Reads the state of the lake.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn status(engine: &Engine) -> Result<Status, PublishError> {
    let needs = needs(engine).await?;
    let summary = summary(engine, last_run(engine).await?).await?;
    Ok(Status { needs, summary })
}

/// The last run, if there was one.
async fn last_run(engine: &Engine) -> Result<Option<Run>, PublishError> {
    Ok(list(engine, "status_runs", Run::of).await?.into_iter().next())
}

/// What needs a person.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn needs(engine: &Engine) -> Result<Needs, PublishError> {
    share_views_of(engine, &QUERIES).await?;
    let is_failed = |run: &Run| ["failed", "killed"].contains(&run.outcome.as_str());
    let storage = &engine.snapshot().storage;
    let newest = report::newest(storage).await?.unwrap_or_default();
    let (late_deliveries, deliveries) = due(engine).await?;
    let mut stopped_by = list(engine, "status_stopped_release", StoppingCheck::of).await?;
    for check in &mut stopped_by {
        let project = &engine.snapshot().project;
        check.check_name_ind = name_in_indonesian(project, &check.check_name);
    }
    Ok(Needs {
        failed_run: last_run(engine).await?.filter(is_failed),
        stopped_by,
        failed_fetches: unfetched(engine).await?,
        refused_files: list(engine, "status_refused", RefusedFile::of).await?,
        held_files: list(engine, "status_held", RefusedFile::of).await?,
        empty_files: list(engine, "status_empty", RefusedFile::of).await?,
        withheld: list(engine, "status_withheld", WithheldFigures::of).await?,
        open_refusals: list(engine, "status_open_refusals", OfficeRefusals::of).await?,
        deliveries,
        late_deliveries,
        idle_corrections: list(engine, "status_idle_corrections", IdleCorrection::of).await?,
        holds_changes: newest.holds_changes,
        unknown_folders: newest.unknown_folders,
    })
}

/// Deliveries that came late, and those that are missing or odd.
async fn due(
    engine: &Engine,
) -> Result<(Vec<OfficeDeliveries>, Vec<OfficeDeliveries>), PublishError> {
    let all = list(engine, "status_deliveries", OfficeDeliveries::of).await?;
    Ok(all.into_iter().partition(|own| own.state == "late"))
}

/// What did not come of what is still fetched.
async fn unfetched(engine: &Engine) -> Result<Vec<FailedFetch>, PublishError> {
    let snapshot = engine.snapshot();
    let mut failed = failed_fetches(&snapshot.storage).await?;
    let sources = &snapshot.project.sources;
    let is_fetched = |name: &str| {
        sources.get(name).is_some_and(|source| source.fetch.is_some() && !source.draft)
    };
    let any = sources.keys().any(|name| is_fetched(name));
    failed.retain(|own| is_fetched(&own.source) || own.source == NO_SOURCE && any);
    Ok(failed)
}

/// What of the state anybody may know: what came, what is due, the release; nothing of files,
/// errors, runs and figures.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn published(engine: &Engine) -> Result<Status, PublishError> {
    share_views_of(engine, &QUERIES_OF_ANYBODY).await?;
    let (late_deliveries, deliveries) = due(engine).await?;
    let needs = Needs {
        failed_run: None,
        stopped_by: Vec::new(),
        failed_fetches: Vec::new(),
        refused_files: Vec::new(),
        held_files: Vec::new(),
        empty_files: Vec::new(),
        withheld: Vec::new(),
        open_refusals: Vec::new(),
        deliveries,
        late_deliveries,
        idle_corrections: Vec::new(),
        holds_changes: false,
        unknown_folders: Vec::new(),
    };
    Ok(Status { needs, summary: summary(engine, None).await? })
}

async fn summary(engine: &Engine, last_run: Option<Run>) -> Result<Summary, PublishError> {
    let release = list(engine, "status_release", CurrentRelease::of).await?.pop();
    let summary = Table::named(engine, "status_summary", []).await?;
    let summary = summary.records().next().map(|record| Summary::of(record, release, last_run));
    summary.ok_or_else(|| PublishError::Internal("a summary has one row".into()))
}

/// What came, by source, dataset and region.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn came(engine: &Engine) -> Result<Table, PublishError> {
    Table::named(engine, "status_came", []).await
}

/// Reads the state in detail.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn details(engine: &Engine) -> Result<Details, PublishError> {
    Ok(Details {
        came: came(engine).await?,
        expected: Table::named(engine, "status_expected", []).await?,
        fresh: Table::named(engine, "status_fresh", []).await?,
    })
}

/// The rows of a statement of the project as plain values.
async fn list<T>(
    engine: &Engine,
    name: &str,
    of: fn(Record<'_>) -> T,
) -> Result<Vec<T>, PublishError> {
    Ok(Table::named(engine, name, []).await?.records().map(of).collect())
}

impl Run {
    fn of(record: Record<'_>) -> Self {
        Self {
            run_id: record.text_or_empty("run_id"),
            command: record.text_or_empty("command"),
            started_at: record.text_or_empty("started_at"),
            outcome: record.text_or_empty("outcome"),
            error: record.text("error"),
            files_new: record.count("files_new"),
            files_refused: record.count("files_refused"),
            rows_accepted: record.count("rows_accepted"),
            rows_rejected: record.count("rows_rejected"),
            seconds: record.number("seconds"),
        }
    }
}

impl StoppingCheck {
    fn of(record: Record<'_>) -> Self {
        Self {
            subject: record.text_or_empty("subject"),
            check_name: record.text_or_empty("check_name"),
            check_name_ind: String::new(),
            rows: record.count("rows"),
            example: record.text_or_empty("detail"),
        }
    }
}

impl RefusedFile {
    fn of(record: Record<'_>) -> Self {
        Self {
            file_name: record.text_or_empty("file_name"),
            source_id: record.text("source_id"),
            received_at: record.text_or_empty("received_at"),
            error: record.text_or_empty("error"),
            error_ind: record.text_or_empty("error_ind"),
        }
    }
}

impl OfficeRefusals {
    fn of(record: Record<'_>) -> Self {
        Self {
            source_id: record.text("source_id"),
            rows: record.count("rows"),
            datasets: record.text_or_empty("datasets"),
            rules: record.text_or_empty("rules"),
        }
    }
}

impl OfficeDeliveries {
    fn of(record: Record<'_>) -> Self {
        let cadence = record.text_or_empty("cadence");
        let period = |name: &str| period_name(&cadence, &record.text_or_empty(name));
        Self {
            source_id: record.text_or_empty("source_id"),
            state: record.text_or_empty("state"),
            deliveries: record.count("deliveries"),
            datasets: record.text_or_empty("datasets"),
            first_period: period("first_period"),
            last_period: period("last_period"),
            has_sent: record.is_true("has_sent"),
        }
    }
}

impl IdleCorrection {
    fn of(record: Record<'_>) -> Self {
        Self {
            correction: record.text_or_empty("correction"),
            dataset: record.text_or_empty("dataset"),
            state: record.text_or_empty("state"),
        }
    }
}

impl CurrentRelease {
    fn of(record: Record<'_>) -> Self {
        Self {
            release_id: record.text_or_empty("release_id"),
            created_at: record.text_or_empty("created_at"),
            values: record.count("value_count"),
            warnings: record.count("warnings"),
        }
    }
}

impl Summary {
    fn of(record: Record<'_>, release: Option<CurrentRelease>, last_run: Option<Run>) -> Self {
        let grain = record.text_or_empty("newest_grain");
        let newest = record.text("newest_period");
        Self {
            sources: record.count("sources"),
            datasets: record.count("datasets"),
            files: record.count("files"),
            rows: record.count("rows"),
            newest_period: newest.map(|first_day| period_name(&grain, &first_day)),
            last_received_at: record.text("last_received_at"),
            release,
            last_run,
        }
    }
}
