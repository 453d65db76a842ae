//! Words that tell the status of figures: "angka sementara", "provisional". The words are a code
//! list of the project, `obs_status`.

use super::plan_lists::DENIALS;
use koridor_contract::CodeLists;
use koridor_contract::codes::{Code, normalise};

/// The list of statuses and their words, and the field that takes them.
pub(super) const LIST: &str = "obs_status";

/// What parts the words of a text.
const MARKS: [char; 15] =
    ['(', ')', '[', ']', '{', '}', ':', ';', ',', '|', '/', '–', '—', '-', '*'];

/// Words that may stand between them and it.
const BETWEEN: [&str; 7] = ["lagi", "angka", "data", "sangat", "merupakan", "longer", "a"];

/// Words for statuses, those of most words first.
pub(super) struct StatusWords<'codes> {
    phrases: Vec<Phrase<'codes>>,
}

struct Phrase<'codes> {
    words: Vec<String>,
    code: &'codes str,
    /// Words before a word that stands alone which give it another meaning.
    not_after: Vec<String>,
}

impl<'codes> StatusWords<'codes> {
    /// The words of a project; `None` where it has none.
    pub(super) fn of(codes: &'codes CodeLists) -> Option<Self> {
        let mut phrases: Vec<Phrase<'codes>> =
            codes.get(LIST)?.codes().iter().flat_map(phrases).collect();
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        Some(Self { phrases })
    }

    /// The status that a text tells.
    ///
    /// Several words tell it wherever they stand together. A word alone ("sementara") tells it at
    /// the end of a part of the text, or beside a year: other words behind it, or one before it
    /// that the list names ("penampungan sementara"), give it another meaning.
    pub(super) fn find(&self, text: &str) -> Option<&'codes str> {
        let parts = parts(text);
        let tells = |phrase: &&Phrase<'codes>| parts.iter().any(|part| phrase.is_in(part));
        self.phrases.iter().find(tells).map(|phrase| phrase.code)
    }

    /// The status that a remark beside a row tells: there a word alone is all of a part of it, as
    /// a house may be closed "sementara".
    pub(super) fn find_in_remark(&self, text: &str) -> Option<&'codes str> {
        if !self.phrases.iter().any(|phrase| phrase.may_be_in(text)) {
            return None;
        }
        let parts = parts(text);
        let tells = |phrase: &&Phrase<'codes>| {
            let is_whole = |part: &Vec<String>| *part == phrase.words;
            parts.iter().any(|part| match phrase.words.len() {
                1 => is_whole(part),
                _ => phrase.is_in(part),
            })
        };
        self.phrases.iter().find(tells).map(|phrase| phrase.code)
    }
}

/// The words of each part of a text.
fn parts(text: &str) -> Vec<Vec<String>> {
    let words = |part: &str| normalise(part).split(' ').map(str::to_owned).collect();
    text.split(MARKS).map(words).collect()
}

fn phrases(code: &Code) -> impl Iterator<Item = Phrase<'_>> {
    let attribute = |name: &str| code.attributes.get(name).map(String::as_str).unwrap_or_default();
    let list = |name: &str| -> Vec<String> {
        attribute(name).split('|').map(normalise).filter(|text| !text.is_empty()).collect()
    };
    let not_after = list("not_after");
    let texts = ["name", "name_en", "aliases"].into_iter().flat_map(list).collect::<Vec<_>>();
    texts.into_iter().map(move |text| Phrase {
        words: text.split(' ').map(str::to_owned).collect(),
        code: &code.code,
        not_after: not_after.clone(),
    })
}

impl Phrase<'_> {
    /// Whether a text holds its last word, told without bringing the text into another form.
    fn may_be_in(&self, text: &str) -> bool {
        let last = self.words.last().map(String::as_str).unwrap_or_default().as_bytes();
        let mut windows = text.as_bytes().windows(last.len().max(1));
        windows.any(|window| window.eq_ignore_ascii_case(last))
    }

    fn is_in(&self, part: &[String]) -> bool {
        let length = self.words.len();
        let mut places = (0..=part.len().saturating_sub(length))
            .filter(|at| part.get(*at..at + length) == Some(self.words.as_slice()));
        let is_other = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| part.get(before));
            before.is_some_and(|word| self.not_after.contains(word)) || is_denied(part, at)
        };
        let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
        places.any(|at| {
            let behind = part.get(at + length..).unwrap_or_default();
            !is_other(at) && (length > 1 || behind.iter().all(is_number))
        })
    }
}

/// Whether the words before a place deny what stands there: `bukan angka sementara`.
fn is_denied(part: &[String], at: usize) -> bool {
    let before = part.get(..at).unwrap_or_default();
    let is_between = |word: &&String| BETWEEN.contains(&word.as_str());
    let denial = before.iter().rev().find(|word| !is_between(word));
    denial.is_some_and(|word| DENIALS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use koridor_contract::CodeList;
    use std::collections::BTreeMap;

    #[test]
    fn words_for_figures_and_no_others_tell_a_status() {
        let row = |code: &str, aliases: &str, not_after: &str| -> BTreeMap<String, String> {
            [("code", code), ("aliases", aliases), ("not_after", not_after)]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into()
        };
        let rows = [
            row("provisional", "angka sementara|sementara|provisional figures", "penampungan|tps"),
            row("very_provisional", "angka sangat sementara|sangat sementara", ""),
        ];
        let list = CodeList::new(LIST, rows).unwrap();
        let lists = CodeLists::from([(LIST.to_owned(), std::sync::Arc::new(list))]);
        let words = StatusWords::of(&lists).unwrap();
        let early = Some("provisional");
        for (text, status) in [
            ("Kunjungan 2025 (Angka Sementara)", early),
            ("KUNJUNGAN WISATAWAN - ANGKA SEMENTARA TAHUN 2025", early),
            ("Status: sementara", early),
            ("Kunjungan wisatawan sementara", early),
            ("Sementara 2025", early),
            ("angka-angka sementara", early),
            ("Provisional figures", early),
            ("*) Angka sangat sementara", Some("very_provisional")),
            ("Daftar Tempat Penampungan Sementara", None),
            ("TPS Sementara (Mola)", None),
            ("Sementara itu kunjungan naik", None),
            ("Kunjungan sementaranya", None),
            ("Bukan angka sementara", None),
            ("Bukan lagi data sementara", None),
            ("Bukan angka tetap, angka sementara", early),
        ] {
            assert_eq!(words.find(text), status, "{text}");
        }
        assert_eq!(words.find_in_remark("tutup sementara"), None);
        assert_eq!(words.find_in_remark("Angka sementara, menunggu laporan"), early);
        assert_eq!(words.find_in_remark("(sementara)"), early);
    }
}
