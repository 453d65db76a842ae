//! Promises of the commit: accounting balances, bytes count once, a crash changes nothing,
//! submissions supersede as a whole.

use crate::lake::{PROJECT, TestLake, project_with, request, texts};
use koridor_lake::store::journal;
use koridor_lake::store::lock::LakeLock;
use koridor_lake::store::release as releases;
use koridor_lake::{Engine, LakeError, Snapshot};
use koridor_publish::release::{self, Built};
use std::sync::Arc;

const HANDLING: &str = "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)\n\
    Wakatobi;Januari 2024;1.000,5;20,25\n\
    KONSEL;Pebruari 2024;abc;1\n\
    Kab. Buton Selatan;Maret 2024;1;1\n\
    Jumlah;;1.001,5;21,25\n";

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_accepted_refused_or_ignored() {
    let lake = TestLake::new().await;
    let outcome = lake.load_one("a.csv", HANDLING, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.read, outcome.accepted, outcome.rejected, outcome.ignored), (4, 1, 2, 1));
    let unbalanced =
        "select * from ops.files where rows_read <> rows_accepted + rows_rejected + rows_ignored";
    assert!(lake.rows(unbalanced).await.is_empty());
    assert_eq!(
        lake.rows("select cell, field, rule, value from ops.quarantine order by row_number").await,
        ["C3|reduced_ton|not_a_number|abc", "A4|region_code|outside_corridor|Kab. Buton Selatan"]
    );
    assert_eq!(
        lake.rows(
            "select region_code, period_month, reduced_ton, handled_ton from core.waste_handling"
        )
        .await,
        ["7407|2024-01-01|1000.500|20.250"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_count_once_under_any_name() {
    let lake = TestLake::new().await;
    lake.load_one("a.csv", HANDLING, "waste_handling", "DLH_7407").await;
    let again = lake.load_one("copy/b.csv", HANDLING, "waste_handling", "DLH_7407").await;
    assert_eq!(again.status.as_str(), "known");
    assert_eq!(lake.rows("select count(*) from silver.waste_handling").await, ["1"]);
    assert_eq!(journal::head(&lake.storage).await.unwrap().sequence, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_submission_supersedes_its_slices_as_a_whole() {
    let lake = TestLake::new().await;
    let header = "region_code,period_month,reduced_ton,handled_ton\n";
    lake.load_one(
        "1.csv",
        format!("{header}7407,2024-01,1,10\n7407,2024-02,1,10\n7472,2024-01,1,10\n"),
        "waste_handling",
        "DLH_7407",
    )
    .await;
    lake.load_one("2.csv", format!("{header}7407,2024-01,2,20\n"), "waste_handling", "DLH_7407")
        .await;
    assert_eq!(
        lake.rows(
            "select region_code, period_month, reduced_ton from core.waste_handling order by 1, 2"
        )
        .await,
        ["7407|2024-01-01|2.000", "7407|2024-02-01|1.000", "7472|2024-01-01|1.000"]
    );
    assert_eq!(lake.rows("select count(*) from silver.waste_handling").await, ["4"]);
}

/// Makes of a lake what a crash leaves: the intent of its one batch is written, and the commits of
/// only so many of its tables.
async fn crash(lake: &TestLake, tables: &[String], survivors: usize) {
    let root = lake.storage.local_path().unwrap();
    let mut intent = journal::Intent { batch: "crashed".into(), sequence: 1, ..Default::default() };
    for (index, table) in tables.iter().enumerate() {
        let log = root.join(table).join("_delta_log").join("00000000000000000001.json");
        let text = std::fs::read_to_string(&log).unwrap();
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let batch =
            |line: &serde_json::Value| Some(line.get("txn")?.get("appId")?.as_str()?.to_owned());
        intent.batch = lines.iter().find_map(batch).unwrap();
        let adds = lines
            .iter()
            .filter_map(|line| line.get("add"))
            .map(|add| serde_json::from_value(add.clone()).unwrap())
            .collect();
        intent.adds.insert(table.clone(), adds);
        if index >= survivors {
            std::fs::remove_file(&log).unwrap();
        }
    }
    lake.storage.put_json("_koridor/intent.json", &intent).await.unwrap();
    lake.storage.delete("_koridor/head.json").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_commits_is_finished_by_the_next_writer() {
    let whole = TestLake::new().await;
    whole.load_one("a.csv", HANDLING, "waste_handling", "DLH_7407").await;
    let head = journal::head(&whole.storage).await.unwrap();
    let tables: Vec<String> = head.tables.keys().cloned().collect();
    let count = "select (select count(*) from silver.waste_handling) as a,
        (select count(*) from ops.quarantine) as b, (select count(*) from ops.files) as c,
        (select count(*) from ops.slices) as d";
    let counted = whole.rows(count).await;
    // The intent is written, then the process dies after any number of the commits.
    for survivors in 0..=tables.len() {
        let lake = whole.copy();
        crash(&lake, &tables, survivors).await;
        journal::recover(&lake.storage).await.unwrap();
        let all = tables.len();
        assert_eq!(lake.rows(count).await, counted, "{survivors} of {all} tables");
        assert_eq!(journal::head(&lake.storage).await.unwrap().tables, head.tables);
        let again = lake.load_one("a.csv", HANDLING, "waste_handling", "DLH_7407").await;
        assert_eq!(again.status.as_str(), "known");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_keeps_its_digits_and_a_failing_check_keeps_the_release() {
    let lake = TestLake::new().await;
    // A project whose own check is stricter than the card's bounds.
    let folder = tempfile::tempdir().unwrap();
    let checks = folder.path().join("sql/indicators/environment/waste_managed_rate");
    std::fs::create_dir_all(&checks).unwrap();
    let strict = "-- fail: not above 90
        select * from work.values where indicator_id = 'waste_managed_rate' and value > 90;\n";
    std::fs::write(checks.join("checks.sql"), strict).unwrap();
    let project = Arc::new(project_with(folder.path()));
    let build = async || {
        release::build(&project, &lake.storage, "test", 512 << 20, &mut |_| {}).await.unwrap()
    };
    let generation =
        "region_code,period_month,method,gen_ton,period_type\n7472,2024-01,measured,1000,Y\n";
    let handling = |handled: u32| {
        format!(
            "region_code,period_month,reduced_ton,handled_ton,period_type\n\
             7472,2024-01,0,{handled},Y\n"
        )
    };
    lake.load_one("g.csv", generation, "waste_generation", "DLH_7472").await;
    lake.load_one("h1.csv", handling(400), "waste_handling", "DLH_7472").await;
    let Built::New(first, ..) = build().await else { panic!("a release was expected") };
    assert!(matches!(build().await, Built::Unchanged(_)));
    let shown = async |release: &releases::Release| {
        let storage = lake.storage.clone();
        let snapshot = Snapshot::at_release(Arc::clone(&PROJECT), storage, release.clone());
        let engine = Engine::open(snapshot).unwrap();
        let value = "select value from indicators.waste_managed_rate where region_code = '7472'";
        texts(&engine.rows(value).await.unwrap())
    };
    assert_eq!(shown(&first).await, ["40.0"]);
    lake.load_one("h2.csv", handling(500), "waste_handling", "DLH_7472").await;
    let Built::New(second, ..) = build().await else { panic!("a release was expected") };
    assert_eq!(
        (shown(&first).await, shown(&second).await),
        (vec!["40.0".to_owned()], vec!["50.0".to_owned()])
    );
    // More handled than generated is impossible: the value is withheld, and the release goes on.
    lake.load_one("h3.csv", handling(5000), "waste_handling", "DLH_7472").await;
    let Built::New(second, ..) = build().await else { panic!("a release was expected") };
    assert_eq!(shown(&second).await, [""]);
    lake.load_one("h4.csv", handling(950), "waste_handling", "DLH_7472").await;
    let Built::Retained(Some(kept), _) = build().await else {
        panic!("the release before was expected to stand")
    };
    assert_eq!(kept.id, second.id);
    // Trying again without news changes nothing.
    let sequence = journal::head(&lake.storage).await.unwrap().sequence;
    assert!(matches!(build().await, Built::Retained(..)));
    assert_eq!(journal::head(&lake.storage).await.unwrap().sequence, sequence);
    assert_eq!(releases::current(&lake.storage).await.unwrap().unwrap().id, second.id);
    let found = releases::find(&lake.storage, "1999-01-01").await;
    assert!(matches!(found, Err(LakeError::Usage { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_lake_is_not_touched_and_a_second_writer_waits() {
    let lake = TestLake::new().await;
    let lock = LakeLock::take(&lake.storage).await.unwrap();
    assert!(matches!(LakeLock::take(&lake.storage).await, Err(LakeError::Locked { .. })));
    drop(lock);
    LakeLock::take(&lake.storage).await.unwrap();
    lake.storage.put_json("koridor.json", &serde_json::json!({"format": 99})).await.unwrap();
    assert!(matches!(lake.storage.exists().await, Err(LakeError::NewerLake { found: 99, .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_file_does_not_stop_the_others() {
    let lake = TestLake::new().await;
    let sent = || request("waste_handling", "DLH_7407");
    let files = [
        (lake.land("a.pdf", "%PDF-1.7"), sent()),
        (lake.land("b.csv", HANDLING), sent()),
        (lake.land("c.csv", ""), sent()),
    ];
    let outcomes = lake.load(&files).await.unwrap();
    assert_eq!(
        outcomes.iter().map(|outcome| outcome.status.as_str()).collect::<Vec<_>>(),
        ["refused", "loaded", "refused"]
    );
    assert_eq!(
        lake.rows("select file_name, status from ops.files order by 1").await,
        ["a.pdf|refused", "b.csv|loaded", "c.csv|refused"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ticket_stands_in_one_of_two_months() {
    let lake = TestLake::new().await;
    let header =
        "facility_id,ticket_id,ts_in,region_origin,source_class,weighed,gross_kg,tare_kg,net_ton\n";
    let ticket = |id: &str, day: &str, kg: u32| {
        format!(
            "T,{id},{day}T08:00:00,7407,household,true,{},1000,{:.3}\n",
            kg + 1000,
            f64::from(kg) / 1000.0
        )
    };
    let january =
        format!("{header}{}{}", ticket("1", "2024-01-05", 500), ticket("2", "2024-01-06", 600));
    lake.load_one("1.csv", january, "waste_weighbridge", "TPA_WEIGHBRIDGE").await;
    // The same ticket in February takes the place of January's; January sent again takes it back.
    let february =
        format!("{header}{}{}", ticket("1", "2024-02-05", 500), ticket("3", "2024-02-06", 700));
    let outcome = lake.load_one("2.csv", february, "waste_weighbridge", "TPA_WEIGHBRIDGE").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 0));
    assert_eq!(
        lake.rows("select ticket_id, ts_in from core.waste_weighbridge order by 1").await,
        ["1|2024-02-05T08:00:00", "2|2024-01-06T08:00:00", "3|2024-02-06T08:00:00"]
    );
    let again =
        format!("{header}{}{}", ticket("1", "2024-01-05", 550), ticket("2", "2024-01-06", 600));
    let outcome = lake.load_one("3.csv", again, "waste_weighbridge", "TPA_WEIGHBRIDGE").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 0));
    assert_eq!(
        lake.rows("select ticket_id, net_ton from core.waste_weighbridge order by 1").await,
        ["1|0.550", "2|0.600", "3|0.700"]
    );
    assert_eq!(lake.rows("select rule from ops.quarantine").await, [""; 0]);
}
