//! The pieces of a number format: places of digits, written texts, and the rest.

use std::iter::Peekable;
use std::str::Chars;

/// A piece of a section of a number format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Places of digits with the marks between them: `#,##0.00`.
    Digits(String),
    /// What is written as it stands.
    Text(String),
    /// A percent sign that multiplies.
    Percent,
    /// Parts of a date, and the place of a text.
    Other,
}

impl Piece {
    /// Whether digits of the number stand there.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Digits(places) if places.contains(['0', '#', '?']))
    }
}

/// Words that stand in formats without quotes, which other programs than Excel write.
const BARE_WORDS: [&str; 9] = ["kg", "rb", "ribu", "ribuan", "jt", "juta", "miliar", "rp", "idr"];

/// The sections of a format, each by its pieces.
pub(super) fn sections(format: &str) -> Vec<Vec<Piece>> {
    let mut sections = Vec::new();
    let mut own = Vec::new();
    let mut marks = format.chars().peekable();
    while let Some(mark) = marks.next() {
        match mark {
            ';' => sections.push(std::mem::take(&mut own)),
            '"' => {
                let text: String = marks.by_ref().take_while(|mark| *mark != '"').collect();
                add_text(&mut own, &text);
            }
            '\\' => marks.next().into_iter().for_each(|mark| add_mark(&mut own, mark)),
            // As much room as a mark takes, and a mark that fills the cell.
            '_' | '*' => {
                marks.next();
                add_mark(&mut own, ' ');
            }
            '[' => {
                let text: String = marks.by_ref().take_while(|mark| *mark != ']').collect();
                add_bracket(&mut own, &text);
            }
            '%' => own.push(Piece::Percent),
            '@' => own.push(Piece::Other),
            '0' | '#' | '?' | '.' | ',' => add_digit(&mut own, mark),
            '/' => {
                // Digits behind it are those of a fraction: `# ??/100`.
                add_mark(&mut own, mark);
                while let Some(next) = marks.next_if(|mark| "0123456789#?".contains(*mark)) {
                    add_mark(&mut own, next);
                }
            }
            letter if letter.is_alphabetic() => add_word(&mut own, letter, &mut marks),
            other => add_mark(&mut own, other),
        }
    }
    sections.push(own);
    sections
}

/// Adds a bracket: a sign of money (`[$Rp-421]`), a colour, a condition or a time that has passed.
fn add_bracket(pieces: &mut Vec<Piece>, text: &str) {
    match text.strip_prefix('$') {
        Some(sign) => add_text(pieces, sign.split('-').next().unwrap_or(sign)),
        None if text.starts_with(['h', 'H', 'm', 's', 'S'])
            && text.chars().all(|mark| "hHmMsS".contains(mark)) =>
        {
            pieces.push(Piece::Other);
        }
        None => {}
    }
}

/// Adds letters that stand without quotes: the general format, an exponent or parts of a date.
fn add_word(pieces: &mut Vec<Piece>, first: char, marks: &mut Peekable<Chars<'_>>) {
    let mut word = String::from(first);
    while let Some(letter) = marks.next_if(|mark| mark.is_alphabetic()) {
        word.push(letter);
    }
    let word = word.to_lowercase();
    if word == "general" {
        add_digit(pieces, '0');
    } else if word == "e" && marks.next_if(|mark| matches!(mark, '+' | '-')).is_some() {
        add_digit(pieces, 'E');
    } else if BARE_WORDS.contains(&word.as_str()) {
        add_text(pieces, &word);
    } else {
        pieces.push(Piece::Other);
    }
}

fn add_digit(pieces: &mut Vec<Piece>, mark: char) {
    match pieces.last_mut() {
        Some(Piece::Digits(places)) => places.push(mark),
        _ => pieces.push(Piece::Digits(mark.into())),
    }
}

fn add_mark(pieces: &mut Vec<Piece>, mark: char) {
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.push(mark),
        _ => pieces.push(Piece::Text(mark.into())),
    }
}

fn add_text(pieces: &mut Vec<Piece>, text: &str) {
    text.chars().for_each(|mark| add_mark(pieces, mark));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_parted_into_what_is_written_and_places_of_digits() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let digits = |places: &str| Piece::Digits(places.to_owned());
        assert_eq!(
            sections("\"a;b\"#,##0\\ \"kg\";[Red]-0.0%"),
            [
                vec![text("a;b"), digits("#,##0"), text(" kg")],
                vec![text("-"), digits("0.0"), Piece::Percent],
            ]
        );
        assert_eq!(sections("[$Rp-421]0.0E+00"), [vec![text("Rp"), digits("0.0E00")]]);
        assert_eq!(sections("[$-421]yyyy"), [vec![Piece::Other]]);
        assert_eq!(sections("# ?/10"), [vec![digits("#"), text(" "), digits("?"), text("/10")]]);
        assert_eq!(sections("\"open"), [vec![text("open")]]);
    }
}
