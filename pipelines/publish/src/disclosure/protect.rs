//! Secondary suppression: what else is withheld so that nothing withheld can be worked out.

use super::bounds::Bounded;
use super::elimination::{Reduced, reduce};
use super::problem::{Block, Number, Problem};
use std::collections::{BTreeMap, BTreeSet};

/// Share of a range that rounding may take from it.
const ROUNDING: f64 = 1e-6;

/// A hidden number that can be bounded too closely.
struct Exposed {
    number: usize,
    /// The published numbers that it follows from; none where it does not, and is bounded.
    tell: Option<Vec<usize>>,
    /// What the reader knows of what is hidden: a respondent his own numbers.
    own: BTreeSet<usize>,
}

/// Withholds numbers until no hidden one can be bounded closer than its protection range, each time
/// the smallest of those that tell of it. Gives the numbers that nothing can protect.
pub(super) fn protect(problem: &mut Problem) -> Vec<usize> {
    for number in &mut problem.numbers {
        if !number.is_latent && !number.is_known && number.withheld.is_none() {
            number.withheld = number.primary;
        }
    }
    let mut given_up = BTreeSet::new();
    let mut is_hopeful = BTreeSet::new();
    let mut is_safe: BTreeSet<Vec<usize>> = BTreeSet::new();
    loop {
        let blocks = problem.blocks();
        let open = blocks.iter().filter(|block| !is_safe.contains(&block.hidden));
        let mut is_changed = false;
        let mut found_safe = Vec::new();
        for block in open {
            match exposed(problem, block, &given_up) {
                None => found_safe.push(block.hidden.clone()),
                Some(exposed) => {
                    is_changed = true;
                    match remedy(problem, block, &exposed, &mut is_hopeful) {
                        Some(at) => {
                            let number = &mut problem.numbers[at];
                            number.withheld = Some(number.secondary());
                        }
                        None => {
                            given_up.insert(exposed.number);
                        }
                    }
                }
            }
        }
        is_safe.extend(found_safe);
        if !is_changed {
            return given_up.into_iter().collect();
        }
    }
}

/// Whether a sum, of numbers and their signs, is one that is asked for.
type IsOwn<'sum> = &'sum dyn Fn(&[(usize, i64)]) -> bool;

/// The number to withhold for the sake of one that is exposed: the smallest of those that tell of
/// it, and where it is only bounded of those in its sums, then of those in sums with what it is
/// hidden among. None where nothing helps, so that nothing is withheld in vain: what follows from
/// zeros and known numbers does so whatever else is withheld.
fn remedy(
    problem: &Problem,
    block: &Block,
    exposed: &Exposed,
    is_hopeful: &mut BTreeSet<(usize, bool)>,
) -> Option<usize> {
    let what = (exposed.number, exposed.tell.is_some());
    if !is_hopeful.contains(&what) && !can_be_helped(problem, exposed) {
        return None;
    }
    is_hopeful.insert(what);
    if let Some(tell) = &exposed.tell {
        return problem.cheapest(tell.iter().copied());
    }
    let of_sums = |is_own: IsOwn<'_>| -> Option<usize> {
        let sums = block.sums.iter().map(|sum| &problem.sums[*sum]);
        let terms = sums.filter(|sum| is_own(sum)).flatten();
        problem.cheapest(terms.map(|(at, _)| *at))
    };
    of_sums(&|sum| sum.iter().any(|(at, _)| *at == exposed.number)).or_else(|| of_sums(&|_| true))
}

/// Whether a number that follows does not where all is withheld that can be, and one that is
/// bounded has its range then; so too where that cannot be worked out. Where no earlier release
/// published anything it is so: what is not zero may be as many times as large.
fn can_be_helped(problem: &Problem, exposed: &Exposed) -> bool {
    if !problem.numbers.iter().any(|own| own.is_known) {
        return true;
    }
    let mut all = problem.clone();
    for number in all.numbers.iter_mut().filter(|own| own.can_be_withheld()) {
        number.withheld = Some(number.secondary());
    }
    let blocks = all.blocks();
    let Some(block) = blocks.iter().find(|block| block.hidden.contains(&exposed.number)) else {
        return true;
    };
    let is_hidden = |at: usize| all.numbers[at].is_hidden() && !exposed.own.contains(&at);
    let Some(sums) = reduce(&all, &block.sums, &is_hidden) else { return true };
    if exposed.tell.is_some() {
        return alone(&sums, exposed.number).is_none();
    }
    let bounded = Bounded::of(&all, &sums, exposed.number);
    let is_wide = |found: (f64, f64)| is_wide(&all, block, exposed.number, found);
    is_wide(bounded.reached(exposed.number)) || bounded.bounds(exposed.number).is_none_or(is_wide)
}

/// The first number of a block that is exposed: to all readers, then to a respondent who knows his
/// own number.
fn exposed(problem: &Problem, block: &Block, given_up: &BTreeSet<usize>) -> Option<Exposed> {
    let guarded: Vec<usize> = block
        .hidden
        .iter()
        .copied()
        .filter(|at| problem.numbers[*at].is_guarded() && !given_up.contains(at))
        .collect();
    let is_hidden = |at: usize| problem.numbers[at].is_hidden();
    if let Some((number, tell)) = exposed_to(problem, block, &guarded, &is_hidden) {
        return Some(Exposed { number, tell, own: BTreeSet::new() });
    }
    for own in respondents(problem, block).values() {
        let holder = own.first().map(|at| problem.numbers[*at].holder.as_str());
        let is_other = |at: &usize| {
            let number = &problem.numbers[*at];
            number.primary.is_some() && !number.holder.is_empty() && Some(&*number.holder) != holder
        };
        let others: Vec<usize> = guarded.iter().copied().filter(is_other).collect();
        let is_hidden = |at: usize| problem.numbers[at].is_hidden() && !own.contains(&at);
        if !others.is_empty()
            && let Some((number, tell)) = exposed_to(problem, block, &others, &is_hidden)
        {
            return Some(Exposed { number, tell, own: own.iter().copied().collect() });
        }
    }
    None
}

/// Numbers that one or two respondents made, by the region that holds them: each knows his own.
fn respondents<'problem>(
    problem: &'problem Problem,
    block: &Block,
) -> BTreeMap<&'problem str, Vec<usize>> {
    let mut known: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in &block.hidden {
        let number = &problem.numbers[*at];
        let is_his =
            number.respondents.is_some_and(|own| own > 0.0 && own < number.least_respondents);
        if is_his && !number.holder.is_empty() {
            known.entry(&number.holder).or_default().push(*at);
        }
    }
    known
}

/// The first of some numbers that a reader can bound too closely, with what it follows from.
fn exposed_to(
    problem: &Problem,
    block: &Block,
    guarded: &[usize],
    is_hidden: &dyn Fn(usize) -> bool,
) -> Option<(usize, Option<Vec<usize>>)> {
    let first = *guarded.first()?;
    let Some(sums) = reduce(problem, &block.sums, is_hidden) else {
        return Some((first, None));
    };
    // What follows from sums alone is told by the published numbers of that sum.
    for at in guarded {
        if let Some(sum) = alone(&sums, *at) {
            return Some((*at, Some(sum.published.keys().copied().collect())));
        }
    }
    let is_narrow = |at: &&usize| {
        let bounded = Bounded::of(problem, &sums, **at);
        let is_wide = |found: (f64, f64)| is_wide(problem, block, **at, found);
        !is_wide(bounded.reached(**at)) && !bounded.bounds(**at).is_some_and(is_wide)
    };
    let at = *guarded.iter().find(is_narrow)?;
    Some((at, None))
}

/// The sum that a number follows from.
fn alone(sums: &[Reduced], at: usize) -> Option<&Reduced> {
    sums.iter().find(|sum| sum.hidden.len() == 1 && sum.hidden.contains_key(&at))
}

/// Whether bounds leave a number its protection range: of a count the width of its class, of a
/// magnitude its percent on both sides, and of what is withheld for others as much as these have.
fn is_wide(problem: &Problem, block: &Block, at: usize, (low, high): (f64, f64)) -> bool {
    let number = &problem.numbers[at];
    if let Some(most) = number.small_count {
        return high - low >= (most - 1.0) * (1.0 - ROUNDING);
    }
    let range = |own: &Number| own.amount.abs() * own.percent / 100.0 * (1.0 - ROUNDING);
    if number.primary.is_some() {
        let own = range(number);
        return low <= number.amount - own && high >= number.amount + own && high > low;
    }
    let others = block.hidden.iter().map(|at| &problem.numbers[*at]);
    let least = others.filter(|own| own.primary.is_some()).map(range).fold(f64::INFINITY, f64::min);
    let own = range(number).min(least);
    high - low >= 2.0 * own && high > low
}
