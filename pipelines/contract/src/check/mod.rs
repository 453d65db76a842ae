//! Sorts the rows of one file into accepted rows and rejections.
//!
//! The order of checks: field by field (missing, type, codes, bounds), then corrections, then the
//! contract's row rules. Every row of a batch ends in exactly one of the two lists, in file order,
//! unless a correction drops it. Keys are compared across batches by whoever holds the whole file,
//! with the hashes given here.
//!
//! `columns` says how each field is read, `findings` collects what rows break, `rejection` says it
//! to the office, `key` hashes keys, `slice` tells a row's slice; `checker` puts them together.

mod checker;
mod columns;
mod findings;
mod key;
mod rejection;
mod slice;

pub use crate::cell::FieldOrigin;
pub use crate::setting::{RowRules, Setting};
pub use checker::{CheckedBatch, Checker, arrow_schema};
pub use key::{hash_rows, without_case};
pub use rejection::{HIDDEN, Rejection};
pub use slice::{REGISTER, RowSlice, slice_of};
