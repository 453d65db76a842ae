//! What a source is called, in one language.

use crate::words::Words;
use koridor_contract::message::Language;

impl Words<'_> {
    /// The name of a source: offices have one in all languages, which is their own; what is made up
    /// is no office and is told in words. The code where there is no name.
    pub fn source_name(&self, code: &str, name: &str) -> String {
        let list = self.project.codes.get("source");
        let is_synthetic =
            list.and_then(|own| own.attribute(code, "synthetic")).is_some_and(|own| own == "true");
        match self.language {
            Language::En if is_synthetic => format!("Synthetic data ({code})"),
            _ if name.is_empty() => code.to_owned(),
            _ => name.to_owned(),
        }
    }
}
