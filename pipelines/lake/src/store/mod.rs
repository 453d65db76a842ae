//! Bytes, tables and documents of a lake.
//!
//! `storage` reads and writes objects, `tables` opens and commits Delta tables, `data_file` writes
//! their Parquet files, `journal` makes many writes one, `maintenance` puts small files together;
//! `head`, `release`, `lock` and `secret` are documents of the lake. A remote lake's lock beats,
//! and what rules the lake is replaced only as it was seen (`remote_lock`, `versioned`, `ruled`);
//! answers that are cut or lost are asked for again (`retrying_store`). `trial` is a copy to throw
//! away. `erased` is what was taken out of the lake, `rewrite` puts data files in the place of
//! others at all versions. `staged` are files of writes that were killed.
//!
//! All is checked from the head on: a document has its checksum (`sealed`), the head and each
//! release name what every table holds (`table_state`), which names the checksums of its data files
//! (`sums`), by which whatever is fetched is checked (`checked_store`). `newest` finds what was put
//! back alone.

pub mod access;
pub mod access_keys;
mod checked_store;
pub mod cipher;
pub mod data_file;
pub mod erased;
pub(crate) mod file_statistics;
pub mod head;
pub mod journal;
pub mod lock;
pub mod maintenance;
pub(crate) mod newest;
pub(crate) mod parallel_writer;
pub mod release;
mod remote_lock;
mod retrying_store;
pub mod rewrite;
mod ruled;
pub mod scram;
mod sealed;
pub mod secret;
pub(crate) mod staged;
pub mod storage;
mod sums;
pub(crate) mod table_state;
pub mod tables;
pub mod trial;
mod unsynced;
mod versioned;
