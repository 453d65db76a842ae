//! Rows that say that they are none: a ticket that was cancelled, an entry that was rejected, a
//! drill, a draft, the second of two entries.

use koridor_contract::codes::{CodeMatch, CodeSystem};
use koridor_contract::{CodeLists, Contract, Field};

/// A word by which a row is none.
#[derive(Debug)]
struct Void {
    words: &'static [&'static str],
    /// Letters by which a field is about the same: there it is a value like others.
    stems: &'static [&'static str],
}

/// The words, and no others.
static VOIDS: [Void; 7] = [
    Void {
        words: &["batal", "dibatalkan", "cancel", "cancelled", "canceled", "void", "voided"],
        stems: &["batal", "cancel"],
    },
    Void { words: &["tidak valid", "invalid"], stems: &["valid"] },
    Void { words: &["ditolak", "rejected"], stems: &["tolak", "reject"] },
    Void { words: &["simulasi", "ujicoba", "uji coba", "dummy"], stems: &["simulasi"] },
    Void { words: &["draft", "draf"], stems: &["draft"] },
    Void { words: &["duplikat", "duplicate"], stems: &["duplik", "duplic"] },
    Void {
        words: &["double input", "dobel input", "input ganda", "data ganda", "entri ganda"],
        stems: &["ganda"],
    },
];

/// Words beside such a word that say no more than what it is about.
const ABOUT: [&str; 18] = [
    "tiket",
    "ticket",
    "data",
    "laporan",
    "transaksi",
    "kejadian",
    "panggilan",
    "baris",
    "entri",
    "input",
    "nota",
    "karcis",
    "timbangan",
    "latihan",
    "status",
    "sudah",
    "telah",
    "ini",
];

/// What parts a remark; a reason says nothing against it.
const MARKS: [char; 11] = [',', ';', '/', '(', ')', ':', '.', '|', '\u{2013}', '\u{2014}', '\n'];

/// Words behind such a word by which it is about something else, or no longer so; so is a number.
const DENIED_BY: [&str; 14] = [
    "nihil",
    "tidak",
    "bukan",
    "belum",
    "kosong",
    "sudah",
    "telah",
    "diperbaiki",
    "diganti",
    "dihapus",
    "dikurangi",
    "dikeluarkan",
    "final",
    "disahkan",
];

/// Words before a reason.
const REASONS: [&str; 3] = [" karena ", " krn ", " sebab "];

/// Keys of headers that are such a word: a yes below is all that is said.
const QUESTIONS: [&str; 9] = [
    "batal",
    "dibatalkan",
    "void",
    "isvoid",
    "cancelled",
    "canceled",
    "iscancelled",
    "iscanceled",
    "dihapus",
];

/// As [`QUESTIONS`], where they can be no number of what was cancelled.
const FLAGS: [&str; 3] = ["isvoid", "iscancelled", "iscanceled"];

/// Ways to say yes.
const YES: [&str; 6] = ["ya", "y", "yes", "true", "x", "v"];

/// Most letters of a remark that is looked at.
const MOST_LETTERS: usize = 120;

/// The words by which rows of a dataset say that they are none.
#[derive(Debug, Clone)]
pub(super) struct VoidWords {
    words: Vec<&'static str>,
}

impl VoidWords {
    /// Those of a dataset: a word that one of its fields may hold is a value.
    pub(super) fn of(contract: &Contract, codes: &CodeLists) -> Self {
        let is_value = |own: &&Void| contract.fields.iter().any(|field| own.is_of(field, codes));
        let voids = VOIDS.iter().filter(|own| !is_value(own));
        Self { words: voids.flat_map(|own| own.words.iter().copied()).collect() }
    }

    /// Whether a remark says that its row is none: by its first words, which say nothing else. What
    /// follows may deny it: `Batal: 3 kunjungan`, `Ditolak, sudah diperbaiki`.
    pub(super) fn are_in(&self, remark: &str) -> bool {
        if remark.is_empty() || remark.len() > MOST_LETTERS || self.words.is_empty() {
            return false;
        }
        let lower = remark.to_lowercase();
        if !self.words.iter().any(|word| lower.contains(word)) {
            return false;
        }
        let (mut first, mut rest) = lower.split_once(MARKS).unwrap_or((&lower, ""));
        // `Status: batal`
        let is_about = |text: &str| text.split_whitespace().all(|word| ABOUT.contains(&word));
        if is_about(first) {
            (first, rest) = rest.split_once(MARKS).unwrap_or((rest, ""));
        }
        let padded = format!(" {first} ");
        let end = REASONS.iter().filter_map(|reason| padded.find(reason)).min();
        let is_void = self.is_void(padded.get(..end.unwrap_or(padded.len())).unwrap_or_default());
        let is_denial = |word: &str| {
            DENIED_BY.contains(&word) || word.bytes().any(|byte| byte.is_ascii_digit())
        };
        is_void && !rest.split(|mark: char| !mark.is_alphanumeric()).any(is_denial)
    }

    /// Whether a cell below a header that is such a word says yes.
    pub(super) fn are_asked(&self, key: &str, text: &str) -> bool {
        // Every cell of a column that is not read is asked.
        if !QUESTIONS.contains(&key) || !self.words.contains(&"batal") {
            return false;
        }
        let lower = text.to_lowercase();
        YES.contains(&lower.as_str()) || (lower == "1" && FLAGS.contains(&key))
    }

    /// Whether a part of a remark is such a word, with what it is about.
    fn is_void(&self, part: &str) -> bool {
        let is_about = |text: &str| text.split_whitespace().all(|word| ABOUT.contains(&word));
        self.words.iter().any(|word| {
            let words: Vec<&str> = part.split_whitespace().collect();
            let part = format!(" {} ", words.join(" "));
            let found = part.split_once(&format!(" {word} "));
            found.is_some_and(|(before, behind)| is_about(before) && is_about(behind))
        })
    }
}

impl Void {
    /// Whether a field holds such a word as a value.
    fn is_of(&self, field: &Field, codes: &CodeLists) -> bool {
        let names = [&field.name, &field.title, &field.koridor.title_en];
        let names = names.map(|name| name.to_lowercase());
        let list = field.koridor.codes.as_ref().and_then(|list| codes.get(list));
        let is_code = |word: &&str| {
            list.is_some_and(|list| matches!(list.find(word, CodeSystem::Bps), CodeMatch::Known(_)))
        };
        let mut allowed = field.constraints.allowed.iter().flatten();
        self.stems.iter().any(|stem| names.iter().any(|name| name.contains(stem)))
            || self.words.iter().any(is_code)
            || allowed.any(|own| self.words.iter().any(|word| own.eq_ignore_ascii_case(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_says_that_its_row_is_none_where_a_part_of_it_says_nothing_else() {
        let words = VOIDS.iter().flat_map(|own| own.words.iter().copied()).collect();
        let words = VoidWords { words };
        for remark in [
            "BATAL",
            "dibatalkan",
            "Void",
            "Cancelled",
            "tiket batal",
            "Dibatalkan karena hujan",
            "Batal, salah input",
            "Ditolak",
            "Simulasi / latihan",
            "uji coba timbangan",
            "DRAFT",
            "DOUBLE INPUT",
            "data ganda",
            "Status: batal",
            "Tidak Valid",
            "Batal / hujan",
        ] {
            assert!(words.are_in(remark), "{remark}");
        }
        for remark in [
            "tidak batal",
            "3 trip batal",
            "rombongan batal datang",
            "Simulasi Tsunami",
            "usulan ditolak pusat",
            "Draft RPJMD",
            "Selesai",
            "Batal: 3 kunjungan",
            "Tiket batal: nihil",
            "Data ganda: sudah dihapus",
            "Ditolak, sudah diperbaiki",
            "Sail Wakatobi: batal",
            "TPS3R Mola (uji coba)",
            "Draft; disahkan 5 Mei",
            "belum diverifikasi",
            "",
        ] {
            assert!(!words.are_in(remark), "{remark}");
        }
        assert!(words.are_asked("dibatalkan", "Ya") && words.are_asked("isvoid", "1"));
        assert!(!words.are_asked("batal", "1") && !words.are_asked("batal", "tidak"));
    }
}
