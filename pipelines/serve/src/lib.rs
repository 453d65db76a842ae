//! Doors: bytes out of what is said about the lake.
//!
//! Owns encodings. Rows become CSV, JSON, Parquet or a workbook batch by batch ([`mod@format`]), so
//! that no result needs to fit into memory. Charts and maps are drawn by [`chart`], the pages that
//! everybody reads are filled by [`pages`]. An extract ([`extract`]), the yearly evaluation
//! ([`evaluation`]), the catalogue for other portals ([`mod@catalogue`]), the letter to an office
//! ([`letter`]) and the file that goes back to it ([`feedback_workbook`]) get their form here;
//! which rows and texts they hold is decided in `koridor-publish`. Knows no command and no
//! terminal, and asks the lake nothing of its own. File names are the caller's, but for those that
//! documents of the catalogue and links of the pages name.
//!
//! The path through it: rows come as a `RowStream` or as batches, [`format::row_writer`] gives the
//! writer of a format, and the writer puts each batch out before the next one is asked for. All
//! workbooks are written through `workbook`, but for the one that goes back to an office, which
//! has its own cells, the office's own, whose package `annotate` changes in place, and the one that
//! an office fills in ([`template`]).

mod annotate;
pub mod catalogue;
mod cell_text;
pub mod chart;
mod error;
pub mod evaluation;
pub mod extract;
pub mod feedback_workbook;
#[cfg(feature = "flight")]
pub mod flight;
pub mod format;
#[cfg(feature = "http")]
pub mod http;
pub mod letter;
mod locked;
pub mod metrics;
pub mod pages;
#[cfg(feature = "pg")]
pub mod pg;
#[cfg(any(feature = "flight", feature = "pg"))]
mod seats;
pub mod service;
pub mod template;
pub mod tls;
mod workbook;
#[cfg(any(feature = "flight", feature = "pg"))]
mod wrong_keys;

pub use error::ServeError;
pub use format::Format;
