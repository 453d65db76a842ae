//! The door for clients of Flight SQL: ADBC, JDBC, and what else speaks Arrow.
//!
//! The protocol is arrow-flight's; `accept` takes connections, `entry` finds out who asks,
//! `answers` are its calls, `metadata` is what it tells of schemas and tables, `held` keeps
//! prepared statements. Rows come from [`crate::service::Service`] and are sent as they come: a
//! client that is slow slows the statement.

mod accept;
mod answers;
mod entry;
mod errors;
mod held;
mod metadata;

pub use accept::{Options, serve};
