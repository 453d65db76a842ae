//! The cards of the catalogue say all that a reader needs.

use crate::lake::PROJECT;
use koridor_contract::card::{self, Aggregation};
use koridor_contract::{DataZone, Project};
use koridor_publish::indicators::name_in_indonesian;
use std::collections::BTreeSet;

#[test]
fn the_catalogue_has_sixty_indicators_in_six_dimensions() {
    let all = card::load(&PROJECT).unwrap();
    assert_eq!(all.len(), 60);
    let dimensions: BTreeSet<&str> = all.iter().map(|own| own.card.dimension.as_str()).collect();
    let known = PROJECT.codes.get("dimension").unwrap();
    assert_eq!(dimensions.len(), 6);
    assert!(dimensions.iter().all(|dimension| known.contains(dimension)), "{dimensions:?}");
}

#[test]
fn every_card_is_complete() {
    for own in card::load(&PROJECT).unwrap() {
        let card = &own.card;
        assert_eq!(card.missing_words(), Vec::<&str>::new(), "{}", card.id);
        for variable in &card.ms_ind.as_ref().unwrap().variabel_pembangun {
            let (dataset, field) = variable.split_once('.').unwrap();
            assert!(card.datasets.iter().any(|own| own == dataset), "{}: {variable}", card.id);
            let contract = PROJECT.dataset(dataset).unwrap();
            assert!(contract.field_index(field).is_some(), "{}: {variable}", card.id);
        }
    }
}

/// Cards and parameters of all regions are shared by all corridors.
#[test]
fn what_all_corridors_share_names_no_place() {
    let places = ["Wakatobi", "Baubau", "Buton", "Konawe", "Konsel"];
    let names_one = |text: &str| places.iter().any(|place| text.contains(place));
    for (file, text) in PROJECT.files_under("sql/indicators/", "/card.json") {
        assert!(!names_one(text), "{file}");
    }
    let parameters = PROJECT.file("schemas/codes/param.csv").unwrap();
    let shared: Vec<&str> = parameters.lines().filter(|line| line.contains(",*,")).collect();
    assert!(shared.len() > 10, "{shared:?}");
    assert!(!shared.iter().any(|line| names_one(line)), "{shared:?}");
}

/// What heads no message of a bulletin speaks against its number everywhere else too.
#[test]
fn a_flag_of_a_number_that_may_be_wrong_is_a_doubt() {
    let flags = PROJECT.codes.get("flag").unwrap();
    let says = |code: &str, column: &str| flags.attribute(code, column) == Some("yes");
    let codes = flags.codes().iter().map(|own| own.code.as_str());
    let wrong: Vec<&str> = codes.filter(|code| says(code, "may_be_wrong")).collect();
    assert!(wrong.contains(&"digit_shift") && wrong.contains(&"near_national_total"), "{wrong:?}");
    assert!(!wrong.contains(&"refused_rows"), "{wrong:?}");
    assert!(wrong.iter().all(|code| says(code, "doubt")), "{wrong:?}");
}

#[test]
fn every_check_says_what_holds_in_both_languages() {
    let mut checks = 0;
    for (file, text) in PROJECT.files_under("sql/", "checks.sql") {
        for line in text.lines() {
            let name = line.strip_prefix("-- fail: ").or(line.strip_prefix("-- warn: "));
            let Some(name) = name else { continue };
            checks += 1;
            let told = name_in_indonesian(&PROJECT, name);
            assert_ne!(told, name, "{file}");
        }
    }
    assert!(checks > 6, "{checks}");
    let told = name_in_indonesian(&PROJECT, "value is plausible (1 .. 30)");
    assert_eq!(told, "nilai wajar (1 .. 30)");
}

#[test]
fn every_indicator_has_a_worked_case() {
    let without: Vec<String> = card::load(&PROJECT)
        .unwrap()
        .into_iter()
        .filter(|own| PROJECT.files_under(&own.folder, "/expect.csv").next().is_none())
        .map(|own| own.card.id)
        .collect();
    assert_eq!(without, Vec::<String>::new());
}

#[test]
fn indices_that_are_published_are_not_aggregated() {
    let all = card::load(&PROJECT).unwrap();
    let kept = all.iter().filter(|own| own.card.aggregation == Aggregation::Na);
    let kept: Vec<&str> = kept.map(|own| own.card.id.as_str()).collect();
    assert_eq!(kept, ["smartcity_index", "spbe_index"]);
}

#[test]
fn protection_cases_are_restricted_and_hold_no_person() {
    let restricted = PROJECT.datasets.values().filter(|own| own.koridor.zone != DataZone::Open);
    let restricted: Vec<_> = restricted.collect();
    assert_eq!(restricted.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(), ["sapa_case"]);
    for field in restricted.iter().flat_map(|own| own.own_fields()) {
        let is_closed = field.koridor.codes.is_some() || field.koridor.personal;
        let is_text = field.field_type == koridor_contract::FieldType::String;
        assert!(is_closed || !is_text, "{} is free text", field.name);
        let is_day = field.field_type == koridor_contract::FieldType::Date;
        assert!(!is_day || field.koridor.month, "{} is an exact date", field.name);
    }
    // What rests on it is published by years alone.
    for own in card::load(&PROJECT).unwrap() {
        let rests_on_it = own.card.datasets.iter().any(|dataset| dataset == "sapa_case");
        assert!(!rests_on_it || own.card.grain == card::Grain::Y, "{}", own.card.id);
    }
}

/// The project with other text in a file.
fn changed(file: &str, from: &str, to: &str) -> Project {
    let mut files = PROJECT.files().clone();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    *text = text.replacen(from, to, 1);
    Project::from_files(files).unwrap()
}

#[test]
fn no_published_column_gives_away_what_disclosure_control_withholds() {
    let mut document: serde_json::Value =
        serde_json::from_str(PROJECT.file("schemas/datasets/accommodation_month.json").unwrap())
            .unwrap();
    let fields = document["fields"].as_array_mut().unwrap();
    let guarded = fields.iter_mut().find(|field| field["name"] == "nights_wisman").unwrap();
    guarded["koridor"]["publish"] = true.into();
    let mut files = PROJECT.files().clone();
    let file = "schemas/datasets/accommodation_month.json".to_owned();
    files.insert(file, document.to_string());
    let project = Project::from_files(files).unwrap();
    let error = card::load(&project).unwrap_err().to_string();
    assert!(error.starts_with("schemas/datasets/accommodation_month.json#/fields/"), "{error}");
    assert!(error.contains("guards it, found `true` of `nights_wisman`"), "{error}");
    // A dataset that no card calls public any more is guarded again.
    let card = "sql/indicators/living/beds_per_1000_present/card.json";
    let project = changed(card, "\"health_year\", \"population\"]", "\"population\"]");
    let error = card::load(&project).unwrap_err().to_string();
    assert!(error.contains("health_year.json#/fields/2/koridor/publish"), "{error}");
    let project = changed(card, "\"public\": [", "\"public\": [\"target\", ");
    let error = card::load(&project).unwrap_err().to_string();
    assert!(error.starts_with(card) && error.contains("`target` is none"), "{error}");
}

#[test]
fn registers_events_surveys_and_protection_cases_are_private() {
    let private: Vec<&str> = PROJECT
        .datasets
        .values()
        .filter(|own| !own.is_published())
        .map(|own| own.name.as_str())
        .collect();
    let expected = [
        "accommodation_register",
        "fire_incident",
        "perda_report",
        "sapa_case",
        "transport_service",
        "umkm_register",
        "umkm_turnover",
        "visitor_onward",
        "visitor_survey",
        "waste_weighbridge",
    ];
    assert_eq!(private, expected);
    for own in PROJECT.datasets.values() {
        assert!(own.published_fields().all(|field| !field.koridor.personal), "{}", own.name);
    }
}
