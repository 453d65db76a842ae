//! A lake that a program without slice numbers wrote reads as it did, goes on, and is rebuilt
//! equal.
//!
//! `fixtures/lake_without_slice_numbers.zip` holds such a lake (nine files, one superseded in part,
//! one read again) and statements with the rows that the program of then gave for them.

use crate::lake::{PROJECT, TestLake};
use koridor_lake::Storage;
use koridor_lake::load::rebuild;
use koridor_lake::store::secret;
use std::io::Read;
use std::sync::Arc;

/// Statements with the rows that they gave.
type Expected = Vec<(String, Vec<String>)>;

fn unpack(lake: &TestLake) -> Expected {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/lake_without_slice_numbers.zip");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut texts = std::collections::BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if let Some(name) = name.strip_prefix("expected/") {
            texts.insert(name.to_owned(), String::from_utf8(bytes).unwrap());
        } else {
            let path = lake.folder.path().join(&name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
    let statements = texts.iter().filter(|(name, _)| name.ends_with(".sql"));
    let expected = statements.map(|(name, sql)| {
        let rows = &texts[&name.replace(".sql", ".csv")];
        (sql.clone(), rows.lines().map(|line| line.replace(',', "|")).collect())
    });
    expected.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_lake_reads_as_it_did_and_goes_on() {
    let lake = TestLake::new().await;
    let expected = unpack(&lake);
    assert!(expected.len() >= 8);
    for (sql, rows) in &expected {
        assert_eq!(&lake.rows(sql).await, rows, "{sql}");
    }
    // Its key did not come along.
    secret::adopt(&lake.storage, "Diskominfo", "moved").await.unwrap();
    // A numbered submission supersedes an unnumbered one, and the rest stands.
    let before = lake.rows("select count(*) from core.waste_handling").await;
    let newer = "region_code,period_month,reduced_ton,handled_ton\n7407,2025-01,1,2\n";
    lake.load_one("newer.csv", newer, "waste_handling", "SAMPLE_SYNTHETIC").await;
    let january =
        "select cast(handled_ton as varchar), slice_id is not null from core.waste_handling
      where region_code = '7407' and period_month = date '2025-01-01'
        and source_id = 'SAMPLE_SYNTHETIC'";
    assert_eq!(lake.rows(january).await, ["2.000|true"]);
    assert_eq!(lake.rows("select count(*) from core.waste_handling").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilding_an_older_lake_numbers_its_slices() {
    let lake = TestLake::new().await;
    unpack(&lake);
    let fresh = Storage::open(lake.folder.path().join("fresh").to_str().unwrap()).unwrap();
    let lakes = (&lake.storage, &fresh);
    rebuild::rebuild(&PROJECT, lakes, ("rebuild", &Arc::default()), &mut |_| {}).await.unwrap();
    for table in rebuild::compare(&PROJECT, &lake.storage, &fresh).await.unwrap() {
        // The lake was read with a correction that is not in the repository's project, and its key
        // for personal fields, of which a NIB was none then (it is masked in refused rows now), did
        // not come along.
        let others = ["core.population", "silver.population", "ops.quarantine"];
        let is_known = others.contains(&table.table.as_str()) || table.table.ends_with("_register");
        assert!(table.is_equal || is_known, "{table:?}");
        assert_eq!(table.rows, table.rebuilt_rows, "{}", table.table);
    }
    let rebuilt = TestLake { folder: tempfile::tempdir().unwrap(), storage: fresh };
    let unnumbered = "select count(*) from ops.slices where slice_id is null";
    assert_eq!(rebuilt.rows(unnumbered).await, ["0"]);
}
