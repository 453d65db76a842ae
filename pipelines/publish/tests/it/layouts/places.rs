//! Places and years that are given once, where the row that gives them is no row of data.

use super::{column, columns, load, load_book, with};
use crate::book::{Settings, workbook_with};
use crate::lake::TestLake;
use koridor_read::recognise::Request;
use serde_json::json;

const HEADER: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan";

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_names_its_block_gives_the_place_of_the_rows_below() {
    let file = format!(
        "{HEADER}\n\
         Buton;Januari 2024;1;10\n\
         ;Pebruari 2024;2;20\n\
         Wakatobi;Jumlah;7;70\n\
         ;Maret 2024;3;30\n\
         ;April 2024;4;40\n\
         Jumlah Kota Baubau;;5;50\n\
         ;Mei 2024;5;50\n"
    );
    let description = json!({"columns": columns(), "fill_down": ["region_code"]});
    let (rows, account) = load(description, &file).await;
    let expected = [
        "7401|2024-01-01|1.000|10.000|final|",
        "7401|2024-02-01|2.000|20.000|final|",
        "7407|2024-03-01|3.000|30.000|final|",
        "7407|2024-04-01|4.000|40.000|final|",
    ];
    assert_eq!(rows, expected);
    // The total of another place leaves it open whose the next rows are.
    assert_eq!(account[1..], ["A8|required"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ragged_row_gives_the_place_of_the_rows_below() {
    let file = "Kabupaten/Kota,Bulan,Pengurangan,Penanganan,Keterangan\n\
                Buton,Januari 2024,1,10,\n\
                Wakatobi,Januari 2024,12,5,120,\n\
                ,Pebruari 2024,2,20,\n";
    let description = json!({"columns": columns(), "fill_down": ["region_code"]});
    let (rows, account) = load(description, file).await;
    let expected = ["7401|2024-01-01|1.000|10.000|final|", "7407|2024-02-01|2.000|20.000|final|"];
    assert_eq!(rows, expected);
    assert_eq!(account[1..], ["A3|ragged_row"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_a_comma_parts_shifts_no_row() {
    let lake = TestLake::new().await;
    let head = "region_code,period_month,reduced_ton,handled_ton,recycled_ton,feedstock_ton";
    let rows =
        format!("{head}\n7407,2024-01,12,5,120,,\n7407,2024-02,12,120,,,\n7407,2024-03,1,2,,\n");
    let outcome = lake.load_one("h.csv", rows, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 2), "{:?}", outcome.examples);
    assert_eq!(lake.rows("select rule from ops.quarantine").await, ["ragged_row", "ragged_row"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_may_have_its_sum_beside_it() {
    let file = "Bulan;Pengurangan;Penanganan\n\
                KABUPATEN BUTON;;\n\
                Januari 2024;1;10\n\
                KABUPATEN WAKATOBI;5;50\n\
                Januari 2024;2;20\n";
    let description = json!({"columns": columns()[1..], "section": "region_code"});
    let (rows, account) = load(description, file).await;
    let expected = ["7401|2024-01-01|1.000|10.000|final|", "7407|2024-01-01|2.000|20.000|final|"];
    assert_eq!(rows, expected, "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_and_the_year_beside_it_agree_or_nothing_is_read() {
    let columns = [
        column("region_code", "Kabupaten/Kota"),
        with(column("period_month", "Bulan"), "join", json!(["Tahun"])),
        column("reduced_ton", "Pengurangan"),
        column("handled_ton", "Penanganan"),
    ];
    let settings = Settings { formats: &["mmmm"], ..Settings::default() };
    let book = workbook_with(
        &settings,
        &[(
            "Lembar 1",
            &[
                &["Kabupaten/Kota", "Bulan", "Tahun", "Pengurangan", "Penanganan"],
                &["Wakatobi", "s=\"1\"|<v>45292</v>", "|<v>2024</v>", "|<v>1</v>", "|<v>2</v>"],
                &["Wakatobi", "s=\"1\"|<v>45323</v>", "|<v>2025</v>", "|<v>1</v>", "|<v>2</v>"],
            ],
        )],
    );
    let (rows, account) = load_book(json!({"columns": columns}), &book).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"], "{account:?}");
    assert_eq!(account[1..], ["B3|not_a_date"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_shown_in_kilograms_is_no_tonne() {
    let settings = Settings {
        formats: &["#,##0 \"kg\"", "#,##0 \"orang\"", "\"Rp\"#,##0\" juta\""],
        ..Settings::default()
    };
    let book = workbook_with(
        &settings,
        &[(
            "Lembar 1",
            &[
                &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"],
                &["Wakatobi", "Januari 2024", "s=\"1\"|<v>12</v>", "|<v>2</v>"],
                &["Wakatobi", "Pebruari 2024", "s=\"2\"|<v>12</v>", "|<v>2</v>"],
                &["Wakatobi", "Maret 2024", "s=\"3\"|<v>12</v>", "|<v>2</v>"],
            ],
        )],
    );
    let (rows, account) = load_book(json!({"columns": columns()}), &book).await;
    assert_eq!(rows, ["7407|2024-02-01|12.000|2.000|final|"]);
    assert_eq!(account[1..], ["C2|other_unit", "C4|not_a_number"]);
    // A count of visits is in no kilograms either.
    let lake = TestLake::new().await;
    let rows = "region_code,period_month,channel,method,measure,market,origin_code,stay,value\n\
                7407,2025-01-01,attraction,ticket,visits,total,XXX,unknown,12 kg\n";
    let outcome = lake.load_one("v.csv", rows, "visitor_flow", "DISPAR_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (0, 1), "{:?}", outcome.examples);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_years_above_a_table_are_asked_about() {
    let year =
        json!({"field": "join:period_month", "from": "title", "pattern": "(?i)tahun (\\d{4})"});
    let description = json!({"columns": columns(), "context": [year]});
    let project = super::project_of(description);
    let file = "Lampiran Perda Nomor 5 Tahun 2011;;;\n\
                PENANGANAN SAMPAH TAHUN 2024;;;\n\
                Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari;1;10\n";
    let lake = TestLake::new().await;
    let outcome = super::load_into(&lake, &project, &[file]).await;
    let message = outcome.message.map(|message| message.en).unwrap_or_default();
    assert!(message.contains("2011, 2024"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_of_two_orders_leave_both_in_doubt() {
    let lake = TestLake::new().await;
    let file = "Nomor Kejadian;Kabupaten/Kota;Waktu Panggilan;Waktu Tiba;Saluran;\
                Jenis Kejadian;Dalam WMK\n\
                K1;Wakatobi;04/13/2025 10:00;04/13/2025 10:10;telepon;kebakaran;ya\n\
                K2;Wakatobi;04/12/2025 10:00;04/12/2025 10:10;telepon;kebakaran;ya\n";
    let landed = lake.land("DAMKAR_7472/damkar.csv", file);
    let outcome = &lake.load(&[(landed, Request::default())]).await.unwrap()[0];
    assert_eq!((outcome.accepted, outcome.rejected), (0, 2), "{:?}", outcome.examples);
    let rules = lake.rows("select distinct rule from ops.quarantine order by 1").await;
    assert_eq!(rules, ["ambiguous_date", "not_a_date"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_of_another_regency_is_told_where_no_row_is_of_it() {
    let head = "region_code,period_month,reduced_ton,handled_ton";
    let own = "7407,2024-01-01,10,100\n";
    let both = "7407,2024-01-01,10,100\n7472,2024-01-01,10,100\n";
    for (title, rows, accepted) in [
        ("TIMBULAN SAMPAH KABUPATEN BUTON", own, 0),
        ("Kabupaten Buton", own, 0),
        ("TIMBULAN SAMPAH KABUPATEN WAKATOBI", own, 1),
        ("Dinas Lingkungan Hidup Kabupaten Buton", own, 1),
        ("TIMBULAN SAMPAH", own, 1),
        ("TIMBULAN SAMPAH KABUPATEN WAKATOBI", both, 2),
    ] {
        let lake = TestLake::new().await;
        let file = format!("{title}\n{head}\n{rows}");
        let outcome = lake.load_one("a.csv", file, "waste_handling", "DLH_7407").await;
        let message = outcome.message.map(|message| message.en).unwrap_or_default();
        let is_told = message.contains("and all rows are of");
        assert_eq!((outcome.accepted, is_told), (accepted, accepted == 0), "{title}: {message}");
    }
}
