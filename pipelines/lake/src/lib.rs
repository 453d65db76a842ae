//! The store and what stands in it.
//!
//! Owns the lake's bytes and tables ([`store`]), what came and what became of it ([`ledger`]), the
//! SQL engine ([`engine`]) and the way of a file into the tables ([`load`]). Knows no indicator and
//! no door.
//!
//! The path of a file: [`load::landing::LandedFile`] -> [`load::raw::ArchivedFile`] ->
//! [`koridor_read::check::RecognisedPart`] -> `CheckedPart` or `RefusedPart` -> `LedgerEntry` ->
//! [`load::outcome::FileOutcome`]. The path of a query: [`engine::Snapshot`] -> [`engine::Engine`].

pub mod engine;
mod error;
pub mod ledger;
pub mod load;
pub mod store;

pub use engine::{Engine, Snapshot};
pub use error::LakeError;
pub use store::storage::Storage;
