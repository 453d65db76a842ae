//! Keys: which rows of a file stand in it twice, or in another slice of the lake already.
//!
//! The comparison is exact and its memory bounded. While the keys fit, a hash table answers for each row
//! at once (`file`, `existing`). Beyond that the keys go to disk (`spill`) and a Bloom filter (`bloom`)
//! tells the rows whose key is surely new. The others are held back (`held`) until the file has ended:
//! then they are compared with the keys on disk, partition by partition (`suspects`).

mod bloom;
mod bounds;
mod existing;
mod file;
mod held;
mod spill;
mod suspects;
#[cfg(test)]
mod tests;

use crate::error::ReadError;
use arrow::array::RecordBatch;
pub(super) use bounds::KeyBounds;
pub use existing::{ExistingKeys, KeySink, LoadKeys, Periods};
use file::FileKeys;
use held::HeldRows;
pub(super) use held::ReleasedRows;
use koridor_contract::Contract;
use suspects::Suspects;

/// 96 bits of a hash: two keys of ten million share them once in 10^15 files.
type ShortHash = [u32; 3];

/// The first 96 bits of a key's hash.
fn short_hash(hash: u128) -> ShortHash {
    [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32]
}

/// The key stands in the file before.
const DUPLICATE: &str = "duplicate_key";

/// The key stands in another slice of the lake.
const DUPLICATE_ACROSS_FILES: &str = "duplicate_key_across_files";

/// What is known of the keys of a batch when it comes.
#[derive(Debug, Default)]
pub(super) struct KeyVerdicts {
    /// Rows to refuse, with the rule they break.
    pub(super) refused: Vec<(usize, &'static str)>,
    /// Rows to hold back until the file has ended.
    pub(super) held: Vec<usize>,
}

/// The keys of a file and those it is compared with.
pub(super) struct Keys {
    file: FileKeys,
    existing: ExistingKeys,
    suspects: Suspects,
    held: HeldRows,
}

impl Keys {
    /// Keys without a bound, for a file whose rows are held in memory anyway.
    pub(super) fn new(existing: ExistingKeys) -> Self {
        Self {
            file: FileKeys::default(),
            existing,
            suspects: Suspects::default(),
            held: HeldRows::default(),
        }
    }

    /// Bounds the memory, and makes room for the keys of about `rows` rows.
    pub(super) fn bound(&mut self, bounds: KeyBounds, rows: usize) {
        self.suspects.bound(bounds.resolved);
        self.existing.bound(bounds);
        self.file.bound(bounds, rows);
    }

    /// Adds the keys of a batch and compares them. The rows to hold back must be given to
    /// [`Keys::hold`], in the order of the verdicts.
    ///
    /// # Errors
    /// Where the lake's keys cannot be read, or the disk is full.
    pub(super) fn check(
        &mut self,
        contract: &Contract,
        rows: &RecordBatch,
        hashes: &[u128],
    ) -> Result<KeyVerdicts, ReadError> {
        let within = self.file.check(hashes)?;
        let elsewhere = self.existing.check(contract, rows)?;
        let mut verdicts = KeyVerdicts::default();
        if within.unsure.is_empty() && elsewhere.unsure.is_empty() {
            verdicts.refused.extend(within.duplicates.iter().map(|row| (*row, DUPLICATE)));
            let across = elsewhere.duplicates.iter().map(|row| (*row, DUPLICATE_ACROSS_FILES));
            verdicts.refused.extend(across);
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
            let suspect = unsure_across.next_if(|suspect| suspect.row == row);
            if is_duplicate {
                verdicts.refused.push((row, DUPLICATE));
            } else if is_unsure || suspect.is_some() {
                verdicts.held.push(row);
                let place = self.suspects.next_place();
                if is_unsure {
                    self.suspects.within(place, short_hash(*hash))?;
                }
                if is_across {
                    self.suspects.mark_across(place);
                }
                if let Some(suspect) = suspect {
                    self.suspects.across(place, suspect)?;
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
    pub(super) fn hold(
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
    pub(super) fn release(&mut self) -> Result<Option<ReleasedRows>, ReadError> {
        if self.suspects.is_empty() {
            return Ok(None);
        }
        self.suspects.resolve(self.file.spilled(), self.existing.spilled())?;
        self.held.next(|place| self.suspects.verdict(place))
    }
}
