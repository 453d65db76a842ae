//! Landing, readers, commit, quarantine, tables, engine, indicators and release.
//!
//! The path of a row: [`landing`] -> [`check_file`] (reader, [`layout`], contract) -> [`ingest`] ([`tables`], [`journal`]) ->
//! [`engine`] (`core` views) -> [`indicators`] -> [`release`].

mod batch;
pub mod check_file;
pub mod collect;
mod cumulative;
pub mod data_file;
pub mod engine;
mod error;
pub mod generate;
pub mod indicators;
pub mod infer;
pub mod ingest;
pub mod journal;
mod known;
pub mod landing;
pub mod layout;
pub mod ledger;
pub mod maintenance;
pub mod outcome;
mod parameter;
pub mod project;
pub mod quarantine;
mod raw;
pub mod readers;
pub mod recognise;
mod reference;
pub mod release;
pub mod replay;
pub mod run;
pub mod secret;
pub mod storage;
pub mod tables;
mod views;

pub use engine::{At, Engine};
pub use error::{ErrorKind, LakeError};
pub use project::Project;
pub use storage::Storage;
