//! A blocked Bloom filter: each key sets eight bits within one cache line.

use super::hash::ShortHash;

/// Bits of a key: one in each word of its block.
const WORDS: usize = 8;

/// One cache line.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Block([u64; WORDS]);

/// Tells keys that were surely not added from those that may have been.
///
/// With `b` bits a key it errs, saying that a new key may have been added, about once in 100 at b =
/// 10 and once in 10,000 at b = 25. It never errs the other way.
pub(super) struct BloomFilter {
    blocks: Vec<Block>,
}

impl BloomFilter {
    /// An empty filter of about so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { blocks: vec![Block([0; WORDS]); (bytes / size_of::<Block>()).max(1)] }
    }

    /// Adds a key; tells whether it may have been added before.
    pub(super) fn insert(&mut self, hash: &ShortHash) -> bool {
        let place = self.place(hash);
        let Some(block) = self.blocks.get_mut(place) else { return true };
        let mut missing = 0;
        for (word, mask) in block.0.iter_mut().zip(masks(hash)) {
            missing |= mask & !*word;
            *word |= mask;
        }
        missing == 0
    }

    /// Whether a key may have been added.
    pub(super) fn may_contain(&self, hash: &ShortHash) -> bool {
        let block = self.blocks.get(self.place(hash));
        block.is_none_or(|block| {
            block.0.iter().zip(masks(hash)).all(|(word, mask)| word & mask != 0)
        })
    }

    /// The block of a key, by the high bits of its middle word.
    fn place(&self, hash: &ShortHash) -> usize {
        let [low, middle, _] = *hash;
        let position = (u64::from(middle) << 32) | u64::from(low);
        ((u128::from(position) * self.blocks.len() as u128) >> 64) as usize
    }
}

/// One bit of each word, by bits of the hash that choose no block.
fn masks(hash: &ShortHash) -> [u64; WORDS] {
    let [low, _, high] = *hash;
    let bits = (u64::from(low) << 32) | u64::from(high);
    std::array::from_fn(|word| 1 << ((bits >> (6 * word)) & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::keys::hash::short_hash;
    use koridor_contract::check::hash_rows;
    use std::sync::Arc;

    fn hashes(numbers: std::ops::Range<i64>) -> Vec<ShortHash> {
        let column = Arc::new(arrow::array::Int64Array::from_iter_values(numbers));
        hash_rows(&[column]).unwrap().into_iter().map(short_hash).collect()
    }

    #[test]
    fn what_was_added_is_found_and_little_else() {
        let (keys, others) = (hashes(0..50_000), hashes(50_000..150_000));
        // Ten bits a key.
        let mut filter = BloomFilter::new(50_000 * 10 / 8);
        let met = keys.iter().filter(|key| filter.insert(key)).count();
        assert!(met < 500, "{met} keys were taken for earlier ones");
        assert!(keys.iter().all(|key| filter.may_contain(key)));
        assert!(keys.iter().all(|key| filter.insert(key)));
        let met = others.iter().filter(|key| filter.may_contain(key)).count();
        assert!(met < 2_500, "{met} of 100,000 other keys were found");
    }
}
