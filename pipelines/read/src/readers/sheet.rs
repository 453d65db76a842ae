//! What a reader gives: sheets of cells, and the rows that could not be read as rows.

use super::address::Addresses;
use koridor_contract::{RawBatch, RecordRule, scrub};
use std::collections::BTreeMap;

/// A row that could not be read as a row.
#[derive(Debug, Clone)]
pub struct LineFault {
    /// Line in the file, from 1.
    pub row_number: u64,
    /// The code of the rule it breaks.
    pub rule: &'static str,
    /// What was found.
    pub detail: String,
}

impl LineFault {
    /// A row that breaks a rule; what is personal in what was found is masked.
    pub(crate) fn new(row_number: u64, rule: RecordRule, detail: impl Into<String>) -> Self {
        Self { row_number, rule: rule.code(), detail: scrub::prose(&detail.into()).into_owned() }
    }
}

/// One sheet, or a text file as one sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Sheet name; empty for a file without sheets.
    pub name: String,
    /// All rows from the top, each as wide as the widest.
    pub cells: RawBatch,
    /// Of a text file: the number of cells that each row had as it was written.
    pub line_cells: Vec<usize>,
    /// Where `cells` stand in the sheet.
    pub addresses: Addresses,
    /// Of one table of several: the texts above the first, which hold for all.
    pub titles: Vec<String>,
    /// Rows that could not be read.
    pub faults: Vec<LineFault>,
    /// Its workbook counts days from 1904.
    pub is_1904: bool,
    /// Rows that were left out already, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// A sheet that the office has hidden: kept out, counted as ignored.
    pub is_hidden: bool,
}

impl Sheet {
    /// Whether no cell holds anything.
    pub fn is_blank(&self) -> bool {
        (0..self.cells.len())
            .all(|row| (0..self.cells.width()).all(|column| self.cells.is_blank(row, column)))
    }
}
