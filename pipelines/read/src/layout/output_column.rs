//! A column of the tidy table, and how its cells are made of the sheet's.

use super::texts::{Texts, Typed};

/// One column of the result.
pub(super) struct OutputColumn {
    /// Place of its field in the contract.
    pub(super) field: usize,
    /// Column of the sheet, where it has one of its own.
    pub(super) column: Option<usize>,
    /// Columns whose cells are appended.
    pub(super) join: Vec<usize>,
    /// What is appended from around the table.
    pub(super) tail: Option<String>,
    /// A blank cell stands for the last one above it that is not.
    pub(super) fills_down: bool,
    /// Its values stand alone in rows above the rows they hold for.
    pub(super) is_section: bool,
    /// It is part of what tells rows apart: a key of the contract, a region or a period.
    pub(super) is_key: bool,
    /// Rows are told to be totals by it: a region, a period, a name.
    pub(super) is_label: bool,
    /// It holds moments: a time of day may stand in a column of its own.
    pub(super) is_moment: bool,
    /// Any text may stand in it.
    pub(super) is_free_text: bool,
    /// Words among those that name totals that the description or a code list gives a meaning,
    /// normalised.
    pub(super) words: Vec<String>,
}

impl OutputColumn {
    /// A column that the sheet does not hold.
    pub(super) fn without_sheet(field: usize) -> Self {
        Self {
            field,
            column: None,
            join: Vec::new(),
            tail: None,
            fills_down: false,
            is_section: false,
            is_key: false,
            is_label: false,
            is_moment: false,
            is_free_text: false,
            words: Vec::new(),
        }
    }

    /// The cell, or the last one above it where it is blank and the field is given once for a
    /// block.
    pub(super) fn fill(&self, texts: &Texts<'_>, own: Typed, last: &mut Typed) -> Typed {
        if !self.fills_down {
            return own;
        }
        if !texts.text(own.0).trim().is_empty() {
            *last = own;
        }
        *last
    }
}
