//! Drafts of descriptions: what they must not conclude.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_read::infer;
use koridor_read::readers::{FileReader, cells};
use serde_json::Value;
use std::path::Path;

fn draft(name: &str, text: &str) -> Option<infer::Draft> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Files::new();
    read_project_folder(&root, &mut files).unwrap();
    let project = Project::from_files(files).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    infer::draft(&project, name, &cells(&FileReader::default(), &path).unwrap().unwrap(), None)
}

fn dataset(draft: &Option<infer::Draft>) -> &Value {
    draft.as_ref().map_or(&Value::Null, |draft| &draft.description["dataset"])
}

#[test]
fn poor_persons_are_no_population() {
    let people = "Kabupaten/Kota;Tahun;Jumlah Penduduk\nWakatobi;2024;118793\nBaubau;2024;160000\n";
    assert_eq!(dataset(&draft("a.csv", people)), "population");
    for poor in ["Jumlah Penduduk Miskin", "Penduduk Miskin (ribu)", "Jumlah Penduduk (Miskin)"] {
        let found = draft("a.csv", &people.replace("Jumlah Penduduk", poor));
        assert_ne!(dataset(&found), "population", "{poor}");
    }
    let wide = "Jumlah Penduduk Miskin Menurut Kabupaten/Kota\n\
                Kabupaten/Kota;2022;2023;2024\nWakatobi;15;16;17\nBaubau;12;13;14\n";
    assert_ne!(dataset(&draft("miskin.csv", wide)), "population");
}

#[test]
fn rows_of_data_without_figures_are_no_header() {
    let file = "Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                Wakatobi;Januari 2024;timbang;-\n\
                Wakatobi;Pebruari 2024;timbang;\n\
                Wakatobi;Maret 2024;timbang;12\n\
                Wakatobi;April 2024;timbang;13\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_eq!(found.description["dataset"], "waste_generation");
    assert_eq!(found.description["header"]["rows"].as_u64().unwrap_or(1), 1);
    assert!(!found.description.to_string().contains("Maret"), "{}", found.description);
    assert_eq!(found.description["missing"], serde_json::json!(["-"]));
}

#[test]
fn numbers_of_which_none_tells_its_marks_are_a_doubt_that_is_told() {
    let file = "Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                Wakatobi;Januari 2024;factor;12.345\nWakatobi;Maret 2024;factor;13.500\n";
    let doubts = |file: &str| {
        let found = draft("timbulan_dlh.csv", file).unwrap();
        found.unsure.iter().filter(|message| message.en.contains("thousands")).count()
    };
    assert_eq!(doubts(file), 1);
    assert_eq!(doubts(&file.replace("13.500", "13.500,25")), 0);
}

#[test]
fn a_title_over_an_empty_column_is_no_header() {
    let file = "LAPORAN TIMBULAN SAMPAH\n\
                ;Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                ;Wakatobi;Januari 2024;timbang;12\n\
                ;Wakatobi;Pebruari 2024;timbang;13\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_eq!(found.description["header"]["rows"].as_u64().unwrap_or(1), 1);
    assert_eq!(found.description["dataset"], "waste_generation");
}

#[test]
fn titles_and_labels_of_groups_are_no_header() {
    let rows = "Kabupaten/Kota;Bulan;Metode;Timbulan (ton)\n\
                WILAYAH KEPULAUAN;;;\n\
                Wakatobi;Januari 2024;factor;12\n\
                Wakatobi;Pebruari 2024;factor;13\n\
                WILAYAH DARATAN;;;\n\
                Buton;Januari 2024;factor;14\n";
    for above in ["", "LAPORAN TIMBULAN\n", "LAPORAN TIMBULAN\n;;;Sampah\n"] {
        let found = draft("timbulan_dlh.csv", &format!("{above}{rows}")).unwrap();
        assert_eq!(found.description["header"]["rows"].as_u64().unwrap_or(1), 1, "{above}");
        let columns = found.description["columns"].to_string();
        assert!(columns.contains("\"Kabupaten/Kota\""), "{above}: {columns}");
        assert!(!columns.contains("WILAYAH") && !columns.contains("LAPORAN"), "{above}: {columns}");
    }
    // A title above a band whose first column has its name in the lower row.
    let wide = "LAPORAN TIMBULAN;;;;\n\
                ;2023;;2024;\n\
                Kabupaten/Kota;Januari;Pebruari;Januari;Pebruari\n\
                Wakatobi;10;20;30;40\n\
                Baubau;10;20;30;40\n";
    let found = draft("timbulan_dlh.csv", wide).unwrap();
    assert_eq!(found.description["header"]["rows"], 2);
    assert!(!found.description["columns"].to_string().contains("LAPORAN"));
    // A name that is merged down beside a group, and a unit below its name, are of the band.
    let merged = "Kabupaten/Kota;;\n\
                  ;Sampah;\n\
                  ;Pengurangan;Penanganan\n\
                  Wakatobi;10;20\n\
                  Baubau;10;20\n";
    let found = draft("sampah_dlh.csv", merged).unwrap();
    assert_eq!(found.description["header"]["rows"], 3);
    let unit = "Kabupaten/Kota;Bulan;Metode;Timbulan\n;;;(ton)\n\
                Wakatobi;Januari 2024;factor;12\nBaubau;Januari 2024;factor;13\n";
    let found = draft("timbulan_dlh.csv", unit).unwrap();
    assert_eq!(found.description["header"]["rows"], 2);
}

#[test]
fn a_row_of_months_below_a_year_is_of_the_header() {
    let file = "Kabupaten/Kota;2024;;\n;Januari;Pebruari;Maret\n\
                Wakatobi;10;20;30\nBaubau;11;21;31\n";
    let found = draft("timbulan_dlh.csv", file).unwrap();
    assert_eq!(found.description["header"]["rows"], 2, "{}", found.description);
    assert!(found.description["unpivot"].is_object(), "{}", found.description);
}

#[test]
fn a_dataset_that_fits_nearly_as_well_is_told_with_what_differs() {
    let file = "Kabupaten/Kota;Bulan;Timbulan (ton);Penanganan (ton)\n\
                Wakatobi;Januari 2024;12,5;1\nBaubau;Januari 2024;12,5;1\n";
    let found = draft("a.csv", file).unwrap();
    assert_eq!(found.description["dataset"], "waste_generation");
    let told = "waste_handling fits nearly as well (--dataset waste_handling); what differs, \
                waste_generation / waste_handling: \"Timbulan (ton)\" gen_ton / -; \
                \"Penanganan (ton)\" - / handled_ton";
    let is_told = found.unsure.iter().any(|message| message.en.contains(told));
    assert!(is_told, "{:?}", found.unsure);
}

#[test]
fn columns_that_are_written_in_different_ways_are_drafted_each_in_its_own() {
    let file = |population: [&str; 2]| {
        let [one, two] = population;
        format!(
            "Kabupaten/Kota;Bulan;Metode;Timbulan (ton);Penduduk\n\
             Wakatobi;Januari 2024;factor;12.5;{one}\n\
             Baubau;Januari 2024;factor;13.25;{two}\n"
        )
    };
    let found = |population| draft("timbulan_dlh.csv", &file(population)).unwrap().description;
    let numbers = |description: &Value| {
        let columns = description["columns"].as_array().unwrap();
        let population = columns.iter().find(|own| own["field"] == "pop_used").unwrap();
        (description["numbers"].clone(), population["numbers"].clone())
    };
    // Whole numbers have no decimals.
    for population in [["1.250", "12.500"], ["1.250.000", "12.500"]] {
        assert_eq!(numbers(&found(population)), ("plain".into(), "id".into()), "{population:?}");
    }
    assert_eq!(numbers(&found(["1,250", "12,500"])), ("en".into(), Value::Null));
    // Two columns of tonnes, of which one alone tells its marks.
    let tonnes = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                  Wakatobi;Januari 2024;12.345;80.5\nBaubau;Januari 2024;13.500;90.25\n";
    let found = draft("penanganan_dlh.csv", tonnes).unwrap();
    let is_doubt = |text: &str| text.contains("12.345 may be of thousands");
    assert!(found.unsure.iter().any(|own| is_doubt(&own.en)), "{:?}", found.unsure);
}

#[test]
fn a_header_that_counts_from_january_on_is_drafted_as_such() {
    let file = "Kabupaten/Kota;Bulan;KUR Disalurkan s.d. bulan ini (Rp);Debitur Baru\n\
                Wakatobi;Januari 2024;100000000;10\nWakatobi;Pebruari 2024;250000000;22\n";
    let found = draft("kur.csv", file).unwrap();
    let columns = found.description["columns"].as_array().unwrap();
    let own = columns.iter().find(|column| column["field"] == "kur_disbursed_rp").unwrap();
    assert_eq!(own["cumulative"], true, "{}", found.description);
    assert!(columns.iter().filter(|column| column.get("cumulative").is_some()).count() == 1);
    assert!(found.unsure.iter().any(|message| message.en.contains("counts from January on")));
}

#[test]
fn months_with_marks_and_months_as_days_are_months() {
    let rows = "Wakatobi;100;107;102\nKota Baubau;110;117;112\nButon;120;127;122\n";
    let title = "Timbulan Sampah (ton)";
    for header in [
        "Januari 2024;Februari 2024*;Maret 2024",
        "Januari 2024;Februari 2024 *);Maret 2024 1)",
        "2024-01-01;2024-02-01;2024-03-01",
    ] {
        let file = format!("{title};;;\nKabupaten/Kota;{header}\n{rows}");
        let found = draft("timbulan_dlh.csv", &file).unwrap();
        let unpivot = &found.description["unpivot"];
        assert_eq!(unpivot["header"][0]["field"], "period_month", "{header}: {unpivot}");
        assert!(!unpivot.to_string().contains('*'), "{header}: {unpivot}");
        let ignored = unpivot["ignore"].as_array().is_none_or(Vec::is_empty);
        assert!(ignored, "{header}: {unpivot}");
        let constants = &found.description["constants"];
        assert!(constants["join:period_month"].is_null(), "{header}: {constants}");
    }
}
