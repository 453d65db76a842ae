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

const HEADER: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan";

#[tokio::test(flavor = "multi_thread")]
async fn a_column_of_units_may_name_that_of_something_else() {
    for unit in ["jiwa", "Orang", "%", "unit", "Rp", "ton/hari", "ton/tahun", "kg"] {
        let file = format!("{HEADER};Satuan\nWakatobi;Januari 2024;1;2;{unit}\n");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows.len(), 0, "{unit}: {account:?}");
        assert_eq!(account[1..], ["A2|unit_of_row"], "{unit}");
    }
    let good = [
        "Ton",
        "t",
        "(ton)",
        "ton/bln",
        "ton / bulan",
        "t/bl",
        "",
        "-",
        "buah",
        "rit",
        "Kegiatan",
        "UPTD Persampahan",
        "bulan",
        "5",
    ];
    for unit in good {
        let file = format!("{HEADER};Satuan\nWakatobi;Januari 2024;1;2;{unit}\n");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"], "{unit}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_figure_may_have_a_column_of_units_of_its_own() {
    let head = "Kabupaten/Kota;Bulan;Pengurangan;Satuan;Penanganan;Satuan";
    for (units, accepted) in [(["ton", "ton"], 1), (["ton", "kg"], 0), (["ton", "orang"], 0)] {
        let [one, two] = units;
        let file = format!("{head}\nWakatobi;Januari 2024;1;{one};2;{two}\n");
        let (rows, account) = load(json!({"columns": columns()}), &file).await;
        assert_eq!(rows.len(), accepted, "{units:?}: {account:?}");
    }
    // Behind a figure that nobody reads it is the unit of that.
    let file = format!("{HEADER};Petugas;Satuan\nWakatobi;Januari 2024;1;2;5;orang\n");
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"], "{account:?}");
    // Beside columns of months it is none of them.
    let unpivot = json!({"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]});
    let region = json!([column("region_code", "Kabupaten/Kota")]);
    let description = json!({"columns": region, "unpivot": unpivot});
    for (unit, accepted) in [("ton", 2), ("jiwa", 0)] {
        let head = "Kabupaten/Kota;Satuan;Januari 2024;Februari 2024";
        let file = format!("{head}\nWakatobi;{unit};1;2\n");
        let (rows, account) = load(description.clone(), &file).await;
        let is_refused = account.len() > 1;
        assert_eq!((rows.len(), is_refused), (accepted, accepted == 0), "{unit}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tonnes_a_month_are_no_year() {
    let mut columns = columns();
    columns[1] = with(column("period_month", "Tahun"), "dates", json!("year"));
    let description = json!({"columns": columns, "constants": {"period_type": "Y"}});
    let head = "Kabupaten/Kota;Tahun;Pengurangan;Penanganan";
    for (unit, accepted) in [("ton/tahun", 1), ("ton", 1), ("ton/bulan", 0), ("Ton/Bln", 0)] {
        let file = format!("{head};Satuan\nWakatobi;2024;1;2;{unit}\n");
        let (rows, account) = load(description.clone(), &file).await;
        assert_eq!(rows.len(), accepted, "{unit}: {account:?}");
        let titled = format!("DATA SAMPAH ({unit});;;\n{head}\nWakatobi;2024;1;2\n");
        let lake = TestLake::new().await;
        let outcome = load_into(&lake, &project_of(description.clone()), &[&titled]).await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        let is_told = message.contains("is not t in the period of its rows");
        assert_eq!((outcome.accepted, is_told), (accepted as u64, accepted == 0), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_units_may_name_that_of_something_else() {
    let project = project_of(json!({"columns": columns()}));
    let banded = project_of(json!({"columns": columns(), "header": {"rows": 2}}));
    for (units, accepted) in
        [(";;ton;ton", 1), (";;(ton);(ton)", 1), (";;ton;orang", 0), (";;jiwa;ton", 0)]
    {
        let file = format!("{HEADER}\n{units}\nWakatobi;Januari 2024;1;2\n");
        let outcome = load_into(&TestLake::new().await, &project, &[&file]).await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        let is_told = message.contains("is not one of what is measured in t");
        assert_eq!((outcome.accepted, is_told), (accepted, accepted == 0), "{units}: {message}");
    }
    for (units, accepted) in [(";;(ton/bln);(ton)", 1), (";;(orang);(ton)", 0)] {
        let file = format!("{HEADER}\n{units}\nWakatobi;Januari 2024;1;2\n");
        let outcome = load_into(&TestLake::new().await, &banded, &[&file]).await;
        assert_eq!(outcome.accepted, accepted, "{units}: {:?}", outcome.message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_no_units_may_stand_in_a_row_of_units() {
    let description = || json!({"columns": columns()});
    for units in [
        ";;(ton);(kotak)",
        "Satuan;;(ton);(ton)",
        "Satuan;(bulan);ton;ton",
        "-;-;ton;-",
        ";;(ton);(kg/kapita/hari)",
        ";;ton;kg/kapita/hari",
        ";bln;ton;ton",
    ] {
        let file = format!("{HEADER}\n{units}\nWakatobi;Januari 2024;1;2\n");
        let (rows, account) = load(description(), &file).await;
        assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"], "{units}: {account:?}");
        assert_eq!(account.len(), 1, "{units}: {account:?}");
    }
    for units in ["Satuan;;(kg);(kg)", ";;(kg);(kotak)", ";;(kotak);(ribu ton)", "-;-;kg;ton"] {
        let file = format!("{HEADER}\n{units}\nWakatobi;Januari 2024;1;2\n");
        let outcome = load_into(&TestLake::new().await, &project_of(description()), &[&file]).await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        assert!(message.contains("needs `units`"), "{units}: {message}");
    }
    // A row with a figure or a month is one of data.
    for first in ["Wakatobi;Januari 2024;3;(ton)", "Wakatobi;Januari 2024;(ton);(ton)"] {
        let file = format!("{HEADER}\n{first}\nWakatobi;Februari 2024;1;2\n");
        let (rows, account) = load(description(), &file).await;
        assert_eq!((rows.len(), account.len() > 1), (1, true), "{first}: {account:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn millions_below_a_header_in_rupiah_are_told() {
    let lake = TestLake::new().await;
    let header = "Kabupaten/Kota;Bulan;KUR Disalurkan (Rp);Debitur Baru";
    for (units, accepted) in
        [(";;(juta rupiah);(debitur)", 0), (";;Juta Rp;Debitur", 0), (";;(Rp);(debitur)", 1)]
    {
        let file = format!("{header}\n{units}\nButon;Januari 2025;1407;71\n");
        let outcome = lake.load_one("kur.csv", file, "finance_month", "SIKP").await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        let is_told = message.contains("needs `units`");
        assert_eq!((outcome.accepted, is_told), (accepted, accepted == 0), "{units}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_of_the_description_tells_the_unit_of_its_figures() {
    let described = |factor: &str| {
        let mut columns = columns();
        for column in &mut columns[2..] {
            column["multiply"] = json!(factor);
        }
        json!({"columns": columns})
    };
    for (factor, unit, accepted) in [
        ("0.001", "kg", true),
        ("0.001", "Kilogram", true),
        ("0.0010", "kg/bulan", true),
        ("0.001", "-", true),
        ("0.001", "ton", false),
        ("0.001", "orang", false),
        ("1000", "ribu ton", true),
        ("1000", "ton", false),
        // The weight of a volume: which unit it was is not known.
        ("0.25", "m3", true),
    ] {
        let file = format!("{HEADER};Satuan\nWakatobi;Januari 2024;1000;2000;{unit}\n");
        let (rows, account) = load(described(factor), &file).await;
        assert_eq!(rows.len(), usize::from(accepted), "{factor} {unit}: {account:?}");
    }
    // A header says the thousands of what stands in the column of units.
    let mut thousands = columns();
    thousands[2] = with(column("reduced_ton", "Pengurangan (ribu)"), "multiply", json!("1000"));
    thousands[3] = with(column("handled_ton", "Penanganan (ribu)"), "multiply", json!("1000"));
    let head = "Kabupaten/Kota;Bulan;Pengurangan (ribu);Penanganan (ribu);Satuan";
    let file = format!("{head}\nWakatobi;Januari 2024;1;2;ton\n");
    let (rows, account) = load(json!({"columns": thousands}), &file).await;
    assert_eq!(rows, ["7407|2024-01-01|1000.000|2000.000|final|"], "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn households_and_areas_are_no_persons() {
    let header = "Kabupaten/Kota;Tahun;Jumlah Penduduk";
    for (unit, accepted) in [
        ("KK", 0),
        ("rumah tangga", 0),
        ("jiwa/km2", 0),
        ("km2", 0),
        ("persen", 0),
        ("jiwa", 1),
        ("Orang", 1),
    ] {
        let beside = format!("{header};Satuan\nWakatobi;2024;112345;{unit}\n");
        let below = format!("{header}\n;;({unit})\nWakatobi;2024;112345\n");
        for file in [beside, below] {
            let lake = TestLake::new().await;
            let shown = file.clone();
            let outcome = lake.load_one("p.csv", file, "population", "DISDUKCAPIL_7407").await;
            assert_eq!(outcome.accepted, accepted, "{shown}: {outcome:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unit_of_what_a_note_leaves_out_is_none_of_the_table() {
    let project = project_of(json!({"columns": columns()}));
    for (note, accepted) in [
        ("Catatan: sampah kapal pesiar (kg) tidak termasuk", 1),
        ("Catatan: di luar sampah kapal pesiar (ribu ton)", 1),
        ("Catatan: angka dalam kg, sampah kapal pesiar tidak termasuk", 0),
        ("Catatan: tidak termasuk kapal pesiar, angka dalam kg", 0),
        ("Catatan: (ribu ton)", 0),
    ] {
        let file = format!("{HEADER}\nWakatobi;Januari 2024;1;2\n{note};;;\n");
        let outcome = load_into(&TestLake::new().await, &project, &[&file]).await;
        assert_eq!(outcome.accepted, accepted, "{note}: {outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_by_the_day_or_by_so_many_persons_is_told() {
    for (title, header, accepted) in [
        ("SAMPAH (orang/hari)", HEADER, 0),
        ("SAMPAH (per 1.000 penduduk)", HEADER, 0),
        ("SAMPAH (per 100.000 jiwa)", HEADER, 0),
        // That of a column which is not read, or which its label or the title answers for.
        (
            "SAMPAH DAN PENUMPANG (orang/hari)",
            "Kabupaten/Kota;Bulan;Pengurangan;Penanganan;Orang",
            1,
        ),
        ("SAMPAH (orang/hari)", "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)", 1),
        ("SAMPAH (ton) PER KECAMATAN (per 1.000 penduduk)", HEADER, 1),
        ("SAMPAH (per kecamatan)", HEADER, 1),
        ("SAMPAH (ton per bulan)", HEADER, 1),
    ] {
        let mut own = columns();
        for (column, label) in own.iter_mut().zip(header.split(';')) {
            column["header"] = json!([label]);
        }
        let project = project_of(json!({"columns": own}));
        let file = format!("{title}\n{header}\nWakatobi;Januari 2024;1;2;3\n");
        let file = if header.ends_with("Orang") { file } else { file.replace(";3\n", "\n") };
        let outcome = load_into(&TestLake::new().await, &project, &[&file]).await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        let is_told = message.contains("is not one of what is measured in t");
        assert_eq!((outcome.accepted, is_told), (accepted, accepted == 0), "{title}: {message}");
    }
    for (unit, accepted) in [("(jiwa)", 1), ("(per 1.000 penduduk)", 0), ("(orang/hari)", 0)] {
        let head = "Kabupaten/Kota;Tahun;Jumlah Penduduk";
        let file = format!("JUMLAH PENDUDUK {unit}\n{head}\nWakatobi;2024;112345\n");
        let lake = TestLake::new().await;
        let outcome = lake.load_one("p.csv", file, "population", "DISDUKCAPIL_7407").await;
        assert_eq!(outcome.accepted, accepted, "{unit}: {:?}", outcome.message);
    }
}
