//! A part of a sheet's cells.

use koridor_contract::RawBatch;
use std::ops::Range;

/// Some rows and columns of cells, with the numbers of the rows.
pub(crate) fn part(cells: &RawBatch, rows: Range<usize>, columns: Range<usize>) -> RawBatch {
    let mut batch = RawBatch::typed(columns.len());
    for row in rows {
        for column in columns.clone() {
            batch.push_cell(cells.text(row, column), cells.kind(row, column));
        }
        batch.end_row(cells.row_number(row));
    }
    batch
}
