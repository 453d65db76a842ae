//! Decisions over several indicators and releases.

use super::decide::{Decision, History, Published, decide};
use super::facts::{Fact, Key, Withheld};
use super::problem::Reason;
use koridor_contract::card::{Card, Indicator};
use std::collections::BTreeMap;

fn indicator(id: &str, disclosure: &str) -> Indicator {
    let card = format!(
        "{{\"id\": \"{id}\", \"title\": \"\", \"title_en\": \"\", \"dimension\": \"d\",
          \"unit\": \"\", \"grain\": \"Y\", \"aggregation\": \"RS\", \"polarity\": \"0\",
          \"formula\": \"\", \"method\": \"\", \"method_en\": \"\", \"datasets\": [],
          \"standard\": \"\", \"disclosure\": {disclosure}}}"
    );
    let card: Card = serde_json::from_str(&card).expect("a card");
    let (folder, query, checks) = (String::new(), String::new(), String::new());
    Indicator { card, folder, query, pool: None, checks }
}

const VICTIMS: &str = r#"{"numerator": {"quantity": "victims", "small_count": "small"}}"#;
const RATE: &str = r#"{"denominator": {"quantity": "victims", "small_count": "small"}}"#;
const INDEX: &str = r#"{"follows": ["victims"]}"#;

/// The numbers of 2024 of an indicator, one a region; below zero is none. The last is the corridor.
fn facts(id: &str, side: &str, computed_in: &str, amounts: [f64; 5]) -> Vec<Fact> {
    let regions = ["7401", "7405", "7407", "7472", "CORR"];
    let missing: Vec<&str> =
        regions.iter().zip(amounts).filter(|(_, own)| *own < 0.0).map(|own| *own.0).collect();
    let fact = |(region, amount): (&&str, f64)| Fact {
        computed_in: computed_in.to_owned(),
        key: key(id, region),
        side: side.to_owned(),
        missing_regions: missing.join(", "),
        amount,
        respondents: None,
        small_count: (side != "value").then_some(9.0),
        percent: 10.0,
        least_respondents: 3.0,
        primary: (side != "value" && amount > 0.0 && amount <= 9.0).then_some(Reason::SmallCount),
    };
    regions.iter().zip(amounts).filter(|(_, own)| *own >= 0.0).map(fact).collect()
}

fn key(id: &str, region: &str) -> Key {
    Key {
        indicator: id.to_owned(),
        region: region.to_owned(),
        grain: "Y".to_owned(),
        period: 19_723,
        breakdown: String::new(),
    }
}

fn history(facts: Vec<Fact>, withheld: &[Withheld]) -> History {
    let computed_in = BTreeMap::from([("victims".to_owned(), "r1".to_owned())]);
    let decided_in = Some("r1".to_owned());
    History {
        facts,
        releases: vec![Published { computed_in, decided_in }],
        withheld: withheld.iter().map(|own| ("r1".to_owned(), own.clone())).collect(),
    }
}

fn withheld(decision: &Decision) -> String {
    let reasons = decision.reasons();
    let one = |(key, reason): (&&Key, &Reason)| {
        format!("{} {} {}", key.indicator, key.region, reason.as_str())
    };
    reasons.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_number_is_withheld_in_every_indicator_that_has_it() {
    let all = [indicator("victims", VICTIMS), indicator("rate", RATE), indicator("index", INDEX)];
    let amounts = [7.0, 12.0, 34.0, 21.0, 74.0];
    let mut current = facts("victims", "numerator", "", amounts);
    current.extend(facts("rate", "denominator", "", amounts));
    current.extend(facts("index", "value", "", [0.1, 0.2, 0.3, 0.4, 0.5]));
    let decision = decide(&all, &History::default(), &current);
    assert_eq!(
        withheld(&decision),
        "index 7401 secondary, index 7405 secondary, rate 7401 small_count, \
         rate 7405 secondary_count, victims 7401 small_count, victims 7405 secondary_count"
    );
    assert!(decision.exposed.is_empty() && !decision.has_earlier);
}

#[test]
fn a_region_that_comes_later_is_not_told_by_the_release_before() {
    let all = [indicator("victims", VICTIMS)];
    // Without Buton the other three and their sum were published.
    let before = facts("victims", "numerator", "r1", [-1.0, 12.0, 34.0, 21.0, 67.0]);
    let current = facts("victims", "numerator", "", [7.0, 12.0, 34.0, 21.0, 74.0]);
    let decision = decide(&all, &history(before, &[]), &current);
    // 74 less the three would be 7: the new total is what is not known yet.
    assert_eq!(withheld(&decision), "victims 7401 small_count, victims CORR secondary_count");
}

#[test]
fn what_was_withheld_stays_so_when_it_grows() {
    let all = [indicator("victims", VICTIMS)];
    let first = facts("victims", "numerator", "r1", [7.0, 12.0, 34.0, 21.0, 74.0]);
    let before = decide(&all, &History::default(), &first).withheld;
    let current = facts("victims", "numerator", "", [15.0, 12.0, 34.0, 21.0, 82.0]);
    let decision = decide(&all, &history(first, &before), &current);
    // 15 published, and 82 beside it, would give 12, and 74 of the release before then 7.
    let expected = "victims 7401 secondary_count, victims 7405 secondary_count";
    assert_eq!(withheld(&decision), expected);
    // Readers of both releases are not told that 7401 is no small count any more.
    assert!(decision.reasons().values().all(|own| own.told() == "small_count"));
}

const NIGHTS: &str = r#"{"numerator": {"quantity": "nights"}}"#;

/// Magnitudes of regions that each have so many respondents.
fn magnitudes(respondents: [f64; 5], amounts: [f64; 5]) -> Vec<Fact> {
    let mut facts = facts("nights", "numerator", "", amounts);
    for (fact, own) in facts.iter_mut().zip(respondents) {
        (fact.small_count, fact.respondents) = (None, Some(own));
        fact.primary = (own < 3.0).then_some(Reason::FewRespondents);
    }
    facts
}

#[test]
fn a_zero_of_few_respondents_is_kept() {
    let all = [indicator("nights", NIGHTS)];
    let respondents = [2.0, 6.0, 6.0, 6.0, 20.0];
    // As a build of an earlier program has it: the zero is called sensitive.
    let current = magnitudes(respondents, [0.0, 30.0, 40.0, 50.0, 120.0]);
    let decision = decide(&all, &History::default(), &current);
    assert_eq!(withheld(&decision), "");
    let current = magnitudes(respondents, [20.0, 30.0, 40.0, 50.0, 140.0]);
    let decision = decide(&all, &History::default(), &current);
    assert_eq!(withheld(&decision), "nights 7401 few_respondents, nights 7405 secondary");
}

#[test]
fn a_zero_of_few_respondents_covers_nothing() {
    let all = [indicator("nights", NIGHTS)];
    let respondents = [2.0, 2.0, 6.0, 6.0, 16.0];
    // The zero in the open tells what 20 is, beside the total: another is withheld, and not it.
    let current = magnitudes(respondents, [0.0, 20.0, 40.0, 50.0, 110.0]);
    let decision = decide(&all, &History::default(), &current);
    assert_eq!(withheld(&decision), "nights 7405 few_respondents, nights 7407 secondary");
}

#[test]
fn what_is_known_from_an_earlier_release_is_told_as_exposed() {
    let all = [indicator("victims", VICTIMS)];
    let before = facts("victims", "numerator", "r1", [7.0, 12.0, 34.0, 21.0, 74.0]);
    let current = facts("victims", "numerator", "", [7.0, 12.0, 34.0, 21.0, 74.0]);
    let decision = decide(&all, &history(before, &[]), &current);
    assert_eq!(withheld(&decision), "victims 7401 small_count");
    assert_eq!(decision.exposed, [key("victims", "7401")]);
    assert!(decision.has_earlier);
}

#[test]
fn years_and_months_are_one_problem_with_regions() {
    let all = [indicator("victims", VICTIMS)];
    let mut current = facts("victims", "numerator", "", [48.0, 120.0, 340.0, 210.0, 718.0]);
    // Quarters of Buton and the rest; the first of Buton is a small count.
    let quarters: [[f64; 5]; 4] = [
        [6.0, 30.0, 85.0, 52.0, 173.0],
        [12.0, 30.0, 85.0, 53.0, 180.0],
        [14.0, 30.0, 85.0, 52.0, 181.0],
        [16.0, 30.0, 85.0, 53.0, 184.0],
    ];
    for (place, amounts) in quarters.into_iter().enumerate() {
        let day = [19_723, 19_814, 19_905, 19_997][place];
        for mut fact in facts("victims", "numerator", "", amounts) {
            fact.key.grain = "Q".to_owned();
            fact.key.period = day;
            current.push(fact);
        }
    }
    let decision = decide(&all, &History::default(), &current);
    let told: Vec<(String, i32)> =
        decision.withheld.iter().map(|own| (own.key.region.clone(), own.key.period)).collect();
    // The four corners: Buton and the smallest other, in its quarter and in the smallest other.
    let corners = [("7401", 19_723), ("7401", 19_814), ("7405", 19_723), ("7405", 19_814)];
    assert_eq!(told, corners.map(|(region, day)| (region.to_owned(), day)));
}
