//! Layouts as offices send them, each loaded under a description of its own.

mod blocks;
mod cells;
mod claims;
mod heads;
mod ignored;
mod merged;
mod numbers;
mod other_tables;
mod other_times;
mod periods;
mod places;
mod plans;
mod refused;
mod said;
mod statuses;
mod struck;
mod totals;
mod transposed;
mod units;
mod void_rows;

use crate::lake::{PROJECT, TestLake, project_with, texts};
use koridor_contract::Project;
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::{Engine, Snapshot};
use koridor_read::recognise::Request;
use serde_json::{Value, json};
use std::sync::Arc;

const CONTRACT: &str = "schemas/datasets/waste_handling.json";

/// A column of a description: its field and its header.
fn column(field: &str, header: &str) -> Value {
    json!({"field": field, "header": [header]})
}

/// The columns that most descriptions here have.
fn columns() -> Vec<Value> {
    vec![
        column("region_code", "Kabupaten/Kota"),
        column("period_month", "Bulan"),
        column("reduced_ton", "Pengurangan"),
        column("handled_ton", "Penanganan"),
    ]
}

/// A part of a description with one more key.
fn with(mut part: Value, key: &str, value: Value) -> Value {
    part[key] = value;
    part
}

/// The repository's project with a description named `TRIAL`. A `totals` of the description is
/// that of its contract.
fn project_of(mut description: Value) -> Arc<Project> {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &Value| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.to_string()).unwrap();
    };
    if let Some(totals) = description.as_object_mut().unwrap().remove("totals") {
        let mut contract: Value = serde_json::from_str(PROJECT.file(CONTRACT).unwrap()).unwrap();
        contract["koridor"]["totals"] = totals;
        write(CONTRACT, &contract);
    }
    let mut whole = json!({
        "name": "TRIAL",
        "title": "Coba",
        "title_en": "Trial",
        "dataset": "waste_handling",
        "source_ids": ["DLH_7407"],
        "numbers": "id",
        "dates": "dmy",
    });
    whole.as_object_mut().unwrap().extend(description.as_object().unwrap().clone());
    write("schemas/sources/TRIAL.json", &whole);
    Arc::new(project_with(folder.path()))
}

/// Loads texts one after the other, each as `TRIAL`; the outcome is that of the last.
async fn load_into(lake: &TestLake, project: &Arc<Project>, files: &[&str]) -> FileOutcome {
    let named = files.iter().enumerate();
    let files: Vec<(String, &[u8])> =
        named.map(|(index, file)| (format!("file{index}.csv"), file.as_bytes())).collect();
    load_files(lake, project, &files).await
}

/// As [`load_into`], of files with their names.
async fn load_files(
    lake: &TestLake,
    project: &Arc<Project>,
    files: &[(String, &[u8])],
) -> FileOutcome {
    let mut loader =
        Loader::new(Arc::clone(project), lake.storage.clone(), "test".into()).await.unwrap();
    let request = Request { source: Some("TRIAL".into()), ..Request::default() };
    let mut last = None;
    for (name, file) in files {
        let landed = lake.land(name, file);
        let (mut outcomes, _) =
            loader.load(&[(landed, request.clone())], &mut |_| {}).await.unwrap();
        last = outcomes.pop();
    }
    last.unwrap()
}

/// Loads a file under a description of its own; returns the current rows, then read, accepted,
/// rejected, ignored, with each refused cell and with the columns where a unit was converted.
async fn load(description: Value, file: &str) -> (Vec<String>, Vec<String>) {
    load_all(description, &[file]).await
}

/// As [`load`], of several files one after the other; the account is that of the last.
async fn load_all(description: Value, files: &[&str]) -> (Vec<String>, Vec<String>) {
    let project = project_of(description);
    let lake = TestLake::new().await;
    let outcome = load_into(&lake, &project, files).await;
    told(&lake, project, outcome).await
}

/// As [`load`], of a workbook.
async fn load_book(description: Value, book: &[u8]) -> (Vec<String>, Vec<String>) {
    let project = project_of(description);
    let lake = TestLake::new().await;
    let outcome = load_files(&lake, &project, &[("file.xlsx".to_owned(), book)]).await;
    told(&lake, project, outcome).await
}

/// The current rows of a lake, and the account of the file that was loaded last.
async fn told(
    lake: &TestLake,
    project: Arc<Project>,
    outcome: FileOutcome,
) -> (Vec<String>, Vec<String>) {
    assert!(outcome.message.is_none(), "{:?}", outcome.message);
    let snapshot = Snapshot::head(project, lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    let rows = async |sql: &str| texts(&engine.rows(sql).await.unwrap());
    let current = "select region_code, period_month, reduced_ton, handled_ton, obs_status,
          array_to_string(qc_flags, ',') as flags
        from core.waste_handling order by 1, 2";
    let refused = "select cell, rule from ops.quarantine order by row_number, cell";
    let FileOutcome { read, accepted, rejected, ignored, .. } = outcome;
    let mut account = vec![format!("{read} {accepted} {rejected} {ignored}")];
    account.extend(rows(refused).await);
    let columns = rows("select columns_json from ops.files").await;
    account.extend(columns.into_iter().filter(|text| text.contains(" x ")));
    (rows(current).await, account)
}

/// Read, accepted, rejected and ignored rows of an account.
fn counts(account: &[String]) -> [u64; 4] {
    let counts: Vec<u64> = account[0].split(' ').map(|count| count.parse().unwrap()).collect();
    counts.try_into().unwrap()
}
