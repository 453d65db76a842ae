//! Fields below each other instead of side by side.

use super::{column, counts, load, load_into, project_of, with};
use crate::lake::TestLake;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn fields_may_be_listed_below_each_other() {
    // Months across, the region in the title, a sum at the right that is wrong.
    let description = json!({
        "transpose": true,
        "constants": {"join:period_month": "2024"},
        "columns": [
            column("period_month", "Uraian"),
            column("reduced_ton", "Pengurangan"),
            column("handled_ton", "Jumlah Penanganan"),
        ],
        "context": [{
            "field": "region_code",
            "from": "title",
            "pattern": "(?i)(?:kabupaten|kota) (\\w+)",
        }]
    });
    let file = "DATA SAMPAH KABUPATEN WAKATOBI;;;;\n\
                ;;;;\n\
                No;Uraian;Januari;Pebruari;Maret;April;Jumlah\n\
                1;Pengurangan;1,5;x;y;;9\n\
                2;Jumlah Penanganan;20;30;z;;50\n\
                Sumber: DLH;;;;\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.500|20.000|final|"]);
    // A month that is not filled in is no row; one that cannot be read is a refused one.
    assert_eq!(account[1..], ["D4|not_a_number", "E4|not_a_number"]);
    let [read, accepted, rejected, ignored] = counts(&account);
    assert_eq!((read, accepted, rejected), (accepted + rejected + ignored, 1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_may_stand_beside_each_field_and_the_month_in_a_row_of_its_own() {
    let units = json!({"ton": "1", "kg": "0.001"});
    let description = json!({
        "transpose": true,
        "header": {"rows": 2},
        "columns": [
            column("region_code", "Kabupaten/Kota"),
            column("period_month", "Bulan"),
            with(column("reduced_ton", "Pengurangan"), "units", units.clone()),
            with(column("handled_ton", "Penanganan"), "units", units),
        ]
    });
    let file = "Kabupaten/Kota;;Wakatobi\n\
                Bulan;;Januari 2024\n\
                Uraian;Satuan;Nilai\n\
                Pengurangan;kg;1.500\n\
                Penanganan;ton;20\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.500|20.000|final|"], "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_may_stand_once_for_a_block_of_fields() {
    let fields = json!({"Jumlah dikurangi": "reduced_ton", "Jumlah ditangani": "handled_ton"});
    let description = json!({
        "transpose": true,
        "header": {"rows": 2},
        "columns": [column("period_month", "Uraian")],
        "unpivot": {"header": [{"row": 0, "field": "region_code"}, {"row": 1, "fields": fields}]}
    });
    let file = "Wilayah;Uraian;Januari 2024;Pebruari 2024\n\
                Wakatobi;Jumlah dikurangi;1;2\n\
                ;Jumlah ditangani;10;20\n\
                ;Lain-lain;7;8\n\
                Baubau;Jumlah dikurangi;3;4\n\
                ;Jumlah ditangani;30;y\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-02-01|2.000|20.000|final|",
            "7472|2024-01-01|3.000|30.000|final|"
        ],
        "{account:?}"
    );
    assert_eq!(account[1..], ["D6|not_a_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_may_stand_below_each_other_with_a_year_above_their_months() {
    let description = json!({
        "transpose": true,
        "repeats": ["down"],
        "fill_down": ["period_month"],
        "columns": [
            with(column("period_month", "Uraian 2"), "join", json!(["Uraian"])),
            column("reduced_ton", "Pengurangan"),
            column("handled_ton", "Penanganan"),
        ],
        "context": [{
            "field": "region_code",
            "from": "title",
            "pattern": "^((?:KABUPATEN|KOTA) .*)$",
        }]
    });
    let list = |title: &str, first: u32| {
        format!(
            "{title};;;\n\
             Uraian;2023;;2024;\n\
             ;November;Desember;Januari;Pebruari\n\
             Pengurangan;{first};2;3;\n\
             Penanganan;{first}0;20;30;\n\
             ;;;;\n"
        )
    };
    let file =
        format!("DATA SAMPAH;;;;\n{}{}", list("KABUPATEN WAKATOBI", 1), list("KOTA BAUBAU", 5));
    let (rows, account) = load(description, &file).await;
    let months = |region: &str, first: u32| {
        [
            format!("{region}|2023-11-01|{first}.000|{first}0.000|final|"),
            format!("{region}|2023-12-01|2.000|20.000|final|"),
            format!("{region}|2024-01-01|3.000|30.000|final|"),
        ]
    };
    assert_eq!(rows, [months("7407", 1), months("7472", 5)].concat(), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_of_units_beside_the_labels_is_heeded() {
    let description = |rows: u32| {
        json!({
            "transpose": true,
            "header": {"rows": rows},
            "constants": {"region_code": "7407", "join:period_month": "2024"},
            "columns": [
                column("period_month", "Uraian"),
                column("reduced_ton", "Pengurangan"),
                column("handled_ton", "Penanganan"),
            ]
        })
    };
    let file = |unit: &str| {
        format!("Uraian;Satuan;Januari;Pebruari\nPengurangan;ton;1;2\nPenanganan;{unit};10;20\n")
    };
    let (rows, account) = load(description(1), &file("Ton")).await;
    let expected = ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-02-01|2.000|20.000|final|"];
    assert_eq!(rows, expected, "{account:?}");
    assert_eq!(account.len(), 1, "{account:?}");
    let ignore = json!([{"column": "Uraian", "matches": ["satuan"], "reason": "unit"}]);
    for own in [description(1), with(description(1), "ignore_rows", ignore)] {
        for (unit, expected) in [("kg", "{\"kg\": \"0.001\"}"), ("ton/hari", "ton/hari")] {
            let lake = TestLake::new().await;
            let outcome = load_into(&lake, &project_of(own.clone()), &[&file(unit)]).await;
            let message = outcome.message.map(|message| message.en).unwrap_or_default();
            assert!(message.contains("needs `units`") && message.contains(expected), "{message}");
        }
    }
    let units = json!({"ton": "1", "kg": "0.001"});
    let mut own = description(1);
    own["columns"][1]["units"] = units.clone();
    own["columns"][2]["units"] = units;
    let (rows, account) = load(own, &file("kg")).await;
    assert_eq!(rows[0], "7407|2024-01-01|1.000|0.010|final|", "{account:?}");

    // One cell that is merged over the units of both, here with the unit of the first described.
    let merged = "Uraian;Satuan;Januari;Pebruari\nPengurangan;kg;1;2\nPenanganan;;10;20\n";
    let mut own = description(1);
    own["columns"][1]["units"] = json!({"ton": "1", "kg": "0.001"});
    let lake = TestLake::new().await;
    let outcome = load_into(&lake, &project_of(own.clone()), &[merged]).await;
    let message = outcome.message.map(|message| message.en).unwrap_or_default();
    assert!(message.contains("handled_ton") && message.contains("needs `units`"), "{message}");
    own["columns"][2]["units"] = json!({"ton": "1", "kg": "0.001"});
    let (rows, account) = load(own, merged).await;
    assert_eq!(rows[0], "7407|2024-01-01|0.001|0.010|final|", "{account:?}");

    // Two rows of labels are described, and there is one.
    let lake = TestLake::new().await;
    let outcome = load_into(&lake, &project_of(description(2)), &[&file("ton")]).await;
    let message = outcome.message.map(|message| message.en).unwrap_or_default();
    assert!(message.contains("`header` needs `rows`: 1"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unit_of_something_else_beside_a_field_is_refused() {
    let description = json!({
        "transpose": true,
        "constants": {"region_code": "7407", "join:period_month": "2024"},
        "columns": [
            column("period_month", "Uraian"),
            column("reduced_ton", "Pengurangan"),
            column("handled_ton", "Penanganan"),
        ]
    });
    let project = project_of(description);
    for (head, unit, accepted) in [
        ("Satuan", "jiwa", 0),
        ("Satuan", "Orang", 0),
        ("Satuan", "%", 0),
        ("Satuan", "unit", 0),
        ("Satuan", "Rp", 0),
        ("", "jiwa", 0),
        ("Satuan", "ton/tahun", 0),
        ("Satuan", "ton/bln", 2),
        ("Satuan", "Ton/Bulan", 2),
        ("Satuan", "t/bl", 2),
        ("Satuan", "buah", 2),
        ("Satuan", "DLH", 2),
        ("Satuan", "-", 2),
        ("Satuan", "", 2),
    ] {
        let file = format!(
            "Uraian;{head};Januari;Pebruari\nPenduduk;jiwa;5;6\nPengurangan;;1;2\n\
             Petugas;orang;7;8\nPenanganan;{unit};10;20\n"
        );
        let file =
            if head.is_empty() { file.replace("Pengurangan;;", "Pengurangan;ton;") } else { file };
        let outcome = load_into(&TestLake::new().await, &project, &[&file]).await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        let is_told = message.contains(&unit.to_lowercase()) && message.contains("handled_ton");
        assert_eq!((outcome.accepted, is_told), (accepted, accepted == 0), "{unit}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_beside_fields_that_a_header_names_are_heeded() {
    let fields = json!({"Jumlah dikurangi": "reduced_ton", "Jumlah ditangani": "handled_ton"});
    let project = project_of(json!({
        "transpose": true,
        "header": {"rows": 2},
        "columns": [column("period_month", "Uraian")],
        "unpivot": {"header": [{"row": 0, "field": "region_code"}, {"row": 1, "fields": fields}]}
    }));
    for (unit, accepted, told) in [
        ("ton", 2, ""),
        ("ton/bln", 2, ""),
        ("buah", 2, ""),
        ("kg", 0, "{\"kg\": \"0.001\"}"),
        ("ton/hari", 0, "{\"ton/hari\": \"?\"}"),
        ("jiwa", 0, "is not one of what is measured in t"),
    ] {
        let file = format!(
            "Wilayah;Uraian;Satuan;Januari 2024;Pebruari 2024\n\
             Wakatobi;Jumlah dikurangi;{unit};1;2\nWakatobi;Jumlah ditangani;ton;10;20\n"
        );
        let outcome = load_into(&TestLake::new().await, &project, &[&file]).await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        assert_eq!(outcome.accepted, accepted, "{unit}: {message}");
        assert!(message.contains(told), "{unit}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_of_remarks_is_no_month() {
    let description = json!({
        "transpose": true,
        "constants": {"region_code": "7407", "join:period_month": "2024"},
        "columns": [
            column("period_month", "Uraian"),
            column("reduced_ton", "Pengurangan"),
            column("handled_ton", "Penanganan"),
        ]
    });
    let file = |head: &str, remark: &str| {
        format!(
            "Uraian;Januari;Pebruari;{head}\nPengurangan;1;2;{remark}\n\
             Penanganan;10;20;TPA baru\n"
        )
    };
    let expected = ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-02-01|2.000|20.000|final|"];
    for head in ["Keterangan", "Ket.", "KETERANGAN :", "Catatan"] {
        let (rows, account) = load(description.clone(), &file(head, "naik")).await;
        assert_eq!(
            (rows.as_slice(), account.len()),
            (&expected.map(String::from)[..], 1),
            "{head}"
        );
    }
    // With a figure it may be a month whose name is wrong, and another word is one.
    for (head, remark) in [("Keterangan", "3"), ("Marte", "naik")] {
        let (rows, account) = load(description.clone(), &file(head, remark)).await;
        assert_eq!((rows.len(), account.len() > 1), (2, true), "{head}: {account:?}");
    }
}
