//! What a check of files needs, the same for all files of a load.

use super::rules::CompiledContract;
use crate::error::ReadError;
use crate::readers::FileReader;
use koridor_contract::check::Setting;
use koridor_contract::personal::HashKey;
use koridor_contract::{Contract, Correction, Project};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows that were taken out of a file, by the name of their sheet as it is told, and their numbers:
/// all lines of a record.
pub type ErasedRows = BTreeMap<String, BTreeSet<u64>>;

/// What checking needs of the lake.
#[derive(Clone)]
pub struct CheckSetting {
    /// The project.
    pub project: Arc<Project>,
    /// The lake's secret for personal fields.
    pub hash_key: HashKey,
    /// Moment of the submission in local time, microseconds: its day is the release date of a file
    /// that has none.
    pub now: i64,
    /// Compiled rules and themes by dataset.
    pub compiled: Arc<BTreeMap<String, Arc<CompiledContract>>>,
    /// Threads that check blocks.
    pub workers: usize,
    /// Memory that a load may use: a quarter of it for the keys of a file, an eighth for those that
    /// it is compared with. What is beyond goes to disk.
    pub memory_bytes: usize,
    /// Reads files that are read whole; its budget bounds every file.
    pub reader: Arc<FileReader>,
    /// Rows that were taken out of the file at hand: they are no rows of it any more.
    pub erased: Arc<ErasedRows>,
    /// Keys that are looked for, as corrections that change nothing: those of the counts whose
    /// number is not one of the project's have met a row, [`CheckSetting::is_sought`].
    pub sought: Arc<Vec<Correction>>,
}

impl CheckSetting {
    /// The same with another reader of files, and its budget.
    #[must_use]
    pub fn with_reader(self, reader: Arc<FileReader>) -> Self {
        Self { reader, ..self }
    }

    /// Whether a use of a correction is a row of a key that is looked for.
    pub fn is_sought(&self, correction: usize) -> bool {
        let own = self.sought.len();
        own > 0 && !(own..own + self.project.corrections.len()).contains(&correction)
    }

    /// The project's corrections; those that are looked for stand before and after them, so that a
    /// row is found by its key as it was filed and as it is corrected.
    fn corrections(&self) -> Arc<Vec<Correction>> {
        if self.sought.is_empty() {
            return Arc::clone(&self.project.corrections);
        }
        let own = self.sought.iter();
        Arc::new(own.clone().chain(self.project.corrections.iter()).chain(own).cloned().collect())
    }

    /// The day of the submission as ISO text.
    pub(super) fn today(&self) -> String {
        koridor_contract::date::from_days(self.now.div_euclid(86_400_000_000) as i32)
            .map(|date| date.to_string())
            .unwrap_or_default()
    }

    /// What a contract says in SQL.
    pub(super) fn compiled(&self, contract: &Contract) -> Result<Arc<CompiledContract>, ReadError> {
        let compiled = self.compiled.get(&contract.name).cloned();
        compiled.ok_or_else(|| {
            ReadError::Internal(format!("contract {} was not compiled", contract.name))
        })
    }

    /// What the contract's own check needs.
    pub(super) fn for_contract(&self, contract: &Contract) -> Result<Setting, ReadError> {
        Ok(Setting {
            codes: Arc::clone(&self.project.codes),
            hash_key: self.hash_key.clone(),
            now: self.now,
            rules: self.compiled(contract)?.row_rules.clone(),
            corrections: self.corrections(),
        })
    }
}
