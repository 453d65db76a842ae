//! Texts of cells as spans: those of the sheet, and those that are put together from several.

use koridor_contract::{CellKind, RawBatch};

/// Where a text is: in the sheet's own cells, or behind them among the texts that were put
/// together.
pub(super) type Span = (u32, u32);

/// A text with the kind of the cell that it comes from: that of a number says how it is written.
pub(super) type Typed = (Span, CellKind);

/// A cell that holds nothing.
pub(super) const BLANK: Typed = ((0, 0), CellKind::Text);

/// The texts of a sheet's cells, and those put together from several.
pub(super) struct Texts<'sheet> {
    pub(super) cells: &'sheet RawBatch,
    added: String,
}

impl<'sheet> Texts<'sheet> {
    /// The texts of a sheet's cells.
    pub(super) fn of(cells: &'sheet RawBatch) -> Self {
        Self { cells, added: String::new() }
    }

    pub(super) fn text(&self, (start, end): Span) -> &str {
        let own = self.cells.data().len();
        let (start, end) = (start as usize, end as usize);
        let found = if start < own {
            self.cells.data().get(start..end)
        } else {
            self.added.get(start - own..end - own)
        };
        found.unwrap_or_default()
    }

    /// Remembers texts joined with a blank.
    pub(super) fn join<'text>(&mut self, parts: impl IntoIterator<Item = &'text str>) -> Span {
        let base = self.cells.data().len();
        let start = self.added.len();
        for part in parts {
            if self.added.len() > start {
                self.added.push(' ');
            }
            self.added.push_str(part.trim());
        }
        ((base + start) as u32, (base + self.added.len()) as u32)
    }

    /// Columns of a row that hold anything.
    pub(super) fn filled(&self, row: usize) -> Vec<usize> {
        (0..self.cells.width()).filter(|column| !self.cells.is_blank(row, *column)).collect()
    }

    /// The texts that were put together.
    pub(super) fn into_added(self) -> String {
        self.added
    }
}
