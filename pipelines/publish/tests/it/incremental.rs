//! A release computes only what its inputs changed, and is equal to one that computes everything.

use crate::lake::{PROJECT, TestLake, project_files, texts};
use koridor_contract::date::parse_date;
use koridor_contract::{Project, card};
use koridor_lake::store::release::Release;
use koridor_publish::indicators;
use koridor_publish::release::{Built, build};
use std::sync::Arc;

const VALUES: &str =
    "select indicator_id, dimension, region_code, grain, period, breakdown, numerator,
    denominator, value, state, coverage, regions_present, regions_expected, periods_present,
    periods_expected, missing_regions, flags
  from {table} order by indicator_id, region_code, grain, period, breakdown";

async fn release(lake: &TestLake) -> Release {
    let built = build(&PROJECT, &lake.storage, "test", 512 << 20, &mut |_| {}).await.unwrap();
    assert!(matches!(built, Built::New(..) | Built::Unchanged(_)), "{built:?}");
    built.current().0.cloned().unwrap()
}

/// The values of the current release, and those of all indicators computed anew.
async fn released_and_computed(lake: &TestLake) -> (Vec<String>, Vec<String>) {
    let released = lake.rows(&VALUES.replace("{table}", "indicators.values")).await;
    let engine = lake.engine().await;
    let all = card::load(&PROJECT).unwrap();
    indicators::compute(&engine, &PROJECT, &all, &mut |_| {}).await.unwrap();
    let computed = engine.rows(&VALUES.replace("{table}", "work.values")).await.unwrap();
    (released, texts(&computed))
}

/// A file of one of some datasets, with figures that the step decides.
fn file(kind: u64, figure: u64) -> (&'static str, &'static str, String) {
    let month = 1 + figure % 6;
    let regions = ["7407", "7472", "7401", "7405"];
    let region = regions[(figure / 7 % 4) as usize];
    match kind {
        0 => (
            "waste_handling",
            "DLH_7407",
            format!(
                "region_code,period_month,reduced_ton,handled_ton\n{region},2024-0{month},1,{}\n",
                10 + figure
            ),
        ),
        1 => (
            "waste_generation",
            "DLH_7407",
            format!(
                "region_code,period_month,method,gen_ton\n{region},2024-0{month},measured,{}\n",
                100 + figure
            ),
        ),
        2 => (
            "population",
            "BPS",
            format!("region_code,year,pop_mid\n{region},2024,{}\n", 90_000 + figure),
        ),
        _ => (
            "visitor_flow",
            "DISPAR_7407",
            format!(
                "region_code,period_month,channel,method,measure,market,origin_code,stay,value\n\
                 {region},2024-0{month},attraction,ticket,visits,wisnus,XXX,unknown,{}\n",
                100 + figure
            ),
        ),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_sequence_of_submissions_gives_the_values_of_a_full_build() {
    for seed in [7u64] {
        let lake = TestLake::new().await;
        let mut state = seed;
        let mut next = |bound: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for step in 0..5 {
            let (dataset, source, text) = file(next(4), next(60));
            let outcome = lake.load_one(&format!("{step}.csv"), text, dataset, source).await;
            assert!(outcome.message.is_none(), "{:?}", outcome.message);
            release(&lake).await;
            let (released, computed) = released_and_computed(&lake).await;
            assert!(!computed.is_empty());
            assert_eq!(released, computed, "seed {seed}, step {step}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_keeps_its_values_by_reference() {
    let lake = TestLake::new().await;
    for (kind, figure) in [(0, 0), (1, 0), (3, 0)] {
        let (dataset, source, text) = file(kind, figure);
        lake.load_one(&format!("{dataset}.csv"), text, dataset, source).await;
    }
    let first = release(&lake).await;
    let (dataset, source, text) = file(3, 1);
    lake.load_one("more.csv", text, dataset, source).await;
    let second = release(&lake).await;
    let computed_in = |id: &str| second.indicators[id].computed_in.as_str();
    assert_eq!(computed_in("waste_managed_rate"), first.id);
    assert_eq!(computed_in("visits_total"), second.id);
    // Each release shows all of its values as its own.
    let count = |release: &Release| {
        format!(
            "select count(distinct indicator_id) > 3, count(*) = {}
             from indicators.all_releases where release_id = '{}'",
            release.values, release.id
        )
    };
    assert_eq!(lake.rows(&count(&first)).await, ["true|true"]);
    assert_eq!(lake.rows(&count(&second)).await, ["true|true"]);
    let shown = "select distinct release_id from indicators.values";
    assert_eq!(lake.rows(shown).await, std::slice::from_ref(&second.id));
}

/// A release under a clock that stands at noon (UTC) of a day.
async fn release_on(lake: &TestLake, day: &str) -> Built {
    let noon = (i64::from(parse_date(day.as_bytes(), Default::default()).unwrap()) * 24 + 12)
        * 3_600_000_000;
    let project = Project::from_files(project_files()).unwrap().at(noon);
    build(&Arc::new(project), &lake.storage, "test", 512 << 20, &mut |_| {}).await.unwrap()
}

/// Deliveries fall due while nothing comes: what is said of them is computed on the day on which it
/// changes, and there is a release where it does.
#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_of_the_day_does_not_stand_still_where_nothing_comes() {
    let lake = TestLake::new().await;
    let text = "region_code,period_month,reduced_ton,handled_ton\n7407,2026-10-01,1,10\n";
    lake.load_one("a.csv", text, "waste_handling", "DLH_7407").await;
    let Built::New(first, ..) = release_on(&lake, "2026-12-01").await else {
        panic!("a release was expected")
    };
    let built = release_on(&lake, "2026-12-02").await;
    assert!(matches!(&built, Built::Unchanged(own) if own.id == first.id), "{built:?}");
    let due = "select substr(cast(period as varchar), 1, 7), denominator, value, flags
        from indicators.values where indicator_id = 'data_timeliness' and grain = 'M'
          and region_code = '7407' and period >= '2026-11-01' order by period";
    let before = lake.rows(due).await;
    // The next month, and one delivery more that nobody has made.
    let Built::New(second, ..) = release_on(&lake, "2027-01-31").await else {
        panic!("what fell due and did not come must be told")
    };
    assert_ne!(first.id, second.id);
    let after = lake.rows(due).await;
    assert_eq!((before.len(), after.len()), (2, 3), "{before:?} {after:?}");
    assert!(before.iter().any(|row| row.contains("running_month")), "{before:?}");
    assert!(after.iter().any(|row| row.starts_with("2026-12|1.0|0.0")), "{after:?}");
    // What stands noted is lost: computed once more, and the same.
    lake.storage.delete("_koridor/stands_until.json").await.unwrap();
    for _ in 0..2 {
        let built = release_on(&lake, "2027-01-31").await;
        assert!(matches!(&built, Built::Unchanged(own) if own.id == second.id), "{built:?}");
    }
}
