//! Values of a state that is no release: computed when they are asked for.

use super::{compute, disclosure_facts};
use crate::disclosure::{decide_release, published};
use crate::error::PublishError;
use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch, new_null_array};
use koridor_contract::card;
use koridor_lake::{Engine, ledger};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Computes all indicators of what `engine` shows and lets them stand for `indicators.values` and
/// `indicators.<id>`, without a release.
///
/// # Errors
/// Where an indicator's SQL is wrong.
pub async fn put_values(engine: &Engine) -> Result<(), PublishError> {
    let project = Arc::clone(&engine.snapshot().project);
    let all = card::load(&project)?;
    let computed = compute(engine, &project, &all, &mut |_| {}).await?;
    let facts = disclosure_facts(engine, &project).await?;
    let decision = decide_release(engine, &all, &facts, &BTreeMap::new()).await?;
    let computed = published(engine, &computed, &decision).await?;
    let schema = ledger::values_schema();
    let stored = |rows: &RecordBatch| -> Result<RecordBatch, PublishError> {
        let columns = schema.fields().iter().map(|field| -> Result<ArrayRef, PublishError> {
            match rows.column_by_name(field.name()) {
                Some(column) => Ok(arrow::compute::cast(column, field.data_type())?),
                None => Ok(new_null_array(field.data_type(), rows.num_rows())),
            }
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
    };
    let values = computed.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
    for own in &all {
        let id = own.card.id.as_str();
        let rows = values.iter().map(|rows| {
            let is_own: BooleanArray = rows
                .column(0)
                .as_string::<i32>()
                .iter()
                .map(|other| Some(other == Some(id)))
                .collect();
            Ok(arrow::compute::filter_record_batch(rows, &is_own)?)
        });
        let rows = rows.collect::<Result<Vec<_>, PublishError>>()?;
        engine.put(&format!("indicators.{id}"), Arc::clone(&schema), rows)?;
    }
    Ok(engine.put("indicators.values", schema, values)?)
}
