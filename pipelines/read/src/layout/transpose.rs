//! Transposing: a sheet whose fields are listed below each other becomes a table of rows.

use super::header_key::header_key;
use crate::readers::{Addresses, Sheet};
use koridor_contract::source::Repeat;
use koridor_contract::{CellKind, RawBatch, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Longest list of fields: a longer sheet is a table of rows.
pub(crate) const MOST_ROWS: usize = 1000;

/// The transposed sheet, where its description says so: one for each list where lists stand below
/// each other (`repeats`), the titles above with it.
///
/// Row numbers of a transposed sheet are numbers of columns; addresses stay those of the sheet.
pub fn transposed(sheet: &Sheet, source: &Source) -> Option<Vec<Sheet>> {
    (source.transpose && sheet.cells.len() <= MOST_ROWS)
        .then(|| lists(sheet, source).into_iter().map(|rows| transpose(sheet, rows)).collect())
}

/// Rows of each list: it begins with the titles above the row that holds the first header again.
fn lists(sheet: &Sheet, source: &Source) -> Vec<Range<usize>> {
    let cells = &sheet.cells;
    let first = source.headed().next().filter(|_| source.repeats.contains(&Repeat::Down));
    let wanted: Vec<String> = first
        .iter()
        .flat_map(|first| first.header.iter().chain(&first.join))
        .map(|header| header_key(header))
        .collect();
    let holds = |row: &usize| {
        (0..cells.width()).any(|column| wanted.contains(&header_key(cells.text(*row, column))))
    };
    let filled =
        |row: usize| (0..cells.width()).filter(|column| !cells.is_blank(row, *column)).count();
    let begin = |header: usize| {
        (0..header).rev().take_while(|row| filled(*row) <= 1).last().unwrap_or(header)
    };
    // The first list begins with the sheet.
    let mut begins: Vec<usize> = (0..cells.len()).filter(holds).skip(1).map(begin).collect();
    begins.insert(0, 0);
    let ends = begins.iter().skip(1).copied().chain([cells.len()]);
    begins.iter().zip(ends).map(|(begin, end)| *begin..end).collect()
}

/// Some rows of a sheet with rows and columns in each other's place.
pub(crate) fn transpose(sheet: &Sheet, within: Range<usize>) -> Sheet {
    let cells = &sheet.cells;
    let filled =
        |row: usize| (0..cells.width()).filter(move |column| !cells.is_blank(row, *column));
    // What stands alone above the first field is a title.
    let first = within.clone().find(|row| filled(*row).count() > 1).unwrap_or(within.end);
    let titles = (within.start..first)
        .flat_map(|row| filled(row).map(move |column| cells.text(row, column).trim().to_owned()))
        .collect();
    let rows: Vec<usize> =
        (first..within.end).filter(|row| filled(*row).next().is_some()).collect();
    let labels = label_column(cells, &rows);
    let mut transposed = RawBatch::typed(rows.len());
    for column in 0..cells.width() {
        let mut above = "";
        for row in &rows {
            let text = cells.text(*row, column);
            // A second row of the list's head has no name of its own: a year above months.
            if Some(column) == labels && text.trim().is_empty() && !above.is_empty() {
                transposed.push_cell(&format!("{above} 2"), CellKind::Text);
            } else {
                transposed.push_cell(text, turned(cells.kind(*row, column)));
            }
            above = text.trim();
        }
        transposed.end_row(column as u64 + 1);
    }
    Sheet {
        name: sheet.name.clone(),
        cells: transposed,
        line_cells: Vec::new(),
        has_commas: false,
        broken: BTreeSet::new(),
        addresses: Addresses::transposed(rows.iter().map(|row| cells.row_number(*row)).collect()),
        titles,
        faults: sheet.faults.clone(),
        is_1904: sheet.is_1904,
        left_out: BTreeMap::new(),
        is_hidden: sheet.is_hidden,
    }
}

/// The kind of a cell in a sheet whose rows and columns are in each other's place.
fn turned(kind: CellKind) -> CellKind {
    match kind {
        CellKind::Covered => CellKind::CoveredBelow,
        CellKind::CoveredBelow => CellKind::Covered,
        kind => kind,
    }
}

/// The column that names the fields: the first that holds words in more than half of the rows.
fn label_column(cells: &RawBatch, rows: &[usize]) -> Option<usize> {
    let names = |column: usize| {
        rows.iter().filter(|row| cells.text(**row, column).contains(char::is_alphabetic)).count()
    };
    (0..cells.width()).find(|column| names(*column) * 2 > rows.len())
}
