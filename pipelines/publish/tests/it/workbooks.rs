//! Workbooks that hold more than one dataset.

use crate::book::workbook;
use crate::lake::TestLake;
use koridor_lake::ledger::FileStatus;
use koridor_read::recognise::Request;

#[tokio::test(flavor = "multi_thread")]
async fn two_datasets_in_one_workbook_are_two_loads_and_a_formula_without_value_is_refused() {
    let lake = TestLake::new().await;
    let handling: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurangan (ton)", "Penanganan (ton)"],
        &["Wakatobi", "Januari 2024", "1", "20"],
        &["Wakatobi", "Pebruari 2024", "1", "=D2*2"],
    ];
    let generation: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Metode", "Timbulan (ton)"],
        &["Wakatobi", "Januari 2024", "timbang", "100"],
    ];
    let book = workbook(&[("Penanganan", handling), ("Timbulan", generation)]);
    let landed = lake.land("DLH_7407/sampah.xlsx", book);
    let outcomes = lake.load(&[(landed.clone(), Request::default())]).await.unwrap();
    let loaded: Vec<_> = outcomes
        .iter()
        .map(|one| (one.dataset.as_deref().unwrap_or_default(), one.accepted, one.rejected))
        .collect();
    assert_eq!(loaded.len(), 2, "{outcomes:?}");
    assert!(loaded.contains(&("waste_handling", 1, 1)), "{loaded:?}");
    assert!(
        loaded.iter().any(|(dataset, accepted, rejected)| *dataset == "waste_generation"
            && accepted + rejected == 1),
        "{loaded:?}"
    );
    assert_eq!(
        lake.rows("select cell, rule from ops.quarantine where dataset = 'waste_handling'").await,
        ["D3|formula_without_value"]
    );
    // The same workbook again brings nothing, under either name.
    let again = lake.load(&[(landed, Request::default())]).await.unwrap();
    assert!(again.iter().all(|one| one.status == FileStatus::Known), "{again:?}");
    assert_eq!(
        lake.rows("select count(*), count(distinct split_part(sha256, '.', 1)) from ops.files")
            .await,
        ["2|1"]
    );
}
