//! The door for clients of PostgreSQL.
//!
//! The protocol is pgwire's; here is what its statements mean. `accept` takes connections
//! (`bounded` messages, so many at once), `startup` finds out who asks (SCRAM against access keys),
//! `session` is what one connection has set, `control` are statements about the connection itself
//! (`set`, `show`, `begin`, cursors), `route` parts statements on the lake from those on
//! `pg_catalog`, which `catalog` answers from a session that holds names and no rows: `system` are
//! its relations and functions, `rewrite` makes what clients ask of it plain enough to be planned.
//! Data comes from [`crate::service::Service`] alone.

mod accept;
mod bounded;
mod cancel;
mod catalog;
mod catalogs;
mod control;
mod cursors;
mod door;
mod errors;
mod extended;
mod parameters;
mod prepared;
mod rewrite;
mod route;
mod rows;
mod session;
mod settings;
mod simple;
mod startup;
mod system;
mod transactions;

pub use accept::serve;
pub use door::Options;
