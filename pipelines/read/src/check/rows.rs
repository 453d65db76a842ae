//! One run of checked rows.

use crate::error::ReadError;
use arrow::array::{BooleanArray, RecordBatch};
use koridor_contract::Rejection;

/// One run of checked rows of a sheet.
pub struct CheckedRows {
    /// Sheet name; empty for a file without sheets.
    pub sheet: String,
    /// Rows that passed.
    pub accepted: RecordBatch,
    /// Their row numbers.
    pub row_numbers: Vec<u64>,
    /// The number of each one's slice within the file.
    pub slice_numbers: Vec<u32>,
    /// Flags of accepted rows.
    pub flags: Vec<(usize, String)>,
    /// Refused rows with their cell.
    pub rejected: Vec<(Option<String>, Rejection)>,
}

impl CheckedRows {
    /// Drops accepted rows that turned out to be refused, with their numbers and flags.
    pub(super) fn retain(&mut self, keep: &[bool]) -> Result<(), ReadError> {
        if keep.iter().all(|kept| *kept) {
            return Ok(());
        }
        let mut next = 0;
        let place = |kept: &bool| {
            next += usize::from(*kept);
            kept.then(|| next - 1)
        };
        let places: Vec<Option<usize>> = keep.iter().map(place).collect();
        let flags = self.flags.drain(..);
        self.flags = flags
            .filter_map(|(row, flag)| Some((places.get(row).copied().flatten()?, flag)))
            .collect();
        let numbers = self.row_numbers.drain(..).zip(keep);
        self.row_numbers = numbers.filter(|(_, kept)| **kept).map(|(number, _)| number).collect();
        let mask = BooleanArray::from(keep.to_vec());
        self.accepted = arrow::compute::filter_record_batch(&self.accepted, &mask)?;
        Ok(())
    }

    /// The number in the file of an accepted row.
    pub(super) fn row_number(&self, row: usize) -> u64 {
        self.row_numbers.get(row).copied().unwrap_or_default()
    }
}
