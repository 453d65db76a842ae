//! A fingerprint of all that a file brings, in any order: two readings with the same fingerprint
//! bring the same.

use crate::error::LakeError;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use koridor_contract::check::hash_rows;
use koridor_read::check::{CheckedRows, RowCounts};
use std::sync::Arc;

/// The sum of the hashes of rows.
#[derive(Debug, Default)]
pub(crate) struct ContentFingerprint(u128);

impl ContentFingerprint {
    /// Adds a run of checked rows.
    pub(crate) fn add(&mut self, checked: &CheckedRows) -> Result<(), LakeError> {
        let rows = checked.accepted.num_rows();
        let mut flags = vec![String::new(); rows];
        for (row, flag) in &checked.flags {
            if let Some(own) = flags.get_mut(*row) {
                own.push_str(flag);
                own.push(',');
            }
        }
        let sheets = std::iter::repeat_n(&checked.sheet, rows);
        let numbers = checked.row_numbers.iter().map(|number| *number as i64);
        let mut columns = checked.accepted.columns().to_vec();
        columns.push(Arc::new(StringArray::from_iter_values(flags)));
        columns.push(Arc::new(StringArray::from_iter_values(sheets)));
        columns.push(Arc::new(Int64Array::from_iter_values(numbers)));
        self.add_rows(&columns)?;
        for (cell, rejection) in &checked.rejected {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            self.add_texts(&[
                &checked.sheet,
                &text(cell),
                &rejection.row_number.to_string(),
                &text(&rejection.field),
                &rejection.rule,
                &text(&rejection.value),
                &rejection.message.en,
                &rejection.also.join("; "),
                &rejection.row_json,
            ]);
        }
        Ok(())
    }

    /// Adds rows of any columns.
    pub(crate) fn add_rows(&mut self, columns: &[ArrayRef]) -> Result<(), LakeError> {
        for hash in hash_rows(columns)? {
            self.0 = self.0.wrapping_add(hash);
        }
        Ok(())
    }

    fn add_texts(&mut self, parts: &[&str]) {
        let joined = parts.join("\u{1f}");
        self.0 = self.0.wrapping_add(xxhash_rust::xxh3::xxh3_128(joined.as_bytes()));
    }

    /// Adds rows of texts; a null is an empty one.
    pub(crate) fn add_text_rows(&mut self, rows: &[RecordBatch]) {
        for rows in rows {
            let columns: Vec<&StringArray> =
                rows.columns().iter().map(|column| column.as_string::<i32>()).collect();
            for row in 0..rows.num_rows() {
                let text = |column: &&StringArray| match column.is_null(row) {
                    true => String::new(),
                    false => column.value(row).to_owned(),
                };
                let texts: Vec<String> = columns.iter().map(text).collect();
                self.add_texts(&texts.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }

    /// The fingerprint so far.
    pub(crate) fn value(&self) -> u128 {
        self.0
    }

    /// The fingerprint, with what was counted besides.
    pub(crate) fn of(mut self, counts: &RowCounts) -> u128 {
        self.add_texts(&[&counts.ignored_rows().to_string()]);
        for (sheet, met) in &counts.corrections {
            let row_number = met.row_number.to_string();
            self.add_texts(&[sheet, &row_number, met.outcome.as_str(), &met.found]);
        }
        self.0
    }
}
