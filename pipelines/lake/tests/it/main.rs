//! Tests of the lake from outside: worked cases, crash and repeat, bad files, SQL.

mod bad_files;
mod cases;
mod commit;
mod lake;
mod slt;
