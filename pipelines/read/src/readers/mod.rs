//! From bytes to cells: one reader a container, all giving [`koridor_contract::RawBatch`]es without
//! meaning.
//!
//! A reader never decides what a cell means and never fails on a bad row: a row that cannot be read
//! as one is a [`LineFault`]. Only a file that is no table at all is refused ([`Refusal`]).
//!
//! `container` tells the kind from the first bytes. Delimited text: `dialect` finds how it is
//! written, `record` where a record ends, `delimited` cuts it into blocks and scans them.
//! `workbook`, `parquet` and `bps_webapi` (a document by `json`, its texts by `plain`) read whole
//! files, `cells` any of them. What all give is in `sheet`, where a cell stands in `address`, why a
//! file is refused in `refusal`, what a file is that holds no table in `other_kinds`.
//!
//! What a file may cost is in `budget`, looked at before memory is taken. `file_reader` has whole
//! files read in a process of its own (`watched` ends it where it is late, `wire` is what the two
//! say to each other); `whole` reads them there, or where there is none here, on a `guarded`
//! thread. `regular` opens nothing but regular files. `erasing` takes rows out of a text, `kept` is
//! what becomes of other files of which rows were taken out.

pub mod address;
pub mod bps_webapi;
mod budget;
mod cells;
mod container;
pub mod delimited;
pub mod dialect;
pub mod erasing;
mod file_reader;
mod guarded;
mod json;
mod kept;
mod limits;
mod other_kinds;
pub mod parquet;
mod plain;
pub(crate) mod record;
mod refusal;
pub mod regular;
mod sheet;
mod watched;
mod whole;
mod wire;
pub mod workbook;

pub use address::Addresses;
pub(crate) use budget::too_large_to_lay_out;
pub use budget::{Budget, MAX_COLUMNS, Meter};
pub use cells::cells;
pub(crate) use cells::head;
pub use container::{Container, container};
pub use file_reader::{FileReader, Program, serve};
pub(crate) use guarded::{gave_up, quietly};
pub use kept::write_kept;
pub use koridor_contract::CellKind;
pub use limits::{HEAD_BYTES, MAX_RECORD_BYTES};
pub use refusal::{Refusal, RefusalCode};
pub(crate) use sheet::check_faults;
pub use sheet::{LineFault, Sheet};
pub use whole::read_whole;
