//! A citizen's number in which letters stand for digits that look like them, as they do where a
//! scan was read or somebody typed what was seen: `7472O141O1850003`.

use super::digits::{is_citizen, is_number};
use std::ops::Range;

/// Signs of the number, and how many of them may be letters.
const SIGNS: usize = 16;
const MOST_LETTERS: usize = 2;

/// The word at a place, where it is such a number: alone, of 16 signs, of which nearly all are
/// digits, and a citizen's where the letters are digits. What follows letters at the front and
/// begins with a day is a ticket.
pub(super) fn spelled_word(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric();
    let before = bytes.get(..at)?.iter().rev().take(SIGNS).take_while(is_part).count();
    let behind = bytes.get(at..)?.iter().take(SIGNS + 1).take_while(is_part).count();
    let word = at - before..at + behind;
    if word.len() != SIGNS {
        return None;
    }
    let own = text.get(word.clone())?;
    let letters = own.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters == 0 || letters > MOST_LETTERS {
        return None;
    }
    let digits = own.chars().map(digit).collect::<Option<String>>()?;
    let plain = own.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    (is_citizen(&digits, 0) && is_number(&digits) && is_number(plain)).then_some(word)
}

/// The digit that a sign is, or looks like.
fn digit(sign: char) -> Option<char> {
    match sign {
        '0'..='9' => Some(sign),
        'O' | 'o' => Some('0'),
        'I' | 'l' => Some('1'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
    }
}
