//! One file from bytes to checked rows.
//!
//! Owns containers and their cells ([`readers`]), the way from a sheet to rows of fields
//! ([`layout`]), which file is what ([`recognise`]), drafts of descriptions ([`infer`]) and the
//! check of a file's rows ([`check`]). Knows no lake, no SQL engine and no network: rules arrive
//! compiled, keys of earlier rows arrive as data, and what comes out are batches and counts.
//!
//! The path: [`check::open_file`] -> [`check::RecognisedPart`] -> [`check::FileCheck`], which
//! yields [`check::CheckedRows`] in file order and ends with [`check::RowCounts`].

pub mod check;
mod error;
pub mod infer;
pub mod layout;
pub mod readers;
pub mod recognise;
pub mod search;

pub use error::ReadError;
