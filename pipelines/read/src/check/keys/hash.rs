//! Hashes of keys, as short as they can be.

/// 96 bits of a hash: two keys of ten million share them once in 10^15 files.
pub type ShortHash = [u32; 3];

/// The first 96 bits of a key's hash.
pub fn short_hash(hash: u128) -> ShortHash {
    [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32]
}
