//! The tables of one sheet, where it holds the same table more than once: blocks below each other,
//! tables side by side.

use super::header::find_header;
use super::header_key::header_key;
use super::labels::is_total;
use super::part::part;
use super::side_by_side::{first, side_by_side};
use crate::readers::Sheet;
use koridor_contract::source::Repeat;
use koridor_contract::{Contract, RawBatch, Source};
use std::collections::BTreeMap;
use std::ops::Range;

/// Most cells of a row that is a title above a block.
const TITLE_CELLS: usize = 2;

/// Parts a sheet into its tables, each with the title rows above it; a sheet that holds one stays
/// whole.
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
    let parts = columns(sheet, source);
    if !source.repeats.contains(&Repeat::Down) {
        return parts;
    }
    parts.into_iter().flat_map(|part| blocks(part, source, contract)).collect()
}

/// The first rows of all headers of a sheet, from the top.
pub(super) fn header_rows(sheet: &Sheet, source: &Source, contract: &Contract) -> Vec<usize> {
    if !source.repeats.contains(&Repeat::Down) {
        return find_header(sheet, source, contract)
            .ok()
            .map(|found| found.row)
            .into_iter()
            .collect();
    }
    let cells = first(sheet, source);
    let next = |from: usize| next_header(&cells, from, source, contract);
    std::iter::successors(next(0), |row| next(row + source.header.rows)).collect()
}

/// Parts a sheet into its tables side by side.
fn columns(sheet: Sheet, source: &Source) -> Vec<Sheet> {
    let Some(begins) = side_by_side(&sheet, source) else { return vec![sheet] };
    let rows = 0..sheet.cells.len();
    let parts = ranges(&begins, sheet.cells.width());
    cut(sheet, parts.into_iter().map(|columns| (rows.clone(), columns)))
}

/// Parts a sheet into its blocks below each other: each begins with the titles above its header.
fn blocks(sheet: Sheet, source: &Source, contract: &Contract) -> Vec<Sheet> {
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

/// Parts of a sheet as sheets that know where they were; rows that could not be read go with the
/// first.
fn cut(sheet: Sheet, parts: impl Iterator<Item = (Range<usize>, Range<usize>)>) -> Vec<Sheet> {
    let mut faults = sheet.faults;
    parts
        .map(|(rows, columns)| Sheet {
            name: sheet.name.clone(),
            addresses: sheet.addresses.from(columns.start),
            cells: part(&sheet.cells, rows, columns),
            line_cells: Vec::new(),
            has_commas: false,
            broken: sheet.broken.clone(),
            titles: sheet.titles.clone(),
            faults: std::mem::take(&mut faults),
            is_1904: sheet.is_1904,
            left_out: BTreeMap::new(),
            is_hidden: sheet.is_hidden,
        })
        .collect()
}

/// The next row from `from` on that is a header of the description.
fn next_header(
    cells: &RawBatch,
    from: usize,
    source: &Source,
    contract: &Contract,
) -> Option<usize> {
    let first = source.headed().find(|column| !column.optional)?;
    let wanted: Vec<String> = first.header.iter().map(|header| header_key(header)).collect();
    let row = (from..cells.len()).find(|row| {
        // Few rows hold the first header at all; only those are looked at as a band.
        let band = *row..(*row + source.header.rows).min(cells.len());
        let has_first = band.clone().any(|row| {
            (0..cells.width()).any(|column| wanted.contains(&header_key(cells.text(row, column))))
        });
        if !has_first {
            return false;
        }
        let sheet = Sheet { cells: part(cells, band, 0..cells.width()), ..Sheet::default() };
        find_header(&sheet, source, contract).is_ok_and(|found| found.row == 0)
    })?;
    // The first band that fits may begin with a title.
    let rows = row..(row + 2 * source.header.rows).min(cells.len());
    let sheet = Sheet { cells: part(cells, rows, 0..cells.width()), ..Sheet::default() };
    find_header(&sheet, source, contract).ok().map(|found| row + found.row)
}
