//! Computed values as they are published.

use super::decide::Decision;
use super::facts::keys;
use super::problem::Reason;
use crate::error::PublishError;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_lake::Engine;
use koridor_lake::engine::WITHHELD_AS;
use std::sync::Arc;

/// Values without what a decision withholds, as a release of them gives them.
///
/// # Errors
/// Where a column is not there.
pub async fn published(
    engine: &Engine,
    values: &[RecordBatch],
    decision: &Decision,
) -> Result<Vec<RecordBatch>, PublishError> {
    let reasons = decision.reasons();
    let mut told = Vec::new();
    for rows in values {
        let own = keys(rows)?;
        let own = own.iter().map(|key| reasons.get(key).copied().map(Reason::told));
        let own: ArrayRef = Arc::new(own.collect::<StringArray>());
        let schema = rows.schema();
        // A column that has a value everywhere may have none then.
        let fields = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
        let reason = Field::new(WITHHELD_AS, DataType::Utf8, true);
        let fields: Vec<Field> = fields.chain([reason]).collect();
        let columns = rows.columns().iter().cloned().chain([own]).collect();
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        told.extend(engine.published(rows).await?);
    }
    Ok(told)
}
