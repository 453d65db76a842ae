//! What a reader gives: sheets of cells, and the rows that could not be read as rows.

use super::address::Addresses;
use super::refusal::{Refusal, RefusalCode};
use koridor_contract::{RawBatch, RecordRule, scrub};
use std::collections::{BTreeMap, BTreeSet};

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

/// So many rows that cannot be read as rows, and more than those that can, are no table.
const MOST_FAULTS: usize = 200_000;

/// Refuses what holds mostly rows that cannot be read as rows.
///
/// # Errors
/// Where there are very many of them, and more than of others.
pub(crate) fn check_faults(faults: usize, rows: usize) -> Result<(), Refusal> {
    if faults <= MOST_FAULTS || faults <= rows {
        return Ok(());
    }
    let lines = faults + rows;
    Err(Refusal::new(
        RefusalCode::NotATable,
        format!(
            "{faults} dari {lines} baris pertama tidak dapat dibaca sebagai baris (tanda kutip \
             terbuka, atau jumlah sel lain dari judul); berkas ini bukan tabel"
        ),
        format!(
            "{faults} of the first {lines} lines cannot be read as rows (an open quote, or not as \
             many cells as the header); the file is not a table"
        ),
    ))
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
    /// Rows that are no rows of data and are kept for what they name, by their numbers: the place
    /// of the block below.
    pub broken: BTreeSet<u64>,
    /// Of a text file: its cells are parted by commas, which a number may hold too.
    pub has_commas: bool,
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
    /// The sheet without some of its rows, by their numbers.
    pub fn without_rows(mut self, numbers: &BTreeSet<u64>) -> Self {
        let is_kept = |row: usize| !numbers.contains(&self.cells.row_number(row));
        let kept: Vec<bool> = (0..self.cells.len()).map(is_kept).collect();
        let mut marks = kept.iter();
        self.line_cells.retain(|_| marks.next().copied().unwrap_or(true));
        self.cells = self.cells.keep_rows(|row| kept.get(row).copied().unwrap_or(true));
        self.faults.retain(|fault| !numbers.contains(&fault.row_number));
        self
    }

    /// Whether no cell holds anything.
    pub fn is_blank(&self) -> bool {
        (0..self.cells.len())
            .all(|row| (0..self.cells.width()).all(|column| self.cells.is_blank(row, column)))
    }
}
