//! Keys: which rows of a file stand in it twice, or in another slice of the lake already.

use super::slices::{column, months};
use crate::error::ReadError;
use arrow::array::{AsArray, RecordBatch};
use hashbrown::{HashMap, HashSet};
use koridor_contract::Contract;
use koridor_contract::check::hash_rows;

/// 96 bits of a hash: two keys of ten million share them once in 10^15 files.
pub(super) type ShortHash = [u32; 3];

/// What a slice is within one dataset and source.
type RegionMonth = (String, i32);

/// The first 96 bits of a key's hash.
pub(super) fn short_hash(hash: u128) -> ShortHash {
    [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32]
}

/// Keys of a file so far.
#[derive(Default)]
pub(super) struct FileKeys {
    seen: HashSet<ShortHash>,
}

impl FileKeys {
    /// Keys that room is made for ahead of time; a set that outgrows it grows as it needs.
    const MOST_RESERVED: usize = 14_000_000;

    /// Makes room, so that the set need not grow while it is large.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.seen.reserve(rows.min(Self::MOST_RESERVED));
    }

    /// Adds the keys of a batch; gives the rows whose key stood in the file before.
    pub(super) fn duplicates(&mut self, hashes: &[u128]) -> Vec<usize> {
        let is_known = |(_, hash): &(usize, &u128)| !self.seen.insert(short_hash(**hash));
        hashes.iter().enumerate().filter(is_known).map(|(row, _)| row).collect()
    }
}

/// Keys that the lake's current rows of one source hold, where a key does not say which slice it
/// belongs to: one key must not stand in two slices, or a row would count twice.
#[derive(Debug, Default)]
pub struct ExistingKeys {
    slices: HashMap<RegionMonth, u32>,
    keys: HashMap<ShortHash, u32>,
}

impl ExistingKeys {
    /// Adds current rows: the columns of the key, of the source and of the slice are among them.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn add(&mut self, contract: &Contract, rows: &RecordBatch) -> Result<(), ReadError> {
        for (key, slice) in keys_and_slices(contract, rows)? {
            let next = self.slices.len() as u32;
            let number = *self.slices.entry(slice).or_insert(next);
            self.keys.insert(key, number);
        }
        Ok(())
    }

    /// Rows whose key stands in another slice already.
    pub(super) fn duplicates(
        &self,
        contract: &Contract,
        rows: &RecordBatch,
    ) -> Result<Vec<usize>, ReadError> {
        if self.keys.is_empty() {
            return Ok(Vec::new());
        }
        let is_elsewhere = |(key, slice): &(ShortHash, RegionMonth)| {
            self.keys.get(key).is_some_and(|other| self.slices.get(slice) != Some(other))
        };
        let found = keys_and_slices(contract, rows)?.into_iter().enumerate();
        Ok(found.filter(|(_, pair)| is_elsewhere(pair)).map(|(row, _)| row).collect())
    }
}

/// Each row's key without its release, and its slice.
fn keys_and_slices(
    contract: &Contract,
    rows: &RecordBatch,
) -> Result<Vec<(ShortHash, RegionMonth)>, ReadError> {
    let Some(slice) = &contract.koridor.slice else { return Ok(Vec::new()) };
    let own = contract.primary_key.iter().map(String::as_str);
    let columns = own
        .chain(["source_id", "period_type"])
        .map(|name| column(rows, name).cloned())
        .collect::<Result<Vec<_>, _>>()?;
    let hashes = hash_rows(&columns)?;
    let regions = column(rows, &slice.region)?.as_string::<i32>();
    let pair = |(row, (hash, month)): (usize, (&u128, i32))| {
        (short_hash(*hash), (regions.value(row).to_owned(), month))
    };
    Ok(hashes.iter().zip(months(contract, rows)?).enumerate().map(pair).collect())
}
