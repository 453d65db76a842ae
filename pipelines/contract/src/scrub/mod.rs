//! Personal values by their shape, wherever they stand: a citizen's or a business's number, a phone
//! number, a number plate, an e-mail address.
//!
//! A field that a contract calls personal is hashed and masked for what it is. Here is what stands
//! where no contract expects it: in a row that is shifted by a cell, in a free text, in the name of
//! a file. Names have no shape: what stands beside such a value goes with it.

mod digits;
mod shapes;
mod spelled;

use crate::personal::{HashKey, Hasher, MASKED};
use crate::spelling::plain;
use shapes::{may_hold, next_shape};
use std::borrow::Cow;

/// Letters of a keyed hash that stand for a value or a name.
const TOKEN_LETTERS: usize = 20;

/// Whether a text holds a personal value, by its shape.
pub fn is_personal(text: &str) -> bool {
    // Every text of a file is asked: a search that prepares itself would cost more than the rest.
    let has_gap = || text.as_bytes().windows(2).any(|pair| pair == b"  ");
    if !text.is_ascii() || has_gap() {
        let text = seen(text);
        return may_hold(&text) && next_shape(&text, 0).is_some();
    }
    may_hold(text) && next_shape(text, 0).is_some()
}

/// Whether a text is the number of a mobile phone whose nought a spreadsheet has dropped. An amount
/// can look like one: only where no number belongs.
pub fn is_bare_phone(text: &str) -> bool {
    let text = text.trim();
    (11..=12).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.starts_with('8')
        && !text.starts_with("80")
}

/// A text as it is seen: marks that look alike are one, and so are several blanks.
fn seen(text: &str) -> Cow<'_, str> {
    let text = plain(text);
    if !text.contains("  ") {
        return text;
    }
    let mut one = String::with_capacity(text.len());
    for mark in text.chars() {
        if mark != ' ' || !one.ends_with(' ') {
            one.push(mark);
        }
    }
    Cow::Owned(one)
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
    let text: &str = &seen(text);
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
        Self::of(Hasher::new(key))
    }

    /// One that hashes with what another made of the lake's key.
    pub(crate) fn of(hasher: Hasher) -> Self {
        Self { hasher }
    }

    /// A value as it is stored: one that holds something personal is a mask with a keyed hash, so
    /// that keys stay different. `None` where it may stay as it is.
    pub(crate) fn value(&self, text: &str) -> Option<String> {
        (is_personal(text) || is_bare_phone(text)).then(|| self.token(text))
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

#[cfg(test)]
mod tests {
    use super::*;

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
