//! Rows in one order, so that what is summed gives the same digits each time.

use crate::error::PublishError;
use arrow::array::RecordBatch;
use arrow::compute::SortColumn;
use std::sync::Arc;

/// Rows sorted by all their columns, as one batch: a query over them meets them in the same order
/// each time.
pub(crate) fn in_order(rows: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, PublishError> {
    let Some(first) = rows.first() else { return Ok(rows) };
    let all = arrow::compute::concat_batches(&first.schema(), &rows)?;
    let columns: Vec<SortColumn> = all
        .columns()
        .iter()
        .map(|column| SortColumn { values: Arc::clone(column), options: None })
        .collect();
    Ok(vec![arrow::compute::take_record_batch(
        &all,
        &arrow::compute::lexsort_to_indices(&columns, None)?,
    )?])
}
