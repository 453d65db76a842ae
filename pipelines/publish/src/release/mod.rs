//! How a release is built: what changed is computed, checked and published as one step.

mod build;
mod changes;
mod inputs;
mod whole;
mod withholding;

pub use build::{Built, build};
pub use changes::changes;
pub(crate) use whole::need_whole;
