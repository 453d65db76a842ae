//! What is not published, decided over all values of a release together with all that earlier
//! releases published.

use super::facts::{Fact, Key, Withheld};
use super::model::{Model, month_of, months_of};
use super::problem::{Reason, secondary};
use super::protect::protect;
use koridor_contract::card::Indicator;
use std::collections::{BTreeMap, BTreeSet};

/// An earlier release: which builds computed its values, and which one decided what it withholds.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Published {
    pub(super) computed_in: BTreeMap<String, String>,
    pub(super) decided_in: Option<String>,
}

/// What readers of earlier releases know.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) facts: Vec<Fact>,
    pub(super) releases: Vec<Published>,
    pub(super) withheld: Vec<(String, Withheld)>,
}

/// What a release withholds.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// Numbers that are not published.
    pub withheld: Vec<Withheld>,
    /// Values that are withheld and for which nothing more can be done: what an earlier release
    /// published tells of them, or their bounds are no fractions that can be worked out.
    pub exposed: Vec<Key>,
    /// Whether there are earlier releases.
    pub has_earlier: bool,
}

impl Decision {
    /// Why each value is withheld that is.
    pub fn reasons(&self) -> BTreeMap<&Key, Reason> {
        let mut reasons: BTreeMap<&Key, Reason> = BTreeMap::new();
        for own in &self.withheld {
            let reason = reasons.entry(&own.key).or_insert(own.reason);
            *reason = own.reason.min(*reason);
        }
        reasons
    }
}

/// Decides what of `current` is not published.
pub(super) fn decide(all: &[Indicator], history: &History, current: &[Fact]) -> Decision {
    let mut model = Model::default();
    let past = Past::of(history);
    add_history(&mut model, all, history, &past);
    let own: Vec<&Fact> = current.iter().collect();
    let numbers = add_facts(&mut model, all, &own);
    let shown: BTreeSet<usize> = numbers.iter().flatten().copied().collect();
    model.add_rests(&shown);
    for (fact, number) in own.iter().zip(&numbers) {
        if let Some(at) = number
            && past.was_withheld.contains(&(&fact.key, fact.side.as_str()))
        {
            let number = &mut model.problem.numbers[*at];
            number.withheld = number.withheld.or(Some(number.secondary()));
        }
    }
    let exposed: BTreeSet<usize> = protect(&mut model.problem).into_iter().collect();
    let decision = outcome(&model, all, &past, (&own, &numbers), &exposed);
    Decision { has_earlier: !history.releases.is_empty(), ..decision }
}

/// What earlier releases withheld.
struct Past<'history> {
    /// By the release that decided it.
    by_release: BTreeMap<&'history str, BTreeMap<&'history Key, Vec<&'history Withheld>>>,
    was_withheld: BTreeSet<(&'history Key, &'history str)>,
}

impl<'history> Past<'history> {
    fn of(history: &'history History) -> Self {
        let mut past = Self { by_release: BTreeMap::new(), was_withheld: BTreeSet::new() };
        for (decided_in, own) in &history.withheld {
            let of_release = past.by_release.entry(decided_in).or_default();
            of_release.entry(&own.key).or_default().push(own);
            past.was_withheld.insert((&own.key, &own.side));
        }
        past
    }
}

/// Adds facts by indicator and gives the number of each.
fn add_facts(model: &mut Model, all: &[Indicator], facts: &[&Fact]) -> Vec<Option<usize>> {
    let mut by_indicator: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, fact) in facts.iter().enumerate() {
        by_indicator.entry(&fact.key.indicator).or_default().push(place);
    }
    let mut numbers = vec![None; facts.len()];
    for Indicator { card, .. } in all {
        let Some(places) = by_indicator.get(card.id.as_str()) else { continue };
        let own: Vec<&Fact> = places.iter().map(|place| facts[*place]).collect();
        for (place, number) in places.iter().zip(model.add(card, &own)) {
            numbers[*place] = number;
        }
    }
    numbers
}

/// Adds what earlier releases published and withheld.
fn add_history(model: &mut Model, all: &[Indicator], history: &History, past: &Past<'_>) {
    let mut blocks: BTreeMap<(&str, &str), Vec<&Fact>> = BTreeMap::new();
    for fact in &history.facts {
        blocks.entry((&fact.key.indicator, &fact.computed_in)).or_default().push(fact);
    }
    let blocks: BTreeMap<(&str, &str), Vec<(&Fact, usize)>> = blocks
        .into_iter()
        .map(|(block, facts)| {
            let numbers = add_facts(model, all, &facts);
            let own = facts.into_iter().zip(numbers);
            (block, own.filter_map(|(fact, number)| Some((fact, number?))).collect())
        })
        .collect();
    let nothing = BTreeMap::new();
    let mut withheld: Vec<(usize, Reason)> = Vec::new();
    for release in &history.releases {
        let decided = release.decided_in.as_deref().and_then(|own| past.by_release.get(own));
        let decided = decided.unwrap_or(&nothing);
        let mut shown = BTreeSet::new();
        for (indicator, computed_in) in &release.computed_in {
            let block = blocks.get(&(indicator.as_str(), computed_in.as_str()));
            for (fact, number) in block.into_iter().flatten() {
                shown.insert(*number);
                match decided.get(&fact.key) {
                    None => model.problem.numbers[*number].is_known = true,
                    Some(own) => {
                        let side = own.iter().find(|own| own.side == fact.side);
                        withheld.extend(side.map(|own| (*number, own.reason)));
                    }
                }
            }
        }
        model.add_rests(&shown);
    }
    for (at, reason) in withheld {
        model.problem.numbers[at].withheld.get_or_insert(reason);
    }
}

/// Values of which a number is withheld, those that were before, and those that follow.
fn outcome(
    model: &Model,
    all: &[Indicator],
    past: &Past<'_>,
    (facts, numbers): (&[&Fact], &[Option<usize>]),
    exposed: &BTreeSet<usize>,
) -> Decision {
    let mut decision = Decision::default();
    let follows: BTreeMap<&str, &[String]> = all
        .iter()
        .filter_map(|own| Some((own.card.id.as_str(), own.card.disclosure.as_ref()?)))
        .map(|(id, own)| (id, own.follows.as_slice()))
        .collect();
    let hidden: Vec<usize> = numbers.iter().flatten().copied().collect();
    let hidden: BTreeSet<usize> = hidden.into_iter().filter(|at| is_withheld(model, *at)).collect();
    for (fact, number) in facts.iter().zip(numbers) {
        let own = number.filter(|at| is_withheld(model, *at));
        let reason = match own {
            Some(at) => {
                let number = &model.problem.numbers[at];
                if exposed.contains(&at) || (number.is_known && number.primary.is_some()) {
                    decision.exposed.push(fact.key.clone());
                }
                Some(number.primary.unwrap_or_else(|| number.secondary()))
            }
            None => {
                let quantities = follows.get(fact.key.indicator.as_str()).copied();
                let must = past.was_withheld.contains(&(&fact.key, fact.side.as_str()))
                    || (fact.side == "value"
                        && follows_hidden(model, &hidden, fact, quantities.unwrap_or_default()));
                must.then(|| secondary(fact.small_count))
            }
        };
        if let Some(reason) = reason {
            let (key, side) = (fact.key.clone(), fact.side.clone());
            decision.withheld.push(Withheld { key, side, reason });
        }
    }
    decision.withheld.sort();
    decision.withheld.dedup();
    decision.exposed.sort();
    decision.exposed.dedup();
    decision
}

/// A number that is sensitive by itself is withheld, even if it is known from an earlier release.
fn is_withheld(model: &Model, at: usize) -> bool {
    let number = &model.problem.numbers[at];
    number.primary.is_some() || (number.withheld.is_some() && !number.is_known)
}

/// Whether a number of one of these quantities is hidden in the region and period of a value.
fn follows_hidden(
    model: &Model,
    hidden: &BTreeSet<usize>,
    fact: &Fact,
    quantities: &[String],
) -> bool {
    let first = month_of(fact.key.period);
    let end = first + months_of(&fact.key.grain);
    hidden.iter().filter_map(|at| model.cells[*at].as_ref()).any(|cell| {
        quantities.contains(&cell.quantity)
            && cell.region == fact.key.region
            && cell.month < end
            && cell.month + cell.months() > first
    })
}
