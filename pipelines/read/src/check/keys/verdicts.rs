//! What becomes of rows by their keys.

/// The key stands in the file before.
pub(super) const DUPLICATE: &str = "duplicate_key";

/// The key stands in another slice of the lake.
pub(super) const DUPLICATE_ACROSS_FILES: &str = "duplicate_key_across_files";

/// What is known of the keys of a batch when it comes.
#[derive(Debug, Default)]
pub(in crate::check) struct KeyVerdicts {
    /// Rows to refuse, with the rule they break.
    pub(in crate::check) refused: Vec<(usize, &'static str)>,
    /// Rows to hold back until the file has ended.
    pub(in crate::check) held: Vec<usize>,
}
