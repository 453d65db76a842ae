//! Worked cases, found by folder: `sql/indicators/<dimension>/<id>/cases/<case>/` holds canonical
//! files named `<dataset>[@SOURCE].csv` and `expect.csv`. Files are loaded as an office's would be;
//! values must agree to 1e-6.
//!
//! Cases share a lake and a computation where neither sees rows of the other: where they bring the
//! same files, or none, of every dataset that one of them reads.

use crate::lake::{PROJECT, TestLake, request};
use koridor_contract::card::{self, Indicator};
use koridor_lake::ledger::FileStatus;
use koridor_publish::disclosure::{decide_alone, published};
use koridor_publish::indicators;
use koridor_publish::indicators::cases::{differences, sample, values};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// Files by their name without `.csv`.
type CaseFiles = BTreeMap<String, String>;

/// One worked case.
struct Case {
    folder: String,
    indicator: Indicator,
    /// By dataset; of a dataset that its indicator reads and the case does not bring, none.
    files: BTreeMap<String, CaseFiles>,
    expected: String,
}

impl Case {
    fn new(folder: &str, all: &[Indicator]) -> Self {
        let id = folder.split('/').nth(3).unwrap();
        let indicator = all.iter().find(|indicator| indicator.card.id == id).unwrap().clone();
        let datasets = indicator.card.datasets.iter().cloned();
        let mut files: BTreeMap<String, CaseFiles> =
            datasets.map(|dataset| (dataset, CaseFiles::new())).collect();
        let mut expected = String::new();
        for (path, text) in PROJECT.files_under(folder, ".csv") {
            let stem = path.rsplit('/').next().unwrap().trim_end_matches(".csv");
            if stem == "expect" {
                text.clone_into(&mut expected);
            } else {
                let dataset = stem.split('@').next().unwrap();
                let own = files.entry(dataset.to_owned()).or_default();
                own.insert(stem.to_owned(), text.to_owned());
            }
        }
        Self { folder: folder.to_owned(), indicator, files, expected }
    }

    /// Whether the two may share a lake. An indicator that names no dataset is about deliveries of
    /// all of them.
    fn goes_with(&self, other: &Self) -> bool {
        let reads_all = |case: &Self| case.indicator.card.datasets.is_empty();
        let shared =
            self.files.iter().filter_map(|(name, own)| Some((own, other.files.get(name)?)));
        self.indicator.card.id != other.indicator.card.id
            && !reads_all(self)
            && !reads_all(other)
            && { shared }.all(|(own, others)| own == others)
    }
}

fn cases() -> Vec<Case> {
    let all = card::load(&PROJECT).unwrap();
    let folders = PROJECT.files_under("sql/indicators/", "/expect.csv");
    folders.map(|(path, _)| Case::new(path.trim_end_matches("expect.csv"), &all)).collect()
}

/// Cases by the lake that they share.
fn groups(mut cases: Vec<Case>) -> Vec<Vec<Case>> {
    cases.sort_by_key(|case| std::cmp::Reverse(case.files.len()));
    let mut groups: Vec<Vec<Case>> = Vec::new();
    for case in cases {
        match groups.iter_mut().find(|group| group.iter().all(|other| case.goes_with(other))) {
            Some(group) => group.push(case),
            None => groups.push(vec![case]),
        }
    }
    groups
}

#[test]
fn every_case_gives_the_expected_values() {
    let cases = cases();
    assert!(cases.len() >= 30, "the worked examples are gone: {}", cases.len());
    let waiting = Mutex::new(groups(cases));
    let work = || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let mut wrong = Vec::new();
        loop {
            let next = waiting.lock().unwrap().pop();
            let Some(group) = next else { return wrong };
            wrong.extend(runtime.block_on(mistakes(&group)));
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
    let cases = cases();
    let names: BTreeSet<&str> =
        cases.iter().filter_map(|case| case.folder.rsplit('/').nth(1)?.split('_').next()).collect();
    for number in 1..=11 {
        assert!(names.contains(format!("w{number}").as_str()), "W{number} has no case");
    }
    // The counts and scores of the evaluation (sql/README.md S5.3, S5.4).
    for name in ["kediri", "kebumen"] {
        assert!(names.contains(name), "{name} has no case");
    }
}

/// What is not as the cases of one lake expect.
async fn mistakes(group: &[Case]) -> Vec<String> {
    let lake = TestLake::new().await;
    let files: CaseFiles =
        group.iter().flat_map(|case| case.files.values()).flatten().map(owned).collect();
    let mut loads = Vec::new();
    for (stem, text) in &files {
        let (dataset, source) = stem.split_once('@').unwrap_or((stem, sample(&PROJECT)));
        loads.push((lake.land(&format!("{stem}.csv"), text), request(dataset, source)));
    }
    let mut wrong = Vec::new();
    for outcome in lake.load(&loads).await.unwrap() {
        if outcome.status != FileStatus::Loaded || outcome.rejected > 0 {
            let (path, status) = (&outcome.path, outcome.status);
            wrong.push(format!("{path} {status:?} {:?} {:?}", outcome.message, outcome.examples));
        }
    }
    let engine = lake.engine().await;
    let all: Vec<Indicator> = group.iter().map(|case| case.indicator.clone()).collect();
    let computed = indicators::compute(&engine, &PROJECT, &all, &mut |_| {}).await.unwrap();
    let facts = indicators::disclosure_facts(&engine, &PROJECT).await.unwrap();
    for case in group {
        // What is published: each case by itself, as `koridor indicators test` tells it.
        let own = std::slice::from_ref(&case.indicator);
        let decision = decide_alone(own, &facts).unwrap();
        let told = published(&engine, &computed, &decision).await.unwrap();
        let values = values(&told, &case.indicator.card.id).unwrap();
        let own = differences(&case.expected, &values);
        wrong.extend(own.into_iter().map(|line| format!("{}: {line}", case.folder)));
    }
    let folders: Vec<&str> = group.iter().map(|case| case.folder.as_str()).collect();
    wrong.into_iter().map(|line| format!("{}: {line}", folders.join(", "))).collect()
}

fn owned((stem, text): (&String, &String)) -> (String, String) {
    (stem.clone(), text.clone())
}
