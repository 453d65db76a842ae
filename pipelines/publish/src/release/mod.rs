//! How a release is built: what changed is computed, checked and published as one step.

mod build;
mod inputs;

pub use build::{Built, build};
