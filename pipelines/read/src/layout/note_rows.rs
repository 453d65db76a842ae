//! Rows around a table that may be notes.

use super::found::Found;
use super::labels::is_figure;
use koridor_contract::RawBatch;
use std::ops::Range;

/// Rows at the end of a sheet in which notes are looked for.
const TAIL_ROWS: usize = 40;

/// Most cells of a row that is a note.
const MOST_CELLS: usize = 3;

/// The rows at the end of a sheet in which notes are looked for, from some row below its header on.
pub(super) fn tail(cells: &RawBatch, found: &Found) -> Range<usize> {
    tail_below(cells, found.below)
}

/// As [`tail`], by the first row below the header.
pub(super) fn tail_below(cells: &RawBatch, below: usize) -> Range<usize> {
    below.max(cells.len().saturating_sub(TAIL_ROWS)).min(cells.len())..cells.len()
}

/// Whether a row holds few texts and no figure.
pub(super) fn is_note_row(cells: &RawBatch, row: usize) -> bool {
    let filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
    let filled: Vec<usize> = filled.take(MOST_CELLS + 1).collect();
    (1..=MOST_CELLS).contains(&filled.len())
        && filled.iter().all(|column| !is_figure(cells, row, *column))
}
