//! A regular expression that a whole text must match.

use regex::Regex;
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};
use std::sync::{Arc, OnceLock};

/// A pattern of a field, compiled when it is first used and once for all files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(from = "String", into = "String")]
pub struct TextPattern {
    text: String,
    compiled: Arc<OnceLock<Option<Regex>>>,
}

impl TextPattern {
    /// The pattern as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is all of a text.
    pub fn is_whole(&self, text: &str) -> bool {
        self.whole().is_some_and(|own| own.is_match(text))
    }

    /// The expression for a whole text; `None` where the pattern is none, which reading the
    /// contract tells.
    pub(crate) fn whole(&self) -> Option<&Regex> {
        let compiled = || Regex::new(&format!("^(?:{})$", self.text)).ok();
        self.compiled.get_or_init(compiled).as_ref()
    }
}

impl schemars::JsonSchema for TextPattern {
    fn schema_name() -> String {
        String::schema_name()
    }

    fn is_referenceable() -> bool {
        false
    }

    fn json_schema(generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
        String::json_schema(generator)
    }
}

impl Display for TextPattern {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<String> for TextPattern {
    fn from(text: String) -> Self {
        Self { text, compiled: Arc::default() }
    }
}

impl From<TextPattern> for String {
    fn from(pattern: TextPattern) -> Self {
        pattern.text
    }
}
