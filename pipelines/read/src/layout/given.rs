//! What is said of a file besides its cells.

use std::collections::BTreeMap;

/// What is said of a file besides its cells.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Name of the file.
    pub file_name: String,
    /// Values of fields that the file itself does not carry: `source_id`, `release_date`, a region.
    pub constants: BTreeMap<String, String>,
}
