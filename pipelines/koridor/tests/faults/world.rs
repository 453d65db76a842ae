//! What a plan works on: a small project, the offices' landing folder, a lake in memory.

use crate::store::{Fault, Road};
use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_lake::load::landing::{LandedFile, landing};
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, Snapshot, Storage};
use koridor_publish::night::{self, NightHost, NightSetting};
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path as StorePath;
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// What of the project's folders a small night needs.
const INDICATORS: [&str; 1] = ["sql/indicators/environment/waste_managed_rate/"];

/// The project of the repository with few indicators: a night takes a second, not ten.
pub static PROJECT: LazyLock<Arc<Project>> = LazyLock::new(|| {
    let mut files = Files::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    read_project_folder(&repository, &mut files).unwrap();
    let is_kept = |path: &String| {
        let kept = |prefix: &&str| path.starts_with(*prefix);
        !path.starts_with("sql/indicators/") || INDICATORS.iter().any(|own| kept(&own))
    };
    files.retain(|path, _| is_kept(path));
    Arc::new(Project::from_files(files).unwrap())
});

/// A lake in memory.
pub fn lake(road: &Arc<Road>) -> Storage {
    let url = url::Url::parse("memory:///").unwrap();
    Storage::over(Arc::clone(road) as Arc<_>, (url, StorePath::default()), None)
}

struct Quiet;

impl NightHost for Quiet {
    fn begin_files(&mut self, _: u64) {}
    fn file_done(&mut self, _: &FileOutcome) {}
    fn indicator_begun(&mut self, _: &str) {}

    fn has_extracts(&self) -> bool {
        true
    }

    async fn write_extracts(
        &mut self,
        _: &Engine,
        _: &Release,
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        Ok(false)
    }
}

/// Runs a night over the files of a folder; what went wrong, as a text.
pub async fn night(storage: &Storage, folder: &Path) -> Result<(), String> {
    let files: Vec<LandedFile> = landing(folder)
        .unwrap()
        .into_iter()
        .map(|file| {
            let shown = file.path.strip_prefix(folder).unwrap().display().to_string();
            LandedFile { shown_path: format!("landing/{shown}"), ..file }
        })
        .collect();
    let setting = NightSetting {
        project: Arc::clone(&PROJECT),
        storage: storage.clone(),
        memory_bytes: 256 << 20,
        command: "run".into(),
        landing: Some("landing".into()),
        allows_rejected: true,
    };
    let night = night::run(&setting, &files, &mut Quiet).await.map_err(|error| error.to_string())?;
    if std::env::var_os("FAULTS_STEPS").is_some() {
        println!("{:?}", night.report.steps);
    }
    Ok(())
}

/// The lock of a process that died in a store that knows no dead processes.
pub async fn break_lock(store: &InMemory) {
    let _ = store.delete(&StorePath::from("_koridor/lock")).await;
}

/// What a lake says, without what differs from run to run.
const SAID: [&str; 8] = [
    "select * exclude (ingested_at, slice_id) from silver.waste_handling",
    "select * exclude (ingested_at, slice_id) from core.waste_handling",
    "select * exclude (ingested_at, slice_id) from core.waste_weighbridge",
    "select * exclude (ingested_at, slice_id) from core.waste_generation",
    "select file_name, dataset, status, rows_read, rows_accepted, attempt from ops.files",
    "select file_name, cell, rule, value, status from ops.quarantine",
    "select dataset, source_id, slice_region, period, sha256, rows from ops.current_slices",
    "select * exclude (release_id) from indicators.values",
];

/// All that a lake says, line by line, in order.
pub async fn said(storage: &Storage) -> Result<Vec<String>, String> {
    let text = |error: koridor_lake::LakeError| error.to_string();
    let mut lines = Vec::new();
    let snapshot = Snapshot::released(Arc::clone(&PROJECT), storage.clone()).await.map_err(text)?;
    let engine = Engine::open(snapshot).map_err(text)?;
    for sql in SAID {
        let mut own = Vec::new();
        for rows in engine.rows(sql).await.map_err(|error| format!("{sql}: {error}"))? {
            for row in 0..rows.num_rows() {
                let cells = rows.columns().iter().map(|column| {
                    arrow::util::display::array_value_to_string(column, row).unwrap()
                });
                own.push(cells.collect::<Vec<_>>().join("|"));
            }
        }
        own.sort();
        lines.push(format!("-- {sql}"));
        lines.extend(own);
    }
    Ok(lines)
}

/// A store, and the road of a process to it.
pub fn process(store: &Arc<InMemory>, faults: Vec<(u64, Fault)>) -> (Arc<Road>, Storage) {
    let road = Road::to(store, faults);
    let storage = lake(&road);
    (road, storage)
}
