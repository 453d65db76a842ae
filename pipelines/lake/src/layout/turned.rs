//! A sheet whose fields are listed below each other, with rows and columns in each other's place.

use crate::readers::{Addresses, Sheet};
use koridor_contract::{RawBatch, Source};

/// Longest list of fields: a longer sheet is a table of rows.
pub(crate) const MOST_ROWS: usize = 1000;

/// The sheet with rows and columns in each other's place, where its description says so.
///
/// Row numbers of a turned sheet are numbers of columns; addresses stay those of the sheet.
pub fn turned(sheet: &Sheet, source: &Source) -> Option<Sheet> {
    (source.transpose && sheet.cells.len() <= MOST_ROWS).then(|| turn(sheet))
}

/// The sheet with rows and columns in each other's place.
pub(crate) fn turn(sheet: &Sheet) -> Sheet {
    let cells = &sheet.cells;
    let filled = |row: usize| (0..cells.width()).filter(move |column| !cells.is_blank(row, *column));
    // What stands alone above the first field is a title.
    let first = (0..cells.len()).find(|row| filled(*row).count() > 1).unwrap_or(cells.len());
    let titles = (0..first).flat_map(|row| filled(row).map(move |column| cells.text(row, column).trim().to_owned())).collect();
    let rows: Vec<usize> = (first..cells.len()).filter(|row| filled(*row).next().is_some()).collect();
    let mut turned = RawBatch::typed(rows.len());
    for column in 0..cells.width() {
        for row in &rows {
            turned.push_cell(cells.text(*row, column), cells.kind(*row, column));
        }
        turned.end_row(column as u64 + 1);
    }
    Sheet {
        name: sheet.name.clone(),
        cells: turned,
        addresses: Addresses::turned(rows.iter().map(|row| cells.row_number(*row)).collect()),
        titles,
        faults: sheet.faults.clone(),
        is_hidden: sheet.is_hidden,
    }
}
