//! Whether a text is a month, a year or a period.

use koridor_contract::date::{self, DateFormat};

/// Whether a text is a year.
pub(super) fn is_year(text: &str) -> bool {
    let text = text.trim().trim_end_matches(".0");
    text.len() == 4 && text.parse::<u32>().is_ok_and(|year| (1950..=2100).contains(&year))
}

/// Whether a text is a month by its name, with a year or without.
pub(super) fn is_month(text: &str) -> bool {
    let text = text.trim();
    let named = |text: &str| {
        date::parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
            && text.contains(char::is_alphabetic)
    };
    named(text) || (named(&format!("{text} 2024")) && text.chars().all(char::is_alphabetic))
}

/// Whether a header is a month, a quarter or a year.
pub(super) fn is_period(text: &str) -> bool {
    is_year(text) || is_month(text) || date::is_quarter(format!("{} 2024", text.trim()).as_bytes())
}

/// The first year in a text.
pub(super) fn year_in(text: &str) -> Option<&str> {
    text.split(|mark: char| !mark.is_ascii_digit()).find(|part| is_year(part))
}

/// Whether a text names a year, or a month of one.
pub(super) fn has_year(text: &str) -> bool {
    year_in(text).is_some()
        || (date::parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
            && text.contains(|mark: char| mark.is_ascii_digit()))
}
