//! The words of a title, a note or a remark, with the marks between them.

use super::plan_lists::{MARKS, PLANS, Plan};
use super::title_words::OF_FIGURES;

/// A word of a title in small letters.
pub(super) struct Word {
    pub(super) text: String,
    /// What stands between the word before and it.
    pub(super) marks: String,
    /// Whether it begins with a capital.
    pub(super) is_capital: bool,
}

impl Word {
    /// Whether it is of digits.
    pub(super) fn is_number(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Whether it may be a year.
    pub(super) fn is_year(&self) -> bool {
        let is_of_now = self.text.starts_with("19") || self.text.starts_with("20");
        self.text.len() == 4 && self.is_number() && is_of_now
    }

    /// Whether it numbers a table, an annex or an entry of a list: `3`, `2a`, `III`, `A`.
    pub(super) fn is_numbering(&self) -> bool {
        let letters = || self.text.chars();
        let is_mixed = self.text.len() <= 3 && letters().any(|letter| letter.is_ascii_digit());
        let is_roman = self.text.len() <= 5 && letters().all(|letter| "ivxl".contains(letter));
        let is_letter = self.text.len() == 1 && letters().all(|letter| letter.is_ascii_lowercase());
        self.is_number() || is_mixed || is_roman || is_letter
    }

    /// Whether it is a year or the word for one.
    pub(super) fn is_of_year(&self) -> bool {
        self.is_year() || self.text == "tahun"
    }

    /// Whether it is one of a list.
    pub(super) fn is_among(&self, list: &[&str]) -> bool {
        list.contains(&self.text.as_str())
    }

    /// Whether titles of figures begin with it.
    pub(super) fn is_of_figures(&self) -> bool {
        self.is_among(&OF_FIGURES)
    }

    /// Whether a part of the title begins with it.
    pub(super) fn begins_part(&self) -> bool {
        self.marks.contains(MARKS) || self.marks.contains(" - ")
    }

    /// Whether a dash stands before it.
    pub(super) fn follows_dash(&self) -> bool {
        self.marks.contains(['–', '—']) || self.marks.contains(" - ")
    }

    /// Whether nothing parts it from the word before.
    pub(super) fn is_close(&self) -> bool {
        !self.marks.contains(|mark: char| !mark.is_whitespace() && !"._-".contains(mark))
    }

    /// Its plan: `target`, `Target2024`.
    pub(super) fn plan(&self) -> Option<&'static Plan> {
        let bare = self.text.trim_end_matches(|mark: char| mark.is_ascii_digit());
        let is_of_year = [0, 4].contains(&(self.text.len() - bare.len()));
        PLANS.iter().find(|own| own.word == bare && is_of_year)
    }
}

/// The words of a text.
pub(super) fn words_of(title: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut marks = String::new();
    let mut is_open = false;
    let letters = title.chars().flat_map(|own| {
        let is_capital = own.is_uppercase();
        own.to_lowercase().map(move |letter| (letter, is_capital))
    });
    for (letter, is_capital) in letters {
        let is_of_word = letter.is_alphanumeric();
        match words.last_mut().filter(|_| is_open && is_of_word) {
            Some(word) => word.text.push(letter),
            None if is_of_word => {
                let marks = std::mem::take(&mut marks);
                words.push(Word { text: letter.to_string(), marks, is_capital });
            }
            None => marks.push(letter),
        }
        is_open = is_of_word;
    }
    words
}
