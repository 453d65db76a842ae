//! What was found in the rows of a batch: rules that they break, and flags.

use crate::contract::{Contract, Scope, Severity};
use crate::rule::CellRule;
use crate::typing::{ColumnReader, Typed};
use arrow::array::{Array, BooleanArray};
use std::collections::BTreeSet;

/// A rule that a row breaks.
pub(super) enum Broken {
    /// A cell does not fit its field, which is given by its place in the contract.
    Cell(usize, CellRule),
    /// A rule of the contract, given by its place among the row rules.
    Contract(usize),
}

/// Findings by row of the batch; within a row in the order of the checks.
#[derive(Default)]
pub(super) struct Findings {
    /// Rules that refuse their row.
    pub broken: Vec<(u32, Broken)>,
    /// Flags that a row has if it is accepted.
    pub flagged: Vec<(u32, String)>,
}

impl Findings {
    /// Takes the cells that do not fit, those that were rounded and those that were masked.
    pub(super) fn add_cells(&mut self, typed: &[Typed], readers: &[ColumnReader]) {
        for (index, column) in typed.iter().enumerate() {
            let faults = column.faults.iter();
            self.broken.extend(faults.map(|fault| (fault.row, Broken::Cell(index, fault.rule))));
        }
        for (column, reader) in typed.iter().zip(readers) {
            let name = &reader.field().name;
            let rounded = column.rounded.iter().map(|row| (*row, format!("rounded:{name}")));
            let masked = column.masked.iter().map(|row| (*row, format!("masked:{name}")));
            self.flagged.extend(rounded.chain(masked));
        }
    }

    /// Rows with a cell that was not read and of which a rule speaks.
    fn unread_by(&self, contract: &Contract, check: &str) -> BTreeSet<u32> {
        let words: BTreeSet<&str> =
            check.split(|mark: char| !mark.is_ascii_alphanumeric() && mark != '_').collect();
        let is_named = |index: usize| {
            contract.fields.get(index).is_some_and(|field| words.contains(field.name.as_str()))
        };
        let rows = self.broken.iter().filter_map(|(row, broken)| match broken {
            Broken::Cell(index, _) if is_named(*index) => Some(*row),
            Broken::Cell(..) | Broken::Contract(_) => None,
        });
        rows.collect()
    }

    /// Takes the rows that break row rules of the contract: one verdict a rule, in its order.
    pub(super) fn add_row_rules(&mut self, contract: &Contract, verdicts: &[BooleanArray]) {
        for (index, (rule, verdict)) in contract.rules(Scope::Row).zip(verdicts).enumerate() {
            if verdict.false_count() == 0 {
                continue;
            }
            // A rule over a cell that could not be read would blame the good ones beside it.
            let unread = self.unread_by(contract, &rule.check);
            let is_broken = |row: &usize| {
                verdict.is_valid(*row) && !verdict.value(*row) && !unread.contains(&(*row as u32))
            };
            for row in (0..verdict.len()).filter(is_broken) {
                match rule.severity {
                    Severity::Reject => self.broken.push((row as u32, Broken::Contract(index))),
                    Severity::Warn => self.flagged.push((row as u32, rule.id.clone())),
                }
            }
        }
    }
}

/// The flags of accepted rows, by their place among these, in row order.
pub(super) fn flags_of(flagged: Vec<(u32, String)>, is_accepted: &[bool]) -> Vec<(usize, String)> {
    let mut next = 0;
    let places: Vec<Option<usize>> = is_accepted
        .iter()
        .map(|is_accepted| {
            let place = is_accepted.then_some(next);
            next += usize::from(*is_accepted);
            place
        })
        .collect();
    let mut flags: Vec<(usize, String)> = flagged
        .into_iter()
        .filter_map(|(row, flag)| Some(((*places.get(row as usize)?)?, flag)))
        .collect();
    flags.sort();
    flags
}
