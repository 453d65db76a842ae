//! A lake that is kept small gives the same digits, now and as of every release.

use crate::lake::{PROJECT, TestLake, texts};
use koridor_lake::store::maintenance::{Policy, maintain};
use koridor_lake::{Engine, Snapshot};
use koridor_publish::release::{self, Built};
use std::path::Path;
use std::sync::Arc;

fn data_files(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .filter(|entry| {
            entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "parquet")
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn small_files_are_put_together_and_what_a_release_names_stays() {
    let lake = TestLake::new().await;
    let header = "region_code,period_month,reduced_ton,handled_ton\n";
    lake.load_one(
        "g.csv",
        "region_code,period_month,method,gen_ton\n7472,2024-01,measured,1000\n",
        "waste_generation",
        "DLH_7472",
    )
    .await;
    lake.load_one("1.csv", format!("{header}7472,2024-01,0,400\n"), "waste_handling", "DLH_7472")
        .await;
    let built =
        release::build(&PROJECT, &lake.storage, "test", 512 << 20, &mut |_| {}).await.unwrap();
    let Built::New(first, ..) = built else { panic!("a release was expected") };
    for month in 2..5 {
        lake.load_one(
            &format!("{month}.csv"),
            format!("{header}7472,2024-0{month},0,400\n"),
            "waste_handling",
            "DLH_7472",
        )
        .await;
    }
    let folder = lake.storage.local_path().unwrap().join("silver/waste_handling");
    std::fs::write(folder.join("part-left-by-a-crash.zstd.parquet"), "half").unwrap();
    assert_eq!(data_files(&folder), 5);
    let rows = "select region_code, period_month, handled_ton from core.waste_handling order by 2";
    let before = lake.rows(rows).await;

    let maintained =
        maintain(&lake.storage, Policy { many_small: 3, sweep_days: 0, grace_hours: 0 })
            .await
            .unwrap();
    assert!(maintained.compacted.contains(&"silver/waste_handling".to_owned()), "{maintained:?}");
    // The one file of the first release, and the one that holds all rows.
    assert_eq!(data_files(&folder), 2);
    assert_eq!(lake.rows(rows).await, before);
    let snapshot = Snapshot::at_release(Arc::clone(&PROJECT), lake.storage.clone(), first);
    let engine = Engine::open(snapshot).unwrap();
    assert_eq!(
        texts(&engine.rows("select count(*) from core.waste_handling").await.unwrap()),
        ["1"]
    );

    // The lake goes on as before, and there is nothing more to do.
    lake.load_one("5.csv", format!("{header}7472,2024-05,0,400\n"), "waste_handling", "DLH_7472")
        .await;
    assert_eq!(lake.rows(rows).await.len(), 5);
    let again = maintain(&lake.storage, Policy::default()).await.unwrap();
    assert_eq!((again.compacted.len(), again.removed), (0, 0));
}
