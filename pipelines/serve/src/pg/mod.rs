//! The door for clients of PostgreSQL.
//!
//! The protocol is pgwire's; here is what its statements mean. `accept` takes connections and
//! says who may come in without TLS, `startup` finds out who asks (SCRAM against access keys),
//! `session` is what one connection has set, `control` are statements about the connection itself
//! (`set`, `show`, `begin`, cursors), `route` parts statements on the lake from those on
//! `pg_catalog`, which `catalog` answers from a session that holds names and no rows. Data comes
//! from [`crate::service::Service`] alone.

mod accept;
mod cancel;
mod catalog;
mod catalogs;
mod control;
mod cursors;
mod descriptions;
mod door;
mod errors;
mod extended;
mod prepared;
mod route;
mod rows;
mod session;
mod settings;
mod simple;
mod startup;

pub use accept::serve;
pub use door::Options;
