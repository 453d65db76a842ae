//! One order each: of rows, so that what is summed gives the same digits each time, and of regions.

use crate::error::PublishError;
use arrow::array::RecordBatch;
use arrow::compute::SortColumn;
use koridor_contract::Project;
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

/// The place of a region among others, wherever they are listed: as the project lists the regions
/// of the corridor; what is none of them, such as the corridor itself, comes last.
pub(crate) fn region_place(project: &Project, code: &str) -> usize {
    let mut regions = project.corridor.regions.iter();
    regions.position(|own| own == code).unwrap_or(usize::MAX)
}

/// Codes such as `1101, 1102` in the order of regions.
pub(crate) fn regions_in_order(project: &Project, codes: &str) -> String {
    let mut codes: Vec<&str> = codes.split(", ").collect();
    codes.sort_by_key(|code| region_place(project, code));
    codes.join(", ")
}
