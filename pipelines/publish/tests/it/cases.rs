//! Worked cases, found by folder: `sql/indicators/<dimension>/<id>/cases/<case>/` holds canonical
//! files named `<dataset>[@SOURCE].csv` and `expect.csv`. Each is loaded into a lake of its own as
//! an office's file would be; values must agree to 1e-6.

use crate::lake::{PROJECT, TestLake};
use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use koridor_contract::card;
use koridor_lake::ledger::FileStatus;
use koridor_publish::indicators;
use koridor_read::recognise::Request;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

#[test]
fn every_case_gives_the_expected_values() {
    let mut cases: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, text) in PROJECT.files_under("sql/indicators/", ".csv") {
        let (folder, name) = path.rsplit_once('/').unwrap();
        cases.entry(folder.to_owned()).or_default().push((name.to_owned(), text.to_owned()));
    }
    assert!(cases.len() >= 30, "the worked examples are gone: {}", cases.len());
    let waiting = Mutex::new(cases.into_iter().collect::<Vec<_>>());
    let work = || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let mut wrong = Vec::new();
        loop {
            let next = waiting.lock().unwrap().pop();
            let Some((folder, files)) = next else { return wrong };
            wrong.extend(
                runtime
                    .block_on(run(&folder, &files))
                    .into_iter()
                    .map(|line| format!("{folder}: {line}")),
            );
        }
    };
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_worked_example_of_the_catalogue_is_a_case() {
    let names: BTreeSet<String> = PROJECT
        .files_under("sql/indicators/", "expect.csv")
        .filter_map(|(path, _)| path.split('/').rev().nth(1)?.split('_').next().map(str::to_owned))
        .collect();
    for number in 1..=11 {
        assert!(names.contains(&format!("w{number}")), "W{number} has no case");
    }
}

async fn run(folder: &str, files: &[(String, String)]) -> Vec<String> {
    let id = folder.split('/').nth(3).unwrap();
    let indicator = card::find(&PROJECT, id).unwrap();
    let lake = TestLake::new().await;
    let mut loads = Vec::new();
    let mut wrong = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name != "expect.csv") {
        let stem = name.trim_end_matches(".csv");
        let (dataset, source) = stem.split_once('@').unwrap_or((stem, "SAMPLE_SYNTHETIC"));
        loads.push((
            lake.land(name, text),
            Request {
                dataset: Some(dataset.into()),
                source: Some(source.into()),
                ..Request::default()
            },
        ));
    }
    for outcome in lake.load(&loads).await.unwrap() {
        if outcome.status != FileStatus::Loaded || outcome.rejected > 0 {
            wrong.push(format!(
                "{} {:?} {:?} {:?}",
                outcome.path, outcome.status, outcome.message, outcome.examples
            ));
        }
    }
    let engine = lake.engine().await;
    let values =
        indicators::compute(&engine, &PROJECT, std::slice::from_ref(&indicator), &mut |_| {})
            .await
            .unwrap();
    let mut actual: BTreeMap<String, (Option<f64>, String)> = BTreeMap::new();
    for rows in &values {
        let column = |name: &str| rows.column_by_name(name).unwrap();
        let text = |name: &str, row| {
            arrow::util::display::array_value_to_string(column(name), row).unwrap()
        };
        for row in 0..rows.num_rows() {
            let key = ["region_code", "grain", "period", "breakdown"]
                .map(|name| text(name, row))
                .join(",");
            let value = column("value").as_primitive::<Float64Type>();
            actual.insert(key, (value.is_valid(row).then(|| value.value(row)), text("state", row)));
        }
    }
    let expected = &files.iter().find(|(name, _)| name == "expect.csv").unwrap().1;
    for line in expected.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let key = cells[..4].join(",");
        let value: Option<f64> = cells[4].parse().ok();
        match actual.get(&key) {
            None => {
                wrong.push(format!("{key}: no row; rows: {:?}", actual.keys().collect::<Vec<_>>()))
            }
            Some((found, state)) => {
                let close = match (found, value) {
                    (Some(found), Some(value)) => (found - value).abs() <= 1e-6,
                    (None, None) => true,
                    _ => false,
                };
                if !close || state != cells[5] {
                    wrong.push(format!(
                        "{key}: expected {value:?} {}, found {found:?} {state}",
                        cells[5]
                    ));
                }
            }
        }
    }
    wrong
}
