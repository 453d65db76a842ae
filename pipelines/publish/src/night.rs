//! The night: load what is new, build, check, release, extracts, maintenance. It leaves a report in
//! the lake whatever happens.

use crate::error::PublishError;
use crate::release::{self, Built};
use crate::table::Table;
use koridor_contract::message::Message;
use koridor_contract::{Project, scrub};
use koridor_lake::ledger::FileStatus;
use koridor_lake::ledger::report::{self, FileReport, Report, Step, WaitingFile};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::landing::{LandedFile, place_of};
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::store;
use koridor_lake::store::lock::LakeLock;
use koridor_lake::store::maintenance::{Policy, maintain};
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, Snapshot, Storage};
use koridor_read::readers::FileReader;
use koridor_read::recognise::{self, Request};
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a night works on.
pub struct NightSetting {
    /// The project.
    pub project: Arc<Project>,
    /// The lake.
    pub storage: Storage,
    /// Bytes a query may hold before it spills to disk.
    pub memory_bytes: usize,
    /// Reads files that are read whole; its budget bounds every file.
    pub reader: Arc<FileReader>,
    /// How long it waits for another run that is writing.
    pub wait: Duration,
    /// The command that runs it.
    pub command: String,
    /// The landing folder as its files are shown under, where there is one.
    pub landing: Option<String>,
    /// Whether refused data leaves the exit code at 0.
    pub allows_rejected: bool,
}

/// What the program does for a night: it shows how far the night is, and writes extracts.
pub trait NightHost {
    /// So many files are new.
    fn begin_files(&mut self, count: u64);
    /// A file is done.
    fn file_done(&mut self, outcome: &FileOutcome);
    /// An indicator is computed.
    fn indicator_begun(&mut self, id: &str);
    /// Whether the extracts of a release are there already and whole.
    fn has_extracts(&self, release: &Release) -> bool;
    /// Writes the extracts of a release; `false` where none are wanted.
    fn write_extracts(
        &mut self,
        engine: &Engine,
        release: &Release,
    ) -> impl Future<Output = Result<bool, Box<dyn Error + Send + Sync>>>;
}

/// What came of a night.
pub struct Night {
    /// The report as saved.
    pub report: Report,
    /// Outcomes of files that were new.
    pub outcomes: Vec<FileOutcome>,
    /// What came of the release.
    pub built: Built,
    /// Folders of the landing folder that are no office's.
    pub unknown_folders: Vec<Message>,
    /// What else a person should know.
    pub notes: Vec<Message>,
    /// Whether data was refused, or a check retained the release before.
    pub is_refused: bool,
}

/// Exit code of a run in which data was refused.
const REFUSED: i32 = 3;

/// Takes the lock and runs all steps; an error is in the report too.
///
/// # Errors
/// Where a step could not finish; running again completes it.
pub async fn run(
    setting: &NightSetting,
    files: &[LandedFile],
    host: &mut impl NightHost,
) -> Result<Night, PublishError> {
    setting.storage.create().await?;
    let lock = LakeLock::take_within(&setting.storage, setting.wait).await?;
    let mut report = begun(setting);
    let strange = unknown_folders(setting, files);
    report.unknown_folders = strange.iter().map(|message| message.en.clone()).collect();
    let mut notes = Vec::new();
    let result = match report::begin(&setting.storage, &report).await {
        Ok(()) => run_steps(setting, files, host, (&mut report, &mut notes)).await,
        Err(error) => Err(error.into()),
    };
    report.finished_at = now();
    let finished = match result {
        Ok((outcomes, built)) => {
            let is_refused = outcomes.iter().any(FileOutcome::needs_answer)
                || matches!(built, Built::Retained(..))
                || !report.files_waiting.is_empty();
            report.outcome = if is_refused { "refused" } else { "done" }.into();
            report.exit_code = if is_refused && !setting.allows_rejected { REFUSED } else { 0 };
            Ok((outcomes, built, is_refused))
        }
        Err(error) => {
            report.error = Some(scrub::prose(&error.to_string()).into_owned());
            report.exit_code = i32::from(error.kind().exit_code());
            Err(error)
        }
    };
    let saved = report::save(&setting.storage, &report).await;
    let released = lock.release().await;
    // What stopped the night comes first: it may be why the report cannot be saved either.
    let (outcomes, built, is_refused) = finished?;
    saved?;
    released?;
    Ok(Night { report, outcomes, built, is_refused, unknown_folders: strange, notes })
}

/// The report of a night that begins.
fn begun(setting: &NightSetting) -> Report {
    Report {
        schema: "koridor.run.v1".into(),
        run_id: report::new_run_id(),
        command: setting.command.clone(),
        started_at: now(),
        finished_at: String::new(),
        outcome: "failed".into(),
        exit_code: 1,
        error: None,
        files: Vec::new(),
        files_known: None,
        files_waiting: Vec::new(),
        unknown_folders: Vec::new(),
        notes: Vec::new(),
        release_id: None,
        is_new_release: false,
        changes: None,
        steps: Vec::new(),
    }
}

/// The steps and how long each took.
struct Laps {
    since: Instant,
}

impl Laps {
    fn end(&mut self, report: &mut Report, name: &str) {
        let seconds = self.since.elapsed().as_secs_f64();
        report.steps.push(Step { name: name.into(), seconds });
        self.since = Instant::now();
    }
}

async fn run_steps(
    setting: &NightSetting,
    files: &[LandedFile],
    host: &mut impl NightHost,
    (report, notes): (&mut Report, &mut Vec<Message>),
) -> Result<(Vec<FileOutcome>, Built), PublishError> {
    let mut laps = Laps { since: Instant::now() };
    let (project, storage) = (&setting.project, &setting.storage);
    let run_id = report.run_id.clone();
    let loader = Loader::new(Arc::clone(project), storage.clone(), run_id.clone()).await?;
    let mut loader =
        loader.with_memory(setting.memory_bytes).with_reader(Arc::clone(&setting.reader));
    notes.extend_from_slice(loader.notes());
    report.notes = notes.iter().map(|message| message.en.clone()).collect();
    laps.end(report, "open");
    let files: Vec<LandedFile> = files.iter().map(|file| loader.told(file.clone())).collect();
    let outcomes = load(&mut loader, &files, host, report).await?;
    report.files_waiting = waiting(setting, &files, &outcomes).await?;
    laps.end(report, "ingest");
    let mut progress = |id: &str| host.indicator_begun(id);
    let memory_bytes = setting.memory_bytes;
    let before = store::release::current(storage).await?;
    let built = release::build(project, storage, &run_id, memory_bytes, &mut progress).await?;
    laps.end(report, "release");
    let (current, is_new) = built.current();
    report.release_id = current.map(|release| release.id.clone());
    report.is_new_release = is_new;
    if let Some(release) = current.filter(|own| is_new || !host.has_extracts(own)) {
        let snapshot = Snapshot::at_release(Arc::clone(project), storage.clone(), release.clone());
        let engine = Engine::open(snapshot.with_memory(memory_bytes))?;
        if is_new {
            report.changes = Some(release::changes(&engine, before.as_ref(), release).await?);
            laps.end(report, "comparison");
        }
        if host.write_extracts(&engine, release).await.map_err(PublishError::Extracts)? {
            laps.end(report, "extracts");
        }
    }
    if is_new || !outcomes.is_empty() {
        maintain(storage, Policy::default()).await?;
        laps.end(report, "maintenance");
    }
    Ok((outcomes, built))
}

/// Files of the landing folder that an earlier night refused or held and that lie there still: what
/// was refused stays visible until it is mended or taken away.
async fn waiting(
    setting: &NightSetting,
    files: &[LandedFile],
    outcomes: &[FileOutcome],
) -> Result<Vec<WaitingFile>, PublishError> {
    let snapshot = Snapshot::head(Arc::clone(&setting.project), setting.storage.clone()).await?;
    let engine = Engine::open(snapshot.with_memory(setting.memory_bytes))?;
    let table = Table::named(&engine, "waiting_files", []).await?;
    let places: BTreeSet<String> = files.iter().map(LandedFile::place).collect();
    let lies = |path: &str| places.contains(&place_of(path));
    let is_new = |path: &str| outcomes.iter().any(|outcome| outcome.path == path);
    let waiting = table.records().map(|row| WaitingFile {
        path: row.text_or_empty("file_path"),
        status: row.text_or_empty("status"),
        error: row.text("error"),
        error_id: row.text("error_ind"),
    });
    Ok(waiting.filter(|file| lies(&file.path) && !is_new(&file.path)).collect())
}

/// Folders of the landing folder that are no office's.
fn unknown_folders(setting: &NightSetting, files: &[LandedFile]) -> Vec<Message> {
    let Some(root) = &setting.landing else { return Vec::new() };
    let folder = |file: &LandedFile| {
        let below = file.shown_path.strip_prefix(root.as_str())?.trim_start_matches('/').to_owned();
        below.split_once('/').map(|(folder, _)| folder.to_owned())
    };
    let folders: BTreeSet<String> = files.iter().filter_map(folder).collect();
    folders
        .iter()
        .filter_map(|own| recognise::unknown_folder(&setting.project, &scrub::cell(own)))
        .collect()
}

/// Loads the files that are new; those that are in the lake are counted.
async fn load(
    loader: &mut Loader,
    files: &[LandedFile],
    host: &mut impl NightHost,
    report: &mut Report,
) -> Result<Vec<FileOutcome>, PublishError> {
    let is_new = |file: &&LandedFile| !loader.is_unchanged(file);
    let new: Vec<(LandedFile, Request)> =
        files.iter().filter(is_new).map(|file| (file.clone(), Request::default())).collect();
    host.begin_files(new.len() as u64);
    let (mut outcomes, _) = loader.load(&new, &mut |outcome| host.file_done(outcome)).await?;
    let is_known = |outcome: &FileOutcome| outcome.status == FileStatus::Known;
    let known = outcomes.iter().filter(|outcome| is_known(outcome)).count();
    report.files_known = Some((files.len() - new.len() + known) as u64);
    outcomes.retain(|outcome| !is_known(outcome) || !outcome.warnings.is_empty());
    report.files = outcomes.iter().map(FileReport::from).collect();
    Ok(outcomes)
}

fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
