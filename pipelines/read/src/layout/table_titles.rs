//! Titles of tables: the number that one has, and whether it says that the table goes on.

use koridor_contract::Contract;
use std::collections::BTreeSet;

/// Words that say that a table goes on over a page.
const GOES_ON: [&str; 7] =
    ["lanjutan", "lanjut", "lanj", "sambungan", "bersambung", "continued", "continuation"];

/// Words of the number of a page, which alone says so above a header that stands again.
const PAGES: [&str; 4] = ["halaman", "hal", "hlm", "page"];

/// Words that stand beside them and say nothing else.
const BESIDE: [&str; 19] = [
    "tabel",
    "tbl",
    "table",
    "halaman",
    "hal",
    "hlm",
    "page",
    "ke",
    "dari",
    "of",
    "nomor",
    "no",
    "berikut",
    "berikutnya",
    "sebelumnya",
    "previous",
    "from",
    "dan",
    "and",
];

/// Words of titles that tell no table from another about the same.
const OF_TITLES: [&str; 21] = [
    "jumlah",
    "banyaknya",
    "data",
    "rekap",
    "rekapitulasi",
    "laporan",
    "kunjungan",
    "wisatawan",
    "menurut",
    "berdasarkan",
    "per",
    "di",
    "pada",
    "bulan",
    "tahun",
    "kabupaten",
    "kota",
    "number",
    "by",
    "in",
    "the",
];

/// Words before the number of a table.
const BEFORE_NUMBERS: [&str; 5] = ["tabel", "tbl", "tab", "table", "lampiran"];

/// Whether a word may be a part of the number of a table or a page.
fn is_number(word: &str) -> bool {
    word.chars().count() == 1
        || (word.len() < 4 && word.starts_with(|mark: char| mark.is_ascii_digit()))
        || (!word.is_empty() && word.bytes().all(|byte| b"ivx".contains(&byte)))
}

/// A Roman number in Arabic digits, as far as tables are counted so.
fn arabic(word: &str) -> Option<&'static str> {
    const ROMAN: [(&str, &str); 12] = [
        ("i", "1"),
        ("ii", "2"),
        ("iii", "3"),
        ("iv", "4"),
        ("v", "5"),
        ("vi", "6"),
        ("vii", "7"),
        ("viii", "8"),
        ("ix", "9"),
        ("x", "10"),
        ("xi", "11"),
        ("xii", "12"),
    ];
    ROMAN.iter().find(|(roman, _)| *roman == word).map(|(_, arabic)| *arabic)
}

/// The numbers of tables that a text names, their parts joined with dots: `4.2a` of `Tabel 4.2a`.
pub(super) fn table_numbers(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts: Vec<&str> = lower.split_inclusive(|mark: char| !mark.is_alphanumeric()).collect();
    let word = |part: &str| part.trim_end_matches(|mark: char| !mark.is_alphanumeric()).to_owned();
    let number_behind = |at: usize| {
        let behind = parts.get(at + 1..).unwrap_or_default().iter().map(|part| (*part, word(part)));
        let mut number: Vec<String> = Vec::new();
        for (part, word) in behind.skip_while(|(_, own)| ["", "no", "nomor"].contains(&&**own)) {
            if !is_number(&word) {
                break;
            }
            number.push(arabic(&word).map_or(word, str::to_owned));
            if !part.ends_with(['.', '-', ',', '/']) {
                break;
            }
        }
        (!number.is_empty()).then(|| number.join("."))
    };
    let is_before = |part: &str| BEFORE_NUMBERS.contains(&word(part).as_str());
    let places = (0..parts.len()).filter(|at| parts.get(*at).is_some_and(|part| is_before(part)));
    places.filter_map(number_behind).collect()
}

/// The words of a text in small letters.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

/// Whether a text holds a word that says that a table goes on, and else only numbers of tables and
/// pages and what stands above the table.
pub(super) fn says_it_goes_on(text: &str, is_above: impl Fn(&str) -> bool) -> bool {
    let mut own = words(text).peekable();
    let mut is_told = own.peek().is_some_and(|word| PAGES.contains(&word.as_str()));
    own.peek().is_some()
        && own.all(|word| {
            let goes_on = GOES_ON.contains(&word.as_str());
            is_told |= goes_on;
            goes_on || BESIDE.contains(&word.as_str()) || is_number(&word) || is_above(&word)
        })
        && is_told
}

/// Whether a text begins with a word before the number of a table.
pub(super) fn begins_with_number(text: &str) -> bool {
    words(text).next().is_some_and(|word| BEFORE_NUMBERS.contains(&word.as_str()))
}

/// Whether a text holds a word that says that a table goes on.
pub(super) fn goes_on(text: &str) -> bool {
    words(text).any(|word| GOES_ON.contains(&word.as_str()))
}

/// Whether a text says that tables go on that it names by their number, of one at least, and the
/// texts above name each of them too.
pub(super) fn has_its_number<'cells>(above: impl Iterator<Item = &'cells str>, text: &str) -> bool {
    let own = table_numbers(text);
    let known: BTreeSet<String> = above.flat_map(table_numbers).collect();
    !own.is_empty() && own.iter().all(|number| known.contains(number)) && goes_on(text)
}

/// Whether a word of a title says no more than the titles of a dataset do: nothing of a place, a
/// time, a market or a unit.
pub(super) fn is_of_title(word: &str, contract: &Contract) -> bool {
    let titles = [&contract.title, &contract.koridor.title_en];
    OF_TITLES.contains(&word) || titles.into_iter().any(|title| words(title).any(|own| own == word))
}

#[cfg(test)]
mod tests {
    use super::{has_its_number, says_it_goes_on, table_numbers};

    #[test]
    fn numbers_of_tables_are_told_by_the_word_before_them() {
        for (text, numbers) in [
            ("Lanjutan Tabel 4.2", &["4.2"][..]),
            ("Tabel/Table No. 4.2a. Timbulan 2025", &["4.2a"]),
            ("Tabel 4-2 Table 4.2 (lanjutan)", &["4.2", "4.2"]),
            ("LAMPIRAN IV: data", &["4"]),
            ("TABEL II", &["2"]),
            ("Tabel 1, halaman 2", &["1"]),
            ("Lanjutan Tabel", &[]),
            ("Tabel Timbulan 2025", &[]),
            ("Lanjutan 2", &[]),
        ] {
            assert_eq!(table_numbers(text), numbers, "{text}");
        }
    }

    #[test]
    fn a_title_that_a_table_goes_on_says_nothing_else() {
        let is_above = |word: &str| ["timbulan", "wakatobi", "2025"].contains(&word);
        for (text, goes_on) in [
            ("Lanjutan Tabel 1", true),
            ("LANJUTAN", true),
            ("Lanj. Tabel 12", true),
            ("Halaman 2", true),
            ("Halaman Timbulan Buton", false),
            ("Sambungan Tabel 4.2a", true),
            ("Tabel 1 (lanjutan)", true),
            ("Table IV, continued", true),
            ("Bersambung ke halaman berikutnya", true),
            ("Lanjutan Tabel 1. Timbulan Wakatobi 2025", true),
            ("Lanjutan Tabel 1. Timbulan Wakatobi 2024", false),
            ("Lanjutan Tabel 1. Timbulan Buton 2025", false),
            ("Lanjutan Tabel 1 (kg)", false),
            ("Tabel 2", false),
            ("Timbulan Wakatobi 2025", false),
            ("", false),
        ] {
            assert_eq!(says_it_goes_on(text, is_above), goes_on, "{text}");
        }
    }

    #[test]
    fn a_title_that_goes_on_under_a_number_has_that_of_the_table_above() {
        let is_own = |above: &str, text: &str| has_its_number(std::iter::once(above), text);
        assert!(is_own("Tabel 4.2 Timbulan", "Lanjutan Tabel 4.2 Jumlah Timbulan"));
        assert!(!is_own("Tabel 4.2 Timbulan", "Lanjutan Tabel 4.3 Jumlah Timbulan"));
        assert!(!is_own("Tabel 4.2 Timbulan", "Tabel 4.2 Jumlah Timbulan"));
        assert!(!is_own("Timbulan", "Lanjutan Tabel 4.2 Jumlah Timbulan"));
        assert!(!is_own("Tabel 4.2 Timbulan", "Lanjutan Jumlah Timbulan"));
    }
}
