//! What pages say of values that no sample has: gaps of years, targets that are not judged or are
//! judged by another source, made-up targets, months behind a year.

use super::address::{Address, Place};
use super::content::{Cell, Frame, Page};
use super::facts::{Facts, Target, Value};
use super::indicator;
use super::say::Say;
use crate::words::Words;
use koridor_contract::Project;
use koridor_contract::card::{self, Card};
use koridor_contract::message::Language;
use koridor_contract::project::{Files, read_project_folder};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// Tons; its title does not say so.
const TONS: &str = "waste_generated";
/// Its title is its unit.
const VISITS: &str = "visits_total";

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    let mut files = Files::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    read_project_folder(&repository, &mut files).unwrap();
    Project::from_files(files).unwrap()
});

fn region() -> &'static str {
    PROJECT.corridor.regions.first().unwrap()
}

/// What a release says: values and targets of an indicator in the first region.
fn facts(id: &str, values: Vec<Value>, targets: Vec<Target>) -> Facts {
    let place = (id.to_owned(), region().to_owned());
    let cards = card::load(&PROJECT).unwrap().into_iter().map(|own| own.card);
    Facts {
        cards: cards.collect(),
        values: BTreeMap::from([(place.clone(), BTreeMap::from([(String::new(), values)]))]),
        targets: BTreeMap::from([(place, targets)]),
        gaps: BTreeMap::new(),
        deliveries: Vec::new(),
        moved: Vec::new(),
        releases: Vec::new(),
        sources: Vec::new(),
        evaluation: None,
    }
}

fn say(facts: &Facts) -> Say<'_> {
    let words = Words { project: &PROJECT, language: Language::En };
    Say { words, facts, today: "2026-11-27" }
}

fn value(grain: &str, first_day: &str, number: Option<f64>) -> Value {
    let state = if number.is_some() { "ok" } else { "no_data" };
    Value {
        grain: grain.into(),
        first_day: first_day.into(),
        value: number,
        state: state.into(),
        ..Value::default()
    }
}

fn year(year: i32, number: Option<f64>) -> Value {
    value("Y", &format!("{year}-01-01"), number)
}

fn flagged(own: Value, flags: &str) -> Value {
    Value { flags: flags.into(), ..own }
}

/// The page of an indicator in the first region.
fn page(facts: &Facts, id: &str) -> Page {
    let frame = Frame {
        site: String::new(),
        release: String::new(),
        menu: Vec::new(),
        facts: Vec::new(),
        base_url: String::new(),
    };
    let place = Place::Indicator { id: id.into(), region: region().into() };
    let draft = indicator::page(&say(facts), facts.card(id).unwrap(), region());
    draft.page(Arc::new(frame), Address { language: Language::En, place })
}

/// The texts of its tables.
fn texts(page: &Page) -> Vec<String> {
    let cells = page.tables().flat_map(|table| table.rows.iter().flatten());
    let text = |cell: &Cell| match cell {
        Cell::Text(line) => line.iter().map(|own| own.text.as_str()).collect(),
        _ => String::new(),
    };
    cells.map(text).filter(|own| !own.is_empty()).collect()
}

fn headline(id: &str, values: &[Value]) -> String {
    let facts = facts(id, Vec::new(), Vec::new());
    let card: &Card = facts.card(id).unwrap();
    say(&facts).headline(card, &values.iter().collect::<Vec<_>>())
}

#[test]
fn a_title_tells_no_rise_over_a_gap_of_years_and_names_a_unit_once() {
    let next = [year(2024, Some(28_857.0)), year(2025, Some(52_198.0))];
    assert_eq!(headline(VISITS, &next), "Visits rose to 52,198 in 2025");
    let gap = [
        year(2019, Some(28_857.0)),
        year(2020, None),
        year(2021, None),
        year(2022, Some(52_198.0)),
    ];
    assert_eq!(headline(VISITS, &gap), "Visits at 52,198 in 2022");
    let broken = Value { is_break: true, ..year(2025, Some(52_198.0)) };
    let broken = [year(2024, Some(28_857.0)), broken];
    assert_eq!(headline(VISITS, &broken), "Visits at 52,198 in 2025");
    let of_fewer = Value { is_of_other_areas: true, ..year(2025, Some(52_198.0)) };
    let of_fewer = [year(2024, Some(28_857.0)), of_fewer];
    assert_eq!(headline(VISITS, &of_fewer), "Visits at 52,198 in 2025");
    let last_is_missing = [year(2023, Some(1.0)), year(2024, Some(2.0)), year(2025, None)];
    assert_eq!(headline(VISITS, &last_is_missing), "Visits rose to 2 in 2024");
    let tons = [year(2024, Some(10.0)), year(2025, Some(9.0))];
    assert_eq!(headline(TONS, &tons), "Waste generated fell to 9.00 t in 2025");
}

#[test]
fn a_value_of_other_regencies_is_no_new_series_and_each_says_what_was_before() {
    let other_areas = Value {
        is_of_other_areas: true,
        sources_before: "7401 BPS, 7407 BPS + DINAS".into(),
        ..year(2025, Some(3.0))
    };
    let other_source = Value {
        is_break: true,
        is_of_other_sources: true,
        sources_before: "BPS".into(),
        ..year(2025, Some(3.0))
    };
    let recorded = Value {
        is_break: true,
        break_reason: "2021-02-02: Batas berubah / Thresholds changed".into(),
        ..year(2022, Some(3.0))
    };
    let cases = [
        (other_areas, "[a]", "other areas: Buton, Wakatobi before"),
        (other_source, "[b]", "a new series: the source before was BPS"),
        (recorded, "[b]", "a new series since 2 February 2021: Thresholds changed"),
    ];
    let facts = facts(VISITS, Vec::new(), Vec::new());
    for (value, mark, said) in cases {
        let marks: Vec<&str> = say(&facts).marks(&value).iter().map(|own| own.text()).collect();
        assert_eq!(
            (marks, say(&facts).notes((VISITS, region()), &value)),
            (vec![mark], said.into())
        );
    }
}

#[test]
fn a_corridor_that_is_no_sum_of_its_areas_says_so_beside_them() {
    let facts = facts(VISITS, Vec::new(), Vec::new());
    let (say, card) = (say(&facts), |id: &str| facts.card(id).unwrap());
    let said = say.no_sums(&[card(VISITS), card("seats_offered_inbound")]);
    assert!(said.starts_with("; Inbound seats") && said.contains("no sum of the areas"), "{said}");
    assert_eq!(say.no_sums(&[card(VISITS), card(TONS)]), "");
}

#[test]
fn what_is_made_up_is_told_in_the_language_of_the_page() {
    let facts = facts(VISITS, Vec::new(), Vec::new());
    let name = "Data sintetis untuk contoh";
    let english = say(&facts).words;
    assert_eq!(english.source_name("SAMPLE_SYNTHETIC", name), "Synthetic data (SAMPLE_SYNTHETIC)");
    assert_eq!(english.source_name("BPS", "Badan Pusat Statistik"), "Badan Pusat Statistik");
    let indonesian = Words { language: Language::Id, ..english };
    assert_eq!(indonesian.source_name("SAMPLE_SYNTHETIC", name), name);
}

#[test]
fn a_target_without_a_ratio_says_why_on_its_page() {
    let cases = [
        ("suppressed", "suppressed"),
        ("not_applicable", "not applicable"),
        ("target_zero", "the target is zero: there is no ratio"),
        ("target_below_zero", "the target is below zero: there is no ratio"),
        ("unit_differs", "the unit is not that of the indicator"),
        ("", "not measured"),
    ];
    for (note, said) in cases {
        let target = Target {
            year: 2025,
            doc: "RPJMD".into(),
            value: Some(1200.0),
            note: note.into(),
            ..Target::default()
        };
        let facts = facts(TONS, vec![year(2025, Some(1320.0))], vec![target]);
        let texts = texts(&page(&facts, TONS));
        assert!(texts.iter().any(|own| own == said), "{note}: {texts:?}");
        let target = "1,200.00 t (regional development plan)";
        assert!(texts.iter().any(|own| own == target), "{texts:?}");
    }
}

#[test]
fn the_value_that_is_judged_and_its_source_stand_on_the_page() {
    let target = Target {
        year: 2025,
        doc: "RPJMD".into(),
        value: Some(1200.0),
        judged: Some((1320.0, "OTHER".into())),
        met: Some(90.0),
        predicate: ["Tinggi".into(), "High".into()],
        ..Target::default()
    };
    let facts = facts(TONS, vec![year(2025, Some(1500.0))], vec![target]);
    let page = page(&facts, TONS);
    let texts = texts(&page);
    let said = "met to 90.0 % (High), judged on 1,320.00 t of OTHER";
    assert!(texts.iter().any(|own| own == said), "{texts:?}");
    assert!(!page.is_synthetic);
}

#[test]
fn a_made_up_target_is_marked_beside_a_real_value() {
    let target = Target {
        year: 2025,
        doc: "RPJMD".into(),
        value: Some(1200.0),
        met: Some(90.0),
        is_synthetic: true,
        ..Target::default()
    };
    let facts = facts(TONS, vec![year(2025, Some(1320.0))], vec![target]);
    let page = page(&facts, TONS);
    let texts = texts(&page);
    let said = "1,200.00 t [s] (regional development plan)";
    assert!(texts.iter().any(|own| own == said), "{texts:?}");
    assert!(page.is_synthetic, "the page says that it holds made-up samples");
}

#[test]
fn flags_of_a_year_name_their_months() {
    let month = |month: u32| value("M", &format!("2025-{month:02}-01"), Some(10.0));
    let flags = |own: u32| match own {
        2 => "refused_rows, total_differs",
        3..=6 => "total_differs, year_on_year_outside_bounds",
        _ => "total_differs",
    };
    let mut values: Vec<Value> = (1..=12).map(|own| flagged(month(own), flags(own))).collect();
    let all = "refused_rows, total_differs, year_on_year_outside_bounds, corrected, synthetic";
    values.push(flagged(year(2025, Some(120.0)), all));
    values.push(flagged(year(2024, Some(120.0)), "annual_source, refused_rows"));
    let facts = facts(TONS, values, Vec::new());
    let say = say(&facts);
    let place = (TONS, region());
    let series = facts.series(TONS, region());
    let refused = "rows of this period were refused; the number is made of the others";
    let expected = [
        format!("{refused} (February)"),
        "a total row of the file is not the sum of its rows (all months)".to_owned(),
        "below 0.2 or above 5 times the year before (March, April, May and 1 more)".to_owned(),
        "a recorded correction was made".to_owned(),
    ];
    assert_eq!(say.notes(place, &series[12]), expected.join("; "));
    let doubts = expected.get(..3).unwrap().join("; ");
    assert_eq!(say.doubts(place, &series[12]), Some(doubts));
    assert!(say.notes(place, &series[13]).ends_with(refused), "no months make that year");
    assert!(say.notes(place, &series[1]).starts_with(refused));
}

#[test]
fn a_year_of_which_all_months_are_there_says_which_are_incomplete() {
    let missing = |own: Value| Value {
        state: "incomplete".into(),
        coverage: "0/1 regencies, 1/1 periods (missing 1101)".into(),
        value: None,
        ..flagged(own, "missing_class: homestay")
    };
    let month = |month: u32| {
        let own = value("M", &format!("2025-{month:02}-01"), Some(10.0));
        if [3, 4].contains(&month) { missing(own) } else { own }
    };
    let mut values: Vec<Value> = (1..=12).map(month).collect();
    let coverage = "0/1 regencies, 12/12 periods (missing 1101)";
    values.push(Value { coverage: coverage.into(), ..missing(year(2025, None)) });
    let facts = facts(TONS, values, Vec::new());
    let (say, series) = (say(&facts), facts.series(TONS, region()));
    let place = (TONS, region());
    let told = say.coverage(place, &series[12]);
    assert_eq!(told, "12/12 periods, not complete: March, April");
    assert_eq!(say.coverage(place, &series[2]), "1/1 periods, not complete: homestay");
    assert!(say.notes(place, &series[12]).ends_with("homestay (March, April)"));
}
