//! Personal values by their shape, wherever they stand: a citizen's or a business's number, a phone
//! number, a number plate, an e-mail address.
//!
//! A field that a contract calls personal is hashed and masked for what it is. Here is what stands
//! where no contract expects it: in a row that is shifted by a cell, in a free text, in the name of
//! a file. Names have no shape: what stands beside such a value goes with it.

use crate::personal::{HashKey, Hasher, MASKED};
use regex::Regex;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// Fewest digits of a phone number, and of a number that a person or a business is given.
const FEWEST_OF_PHONE: usize = 9;
const FEWEST_OF_NUMBER: usize = 13;

/// Letters of a keyed hash that stand for a value or a name.
const TOKEN_LETTERS: usize = 20;

/// From so many hexadecimal digits on a word is a hash and no number.
const HASH_DIGITS: usize = 32;

/// Groups of digits that are a number of 16 (NIK, family card), 15 (NPWP) or 13 digits (NIB), phone
/// numbers, number plates by the area codes in use, e-mail addresses.
const SHAPES: &str = r"(?xi)
    (?P<email>  [a-z0-9._%+-]+ @ [a-z0-9-]+ (?:\.[a-z0-9-]+)+ )
  | (?P<phone>  (?:\+?62 | \(?0) [\ -]? \(? 8[0-9]{1,2} \)? (?:[\ .-]? [0-9]{2,5}){2,3}
              | \(? 0[2-9][0-9]{1,2} \)? [\ -]{1,3} [0-9]{3,4} [\ -]? [0-9]{3,4}
              | \+62 [\ -]? [2-9][0-9]{1,2} [\ -]? [0-9]{3,4} [\ -]? [0-9]{3,4} )
  | (?P<number> [0-9]{16} | [0-9]{15} | [0-9]{13}
              | [0-9]{4}(?:[\ .-][0-9]{4}){3}
              | [0-9]{6}[\ .-][0-9]{6}[\ .-][0-9]{4}
              | [0-9]{2}[\ .-][0-9]{2}[\ .-][0-9]{2}[\ .-][0-9]{6}[\ .-][0-9]{4}
              | [0-9]{2}\.[0-9]{3}\.[0-9]{3}\.[0-9][.-][0-9]{3}\.[0-9]{3}
              | [0-9]{4}[\ -][0-9]{4}[\ -][0-9]{5} | [0-9]{4}[\ -][0-9]{5}[\ -][0-9]{4}
              | [0-9]{5}[\ -][0-9]{4}[\ -][0-9]{4} | [0-9]{3}(?:[\ -][0-9]{3}){2}[\ -][0-9]{4} )
  | (?P<plate>  (?: A[ABDEG]? | B[ABDEGHKLMNP]? | C[CD] | D[ABCDEGHKLMNPRST]? | E[ABD]? | F | G
                  | H | K[BHTU]? | L | M | N | P[AB]? | R | S | T | W | Z )
                [\ .-]? [0-9]{1,4} [\ .-]? [A-Z]{1,3} )";

/// Words that follow a figure and are no part of a number plate.
const UNITS: [&str; 11] = ["kg", "ton", "km", "ha", "m", "l", "rp", "pcs", "gr", "dan", "jt"];

fn shapes() -> Option<&'static Regex> {
    static SHAPES_READ: OnceLock<Option<Regex>> = OnceLock::new();
    SHAPES_READ.get_or_init(|| Regex::new(SHAPES).ok()).as_ref()
}

/// Whether a text holds a personal value, by its shape.
pub fn is_personal(text: &str) -> bool {
    may_hold(text) && next_shape(text, 0).is_some()
}

/// A cell's text as it may be stored and shown: masked whole where it holds a personal value, for
/// what stands beside it is often the name.
pub fn cell(text: &str) -> Cow<'_, str> {
    if is_personal(text) { Cow::Borrowed(MASKED) } else { Cow::Borrowed(text) }
}

/// The texts of one line of a table, such as its labels: where one holds a personal value the line
/// is one of data, and all with words are masked.
pub fn line(texts: Vec<String>) -> Vec<String> {
    if !texts.iter().any(|text| is_personal(text)) {
        return texts;
    }
    let masked = |text: String| if has_word(&text) { MASKED.to_owned() } else { text };
    texts.into_iter().map(|text| cell(&text).into_owned()).map(masked).collect()
}

/// A sentence that is stored or shown: personal values in it are masked, and with them what it
/// quotes with words.
pub fn prose(text: &str) -> Cow<'_, str> {
    if !is_personal(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = next_shape(text, at) {
        masked.push_str(text.get(at..found.start).unwrap_or_default());
        masked.push_str(MASKED);
        at = found.end;
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    let quoted = |(place, part): (usize, &str)| match place % 2 == 1 && has_word(part) {
        true => MASKED.to_owned(),
        false => part.to_owned(),
    };
    Cow::Owned(masked.split('"').enumerate().map(quoted).collect::<Vec<_>>().join("\""))
}

/// Whether a text holds two words beside each other, as the names of people mostly are.
pub fn is_like_a_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let is_word = |word: &str| {
        word.chars().filter(|letter| letter.is_alphabetic()).count() > 1
            && word.chars().all(|mark| mark.is_alphabetic() || ".,'-()".contains(mark))
    };
    words.clone().nth(1).is_some() && words.all(is_word)
}

/// Whether a text holds a word.
pub fn has_word(text: &str) -> bool {
    text.chars().filter(|letter| letter.is_alphabetic()).nth(1).is_some()
}

/// Gives what is personal a name that tells it from others and nothing else.
#[derive(Debug, Clone)]
pub struct Scrubber {
    hasher: Hasher,
}

impl Scrubber {
    /// One with the lake's key.
    pub fn new(key: &HashKey) -> Self {
        Self { hasher: Hasher::new(key) }
    }

    /// A value as it is stored: one that holds something personal is a mask with a keyed hash, so
    /// that keys stay different. `None` where it may stay as it is.
    pub(crate) fn value(&self, text: &str) -> Option<String> {
        is_personal(text).then(|| self.token(text))
    }

    /// The name of a sheet as it is stored and shown.
    pub fn name<'text>(&self, name: &'text str) -> Cow<'text, str> {
        match self.value(name) {
            Some(token) => Cow::Owned(token),
            None => Cow::Borrowed(name),
        }
    }

    /// A path as it is stored and shown: of a folder or a file whose name holds something personal
    /// the ending stays.
    pub fn path<'text>(&self, path: &'text str) -> Cow<'text, str> {
        if !is_personal(path) {
            return Cow::Borrowed(path);
        }
        let parts: Vec<String> = path.split('/').map(|part| self.file_name(part)).collect();
        Cow::Owned(parts.join("/"))
    }

    fn file_name(&self, name: &str) -> String {
        let Some(token) = self.value(name) else { return name.to_owned() };
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        let is_ending = |ending: &&str| {
            (1..=5).contains(&ending.len())
                && ending.chars().all(|mark| mark.is_ascii_alphanumeric())
                && ending.contains(|mark: char| mark.is_ascii_alphabetic())
        };
        match ending.filter(is_ending) {
            Some(ending) => format!("{token}.{ending}"),
            None => token,
        }
    }

    fn token(&self, text: &str) -> String {
        // Letters alone: a token is not taken for a number itself.
        let letter = |digit: &u8| match digit {
            b'0'..=b'9' => char::from(digit - b'0' + b'a'),
            digit => char::from(digit - b'a' + b'k'),
        };
        let hash = self.hasher.clone().hash(text.as_bytes());
        let letters: String = hash.iter().take(TOKEN_LETTERS).map(letter).collect();
        format!("{MASKED}{letters}")
    }
}

/// Whether a text is worth a search: nearly all are not. Never says no to what the shapes hold.
fn may_hold(text: &str) -> bool {
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
                if group.may_be_number() || may_be_plate(bytes, start..at) {
                    return true;
                }
                continue;
            }
            b'@' => return true,
            byte if is_mark(byte) => group.marks += 1,
            _ => group = Group::default(),
        }
        at += 1;
    }
    false
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
    matches!(byte, b' ' | b'.' | b'-' | b'(' | b')' | b'+')
}

/// A few digits between letters, with a mark on each side or none.
fn may_be_plate(bytes: &[u8], run: Range<usize>) -> bool {
    let is_letter =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let is_before = is_letter(run.start.checked_sub(1)) || is_letter(run.start.checked_sub(2));
    run.len() <= 4 && is_before && (is_letter(Some(run.end)) || is_letter(Some(run.end + 1)))
}

/// The first personal value from a place on.
fn next_shape(text: &str, from: usize) -> Option<Range<usize>> {
    let shapes = shapes()?;
    let mut at = from;
    while at < text.len() {
        // Where nothing is found, which is nearly always, groups cost more than the search.
        let start = shapes.find_at(text, at)?.start();
        let found = shapes.captures_at(text, start)?;
        let whole = found.get(0)?;
        let range = whole.range();
        let own = whole.as_str();
        let is_it = if found.name("email").is_some() {
            true
        } else if found.name("plate").is_some() {
            is_plate(own) && stands_alone(text, &range, |mark| mark.is_ascii_alphanumeric())
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

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A number that begins with a day, as tickets and time stamps do, or that is a row of years, is
/// nobody's.
fn is_number(text: &str) -> bool {
    let digits = digits(text);
    let part = |from: usize, to: usize| {
        digits.get(from..to).and_then(|part| part.parse::<u32>().ok()).unwrap_or_default()
    };
    let is_year = |year: u32| (1990..=2099).contains(&year);
    let is_day =
        is_year(part(0, 4)) && (1..=12).contains(&part(4, 6)) && (1..=31).contains(&part(6, 8));
    let groups: Vec<u32> = text.split([' ', '.', '-']).flat_map(str::parse).collect();
    let is_years = groups.len() > 1 && groups.iter().all(|group| is_year(*group));
    let is_one_digit = digits.chars().all(|digit| digits.starts_with(digit));
    !is_day && !is_years && !is_one_digit
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
    let is_joined = !text.contains([' ', '.', '-']);
    let is_unit = UNITS.contains(&suffix.to_ascii_lowercase().as_str()) && count < 4;
    // A letter, digits and a letter are a ticket, a year or a paper size sooner than a plate.
    let is_word = is_joined && prefix == 1 && suffix.len() == 1;
    let is_long_enough = if is_upper { count >= 2 } else { is_lower && count >= 3 };
    is_long_enough && !is_unit && !is_word
}

#[cfg(test)]
mod tests {
    use super::*;
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
        ] {
            assert!(!is_personal(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_shape_is_passed_over(text in "[0-9A-F@ .+()-]{0,24}", more in "[0-9 .-]{9,30}",
            before in "[0-9 .-]{0,6}", phone in "(0|62|\\+62|\\(0)[ -]?8[0-9]{2}[ .-]?[0-9]{3,9}") {
            let phone = format!("{before} {phone}");
            for text in [&text, &more, &format!("{text}{more}"), &phone] {
                prop_assert!(may_hold(text) || next_shape(text, 0).is_none(), "{}", text);
            }
        }
    }

    #[test]
    fn what_stands_beside_goes_along() {
        assert_eq!(cell("Siti Aminah (7472014101850003)"), MASKED);
        let labels = ["Siti Aminah", "7472014101850003", "12"].map(str::to_owned).to_vec();
        assert_eq!(line(labels), [MASKED, MASKED, "12"]);
        assert_eq!(
            prose("column \"Siti Aminah\" beside 7472014101850003 in cell B7"),
            "column \"***\" beside *** in cell B7"
        );
        assert!(is_like_a_name("Wa Ode Siti") && !is_like_a_name("besar"));
        assert!(!is_like_a_name("35 hari kerja"));
    }

    #[test]
    fn names_stay_different_and_tell_nothing() {
        let scrubber = Scrubber::new(&HashKey::new(vec![7; 32]).unwrap());
        let told = |path: &str| scrubber.path(path).into_owned();
        assert_eq!(told("landing/DLH_7472/januari.csv"), "landing/DLH_7472/januari.csv");
        let (one, other) = (
            told("landing/DISKOP_7472/Siti 7472014101850003.xlsx"),
            told("landing/DISKOP_7472/Siti 7472014101850004.xlsx"),
        );
        assert_ne!(one, other);
        assert!(one.starts_with("landing/DISKOP_7472/***") && one.ends_with(".xlsx"), "{one}");
        assert!(!one.contains("Siti") && !is_personal(&one), "{one}");
    }
}
