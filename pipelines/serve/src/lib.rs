//! Extracts and result formats: thin encodings over the one engine.

mod error;
pub mod extract;
pub mod format;
pub mod letter;
mod annotate;
pub mod feedback_workbook;
mod workbook;

pub use error::ServeError;
pub use format::Format;
