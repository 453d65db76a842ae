//! What a dataset's rows must look like, and the check that sorts them.
//!
//! Pure: a contract and raw cells in, typed Arrow columns and rejections out. This crate does no IO, knows no
//! table, no file and no SQL engine; row rules are SQL text here and are evaluated by whoever calls
//! [`check::Checker::check`]. Bad data is a value ([`check::Rejection`]), never an error; only a contract or a source description
//! that contradicts itself is ([`ContractError`]).

mod cell;
pub mod check;
pub mod codes;
pub mod contract;
pub mod correction;
pub mod date;
mod error;
pub mod message;
pub mod number;
pub mod personal;
pub mod raw;
pub mod source;
mod typing;

pub use check::{CheckedBatch, Checker, Rejection};
pub use codes::{CodeList, CodeLists};
pub use contract::{Contract, Field, FieldType, Severity};
pub use correction::Correction;
pub use error::ContractError;
pub use raw::{CellKind, RawBatch};
pub use source::Source;
