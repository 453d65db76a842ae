//! The sheets of a workbook by their names.

use calamine::{Reader, SheetType, SheetVisible};
use std::io::Cursor;

/// Sheets that hold cells: a chart's holds none.
pub(super) fn cell_sheets<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(workbook: &R) -> Vec<String> {
    workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// Sheets that the office has hidden.
pub(super) fn hidden_sheets<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(workbook: &R) -> Vec<String> {
    workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}
