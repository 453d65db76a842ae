//! The tables of one sheet, where it holds the same table more than once: blocks below each other, tables side by side.

use super::header::{header_key, next_header};
use super::is_total;
use crate::readers::Sheet;
use koridor_contract::source::Repeat;
use koridor_contract::{Contract, RawBatch, Source};
use std::ops::Range;

/// Most cells of a row that is a title above a block.
const TITLE_CELLS: usize = 2;

/// Parts a sheet into its tables, each with the title rows above it; a sheet that holds one stays whole.
pub fn tables(sheet: Sheet, source: &Source, contract: &Contract) -> Vec<Sheet> {
    if source.repeats.is_empty() {
        return vec![sheet];
    }
    let mut sheet = sheet;
    if let Some(header) = next_header(first(&sheet, source).as_ref(), 0, source, contract) {
        let texts =
            (0..header).flat_map(|row| (0..sheet.cells.width()).map(move |column| (row, column)));
        sheet.titles = texts
            .map(|(row, column)| sheet.cells.text(row, column).trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect();
    }
    let parts = across(sheet, source);
    if !source.repeats.contains(&Repeat::Down) {
        return parts;
    }
    parts.into_iter().flat_map(|part| down(part, source, contract)).collect()
}

/// The first of the tables side by side, which tells what the sheet is.
pub fn first<'sheet>(sheet: &'sheet Sheet, source: &Source) -> std::borrow::Cow<'sheet, RawBatch> {
    match side_by_side(sheet, source) {
        Some(begins) => {
            let end = begins.get(1).copied().unwrap_or(sheet.cells.width());
            std::borrow::Cow::Owned(part(&sheet.cells, 0..sheet.cells.len(), 0..end))
        }
        None => std::borrow::Cow::Borrowed(&sheet.cells),
    }
}

/// Tables side by side: each begins where the first column's header comes again.
fn across(sheet: Sheet, source: &Source) -> Vec<Sheet> {
    let Some(begins) = side_by_side(&sheet, source) else { return vec![sheet] };
    let rows = 0..sheet.cells.len();
    let columns = ranges(&begins, sheet.cells.width());
    cut(sheet, columns.into_iter().map(|columns| (rows.clone(), columns)))
}

/// First columns of tables side by side; `None` where there is one table.
fn side_by_side(sheet: &Sheet, source: &Source) -> Option<Vec<usize>> {
    if !source.repeats.contains(&Repeat::Across) {
        return None;
    }
    let cells = &sheet.cells;
    let first = source.headed().find(|column| !column.optional)?;
    let wanted: Vec<String> = first.header.iter().map(|header| header_key(header)).collect();
    let mut begins = (0..cells.len().min(source.header.within)).find_map(|row| {
        let places: Vec<usize> = (0..cells.width())
            .filter(|column| wanted.contains(&header_key(cells.text(row, *column))))
            .collect();
        let first = places.first().copied().unwrap_or_default();
        // Columns before the first described one, such as `No`, come again with each table.
        let same = |place: usize, back: usize| {
            let (own, of_first) = (
                header_key(cells.text(row, place - back)),
                header_key(cells.text(row, first - back)),
            );
            !own.is_empty() && own == of_first
        };
        let begin =
            |place: &usize| place - (1..=first).take_while(|back| same(*place, *back)).count();
        (places.len() > 1).then(|| places.iter().map(begin).collect::<Vec<_>>())
    })?;
    if let Some(begin) = begins.first_mut() {
        *begin = 0;
    }
    Some(begins)
}

/// Blocks below each other: each begins with the titles above its header.
fn down(sheet: Sheet, source: &Source, contract: &Contract) -> Vec<Sheet> {
    let mut begins = vec![0];
    let mut row = 0;
    let mut is_first = true;
    while let Some(header) = next_header(&sheet.cells, row, source, contract) {
        if !is_first {
            let is_title = |row: usize| {
                let filled: Vec<usize> = (0..sheet.cells.width())
                    .filter(|column| !sheet.cells.is_blank(row, *column))
                    .collect();
                filled.len() <= TITLE_CELLS
                    && !filled
                        .first()
                        .is_some_and(|column| is_total(sheet.cells.text(row, *column)))
            };
            let mut begin = header;
            while begin > row && is_title(begin - 1) {
                begin -= 1;
            }
            begins.push(begin);
        }
        is_first = false;
        row = header + source.header.rows;
    }
    let columns = 0..sheet.cells.width();
    let rows = ranges(&begins, sheet.cells.len());
    cut(sheet, rows.into_iter().map(|rows| (rows, columns.clone())))
}

/// From each beginning to the next, the last to the end.
fn ranges(begins: &[usize], end: usize) -> Vec<Range<usize>> {
    let ends = begins.iter().skip(1).copied().chain([end]);
    begins.iter().zip(ends).map(|(begin, end)| *begin..end).collect()
}

/// Parts of a sheet as sheets that know where they were; rows that could not be read go with the first.
fn cut(sheet: Sheet, parts: impl Iterator<Item = (Range<usize>, Range<usize>)>) -> Vec<Sheet> {
    let mut faults = sheet.faults;
    parts
        .map(|(rows, columns)| Sheet {
            name: sheet.name.clone(),
            addresses: sheet.addresses.from(columns.start),
            cells: part(&sheet.cells, rows, columns),
            titles: sheet.titles.clone(),
            faults: std::mem::take(&mut faults),
            is_hidden: sheet.is_hidden,
        })
        .collect()
}

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
