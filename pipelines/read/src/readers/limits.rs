//! Sizes that hold for every file.

/// Bytes from a file's beginning that tell what it is.
pub const HEAD_BYTES: usize = 1 << 20;
/// Largest row of a text file.
pub const MAX_RECORD_BYTES: usize = 1 << 20;
