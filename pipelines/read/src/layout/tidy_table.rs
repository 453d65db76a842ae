//! A table in tidy form: a row an observation, a column a field.

use super::said::Said;
use super::totals::TotalCheck;
use crate::readers::LineFault;
use koridor_contract::RawBatch;
use koridor_contract::check::FieldOrigin;
use std::collections::BTreeMap;

/// A sheet laid out as rows of fields.
#[derive(Debug)]
pub struct TidyTable {
    /// Sheet name.
    pub sheet: String,
    /// Rows that could not be read, or contradict what the description takes for granted.
    pub faults: Vec<LineFault>,
    /// Rows, one column a field that the sheet carries.
    pub rows: RawBatch,
    /// Where each field of the contract comes from.
    pub origins: Vec<FieldOrigin>,
    /// Column of the sheet for each column of `rows`, where it is the same in every row.
    pub sheet_columns: Vec<Option<usize>>,
    /// Of an unpivoted table: for each record that a row of the sheet becomes, the column of the
    /// sheet for each column of `rows`.
    pub record_columns: Vec<Vec<Option<usize>>>,
    /// What the header says of each of these records.
    pub record_labels: Vec<String>,
    /// Which of these records a row is; empty where nothing is unpivoted.
    pub records: Vec<u32>,
    /// Rows that are not data, by reason.
    pub ignored: BTreeMap<String, u64>,
    /// Totals that differ from the rows they sum.
    pub totals: Vec<TotalCheck>,
    /// What stands around it in words.
    pub said: Said,
}

impl TidyTable {
    /// Column of the sheet for a column of `rows`, where it is the same in every row.
    pub fn own_column(&self, column: usize) -> Option<usize> {
        self.sheet_columns.get(column).copied().flatten()
    }

    /// Column of the sheet that a cell came from: an unpivoted one stands in the column of its own
    /// record.
    pub fn sheet_column(&self, row: usize, column: Option<usize>) -> Option<usize> {
        let record =
            self.records.get(row).and_then(|record| self.record_columns.get(*record as usize));
        let unpivoted = record.and_then(|columns| match column {
            Some(column) => columns.get(column).copied().flatten(),
            None => None,
        });
        let own = column.and_then(|column| self.own_column(column));
        // A fault of a header's part is shown at the first value below it.
        unpivoted
            .or(own)
            .or_else(|| record.and_then(|columns| columns.iter().flatten().next().copied()))
    }
}
