//! What titles, notes and labels say of rows.

use super::{column, columns, load, load_book, load_into, project_of, with};
use crate::book::workbook;
use crate::lake::TestLake;
use koridor_lake::load::outcome::FileOutcome;
use serde_json::{Value, json};

const HEADER: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan";
const RISING: &str = "Wakatobi;Januari 2024;10;100\nWakatobi;Pebruari 2024;25;250\n\
                      Wakatobi;Maret 2024;40;400\n";
const FALLING: &str = "Wakatobi;Januari 2024;10;100\nWakatobi;Pebruari 2024;25;90\n";

async fn outcome(description: Value, file: &str) -> FileOutcome {
    let lake = TestLake::new().await;
    load_into(&lake, &project_of(description), &[file]).await
}

/// Why a file is refused, and what is told of it.
async fn said(file: &str) -> (String, String) {
    let outcome = outcome(json!({"columns": columns()}), file).await;
    let told: Vec<String> = outcome.warnings.into_iter().map(|warning| warning.en).collect();
    (outcome.message.map(|message| message.en).unwrap_or_default(), told.join("; "))
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_said_to_count_from_january_on_are_not_those_of_months() {
    for file in [
        format!("Sampah kumulatif s.d. bulan ini\n{HEADER}\n{RISING}"),
        format!("Sampah sampai dengan bulan berjalan\n{HEADER}\n{RISING}"),
        format!("{HEADER}\n{RISING}Keterangan: angka kumulatif sejak Januari\n"),
    ] {
        let (refused, _) = said(&file).await;
        assert!(refused.contains("`cumulative`"), "{file}: {refused}");
    }
    let file = format!("Sampah kumulatif s.d. bulan ini\n{HEADER}\n{FALLING}");
    let (refused, told) = said(&file).await;
    assert!(refused.is_empty() && told.contains("some fall"), "{refused} {told}");
    for title in ["Sampah s.d. Desember 2024", "Sampah sejak Januari 2024"] {
        let quiet = said(&format!("{title}\n{HEADER}\n{RISING}")).await;
        assert_eq!(quiet, (String::new(), String::new()), "{title}");
    }
    for note in [
        "Catatan: jumlah kumulatif Triwulan I = 103 ton",
        "Nilai kumulatif tidak disajikan",
        "Data bulanan, kumulatif lihat Tabel 5",
    ] {
        let quiet = said(&format!("{note}\n{HEADER}\n{RISING}")).await;
        assert_eq!(quiet, (String::new(), String::new()), "{note}");
        let quiet = said(&format!("{HEADER}\n{RISING}{note}\n")).await;
        assert_eq!(quiet, (String::new(), String::new()), "{note}");
    }
    let title = "REALISASI PENANGANAN SAMPAH\nTarget Penanganan Sampah Kabupaten";
    let quiet = said(&format!("{title}\n{HEADER}\n{RISING}")).await;
    assert_eq!(quiet, (String::new(), String::new()));
    // A description that knows.
    let mut own = columns();
    own[2]["cumulative"] = json!(true);
    own[3]["cumulative"] = json!(true);
    let file = format!("Sampah kumulatif s.d. bulan ini\n{HEADER}\n{RISING}");
    let (rows, account) = load(json!({"columns": own}), &file).await;
    assert_eq!(rows[1], "7407|2024-02-01|15.000|150.000|final|", "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_says_it_of_its_own_figures() {
    let mut own = columns();
    own[3]["header"] = json!(["Penanganan s.d. bulan ini"]);
    let head = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan s.d. bulan ini";
    let found = outcome(json!({"columns": own}), &format!("{head}\n{RISING}")).await;
    assert!(found.message.is_some_and(|message| message.en.contains("`cumulative`")));
    // A column that is not read answers for the title.
    let file = format!(
        "Sampah bulan ini dan s.d. bulan ini\n{HEADER};S.d. bulan ini\n{}",
        RISING.replace('\n', ";9\n")
    );
    let (refused, told) = said(&file).await;
    assert_eq!((refused.as_str(), told.as_str()), ("", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_of_something_else_is_refused() {
    for (title, expected) in [
        ("Target Pengelolaan Sampah Tahun 2024", "is of targets"),
        ("Timbulan sampah rata-rata per hari", "means of a day"),
        ("Rata-rata Penanganan Sampah per Hari", "means of a day"),
        ("Timbulan Sampah Harian Rata-rata", "means of a day"),
        ("Pengelolaan Sampah Kota Baubau", "all rows are of"),
        ("Sampah Kabupaten Konawe Tahun 2024", "all rows are of"),
    ] {
        let (refused, _) = said(&format!("{title}\n{HEADER}\n{FALLING}")).await;
        assert!(refused.contains(expected), "{title}: {refused}");
    }
    for (title, expected) in [
        ("Pengelolaan Sampah Tahun 2023", "names the year 2023"),
        ("Sampah Kecamatan Wangi-Wangi", "names a district"),
        ("Data contoh, bukan data sebenarnya", "made up"),
    ] {
        let (refused, told) = said(&format!("{title}\n{HEADER}\n{FALLING}")).await;
        assert!(refused.is_empty() && told.contains(expected), "{title}: {refused} {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_of_plans_is_refused_and_one_of_estimates_gives_their_status() {
    for (title, expected) in [
        ("Rencana Pengelolaan Sampah Tahun 2024", "is of plans"),
        ("Sasaran Penanganan Sampah 2024", "is of targets"),
        ("Proyeksi Sampah Kabupaten", "is of projections"),
        ("Prognosis penanganan sampah", "is of forecasts"),
        ("Ramalan Sampah 2024", "is of forecasts"),
        ("Penanganan Sampah Tahun 2024 (Proyeksi)", "is of projections"),
        ("Target Kinerja Penanganan Sampah Tahun 2024", "is of targets"),
        ("Lampiran II Target Penanganan Sampah", "is of targets"),
        ("Kabupaten Wakatobi - Target Penanganan Sampah 2024", "is of targets"),
        ("Target Penanganan Sampah 2024;;;(ton)", "is of targets"),
        ("Tabel 3.2;Target Penanganan Sampah 2024", "is of targets"),
        ("Target Penanganan Sampah 2024\nHasil rapat tanggal 3 Januari", "is of targets"),
        ("Target Penanganan Sampah 2024\nDasar: Perjanjian Kinerja", "is of targets"),
    ] {
        let (refused, _) = said(&format!("{title}\n{HEADER}\n{FALLING}")).await;
        assert!(refused.contains(expected), "{title}: {refused}");
    }
    for (title, status) in [
        ("Perkiraan Penanganan Sampah 2024", "estimated"),
        ("Estimasi sampah yang ditangani", "estimated"),
        ("Perkiraan sementara penanganan sampah", "provisional"),
        ("Angka sementara", "provisional"),
        ("Rencana Kerja Dinas Lingkungan Hidup 2024", "final"),
        ("Perkiraan dan realisasi", "final"),
        ("Perkiraan Cuaca BMKG", "final"),
        ("Bukan angka sementara", "final"),
    ] {
        let file = format!("{title}\n{HEADER}\n{FALLING}");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        let expected = format!("7407|2024-01-01|10.000|100.000|{status}|");
        assert_eq!(rows.first(), Some(&expected), "{title}: {account:?}");
    }
    // Of a workbook the sheet's name is a title too.
    let head: &[&str] = &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"];
    let rows: &[&[&str]] = &[head, &["Wakatobi", "Januari 2024", "|<v>1</v>", "|<v>2</v>"]];
    let other: &[&[&str]] = &[head, &["Baubau", "Januari 2024", "|<v>3</v>", "|<v>4</v>"]];
    let book = workbook(&[("Realisasi 2024", rows), ("Target 2024", other)]);
    let (rows, account) = load_book(json!({"columns": columns()}), &book).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"], "{account:?}");
    // One of plans beside it is left out, and told.
    assert_eq!(account, ["3 1 0 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_say_what_they_are_and_stocks_may_be_of_plans() {
    let lake = TestLake::new().await;
    let file = "Anggaran Pendapatan 2024;;;;;\n\
                Wilayah;Tahun;Tahap;PAD (Rp);Transfer (Rp);Pinjaman (Rp)\n\
                Wakatobi;2024;apbd;1000000;2000000;0\n";
    let outcome = lake.load_one("apbd.csv", file, "regional_finance", "BKAD_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 0), "{:?}", outcome.message);
    let file = "Proyeksi Penduduk\nKabupaten/Kota;Tahun;Penduduk\nWakatobi;2024;118793\n";
    let outcome = lake.load_one("p.csv", file, "population", "DISDUKCAPIL_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 0), "{:?}", outcome.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_below_a_head_of_plans_are_not_taken_for_what_was_reached() {
    let two = json!({"columns": columns(), "header": {"rows": 2}});
    let below = ";;Pengurangan;Penanganan";
    let rows = "Wakatobi;Januari 2024;10;100\n";
    let file = format!("Kabupaten/Kota;Bulan;Target 2024;\n{below}\n{rows}");
    let found = outcome(two.clone(), &file).await;
    assert!(found.message.as_ref().is_some_and(|own| own.en.contains("is of targets")), "{file}");
    // A title of both does not say which of them these are.
    let file = format!("Laporan Target dan Realisasi\n;;Target;\n{HEADER}\n{rows}");
    let (refused, _) = said(&file).await;
    assert!(refused.contains("is of targets"), "{refused}");
    // The first of two columns with one label would be taken.
    let rows = "Wakatobi;Januari 2024;1;2;10;100\n";
    let below = ";;Pengurangan;Penanganan;Pengurangan;Penanganan";
    let file = format!("Kabupaten/Kota;Bulan;Target;;Realisasi;\n{below}\n{rows}");
    let found = outcome(two.clone(), &file).await;
    assert!(found.message.as_ref().is_some_and(|own| own.en.contains("is there twice")), "{file}");
    let file = format!("Kabupaten/Kota;Bulan;Realisasi;;Target;\n{below}\n{rows}");
    let (rows, account) = load(two.clone(), &file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"], "{account:?}");
    let file = "Kabupaten/Kota;Bulan;Realisasi;\n;;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;10;100\n";
    let (rows, account) = load(two, file).await;
    assert_eq!(rows, ["7407|2024-01-01|10.000|100.000|final|"], "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ordinary_titles_say_nothing_against_rows() {
    for title in [
        "Target dan Realisasi Pengelolaan Sampah Tahun 2024",
        "Perda Nomor 5 Tahun 2019 tentang Pengelolaan Sampah",
        "Dinas Lingkungan Hidup Kota Baubau",
        "Sampah Kabupaten Wakatobi menurut Kecamatan Tahun 2024",
        "Sampah dari Kota Baubau",
        "Pengelolaan Sampah Tahun 2023 dan Tahun 2024",
        "Jl. Poros, Kecamatan Wangi-Wangi",
        "Pergub 10 Tahun 2021",
        "Disusun tahun 2025",
        "Eks Kabupaten Buton",
        "Kerja sama Kabupaten Buton",
        "Yth. Walikota Baubau",
        "Target Triwulan I: 200 ton",
        "Sasaran : Meningkatnya kualitas pengelolaan sampah",
        "Sasaran penerima: rumah tangga",
        "Sasaran RPJMD 2021-2026: sampah tertangani",
        "Anggaran : APBD Kabupaten Wakatobi",
        "Anggaran: DAK Fisik 2024",
        "Target Group: Households",
        "Rencana Tindak Lanjut Penanganan Sampah",
        "Rencana Zonasi Wilayah Pesisir",
        "Plan International Indonesia, bekerja sama dengan DLH",
        "Rencana Kinerja Tahunan 2024",
        "Ritasi rata-rata per hari: 12 truk",
        "Laporan periode s.d. bulan laporan",
    ] {
        let quiet = said(&format!("{title}\n{HEADER}\n{FALLING}")).await;
        assert_eq!(quiet, (String::new(), String::new()), "{title}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_that_is_given_once_does_not_cross_a_section() {
    let own = vec![
        with(column("period_month", "Bulan"), "join", json!(["Tahun"])),
        column("reduced_ton", "Pengurangan"),
        column("handled_ton", "Penanganan"),
    ];
    let description =
        json!({"columns": own, "section": "region_code", "fill_down": ["period_month"]});
    let file = "Tahun;Bulan;Pengurangan;Penanganan\nKABUPATEN WAKATOBI;;;\n\
                2024;November;1;10\n;Desember;2;20\nKOTA BAUBAU;;;\n;Januari;3;30\n";
    let (rows, account) = load(description, file).await;
    let expected = ["7407|2024-11-01|1.000|10.000|final|", "7407|2024-12-01|2.000|20.000|final|"];
    assert_eq!(rows, expected);
    assert_eq!(account[1..], ["B6|not_a_date"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_block_takes_no_month_of_the_block_above() {
    let description = json!({"columns": columns(), "fill_down": ["region_code", "period_month"]});
    let file = format!(
        "{HEADER}\nWakatobi;;30;300\n;Januari 2024;10;100\n;Pebruari 2024;20;200\n\
         Kota Baubau;;40;400\n;Januari 2024;18;180\n;Pebruari 2024;22;220\n"
    );
    let (rows, account) = load(description, &file).await;
    let expected = [
        "7407|2024-01-01|10.000|100.000|final|",
        "7407|2024-02-01|20.000|200.000|final|",
        "7472|2024-01-01|18.000|180.000|final|",
        "7472|2024-02-01|22.000|220.000|final|",
    ];
    assert_eq!(rows, expected, "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_part_the_rows_of_one_key_make_them_parts() {
    let description = json!({
        "columns": [column("region_code", "Wilayah")],
        "unpivot": {"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]}
    });
    let head = "Wilayah;Objek Wisata;Januari 2024;Pebruari 2024\n";
    let file = format!("{head}Wakatobi;Pantai A;1;2\nWakatobi;Pantai B;3;4\n");
    let mut ignoring = description.clone();
    ignoring["unpivot"]["ignore"] = json!(["objek wisata"]);
    for own in [description, ignoring.clone()] {
        let (rows, account) = load(own, &file).await;
        assert!(rows.is_empty(), "{rows:?}");
        assert_eq!(account[1..], ["A2|part_of_whole", "A3|part_of_whole"]);
    }
    // A key that stands twice by mistake is told as such.
    let file =
        format!("{head}Wakatobi;A;1;2\nBaubau;B;3;4\nButon;C;5;6\nButon;D;7;8\nMuna;E;1;1\n");
    let (_, account) = load(ignoring, &file).await;
    assert!(!account[1..].iter().any(|own| own.ends_with("part_of_whole")), "{account:?}");
}
