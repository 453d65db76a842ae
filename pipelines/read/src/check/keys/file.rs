//! The keys of one file.

use super::bloom::BloomFilter;
use super::bounds::KeyBounds;
use super::hash::{ShortHash, short_hash};
use super::spill::{PARTITIONS, Spill};
use crate::error::ReadError;
use hashbrown::HashSet;

/// Keys of a file so far.
pub(super) struct FileKeys {
    bounds: KeyBounds,
    /// All of them, while they fit.
    seen: HashSet<ShortHash>,
    spilled: Option<SpilledKeys>,
}

/// Keys that do not fit in memory.
struct SpilledKeys {
    filter: BloomFilter,
    /// Keys that were surely new when they came: each key's first, or one that is held back.
    keys: Spill<3>,
}

/// What the keys of the file so far say of a batch; rows in order.
#[derive(Debug, Default)]
pub(super) struct WithinFile {
    pub(super) duplicates: Vec<usize>,
    /// Rows whose key may have come before.
    pub(super) unsure: Vec<usize>,
}

impl WithinFile {
    pub(super) fn is_empty(&self) -> bool {
        self.duplicates.is_empty() && self.unsure.is_empty()
    }
}

impl Default for FileKeys {
    fn default() -> Self {
        Self { bounds: KeyBounds::NONE, seen: HashSet::new(), spilled: None }
    }
}

impl FileKeys {
    /// Bounds the memory, and makes room so that the table need not grow while it is large.
    pub(super) fn bound(&mut self, bounds: KeyBounds, rows: usize) {
        self.bounds = bounds;
        self.seen.reserve(rows.min(bounds.file_keys));
    }

    /// Adds the keys of a batch and compares them with those before.
    pub(super) fn check(&mut self, hashes: &[u128]) -> Result<WithinFile, ReadError> {
        if self.spilled.is_none() {
            if self.seen.len().saturating_add(hashes.len()) <= self.bounds.file_keys {
                let is_known = |(_, hash): &(usize, &u128)| !self.seen.insert(short_hash(**hash));
                let known = hashes.iter().enumerate().filter(is_known);
                let duplicates = known.map(|(row, _)| row).collect();
                return Ok(WithinFile { duplicates, unsure: Vec::new() });
            }
            self.spill()?;
        }
        let mut unsure = Vec::new();
        if let Some(SpilledKeys { filter, keys }) = &mut self.spilled {
            for (row, hash) in hashes.iter().enumerate() {
                let hash = short_hash(*hash);
                if filter.insert(&hash) {
                    unsure.push(row);
                } else {
                    keys.push(&hash)?;
                }
            }
        }
        Ok(WithinFile { duplicates: Vec::new(), unsure })
    }

    /// Moves the keys to disk; the filter takes their place in memory, after they have left it.
    fn spill(&mut self) -> Result<(), ReadError> {
        let mut keys = Spill::default();
        std::mem::take(&mut self.seen).iter().try_for_each(|key| keys.push(key))?;
        let mut filter = BloomFilter::new(self.bounds.file_filter);
        for partition in 0..PARTITIONS {
            keys.for_each(partition, |key| {
                filter.insert(key);
            })?;
        }
        self.spilled = Some(SpilledKeys { filter, keys });
        Ok(())
    }

    /// The keys on disk, where there are any. No key can be added any more: the filter is dropped.
    pub(super) fn spilled(&mut self) -> Option<&mut Spill<3>> {
        let spilled = self.spilled.as_mut()?;
        spilled.filter = BloomFilter::new(0);
        Some(&mut spilled.keys)
    }
}
