//! Between which bounds a hidden number lies for a reader who knows the sums, and that nothing is
//! below zero: two linear programs a number.

use super::elimination::Reduced;
use super::fraction::Fraction;
use super::problem::Problem;
use super::program::{Most, Program};
use std::collections::{BTreeMap, BTreeSet};

/// Amounts are whole thousandths: a tonne is filed to the kilogram.
const UNITS: f64 = 1000.0;

/// Hidden numbers and the sums that bound them, as those of a program: the numbers that no sum is
/// solved for are its variables, each from its least amount on.
pub(super) struct Bounded<'problem> {
    problem: &'problem Problem,
    /// Sums with the number that each is solved for.
    sums: BTreeMap<usize, &'problem Reduced>,
    free: Vec<usize>,
}

impl<'problem> Bounded<'problem> {
    /// The sums that a number is in, and those that share a hidden number with one of these.
    pub(super) fn of(problem: &'problem Problem, sums: &'problem [Reduced], at: usize) -> Self {
        let own = connected(sums, at);
        let sums: BTreeMap<usize, &Reduced> = own
            .into_iter()
            .filter_map(|sum| Some((*sum.hidden.first_key_value()?.0, sum)))
            .collect();
        let all: BTreeSet<usize> =
            sums.values().flat_map(|sum| sum.hidden.keys().copied()).collect();
        let free = all.into_iter().filter(|at| !sums.contains_key(at)).collect();
        Self { problem, sums, free }
    }

    /// What a number adds where each free number grows by one.
    fn direction(&self, at: usize, free: usize) -> Fraction {
        match self.sums.get(&at) {
            Some(sum) => sum.hidden.get(&free).map_or(Fraction::ZERO, |own| own.negated()),
            None => Fraction::whole(i128::from(at == free)),
        }
    }

    /// Amounts that a number surely can have: the true ones with one free number moved. All of them
    /// lie within its bounds, and mostly that is enough to know.
    pub(super) fn reached(&self, at: usize) -> (f64, f64) {
        let amount = self.problem.numbers[at].amount;
        let (mut low, mut high) = (amount, amount);
        for free in &self.free {
            let own = self.direction(at, *free).as_f64();
            if own == 0.0 {
                continue;
            }
            let (mut down, mut up) = (f64::INFINITY, f64::INFINITY);
            for other in self.sums.keys().chain([free]) {
                let step = self.direction(*other, *free).as_f64();
                let number = &self.problem.numbers[*other];
                let below = number.amount - number.least();
                if step > 0.0 {
                    down = down.min(below / step);
                } else if step < 0.0 {
                    up = up.min(-below / step);
                }
            }
            let (one, other) = (amount + own * up, amount - own * down);
            (low, high) = (low.min(one).min(other), high.max(one).max(other));
        }
        (low, high)
    }

    /// The least and the most that a number can be; none where a fraction leaves 128 bits.
    pub(super) fn bounds(&self, at: usize) -> Option<(f64, f64)> {
        if self.sums.is_empty() {
            return Some((self.problem.numbers[at].least(), f64::INFINITY));
        }
        let program = self.program()?;
        let objective: Vec<Fraction> =
            self.free.iter().map(|free| self.direction(at, *free)).collect();
        let most = self.end(at, &program, &objective, 1.0)?;
        let downward: Vec<Fraction> = objective.iter().map(|own| own.negated()).collect();
        let least = self.end(at, &program, &downward, -1.0)?;
        Some((least, most))
    }

    /// The program's answer as an amount of the number.
    fn end(&self, at: usize, program: &Program, objective: &[Fraction], sign: f64) -> Option<f64> {
        let start = self.at_least(at)?;
        Some(match program.most(objective)? {
            Most::Finite(own) => (start.as_f64() + sign * own.as_f64()) / UNITS,
            Most::Unbounded => sign * f64::INFINITY,
        })
    }

    /// What a number is where all free ones have their least amount. From the true amounts, so that
    /// roundings of published ones contradict nothing.
    fn at_least(&self, at: usize) -> Option<Fraction> {
        let mut amount = self.amount(at);
        for free in &self.free {
            let down = self.amount(*free).minus(Fraction::whole(1), self.least(*free))?;
            amount = amount.minus(self.direction(at, *free), down)?;
        }
        Some(amount)
    }

    fn amount(&self, at: usize) -> Fraction {
        Fraction::whole((self.problem.numbers[at].amount * UNITS).round() as i128)
    }

    fn least(&self, at: usize) -> Fraction {
        Fraction::whole((self.problem.numbers[at].least() * UNITS).floor() as i128)
    }

    /// No number goes below what is known of it beforehand.
    fn program(&self) -> Option<Program> {
        let mut rows = Vec::new();
        let one = Fraction::whole(1);
        for at in self.sums.keys() {
            let start = self.at_least(*at)?;
            let steps = self.free.iter().map(|free| self.direction(*at, *free));
            let mut row: Vec<Fraction> = steps.map(Fraction::negated).collect();
            row.push(start.minus(one, self.least(*at))?);
            rows.push(row);
        }
        Some(Program { rows, variables: self.free.len() })
    }
}

fn connected(sums: &[Reduced], at: usize) -> Vec<&Reduced> {
    let mut reached = BTreeSet::from([at]);
    let mut own = vec![false; sums.len()];
    loop {
        let mut is_changed = false;
        for (place, sum) in sums.iter().enumerate() {
            if !own[place] && sum.hidden.keys().any(|at| reached.contains(at)) {
                own[place] = true;
                reached.extend(sum.hidden.keys());
                is_changed = true;
            }
        }
        if !is_changed {
            return sums
                .iter()
                .zip(own)
                .filter_map(|(sum, is_own)| is_own.then_some(sum))
                .collect();
        }
    }
}
