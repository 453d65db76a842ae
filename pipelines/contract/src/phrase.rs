//! A text in both languages, as files of a project hold it.

use crate::message::Language;
use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// In Bahasa Indonesia.
    pub id: String,
    /// In English.
    pub en: String,
}

impl Phrase {
    /// The text in a language.
    pub fn text_in(&self, language: Language) -> &str {
        language.pick(&self.id, &self.en)
    }
}
