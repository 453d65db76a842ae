//! Numbers that an office struck out, and what stands for them.

use koridor_contract::number::{NumberFormat, parse_decimal};

/// Whether a text is a number as people write one: a field would take it, or it has digits and
/// marks alone (`1.200*)`). A date is none.
pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim();
    let formats = [NumberFormat::Plain, NumberFormat::Id, NumberFormat::En, NumberFormat::Space];
    let is_other = |mark: char| mark.is_alphabetic() || matches!(mark, '/' | ':');
    text.contains(|mark: char| mark.is_ascii_digit())
        && (!text.contains(is_other)
            || formats.iter().any(|format| parse_decimal(text.as_bytes(), *format, 6).is_ok()))
}

/// Stands behind a number that is not known to be meant.
pub(crate) const STRUCK: &str = " [?]";

/// A number that is not known to be meant, as no field takes it.
pub(super) fn doubtful(text: &str) -> String {
    format!("{text}{STRUCK}")
}

/// What is left of a text whose characters are partly struck out. A number of which nothing is left
/// is told: a blank cell would say that there was none.
pub(super) fn left(joined: &str, meant: String) -> String {
    if meant.trim().is_empty() && is_number(joined) { doubtful(joined.trim()) } else { meant }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_words_and_dates() {
        for text in ["900", " 1.200,5 ", "-3", "12%", "Rp 1.200,-", "12 kg", "300¹", "900 *)"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "n.a.", "Januari 2024", "01/02/2024", "07:30", "2 hotel", "#REF!"] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn a_number_of_which_nothing_is_left_is_no_blank_cell() {
        assert_eq!(left("100", String::new()), "100 [?]");
        assert_eq!(left("100200", "200".into()), "200");
        assert_eq!(left("Buton", " ".into()), " ");
    }
}
