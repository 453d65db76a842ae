//! Refused rows that somebody looks after: which rows are meant, and the word that they stay
//! refused.

use super::named_file::{self, NamedFile};
use crate::engine::{Engine, Snapshot, number_parameter, text_parameter};
use crate::error::LakeError;
use crate::ledger;
use crate::store::data_file::write_rows;
use crate::store::journal;
use crate::store::storage::Storage;
use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use koridor_contract::Project;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which refused rows are meant.
#[derive(Debug, Clone, Default)]
pub struct RowSelection {
    /// Of this dataset.
    pub dataset: Option<String>,
    /// Of files whose name holds this text, or whose hash begins with it.
    pub file: Option<String>,
    /// Of this office: a code of `ref.source`.
    pub office: Option<String>,
    /// Refused by this rule.
    pub rule: Option<String>,
    /// Row in its file.
    pub row_number: Option<u64>,
}

impl RowSelection {
    /// The parameters of the statements that select refused rows: an empty text and 0 ask nothing.
    pub fn parameters(&self) -> [(&'static str, ScalarValue); 5] {
        let text = |text: &Option<String>| text_parameter(text.as_deref().unwrap_or_default());
        [
            ("source", text(&self.office)),
            ("dataset", text(&self.dataset)),
            ("file", text(&self.file)),
            ("rule", text(&self.rule)),
            ("row_number", number_parameter(self.row_number.unwrap_or_default() as i64)),
        ]
    }
}

/// Who decides about refused rows or a held file, and why.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'text> {
    /// Who says so.
    pub by: &'text str,
    /// Why.
    pub reason: &'text str,
}

/// Records that open rows stay refused. The caller holds the lake's lock. Returns the number of
/// rows.
///
/// # Errors
/// Where a file is named and several offices have sent one of that name; where the lake cannot be
/// read or written.
pub async fn waive(
    project: &Arc<Project>,
    storage: &Storage,
    rows: &RowSelection,
    decision: Decision<'_>,
    run_id: &str,
) -> Result<u64, LakeError> {
    let head = journal::recover(storage).await?;
    let snapshot = Snapshot::at_head(Arc::clone(project), storage.clone(), head).await?;
    let engine = Engine::open(snapshot)?;
    if let Some(file) = &rows.file {
        let mut files = NamedFile::found(&engine, "files_by_name", file).await?;
        let open = engine.run_named("open_refusals", rows.parameters()).await?;
        let ids = open.iter().flat_map(|own| own.column(0).as_string::<i32>().iter().flatten());
        let ids: BTreeSet<&str> = ids.collect();
        files.retain(|own| ids.contains(own.id.as_str()));
        named_file::are_of_one_office(&files, file)?;
    }
    let now = chrono::Utc::now().timestamp_micros();
    let schema = ledger::waivers_schema();
    let mut waived = Vec::new();
    for open in engine.run_named("open_refusals", rows.parameters()).await? {
        let count = open.num_rows();
        let same = |text: &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, count)))
        };
        let moments = TimestampMicrosecondArray::from_value(now, count).with_timezone("UTC");
        let mut columns: Vec<ArrayRef> = open.columns().to_vec();
        columns.extend([same(decision.by), same(decision.reason), Arc::new(moments)]);
        waived.push(RecordBatch::try_new(SchemaRef::clone(&schema), columns)?);
    }
    let count: usize = waived.iter().map(RecordBatch::num_rows).sum();
    if count > 0 {
        let adds = write_rows(storage, ledger::WAIVERS, &schema, &waived).await?;
        let adds = [(ledger::WAIVERS.to_owned(), adds)].into();
        journal::commit(storage, format!("waive-{run_id}"), adds).await?;
    }
    Ok(count as u64)
}
