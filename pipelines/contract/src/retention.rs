//! How long rows of a dataset are kept, and what happens then.

use crate::contract::Contract;
use crate::error::ContractError;
use crate::supersedes::VALID_TO;
use serde::{Deserialize, Serialize};

/// How long rows are kept, and what happens then.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Years after the period of a row, or after the last day of a register's version.
    pub years: u32,
    /// What happens then.
    pub then: AfterTime,
    /// Where the number of years comes from: a regulation, a decision, or that it is an example.
    pub basis: String,
}

/// What happens to rows that are past their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AfterTime {
    /// They are erased by `koridor retention --apply`: from raw bytes and all versions. What was
    /// published of them stands.
    Erase,
    /// They are listed until a person decides; `--apply` leaves them.
    Review,
}

impl AfterTime {
    /// The word as files have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Erase => "erase",
            Self::Review => "review",
        }
    }
}

impl Contract {
    /// The field by which a row is past its time: its period; of a register the day on which a
    /// version ended.
    pub fn retention_field(&self) -> &str {
        let period = self.koridor.slice.as_ref().and_then(|slice| slice.period.as_deref());
        let ended = self.field_index(VALID_TO).map(|_| VALID_TO);
        period.or(ended).unwrap_or("release_date")
    }

    /// That rows are kept for a time at all.
    pub(crate) fn check_retention(&self, file: &str) -> Result<(), ContractError> {
        match &self.koridor.retention {
            Some(own) if own.years == 0 => {
                let pointer = "/koridor/retention/years";
                Err(ContractError::new(file, pointer, "at least one year", "0"))
            }
            Some(own) if own.basis.trim().is_empty() => {
                let pointer = "/koridor/retention/basis";
                let expected = "where the number of years comes from";
                Err(ContractError::new(file, pointer, expected, "nothing"))
            }
            _ => Ok(()),
        }
    }
}
