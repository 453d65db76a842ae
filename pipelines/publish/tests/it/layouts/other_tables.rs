//! Rows that belong to another table than the one that is read, or to a part of what it is about.

use super::{column, columns, counts, load, load_book, with};
use crate::book::workbook;
use crate::lake::TestLake;
use serde_json::json;

const HEADER: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan";

#[tokio::test(flavor = "multi_thread")]
async fn a_header_at_the_top_of_each_page_is_no_row() {
    let file =
        format!("{HEADER}\nWakatobi;Januari 2024;1;10\n\n{HEADER}\nWakatobi;Pebruari 2024;2;20\n");
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    let expected = ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-02-01|2.000|20.000|final|"];
    assert_eq!(rows, expected);
    assert_eq!(account, ["4 2 0 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_counts_the_columns_is_none_on_any_page() {
    for numbering in [
        "(1);(2);(3);(4)",
        "1;2;3;4",
        "1.;2.;3.;4.",
        "[1];[2];[3];[4]",
        "a;b;c;d",
        "(a);(b);(c);(d)",
        "I;II;III;IV",
        "1;2;3;4 = 2 + 3",
        ";;;\n(1);(2);(3);(4)",
    ] {
        let file = format!(
            "{HEADER}\n{numbering}\nWakatobi;Januari 2024;1;10\n\
             {HEADER}\n{numbering}\nWakatobi;Pebruari 2024;2;20\n"
        );
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        let [_, accepted, rejected, _] = counts(&account);
        assert_eq!((rows.len(), accepted, rejected), (2, 2, 0), "{numbering}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_below_a_header_on_the_next_page_are_those_of_the_first() {
    let columns = [
        column("region_code", "Kabupaten/Kota"),
        column("period_month", "Bulan"),
        column("reduced_ton", "Pengurangan (ton)"),
        column("handled_ton", "Penanganan (ton)"),
    ];
    let head = "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)";
    for (between, accepted, rejected) in [
        (format!("{head}\n;;(ton);(ton)"), 2, 0),
        (format!("{head}\n;;(kg);(kg)"), 1, 2),
        // What stands in brackets is no header.
        ("(data sementara);(belum lengkap);;".to_owned(), 2, 1),
    ] {
        let file =
            format!("{head}\nWakatobi;Januari 2024;1;10\n{between}\nWakatobi;Pebruari 2024;2;20\n");
        let (_, account) = load(json!({"columns": columns}), &file).await;
        let [_, own, refused, _] = counts(&account);
        assert_eq!((own, refused), (accepted, rejected), "{between}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_below_a_title_of_plans_are_refused_until_one_of_what_was_reached() {
    for title in ["Target", "TARGET 2024", "B. PROGNOSIS", "Proyeksi April - Juni"] {
        let file = format!(
            "{HEADER}\nWakatobi;Januari 2024;1;10\n{title};;;\nWakatobi;Maret 2024;3;30\n\
             Realisasi;;;\nWakatobi;Pebruari 2024;2;20\n"
        );
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        let expected =
            ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-02-01|2.000|20.000|final|"];
        assert_eq!(rows, expected, "{title}: {account:?}");
        assert_eq!(account, ["5 2 2 1", "A3|second_table", "A4|second_table"], "{title}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn below_another_header_or_title_rows_are_refused() {
    let first = "Wakatobi;Januari 2024;1;10\n";
    for second in [
        // The same columns the other way about.
        "\nKabupaten/Kota;Bulan;Penanganan;Pengurangan\nWakatobi;Maret 2024;120;12\n",
        // One of them misspelled, or in another unit.
        "\nKabupaten/Kota;Bulan;Pengurangn;Penanganan\nWakatobi;Maret 2024;12;120\n",
        "\nKabupaten/Kota;Bulan;Pengurangan (kg);Penanganan (kg)\nWakatobi;Maret 2024;12;120\n",
        // What the title says of the second table, the rows do not.
        "\nTARGET;;;\nKabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Maret 2024;12;120\n",
    ] {
        let file = format!("{HEADER}\n{first}{second}");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|"], "{second}");
        let is_other = |cell: &&String| cell.ends_with("|second_table");
        // A title of plans is of the other table too.
        let others = 2 + usize::from(second.contains("TARGET"));
        assert_eq!(account[1..].iter().filter(is_other).count(), others, "{second}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn below_the_title_of_another_place_or_year_rows_are_refused() {
    let place = json!({"field": "region_code", "from": "title", "pattern": "KABUPATEN (\\w+)"});
    let description = json!({"columns": columns()[1..], "context": [place]});
    let file = "KABUPATEN BUTON;;\nBulan;Pengurangan;Penanganan\nJanuari 2024;1;10\n\
                Kegiatan rutin;;\nPebruari 2024;2;20\n\
                KABUPATEN WAKATOBI;;\nMaret 2024;3;30\n";
    let (rows, account) = load(description, file).await;
    let expected = ["7401|2024-01-01|1.000|10.000|final|", "7401|2024-02-01|2.000|20.000|final|"];
    assert_eq!(rows, expected, "{account:?}");
    assert_eq!(account[account.len() - 2..], ["A6|second_table", "A7|second_table"]);

    let year =
        json!({"field": "join:period_month", "from": "title", "pattern": "(?i)tahun (\\d{4})"});
    let description = json!({"columns": columns(), "context": [year]});
    let file = format!(
        "TAHUN 2024;;;\n{HEADER}\nWakatobi;Januari;1;10\n\nTAHUN 2023;;;\nWakatobi;Maret;3;30\n"
    );
    let (rows, account) = load(description, &file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|"], "{account:?}");

    // The region that a description gives, and the name of another between the rows.
    let description = json!({"columns": columns()[1..], "constants": {"region_code": "7401"}});
    for other in ["Kab. Wakatobi", "II. KABUPATEN WAKATOBI", "Kabupaten: Wakatobi"] {
        let file = format!(
            "Bulan;Pengurangan;Penanganan\nJanuari 2024;1;10\nKabupaten Buton;;\n\
             Pebruari 2024;2;20\n{other};;\nMaret 2024;3;30\n"
        );
        let (rows, account) = load(description.clone(), &file).await;
        assert_eq!(rows, expected, "{other}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_goes_on_under_its_own_number_alone() {
    let first = "Wakatobi;Januari 2024;1;10\n";
    let second = "Wakatobi;Pebruari 2024;2;20\n";
    let file = |above: &str, between: &str| {
        format!("{above};;;\n{HEADER}\n{first}{between};;;\n{HEADER}\n{second}")
    };
    for (above, between) in [
        ("Tabel 4.1 Timbulan", "Lanjutan"),
        ("Tabel 4.1 Timbulan", "Lanjutan Tabel 4.1"),
        ("Tabel 4.1. Timbulan", "Tabel 4.1 (lanjutan)"),
        ("Timbulan", "Lanjutan Tabel 4.2"),
        ("Tabel 4.1 Timbulan", "Lanjutan Tabel 4.1 (Januari-Desember)"),
        ("Tabel 4.1 Timbulan", "Lanjutan Tabel 4.1: Pengurangan dan Penanganan, Jan s.d. Des"),
        ("Timbulan", "Sambungan dari halaman sebelumnya"),
        ("Tabel 4.1 Timbulan", "Lanjutan Tabel 4.1 Jumlah Kunjungan Menurut Bulan"),
    ] {
        let (rows, account) = load(json!({"columns": columns()}), &file(above, between)).await;
        assert_eq!(rows.len(), 2, "{above}, {between}: {account:?}");
    }
    for between in ["Lanjutan Tabel 4.2", "Tabel 4.2 (lanjutan)", "Tabel 4.2 Timbulan"] {
        let whole = file("Tabel 4.1 Timbulan", between);
        // Its header may be missing.
        let bare = whole.replacen(&format!("{HEADER}\n{second}"), second, 1);
        for file in [whole, bare] {
            let (rows, account) = load(json!({"columns": columns()}), &file).await;
            assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|"], "{file}: {account:?}");
            let others = account[1..].iter().all(|cell| cell.ends_with("|second_table"));
            assert!(others && account.len() > 2, "{file}: {account:?}");
        }
    }
    // Its own number, and another place, year, market or unit.
    for other in ["Kunjungan Buton", "Jumlah 2023", "Mancanegara", "Target Kunjungan", "(kg)"] {
        let whole = file("Tabel 4.1 Timbulan", &format!("Lanjutan Tabel 4.1 {other}"));
        let (rows, account) = load(json!({"columns": columns()}), &whole).await;
        assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|"], "{other}: {account:?}");
    }
    // A table without a number of its own has that of its first page break.
    let file = format!(
        "{}Lanjutan Tabel 4.3;;;\n{HEADER}\n{second}",
        file("Timbulan", "Lanjutan Tabel 4.2").replace("Pebruari", "Maret")
    );
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows.len(), 2, "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_nobody_reads_may_say_that_a_row_is_a_part() {
    let file = format!(
        "{HEADER};Kecamatan\nWakatobi;Januari 2024;1;10;Wangi-Wangi\n\
         Wakatobi;Pebruari 2024;2;20;\nWakatobi;Maret 2024;3;30;Semua\n\
         Wakatobi;April 2024;4;40;-\n"
    );
    let description = json!({"columns": columns(), "missing": ["-"]});
    let (rows, account) = load(description.clone(), &file).await;
    let expected = [
        "7407|2024-02-01|2.000|20.000|final|",
        "7407|2024-03-01|3.000|30.000|final|",
        "7407|2024-04-01|4.000|40.000|final|",
    ];
    assert_eq!(rows, expected, "{account:?}");
    assert_eq!(account[1..], ["A2|part_of_whole"]);
    // One that parts nothing is named by the description.
    let description = with(description, "header", json!({"has": ["Kecamatan"]}));
    let (rows, _) = load(description, &file).await;
    assert_eq!(rows.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_no_year_and_one_sex_is_not_all() {
    let lake = TestLake::new().await;
    for (head, cell) in
        [("Bulan", "Maret"), ("Semester", "I"), ("Jenis Kelamin", "Perempuan"), ("Kecamatan", "X")]
    {
        let file = format!("Kabupaten/Kota;Tahun;Penduduk;{head}\nWakatobi;2024;56000;{cell}\n");
        let name = format!("{head}.csv");
        let outcome = lake.load_one(&name, file, "population", "DISDUKCAPIL_7407").await;
        assert_eq!((outcome.accepted, outcome.rejected), (0, 1), "{head}: {:?}", outcome.message);
    }
    let rules = lake.rows("select distinct rule from ops.quarantine").await;
    assert_eq!(rules, ["part_of_whole"]);
    // A register's district tells where an entry is.
    let file = "estab_id,valid_from,Kecamatan\nA1,2024-01-01,Wangi-Wangi\n";
    let outcome = lake.load_one("r.csv", file, "accommodation_register", "DISPAR_7407").await;
    let rules = lake.rows("select distinct rule from ops.quarantine where rule like 'part%'").await;
    assert_eq!(rules, ["part_of_whole"], "{:?}", outcome.message);
    let parts = "select count(*) from ops.quarantine where rule = 'part_of_whole'";
    assert_eq!(lake.rows(parts).await, ["4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_beside_or_below_the_figures_counts() {
    let columns = [
        column("region_code", "Kabupaten/Kota"),
        column("period_month", "Bulan"),
        column("reduced_ton", "Pengurangan (ton)"),
        column("handled_ton", "Penanganan (ton)"),
    ];
    let description = json!({"columns": columns});
    let head = "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)";
    let file = format!(
        "{head};Satuan\nWakatobi;Januari 2024;1000;2000;kg\nWakatobi;Pebruari 2024;1;2;Ton\n"
    );
    let (rows, account) = load(description.clone(), &file).await;
    assert_eq!(rows, ["7407|2024-02-01|1.000|2.000|final|"], "{account:?}");
    assert_eq!(account[1..], ["A2|unit_of_row"]);

    // In a row of units, and in a note.
    let row = "Wakatobi;Januari 2024;1000;2000";
    let project = super::project_of(description.clone());
    for file in [
        format!("{head}\n;;kg;kg\n{row}\n"),
        format!("{head}\n;;(ribu ton);(ribu ton)\n{row}\n"),
        format!("{head}\n{row}\nKeterangan: angka dalam kg;;;\n"),
    ] {
        let lake = TestLake::new().await;
        let outcome = super::load_into(&lake, &project, &[&file]).await;
        let message = outcome.message.map(|message| message.en).unwrap_or_default();
        assert!(message.contains("needs `units`"), "{file}: {message}");
    }
    let (rows, account) = load(description, &format!("{head}\n;;ton;ton\n{row}\n")).await;
    assert_eq!(rows, ["7407|2024-01-01|1000.000|2000.000|final|"]);
    assert_eq!(account, ["2 1 0 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_nearly_fits_is_refused_and_not_left_out() {
    let first: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"],
        &["Wakatobi", "Januari 2024", "|<v>1</v>", "|<v>2</v>"],
    ];
    let misspelled: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurngan", "Penanganan"],
        &["Wakatobi", "Pebruari 2024", "|<v>3</v>", "|<v>4</v>"],
    ];
    let other: &[&[&str]] =
        &[&["Kabupaten/Kota", "Bulan", "Kepala Dinas"], &["Wakatobi", "Januari 2024", "A"]];
    let book = workbook(&[("Jan", first), ("Feb", misspelled), ("Pejabat", other)]);
    let (rows, account) = load_book(json!({"columns": columns()}), &book).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"]);
    assert_eq!(account, ["5 1 2 2", "A1|missing_column", "A2|missing_column"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_with_another_delimiter_is_refused_and_a_note_is_none() {
    let file = format!(
        "{HEADER}\nWakatobi;Januari 2024;1;10\nWakatobi,Februari 2024,1,20\n\
         Wakatobi;Maret 2024;1;30\n\nSumber: DLH, BPS, Dispar, dan lain\n"
    );
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    let expected = ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-03-01|1.000|30.000|final|"];
    assert_eq!(rows, expected);
    assert!(account[0].ends_with(" 2 1 1") || account[0].ends_with(" 2 1 2"), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_side_by_side_are_no_rows() {
    let table = format!("{HEADER}\nWakatobi;Januari 2024;1;10\n");
    for (below, refused) in [
        (
            "Mengetahui,;Diperiksa oleh;Dibuat oleh;\nLa Ode;Wa Ode;La Sitti;\n\
             NIP. 1970;NIP. 1980;NIP. 1990;\n",
            0,
        ),
        ("(La Ode Ali);(La Sitti);(Wa Ode Sitti);\n", 0),
        // They are as many as they are, however wide the table is.
        (
            "Mengetahui,;Diperiksa oleh;Dibuat oleh\nLa Ode;Wa Ode;La Sitti\n\
             Pembina;Penata;Penata\nNIP. 1970;NIP. 1980;NIP. 1990\n",
            0,
        ),
        ("(La Ode Ali);(La Sitti);(Wa Ode Sitti)\n", 0),
        ("Wakatobi;Pebruari 2024;2\n", 1),
        ("Mengetahui;;\nWakatobi;Pebruari 2024;belum\n", 1),
        // A row without figures is one.
        ("Wakatobii;Pebruari 2024;belum;\n", 1),
        ("Mengetahui;;;\nWakatobi;Pebruari 2024;belum;\n", 1),
    ] {
        let file = format!("{table};;;\n{below}");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        let [_, _, rejected, _] = counts(&account);
        assert_eq!((rows.len(), rejected), (1, refused), "{below}: {account:?}");
    }
}
