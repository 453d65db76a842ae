//! What a file says of itself against what is taken for granted of it.

use super::{column, columns, load, load_files, project_of, with};
use crate::lake::TestLake;
use koridor_lake::load::outcome::FileOutcome;
use koridor_read::recognise::Request;
use serde_json::{Value, json};

/// A response of the WebAPI about the population of regencies.
fn response(unit: &str, label: &str, regencies: Value, content: Value) -> String {
    json!({
        "status": "OK", "data-availability": "available",
        "var": [{"val": 31, "label": label, "unit": unit}],
        "turvar": [{"val": 1, "label": "Laki-laki"}, {"val": 2, "label": "Perempuan"},
                   {"val": 3, "label": "Jumlah"}],
        "vervar": regencies,
        "tahun": [{"val": 124, "label": "2024"}],
        "turtahun": [{"val": 0, "label": "Tahun"}],
        "datacontent": content,
    })
    .to_string()
}

async fn load_response(lake: &TestLake, name: &str, text: String) -> FileOutcome {
    let request = Request { source: Some("BPS_WEBAPI_POPULATION".into()), ..Request::default() };
    let landed = lake.land(name, text);
    lake.load(&[(landed, request)]).await.unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_gives_its_total_in_its_unit_for_regencies_alone() {
    let lake = TestLake::new().await;
    let regencies = json!([
        {"val": 7407, "label": "Wakatobi"}, {"val": 7472, "label": "Kota Baubau"},
        {"val": 7404, "label": "Kolaka"}, {"val": 7401010, "label": "Buton"},
    ]);
    let content = json!({
        "74073111240": 60.1, "74073121240": 58.693, "74073131240": 118.793,
        "74723131240": "160.5", "74043131240": 250, "74010103131240": 12,
    });
    let text = response("Ribu Jiwa", "Jumlah Penduduk", regencies, content);
    let outcome = load_response(&lake, "a.json", text).await;
    assert!(outcome.message.is_none(), "{:?}", outcome.message);
    // Men and women, and a regency outside, are left out; a district is refused.
    assert_eq!((outcome.accepted, outcome.rejected, outcome.ignored), (2, 1, 3));
    let people = "select region_code, pop_mid from core.population order by 1";
    assert_eq!(lake.rows(people).await, ["7407|118793", "7472|160500"]);
    assert_eq!(lake.rows("select rule from ops.quarantine").await, ["other_level"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_in_another_unit_or_of_another_variable_is_refused() {
    let lake = TestLake::new().await;
    let regencies = || json!([{"val": 7407, "label": "Wakatobi"}]);
    let content = || json!({"74073131240": 118_793});
    for (name, unit, label, told) in [
        ("a.json", "Persen", "Jumlah Penduduk", "persen"),
        ("b.json", "Jiwa", "Jumlah Penduduk Miskin", "Jumlah Penduduk Miskin"),
        ("c.json", "Jiwa", "Proyeksi Penduduk", "no label like *proyeksi*"),
        ("d.json", "Jiwa", "Jumlah Penduduk Perempuan", "no label like *perempuan*"),
        ("e.json", "Jiwa", "Jumlah Penduduk Usia 15 Tahun ke Atas", "no label like"),
        ("f.json", "Jiwa", "Jumlah Penduduk Perkotaan", "no label like *perkotaan*"),
        ("g.json", "Jiwa", "Penduduk Tetap", "the description expects: penduduk, "),
        ("h.json", "Jiwa", "Jumlah Penduduk (Ribu Jiwa)", "two units"),
    ] {
        let text = response(unit, label, regencies(), content());
        let outcome = load_response(&lake, name, text).await;
        let message = outcome.message.unwrap().en;
        assert!(message.contains(told), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_is_read_by_its_label_its_note_and_its_codes() {
    let lake = TestLake::new().await;
    let regencies = json!([
        {"val": 7407, "label": "<b>Wakatobi</b>"}, {"val": 7472, "label": "Kota&nbsp;Baubau"},
        {"val": 7401, "label": "Tukang Besi"}, {"val": 7405, "label": "Kolaka"},
    ]);
    let content = json!({
        "74073131240": 118.793, "74723131240": 160.5, "74013131240": 120.25, "74053131240": 9,
    });
    let text = response("", "Jumlah Penduduk (Ribu Jiwa)", regencies, content);
    let text = text.replace("\"unit\":\"\"", "\"unit\":\"\",\"note\":\"&lt;p&gt;Dalam ribu jiwa\"");
    let outcome = load_response(&lake, "a.json", text).await;
    assert!(outcome.message.is_none(), "{:?}", outcome.message);
    assert_eq!((outcome.accepted, outcome.rejected, outcome.ignored), (3, 1, 0));
    let people = "select region_code, pop_mid from core.population order by 1";
    assert_eq!(lake.rows(people).await, ["7401|120250", "7407|118793", "7472|160500"]);
    assert_eq!(lake.rows("select rule from ops.quarantine").await, ["other_level"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_constant_that_the_file_contradicts_refuses_the_row() {
    let lake = TestLake::new().await;
    let file = "Tahun,Provinsi,Kabupaten/Kota,Nama Fasilitas,Jenis,Status\n\
                2024,Sulawesi Tenggara,Kab. Wakatobi,TPA Wisata,TPA Pemda (Non Regional),A\n\
                2024,Sulawesi Tenggara,Kab. Wakatobi,TPS Wangi,TPS 3R,A\n\
                2024,Sulawesi Tenggara,Kab. Muna,TPA Muna,TPA,A\n";
    let request = Request { source: Some("SIPSN_LANDFILL".into()), ..Request::default() };
    let landed = lake.land("tpa.csv", file);
    let outcome = lake.load(&[(landed, request)]).await.unwrap().remove(0);
    assert_eq!((outcome.accepted, outcome.rejected, outcome.ignored), (1, 1, 1), "{outcome:?}");
    assert_eq!(lake.rows("select rule from ops.quarantine").await, ["contradicts_constant"]);
    let described = json!({
        "columns": columns()[1..], "constants": {"region_code": "7407"}
    });
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1;2\nBaubau;Pebruari 2024;1;2\n";
    let (rows, account) = load(described, file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"]);
    assert_eq!(account, ["2 1 1 0", "A3|contradicts_constant"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_around_a_table_that_its_rows_contradict_refuses_them() {
    let year =
        json!({"field": "join:period_month", "from": "title", "pattern": "(?i)tahun (\\d{4})"});
    let file = "Rekap Tahun 2024;;;;\nKabupaten/Kota;Bulan;Tahun;Pengurangan;Penanganan\n\
                Wakatobi;Januari;2024;1;10\nWakatobi;Maret;2023;3;30\nWakatobi;April;;4;40\n";
    let (rows, account) = load(json!({"columns": columns(), "context": [year]}), file).await;
    let expected = ["7407|2024-01-01|1.000|10.000|final|", "7407|2024-04-01|4.000|40.000|final|"];
    assert_eq!(rows, expected, "{account:?}");
    assert_eq!(account[1..], ["A4|contradicts_constant"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_years_in_a_name_none_is_taken() {
    let context = json!([{"field": "join:period_month", "from": "file", "pattern": "(20\\d\\d)"}]);
    let project = project_of(json!({"columns": columns(), "context": context}));
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Januari;1;2\n";
    let lake = TestLake::new().await;
    let load =
        async |name: &str| load_files(&lake, &project, &[(name.to_owned(), file.as_bytes())]).await;
    let refused = load("sampah 2023 dikirim 2024.csv").await.message.unwrap();
    assert!(refused.en.contains("2023, 2024"), "{refused:?}");
    assert_eq!(load("sampah 2023.csv").await.accepted, 1);
    // The same bytes under another year's name are told, not taken for nothing new.
    let known = load("sampah 2024.csv").await;
    assert_eq!((known.accepted, known.warnings.len()), (0, 1));
    assert!(known.warnings[0].en.contains("sampah 2023.csv"), "{:?}", known.warnings);
    assert!(load("sampah 2023.csv").await.warnings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_other_regions_alone_says_so() {
    let rule = json!([{"column": "Kabupaten/Kota", "outside_corridor": true,
                       "reason": "outside_corridor"}]);
    let project = project_of(json!({"columns": columns(), "ignore_rows": rule}));
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Kab. Muna;Januari 2024;1;2\nKab. Kolaka;Januari 2024;1;2\n\
                Sumber: DLH;;;\n";
    let lake = TestLake::new().await;
    let outcome = load_files(&lake, &project, &[("a.csv".to_owned(), file.as_bytes())]).await;
    let told: Vec<&str> = outcome.warnings.iter().map(|message| message.en.as_str()).collect();
    assert_eq!(told, ["all 2 rows lie outside this corridor"]);
    // A figure without its region is refused, and not taken for another region's.
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n;Januari 2024;1;2\n";
    let outcome = load_files(&lake, &project, &[("b.csv".to_owned(), file.as_bytes())]).await;
    assert_eq!((outcome.rejected, outcome.ignored), (1, 0), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_of_many_rows_is_told_once_and_a_header_is_shown_without_its_title() {
    let unpivot = json!({"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]});
    let region = json!([column("region_code", "Kabupaten/Kota")]);
    let project = project_of(json!({"columns": region, "unpivot": unpivot}));
    let lake = TestLake::new().await;
    let file = "Kabupaten/Kota;Januari 2024;Pebruari 2024;Maret 2024\nWakatobii;1;2;3\n";
    let outcome = load_files(&lake, &project, &[("a.csv".to_owned(), file.as_bytes())]).await;
    assert_eq!((outcome.rejected, outcome.examples.len()), (3, 1));
    let file = "[LAPORAN SAMPAH 2024]\nKab;Bln;Ton\nWakatobi;1;2\n";
    let outcome = load_files(&lake, &project, &[("b.csv".to_owned(), file.as_bytes())]).await;
    let told = outcome.message.unwrap().en;
    assert!(told.contains("found: Kab, Bln, Ton"), "{told}");
}

#[test]
fn a_join_that_no_column_takes_is_a_mistake_of_the_description() {
    let unpivot = json!({"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]});
    let joined = with(json!({"field": "period_month"}), "join", json!(["Tahun"]));
    let whole = json!({
        "name": "TRIAL", "title": "x", "title_en": "x", "dataset": "waste_handling",
        "source_ids": ["DLH_7407"], "unpivot": unpivot,
        "columns": [column("region_code", "Kabupaten/Kota"), joined],
    });
    let parsed = koridor_contract::Source::parse("schemas/sources/TRIAL.json", &whole.to_string());
    assert!(parsed.unwrap_err().pointer.ends_with("/columns/1/join"));
}
