//! What a newcomer sees in the first hour: the demo, the state of the lake, refused rows, in a
//! terminal of 100 columns and in the reader's language.

use super::{HANDLING, Place};
use calamine::{Data, Reader, Xlsx, open_workbook};

/// Characters on a line, and lines of a screen.
const SCREEN: (usize, usize) = (100, 40);

fn fits(text: &str) {
    let wide = text.lines().filter(|line| line.chars().count() > SCREEN.0);
    assert_eq!(wide.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn the_demo_shows_the_published_numbers_and_finds_nothing_new_the_second_time() {
    let place = Place::new();
    let first = place.say("demo --lang en");
    let notes = String::from_utf8_lossy(&first.stderr).into_owned();
    assert_eq!(first.status.code(), Some(0), "{notes}");
    fits(&notes);
    let shown = String::from_utf8(first.stdout).unwrap();
    fits(&shown);
    insta::assert_snapshot!("demo_en", shown);
    the_readme_shows_what_the_demo_prints(&shown);
    let again = place.stdout(&["demo", "--lang", "en"]);
    assert_eq!(again.replace("\nNothing is new: the lake is as it was.\n", ""), shown);
    let indonesian = place.stdout(&["demo", "--lang", "id"]);
    fits(&indonesian);
    insta::assert_snapshot!("demo_id", indonesian);
    let values = place.stdout(&[
        "sql",
        "--format",
        "csv",
        "select region_code, round(value, 2), state from indicators.waste_managed_rate
         where grain = 'Y' and period = date '2024-01-01' order by region_code",
    ]);
    insta::assert_snapshot!("managed_2024", values);
    the_ledger_balances(&place);
    a_number_is_explained(&place);
    a_release_is_read_with_its_own_project(&place);
    extracts_have_their_form(&place);
    the_state_fits_on_a_screen(&place);
    refused_rows_are_summed_up_first(&place);
}

/// The lines of the picture in the README stand in what the demo prints, in this order.
fn the_readme_shows_what_the_demo_prints(shown: &str) {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let picture = readme.split("$ cargo run -- demo\n").nth(1).unwrap();
    let picture = picture.split("```").next().unwrap();
    let mut lines = shown.lines();
    for line in picture.lines().filter(|line| !line.is_empty() && *line != "...") {
        assert!(lines.any(|own| own == line), "the demo does not print `{line}` there");
    }
}

/// Each refused row is one open row of the quarantine.
fn the_ledger_balances(place: &Place) {
    let unbalanced = "select count(*) as n from ops.files f
      left join (
        select sha256, count(*) as open from ops.quarantine where status <> 'resolved'
        group by sha256
      ) q on q.sha256 = f.sha256
      where f.rows_read <> f.rows_accepted + f.rows_rejected + f.rows_ignored
        or f.rows_rejected <> coalesce(q.open, 0)";
    assert_eq!(place.stdout(&["sql", "--format", "csv", unbalanced]), "n\n0\n");
}

fn a_number_is_explained(place: &Place) {
    let asked = ["explain", "waste_managed_rate", "--region", "Kota Baubau", "--period", "2024"];
    let explained = place.stdout(&asked);
    assert!(explained.contains("Data_Capaian_Pengelolaan_Sampah.csv"), "{explained}");
    fits(&explained);
    let explained = place.run(&[&asked[..], &["--format", "json", "--lang", "en"]].concat());
    let explained: serde_json::Value = serde_json::from_slice(&explained.stdout).unwrap();
    let first = &explained[0];
    assert!(first["value"].is_number(), "{explained}");
    assert!(!first["parts"].as_array().unwrap().is_empty(), "{explained}");
    let values = first["rows"][0]["values"].as_str().unwrap();
    assert!(values.contains("region_code"), "{explained}");
    // That a regency without a value lacks itself says nothing.
    let asked = ["explain", "waste_managed_rate", "--region", "Wakatobi", "--period", "2024"];
    let explained = place.stdout(&[&asked[..], &["--lang", "id"]].concat());
    assert!(explained.contains("0/1 periode"), "{explained}");
    assert!(!explained.contains("regencies") && !explained.contains("(missing"), "{explained}");
}

/// A release is read by the project it was made with, whatever became of that since.
fn a_release_is_read_with_its_own_project(place: &Place) {
    let releases = place.stdout(&["releases", "list", "--format", "csv"]);
    assert_eq!(releases.lines().count(), 2);
    let release = releases.lines().nth(1).unwrap().split(',').next().unwrap();
    place.write(
        "later/schemas/codes/source_priority.csv",
        "theme,region_code,year,rank,source_id\nvisits,*,,1,BPS\n",
    );
    let count = |arguments: &[&str]| {
        let sql = ["sql", "--format", "csv", "select count(*) as n from ref.source_priority"];
        let counted = place.stdout(&[&sql[..], arguments].concat());
        counted.lines().nth(1).unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(count(&["--project", "later", "--head"]), 1);
    assert_eq!(count(&["--project", "later", "--as-of", release]), count(&["--head"]));
}

fn extracts_have_their_form(place: &Place) {
    let forms =
        [("xlsx", &b"PK"[..]), ("parquet", b"PAR1"), ("csv", b"indicator_id"), ("json", b"[{")];
    for (format, magic) in forms {
        let extract = place.say(&format!(
            "extract indicators --region 7407 --year 2025 --format {format} --output out"
        ));
        assert_eq!(extract.status.code(), Some(0), "{}", String::from_utf8_lossy(&extract.stderr));
        assert!(std::fs::read(place.path().join("out")).unwrap().starts_with(magic), "{format}");
    }
    for (language, sheets, header, state) in [
        ("id", ["Smart Branding", "Kamus", "Metode"], "Indikator", "belum lengkap"),
        ("en", ["Smart Branding", "Dictionary", "Method"], "Indicator", "incomplete"),
    ] {
        let asked = format!("extract indicators --region 7407 --year 2025 --lang {language}");
        place.say(&format!("{asked} --output out.xlsx"));
        let mut book: Xlsx<_> = open_workbook(place.path().join("out.xlsx")).unwrap();
        let names = book.sheet_names();
        assert!(sheets.iter().all(|name| names.iter().any(|own| own == name)), "{names:?}");
        let cells = book.worksheet_range(sheets[0]).unwrap();
        let has = |text: &str| cells.used_cells().any(|(.., cell)| *cell == *text);
        assert_eq!(cells.get_value((0, 0)), Some(&Data::String(header.into())));
        assert!(["2025", "2025-Q1", "2025-12", state].into_iter().all(has), "{language}");
        let codes = ["no_data", "incomplete_", "total_differs", "2025-01-01", "wisnus"];
        assert!(!codes.into_iter().any(has), "{language}");
        for sheet in sheets {
            let cells = book.worksheet_range(sheet).unwrap();
            let first = cells.rows().next().unwrap();
            assert!(first.iter().all(|cell| *cell != Data::Empty), "{sheet}: an empty heading");
        }
    }
}

fn the_state_fits_on_a_screen(place: &Place) {
    for language in ["en", "id"] {
        let state = place.stdout(&["status", "--lang", language]);
        fits(&state);
        assert!(state.lines().count() < SCREEN.1, "{state}");
        let first = state.find("koridor quarantine list").unwrap();
        assert!(first < state.find("7,745").or(state.find("7.745")).unwrap(), "{state}");
        assert!(state.contains(" WITA"), "{state}");
        // What came late is there: it stands behind what needs a person.
        let late = state.find("Late deliveries").or(state.find("Kiriman terlambat")).unwrap();
        assert!(late > state.find("What came").or(state.find("Yang datang")).unwrap(), "{state}");
    }
    let document = place.stdout(&["status", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["needs"]["open_refusals"].as_array().unwrap().len(), 3, "{document}");
    assert!(document["summary"]["release"]["created_at"].as_str().unwrap().ends_with('Z'));
    assert!(document["came"].as_array().unwrap().len() > 80);
    let came = place.stdout(&["status", "--format", "csv"]);
    assert!(came.starts_with("source_id,dataset,region,"), "{came}");
}

fn refused_rows_are_summed_up_first(place: &Place) {
    let listed = place.stdout(&["quarantine", "list", "--lang", "en"]);
    fits(&listed);
    let (summary, rows) = listed.split_once("\numkm_2025_sintetis.csv\n").unwrap();
    assert!(summary.starts_with("Refused rows: 20 open\n\nBPS  Badan Pusat Statistik\n"));
    assert!(summary.contains("\n  9  waste_composition    set_sums_to_100"), "{summary}");
    assert_eq!(rows.matches("set_sums_to_100").count(), 9, "{rows}");
    let chosen = place.stdout(&["quarantine", "list", "--lang", "en", "--source", "SIPSN"]);
    assert!(chosen.starts_with("komposisi_jenis_empat_wilayah.csv\n"), "{chosen}");
    assert_eq!(chosen.lines().count(), 10, "{chosen}");
}

#[test]
fn what_needs_a_person_comes_first() {
    let place = Place::new();
    place.write("landing/DLH_7407/a.csv", HANDLING);
    place.write("landing/DLH_7407/b.csv", "nobody,knows\n1,2\n");
    assert_eq!(place.say("run --lang en").status.code(), Some(3));
    let state = place.stdout(&["status", "--lang", "en"]);
    fits(&state);
    let place_of = |text: &str| state.find(text).unwrap_or_else(|| panic!("{text} in {state}"));
    let order = ["NEEDS A PERSON", "Refused files: 1", "b.csv", "Refused rows: 1", "What came"];
    assert!(order.map(place_of).is_sorted(), "{state}");
    // The same file in a form that can be read is no work any more.
    place.write("landing/DLH_7407/b.csv", &HANDLING.replace(",x,", ",3,"));
    place.say("run --lang en");
    let state = place.stdout(&["status", "--lang", "en"]);
    assert!(!state.contains("Refused files") && !state.contains("Refused rows"), "{state}");
}

/// Without a project folder nobody has said which offices deliver; with one, each is named.
#[test]
fn who_only_tries_a_file_is_told_of_silent_offices_in_a_line() {
    let place = Place::new();
    let rows = "region_code,period_month,method,gen_ton\n7472,2024-01,measured,2700\n";
    place.write("landing/DLH_7472/a.csv", rows);
    place.say("run --lang en");
    let state = place.stdout(&["status", "--lang", "en"]);
    let missing = state.find("Missing deliveries: ").unwrap();
    let own = state.find("    DLH_7472 ").unwrap();
    let silent = state.find("sent nothing to this lake yet").unwrap();
    assert!(missing < own && own < silent && !state.contains("    SIPSN "), "{state}");
    assert!(state.contains("from ops.expectations where state = 'missing'"), "{state}");
    let corrections = "dataset,key,field,expected,action,value,reason,source,by,until\n";
    place.write("p/schemas/corrections/own.csv", corrections);
    let state = place.stdout(&["status", "--lang", "en", "--project", "p"]);
    assert!(state.contains("    SIPSN ") && !state.contains("sent nothing"), "{state}");
}

#[test]
fn an_empty_lake_says_what_is_missing() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("landing")).unwrap();
    assert!(place.say("run").status.success());
    for words in ["status --lang en", "status --lang id", "quarantine list --lang en"] {
        let shown = place.say(words);
        assert!(shown.status.success(), "{words}: {}", String::from_utf8_lossy(&shown.stderr));
        fits(&String::from_utf8(shown.stdout).unwrap());
    }
}

#[test]
fn the_environment_chooses_the_language_and_the_arguments_are_above_it() {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    let checked = |variables: &[(&str, &str)], arguments: &[&str]| {
        let words = ["check", "a.csv", "--dataset", "waste_handling", "--source", "DLH_7407"];
        let mut command = place.command(&[&words[..], arguments].concat());
        command.envs(variables.iter().copied());
        let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
        if output.contains("ditolak") { "id" } else { "en" }
    };
    assert_eq!(checked(&[], &[]), "en");
    assert_eq!(checked(&[("LANG", "id_ID.UTF-8")], &[]), "id");
    assert_eq!(checked(&[("LANG", "id_ID.UTF-8"), ("LC_ALL", "C.UTF-8")], &[]), "en");
    assert_eq!(checked(&[("LC_ALL", "en_US.UTF-8"), ("KORIDOR_LANG", "id")], &[]), "id");
    assert_eq!(checked(&[("KORIDOR_LANG", "id")], &["--lang", "en"]), "en");
}
