//! What a dataset's rows must look like, and the check that sorts them into accepted and refused.
//!
//! **Owns** the project ([`project`]: everything under `schemas/` and `sql/`, read from a map of
//! files and validated), contracts ([`contract`], [`mod@field`]), source descriptions ([`source`]),
//! code lists ([`codes`]), indicator cards ([`card`]), corrections ([`correction`]), the reading of
//! one cell ([`number`], [`date`]), the closed set of rules that refuse a row ([`rule`]) and what
//! an office reads about them ([`message`]).
//!
//! **Does not know** tables, the lake, the layout of files, the network or a SQL engine. Row rules
//! are SQL text here; whoever calls [`check::Checker::check`] compiles them. Bad data is a value
//! ([`check::Rejection`]), never an error; only a file of the project that contradicts itself is
//! ([`ContractError`], [`ProjectError`]).
//!
//! **The path** of a batch, from raw cells to sorted rows:
//!
//! ```text
//! RawBatch              raw.rs: cells as they stand in the file
//!   -> ColumnReader     typing.rs: a column; cell.rs: its cells, by codes.rs, number.rs, date.rs
//!   -> Compiled         correction.rs: known wrong values
//!   -> RowRules         setting.rs: the contract's rules, compiled by the caller
//!   -> Findings         check/findings.rs: rules broken, flags
//!   -> Rejection        check/rejection.rs: a refused row; message.rs: what its office reads
//!   -> CheckedBatch     check/checker.rs: accepted rows and rejections
//! ```

pub mod card;
mod card_folder;
pub mod card_words;
mod cell;
pub mod check;
pub mod clock;
pub mod codes;
pub mod contract;
pub mod correction;
pub mod date;
mod date_order;
pub mod disclosure;
mod error;
mod excel_moment;
pub mod field;
pub mod json_schema;
mod lost_noughts;
pub mod message;
pub mod mistakes;
pub mod number;
pub mod personal;
mod phrase;
pub mod project;
mod published;
mod quarter;
pub mod raw;
pub mod remedy;
pub mod retention;
pub mod rule;
pub mod scrub;
mod setting;
pub mod source;
pub mod spelling;
mod supersedes;
mod text_pattern;
mod typing;
mod zone;

pub use check::{CheckedBatch, Checker, Rejection};
pub use codes::{CodeList, CodeLists};
pub use contract::{Contract, ContractRule, Severity};
pub use error::{ContractError, ErrorKind, ProjectError};
pub use field::{Field, FieldType};
pub use project::Project;
pub use raw::{CellKind, RawBatch};
pub use rule::{CellRule, RecordRule, Rule};
pub use setting::Correction;
pub use source::Source;
pub use supersedes::{Supersedes, VALID_FROM, VALID_TO};
pub use text_pattern::TextPattern;
pub use zone::DataZone;
