//! From bytes to cells: one reader a container, all giving [`koridor_contract::RawBatch`]es without
//! meaning.
//!
//! A reader never decides what a cell means and never fails on a bad row: a row that cannot be read
//! as one is a [`LineFault`]. Only a file that is no table at all is refused ([`Refusal`]).
//!
//! `container` tells the kind from the first bytes. Delimited text: `dialect` finds how it is
//! written, `record` where a record ends, `delimited` cuts it into blocks and scans them.
//! `workbook`, `parquet` and `bps_webapi` read whole files, `cells` any of them. What all give is
//! in `sheet`, where a cell stands in `address`, why a file is refused in `refusal`.

pub mod address;
pub mod bps_webapi;
mod cells;
mod container;
pub mod delimited;
pub mod dialect;
mod limits;
pub mod parquet;
pub(crate) mod record;
mod refusal;
pub mod regular;
mod sheet;
pub mod workbook;

pub use address::Addresses;
pub use cells::cells;
pub use container::{Container, container};
pub use koridor_contract::CellKind;
pub use limits::{HEAD_BYTES, MAX_IN_MEMORY_BYTES, MAX_RECORD_BYTES, MAX_UNPACKED_BYTES};
pub(crate) use limits::{too_large, too_large_to_lay_out};
pub use refusal::{Refusal, RefusalCode};
pub use sheet::{LineFault, Sheet};
