//! Layouts as offices send them: units in the header, the table more than once in a sheet, a region once for its rows, counts from January on.

use crate::lake::{TestLake, texts};
use koridor_lake::ingest::Loader;
use koridor_lake::recognise::Request;
use koridor_lake::{At, Engine, Project, journal};
use std::sync::Arc;

const COLUMNS: &str = r#"[{"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
    {"field": "reduced_ton", "header": ["Pengurangan"]}, {"field": "handled_ton", "header": ["Penanganan"]}]"#;

/// Loads a file under a description of its own; returns the current rows, then read, accepted, rejected, ignored.
async fn load(description: serde_json::Value, file: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("schemas/sources")).unwrap();
    let mut whole = serde_json::json!({
        "name": "TRIAL", "title": "Coba", "title_en": "Trial", "dataset": "waste_handling", "source_ids": ["DLH_7407"], "numbers": "id", "dates": "dmy"
    });
    whole.as_object_mut().unwrap().extend(description.as_object().unwrap().clone());
    std::fs::write(folder.path().join("schemas/sources/TRIAL.json"), whole.to_string()).unwrap();
    let project = Arc::new(Project::load(Some(folder.path())).unwrap());
    let lake = TestLake::new().await;
    let mut loader = Loader::new(Arc::clone(&project), lake.storage.clone(), "test".into()).await.unwrap();
    let request = Request { source: Some("TRIAL".into()), ..Request::default() };
    let (outcomes, _) = loader.load(&[(lake.land("file.csv", file), request)], &mut |_| {}).await.unwrap();
    let outcome = &outcomes[0];
    assert!(outcome.message.is_none(), "{:?}", outcome.message);
    let head = journal::head(&lake.storage).await.unwrap();
    let engine = Engine::open(project, lake.storage.clone(), At::Head(head), 512 << 20).unwrap();
    let rows = texts(
        &engine
            .rows(
                "select region_code, period_month, reduced_ton, handled_ton, obs_status, array_to_string(qc_flags, ',') as flags
                 from core.waste_handling order by 1, 2",
            )
            .await
            .unwrap(),
    );
    let refused = engine.rows("select cell, rule from ops.quarantine order by row_number, cell").await.unwrap();
    let mut account = vec![format!("{} {} {} {}", outcome.read, outcome.accepted, outcome.rejected, outcome.ignored)];
    account.extend(texts(&refused));
    account
        .extend(texts(&engine.rows("select columns_json from ops.files").await.unwrap()).into_iter().filter(|text| text.contains(" x ")));
    (rows, account)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_in_the_header_is_converted_and_noted() {
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
        {"field": "reduced_ton", "header": ["Pengurangan"], "units": {"ton": "1", "kg": "0.001"}},
        {"field": "handled_ton", "header": ["Penanganan"], "units": {"ton": "1", "kg": "0.001"}}
    ]);
    let file = "Kabupaten/Kota;Bulan;Pengurangan (kg);Penanganan (ton)\nWakatobi;Januari 2024;1.500;20,25\nBaubau;Januari 2024;2.000;x\n";
    let (rows, account) = load(serde_json::json!({"columns": columns}), file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.500|20.250|final|"]);
    assert_eq!(account[..2], ["2 1 1 0", "D3|not_a_number"]);
    assert!(account[2].contains("C (kg x 0.001)") && account[2].contains("D (ton x 1)"), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_below_each_other_keep_their_own_title() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let columns: Vec<_> = columns.as_array().unwrap().iter().skip(1).cloned().collect();
    let description = serde_json::json!({
        "columns": columns, "repeats": ["down"], "context": [{"field": "region_code", "from": "title", "pattern": "^Kabupaten/Kota: (.*)$"}]
    });
    let file = "LAPORAN;;\nKabupaten/Kota: Wakatobi;;\nBulan;Pengurangan;Penanganan\nJanuari 2024;1;10\nPebruari 2024;2;20\nJumlah;3;30\n;;\nKabupaten/Kota: Kota Baubau;;\nBulan;Pengurangan;Penanganan\nJanuari 2024;5;50\nMaret 2024;x;60\nJumlah;11;110\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-02-01|2.000|20.000|final|", "7472|2024-01-01|5.000|50.000|final|"]);
    assert_eq!(account[1..], ["B11|not_a_number"]);
    let counts: Vec<u64> = account[0].split(' ').map(|count| count.parse().unwrap()).collect();
    assert_eq!((counts[0], counts[1], counts[2]), (counts[1] + counts[2] + counts[3], 3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_side_by_side_keep_their_addresses() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let file = "Triwulan I;;;;;Triwulan II;;;\nKabupaten/Kota;Bulan;Pengurangan;Penanganan;;Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Januari 2024;1;10;;Wakatobi;April 2024;4;40\nBaubau;Januari 2024;2;20;;Baubau;April 2024;5;y\n";
    let (rows, account) = load(serde_json::json!({"columns": columns, "repeats": ["across"]}), file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-04-01|4.000|40.000|final|", "7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(account[1..], ["I4|not_a_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_may_stand_alone_above_its_rows() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let columns: Vec<_> = columns.as_array().unwrap().iter().skip(1).cloned().collect();
    let file = "Bulan;Pengurangan;Penanganan\nKAB. WAKATOBI;;\nJanuari 2024;1;10\nKOTA BAUBAU;;\nJanuari 2024;2;20\nJumlah;3;30\n";
    let (rows, account) = load(serde_json::json!({"columns": columns, "section": "region_code"}), file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|", "7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(account, ["5 2 0 3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_from_january_on_become_months() {
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
        {"field": "reduced_ton", "header": ["Pengurangan"]}, {"field": "handled_ton", "header": ["Penanganan"], "cumulative": true}
    ]);
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Januari 2024;1;10\nWakatobi;Pebruari 2024;1;25\nWakatobi;Maret 2024;1;20\nWakatobi;April 2024;1;50\nWakatobi;Juni 2024;1;70\n";
    let (rows, account) = load(serde_json::json!({"columns": columns}), file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-02-01|1.000|15.000|final|",
            "7407|2024-03-01|1.000||missing|cum_revised",
            "7407|2024-04-01|1.000|30.000|final|",
            "7407|2024-06-01|1.000||missing|cum_gap",
        ]
    );
    assert_eq!(account, ["5 5 0 0"]);
}
