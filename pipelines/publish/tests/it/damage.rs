//! A lake that is damaged says so and names what: nothing is read as empty, and no other number is
//! given.

use crate::lake::{PROJECT, TestLake, request, texts};
use koridor_lake::load::rebuild;
use koridor_lake::load::verify::{Verified, verify};
use koridor_lake::store::maintenance::{Policy, maintain};
use koridor_lake::store::{journal, release as releases};
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use koridor_publish::release;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HEADER: &str = "region_code,period_month,reduced_ton,handled_ton,period_type\n";

/// A small lake with a release.
async fn released() -> TestLake {
    let lake = TestLake::new().await;
    let generation =
        "region_code,period_month,method,gen_ton,period_type\n7472,2024-01,measured,1000,Y\n";
    lake.load_one("g.csv", generation, "waste_generation", "DLH_7472").await;
    let handling = format!("{HEADER}7472,2024-01,0,400,Y\n7407,2024-01,x,1,Y\n");
    lake.load_one("h.csv", handling, "waste_handling", "DLH_7472").await;
    build(&lake).await;
    lake
}

async fn build(lake: &TestLake) -> releases::Release {
    let built =
        release::build(&PROJECT, &lake.storage, "test", 512 << 20, &mut |_| {}).await.unwrap();
    let (release, is_new) = built.current();
    assert!(is_new, "a release was expected");
    release.unwrap().clone()
}

/// All that a reader asks for; the first error as a text.
async fn said(lake: &TestLake) -> Result<Vec<String>, String> {
    let text = |error: LakeError| error.to_string();
    let storage = Storage::open(lake.storage.local_path().unwrap().to_str().unwrap()).unwrap();
    let snapshot = Snapshot::released(Arc::clone(&PROJECT), storage).await.map_err(text)?;
    let engine = Engine::open(snapshot).map_err(text)?;
    let mut lines = Vec::new();
    for sql in [
        "select region_code, handled_ton from core.waste_handling order by 1",
        "select region_code, gen_ton from core.waste_generation order by 1",
        "select file_name, status, rows_accepted from ops.files order by 1",
        "select cell, rule, value from ops.quarantine",
        "select indicator_id, region_code, period, value from indicators.values order by 1, 2, 3",
        "select release_id, value_count from ops.releases",
    ] {
        lines.extend(texts(&engine.rows(sql).await.map_err(text)?));
    }
    Ok(lines)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(files_below(&path)),
            false => files.push(path),
        }
    }
    files.sort();
    files
}

async fn verified(lake: &TestLake) -> Verified {
    let storage = Storage::open(lake.storage.local_path().unwrap().to_str().unwrap()).unwrap();
    verify(&PROJECT, &storage, &mut |_| {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_file_that_is_gone_or_flipped_is_named_or_changes_nothing() {
    let lake = released().await;
    let whole = said(&lake).await.unwrap();
    assert_eq!(verified(&lake).await.damages.len(), 0);
    let root = lake.storage.local_path().unwrap().to_owned();
    let mut named = 0;
    for path in files_below(&root) {
        let shown = path.strip_prefix(&root).unwrap().display().to_string();
        let bytes = std::fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        if let Some(middle) = flipped.get_mut(bytes.len() / 2) {
            *middle ^= 0x10;
        }
        for damage in [None, Some(flipped)] {
            match &damage {
                Some(flipped) => std::fs::write(&path, flipped).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let found = said(&lake).await;
            assert!(found.is_err() || found.as_ref() == Ok(&whole), "{shown}: {found:?}");
            let what = damage.map_or("gone", |_| "flipped");
            let is_data = shown.ends_with(".parquet") || shown.starts_with("raw/");
            if is_data {
                let damages = verified(&lake).await.damages;
                assert!(damages.iter().any(|own| own.path == shown), "{shown} {what}: {damages:?}");
                named += 1;
            }
            std::fs::write(&path, &bytes).unwrap();
        }
    }
    assert!(named > 10, "{named}");
    assert_eq!(said(&lake).await, Ok(whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_the_head_names_is_not_read_as_empty() {
    let lake = released().await;
    let folder = lake.storage.local_path().unwrap().join("silver/waste_handling");
    std::fs::remove_dir_all(&folder).unwrap();
    let error = said(&lake).await.unwrap_err();
    assert!(error.contains("silver/waste_handling"), "{error}");
    std::fs::remove_file(lake.storage.local_path().unwrap().join("_koridor/head.json")).unwrap();
    let error = said(&lake).await.unwrap_err();
    assert!(error.contains("_koridor/head.json"), "{error}");
}

/// The state of a table is the same whichever way its log is read: with and without checkpoints.
#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_table_outlives_its_checkpoints() {
    use koridor_lake::store::data_file::write_rows;
    let lake = TestLake::new().await;
    let csv = format!("{HEADER}7472,2024-01,0,1,M\n");
    lake.load_one("1.csv", csv, "waste_handling", "DLH_7472").await;
    let contract = &PROJECT.datasets["waste_handling"];
    let schema = koridor_lake::ledger::silver_schema(contract);
    let rows = lake.engine().await.rows("select * from silver.waste_handling_attempts").await;
    let rows = rows.unwrap();
    for batch in 0..102 {
        let table = "silver/waste_handling";
        let adds = write_rows(&lake.storage, table, &schema, &rows).await.unwrap();
        let adds = [(table.to_owned(), adds)].into();
        journal::commit(&lake.storage, format!("again-{batch}"), adds).await.unwrap();
    }
    let log = lake.storage.local_path().unwrap().join("silver/waste_handling/_delta_log");
    assert!(log.join("_last_checkpoint").exists());
    assert_eq!(lake.rows("select count(*) from silver.waste_handling").await, ["103"]);
    let policy = Policy { many_small: 3, sweep_days: 0, grace_hours: 0 };
    maintain(&lake.storage, policy).await.unwrap();
    assert_eq!(lake.rows("select count(*) from silver.waste_handling").await, ["103"]);
    assert_eq!(verified(&lake).await.damages.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intact_delivery_mends_its_damaged_copy() {
    let lake = TestLake::new().await;
    let csv = format!("{HEADER}7472,2024-01,0,400,Y\n");
    let outcome = lake.load_one("h.csv", &csv, "waste_handling", "DLH_7472").await;
    let raw = lake.storage.local_path().unwrap().join("raw").join(outcome.id.sha256());
    std::fs::write(&raw, csv.replace("400", "401")).unwrap();
    assert_eq!(verified(&lake).await.damages.len(), 1);
    let fresh = Storage::open(lake.folder.path().join("fresh").to_str().unwrap()).unwrap();
    let lakes = (&lake.storage, &fresh);
    let losses =
        rebuild::rebuild(&PROJECT, lakes, ("rebuild", &Arc::default()), &mut |_| {}).await.unwrap();
    assert!(losses[0].to_string().contains(outcome.id.sha256()), "{losses:?}");
    let again = lake.load_one("again.csv", &csv, "waste_handling", "DLH_7472").await;
    assert_eq!(again.status.as_str(), "known");
    assert_eq!(verified(&lake).await.damages.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_is_thrown_away_and_told() {
    let lake = TestLake::new().await;
    let csv = format!("{HEADER}7472,2024-01,0,400,Y\n");
    lake.load_one("h.csv", &csv, "waste_handling", "DLH_7472").await;
    let path = lake.storage.local_path().unwrap().join("_koridor/landing.json");
    std::fs::write(&path, "{half").unwrap();
    let loader = koridor_lake::load::ingest::Loader::new(
        Arc::clone(&PROJECT),
        lake.storage.clone(),
        "test".into(),
    );
    let loader = loader.await.unwrap();
    assert!(loader.notes()[0].en.contains("landing.json"), "{:?}", loader.notes());
    assert!(!path.exists());
}

/// What an earlier program could leave: values of an id without a manifest, then a release of the
/// same id.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_repeat_their_key_are_not_served_and_not_built_on() {
    use koridor_lake::ledger;
    use koridor_lake::store::data_file::write_rows;
    let lake = released().await;
    let first = releases::current(&lake.storage).await.unwrap().unwrap();
    let engine = lake.engine().await;
    let rows = engine.rows("select * from indicators.values_log").await.unwrap();
    let schema = ledger::values_schema();
    let adds = write_rows(&lake.storage, ledger::VALUES, &schema, &rows).await.unwrap();
    let adds = [(ledger::VALUES.to_owned(), adds)].into();
    let head = journal::commit(&lake.storage, "orphan".into(), adds).await.unwrap();
    // The release reads the table as it was; the newest state would hold them twice.
    assert!(said(&lake).await.is_ok());
    let mut doubled = first.clone();
    doubled.tables = head.tables.clone();
    doubled.states = head.states.clone();
    let snapshot = Snapshot::at_release(Arc::clone(&PROJECT), lake.storage.clone(), doubled);
    let engine = Engine::open(snapshot).unwrap();
    let error = engine.rows("select * from indicators.values").await.unwrap_err().to_string();
    assert!(error.contains(&first.id) && error.contains("twice"), "{error}");
    let second = build(&lake).await;
    assert_ne!(second.id, first.id);
    assert!(second.indicators.values().all(|own| own.computed_in == second.id));
    assert!(said(&lake).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_whose_manifest_is_lost_is_named_and_its_id_not_used_again() {
    let lake = released().await;
    let first = releases::current(&lake.storage).await.unwrap().unwrap();
    let manifest = format!("_koridor/releases/{}.json", first.id);
    let path = lake.storage.local_path().unwrap().join(&manifest);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let build_now = async || {
        let built = release::build(&PROJECT, &lake.storage, "test", 512 << 20, &mut |_| {}).await;
        built.map(|_| ()).map_err(|error| error.to_string())
    };
    let error = build_now().await.unwrap_err();
    assert!(error.contains(&manifest), "{error}");
    let handling = format!("{HEADER}7472,2024-01,0,500,Y\n");
    let landed = lake.land("h2.csv", handling);
    let sent = [(landed, request("waste_handling", "DLH_7472"))];
    let error = lake.load(&sent).await.unwrap_err().to_string();
    assert!(error.contains(&manifest), "{error}");
    std::fs::write(&path, bytes).unwrap();
    lake.load(&sent).await.unwrap();
    let second = build(&lake).await;
    assert_ne!(second.id, first.id);
    assert_eq!(second.before.unwrap().id, first.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_promise_rests_on_outlives_the_power() {
    let lake = TestLake::new().await;
    let before = lake.storage.synced();
    let csv = format!("{HEADER}7472,2024-01,0,400,Y\n");
    lake.load_one("h.csv", &csv, "waste_handling", "DLH_7472").await;
    // Raw bytes, data files, intent, logs, head, and the folders that name them.
    let synced = lake.storage.synced() - before;
    assert!((20..90).contains(&synced), "{synced}");
}
