//! What a source's own past says of a submission.

use crate::lake::{PROJECT, TestLake};
use koridor_lake::ledger::FileStatus;
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::quarantine::Decision;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_in_refused_rows_is_held_until_somebody_accepts_it() {
    let lake = TestLake::new().await;
    let months = |year: u32, bad: u32| {
        let row = |month: u32| match month <= bad {
            true => format!("7472,{year}-{month:02},measured,x,M\n"),
            false => format!("7472,{year}-{month:02},measured,{},M\n", 2_700 + month),
        };
        let rows: String = (1..=12).map(row).collect();
        format!("region_code,period_month,method,gen_ton,period_type\n{rows}")
    };
    let office = ("waste_generation", "DLH_7472");
    for year in 2019..=2022 {
        let name = format!("{year}.csv");
        let outcome = lake.load_one(&name, months(year, 0), office.0, office.1).await;
        assert_eq!(outcome.status, FileStatus::Loaded);
    }
    let outcome = lake.load_one("2023.csv", months(2023, 5), office.0, office.1).await;
    let told = outcome.message.unwrap();
    assert_eq!(outcome.status, FileStatus::Held);
    assert!(told.en.starts_with("held: 5 of 12 rows are refused (42%), usually 0%"), "{told:?}");
    let count = "select count(*) from core.waste_generation";
    assert_eq!(lake.rows(count).await, ["48"]);
    let loader = Loader::new(Arc::clone(&PROJECT), lake.storage.clone(), "test".into());
    let decision = Decision { by: "DLH", reason: "timbangan rusak" };
    loader.await.unwrap().accept(("2023.csv", None), decision, &mut |_| {}).await.unwrap();
    assert_eq!(lake.rows(count).await, ["55"]);
}
