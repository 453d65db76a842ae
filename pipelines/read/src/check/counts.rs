//! What became of a file's rows, in numbers.

use super::slices::{SliceCount, SliceKey};
use super::year_to_date::FiledFigure;
use crate::layout::totals::TotalCheck;
use koridor_contract::correction::Use;
use koridor_contract::message::Message;
use std::collections::BTreeMap;

/// Reasons and their numbers of rows, and what else is told of a file.
#[derive(Debug, Default)]
pub struct RowCounts {
    /// Rows accepted.
    pub accepted: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Of these, rows of regions that the corridor does not have.
    pub rejected_outside: u64,
    /// Rows that are not data, by reason.
    pub ignored: BTreeMap<String, u64>,
    /// Rows that were in the file and were taken out of it.
    pub erased: u64,
    /// Accepted rows with a flag.
    pub flagged: u64,
    /// Flags by name.
    pub flags: BTreeMap<String, u64>,
    /// Slices with their number of rows.
    pub slices: BTreeMap<SliceKey, SliceCount>,
    /// Which column became which field.
    pub columns: BTreeMap<String, String>,
    /// Totals that do not match their rows.
    pub totals: Vec<TotalCheck>,
    /// Titles and notes that say otherwise than the rows.
    pub titles: Vec<Message>,
    /// Corrections that met a row, with its sheet.
    pub corrections: Vec<(String, Use)>,
    /// Year-to-date figures as they were filed.
    pub year_to_date: Vec<FiledFigure>,
}

impl RowCounts {
    /// Rows ignored for any reason.
    pub fn ignored_rows(&self) -> u64 {
        self.ignored.values().sum()
    }

    /// Whether all rows of data are of regions that the corridor does not have.
    pub fn is_outside_corridor(&self) -> bool {
        self.rejected > 0 && self.accepted == 0 && self.rejected == self.rejected_outside
    }

    /// Rows read: accepted, refused, ignored and erased ones.
    pub fn read(&self) -> u64 {
        self.accepted + self.rejected + self.ignored_rows() + self.erased
    }

    /// Counts so many rows less that are not data.
    pub(super) fn unignore(&mut self, reason: &str, rows: u64) {
        if let Some(count) = self.ignored.get_mut(reason) {
            *count = count.saturating_sub(rows);
        }
        self.ignored.retain(|_, count| *count > 0);
    }

    /// Counts rows that are not data.
    pub(super) fn ignore(&mut self, reason: &str, rows: u64) {
        if rows > 0 {
            *self.ignored.entry(reason.to_owned()).or_default() += rows;
        }
    }
}
