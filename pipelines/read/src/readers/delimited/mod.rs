//! Delimited text: CSV, TSV, semicolons; UTF-8, UTF-16 or Windows-1252.
//!
//! `blocks` cuts a file into blocks of whole records, so that blocks can be scanned in parallel;
//! `scan` turns a block into rows. `whole` reads a file as one sheet, for layouts that must be
//! rearranged. A quoted cell may run over line ends; a quote that is never closed costs its own
//! line and swallows no other.

mod blocks;
mod scan;
mod split_number;
#[cfg(test)]
mod tests;
mod whole;

pub use blocks::{Block, BlockReader};
pub use scan::{Scanned, Shape, scan};
pub(crate) use split_number::may_be_parted;
pub use whole::read_sheet;
