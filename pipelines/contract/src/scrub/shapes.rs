//! The shapes of personal values in a text.

use super::digits::{digits, is_citizen, is_number};
use super::spelled::spelled_word;
use regex::Regex;
use std::ops::Range;
use std::sync::OnceLock;

/// Fewest digits of a phone number, and of a number that a person or a business is given.
const FEWEST_OF_PHONE: usize = 9;
const FEWEST_OF_NUMBER: usize = 13;

/// The same of one that a spreadsheet has shortened (`7,47201410185E+15`).
const FEWEST_OF_SHORTENED: usize = 11;

/// From so many hexadecimal digits on a word is a hash and no number.
const HASH_DIGITS: usize = 32;

/// Groups of digits that are a number of 16 (NIK, family card), 15 (NPWP) or 13 digits (NIB), phone
/// numbers, number plates by the area codes in use, e-mail addresses.
const SHAPES: &str = r"(?xi)
    (?P<email>  [a-z0-9._%+-]+ \ ? (?: @ | \[at\] | \(at\) ) \ ? [a-z0-9-]+ (?:\.[a-z0-9-]+)*
                \.[a-z]{2,} )
  | (?P<phone>  (?:\+?62 [\ -]? (?:\(0\))? | \(?0) [\ -]? \(? 8[0-9]{1,2} \)?
                (?:[\ .-]? [0-9]{2,5}){2,3}
              | \(? 0[2-9][0-9]{1,2} \)? [\ -]{1,3} [0-9]{3,4} [\ -]? [0-9]{3,4}
              | \+62 [\ -]? [2-9][0-9]{1,2} [\ -]? [0-9]{3,4} [\ -]? [0-9]{3,4} )
  | (?P<long>   [0-9]{17} | [0-9](?:\.[0-9]{3}){5} | [1-9][.,][0-9]{10,}E\+1[2-6] )
  | (?P<number> [0-9]{16} | [0-9]{15} | [0-9]{13}
              | [0-9]{4}(?:[\ .-][0-9]{4}){3}
              | [0-9]{6}[\ .-][0-9]{6}[\ .-][0-9]{4}
              | [0-9]{2}[\ .-][0-9]{2}[\ .-][0-9]{2}[\ .-][0-9]{6}[\ .-][0-9]{4}
              | [0-9]{2}\.[0-9]{3}\.[0-9]{3}\.[0-9][.-][0-9]{3}\.[0-9]{3}
              | [0-9]{4}[\ -][0-9]{4}[\ -][0-9]{5} | [0-9]{4}[\ -][0-9]{5}[\ -][0-9]{4}
              | [0-9]{5}[\ -][0-9]{4}[\ -][0-9]{4} | [0-9]{3}(?:[\ -][0-9]{3}){2}[\ -][0-9]{4} )
  | (?P<plate>  (?: A[ABDEG]? | B[ABDEGHKLMNP]? | C[CD] | D[ABCDEGHKLMNPRST]? | E[ABD]? | F | G
                  | H | K[BHTU]? | L | M | N | P[AB]? | R | S | T | W | Z )
                [\ ._-]? [0-9]{1,4} [\ ._-]? [A-Z]{1,3} )
  | (?P<spelled> [0-9OILSB]{16} )";

/// Words that follow a figure and are no part of a number plate.
const UNITS: [&str; 11] = ["kg", "ton", "km", "ha", "m", "l", "rp", "pcs", "gr", "dan", "jt"];

/// Months as names of files have them.
const MONTHS: [&str; 18] = [
    "jan", "feb", "mar", "apr", "mei", "may", "jun", "jul", "agu", "ags", "aug", "sep", "okt",
    "oct", "nov", "nop", "des", "dec",
];

/// Endings of files.
const ENDINGS: [&str; 12] =
    ["csv", "xls", "ods", "txt", "tsv", "pdf", "zip", "gz", "xml", "doc", "jpg", "png"];

fn shapes() -> Option<&'static Regex> {
    static SHAPES_READ: OnceLock<Option<Regex>> = OnceLock::new();
    SHAPES_READ.get_or_init(|| Regex::new(SHAPES).ok()).as_ref()
}

/// Whether a text is worth a search: nearly all are not. Never says no to what the shapes hold.
pub(super) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut group = Group::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                let start = at;
                while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
                group.add(bytes, start..at);
                let is_spelled = || spelled_word(text, start).is_some();
                if group.may_be_number()
                    || may_be_plate(bytes, start..at)
                    || (is_beside_letter(bytes, start..at) && is_spelled())
                {
                    return true;
                }
                continue;
            }
            b'@' => return true,
            b'[' | b'(' if is_at(bytes, at) => return true,
            // A number that a spreadsheet has shortened.
            b'E' | b'e' if group.digits >= FEWEST_OF_SHORTENED => return true,
            byte if is_mark(byte) => group.marks += 1,
            _ => group = Group::default(),
        }
        at += 1;
    }
    false
}

/// Whether a bracket begins what is written for `@`.
fn is_at(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1..at + 3).is_some_and(|own| own.eq_ignore_ascii_case(b"at"))
}

/// Digits that a few marks part.
#[derive(Default)]
struct Group {
    digits: usize,
    /// Those from the first run on that begins as phone numbers do; another number, such as that of
    /// a house, may stand before it.
    phone_digits: usize,
    /// Marks since the last digit.
    marks: usize,
}

impl Group {
    fn add(&mut self, bytes: &[u8], run: Range<usize>) {
        if self.marks > MOST_MARKS {
            *self = Self::default();
        }
        let own = bytes.get(run).unwrap_or_default();
        // Nobody's number begins with two noughts.
        let begins = own.starts_with(b"62") || (own.starts_with(b"0") && !own.starts_with(b"00"));
        if begins || self.phone_digits > 0 {
            self.phone_digits += own.len();
        }
        self.digits += own.len();
        self.marks = 0;
    }

    fn may_be_number(&self) -> bool {
        self.digits >= FEWEST_OF_NUMBER || self.phone_digits >= FEWEST_OF_PHONE
    }
}

/// Marks between two groups of digits of one number.
const MOST_MARKS: usize = 4;

fn is_mark(byte: &u8) -> bool {
    matches!(byte, b' ' | b'.' | b',' | b'-' | b'(' | b')' | b'+')
}

/// A few digits between letters, with a mark on each side or none.
fn may_be_plate(bytes: &[u8], run: Range<usize>) -> bool {
    let is_letter = |at: Option<usize>| is_letter(bytes, at);
    let is_before = is_letter(run.start.checked_sub(1)) || is_letter(run.start.checked_sub(2));
    run.len() <= 4 && is_before && (is_letter(Some(run.end)) || is_letter(Some(run.end + 1)))
}

fn is_beside_letter(bytes: &[u8], run: Range<usize>) -> bool {
    is_letter(bytes, run.start.checked_sub(1)) || is_letter(bytes, Some(run.end))
}

fn is_letter(bytes: &[u8], at: Option<usize>) -> bool {
    at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic)
}

/// The first personal value from a place on.
pub(super) fn next_shape(text: &str, from: usize) -> Option<Range<usize>> {
    let shapes = shapes()?;
    let mut at = from;
    while at < text.len() {
        // Where nothing is found, which is nearly always, groups cost more than the search.
        let start = shapes.find_at(text, at)?.start();
        if let Some(word) = spelled_word(text, start) {
            return Some(word);
        }
        let found = shapes.captures_at(text, start)?;
        let whole = found.get(0)?;
        let range = whole.range();
        let own = whole.as_str();
        let is_it = if found.name("email").is_some() {
            true
        } else if found.name("plate").is_some() {
            is_plate(own) && stands_alone(text, &range, |mark| mark.is_ascii_alphanumeric())
        } else if found.name("long").is_some() {
            is_long_number(own) && stands_alone(text, &range, |mark| mark.is_ascii_digit())
        } else if found.name("spelled").is_some() {
            false
        } else if found.name("phone").is_some() {
            is_phone(own) && stands_alone(text, &range, |mark| mark.is_ascii_digit())
        } else {
            is_number(own)
                && stands_alone(text, &range, |mark| mark.is_ascii_digit())
                && !is_in_a_hash(text, &range)
        };
        if is_it {
            return Some(range);
        }
        at = range.start + text.get(range.start..)?.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Whether what stands on both sides of a place is not of the same kind.
fn stands_alone(text: &str, range: &Range<usize>, is_same: impl Fn(char) -> bool) -> bool {
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let behind = text.get(range.end..).and_then(|text| text.chars().next());
    !before.is_some_and(&is_same) && !behind.is_some_and(&is_same)
}

/// Whether a place lies in a long hexadecimal word.
fn is_in_a_hash(text: &str, range: &Range<usize>) -> bool {
    let is_part = |mark: &char| mark.is_ascii_hexdigit();
    let before = text.get(..range.start).unwrap_or_default().chars().rev().take_while(is_part);
    let behind = text.get(range.end..).unwrap_or_default().chars().take_while(is_part);
    before.count() + range.len() + behind.count() >= HASH_DIGITS
}

/// A citizen's number that a spreadsheet has spelled, or with a digit too many: of a province, with
/// a day of birth.
fn is_long_number(text: &str) -> bool {
    if !is_number(text) {
        return false;
    }
    let is_shortened = text.contains(['E', 'e']);
    let digits = digits(text.split(['E', 'e']).next().unwrap_or_default());
    is_shortened || is_citizen(&digits, 0) || (digits.len() > 16 && is_citizen(&digits, 1))
}

fn is_phone(text: &str) -> bool {
    (FEWEST_OF_PHONE..=14).contains(&digits(text).len())
}

/// Number plates have letters in one case, and mostly four digits.
fn is_plate(text: &str) -> bool {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    let prefix = text.chars().take_while(char::is_ascii_alphabetic).count();
    let suffix = letters.get(prefix..).unwrap_or_default();
    let count = digits(text).len();
    let is_upper = letters.chars().all(|letter| letter.is_ascii_uppercase());
    let is_lower = letters.chars().all(|letter| letter.is_ascii_lowercase());
    let is_joined = !text.contains([' ', '.', '-', '_']);
    let is_unit = UNITS.contains(&suffix.to_ascii_lowercase().as_str()) && count < 4
        || text.contains('.') && ENDINGS.contains(&suffix.to_ascii_lowercase().as_str());
    // A year and a version, a region and a month stand between such marks in the names of files.
    let is_month = || MONTHS.contains(&suffix.to_ascii_lowercase().as_str());
    let is_named =
        text.contains('_') && (count < 4 || digits(text).starts_with("20") || is_month());
    // A letter, digits and a letter are a ticket, a year or a paper size sooner than a plate.
    let is_word = is_joined && prefix == 1 && suffix.len() == 1;
    let is_long_enough = if is_upper { count >= 2 } else { is_lower && count >= 3 };
    is_long_enough && !is_unit && !is_word && !is_named
}

#[cfg(test)]
mod tests {
    use super::super::is_personal;
    use super::{may_hold, next_shape};
    use proptest::prelude::*;

    #[test]
    fn personal_values_are_known_by_their_shape() {
        for text in [
            "7472014101850003",
            "NIK7472014101850003",
            "register_7472014101850003.xlsx",
            "7472 0141 0185 0003",
            "747201.410185.0003",
            "74.72.01.410185.0003",
            "9120001234567",
            "9120-0012-34567",
            "09.254.294.3-407.000",
            "08123456789",
            "+62 812-3456-7890",
            "62 812 3456 7890",
            "(0402) 2823456",
            "hub. 0812 3456 7890 (Ibu Wa Ode)",
            "Jl. Betoambari No. 3 0812345678",
            "RT 3 62812345678",
            "12.0402 2823456",
            "DT 1234 EF",
            "dt-1234-e",
            "DT1234EF",
            "B 1 RI 7472014101850003",
            "wa.ode@example.go.id",
            "wa.ode @ example.go.id",
            "wa.ode[at]example.go.id",
            "7472\u{a0}0141\u{a0}0185\u{a0}0003",
            "747201\u{200b}4101850003",
            "７４７２０１４１０１８５０００３",
            "7.472.014.101.850.003",
            "7,47201410185E+15",
            "74720141018500031",
            "+62 (0)81234567890",
            "DT  4723  QZ",
            "DT_4717_QZ",
            "DT\u{2013}4717\u{2013}QZ",
            "7472O14101850003",
            "7472014lO1850003",
            "74720I41018S0003",
            "Siti 747201410185O0O3",
            "register_747201410185OO03.xlsx",
        ] {
            assert!(is_personal(text), "{text}");
        }
    }

    #[test]
    fn figures_dates_codes_and_hashes_are_nobodys() {
        for text in [
            "",
            "1.234.567.890.123",
            "1.234.567.890.123.456",
            "2024-01-01 06:15:00",
            "01.01.2024-31.12.2024",
            "WB-20240101-00012345",
            "2024010100000123",
            "2019 2020 2021 2022",
            "7472",
            "74.72",
            "TPA-7472-A",
            "TPS3R",
            "A4",
            "B3 30 ton",
            "B 12 KG",
            "R4B",
            "T1234A",
            "Kec. Betoambari",
            "0000000000000000",
            "0,8123456789",
            "raw/8c4d1234567890123456aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "20261127T023633.123456Z",
            "k2024.csv",
            "h2024.xls",
            "B_2024_R.xlsx",
            "DD_7404_JAN.csv",
            "kb_7402_mar.csv",
            "20241231085959123",
            "3 @ 15.000",
            "12  345  678",
            "1,5E+15",
            "IB20250101123456",
            "SO20250101123456",
            "20250101123456SB",
            "BO00000000000123",
            "7472O141O185OOO3",
            "7472O14101850003A",
            "A7472O1410185000",
            "12345678901B2345",
            "9901990199O19901",
            "00f067aa0ba902b7",
            "INV-2025010100O1",
        ] {
            assert!(!is_personal(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_shape_is_passed_over(text in "[0-9A-F@ .+()-]{0,24}", more in "[0-9 .-]{9,30}",
            spelled in "[ _.]?[0-9OIlSB]{1,3}7[1-6][0-9OIlSB]{10,15}[ _.]?",
            before in "[0-9 .-]{0,6}", phone in "(0|62|\\+62|\\(0)[ -]?8[0-9]{2}[ .-]?[0-9]{3,9}") {
            let phone = format!("{before} {phone}");
            for text in [&text, &more, &format!("{text}{more}"), &phone, &spelled] {
                prop_assert!(may_hold(text) || next_shape(text, 0).is_none(), "{}", text);
            }
        }
    }
}
