//! How a release is built: what changed is computed, checked and published as one step.

mod build;
mod changes;
mod day;
mod inputs;
mod recompute;
mod whole;
mod withholding;

pub use build::{Built, build};
pub use changes::{changes, findings};
pub use recompute::{Difference, Recomputed, recompute};
pub(crate) use whole::need_whole;
