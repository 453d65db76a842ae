//! Titles, notes and cells by which figures are of a part of a year, or of more than their month.

use super::{columns, load, load_into, project_of};
use crate::lake::TestLake;
use serde_json::json;

const OF_YEARS: &str = "Kabupaten/Kota;Tahun;Saluran;Metode;Ukuran;Pasar;Jumlah Kunjungan";
const YEAR: &str = "Wakatobi;2024;objek wisata;tiket;kunjungan;wisman;3.000";
const OF_MONTHS: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan";
const JUNE: &str = "Wakatobi;Juni 2024;10;100";

/// Why a file of yearly visits is refused, and how many of its rows are accepted and refused.
async fn of_year(file: &str) -> (String, u64, u64) {
    let lake = TestLake::new().await;
    let outcome = lake.load_one("k.csv", file, "visitor_flow", "DISPAR_7407").await;
    let refused = outcome.message.map(|message| message.en).unwrap_or_default();
    (refused, outcome.accepted, outcome.rejected)
}

/// As [`of_year`], of monthly tonnes.
async fn of_months(file: &str) -> (String, u64) {
    let lake = TestLake::new().await;
    let project = project_of(json!({"columns": columns()}));
    let outcome = load_into(&lake, &project, &[file]).await;
    (outcome.message.map(|message| message.en).unwrap_or_default(), outcome.accepted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_of_a_part_of_the_year_is_not_one_of_figures_of_a_year() {
    for title in [
        "Kunjungan s.d. Juni 2024",
        "Kunjungan s/d 30-06-2024",
        "Kunjungan Semester I 2024",
        "Kunjungan Triwulan III Tahun 2024",
        "Kunjungan Januari-Juni 2024",
        "Kunjungan bulan Juni 2024",
        "Keadaan per 30 September 2024",
        "Kunjungan Tahun 2024 (sampai September)",
        "Kunjungan selama 9 bulan tahun 2024",
    ] {
        let (refused, ..) = of_year(&format!("{title};;;;;;\n{OF_YEARS}\n{YEAR}\n")).await;
        assert!(refused.contains("a part of the year"), "{title}: {refused}");
    }
    let note = "Catatan: data sampai dengan bulan Juni 2024;;;;;;";
    let (refused, ..) = of_year(&format!("{OF_YEARS}\n{YEAR}\n{note}\n")).await;
    assert!(refused.contains("(months 1 to 6)"), "{refused}");
    for title in [
        "Kunjungan Januari s.d. Desember 2024",
        "Kunjungan Tahun 2024",
        "Keadaan per 31 Desember 2024",
        "Data per 30 Juni 2025",
        "Kunjungan Semester I dan II 2024",
        "Dicetak 30 Juni 2024",
        "Perda Nomor 3 Tahun 2024 tanggal 5 Juni 2024",
    ] {
        let told = of_year(&format!("{title};;;;;;\n{OF_YEARS}\n{YEAR}\n")).await;
        assert_eq!(told, (String::new(), 1, 0), "{title}");
    }
    // A note about something else.
    for note in [
        "Pantai Hoga ditutup s.d. Juni 2024",
        "tarif lama berlaku s.d. Juni 2024",
        "Data dimutakhirkan per 30 November 2024",
        "loket baru beroperasi per 1 Juli 2024",
    ] {
        let file = format!("{OF_YEARS}\n{YEAR}\nCatatan: {note};;;;;;\n");
        assert_eq!(of_year(&file).await, (String::new(), 1, 0), "{note}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_beside_a_year_that_names_a_part_of_it_refuses_its_row() {
    for (header, cell) in [
        ("Periode", "Januari-Juni"),
        ("Periode", "Semester I"),
        ("Masa", "Juni"),
        ("Keterangan", "s.d. Juni"),
        ("Keterangan", "data s.d. 30 Juni 2024"),
    ] {
        let file = format!("{OF_YEARS};{header}\n{YEAR};{cell}\n");
        assert_eq!(of_year(&file).await, (String::new(), 0, 1), "{header}: {cell}");
    }
    for (header, cell) in [
        ("Periode", "Januari-Desember 2024"),
        ("Periode", "2024"),
        ("Periode", "Tahunan"),
        ("Keterangan", "ditutup s.d. Juni"),
        ("Keterangan", "Juni ramai"),
        ("Keterangan", "data per 31 Maret 2025"),
        ("Periode", "Desember 2024"),
        ("Periode", "31-12-2024"),
    ] {
        let file = format!("{OF_YEARS};{header}\n{YEAR};{cell}\n");
        assert_eq!(of_year(&file).await, (String::new(), 1, 0), "{header}: {cell}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_of_several_months_is_not_one_of_their_last_alone() {
    for title in [
        "Sampah s.d. Juni 2024",
        "Laporan Triwulan II 2024",
        "Sampah Semester I",
        "Sampah Januari s.d. Juni 2024",
    ] {
        let (refused, _) = of_months(&format!("{title}\n{OF_MONTHS}\n{JUNE}\n")).await;
        assert!(refused.contains("the last period alone"), "{title}: {refused}");
    }
    let file = format!("Sampah kumulatif Juni 2024\n{OF_MONTHS}\n{JUNE}\n");
    let (refused, _) = of_months(&file).await;
    assert!(refused.contains("`cumulative`"), "{refused}");
    for title in ["Sampah Juni 2024", "Keadaan 30 Juni 2024", "Laporan Triwulan I 2024"] {
        let told = of_months(&format!("{title}\n{OF_MONTHS}\n{JUNE}\n")).await;
        assert_eq!(told, (String::new(), 1), "{title}");
    }
    // A report in parts, whose table is that of one month.
    for (title, accepted) in [
        ("Laporan Triwulan II Tahun 2024 - Bulan Juni", 1),
        ("LAPORAN BULANAN TRIWULAN II\nBULAN : JUNI 2024", 1),
        ("Laporan sampai dengan bulan Juni 2024", 0),
    ] {
        let told = of_months(&format!("{title}\n{OF_MONTHS}\n{JUNE}\n")).await;
        assert_eq!(told.1, accepted, "{title}: {}", told.0);
    }
    let file = format!("Laporan s.d. Juni 2024\n{OF_MONTHS}\nWakatobi;Mei 2024;30;300\n{JUNE}\n");
    assert_eq!(of_months(&file).await, (String::new(), 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remark_that_a_month_counts_from_january_refuses_its_row() {
    for remark in ["kumulatif", "s.d. Juni", "kumulatif Jan-Jun"] {
        let file = format!("{OF_MONTHS};Keterangan\nWakatobi;Mei 2024;30;300;\n{JUNE};{remark}\n");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, ["7407|2024-05-01|30.000|300.000|final|"], "{remark}");
        assert_eq!(account[1..], ["A3|contradicts_constant"], "{remark}");
    }
    for remark in ["Triwulan II", "buka s.d. Juni", "bukan kumulatif", "per 30 Juni 2024"] {
        let (rows, account) = load(
            json!({"columns": columns()}),
            &format!("{OF_MONTHS};Keterangan\n{JUNE};{remark}\n"),
        )
        .await;
        assert_eq!(rows.len(), 1, "{remark}: {account:?}");
    }
}
