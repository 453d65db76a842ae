//! A source description: how one office or portal lays out the files of one dataset.
//!
//! The file is `schemas/sources/<name>.json`. It says where the header is, which column is which
//! field and how numbers and dates are written; it never says what a value means, which is the
//! contract's part.

mod description;
mod fetch;
mod parse;
mod pattern;

pub use crate::field::COMMON_FIELDS;
pub use description::{
    Column, Context, Format, Header, HeaderPart, IgnoreRows, LabelPatterns, Place, Repeat, Source,
    Unpivot,
};
pub use fetch::{Fetch, FetchPeriod};
pub use pattern::matches;

/// How the line above the table of a template begins: rows in which only their keys are given are
/// not filled in yet, and no data.
pub const TEMPLATE_MARK: &str = "Templat Koridor";
