//! Which hidden numbers follow from what is published: elimination over exact fractions.

use super::fraction::Fraction;
use super::problem::Problem;
use std::collections::BTreeMap;

/// One sum in reduced form: hidden numbers and published ones with their factors, zero altogether.
#[derive(Debug, Clone, Default)]
pub(super) struct Reduced {
    pub(super) hidden: BTreeMap<usize, Fraction>,
    pub(super) published: BTreeMap<usize, Fraction>,
}

impl Reduced {
    /// `self - factor * other`.
    fn subtract(&mut self, factor: Fraction, other: &Self) -> Option<()> {
        for (own, others) in
            [(&mut self.hidden, &other.hidden), (&mut self.published, &other.published)]
        {
            for (at, term) in others {
                let before = own.get(at).copied().unwrap_or(Fraction::ZERO);
                let after = before.minus(factor, *term)?;
                if after.is_zero() {
                    own.remove(at)
                } else {
                    own.insert(*at, after)
                };
            }
        }
        Some(())
    }

    fn divide(&mut self, by: Fraction) -> Option<()> {
        for term in self.hidden.values_mut().chain(self.published.values_mut()) {
            *term = term.over(by)?;
        }
        Some(())
    }
}

/// Brings sums into reduced form: each with a hidden number that no other has, its least, with the
/// factor one. A number that follows from what is published stands alone in a sum. None where a
/// fraction leaves 128 bits.
pub(super) fn reduce(
    problem: &Problem,
    sums: &[usize],
    is_hidden: &dyn Fn(usize) -> bool,
) -> Option<Vec<Reduced>> {
    let mut done: Vec<(usize, Reduced)> = Vec::new();
    for sum in sums {
        let mut row = Reduced::default();
        for (at, factor) in &problem.sums[*sum] {
            let side = if is_hidden(*at) { &mut row.hidden } else { &mut row.published };
            side.insert(*at, Fraction::whole(i128::from(*factor)));
        }
        for (pivot, other) in &done {
            if let Some(factor) = row.hidden.get(pivot).copied() {
                row.subtract(factor, other)?;
            }
        }
        let Some((pivot, factor)) = row.hidden.first_key_value().map(|(at, own)| (*at, *own))
        else {
            continue;
        };
        row.divide(factor)?;
        for (_, other) in &mut done {
            if let Some(factor) = other.hidden.get(&pivot).copied() {
                other.subtract(factor, &row)?;
            }
        }
        done.push((pivot, row));
    }
    Some(done.into_iter().map(|(_, row)| row).collect())
}
