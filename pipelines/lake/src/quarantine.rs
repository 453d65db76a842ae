//! Refused rows that somebody looks after: which rows are meant, and the word that one stays refused.

use crate::engine::{At, DEFAULT_MEMORY_BYTES, Engine};
use crate::error::LakeError;
use crate::ingest;
use crate::journal;
use crate::ledger;
use crate::project::Project;
use crate::storage::Storage;
use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::SchemaRef;
use std::sync::Arc;

/// Which refused rows are meant.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Of this dataset.
    pub dataset: Option<String>,
    /// Of files whose name holds this text, or whose hash begins with it.
    pub file: Option<String>,
    /// Refused by this rule.
    pub rule: Option<String>,
    /// Row in its file.
    pub row_number: Option<u64>,
}

impl Rows {
    /// The condition on `ops.quarantine`, as SQL.
    pub fn condition(&self) -> String {
        let quoted = |text: &str| text.replace('\'', "''");
        let mut conditions = vec!["true".to_owned()];
        conditions.extend(self.dataset.as_ref().map(|dataset| format!("dataset = '{}'", quoted(dataset))));
        conditions
            .extend(self.file.as_ref().map(|file| format!("(strpos(file_name, '{0}') > 0 or starts_with(sha256, '{0}'))", quoted(file))));
        conditions.extend(self.rule.as_ref().map(|rule| format!("rule = '{}'", quoted(rule))));
        conditions.extend(self.row_number.map(|row| format!("row_number = {row}")));
        conditions.join(" and ")
    }
}

/// Records that open rows stay refused: by whom and why. The caller holds the lake's lock. Returns the number of rows.
///
/// # Errors
/// Where the lake cannot be read or written.
pub async fn waive(project: &Arc<Project>, storage: &Storage, rows: &Rows, by: &str, reason: &str, run_id: &str) -> Result<u64, LakeError> {
    let head = journal::recover(storage).await?;
    let engine = Engine::open(Arc::clone(project), storage.clone(), At::Head(head), DEFAULT_MEMORY_BYTES)?;
    let sql = format!(
        "select sha256, sheet, cell, row_number, rule from ops.quarantine where status = 'open' and {} order by 1, 2, 4, 3",
        rows.condition()
    );
    let now = chrono::Utc::now().timestamp_micros();
    let schema = ledger::waivers_schema();
    let mut waived = Vec::new();
    for open in engine.rows(&sql).await? {
        let count = open.num_rows();
        let same = |text: &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, count))) };
        let mut columns: Vec<ArrayRef> = open.columns().to_vec();
        columns.extend([same(by), same(reason)]);
        columns.push(Arc::new(TimestampMicrosecondArray::from_value(now, count).with_timezone("UTC")));
        waived.push(RecordBatch::try_new(SchemaRef::clone(&schema), columns)?);
    }
    let count: usize = waived.iter().map(RecordBatch::num_rows).sum();
    if count > 0 {
        let adds = ingest::write(storage, ledger::WAIVERS, &schema, &waived).await?;
        journal::commit(storage, format!("waive-{run_id}"), [(ledger::WAIVERS.to_owned(), adds)].into()).await?;
    }
    Ok(count as u64)
}
