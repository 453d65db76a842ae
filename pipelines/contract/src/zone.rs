//! Who may read the rows of a dataset.

use serde::{Deserialize, Serialize};

/// Who may read the rows of a dataset, and what is made of them without disclosure control.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum DataZone {
    /// Whoever may read the lake.
    #[default]
    Open,
    /// Nobody outside the restricted zone: rows, counts of rows and periods shorter than the
    /// published ones stay in it.
    Restricted,
}

impl DataZone {
    /// The word, as contracts have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Restricted => "restricted",
        }
    }

    /// Whether it is the open zone.
    pub fn is_open(&self) -> bool {
        *self == Self::Open
    }
}
