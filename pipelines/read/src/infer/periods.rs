//! Whether a text is a month, a year or a period.

use koridor_contract::codes::normalise;
use koridor_contract::date::{self, DateFormat};

/// Words for parts of a year that are longer than a month.
const PARTS_OF_YEAR: [&str; 9] =
    ["triwulan", "trw", "tw", "kuartal", "kwartal", "quarter", "semester", "smt", "caturwulan"];
/// What stands before a year of two digits: `Jan '24`.
const APOSTROPHES: [char; 3] = ['\'', '’', '`'];

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

/// Whether a text is a month by its name, with a year or without, by numbers with a year, or its
/// first day.
pub(super) fn is_month(text: &str) -> bool {
    let plain = as_read(without_mark(text));
    let text = plain.as_str();
    let named = |text: &str| {
        date::parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
            && text.contains(char::is_alphabetic)
            && !date::is_quarter(text.as_bytes())
    };
    let bare = text.strip_suffix('.').unwrap_or(text);
    is_first_day(text)
        || is_numeric_month(text)
        || named(text)
        || (named(&format!("{text} 2024")) && bare.chars().all(char::is_alphabetic))
}

/// A month as the program reads it: `Jan 24` of `Jan '24`.
pub(super) fn as_read(text: &str) -> String {
    text.replace(APOSTROPHES, "")
}

/// Whether a text is a month by numbers: `2024-01`, `01/2024`. Of `2011-12` nobody knows whether it
/// is a month or two years.
fn is_numeric_month(text: &str) -> bool {
    let Some((first, second)) = text.split_once(['-', '/']) else { return false };
    let number = |part: &str| {
        let is_short = (1..=2).contains(&part.len());
        let is_number = is_short && part.bytes().all(|own| own.is_ascii_digit());
        is_number.then(|| part.parse::<u32>().ok()).flatten()
    };
    let is_of_year = |part: &str| (1..=12).contains(&number(part).unwrap_or_default());
    let is_plain_year = |part: &str| part.len() == 4 && is_year(part);
    let next_year = first.parse::<u32>().map(|year| (year % 100 + 1) % 100).ok();
    (is_plain_year(first) && second.len() == 2 && is_of_year(second) && number(second) != next_year)
        || (is_of_year(first) && is_plain_year(second))
}

/// Whether a text is a quarter, with a year or without.
pub(super) fn is_quarter(text: &str) -> bool {
    let text = without_mark(text);
    date::is_quarter(text.as_bytes()) || date::is_quarter(format!("{text} 2024").as_bytes())
}

/// Whether a text names a part of a year that is longer than a month: `Triwulan I`,
/// `Jumlah Semester 2`. The word alone is the name of a column.
pub(super) fn is_part_of_year(text: &str) -> bool {
    let own = normalise(text);
    let is_word = |word: &str| PARTS_OF_YEAR.contains(&word);
    is_quarter(text) || (own.contains(' ') && own.split(' ').any(is_word))
}

/// Whether a title or a file's name speaks of a part of a year that is longer than a month: the
/// word with its number behind it. `Data per triwulan` is of no one part.
pub(super) fn names_part_of_year(text: &str) -> bool {
    let own = normalise(text);
    let mut words = own.split(' ').skip_while(|word| !PARTS_OF_YEAR.contains(word));
    let is_number = |word: &str| {
        matches!(word, "i" | "ii" | "iii" | "iv" | "1" | "2" | "3" | "4" | "pertama" | "kedua")
    };
    words.next().is_some() && words.next().is_some_and(is_number)
}

/// Whether a header is a month, a quarter or a year.
pub(super) fn is_period(text: &str) -> bool {
    is_year(text) || is_month(text) || is_quarter(text)
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
        for text in ["2024-01", "01/2024", "1-2024", "Jan '24", "Jan-24", "Peb.", "2010-12"] {
            assert!(is_month(text), "{text}");
        }
        for text in ["2011-12", "2024-13", "1.2024", "1/2", "2024", "12", "TWI", "Q1 2024", "'"] {
            assert!(!is_month(text), "{text}");
        }
        assert!(is_year("2024*") && is_year("2024 r)") && !is_year("20245*"));
        assert_eq!(without_mark("Jumlah (ton)"), "Jumlah (ton)");
    }

    #[test]
    fn parts_of_a_year_are_no_months() {
        for text in ["Triwulan I", "TW II", "TW-3 2024", "Q4", "Triwulan I 2024*"] {
            assert!(is_quarter(text) && is_period(text) && !is_month(text), "{text}");
        }
        for text in ["Jumlah Triwulan I", "Semester II", "Smt. 1", "Q1"] {
            assert!(is_part_of_year(text) && !is_month(text), "{text}");
        }
        for text in ["Semester", "Triwulan", "Januari", "2024", "Jumlah", ""] {
            assert!(!is_part_of_year(text), "{text}");
        }
    }
}
