//! What an office gets back: its file with the cells marked, a letter, a draft of a description.

use super::Place;

#[test]
fn a_file_goes_back_with_its_cells_where_they_were() {
    let place = Place::new();
    place.write(
        "a.csv",
        "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)\n\
         Wakatobi;Januari 2024;1.000,5;20,25\nKONSEL;Pebruari 2024;abc;=1+1\n",
    );
    place.say("ingest a.csv --dataset waste_handling --source DLH_7407 --allow-rejected");
    let exported = place.say("quarantine export a.csv --output back.xlsx");
    assert!(exported.status.success());
    let checked =
        place.say("check a.csv --source DLH_7407 --workbook before.xlsx --allow-rejected");
    assert!(checked.status.success());
    for workbook in ["back.xlsx", "before.xlsx"] {
        the_workbook_is_read_as_before(&place, workbook);
    }
    let month = month_of_the_file(&place);
    let letter = place.stdout(&["quarantine", "letter", "DLH_7407", "--month", &month]);
    assert!(letter.contains("<td>C3</td><td>abc</td>") && letter.contains("a.csv"), "{letter}");
    let replayed = place.shown(&["quarantine", "replay", "--lang", "en"]);
    assert!(replayed.contains("nothing in schemas/ has changed"));
    assert!(place.shown(&["rebuild"]).contains("silver.waste_handling"));
    a_description_is_drafted(&place);
}

/// The summary is another sheet; the office's own is read as before, cell by cell.
fn the_workbook_is_read_as_before(place: &Place, workbook: &str) {
    let arguments =
        format!("--format json check {workbook} --dataset waste_handling --source DLH_7407");
    let again = place.say(&arguments);
    let found: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    let rejected = found[0]["rejected"].as_array().unwrap().iter();
    let cells: Vec<(&str, &str)> = rejected
        .map(|one| (one["cell"].as_str().unwrap(), one["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(cells, [("C3", "not_a_number")], "{workbook}: {found}");
    assert_eq!(found[0]["file"]["rows_accepted"], 1, "{workbook}");
}

fn a_description_is_drafted(place: &Place) {
    let draft = place.say("sources infer a.csv --lang en");
    let description: serde_json::Value = serde_json::from_slice(&draft.stdout).unwrap();
    assert_eq!(
        (&description["dataset"], &description["numbers"]),
        (&"waste_handling".into(), &"id".into())
    );
    assert!(String::from_utf8(draft.stderr).unwrap().contains("DLH_HANDLING"));
    let explained = place.shown(&["sources", "explain", "a.csv", "--source", "DLH_7407"]);
    assert!(explained.contains("-> reduced_ton"));
}

/// The month in which the file of the lake came.
fn month_of_the_file(place: &Place) -> String {
    let sql = "select substr(cast(received_at as varchar), 1, 7) as month from ops.files";
    let month = place.stdout(&["sql", "--head", "--format", "csv", sql]);
    month.lines().nth(1).unwrap().to_owned()
}
