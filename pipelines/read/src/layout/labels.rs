//! What labels and cells tell of a row by themselves: a total, a mean, a note, a figure, a row of
//! column numbers.

use super::header_key::header_key;
use crate::readers::workbook::STRUCK;
use koridor_contract::codes::{CodeLists, CodeMatch, CodeSystem, normalise};
use koridor_contract::date::{DateFormat, month_by_name, parse_date};
use koridor_contract::number::{NumberFormat, parse_decimal};
use koridor_contract::source::Column;
use koridor_contract::{CellKind, RawBatch};

/// Words for totals that are values of a field, by its list of codes or the description, and others
/// that the description gives a value.
pub(super) fn known_totals(
    field: &koridor_contract::Field,
    described: Option<&Column>,
    codes: &CodeLists,
) -> Vec<String> {
    let list = field.koridor.codes.as_ref().and_then(|name| codes.get(name));
    let is_known = |word: &&&str| {
        list.is_some_and(|list| matches!(list.find(word, CodeSystem::Bps), CodeMatch::Known(_)))
    };
    let words =
        TOTAL_WORDS.iter().chain(&WHOLE_TOTALS).filter(is_known).map(|word| (*word).to_owned());
    words
        .chain(described.iter().flat_map(|column| column.values.keys()).map(|word| normalise(word)))
        .collect()
}

/// What offices call a row that sums others, or the mean of them.
const TOTAL_WORDS: [&str; 17] = [
    "jumlah",
    "total",
    "grand total",
    "grandtotal",
    "sub total",
    "subtotal",
    "sub jumlah",
    "subjumlah",
    "sub jml",
    "sub ttl",
    "jml",
    "jlh",
    "ttl",
    "rata rata",
    "rata2",
    "rerata",
    "average",
];

/// What they call it in words that say so only alone: `Seluruh Kawasan Wisata` is none.
const WHOLE_TOTALS: [&str; 3] = ["keseluruhan", "jumlahnya", "seluruh kawasan"];

/// Whether a text is such a word and no more, or with a number or a bracket behind it: a name may
/// begin with one.
pub(super) fn is_total_alone(text: &str) -> bool {
    if !may_be_total(text) {
        return false;
    }
    let own = normalise(text.split(['(', ':']).next().unwrap_or(text));
    let is_number = |tail: &str| {
        tail.split(' ').all(|word| {
            matches!(word, "i" | "ii" | "iii" | "iv" | "v" | "keseluruhan" | "seluruhnya" | "umum")
                || matches!(word, "tanggal" | "tgl" | "hari" | "bulan")
                || month_by_name(word.as_bytes()).is_some()
                || word.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let is_whole = WHOLE_TOTALS.contains(&own.as_str());
    is_whole
        || TOTAL_WORDS.iter().any(|word| {
            own.strip_prefix(word).is_some_and(|tail| {
                tail.is_empty() || (tail.starts_with(' ') && is_number(tail.trim()))
            })
        })
}

/// Told by the first letter, as nearly all cells are none.
fn may_be_total(text: &str) -> bool {
    const LETTERS: [char; 14] =
        ['j', 'J', 't', 'T', 'g', 'G', 's', 'S', 'r', 'R', 'a', 'A', 'k', 'K'];
    text.trim_start().starts_with(LETTERS)
}

/// Whether a row of cells is one that sums others.
pub fn is_total(text: &str) -> bool {
    if !may_be_total(text) {
        return false;
    }
    let text = normalise(text);
    // `T O T A L` is one word.
    let spaced = text.split(' ').all(|letter| letter.chars().count() == 1)
        && TOTAL_WORDS.contains(&text.replace(' ', "").as_str());
    spaced
        || WHOLE_TOTALS.contains(&text.as_str())
        || TOTAL_WORDS.iter().any(|word| {
            text == *word
                || text.strip_prefix(word).is_some_and(|rest| {
                    rest.starts_with(' ') || rest.starts_with(':') || rest.starts_with('(')
                })
        })
}

/// Whether a total row holds means and not sums.
pub(super) fn is_average(text: &str) -> bool {
    let text = normalise(text);
    ["rata rata", "rata2", "rerata", "average"].iter().any(|word| text.starts_with(word))
}

/// Whether a text that stands alone in its row is a note.
pub(crate) fn is_note(text: &str) -> bool {
    let text = normalise(text);
    text.starts_with('*')
        || ["sumber", "catatan", "keterangan", "ket", "note", "source", "ttd", "mengetahui"]
            .iter()
            .any(|word| text.starts_with(word))
}

/// Whether a text is the title of the rows of a day: `Tanggal 1 Maret 2025`, `Hari/Tanggal: Sabtu,
/// 1 Maret 2025`. A date alone may be a cell of a row.
pub(super) fn is_day_title(text: &str) -> bool {
    const LEADS: [&str; 3] = ["hari", "tanggal", "tgl"];
    let lower = text.trim().to_lowercase();
    let mut rest = lower.as_str();
    while let Some(behind) = LEADS.iter().find_map(|lead| rest.strip_prefix(lead)) {
        rest = behind.trim_start_matches([' ', ':', '/', '.']);
    }
    let day = rest.split_once(',').map_or(rest, |(_, day)| day).trim();
    rest.len() < lower.len() && parse_date(day.as_bytes(), DateFormat::Dmy).is_some()
}

/// Whether a row is the total of a group as programs write it: the name of the group above it with
/// the word behind it (`Utara Total`), and figures alone beside it.
pub(super) fn is_group_total(cells: &RawBatch, row: usize, column: usize) -> bool {
    const WORD: &str = " total";
    let text = cells.text(row, column).trim();
    let Some(at) = text.len().checked_sub(WORD.len()).filter(|at| text.is_char_boundary(*at))
    else {
        return false;
    };
    let (name, word) = text.split_at(at);
    if !word.eq_ignore_ascii_case(WORD) {
        return false;
    }
    let mut above = (0..row).rev().map(|row| cells.text(row, column).trim());
    let is_below =
        above.find(|own| !own.is_empty()).is_some_and(|own| normalise(own) == normalise(name));
    let mut beside = (0..cells.width()).filter(|at| *at != column && !cells.is_blank(row, *at));
    is_below && beside.all(|at| is_figure(cells, row, at))
}

/// Whether a cell holds a number in any usual form: a name or a date below a table does not.
pub(crate) fn is_figure(cells: &RawBatch, row: usize, column: usize) -> bool {
    match cells.kind(row, column) {
        CellKind::Number => true,
        CellKind::Text => is_figure_text(cells.text(row, column)),
        CellKind::Date | CellKind::Covered | CellKind::CoveredBelow => false,
        CellKind::Error => true,
    }
}

/// Whether a text is a number in any usual form.
pub(crate) fn is_figure_text(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_suffix('%').unwrap_or(text);
    let formats = [NumberFormat::Plain, NumberFormat::Id, NumberFormat::En, NumberFormat::Space];
    formats.into_iter().any(|format| parse_decimal(text.as_bytes(), format, 6).is_ok())
}

/// A row such as `(1) (2) (3)` or `1 2 3` under a header.
pub(crate) fn is_numbering(cells: &RawBatch, row: usize, filled: &[usize]) -> bool {
    filled.len() > 2
        && filled.iter().enumerate().all(|(index, column)| {
            // Struck out as a whole they count columns all the same.
            let text = cells.text(row, *column).trim().trim_end_matches(STRUCK);
            text.trim_matches(['(', ')']).parse::<usize>().is_ok_and(|number| number == index + 1)
        })
}

/// A row under a header that counts its columns in any usual way: `1.`, `[1]`, `a`, `I`, `4=2+3`.
/// Parts of a year are counted with `I` too: not for a row that may be the header's own.
pub(super) fn counts_columns(cells: &RawBatch, row: usize, filled: &[usize]) -> bool {
    let bare = |column: usize| {
        let text = cells.text(row, column).trim().trim_end_matches(STRUCK);
        let (own, formula) = text.split_once('=').unwrap_or((text, ""));
        // What it is worked out of are numbers or letters of columns.
        let mut parts = formula.split(|mark: char| !mark.is_alphanumeric());
        parts.all(|part| part.len() <= 2).then(|| own.trim_matches(AROUND_NUMBER))
    };
    let is_counted = |place: fn(&str) -> Option<usize>| {
        let mut places = filled.iter().enumerate();
        places.all(|(index, column)| bare(*column).and_then(place) == Some(index + 1))
    };
    let ways: [fn(&str) -> Option<usize>; 3] = [number_place, letter_place, roman_place];
    is_numbering(cells, row, filled) || (filled.len() > 2 && ways.into_iter().any(is_counted))
}

/// What stands around the number of a column.
const AROUND_NUMBER: [char; 6] = ['(', ')', '[', ']', '.', ' '];

fn number_place(text: &str) -> Option<usize> {
    text.parse().ok()
}

fn letter_place(text: &str) -> Option<usize> {
    let [letter] = text.as_bytes() else { return None };
    let is_letter = letter.is_ascii_alphabetic();
    is_letter.then(|| usize::from(letter.to_ascii_lowercase() - b'a') + 1)
}

fn roman_place(text: &str) -> Option<usize> {
    const ROMAN: [&str; 12] =
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    ROMAN.iter().position(|roman| roman.eq_ignore_ascii_case(text)).map(|at| at + 1)
}

/// What offices write with a colon before the place or month that a line names, as header keys.
const NAMED_BEFORE: [&str; 16] = [
    "bulan",
    "bln",
    "periode",
    "month",
    "kabupatenkota",
    "kabkota",
    "kabupaten",
    "kab",
    "kota",
    "wilayah",
    "daerah",
    "region",
    "namakabupaten",
    "namakabupatenkota",
    "namawilayah",
    "namadaerah",
];

/// What they write before a month or a place without one.
const BEFORE_NAMES: [&str; 9] =
    ["bulan", "bln", "month", "periode", "masa", "keadaan", "kondisi", "wilayah", "daerah"];

/// A text without a numbering (`I.`, `A.`, `2)`) and a word for what it names (`Bulan:`) before it.
pub(super) fn without_lead(text: &str) -> &str {
    let own = without_numbering(text);
    let named = own.split_once(':').filter(|(name, _)| {
        // Longer than any of them it is no such word.
        name.len() < 32 && NAMED_BEFORE.contains(&header_key(name).as_str())
    });
    let mut own = named.map_or(own, |(_, rest)| rest.trim_start());
    while let Some(rest) = behind_word_for_name(own) {
        own = rest;
    }
    behind_days(own).unwrap_or(own)
}

/// Words between the first and the last day of a month.
const TO: [&str; 9] =
    [" s.d. ", " s.d ", " s/d ", " sd ", " sampai dengan ", " sampai ", " hingga ", "-", "–"];

/// The month of which a text names the first and the last day: `Januari 2024` of `1 s.d. 31 Januari
/// 2024`.
fn behind_days(text: &str) -> Option<&str> {
    // Nearly all texts are none.
    let start = text.trim_start();
    if !start.starts_with('1') && !start.starts_with("01") {
        return None;
    }
    let lower = start.to_ascii_lowercase();
    let (at, to) = TO.iter().find_map(|to| Some((lower.find(to)?, *to)))?;
    let (first, rest) = (start.get(..at)?, start.get(at + to.len()..)?.trim_start());
    let (day, month) = rest.split_once(' ')?;
    let month = month.trim_start();
    let name = |text: &str| month_by_name(text.split_whitespace().next()?.as_bytes());
    let is_first = match first.split_whitespace().collect::<Vec<&str>>().as_slice() {
        ["1" | "01"] => true,
        ["1" | "01", own] => name(own).is_some() && name(own) == name(month),
        _ => false,
    };
    let day: u32 = day.parse().ok()?;
    let is_day = |day: u32| {
        parse_date(format!("{day} {}", month.trim_end()).as_bytes(), DateFormat::Dmy).is_some()
    };
    (is_first && name(month).is_some() && is_day(day) && !is_day(day + 1)).then_some(month)
}

/// What stands behind a word for a month or a place: `Januari` of `BLN. Januari`.
fn behind_word_for_name(text: &str) -> Option<&str> {
    let (word, rest) = text.trim_start().split_once([' ', '.'])?;
    let rest = rest.trim_start_matches([' ', '.']);
    let is_word = BEFORE_NAMES.iter().any(|own| own.eq_ignore_ascii_case(word));
    (is_word && !rest.is_empty()).then_some(rest)
}

/// A text without the number or letter that counts it, where words stand behind.
pub(super) fn without_numbering(text: &str) -> &str {
    let open = text.trim_start().trim_start_matches('(');
    let Some((head, rest)) = open.split_once(['.', ')']) else { return text };
    let rest = rest.trim_start_matches(['.', ')']).trim_start();
    if is_count(head) && rest.starts_with(char::is_alphabetic) { rest } else { text }
}

/// What stands behind a number or letter that counts a text without a mark: `Kabupaten X` of
/// `IV Kabupaten X`. Only what is known behind it tells that it is one.
pub(super) fn behind_count(text: &str) -> Option<&str> {
    let (head, rest) = text.trim_start().split_once(' ')?;
    let rest = rest.trim_start();
    (is_count(head) && rest.starts_with(char::is_alphabetic)).then_some(rest)
}

/// Whether a word is a number, a letter or a Roman number that counts lines.
fn is_count(head: &str) -> bool {
    let head = head.trim();
    if head.len() > 5 {
        return false;
    }
    let head = head.to_lowercase();
    let is_all = |is_own: fn(u8) -> bool| head.bytes().all(is_own);
    match head.len() {
        1 => is_all(|byte| byte.is_ascii_alphanumeric()),
        2 => is_all(|byte| byte.is_ascii_digit()) || is_all(is_roman),
        3..=5 => is_all(is_roman),
        _ => false,
    }
}

fn is_roman(letter: u8) -> bool {
    b"ivxlc".contains(&letter)
}

pub(super) fn normalise_pattern(pattern: &str) -> String {
    pattern.split('*').map(normalise).collect::<Vec<_>>().join("*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_recognised_by_whole_words() {
        assert!(
            is_total("Sub Jumlah I")
                && is_total("Rata2")
                && is_total_alone("Grand Total")
                && !is_total_alone("Total Persada")
        );
        assert!(
            is_total("JUMLAH")
                && is_total("Total (ton)")
                && is_total("Sub Total")
                && is_total("Jml.")
        );
        for text in ["Grandtotal", "KESELURUHAN", "Jumlahnya", "Seluruh Kawasan"] {
            assert!(is_total(text) && is_total_alone(text), "{text}");
        }
        assert!(!is_total("Keseluruhan Wisata") && !is_total("Seluruh Kawasan Pesisir"));
        assert!(!is_total("Totalindo Hotel") && !is_total("Jumlahan"));
    }

    #[test]
    fn days_and_groups_have_titles_and_totals_of_their_own() {
        for text in ["Tanggal 1 Maret 2025", "Hari/Tanggal: Sabtu, 1 Maret 2025", "TGL. 01/03/2025"]
        {
            assert!(is_day_title(text), "{text}");
        }
        for text in ["1 Maret 2025", "Tanggal", "Tanggal cetak", "Harian", "Hari Raya"] {
            assert!(!is_day_title(text), "{text}");
        }
        assert!(is_total_alone("Jumlah 1 Maret") && is_total_alone("Total Tanggal 2 Maret 2025"));
        let mut cells = RawBatch::typed(3);
        for (number, row) in (1..).zip([
            ["Utara", "Januari", "10"],
            ["", "Pebruari", "20"],
            ["Utara Total", "", "30"],
            ["Selatan Total", "", "5"],
            ["Selatan Total total", "Maret", "5"],
        ]) {
            row.iter().for_each(|cell| cells.push_cell(cell, CellKind::Text));
            cells.end_row(number);
        }
        let found: Vec<usize> = (0..5).filter(|row| is_group_total(&cells, *row, 0)).collect();
        assert_eq!(found, [2]);
    }

    #[test]
    fn what_counts_a_line_or_says_what_it_names_is_no_part_of_the_name() {
        for (text, bare) in [
            ("I. KABUPATEN BUTON", "KABUPATEN BUTON"),
            ("A. Kota Baubau", "Kota Baubau"),
            ("XII) Wakatobi", "Wakatobi"),
            ("(2) Wakatobi", "Wakatobi"),
            ("Bulan: Januari 2024", "Januari 2024"),
            ("II. Bulan : Januari 2024", "Januari 2024"),
            ("BULAN JANUARI 2024", "JANUARI 2024"),
            ("Kabupaten/Kota: Wakatobi", "Wakatobi"),
            ("Kab. : Wakatobi", "Wakatobi"),
            ("III. Kab./Kota : Wakatobi", "Wakatobi"),
            ("BLN. Januari", "Januari"),
            ("Bln.Januari 2024", "Januari 2024"),
            ("Periode Januari 2024", "Januari 2024"),
            ("PERIODE : BULAN JANUARI 2024", "JANUARI 2024"),
            ("1. Bulan Januari", "Januari"),
            ("Keadaan Bulan Januari 2024", "Januari 2024"),
            ("Wilayah Kabupaten Wakatobi", "Kabupaten Wakatobi"),
            ("Periode: 1 s.d. 31 Januari 2024", "Januari 2024"),
            ("Periode 01 Februari - 29 Februari 2024", "Februari 2024"),
            ("1-30 April 2024", "April 2024"),
            ("1 s.d. 15 Januari 2024", "1 s.d. 15 Januari 2024"),
            ("1 Januari s.d. 31 Maret 2024", "1 Januari s.d. 31 Maret 2024"),
            ("2 s.d. 31 Januari 2024", "2 s.d. 31 Januari 2024"),
            ("1. Januari", "Januari"),
            ("Bulan", "Bulan"),
            ("Periode ", "Periode "),
            ("1 Januari 2024", "1 Januari 2024"),
            ("Kab. Buton", "Kab. Buton"),
            ("31.12.2024", "31.12.2024"),
            ("1.5", "1.5"),
            ("Sumber: DLH", "Sumber: DLH"),
            ("", ""),
        ] {
            assert_eq!(without_lead(text), bare, "{text}");
        }
        for (text, bare) in [
            ("I KABUPATEN BUTON", Some("KABUPATEN BUTON")),
            ("12  Wakatobi", Some("Wakatobi")),
            ("A Kota Baubau", Some("Kota Baubau")),
            ("Kab Buton", None),
            ("123 Wakatobi", None),
            ("I 2024", None),
            ("Wakatobi", None),
        ] {
            assert_eq!(behind_count(text), bare, "{text}");
        }
    }
}
