//! Rows of a text that have more or fewer cells than their header: `1,234` without quotes is two.

use super::alike::numbered_alike;
use super::labels::{is_figure, is_note};
use super::signatures::is_signed;
use super::tables::header_rows;
use crate::readers::delimited::may_be_parted;
use crate::readers::{LineFault, Sheet};
use koridor_contract::source::Repeat;
use koridor_contract::{Contract, RawBatch, RecordRule, Source};
use std::collections::BTreeMap;

/// Filled cells that a title or a note may have.
const FEW: usize = 2;

/// A text's sheet without the rows whose cells do not stand under their header; these are faults
/// of the sheet then. Trailing empty cells are no fault where no number can have been parted, and a
/// sheet of a workbook has none. `has_end` tells whether the last line has a line end.
#[must_use]
pub fn without_ragged(
    mut sheet: Sheet,
    has_end: bool,
    source: &Source,
    contract: &Contract,
) -> Sheet {
    if sheet.line_cells.is_empty() {
        return sheet;
    }
    let last_row = sheet.cells.row_numbers().last().copied().unwrap_or_default();
    let headers = headers(&sheet, source, contract);
    // Beside each other tables end where they end, and lists have as many records as they have.
    let may_be_short = source.transpose || source.repeats.contains(&Repeat::Across);
    let end = end_of_figures(&sheet.cells);
    let mut is_kept = vec![true; sheet.cells.len()];
    for (row, kept) in is_kept.iter_mut().enumerate() {
        let Some((head, Header { below, width })) = headers.range(..=row).next_back() else {
            continue;
        };
        let cells = sheet.line_cells.get(row).copied().unwrap_or_default();
        let is_short = !may_be_short
            && cells < *width
            && filled(&sheet.cells, row).count() > FEW
            && !(end > *below && is_of_signatures(&sheet.cells, (end, row)));
        let of_head = sheet.line_cells.get(*head).copied().unwrap_or_default().max(*width);
        let texts = (0..cells.min(sheet.cells.width()))
            .map(|column| sheet.cells.text(row, column).as_bytes());
        let is_long = filled(&sheet.cells, row).any(|column| column >= *width)
            || (sheet.has_commas && may_be_parted(texts, cells.saturating_sub(of_head)));
        let is_cut = !has_end
            && row + 1 == sheet.cells.len()
            && !may_be_short
            && cells < *width
            && begins_as_others(&sheet.cells, *below, row);
        if row >= *below && (is_short || is_long || is_cut) {
            *kept = false;
            let number = sheet.cells.row_number(row);
            let found = format!("{cells} / {width}");
            sheet.faults.push(LineFault::new(number, RecordRule::RaggedRow, found));
        }
    }
    if !has_end {
        tell_cut(&mut sheet.faults, last_row);
    }
    // What is given once for a block is given in such a row too.
    let is_carried = !may_be_short && (source.section.is_some() || !source.fill_down.is_empty());
    if is_carried {
        let broken = (0..is_kept.len()).filter(|row| is_kept.get(*row) == Some(&false));
        sheet.broken = broken.map(|row| sheet.cells.row_number(row)).collect();
    } else {
        let is_row_kept = |row: usize| is_kept.get(row).copied().unwrap_or(true);
        sheet.cells = sheet.cells.keep_rows(is_row_kept);
    }
    sheet.line_cells = Vec::new();
    sheet
}

/// One past the last row that holds a figure.
fn end_of_figures(cells: &RawBatch) -> usize {
    let holds_figure = |row: &usize| (0..cells.width()).any(|own| is_figure(cells, *row, own));
    (0..cells.len()).rev().find(holds_figure).map_or(0, |row| row + 1)
}

/// Whether a row is one of signatures side by side below all figures of a table that has some:
/// those who sign are as many as they are, however wide the table is.
fn is_of_signatures(cells: &RawBatch, (end, row): (usize, usize)) -> bool {
    row >= end && is_signed(cells, (end, row), &filled(cells, row).collect::<Vec<_>>())
}

/// Letters of a cell that tell a value of its column.
const TELLING: usize = 3;

/// Whether a row begins as one of those above it: with their text or the begin of it, with a number
/// or one as theirs is, or its second cell does. A note does not.
fn begins_as_others(cells: &RawBatch, below: usize, row: usize) -> bool {
    let mut columns = filled(cells, row);
    let Some(column) = columns.next() else { return false };
    let text = cells.text(row, column).trim();
    let begins = |column: usize, text: &str| {
        (below..row).any(|other| cells.text(other, column).trim().starts_with(text))
    };
    let is_second = |next: usize| {
        let own = cells.text(row, next).trim();
        next == column + 1 && own.chars().count() >= TELLING && begins(next, own)
    };
    text.bytes().all(|byte| byte.is_ascii_digit())
        || begins(column, text)
        || (below..row).any(|other| numbered_alike(text, cells.text(other, column)))
        || (!is_note(text) && columns.next().is_some_and(is_second))
}

/// Says of the last line of a text without a line end that it is cut, where it is the last row and
/// has fewer cells than the header; not so where other lines have as few.
pub(crate) fn tell_cut(faults: &mut [LineFault], last_row: u64) {
    let ragged = RecordRule::RaggedRow.code();
    let Some((last, others)) = faults.split_last_mut() else { return };
    let is_fewer = || {
        let (cells, width) = last.detail.split_once(" / ")?;
        Some(cells.parse::<usize>().ok()? < width.parse::<usize>().ok()?)
    };
    if last.rule == ragged
        && last.row_number >= last_row
        && is_fewer().unwrap_or_default()
        && !others.iter().any(|own| own.rule == ragged && own.detail == last.detail)
    {
        last.rule = RecordRule::CutLine.code();
    }
}

/// What a header says of the rows below it.
struct Header {
    /// First row below its band.
    below: usize,
    /// Cells of a row.
    width: usize,
}

/// The headers of a sheet by their first row.
fn headers(sheet: &Sheet, source: &Source, contract: &Contract) -> BTreeMap<usize, Header> {
    let cells = &sheet.cells;
    let band = if source.header.absent {
        let width = usual_width(cells).unwrap_or_else(|| cells.width());
        return BTreeMap::from([(0, Header { below: 0, width })]);
    } else if source.transpose {
        2
    } else {
        source.header.rows
    };
    let rows =
        if source.transpose { list_heads(cells) } else { header_rows(sheet, source, contract) };
    let header = |row: usize| {
        let below = (row + band).min(cells.len());
        // The second row of a list's head has no name of its own: months under a year.
        let is_of_band = |own: &usize| !source.transpose || *own == row || cells.is_blank(*own, 0);
        let width = (row..below).filter(is_of_band).map(|row| extent(cells, row)).max();
        (
            row,
            Header { below: if source.transpose { row } else { below }, width: width.unwrap_or(1) },
        )
    };
    rows.into_iter().map(header).collect()
}

/// The rows that begin a list of fields: the first that is no title, and those that begin with the
/// same word.
fn list_heads(cells: &RawBatch) -> Vec<usize> {
    let Some(first) = (0..cells.len()).find(|row| filled(cells, *row).count() > FEW) else {
        return Vec::new();
    };
    let word = |row: usize| {
        filled(cells, row).next().map(|column| (column, cells.text(row, column).trim()))
    };
    (first..cells.len()).filter(|row| word(*row) == word(first)).collect()
}

/// The width that most rows have.
fn usual_width(cells: &RawBatch) -> Option<usize> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in (0..cells.len()).filter(|row| filled(cells, *row).count() > FEW) {
        *counts.entry(extent(cells, row)).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, rows)| *rows).map(|(width, _)| width)
}

fn filled(cells: &RawBatch, row: usize) -> impl Iterator<Item = usize> {
    (0..cells.width()).filter(move |column| !cells.is_blank(row, *column))
}

/// One past the last filled cell of a row.
fn extent(cells: &RawBatch, row: usize) -> usize {
    filled(cells, row).last().map_or(0, |column| column + 1)
}
