//! Lists of one year from one source: each speaks for the kinds that it names.

use crate::lake::{PROJECT, TestLake, request, texts};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::{Engine, Snapshot};
use koridor_read::recognise::Request;
use std::sync::Arc;

/// A list of facilities of 2025 in Wakatobi: number and kind.
fn list(facilities: &[(&str, &str)]) -> String {
    let header = "facility_id,year,region_code,type,design_ton_day,operating\n";
    let row = |(id, kind): &(&str, &str)| format!("{id},2025,7407,{kind},5,true\n");
    header.to_owned() + &facilities.iter().map(row).collect::<String>()
}

async fn load(lake: &TestLake, name: &str, facilities: &[(&str, &str)]) -> FileOutcome {
    let landed = lake.land(name, list(facilities));
    let own =
        Request { released: Some("2026-01-31".into()), ..request("waste_facility", "DLH_7407") };
    let mut loader =
        Loader::new(Arc::clone(&PROJECT), lake.storage.clone(), "run".into()).await.unwrap();
    loader.load(&[(landed, own)], &mut |_| {}).await.unwrap().0.remove(0)
}

async fn current(lake: &TestLake) -> Vec<String> {
    let snapshot = Snapshot::head(Arc::clone(&PROJECT), lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    texts(
        &engine.rows("select facility_id, type from core.waste_facility order by 1").await.unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_kinds_stand_side_by_side() {
    let lake = TestLake::new().await;
    load(&lake, "tpa.csv", &[("A", "TPA"), ("B", "TPA")]).await;
    load(&lake, "tps3r.csv", &[("C", "TPS3R")]).await;
    let banks = load(&lake, "bank.csv", &[("D", "bank_sampah"), ("E", "bank_sampah")]).await;
    assert!(banks.warnings.is_empty(), "{:?}", banks.warnings);
    let all = ["A|TPA", "B|TPA", "C|TPS3R", "D|bank_sampah", "E|bank_sampah"];
    assert_eq!(current(&lake).await, all);
    // A newer list takes the place of its own kind, as a whole, and says so.
    let newer = load(&lake, "tpa-baru.csv", &[("A", "TPA"), ("F", "TPA")]).await;
    let told = newer.warnings.iter().map(|warning| warning.en.as_str()).collect::<String>();
    assert!(told.contains("1 row withdrawn") && told.contains("facility_id=B"), "{told}");
    let all = ["A|TPA", "C|TPS3R", "D|bank_sampah", "E|bank_sampah", "F|TPA"];
    assert_eq!(current(&lake).await, all);
    // A facility that turns out to be of another kind counts once.
    load(&lake, "tps3r-baru.csv", &[("C", "TPS3R"), ("F", "TPS3R")]).await;
    let all = ["A|TPA", "C|TPS3R", "D|bank_sampah", "E|bank_sampah", "F|TPS3R"];
    assert_eq!(current(&lake).await, all);
    // A list of all kinds speaks for all that it names.
    load(&lake, "semua.csv", &[("A", "TPA"), ("C", "TPS3R"), ("D", "bank_sampah")]).await;
    assert_eq!(current(&lake).await, ["A|TPA", "C|TPS3R", "D|bank_sampah"]);
}
