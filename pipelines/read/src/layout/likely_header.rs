//! Which row of a sheet is its header, as a rule: what a person reads where no description fits.

use koridor_contract::{RawBatch, scrub};

/// Rows in which a header is looked for.
const WITHIN: usize = 20;

/// The texts of the row that holds most words near the top of a sheet: its header, as a rule, and
/// no title. None where no row holds any; a row with a personal value is one of data.
pub(crate) fn likely_header(cells: &RawBatch) -> Option<Vec<String>> {
    let texts = |row: usize| {
        (0..cells.width())
            .map(|column| cells.text(row, column).trim())
            .filter(|text| text.contains(char::is_alphabetic))
            .collect::<Vec<_>>()
    };
    let is_of_data =
        |row: &usize| (0..cells.width()).any(|column| scrub::is_personal(cells.text(*row, column)));
    let rows = (0..cells.len().min(WITHIN)).rev().filter(|row| !is_of_data(row));
    let row = rows.max_by_key(|row| texts(*row).len())?;
    let texts: Vec<String> = texts(row).into_iter().map(str::to_owned).collect();
    (!texts.is_empty()).then_some(texts)
}
