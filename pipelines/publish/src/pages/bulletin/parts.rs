//! Small parts that all sections are made of.

use crate::pages::address::CORRIDOR;
use crate::pages::content::{Block, Mark, Section, plain};

/// A section.
pub(super) fn section(id: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title: title.to_owned(), blocks }
}

/// A paragraph.
pub(super) fn text(said: impl Into<String>) -> Block {
    Block::Text(plain(said))
}

/// Marks behind a number, such as ` [p] [s]`.
pub(super) fn marks_text(marks: &[Mark]) -> String {
    marks.iter().map(|own| format!(" {}", own.text())).collect()
}

/// Whether a region is the corridor.
pub(super) fn is_corridor(region: &str) -> bool {
    region == CORRIDOR
}
