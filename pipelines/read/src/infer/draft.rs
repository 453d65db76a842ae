//! A draft of a source description.

use koridor_contract::message::Message;
use serde_json::Value;

/// A draft, and what is unsure about it.
#[derive(Debug)]
pub struct Draft {
    /// The description, as `schemas/sources/<NAME>.json` has it; without `dataset` where none fits.
    pub description: Value,
    /// What a steward must look at, in Bahasa Indonesia and English.
    pub unsure: Vec<Message>,
}

impl Draft {
    /// Whether a dataset was found.
    pub fn has_dataset(&self) -> bool {
        self.description.get("dataset").is_some_and(Value::is_string)
    }
}
