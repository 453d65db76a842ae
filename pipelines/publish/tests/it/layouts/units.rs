//! Units in a header or a title.

use super::{column, columns, load, load_into, project_of, with};
use crate::lake::TestLake;
use serde_json::{Value, json};

/// The usual columns with figures in tons or kilograms.
fn columns_with_units() -> Vec<Value> {
    let mut columns = columns();
    for column in &mut columns[2..] {
        column["units"] = json!({"ton": "1", "kg": "0.001"});
    }
    columns
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_in_the_header_is_converted_and_noted() {
    let file = "Kabupaten/Kota;Bulan;Pengurangan (kg);Penanganan (ton)\n\
                Wakatobi;Januari 2024;1.500;20,25\n\
                Baubau;Januari 2024;2.000;x\n";
    let (rows, account) = load(json!({"columns": columns_with_units()}), file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.500|20.250|final|"]);
    assert_eq!(account[..2], ["2 1 1 0", "D3|not_a_number"]);
    assert!(
        account[2].contains("C (kg x 0.001)") && account[2].contains("D (ton x 1)"),
        "{account:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_may_have_several_figures_and_its_unit_in_a_title() {
    let units = json!({"ton": "1", "kg": "0.001"});
    let description = json!({
        "header": {"rows": 2},
        "columns": [
            column("region_code", "Wilayah"),
            with(json!({"field": "reduced_ton"}), "units", units.clone()),
            with(json!({"field": "handled_ton"}), "units", units),
        ],
        "unpivot": {"header": [
            {"row": 0, "field": "period_month"},
            {"row": 1, "fields": {"Kurang": "reduced_ton", "Tangani": "handled_ton"}}
        ]},
        "constants": {"join:period_month": "2024"}
    });
    // A blank row stands above the band, a month is not filled in yet, and the total below is
    // compared column by column.
    let file = "SAMPAH (kg);;;;;;\n\
                ;;;;;;\n\
                Wilayah;Januari;;Pebruari;;Maret;\n\
                ;Kurang;Tangani;Kurang;Tangani;Kurang;Tangani\n\
                Wakatobi;1.000;20.000;2.000;x;;\n\
                Baubau;3.000;40.000;;50.000;;\n\
                Jumlah;4.000;60.001;2.000;;;\n\
                ;Wangi-Wangi, 5 April 2024;;;;;\n\
                ;Kepala Dinas;;;;;\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|20.000|final|",
            "7472|2024-01-01|3.000|40.000|final|",
            "7472|2024-02-01||50.000|final|"
        ]
    );
    assert_eq!(account[1..2], ["E5|not_a_number"]);
    assert!(account[2].contains("reduced_ton[Januari]\":\"B (kg x 0.001)"), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_the_description_does_not_know_is_refused() {
    let file = "DATA SAMPAH (dalam kg);;;\n\
                Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1000;2000\n";
    let lake = TestLake::new().await;
    let outcome = load_into(&lake, &project_of(json!({"columns": columns()})), &[file]).await;
    let message = outcome.message.unwrap().en;
    assert!(message.contains(r#"needs `units`: {"kg": "0.001"}"#), "{message}");
    let (rows, _) = load(json!({"columns": columns_with_units()}), file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_in_the_fields_unit_does_not_answer_for_its_title() {
    let finance = |title: &str| {
        let header = "Kabupaten/Kota;Bulan;KUR Disalurkan (Rp);Debitur Baru";
        format!("PENYALURAN KUR 2025;;;\n{title};;;\n{header}\nButon;Januari 2025;1407;71\n")
    };
    let waste = |title: &str| {
        let header = "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)";
        format!("{title};;;\n{header}\nWakatobi;Januari 2024;1;2\n")
    };
    let lake = TestLake::new().await;
    for title in ["(dalam jutaan rupiah)", "dalam ribuan rupiah", "Satuan: miliar rupiah"] {
        let outcome = lake.load_one("kur.csv", finance(title), "finance_month", "SIKP").await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        assert!(message.contains("needs `units`"), "{title}: {message}");
    }
    let outcome =
        lake.load_one("kur.csv", finance("(dalam rupiah)"), "finance_month", "SIKP").await;
    assert_eq!(outcome.accepted, 1, "{outcome:?}");
    let mut tons = columns();
    tons[2]["header"] = json!(["Pengurangan (ton)"]);
    tons[3]["header"] = json!(["Penanganan (ton)"]);
    let project = project_of(json!({"columns": tons}));
    for (title, accepted) in [
        ("DATA SAMPAH (dalam ribuan ton)", 0),
        ("DATA SAMPAH (ton) DAN PENDUDUK (ribu jiwa)", 1),
        ("SAMPAH (orang) (dalam kg)", 0),
        ("DATA SAMPAH (ton)", 1),
    ] {
        let lake = TestLake::new().await;
        let outcome = load_into(&lake, &project, &[&waste(title)]).await;
        assert_eq!(outcome.accepted, accepted, "{title}: {outcome:?}");
    }
}
