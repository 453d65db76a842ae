//! A file's place in the project.

use crate::layout::Given;
use koridor_contract::{Contract, Source, Supersedes};
use std::sync::Arc;

/// A file's place in the project.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The contract its rows must meet.
    pub contract: Arc<Contract>,
    /// How it is laid out.
    pub source: Arc<Source>,
    /// What holds for all its rows.
    pub given: Given,
}

impl Recognised {
    /// Name of the layout, for the ledger.
    pub fn layout(&self) -> &str {
        if self.source.name.is_empty() { "canonical" } else { &self.source.name }
    }

    /// What the file takes the place of: the description's word stands before the contract's.
    pub fn supersedes(&self) -> Supersedes {
        self.source.supersedes.unwrap_or(self.contract.koridor.supersedes)
    }

    /// The office, where the file has one for all rows.
    pub fn source_id(&self) -> Option<&str> {
        self.given.constants.get("source_id").map(String::as_str)
    }
}
