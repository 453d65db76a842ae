//! The keys of a file compared with one another and with those of the lake.

use super::bounds::KeyBounds;
use super::candidates::Candidates;
use super::existing::ExistingKeys;
use super::file::FileKeys;
use super::hash::short_hash;
use super::held::{HeldRows, ReleasedRows};
use super::verdicts::{DUPLICATE, DUPLICATE_ACROSS_FILES, KeyVerdicts};
use crate::error::ReadError;
use arrow::array::RecordBatch;
use koridor_contract::Contract;

/// The keys of a file and those it is compared with.
pub(in crate::check) struct Keys {
    file: FileKeys,
    existing: ExistingKeys,
    candidates: Candidates,
    held: HeldRows,
}

impl Keys {
    /// Keys without a bound, for a file whose rows are held in memory anyway.
    pub(in crate::check) fn new(existing: ExistingKeys) -> Self {
        Self {
            file: FileKeys::default(),
            existing,
            candidates: Candidates::default(),
            held: HeldRows::default(),
        }
    }

    /// Bounds the memory, and makes room for the keys of about `rows` rows.
    pub(in crate::check) fn bound(&mut self, bounds: KeyBounds, rows: usize) {
        self.held.bound(bounds.held);
        self.candidates.bound(bounds.resolved);
        self.existing.bound(bounds);
        self.file.bound(bounds, rows);
    }

    /// Adds the keys of a batch and compares them. The rows to hold back must be given to
    /// [`Keys::hold`], in the order of the verdicts.
    ///
    /// # Errors
    /// Where the lake's keys cannot be read, or the disk is full.
    pub(in crate::check) fn check(
        &mut self,
        contract: &Contract,
        rows: &RecordBatch,
        hashes: &[u128],
    ) -> Result<KeyVerdicts, ReadError> {
        let within = self.file.check(hashes)?;
        let elsewhere = self.existing.check(contract, rows)?;
        let mut verdicts = KeyVerdicts::default();
        if within.is_empty() && elsewhere.is_empty() {
            return Ok(verdicts);
        }
        // All four lists are in row order.
        let mut duplicates = within.duplicates.iter().copied().peekable();
        let mut unsure = within.unsure.iter().copied().peekable();
        let mut duplicates_across = elsewhere.duplicates.iter().copied().peekable();
        let mut unsure_across = elsewhere.unsure.iter().peekable();
        for (row, hash) in hashes.iter().enumerate() {
            let is_duplicate = duplicates.next_if_eq(&row).is_some();
            let is_unsure = unsure.next_if_eq(&row).is_some();
            let is_across = duplicates_across.next_if_eq(&row).is_some();
            let candidate = unsure_across.next_if(|candidate| candidate.row == row);
            if is_duplicate {
                verdicts.refused.push((row, DUPLICATE));
            } else if is_unsure || candidate.is_some() {
                verdicts.held.push(row);
                let place = self.candidates.next_place();
                if is_unsure {
                    self.candidates.within(place, short_hash(*hash))?;
                }
                if is_across {
                    self.candidates.mark_across(place);
                }
                if let Some(candidate) = candidate {
                    self.candidates.across(place, candidate)?;
                }
            } else if is_across {
                verdicts.refused.push((row, DUPLICATE_ACROSS_FILES));
            }
        }
        Ok(verdicts)
    }

    /// Holds rows back, by their places in the batch.
    ///
    /// # Errors
    /// Where the disk is full.
    pub(in crate::check) fn hold(
        &mut self,
        rows: &RecordBatch,
        row_numbers: &[u64],
        flags: &[(usize, String)],
        held: &[usize],
    ) -> Result<(), ReadError> {
        if held.is_empty() {
            return Ok(());
        }
        self.held.add(rows, row_numbers, flags, held)
    }

    /// The next rows that were held back, in file order, with what became of them; `None` after the
    /// last. Called after the last batch of the file.
    ///
    /// # Errors
    /// Where the disk cannot be read.
    pub(in crate::check) fn release(&mut self) -> Result<Option<ReleasedRows>, ReadError> {
        if self.candidates.is_empty() {
            return Ok(None);
        }
        self.candidates.resolve(self.file.spilled(), self.existing.spilled())?;
        self.held.next(|place| self.candidates.verdict(place))
    }
}
