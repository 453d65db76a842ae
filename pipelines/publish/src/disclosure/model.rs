//! The numbers of all releases and the sums that hold among them, as one problem.
//!
//! Numbers of one quantity, part, breakdown, region and period that are equal are one number, in
//! whatever indicators and releases they stand. A sum is taken where the numbers say that it holds:
//! a corridor's value is not of all regions, and a year's not always of its months.

use super::facts::Fact;
use super::problem::{Number, Problem, Reason};
use chrono::Datelike;
use koridor_contract::card::{Card, TimeRule};
use koridor_contract::date;
use koridor_contract::disclosure::Breakdowns;
use std::collections::{BTreeMap, BTreeSet};

/// The scope of all regions together.
const CORRIDOR: &str = "CORR";

/// Share of a sum that adding up fractions in another order may change.
const ROUNDING: f64 = 1e-9;

/// What a number is a number of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) quantity: String,
    part: String,
    breakdown: String,
    pub(super) region: String,
    grain: String,
    /// First month, counted from year 0.
    pub(super) month: i64,
}

impl Cell {
    /// Number of months.
    pub(super) fn months(&self) -> i64 {
        months_of(&self.grain)
    }
}

pub(super) fn months_of(grain: &str) -> i64 {
    match grain {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    }
}

/// The month of a day, counted from year 0.
pub(super) fn month_of(day: i32) -> i64 {
    date::from_days(day).map_or(0, |date| 12 * i64::from(date.year()) + i64::from(date.month0()))
}

/// Numbers while they are put together.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) problem: Problem,
    /// What each number is of; none of what is left beside a part.
    pub(super) cells: Vec<Option<Cell>>,
    places: BTreeMap<(Cell, String), usize>,
    sums: BTreeSet<Vec<(usize, i64)>>,
    rests: BTreeMap<(usize, usize), usize>,
}

/// Numbers of one side of one indicator, by breakdown, grain, month and region.
type Side = BTreeMap<(String, String, i64, String), usize>;

impl Model {
    /// Adds the numbers of one indicator that one build computed, with the sums among them, and
    /// gives the number of each fact; none of a fact that is no number of a quantity.
    pub(super) fn add(&mut self, card: &Card, facts: &[&Fact]) -> Vec<Option<usize>> {
        let mut found = vec![None; facts.len()];
        let Some(own) = &card.disclosure else { return found };
        for (name, side) in own.sides() {
            let mut numbers = Side::new();
            let mut missing: BTreeMap<usize, &str> = BTreeMap::new();
            for (place, fact) in facts.iter().enumerate().filter(|(_, fact)| fact.side == name) {
                let cell = Cell {
                    quantity: side.quantity.clone(),
                    part: side.part.clone(),
                    breakdown: fact.key.breakdown.clone(),
                    region: fact.key.region.clone(),
                    grain: fact.key.grain.clone(),
                    month: month_of(fact.key.period),
                };
                let at = (cell.breakdown.clone(), cell.grain.clone(), cell.month);
                let number = self.number(cell, fact);
                numbers.insert((at.0, at.1, at.2, fact.key.region.clone()), number);
                missing.insert(number, &fact.missing_regions);
                found[place] = Some(number);
            }
            self.add_regions(&numbers, &missing);
            self.add_periods(&numbers, card.time_rule);
            if own.breakdowns == Breakdowns::Parts {
                self.add_breakdowns(&numbers);
            }
        }
        found
    }

    fn number(&mut self, cell: Cell, fact: &Fact) -> usize {
        let place = (cell, format!("{:.10e}", fact.amount));
        let at = self.places.get(&place).copied().unwrap_or_else(|| {
            let at = self.problem.numbers.len();
            let region = &place.0.region;
            let holder = if region == CORRIDOR { String::new() } else { region.clone() };
            self.problem.numbers.push(Number { amount: fact.amount, holder, ..Number::default() });
            self.cells.push(Some(place.0.clone()));
            self.places.insert(place, at);
            at
        });
        let number = &mut self.problem.numbers[at];
        // A zero is kept. Builds of earlier programs call one of few respondents sensitive.
        let primary = fact.primary.filter(|_| fact.amount != 0.0);
        number.primary = [number.primary, primary].into_iter().flatten().min();
        number.small_count = larger(number.small_count, fact.small_count);
        number.respondents = larger(number.respondents, fact.respondents);
        number.percent = number.percent.max(fact.percent);
        number.least_respondents = number.least_respondents.max(fact.least_respondents);
        at
    }

    fn amount(&self, at: usize) -> f64 {
        self.problem.numbers[at].amount
    }

    /// Takes a sum if it holds: a total and its parts.
    fn take(&mut self, total: usize, parts: &[usize]) -> bool {
        let sum: f64 = parts.iter().map(|at| self.amount(*at)).sum();
        let size = parts.iter().map(|at| self.amount(*at).abs()).fold(0.0, f64::max);
        if parts.is_empty() || (sum - self.amount(total)).abs() > ROUNDING * size.max(1e-9) {
            return false;
        }
        self.put(total, parts);
        true
    }

    fn put(&mut self, total: usize, parts: &[usize]) {
        let mut terms: BTreeMap<usize, i64> = BTreeMap::from([(total, 1)]);
        for part in parts {
            *terms.entry(*part).or_default() -= 1;
        }
        let terms: Vec<(usize, i64)> = terms.into_iter().filter(|(_, own)| *own != 0).collect();
        if !terms.is_empty() && self.sums.insert(terms.clone()) {
            self.problem.sums.push(terms);
        }
    }

    /// The corridor is the sum of the regions that are in it.
    fn add_regions(&mut self, numbers: &Side, missing: &BTreeMap<usize, &str>) {
        let mut scopes: BTreeMap<_, Vec<(&str, usize)>> = BTreeMap::new();
        for ((breakdown, grain, month, region), number) in numbers {
            scopes.entry((breakdown, grain, *month)).or_default().push((region, *number));
        }
        for regions in scopes.into_values() {
            let total = regions.iter().find(|(region, _)| *region == CORRIDOR);
            let Some((_, total)) = total else { continue };
            let left_out = missing.get(total).copied().unwrap_or_default();
            let is_in = |region: &str| {
                region != CORRIDOR && !left_out.split(", ").any(|other| other == region)
            };
            let own = regions.iter().filter(|(region, _)| is_in(region));
            let own: Vec<usize> = own.map(|(_, number)| *number).collect();
            self.take(*total, &own);
        }
    }

    /// A quarter is the sum of its months, a year of its quarters or months; a stock is its last.
    fn add_periods(&mut self, numbers: &Side, rule: TimeRule) {
        for ((breakdown, grain, month, region), total) in numbers {
            let within = |finer: &str| -> Vec<usize> {
                let (length, step) = (months_of(grain), months_of(finer));
                let months = (0..length / step).map(|place| month + place * step);
                let found = months.filter_map(|month| {
                    let key = (breakdown.clone(), finer.to_owned(), month, region.clone());
                    numbers.get(&key).copied()
                });
                found.collect()
            };
            for finer in ["Q", "M"] {
                let step = months_of(finer);
                if step >= months_of(grain) {
                    continue;
                }
                let parts = within(finer);
                let is_whole = parts.len() as i64 == months_of(grain) / step;
                let is_taken = match (rule, parts.last().copied()) {
                    (TimeRule::Sum, _) => is_whole && self.take(*total, &parts),
                    (TimeRule::End, Some(last)) => self.take(*total, &[last]),
                    (TimeRule::End, None) => false,
                };
                if is_taken {
                    break;
                }
            }
        }
    }

    /// A total is the sum of its breakdowns; what they leave of it is a number of its own.
    fn add_breakdowns(&mut self, numbers: &Side) {
        let mut totals: BTreeMap<_, (Option<usize>, Vec<usize>)> = BTreeMap::new();
        for ((breakdown, grain, month, region), number) in numbers {
            let (total, parts) = totals.entry((grain, *month, region)).or_default();
            if breakdown.is_empty() { *total = Some(*number) } else { parts.push(*number) }
        }
        for (total, parts) in totals.into_values() {
            let Some(total) = total else { continue };
            if !self.take(total, &parts) && !parts.is_empty() {
                self.add_rest(total, &parts);
            }
        }
    }

    /// What is left of a total beside parts of it, which nobody publishes.
    fn add_rest(&mut self, total: usize, parts: &[usize]) {
        let rest = self.amount(total) - parts.iter().map(|at| self.amount(*at)).sum::<f64>();
        let size = self.amount(total).abs();
        let Some(first) = parts.first() else { return };
        if rest < -ROUNDING * size || self.rests.contains_key(&(total, *first)) {
            return;
        }
        let numbers = &self.problem.numbers;
        let amount = if rest.abs() <= ROUNDING * size { 0.0 } else { rest };
        let Number { small_count, percent, least_respondents, .. } = numbers[total];
        let respondents = numbers[total].respondents.and_then(|all| {
            let own = parts.iter().map(|at| numbers[*at].respondents).sum::<Option<f64>>()?;
            Some(all - own)
        });
        let holder = numbers[total].holder.clone();
        let is_latent = true;
        let mut number = Number {
            amount,
            small_count,
            percent,
            respondents,
            least_respondents,
            holder,
            is_latent,
            ..Number::default()
        };
        number.primary = rest_reason(&number);
        let at = self.problem.numbers.len();
        self.problem.numbers.push(number);
        self.cells.push(None);
        self.rests.insert((total, *first), at);
        let mut all = parts.to_vec();
        all.push(at);
        self.put(total, &all);
    }

    /// What is left of each quantity beside its parts (the key `part` of a card), among numbers
    /// that one release shows.
    pub(super) fn add_rests(&mut self, shown: &BTreeSet<usize>) {
        type Group = (String, String, String, String, i64);
        let mut groups: BTreeMap<Group, [Vec<usize>; 2]> = BTreeMap::new();
        for at in shown {
            let Some(cell) = &self.cells[*at] else { continue };
            let Cell { quantity, part, breakdown, region, grain, month } = cell.clone();
            let is_part = usize::from(!part.is_empty());
            let group = groups.entry((quantity, breakdown, region, grain, month)).or_default();
            group[is_part].push(*at);
        }
        for [totals, parts] in groups.into_values() {
            for (total, part) in
                totals.iter().flat_map(|total| parts.iter().map(move |part| (*total, *part)))
            {
                self.add_rest(total, &[part]);
            }
        }
    }
}

/// Whether what is left of a total tells of single persons or businesses.
fn rest_reason(number: &Number) -> Option<Reason> {
    let is_small =
        number.small_count.is_some_and(|most| number.amount > 0.0 && number.amount <= most);
    let has_few = number.amount != 0.0
        && number.respondents.is_some_and(|own| own > 0.0 && own < number.least_respondents);
    match (is_small, has_few) {
        (true, _) => Some(Reason::SmallCount),
        (false, true) => Some(Reason::FewRespondents),
        (false, false) => None,
    }
}

fn larger(left: Option<f64>, right: Option<f64>) -> Option<f64> {
    left.into_iter().chain(right).reduce(f64::max)
}
