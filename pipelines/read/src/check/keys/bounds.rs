//! How many keys are held in memory.

use super::hash::ShortHash;

/// How much of the keys is held in memory.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct KeyBounds {
    /// Keys of the file in a hash table.
    pub(super) file_keys: usize,
    /// Bytes of the filter that takes its place.
    pub(super) file_filter: usize,
    /// Keys of the lake in a hash table.
    pub(super) existing_keys: usize,
    /// Bytes of the filter that takes its place.
    pub(super) existing_filter: usize,
    /// Rows that are held back before they go to disk.
    pub(super) held: usize,
    /// Held rows that are compared with the keys on disk at a time.
    pub(super) resolved: usize,
}

impl KeyBounds {
    /// No bound.
    pub(super) const NONE: Self = Self {
        file_keys: usize::MAX,
        file_filter: 0,
        existing_keys: usize::MAX,
        existing_filter: 0,
        held: usize::MAX,
        resolved: usize::MAX,
    };

    /// Bounds where a load may use so much memory: a quarter is for the keys of the file, an eighth
    /// for those of the lake. The filters are as large as the tables that they replace.
    pub(in crate::check) fn of(memory_bytes: usize) -> Self {
        const KEY: usize = size_of::<ShortHash>();
        const KEY_AND_SLICE: usize = size_of::<(ShortHash, u32)>();
        // What the tables took is free when the held rows are resolved.
        const RESOLVED: usize = 2 * KEY_AND_SLICE + size_of::<[u32; 7]>();
        let (file, existing) = (memory_bytes / 4, memory_bytes / 8);
        Self {
            file_keys: entries_within(file, KEY),
            file_filter: file,
            existing_keys: entries_within(existing, KEY_AND_SLICE),
            existing_filter: existing,
            held: 16 * 1024,
            resolved: entries_within(file, RESOLVED),
        }
    }
}

/// Entries of a hash table that grows no larger than `bytes`: it has a power of two of buckets,
/// each with a byte of its own, and is filled to seven eighths.
pub fn entries_within(bytes: usize, entry: usize) -> usize {
    let buckets = (bytes / (entry + 1)).max(8);
    (1 << buckets.ilog2()) / 8 * 7
}

#[cfg(test)]
mod tests {
    use super::KeyBounds;

    #[test]
    fn the_default_holds_seven_million_keys() {
        let bounds = KeyBounds::of(512 << 20);
        assert_eq!(bounds.file_keys, 7_340_032);
        assert_eq!(bounds.existing_keys, 1_835_008);
        assert!(KeyBounds::of(0).file_keys > 0);
    }
}
