//! What a plan works on: a small project, the offices' landing folder, a lake in memory.

use crate::store::{Fault, Road};
use crate::whole_folder::{self, Edition};
use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_lake::ledger::report::{new_run_id, record_killed};
use koridor_lake::load::erase::{Asked, CopiesOf, Subject, erase as erasing};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::landing::{LandedFile, landing};
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::load::quarantine::Decision;
use koridor_lake::load::replay::Selection;
use koridor_lake::store::lock::LakeLock;
use koridor_lake::store::maintenance::{Policy, maintain};
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, Snapshot, Storage};
use koridor_publish::night::{self, NightHost, NightSetting};
use koridor_read::recognise::Request;
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path as StorePath;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// What of the project's folders a small night needs.
const INDICATORS: [&str; 1] = ["sql/indicators/environment/waste_managed_rate/"];

/// Files of the project of the repository with few indicators: a night takes a second, not ten.
static FILES: LazyLock<Files> = LazyLock::new(|| {
    let mut files = Files::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    read_project_folder(&repository, &mut files).unwrap();
    let is_kept = |path: &String| {
        let kept = |prefix: &str| path.starts_with(prefix);
        !path.starts_with("sql/indicators/") || INDICATORS.iter().any(|own| kept(own))
    };
    files.retain(|path, _| is_kept(path));
    files
});

/// The project of these files.
pub static PROJECT: LazyLock<Arc<Project>> =
    LazyLock::new(|| Arc::new(Project::from_files(FILES.clone()).unwrap()));

/// The project with known wrong values, a line each.
pub fn corrected(corrections: &str) -> Arc<Project> {
    let header = "dataset,key,field,expected,action,value,reason,source,by,until";
    let mut files = FILES.clone();
    files.insert("schemas/corrections/plan.csv".into(), format!("{header}\n{corrections}"));
    Arc::new(Project::from_files(files).unwrap())
}

/// A lake in memory.
pub fn lake(road: &Arc<Road>) -> Storage {
    let url = url::Url::parse("memory:///").unwrap();
    Storage::over(Arc::clone(road) as Arc<_>, (url, StorePath::default()), None)
}

/// Leaves the extracts of a night beside the landing folder.
struct Host<'night> {
    folder: &'night Path,
}

impl NightHost for Host<'_> {
    fn begin_files(&mut self, _: u64) {}
    fn file_done(&mut self, _: &FileOutcome) {}
    fn indicator_begun(&mut self, _: &str) {}

    fn has_extracts(&self, release: &Release) -> bool {
        whole_folder::is_of(&extracts(self.folder), &edition(&release.id))
    }

    async fn write_extracts(
        &mut self,
        engine: &Engine,
        release: &Release,
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let rows = rows(engine, RELEASED).await?.join("\n").into_bytes();
        let files = whole_folder::Files::from([("indicators.txt".to_owned(), rows)]);
        whole_folder::replace(&extracts(self.folder), &edition(&release.id), files)?;
        Ok(true)
    }
}

fn edition(release: &str) -> Edition {
    Edition { release: release.to_owned(), made: "a trial".to_owned() }
}

/// Nights of two threads do not share the folder that they leave.
fn extracts(folder: &Path) -> PathBuf {
    folder.join(format!(".extracts-{:?}", std::thread::current().id()))
}

/// The files of a folder as a landing folder shows them.
fn landed(folder: &Path) -> Vec<LandedFile> {
    let shown = |file: LandedFile| {
        let within = file.path.strip_prefix(folder).unwrap().display().to_string();
        LandedFile { shown_path: format!("landing/{within}"), ..file }
    };
    landing(folder).unwrap().into_iter().map(shown).collect()
}

/// Runs a night over the files of a folder; what went wrong, as a text.
pub async fn night(project: &Arc<Project>, storage: &Storage, folder: &Path) -> Result<(), String> {
    let setting = NightSetting {
        project: Arc::clone(project),
        storage: storage.clone(),
        memory_bytes: 256 << 20,
        reader: Arc::default(),
        wait: std::time::Duration::ZERO,
        command: "run".into(),
        landing: Some("landing".into()),
        allows_rejected: true,
        holds_changes: false,
        ignores_clock: false,
        is_trial: false,
        meant_for: None,
    };
    let night = night::run(&setting, &landed(folder), &mut Host { folder }).await;
    let night = night.map_err(|error| error.to_string())?;
    match night.built.current().0 {
        Some(own) if !whole_folder::is_of(&extracts(folder), &edition(&own.id)) => {
            Err(format!("the extracts are not those of {}", own.id))
        }
        _ => Ok(()),
    }
}

/// Loads the files of a folder without a release.
pub async fn load(project: &Arc<Project>, storage: &Storage, folder: &Path) -> Result<(), String> {
    let text = |error: koridor_lake::LakeError| error.to_string();
    storage.create().await.map_err(text)?;
    let lock = LakeLock::take(storage).await.map_err(text)?;
    let loaded = load_all(project, storage, folder).await;
    lock.release().await.map_err(text)?;
    loaded.map_err(text)
}

async fn load_all(
    project: &Arc<Project>,
    storage: &Storage,
    folder: &Path,
) -> Result<(), koridor_lake::LakeError> {
    record_killed(storage).await?;
    let mut loader = Loader::new(Arc::clone(project), storage.clone(), new_run_id()).await?;
    let files: Vec<_> = landed(folder).into_iter().map(|file| (file, Request::default())).collect();
    loader.load(&files, &mut |_| {}).await.map(|_| ())
}

/// Reads all files again.
pub async fn replay(project: &Arc<Project>, storage: &Storage) -> Result<(), String> {
    let text = |error: koridor_lake::LakeError| error.to_string();
    let lock = LakeLock::take(storage).await.map_err(text)?;
    let again = Selection { since: Some("0001-01-01".into()), ..Selection::default() };
    let replayed = async {
        let mut loader = Loader::new(Arc::clone(project), storage.clone(), new_run_id()).await?;
        loader.replay(&again, &mut |_| {}).await.map(|_| ())
    };
    let replayed = replayed.await;
    lock.release().await.map_err(text)?;
    replayed.map_err(text)
}

/// Puts small files together and sweeps what nobody names.
pub async fn tidy(storage: &Storage) -> Result<(), String> {
    let text = |error: koridor_lake::LakeError| error.to_string();
    let lock = LakeLock::take(storage).await.map_err(text)?;
    let policy = Policy { many_small: 2, sweep_days: 0, grace_hours: 0 };
    let tidied = maintain(storage, policy).await;
    lock.release().await.map_err(text)?;
    tidied.map(|_| ()).map_err(text)
}

/// Erases the handled waste of a city and month; what went wrong, as a text.
pub async fn erase(storage: &Storage) -> Result<(), String> {
    let text = |error: koridor_lake::LakeError| error.to_string();
    let contract = &PROJECT.datasets["waste_handling"];
    let subject = Subject::of_key(contract, "region_code=7472,period_month=2024-01", &[]);
    let subject = subject.map_err(text)?;
    let decision = Decision { by: "a trial", reason: "a trial" };
    let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
    let lock = LakeLock::take(storage).await.map_err(text)?;
    let erased = erasing(&PROJECT, storage, (&asked, &Arc::default())).await;
    let released = lock.release().await;
    erased.map_err(text)?;
    released.map_err(text)
}

/// The lock of a process that died in a store that knows no dead processes.
pub async fn break_lock(store: &InMemory) {
    let _ = store.delete(&StorePath::from("_koridor/lock")).await;
}

/// What a lake says, without what differs from run to run.
const SAID: [&str; 7] = [
    "select * exclude (ingested_at, slice_id) from silver.waste_handling",
    "select * exclude (ingested_at, slice_id) from core.waste_handling",
    "select * exclude (ingested_at, slice_id) from core.waste_weighbridge",
    "select * exclude (ingested_at, slice_id) from core.waste_generation",
    "select file_name, dataset, status, rows_read, rows_accepted, attempt from ops.files",
    "select file_name, cell, rule, value, status from ops.quarantine",
    "select dataset, source_id, slice_region, period, sha256, rows from ops.current_slices",
];

/// What its release says.
const RELEASED: &str = "select * exclude (release_id) from indicators.values";

/// All that a lake says, line by line, in order: its newest state, and its release if it has one.
pub async fn said(storage: &Storage) -> Result<Vec<String>, String> {
    let text = |error: koridor_lake::LakeError| error.to_string();
    let mut lines = Vec::new();
    let snapshot = Snapshot::head(Arc::clone(&PROJECT), storage.clone()).await.map_err(text)?;
    let engine = Engine::open(snapshot).map_err(text)?;
    for sql in SAID {
        lines.extend(rows(&engine, sql).await?);
    }
    let snapshot = Snapshot::released(Arc::clone(&PROJECT), storage.clone()).await.map_err(text)?;
    if snapshot.release.is_some() {
        lines.extend(rows(&Engine::open(snapshot).map_err(text)?, RELEASED).await?);
    }
    Ok(lines)
}

async fn rows(engine: &Engine, sql: &str) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for rows in engine.rows(sql).await.map_err(|error| format!("{sql}: {error}"))? {
        for row in 0..rows.num_rows() {
            let cells = rows
                .columns()
                .iter()
                .map(|column| arrow::util::display::array_value_to_string(column, row).unwrap());
            lines.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    lines.sort();
    lines.insert(0, format!("-- {sql}"));
    Ok(lines)
}

/// A store, and the road of a process to it.
pub fn process(store: &Arc<InMemory>, faults: Vec<(u64, Fault)>) -> (Arc<Road>, Storage) {
    let road = Road::to(store, faults);
    let storage = lake(&road);
    (road, storage)
}
