//! What a contract says in SQL, compiled by whoever owns the engine.

use arrow::array::{BooleanArray, RecordBatch, StringArray};
use arrow::error::ArrowError;
use koridor_contract::check::RowRules;
use std::sync::Arc;

/// A contract's rules and theme, compiled.
pub struct CompiledContract {
    /// Rules over one row.
    pub row_rules: Option<RowRules>,
    /// Rules over the rows of a file.
    pub file_rules: Option<FileRules>,
    /// Theme of a row.
    pub theme: TextExpression,
}

/// A compiled SQL expression that gives a text a row.
#[derive(Clone)]
pub enum TextExpression {
    /// The same text for each row.
    Constant(String),
    /// Evaluated on each batch.
    Sql(EvaluateText),
}

/// Evaluates a compiled expression on a batch.
pub type EvaluateText = Arc<dyn Fn(&RecordBatch) -> Result<StringArray, ArrowError> + Send + Sync>;

/// Evaluates a contract's rules over the accepted rows of a file: one column a rule. Blocks its
/// thread.
pub type FileRules =
    Arc<dyn Fn(&RecordBatch) -> Result<Vec<BooleanArray>, ArrowError> + Send + Sync>;
