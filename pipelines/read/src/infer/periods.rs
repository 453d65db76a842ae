//! Whether a text is a month, a year or a period.

use koridor_contract::date::{self, DateFormat};

/// A header without the mark of a footnote at its end: `Februari*`, `Maret *)`, `2024 1)`.
pub(super) fn without_mark(text: &str) -> &str {
    let text = text.trim();
    let open = text.strip_suffix(')').unwrap_or(text);
    let bare = open.trim_end_matches('*');
    if bare.len() < open.len() {
        return bare.trim_end_matches('(').trim_end();
    }
    let bare = text.trim_end_matches(['¹', '²', '³', '⁴', '†', '‡']);
    let is_item = |word: &str| {
        let item = word.strip_suffix(')').unwrap_or_default();
        (1..=2).contains(&item.len()) && item.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match bare.rsplit_once(' ') {
        Some((before, word)) if is_item(word) => before.trim_end(),
        _ => bare.trim_end(),
    }
}

/// Whether a text is the first day of a month as a cell of a workbook gives it: `2024-01-01`.
fn is_first_day(text: &str) -> bool {
    let is_marked = text.len() == 10 && text.ends_with("-01");
    is_marked
        && is_year(text.split('-').next().unwrap_or_default())
        && date::parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
}

/// Whether a text is a year.
pub(super) fn is_year(text: &str) -> bool {
    let text = without_mark(text).trim_end_matches(".0");
    text.len() == 4 && text.parse::<u32>().is_ok_and(|year| (1950..=2100).contains(&year))
}

/// Whether a text is a month by its name, with a year or without, or its first day.
pub(super) fn is_month(text: &str) -> bool {
    let text = without_mark(text);
    let named = |text: &str| {
        date::parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
            && text.contains(char::is_alphabetic)
    };
    is_first_day(text)
        || named(text)
        || (named(&format!("{text} 2024")) && text.chars().all(char::is_alphabetic))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_header_and_a_first_day_are_periods() {
        for text in ["Februari*", "Februari *)", "Maret¹", "Maret 2024 1)", "Mei (*)", "2024-01-01"]
        {
            assert!(is_month(text), "{text}");
        }
        for text in ["*", "", "2024-01-15", "9999-01-01", "1)", "Maretan*"] {
            assert!(!is_month(text), "{text}");
        }
        assert!(is_year("2024*") && is_year("2024 r)") && !is_year("20245*"));
        assert_eq!(without_mark("Jumlah (ton)"), "Jumlah (ton)");
    }
}
