//! What a check is told besides the contract and the file.

use crate::codes::{CodeList, CodeLists};
use crate::field::Field;
use crate::personal::HashKey;
use arrow::array::{BooleanArray, RecordBatch};
use arrow::error::ArrowError;
use std::sync::Arc;

/// Evaluates a contract's row rules on typed columns: one column a rule, in the contract's order;
/// false breaks the rule, null passes.
pub type RowRules =
    Arc<dyn Fn(&RecordBatch) -> Result<Vec<BooleanArray>, ArrowError> + Send + Sync>;

/// What a check needs besides the contract and the file.
#[derive(Clone)]
pub struct Setting {
    /// The project's code lists.
    pub codes: Arc<CodeLists>,
    /// The lake's secret for personal fields.
    pub hash_key: HashKey,
    /// The moment of loading in microseconds of local time (WITA).
    pub now: i64,
    /// The contract's row rules, compiled.
    pub rules: Option<RowRules>,
    /// The project's corrections; those of other datasets are passed over.
    pub corrections: Arc<Vec<Correction>>,
}

impl Setting {
    /// The code list that a field's values are of.
    pub(crate) fn code_list(&self, field: &Field) -> Option<Arc<CodeList>> {
        let name = field.koridor.codes.as_ref()?;
        self.codes.get(name).cloned()
    }
}

/// One correction of `schemas/corrections/*.csv`: a known wrong value of one row, what it should
/// be, who says so and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Where it stands: file and line, its name in the ledger.
    pub id: String,
    /// The dataset.
    pub dataset: String,
    /// Fields and canonical values that name the row.
    pub key: Vec<(String, String)>,
    /// The field to correct.
    pub field: String,
    /// The value that is wrong, canonical or as the file writes it; empty for none.
    pub expected: String,
    /// The canonical value that is right; `None` drops the row.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// Where the right value comes from.
    pub source: String,
    /// Who says so.
    pub by: String,
    /// Last day (since 1970-01-01) of submissions it holds for.
    pub until: Option<i32>,
}
