//! A linear program over exact fractions: the simplex method with Bland's rule, which ends on any
//! program. Programs here are small, and an answer that is exact needs no tolerance.

use super::fraction::Fraction;
use std::cmp::Ordering;

/// The most that a sum of variables can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Most {
    /// At a corner.
    Finite(Fraction),
    /// Without limit.
    Unbounded,
}

/// Variables that are at least zero, and sums of them that are at most a limit.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// Each row: a factor for each variable, then the limit.
    pub(super) rows: Vec<Vec<Fraction>>,
    pub(super) variables: usize,
}

/// A dictionary: each row says what a basic variable is of the others, the last one the objective.
struct Dictionary {
    rows: Vec<Vec<Fraction>>,
    objective: Vec<Fraction>,
    /// Names of what stands in the columns and rows.
    columns: Vec<usize>,
    basic: Vec<usize>,
}

impl Program {
    /// The most that `objective` (a factor for each variable) can be; none where there is no
    /// answer: nothing fulfils the rows, or a fraction leaves 128 bits.
    pub(super) fn most(&self, objective: &[Fraction]) -> Option<Most> {
        let mut dictionary = self.feasible()?;
        // The objective in what is not basic now.
        let width = dictionary.columns.len();
        let mut row = vec![Fraction::ZERO; width + 1];
        for (name, factor) in objective.iter().enumerate().filter(|(_, own)| !own.is_zero()) {
            if let Some(at) = dictionary.columns.iter().position(|own| *own == name) {
                row[at] = row[at].minus(factor.negated(), Fraction::whole(1))?;
            } else if let Some(at) = dictionary.basic.iter().position(|own| *own == name) {
                // basic = limit - sum of factors
                for (own, other) in row[..width].iter_mut().zip(&dictionary.rows[at]) {
                    *own = own.minus(*factor, *other)?;
                }
                row[width] = row[width].minus(factor.negated(), dictionary.rows[at][width])?;
            }
        }
        dictionary.objective = row;
        Some(match dictionary.climb()? {
            true => Most::Finite(*dictionary.objective.last()?),
            false => Most::Unbounded,
        })
    }

    /// A dictionary whose limits are all at least zero: with one more variable that loosens every
    /// row, made as small as it can be.
    fn feasible(&self) -> Option<Dictionary> {
        let (count, rows) = (self.variables, self.rows.len());
        let columns: Vec<usize> = (0..count).collect();
        let basic: Vec<usize> = (count..count + rows).collect();
        let is_feasible = self.rows.iter().all(|row| !row[count].is_negative());
        if is_feasible {
            let objective = vec![Fraction::ZERO; count + 1];
            return Some(Dictionary { rows: self.rows.clone(), objective, columns, basic });
        }
        let loose = count + rows;
        let with_loose = |row: &Vec<Fraction>| {
            let mut row = row.clone();
            row.insert(count, Fraction::whole(-1));
            row
        };
        let mut objective = vec![Fraction::ZERO; count + 2];
        objective[count] = Fraction::whole(-1);
        let mut columns = columns;
        columns.push(loose);
        let rows: Vec<Vec<Fraction>> = self.rows.iter().map(with_loose).collect();
        let mut found = Dictionary { rows, objective, columns, basic };
        let mut worst = 0;
        for at in 1..found.rows.len() {
            if found.rows[at][count + 1].compared(found.rows[worst][count + 1])? == Ordering::Less {
                worst = at;
            }
        }
        found.pivot(worst, count)?;
        found.climb()?;
        if !found.objective.last()?.is_zero() {
            return None;
        }
        if let Some(row) = found.basic.iter().position(|own| *own == loose) {
            let width = found.columns.len();
            match (0..width).find(|at| !found.rows[row][*at].is_zero()) {
                Some(at) => found.pivot(row, at)?,
                None => {
                    found.rows.remove(row);
                    found.basic.remove(row);
                }
            }
        }
        if let Some(at) = found.columns.iter().position(|own| *own == loose) {
            found.columns.remove(at);
            for row in &mut found.rows {
                row.remove(at);
            }
        }
        Some(found)
    }
}

impl Dictionary {
    /// Goes from corner to corner until none is higher; false where there is no highest.
    fn climb(&mut self) -> Option<bool> {
        let width = self.columns.len();
        loop {
            let rising = (0..width).filter(|at| self.objective[*at].is_positive());
            let Some(entering) = rising.min_by_key(|at| self.columns[*at]) else {
                return Some(true);
            };
            let mut leaving: Option<(usize, Fraction)> = None;
            for (at, row) in
                self.rows.iter().enumerate().filter(|(_, row)| row[entering].is_positive())
            {
                let room = row[width].over(row[entering])?;
                let is_first = match leaving {
                    None => true,
                    Some((other, least)) => match room.compared(least)? {
                        Ordering::Less => true,
                        Ordering::Equal => self.basic[at] < self.basic[other],
                        Ordering::Greater => false,
                    },
                };
                if is_first {
                    leaving = Some((at, room));
                }
            }
            let Some((leaving, _)) = leaving else { return Some(false) };
            self.pivot(leaving, entering)?;
        }
    }

    /// Lets a variable of a column and the basic one of a row take each other's place.
    fn pivot(&mut self, row: usize, column: usize) -> Option<()> {
        let factor = self.rows[row][column];
        let mut own = std::mem::take(&mut self.rows[row]);
        own[column] = Fraction::whole(1);
        for term in &mut own {
            *term = term.over(factor)?;
        }
        for other in self.rows.iter_mut().filter(|other| !other.is_empty()) {
            exchange(other, &own, column, Fraction::ZERO)?;
        }
        // The objective is a sum and no limit: its last entry grows where a limit shrinks.
        let width = own.len() - 1;
        let gain = self.objective[column].times(own[width])?;
        let before = self.objective[width];
        exchange(&mut self.objective, &own, column, Fraction::ZERO)?;
        self.objective[width] = before.minus(Fraction::whole(-1), gain)?;
        self.rows[row] = own;
        std::mem::swap(&mut self.basic[row], &mut self.columns[column]);
        Some(())
    }
}

/// Replaces a column of a row by what another row says of it.
fn exchange(row: &mut [Fraction], own: &[Fraction], column: usize, zero: Fraction) -> Option<()> {
    let factor = std::mem::replace(&mut row[column], zero);
    if factor.is_zero() {
        return Some(());
    }
    for (term, other) in row.iter_mut().zip(own) {
        *term = term.minus(factor, *other)?;
    }
    Some(())
}
