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
    let words = ["quarantine", "letter", "DLH_7407", "--month", &month, "--output", "surat.html"];
    assert!(place.run(&words).status.success());
    let written = std::fs::read_to_string(place.path().join("surat.html")).unwrap();
    assert_eq!(written.trim(), letter.trim());
    assert!(letter.contains("<td>C3</td><td>abc</td>") && letter.contains("a.csv"), "{letter}");
    let replayed = place.shown(&["quarantine", "replay", "--lang", "en"]);
    assert!(replayed.contains("nothing in schemas/ has changed"));
    assert!(place.shown(&["rebuild"]).contains("silver.waste_handling"));
    a_description_is_drafted(&place);
}

/// A line that is no row is neither in the cells nor lost: it stands where it stood.
#[test]
fn a_line_that_is_refused_as_a_whole_goes_back_as_it_stands() {
    let place = Place::new();
    place.write(
        "a.csv",
        "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)\n\
         Wakatobi;Januari 2024;1;2\nWakatobi;Febr\0uari 2024;3;4\nWakatobi;Maret 2024;5;6\n",
    );
    place.say("ingest a.csv --dataset waste_handling --source DLH_7407 --allow-rejected");
    assert!(place.say("quarantine export a.csv --output back.xlsx").status.success());
    let again =
        place.say("--format json check back.xlsx --dataset waste_handling --source DLH_7407");
    let found: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    let line = "Wakatobi;Febr\u{2400}uari 2024;3;4";
    let rejected = &found[0]["rejected"][0];
    assert_eq!((&rejected["cell"], &rejected["value"]), (&"A3".into(), &line.into()), "{found}");
    let month = month_of_the_file(&place);
    let letter = place.stdout(&["quarantine", "letter", "DLH_7407", "--month", &month]);
    assert!(letter.contains(&format!("<td>A3</td><td>{line}</td>")), "{letter}");
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
    let into = place.say("sources infer a.csv --output new/schemas/sources/DLH_BARU.json");
    assert!(into.status.success(), "a missing folder is made");
    assert!(place.path().join("new/schemas/sources/DLH_BARU.json").exists());
    let explained = place.shown(&["sources", "explain", "a.csv", "--source", "DLH_7407"]);
    assert!(explained.contains("-> reduced_ton"));
}

/// The month in which the file of the lake came.
pub(super) fn month_of_the_file(place: &Place) -> String {
    let sql = "select substr(cast(received_at as varchar), 1, 7) as month from ops.files";
    let month = place.stdout(&["sql", "--head", "--format", "csv", sql]);
    month.lines().nth(1).unwrap().to_owned()
}

#[test]
fn a_file_that_leaves_out_most_is_held_until_it_is_accepted() {
    let place = Place::new();
    let visits = |countries: &[&str]| {
        let row = |country: &&str| {
            format!("7407,2024-01,attraction,ticket,visits,wisman,{country},unknown,5\n")
        };
        let header =
            "region_code,period_month,channel,method,measure,market,origin_code,stay,value";
        format!("{header}\n{}", countries.iter().map(row).collect::<String>())
    };
    place.write("all.csv", &visits(&["AUS", "CHN", "JPN", "USA"]));
    place.write("few.csv", &visits(&["AUS"]));
    let load = |command: &str, file: &str| {
        let sent = "--dataset visitor_flow --source DISPAR_7407 --lang en";
        place.say(&format!("{command} {file} {sent}"))
    };
    assert_eq!(load("ingest", "all.csv").status.code(), Some(0));
    for command in ["check", "ingest"] {
        let held = load(command, "few.csv");
        let told = String::from_utf8(held.stdout).unwrap();
        assert_eq!(held.status.code(), Some(3), "{told}");
        assert!(told.contains("held: 3 of 4 rows"), "{told}");
        assert!(told.contains("koridor quarantine accept few.csv --by WHO"), "{told}");
    }
    assert!(place.shown(&["status", "--lang", "en"]).contains("Held files: 1"));
    let month = month_of_the_file(&place);
    let letter = |language: &str| {
        let asked = ["quarantine", "letter", "DISPAR_7407", "--month", &month];
        place.stdout(&[&asked[..], &["--lang", language]].concat())
    };
    let told = letter("id");
    assert!(
        told.contains("ditahan: 3 dari 4 baris") && told.contains("1 berkas ditolak"),
        "{told}"
    );
    let told = letter("en");
    assert!(told.contains("held: 3 of 4 rows") && told.contains("1 file was refused"), "{told}");
    assert!(!told.contains("ditahan"), "one language: {told}");
    let by = ["--by", "Dispar", "--reason", "benar", "--lang", "en"];
    let accept = |file| place.shown(&[&["quarantine", "accept", file], &by[..]].concat());
    assert!(accept("few.csv").contains("3 rows withdrawn"));
    assert!(!place.shown(&["status", "--lang", "en"]).contains("Held files"));
    assert_eq!(place.stdout(&["sql", "--head", "--format", "csv", COUNT]).trim(), "rows\n1");
}

const COUNT: &str = "select count(*) as rows from core.visitor_flow";
