//! Titles within the band of a header, above figures whose own labels say nothing of it.

use super::{column, columns, load, load_into, project_of, told};
use crate::lake::TestLake;
use serde_json::{Value, json};

/// Months below a head that the description does not read.
fn months() -> Value {
    json!({
        "header": {"rows": 2},
        "columns": [column("region_code", "Kabupaten/Kota")],
        "unpivot": {"value": "handled_ton", "header": [{"row": 1, "field": "period_month"}]}
    })
}

fn months_below(head: &str) -> String {
    format!(
        "Kabupaten/Kota;{head};\n;Januari 2024;Februari 2024\nWakatobi;100;101\n\
         Kota Baubau;200;201\n"
    )
}

/// Two figures, each with its label, below one head.
fn figures_below(head: &str) -> String {
    format!(
        "Kabupaten/Kota;Bulan;{head};\n;;Pengurangan;Penanganan\nWakatobi;Januari 2024;100;101\n"
    )
}

/// What a file that is refused is refused for; the rows' status otherwise.
async fn outcome(description: Value, file: &str) -> String {
    let project = project_of(description);
    let lake = TestLake::new().await;
    let outcome = load_into(&lake, &project, &[file]).await;
    if let Some(code) = &outcome.message {
        return code.en.clone();
    }
    let (rows, account) = told(&lake, project, outcome).await;
    let mut said: Vec<&str> =
        rows.iter().map(|row| row.split('|').nth(4).unwrap()).chain(refused(&account)).collect();
    said.dedup();
    said.join(" ")
}

/// The rules by which cells were refused.
fn refused(account: &[String]) -> impl Iterator<Item = &str> {
    account.iter().skip(1).filter_map(|cell| cell.split('|').nth(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_above_all_figures_is_read_as_a_title_is() {
    let two = || json!({"columns": columns(), "header": {"rows": 2}});
    for (head, expected) in [
        ("Timbulan Sampah (kg)", r#"needs `units`: {"kg": "0.001"}"#),
        ("Sampah ditangani, dalam ribuan", "ribuan"),
        ("Target Penanganan Sampah", "target"),
        ("Proyeksi", "proyeksi"),
        ("Target (ton)", "targets"),
        ("Target Penanganan 2024", "targets"),
        ("Rencana 2024 (ton)", "plans"),
        ("Rata-rata per Hari", "day"),
        ("Rata-rata per Hari (ton)", "day"),
        ("Kabupaten Buton", "Buton"),
        ("Penanganan (Orang)", "orang"),
    ] {
        // Of two regencies neither is the table's own.
        if head != "Kabupaten Buton" {
            let said = outcome(months(), &months_below(head)).await;
            assert!(said.to_lowercase().contains(&expected.to_lowercase()), "{head}: {said}");
        }
        // Persons above several figures may be those of another column.
        if head != "Penanganan (Orang)" {
            let said = outcome(two(), &figures_below(head)).await;
            assert!(said.to_lowercase().contains(&expected.to_lowercase()), "{head}: {said}");
        }
    }
    for (head, status) in [
        ("Penanganan Sampah (ton)", "final"),
        ("Jumlah Sampah yang Ditangani", "final"),
        ("Realisasi 2024", "final"),
        ("Bulan", "final"),
        ("2024", "final"),
        ("Penanganan (angka sementara)", "provisional"),
    ] {
        assert_eq!(outcome(months(), &months_below(head)).await, status, "{head}");
        assert_eq!(outcome(two(), &figures_below(head)).await, status, "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_above_some_figures_is_read_for_its_unit() {
    let file = "Kabupaten/Kota;Semester I;;Semester II (kg);\n\
                ;Januari 2024;Juni 2024;Juli 2024;Desember 2024\n\
                Wakatobi;100;101;102;103\n";
    let said = outcome(months(), file).await;
    assert!(said.contains(r#"needs `units`: {"kg": "0.001"}"#), "{said}");
    let (rows, account) = load(months(), &file.replace(" (kg)", "")).await;
    assert_eq!((rows.len(), account.len()), (4, 1), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_only_unread_heads_tell_apart_are_refused() {
    let blocks = |one: &str, other: &str| {
        format!(
            "Kabupaten/Kota;{one};;{other};\n;Januari 2024;Februari 2024;Januari 2024;\
             Februari 2024\nWakatobi;100;101;2;3\n"
        )
    };
    for (one, other) in [
        ("Realisasi (ton)", "Target (ton)"),
        ("2023", "2024"),
        ("Penanganan", "Persentase"),
        ("Kab. Wakatobi", "Kota Baubau"),
        ("Kec. Utara", "Kec. Selatan"),
    ] {
        let said = outcome(months(), &blocks(one, other)).await;
        let places = format!("(B: \"{one}\", D: \"{other}\")");
        assert!(said.contains(&places) && said.contains("`unpivot.header`"), "{said}");
    }
    // A description that reads the head, and months that follow each other.
    let mut both = months();
    both["unpivot"] = json!({"header": [
        {"row": 0, "fields": {"Pengurangan": "reduced_ton", "Penanganan": "handled_ton"}},
        {"row": 1, "field": "period_month"},
    ]});
    let (rows, account) = load(both, &blocks("Penanganan", "Pengurangan")).await;
    assert_eq!(rows[0], "7407|2024-01-01|2.000|100.000|final|", "{account:?}");
    let file = "Kabupaten/Kota;Triwulan I;;Triwulan II;\n;Maret 2024;Jumlah;April 2024;Jumlah\n\
                Wakatobi;100;100;101;101\n";
    let (rows, account) = load(months(), file).await;
    assert_eq!((rows.len(), account.len()), (2, 1), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_of_another_year_place_or_unit_is_refused() {
    let of_two = |head: &str| months_below(head);
    let of_one = |head: &str| {
        format!("Kabupaten/Kota;{head};\n;Januari 2024;Februari 2024\nWakatobi;100;101\n")
    };
    for (head, expected) in [
        ("2023", "another year or place"),
        ("Tahun 2023 (ton)", "another year or place"),
        ("Realisasi 2023", "another year or place"),
        ("Kec. Utara (ton)", "another year or place"),
    ] {
        let said = outcome(months(), &of_two(head)).await;
        assert!(said.contains(expected), "{head}: {said}");
    }
    let said = outcome(months(), &of_one("Kota Baubau (ton)")).await;
    assert!(said.contains("all rows are of"), "{said}");
    let mut described = months();
    let units = json!({"field": "handled_ton", "units": {"ton": "1", "kg": "0.001"}});
    described["columns"].as_array_mut().unwrap().push(units);
    let title = "Sampah (ton)\n";
    let said = outcome(described.clone(), &format!("{title}{}", of_one("Persentase (%)"))).await;
    assert!(said.contains("\"%\""), "{said}");
    // The head stands nearer than the title.
    let (rows, account) = load(described, &format!("{title}{}", of_one("Penanganan (kg)"))).await;
    assert!(rows[0].contains("|0.100|"), "{rows:?} {account:?}");
}
