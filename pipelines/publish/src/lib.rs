//! What is said about the lake.
//!
//! Owns indicators and how they are computed ([`indicators`]), how a release is built ([`release`]), the
//! night ([`night`]), and the content of what people read: one number back to its cells ([`explain`]),
//! the state of deliveries ([`status`]), what moved between releases ([`diff`]), a file that goes back to
//! its office ([`feedback`]). Knows no format and no door; what it yields are batches and plain values.

pub mod diff;
mod error;
pub mod explain;
pub mod feedback;
pub mod indicators;
pub mod night;
pub mod release;
pub mod status;
mod table;

pub use error::PublishError;
pub use table::Table;
