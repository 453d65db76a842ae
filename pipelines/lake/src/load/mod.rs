//! The way of a file into the tables, one room a station.
//!
//! `landing` finds files, `raw` archives their bytes, `deduplicate` says whether they are in the
//! ledger, `stations` recognises and checks them, `weigh` sets them against what stands
//! (`standing`, `filed_rows`, `superseding`, `consequences`, `magnitude`, `budget`), `entry` is
//! what a reading brings, `batch` commits it as one step (`lake_state`), `outcome`, `told`,
//! `withdrawals` and `months` are what is told.
//! `ingest` goes the whole way; `check`, `replay`, `accept` and `rebuild` enter or leave it at
//! another station; `erase` takes rows out of all that came of a file. `verify` reads all that
//! came of it against its checksums.

mod accept;
mod batch;
mod budget;
pub mod check;
mod consequences;
mod deduplicate;
mod entry;
pub mod erase;
mod existing;
pub mod figures;
mod filed_rows;
mod fingerprint;
mod head_engine;
pub mod ingest;
mod lake_state;
pub mod landing;
mod magnitude;
mod months;
pub mod named_file;
pub mod outcome;
pub mod proof;
pub mod quarantine;
pub mod raw;
pub mod rebuild;
pub mod replay;
mod seen;
mod standing;
mod stations;
mod superseding;
mod told;
pub mod verify;
mod weigh;
mod withdrawals;
