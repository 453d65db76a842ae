//! Keys: which rows of a file stand in it twice, or in another slice of the lake already.
//!
//! The comparison is exact and its memory bounded. While the keys fit, a hash table answers for
//! each row at once (`file`, `existing`). Beyond that the keys go to disk (`spill`) and a Bloom
//! filter (`bloom`) tells the rows whose key is surely new. The others are held back (`held`) until
//! the file has ended: then they are compared with the keys on disk, partition by partition
//! (`candidates`).

mod bloom;
mod bounds;
mod candidates;
mod compare;
mod existing;
mod file;
mod hash;
mod held;
mod spill;
#[cfg(test)]
mod tests;
mod verdicts;

pub(super) use bounds::KeyBounds;
pub use bounds::entries_within;
pub(super) use compare::Keys;
pub use existing::{ExistingKeys, KeySink, LoadKeys, Periods};
pub use hash::{ShortHash, short_hash};
pub(super) use held::ReleasedRows;
pub use spill::{PARTITIONS, Spill, partition_of};
