//! The yearly evaluation: its order, and a year that is frozen to a release.

use super::Place;
use serde_json::Value;

/// Lands a year of waste of Wakatobi, so many tonnes a month, and a target for it.
fn land(place: &Place, tonnes: &str) {
    let months = (1..=12).map(|month| format!("7407,2024-{month:02},measured,{tonnes}\n"));
    let header = "region_code,period_month,method,gen_ton\n";
    let text = header.to_owned() + &months.collect::<String>();
    place.write("landing/DLH_7407/timbulan.csv", &text);
    let target = "doc,doc_version,indicator_id,region_code,year,target_value,unit,polarity\n\
                  RPJMD,2021,waste_generated,7407,2024,1200,t,down\n";
    place.write("landing/BAPPEDA_7407/target.csv", target);
}

fn load(place: &Place) {
    for (file, dataset, source) in [
        ("landing/DLH_7407/timbulan.csv", "waste_generation", "DLH_7407"),
        ("landing/BAPPEDA_7407/target.csv", "target", "BAPPEDA_7407"),
    ] {
        let words = format!("ingest {file} --dataset {dataset} --source {source}");
        let output = place.say(&words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let output = place.say("run --landing empty --allow-rejected");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn evaluation(place: &Place) -> Value {
    let output = place.say("evaluate --year 2024 --format json");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The first row of a table.
fn first<'sheet>(sheet: &'sheet Value, table: &str) -> &'sheet Value {
    let sections = sheet["sections"].as_array().unwrap();
    let mut tables = sections.iter().flat_map(|section| section["tables"].as_array().unwrap());
    &tables.find(|own| own["name"] == table).unwrap()["rows"][0]
}

/// Into a pipe no text is cut, and documents have their names.
fn is_told_whole_into_a_pipe(place: &Place) {
    let told = place.say("evaluate --year 2024 --lang en");
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(!told.contains('\u{2026}') && told.lines().any(|own| own.len() > 100), "{told}");
    assert!(told.contains("regional development plan") && !told.contains("RPJMD"), "{told}");
}

fn mistakes_are_told_in_both_languages(place: &Place) {
    let nothing = place.say("evaluate --year 1999 --lang en");
    assert_eq!(nothing.status.code(), Some(2));
    for (asked, told) in [
        ("--year 1999 --lang id", "tidak ada yang dapat dievaluasi untuk 1999"),
        ("--year 2024 --region 7403 --lang id", "(7403) di luar koridor ini"),
        ("--year 2024 --region 7403 --lang en", "(7403) is outside this corridor"),
        ("--year 2024 --region Wakatbi --lang id", "tidak ada wilayah `Wakatbi` di koridor ini"),
    ] {
        let output = place.say(&format!("evaluate {asked}"));
        assert_eq!(output.status.code(), Some(2), "{asked}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(told) && !said.contains("mean Kabupaten Konawe"), "{said}");
    }
}

#[test]
fn a_frozen_year_keeps_its_numbers_and_corrections_stand_beside_them() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("empty")).unwrap();
    land(&place, "110");
    load(&place);
    let sheet = evaluation(&place);
    let names: Vec<&str> = sheet["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|section| section["name"].as_str().unwrap())
        .collect();
    let order =
        ["policy", "institutions", "infrastructure", "dimensions", "obstacles", "data_quality"];
    assert_eq!(names, order);
    // 100 * (2 * 1200 - 12 * 110) / 1200.
    let target = first(&sheet, "targets");
    assert_eq!(
        (target["value"].as_f64(), target["raw_percent"].as_f64()),
        (Some(1320.0), Some(90.0))
    );
    assert_eq!(target["predicate_en"], "High");

    is_told_whole_into_a_pipe(&place);
    let unsigned = place.say("evaluate --year 2024 --freeze");
    assert_eq!(unsigned.status.code(), Some(2));
    let frozen = place.say("evaluate --year 2024 --freeze --by Bappeda --format json");
    assert!(frozen.status.success(), "{}", String::from_utf8_lossy(&frozen.stderr));
    let again = place.say("evaluate --year 2024 --freeze --by Diskominfo --lang en");
    assert_eq!(again.status.code(), Some(2));
    let told = String::from_utf8(again.stderr).unwrap();
    assert!(told.contains("frozen to release") && told.contains("Bappeda"), "{told}");
    // In the words of the language, with the time of the corridor.
    let again = place.say("evaluate --year 2024 --freeze --by Diskominfo --lang id");
    let told = String::from_utf8(again.stderr).unwrap();
    assert!(told.contains("sudah dibekukan pada rilis") && told.contains("WITA"), "{told}");
    assert!(!told.contains("frozen"), "{told}");
    mistakes_are_told_in_both_languages(&place);

    land(&place, "100");
    load(&place);
    let later = evaluation(&place);
    assert_eq!(later["frozen"]["frozen_by"], "Bappeda");
    assert_eq!(later["release_id"], sheet["release_id"]);
    assert_eq!(first(&later, "targets"), target);
    let moved = later["corrections"]["rows"].as_array().unwrap();
    let waste = moved.iter().find(|row| row["indicator_id"] == "waste_generated").unwrap();
    assert_eq!((&waste["region_code"], &waste["value_now"]), (&"7407".into(), &1200.0.into()));
    assert_eq!(waste["value_frozen"], 1320.0);

    // What is taken away says the same.
    let rows = place.say("extract evaluation --year 2024 --format csv");
    let rows = String::from_utf8(rows.stdout).unwrap();
    let is_of_target =
        |row: &&str| row.contains(",targets,") && row.contains(",waste_generated,7407,value,");
    let value = rows.lines().find(is_of_target).unwrap();
    assert!(value.contains(",value,1320.0,"), "{value}");
    let page = place.say("bulletin --region 7407 --year 2024 --lang en");
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(page.contains("frozen to release"), "{page}");
}
