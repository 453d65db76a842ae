//! Tests of the lake from outside: worked cases, crash and repeat, bad files, SQL.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod bad_files;
mod cases;
mod commit;
mod findings;
mod lake;
mod layouts;
mod maintenance;
mod replay;
mod slt;
mod incremental;
mod older_lake;
mod pruning;
