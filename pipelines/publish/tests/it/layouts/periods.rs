//! Months and years as offices write them, and counts from January on.

use super::{column, columns, load, load_all, project_of, with};
use crate::lake::TestLake;
use koridor_lake::load::ingest::Loader;
use koridor_read::recognise::Request;
use serde_json::json;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn counts_from_january_on_become_months() {
    let mut columns = columns();
    columns[3]["cumulative"] = json!(true);
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1;10\n\
                Wakatobi;Pebruari 2024;1;25\n\
                Wakatobi;Maret 2024;1;20\n\
                Wakatobi;April 2024;1;50\n\
                Wakatobi;Juni 2024;1;70\n";
    let (rows, account) = load(json!({"columns": columns}), file).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn counts_from_january_on_may_come_a_file_a_month() {
    let mut columns = columns();
    for column in &mut columns[2..] {
        column["cumulative"] = json!(true);
    }
    let head = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n";
    let months = ["Januari 2024;1;10", "Pebruari 2024;2;25", "Maret 2024;5;20", "Mei 2024;9;90"];
    let files: Vec<String> =
        months.iter().map(|month| format!("{head}Wakatobi;{month}\n")).collect();
    let mut files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (rows, _) = load_all(json!({"columns": columns.clone()}), &files).await;
    let current = [
        "7407|2024-01-01|1.000|10.000|final|",
        "7407|2024-02-01|1.000|15.000|final|",
        "7407|2024-03-01|3.000||missing|cum_revised",
        "7407|2024-05-01|||missing|cum_gap",
    ];
    assert_eq!(rows, current);
    // The office files March again and sends April: what followed from the old figures follows from
    // the new ones.
    let mended = format!("{head}Wakatobi;Maret 2024;5;40\nWakatobi;April 2024;8;60\n");
    files.push(&mended);
    let (rows, _) = load_all(json!({"columns": columns}), &files).await;
    let current = [
        "7407|2024-01-01|1.000|10.000|final|",
        "7407|2024-02-01|1.000|15.000|final|",
        "7407|2024-03-01|3.000|15.000|final|",
        "7407|2024-04-01|3.000|20.000|final|",
        "7407|2024-05-01|1.000|30.000|final|",
    ];
    assert_eq!(rows, current);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_may_be_given_once_beside_its_months() {
    let columns = [
        column("region_code", "Kabupaten/Kota"),
        with(column("period_month", "Bulan"), "join", json!(["Tahun"])),
        column("reduced_ton", "Pengurangan"),
        column("handled_ton", "Penanganan"),
    ];
    let file = "Kabupaten/Kota;Tahun;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;2023;November;1;10\n\
                ;;Desember;2;20\n\
                ;2024;Januari;3;30\n";
    let description = json!({"columns": columns, "fill_down": ["region_code", "period_month"]});
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        [
            "7407|2023-11-01|1.000|10.000|final|",
            "7407|2023-12-01|2.000|20.000|final|",
            "7407|2024-01-01|3.000|30.000|final|"
        ],
        "{account:?}"
    );
}

/// The month before comes in another file of the same load: no word of a gap that is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_that_another_file_of_the_load_fills_is_not_told() {
    let mut columns = columns();
    for column in &mut columns[2..] {
        column["cumulative"] = json!(true);
    }
    let project = project_of(json!({"columns": columns}));
    let lake = TestLake::new().await;
    let head = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n";
    let request = || Request { source: Some("TRIAL".into()), ..Request::default() };
    let months = ["Pebruari 2024;2;25", "Januari 2024;1;10", "April 2024;9;90"];
    let land = |(index, month): (usize, &&str)| {
        let text = format!("{head}Wakatobi;{month}\n");
        (lake.land(&format!("{index}.csv"), text), request())
    };
    let files: Vec<_> = months.iter().enumerate().map(land).collect();
    let storage = lake.storage.clone();
    let mut loader = Loader::new(Arc::clone(&project), storage, "test".into()).await.unwrap();
    let (outcomes, _) = loader.load(&files, &mut |_| {}).await.unwrap();
    let flags: Vec<(u64, Option<u64>)> =
        outcomes.iter().map(|own| (own.flagged, own.flags.get("cum_gap").copied())).collect();
    assert_eq!(flags, [(0, None), (0, None), (1, Some(1))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn months_of_a_header_may_be_counted() {
    let year = json!({"field": "join:period_month", "from": "title", "pattern": "(20\\d\\d)"});
    let description = json!({
        "columns": [column("region_code", "Kabupaten/Kota")],
        "unpivot": {"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]},
        "context": [year],
    });
    for months in
        ["1. Januari;2. Februari", "I. Januari;II. Februari", "Bln. Januari;Bln. Februari"]
    {
        let file = format!("PENANGANAN TAHUN 2024;;\nKabupaten/Kota;{months}\nWakatobi;1;10\n");
        let (rows, account) = load(description.clone(), &file).await;
        let expected = ["7407|2024-01-01||1.000|final|", "7407|2024-02-01||10.000|final|"];
        assert_eq!(rows, expected, "{months}: {account:?}");
    }
}
