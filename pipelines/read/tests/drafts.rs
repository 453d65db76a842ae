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
