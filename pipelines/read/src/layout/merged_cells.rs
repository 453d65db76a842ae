//! Numbers that are merged over several cells: nobody knows how much of one belongs to each.

use super::labels::is_note;
use super::row_plan::RowPlan;
use koridor_contract::{CellKind, RawBatch};

impl RowPlan<'_> {
    /// The number that a row of data shares: that of several of its columns, or that of several
    /// rows which tell of different things. A row may be as high as two of the sheet.
    pub(super) fn merged_number<'text>(
        &self,
        cells: &'text RawBatch,
        row: usize,
    ) -> Option<&'text str> {
        let is_beside = |column: &usize| cells.kind(row, *column) == CellKind::Covered;
        let is_down = |column: &usize| self.is_of_several_rows(cells, row, *column);
        let figures = || self.figures.iter().copied();
        let column = figures().find(is_beside).or_else(|| figures().find(is_down))?;
        Some(merged_text(cells, row, column))
    }

    /// Whether a row shares a number with rows above or below it.
    pub(super) fn shares_with_rows(&self, cells: &RawBatch, row: usize) -> bool {
        self.figures.iter().any(|column| self.is_of_several_rows(cells, row, *column))
    }

    /// Whether a cell of a column of figures is one of a number that is merged over several rows.
    fn is_of_several_rows(&self, cells: &RawBatch, row: usize, column: usize) -> bool {
        let is_covered = |row: &usize| cells.kind(*row, column) == CellKind::CoveredBelow;
        if is_covered(&row) {
            return !self.is_given_once(column) && self.names_other(cells, row);
        }
        let mut below = (row + 1..cells.len()).take_while(is_covered);
        below.any(|row| !self.is_given_once(column) && self.names_other(cells, row))
    }

    /// Whether a number that stands once for a block of rows is meant to: a key, such as a number
    /// of a group, or what the description carries down.
    fn is_given_once(&self, column: usize) -> bool {
        let mut own = self.columns.iter().filter(|own| own.column == Some(column));
        own.any(|own| own.fills_down || own.is_key)
    }

    /// Whether a row tells of another thing than the row above it: it has a key of its own, or
    /// anything where no column holds one. A total and a note tell of the rows above them.
    fn names_other(&self, cells: &RawBatch, row: usize) -> bool {
        let filled = |column: &usize| !cells.is_blank(row, *column);
        let Some(first) = (0..cells.width()).find(filled) else { return false };
        if self.total_label(cells, row, first).is_some() || is_note(cells.text(row, first)) {
            return false;
        }
        let keys = || self.columns.iter().filter(|own| own.is_key);
        let mut places = keys().flat_map(|own| own.column.iter().chain(&own.join));
        keys().all(|own| own.column.is_none()) || places.any(filled)
    }
}

/// The text of the number that was merged over a cell.
fn merged_text(cells: &RawBatch, row: usize, column: usize) -> &str {
    let is_below = |row: &usize| cells.kind(*row, column) == CellKind::CoveredBelow;
    let top = (0..=row).rev().find(|row| !is_below(row)).unwrap_or(row);
    let is_beside = |column: &usize| cells.kind(top, *column) == CellKind::Covered;
    let first = (0..=column).rev().find(|column| !is_beside(column)).unwrap_or(column);
    cells.text(top, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_cell_stands_above_and_before_what_it_covers() {
        let mut cells = RawBatch::typed(3);
        let (below, beside) = (CellKind::CoveredBelow, CellKind::Covered);
        for (row, own) in [
            [("a", CellKind::Text), ("900", CellKind::Number), ("", beside)],
            [("b", CellKind::Text), ("", below), ("", below)],
        ]
        .into_iter()
        .enumerate()
        {
            own.into_iter().for_each(|(text, kind)| cells.push_cell(text, kind));
            cells.end_row(row as u64 + 1);
        }
        for (row, column) in [(0, 1), (0, 2), (1, 1), (1, 2)] {
            assert_eq!(merged_text(&cells, row, column), "900", "{row} {column}");
        }
        assert_eq!(merged_text(&cells, 1, 0), "b");
    }
}
