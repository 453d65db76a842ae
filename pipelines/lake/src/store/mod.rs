//! Bytes, tables and documents of a lake.
//!
//! `storage` reads and writes objects, `tables` opens and commits Delta tables, `data_file` writes
//! their Parquet files, `journal` makes many table commits one, `maintenance` puts small files
//! together; `release`, `lock` and `secret` are documents of the lake.

pub mod data_file;
pub(crate) mod file_statistics;
pub mod journal;
pub mod lock;
pub mod maintenance;
pub(crate) mod parallel_writer;
pub mod release;
pub mod secret;
pub mod storage;
pub mod tables;
