//! The table more than once in a sheet, and a region once for its rows.

use super::{columns, counts, load};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn blocks_below_each_other_keep_their_own_title() {
    let title =
        json!({"field": "region_code", "from": "title", "pattern": "^Kabupaten/Kota: (.*)$"});
    let description = json!({"columns": columns()[1..], "repeats": ["down"], "context": [title]});
    let file = "LAPORAN;;\n\
                Kabupaten/Kota: Wakatobi;;\n\
                Bulan;Pengurangan;Penanganan\n\
                Januari 2024;1;10\n\
                Pebruari 2024;2;20\n\
                Jumlah;3;30\n\
                ;;\n\
                Kabupaten/Kota: Kota Baubau;;\n\
                Bulan;Pengurangan;Penanganan\n\
                Januari 2024;5;50\n\
                Maret 2024;x;60\n\
                Jumlah;11;110\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-02-01|2.000|20.000|final|",
            "7472|2024-01-01|5.000|50.000|final|"
        ]
    );
    assert_eq!(account[1..], ["B11|not_a_number"]);
    let [read, accepted, rejected, ignored] = counts(&account);
    assert_eq!((read, accepted, rejected), (accepted + rejected + ignored, 3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_side_by_side_keep_their_addresses() {
    let file = "Triwulan I;;;;;Triwulan II;;;\n\
                Kabupaten/Kota;Bulan;Pengurangan;Penanganan;;\
                Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1;10;;Wakatobi;April 2024;4;40\n\
                Baubau;Januari 2024;2;20;;Baubau;April 2024;5;y\n";
    let (rows, account) = load(json!({"columns": columns(), "repeats": ["across"]}), file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-04-01|4.000|40.000|final|",
            "7472|2024-01-01|2.000|20.000|final|"
        ]
    );
    assert_eq!(account[1..], ["I4|not_a_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_may_stand_alone_above_its_rows() {
    let file = "Bulan;Pengurangan;Penanganan\n\
                KAB. WAKATOBI;;\n\
                Januari 2024;1;10\n\
                KOTA BAUBAU;;\n\
                Januari 2024;2;20\n\
                Jumlah;3;30\n";
    let description = json!({"columns": columns()[1..], "section": "region_code"});
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        ["7407|2024-01-01|1.000|10.000|final|", "7472|2024-01-01|2.000|20.000|final|"]
    );
    assert_eq!(account, ["5 2 0 3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_a_block_or_says_what_it_is_is_no_part_of_its_name() {
    let file = "No;Bulan;Pengurangan;Penanganan\n\
                I. KABUPATEN WAKATOBI;;;\n\
                1;Januari 2024;1;10\n\
                B. Kota Baubau;;;\n\
                1;Januari 2024;2;20\n\
                III;KABUPATEN BUTON;;\n\
                1;Januari 2024;3;30\n\
                Wilayah: Konawe Selatan;;;\n\
                1;Januari 2024;4;40\n";
    let description = json!({"columns": columns()[1..], "section": "region_code"});
    let (rows, account) = load(description, file).await;
    let expected = [
        "7401|2024-01-01|3.000|30.000|final|",
        "7405|2024-01-01|4.000|40.000|final|",
        "7407|2024-01-01|1.000|10.000|final|",
        "7472|2024-01-01|2.000|20.000|final|",
    ];
    assert_eq!(rows, expected, "{account:?}");
    let mut own = columns();
    own.remove(1);
    let description = json!({"columns": own, "section": "period_month"});
    let file = "Kabupaten/Kota;Pengurangan;Penanganan\n\
                Bulan: Januari 2024;;\n1. Wakatobi;1;10\nBULAN FEBRUARI 2024;;\nWakatobi;2;20\n";
    let (rows, account) = load(description, file).await;
    let expected = ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-02-01|2.000|20.000|final|"];
    assert_eq!(rows, expected, "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_may_be_counted_without_a_mark_and_be_named_in_short() {
    let description = json!({"columns": columns()[1..], "section": "region_code"});
    for section in [
        "I KABUPATEN WAKATOBI",
        "1 Kabupaten Wakatobi",
        "A Kab. Wakatobi",
        "Kab. : Wakatobi",
        "II. Kab./Kota : Wakatobi",
        "Nama Kabupaten : Wakatobi",
        "Wilayah Kabupaten Wakatobi",
    ] {
        let file = format!("Bulan;Pengurangan;Penanganan\n{section};;\nJanuari 2024;1;10\n");
        let (rows, account) = load(description.clone(), &file).await;
        assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|"], "{section}: {account:?}");
    }
    // What is known by no name is none.
    for section in ["I KABUPATEN ANTAH", "Wilayah II", "Kab. : Antah"] {
        let file = format!("Bulan;Pengurangan;Penanganan\n{section};;\nJanuari 2024;1;10\n");
        let (rows, account) = load(description.clone(), &file).await;
        assert_eq!((rows.len(), account.len()), (0, 2), "{section}: {account:?}");
    }
    let mut own = columns();
    own.remove(1);
    let description = json!({"columns": own, "section": "period_month"});
    for (section, accepted) in [
        ("BLN. Januari 2024", 1),
        ("Bln.Januari 2024", 1),
        ("Periode Januari 2024", 1),
        ("PERIODE : BULAN JANUARI 2024", 1),
        ("Bulan Januari Tahun 2024", 1),
        ("JANUARI TAHUN 2024", 1),
        ("I Januari 2024", 1),
        ("Keadaan Bulan Januari 2024", 1),
        ("Periode: 1 s.d. 31 Januari 2024", 1),
        ("Periode 1 Januari - 31 Januari 2024", 1),
        ("Periode: 1 s.d. 15 Januari 2024", 0),
        ("Periode: 1 Januari s.d. 29 Februari 2024", 0),
        ("Periode Januari - Maret 2024", 0),
        ("Periode Semester I 2024", 0),
    ] {
        let file = format!("Kabupaten/Kota;Pengurangan;Penanganan\n{section};;\nWakatobi;1;10\n");
        let (rows, account) = load(description.clone(), &file).await;
        assert_eq!(rows.len(), accepted, "{section}: {account:?}");
        if accepted == 1 {
            assert_eq!(rows, ["7407|2024-01-01|1.000|10.000|final|"], "{section}");
        }
    }
}
