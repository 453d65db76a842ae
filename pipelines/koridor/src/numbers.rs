//! Numbers as people read them, in the marks of their language.

use crate::args::Language;
use koridor_publish::short_number;
pub use koridor_publish::short_number::SHORT;

impl From<Language> for koridor_contract::message::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Id => Self::Id,
            Language::En => Self::En,
        }
    }
}

/// What the units of short numbers stand for.
pub fn legend(language: Language) -> &'static str {
    short_number::legend(language.into())
}

/// A number in at most [`SHORT`] characters.
pub fn short(value: f64, decimals: usize, language: Language) -> String {
    short_number::short(value, decimals, language.into())
}

/// A number with so many decimals and its thousands in groups.
pub fn grouped(value: f64, decimals: usize, language: Language) -> String {
    koridor_publish::words::grouped(value, decimals, language.into())
}

/// A count with its thousands in groups.
pub fn count(count: u64, language: Language) -> String {
    grouped(count as f64, 0, language)
}
