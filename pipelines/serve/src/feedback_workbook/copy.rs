//! A sheet of a file as a copy of its cells, with the refused ones coloured and a note on each.

use super::cell::{CellFormats, FileCell, place, row_and_column, write_cell};
use crate::cell_text::fit;
use crate::error::ServeError;
use crate::workbook::{lines, set_up_page};
use koridor_publish::feedback::Finding;
use koridor_read::readers::{CellKind, Sheet};
use rust_xlsxwriter::{Note, Worksheet};
use std::collections::{BTreeMap, BTreeSet};

/// Notes a sheet gets; beyond it cells are coloured only, and the list of findings says the rest.
const MOST_NOTES: usize = 10_000;
/// Rows and columns that a sheet holds.
const SHEET_ROWS: u32 = 1_048_576;
const SHEET_COLUMNS: usize = 16_384;
/// Rows of a sheet that goes back whole; of a longer one only refused rows and its first lines.
const MOST_ROWS: usize = 500_000;
/// First lines of a long sheet: its title and header.
const FIRST_ROWS: u64 = 20;
/// Columns and rows that widths are made for and taken from.
const MOST_MEASURED: usize = 200;

/// Writes the copy; `lines` are those of a text file that are no rows, by their numbers.
pub(super) fn write(
    sheet: &mut Worksheet,
    (file, lines): (&Sheet, &BTreeMap<u64, String>),
    findings: &[&Finding],
    formats: &CellFormats,
) -> Result<(), ServeError> {
    let mut by_cell: BTreeMap<(u64, usize), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_cell.entry(row_and_column(finding)).or_default().push(finding);
    }
    let rows_with_findings: BTreeSet<u64> = by_cell.keys().map(|(row, _)| *row).collect();
    let cells = &file.cells;
    let is_long = cells.len() > MOST_ROWS;
    let mut next = 0u32;
    let mut notes = 0;
    for (number, row) in rows_and_lines(file, lines) {
        if is_long && number > FIRST_ROWS && !rows_with_findings.contains(&number) {
            continue;
        }
        // A file that goes back whole keeps its addresses.
        let line = if is_long { next } else { number.saturating_sub(1) as u32 };
        if line >= SHEET_ROWS {
            break;
        }
        next += 1;
        let width = row.map_or(1, |_| cells.width().min(SHEET_COLUMNS));
        for column in 0..width {
            let found = by_cell.get(&(number, column));
            let (value, kind) = match row {
                Some(row) => (cells.text(row, column), cells.kind(row, column)),
                None => (lines.get(&number).map_or("", String::as_str), CellKind::Text),
            };
            if value.is_empty() && found.is_none() {
                continue;
            }
            let at = (line, column as u16);
            let cell = FileCell { value, kind, is_refused: found.is_some() || row.is_none() };
            write_cell(sheet, at, &cell, formats)?;
            if let Some(found) = found.filter(|_| notes < MOST_NOTES) {
                notes += 1;
                sheet.insert_note(at.0, at.1, &note(found, is_long))?;
            }
        }
    }
    set_up_page(sheet, 0, "")?;
    set_widths(sheet, file)
}

/// The numbers of rows with their places, and of lines that are no rows, in order.
fn rows_and_lines(file: &Sheet, lines: &BTreeMap<u64, String>) -> Vec<(u64, Option<usize>)> {
    let numbers = file.cells.row_numbers();
    let rows = numbers.iter().enumerate().map(|(row, number)| (*number, Some(row)));
    let mut all: Vec<(u64, Option<usize>)> = rows.collect();
    let others = lines.keys().filter(|number| numbers.binary_search(number).is_err());
    all.extend(others.map(|number| (*number, None)));
    if !lines.is_empty() {
        all.sort_by_key(|(number, _)| *number);
    }
    all
}

/// The note on a cell; of a long sheet, whose rows move up, it begins with the cell's own address.
fn note(findings: &[&Finding], is_long: bool) -> Note {
    let message = |finding: &&Finding| format!("{}\n\n{}", finding.message.id, finding.message.en);
    let mut messages: Vec<String> = findings.iter().map(message).collect();
    // The records of one sheet row that share a cell say the same.
    messages.dedup();
    let mut text = messages.join("\n\n");
    if is_long && let Some(first) = findings.first() {
        text = format!("{}: {text}", place(first));
    }
    let text = fit(&text).into_owned();
    // As high as its text needs, so that it hides no more of the cells beside it than it must.
    let height = (lines(&text, 44.0) as u32 * 18 + 12).clamp(40, 300);
    let note = Note::new(text).set_author("Koridor").add_author_prefix(false);
    note.set_width(320).set_height(height)
}

fn set_widths(sheet: &mut Worksheet, file: &Sheet) -> Result<(), ServeError> {
    let cells = &file.cells;
    for column in 0..cells.width().min(MOST_MEASURED) {
        let lengths =
            (0..cells.len().min(MOST_MEASURED)).map(|row| cells.text(row, column).chars().count());
        let longest = lengths.max().unwrap_or_default();
        sheet.set_column_width(column as u16, (longest as f64 + 2.0).clamp(8.0, 36.0))?;
    }
    Ok(())
}
