//! Months that a header counts: `I` to `XII`, `1` to `12`, `Bulan 1` to `Bulan 12`.
//!
//! They are taken for months where all twelve stand side by side, or fewer below the word for
//! months: three or six may be counted within a quarter or a half of a year, four be quarters.

use super::periods::{is_part_of_year, is_year, without_mark};
use crate::layout::is_figure;
use koridor_contract::RawBatch;
use koridor_contract::codes::normalise;
use koridor_contract::date::MONTHS_ID;
use std::collections::BTreeMap;

/// Months of a row by their columns, from 1.
pub(super) type Counted = BTreeMap<usize, u32>;

const ROMAN: [&str; 12] =
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
/// Words for the months that are counted.
const WORDS: [&str; 4] = ["bulan", "bln", "bulan ke", "month"];
/// Fewest numbers that may count months: of a quarter there are three.
const LEAST: u32 = 3;
/// Fewest below the word for months that are those of a year.
const LEAST_BELOW_WORD: u32 = 4;
/// Rows above in which the name of the first column, or the word for months, may stand.
const MOST_ABOVE: usize = 3;

/// The months that a row of a header counts.
pub(super) fn month_cells(
    cells: &RawBatch,
    row: usize,
    is_place: &dyn Fn(&str) -> bool,
) -> Option<Counted> {
    let counted = counted_cells(cells, row, is_place)?;
    (most(&counted) == 12 || is_below_word(cells, row, &counted)).then_some(counted)
}

/// The numbers that count from 1 on in a row of labels, once or several times.
pub(super) fn counted_cells(
    cells: &RawBatch,
    row: usize,
    is_place: &dyn Fn(&str) -> bool,
) -> Option<Counted> {
    let mut counted = Counted::new();
    let (mut is_roman, mut last) = (None, 0);
    for column in 0..cells.width() {
        let text = without_mark(cells.text(row, column));
        let Some((own, number)) = number_of(text) else {
            // Figures beside them, or the name of a place: a row of data.
            if (is_figure(cells, row, column) && !is_year(text)) || is_place(text) {
                return None;
            }
            continue;
        };
        let goes_on = number == last + 1 || (number == 1 && last >= LEAST);
        if *is_roman.get_or_insert(own) != own || !goes_on {
            return None;
        }
        last = number;
        counted.insert(column, number);
    }
    let first = *counted.keys().next()?;
    let is_long = most(&counted) >= LEAST;
    (is_long && is_led(cells, row, first) && !numbers_names(cells, row, &counted))
        .then_some(counted)
}

fn most(counted: &Counted) -> u32 {
    counted.values().max().copied().unwrap_or_default()
}

/// The number that a label is, and whether it is a Roman one.
fn number_of(text: &str) -> Option<(bool, u32)> {
    let own = normalise(text);
    let bare = match own.rsplit_once(' ') {
        Some((word, number)) if WORDS.contains(&word) => number,
        Some(_) => return None,
        None => own.as_str(),
    };
    if let Some(at) = ROMAN.iter().position(|roman| *roman == bare) {
        return Some((true, at as u32 + 1));
    }
    let is_number = bare.len() <= 2 && bare.bytes().all(|byte| byte.is_ascii_digit());
    let number = bare.parse::<u32>().ok().filter(|_| is_number)?;
    (1..=12).contains(&number).then_some((false, number))
}

/// Whether a column with a name stands before the first number: what counts all columns begins with
/// the first.
fn is_led(cells: &RawBatch, row: usize, first: usize) -> bool {
    (row.saturating_sub(MOST_ABOVE)..=row)
        .any(|above| (0..first).any(|column| !cells.is_blank(above, column)))
}

/// Whether the numbers count columns that have their names above: a group, a year or the word for
/// months stands there for several.
fn numbers_names(cells: &RawBatch, row: usize, counted: &Counted) -> bool {
    let names =
        |above: usize| counted.keys().filter(|column| !cells.is_blank(above, **column)).count();
    let mut above = (row.saturating_sub(MOST_ABOVE)..row).rev().map(names);
    above.find(|names| *names > 0).is_some_and(|names| names * 2 > counted.len())
}

/// Whether the word for months stands above, and nothing that they may be counted within.
fn is_below_word(cells: &RawBatch, row: usize, counted: &Counted) -> bool {
    let is_word = |text: &str| WORDS.contains(&normalise(text).as_str());
    most(counted) >= LEAST_BELOW_WORD
        && (row.saturating_sub(MOST_ABOVE)..row)
            .any(|above| counted.keys().any(|column| is_word(cells.text(above, *column))))
        && !(0..row).any(|above| {
            (0..cells.width()).any(|column| is_part_of_year(cells.text(above, column)))
        })
}

/// The name of a month by its number.
pub(super) fn month_name(number: u32) -> Option<&'static str> {
    MONTHS_ID.get((number as usize).checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(rows: &[&str]) -> Option<Counted> {
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split(';').collect()).collect();
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        let mut cells = RawBatch::typed(width);
        for (number, row) in rows.iter().enumerate() {
            for column in 0..width {
                let text = row.get(column).copied().unwrap_or_default();
                cells.push_cell(text, koridor_contract::CellKind::Text);
            }
            cells.end_row(number as u64 + 1);
        }
        month_cells(&cells, rows.len() - 1, &|text| text == "Wakatobi")
    }

    #[test]
    fn twelve_numbers_beside_a_name_are_months() {
        let roman = "Kab;I;II;III;IV;V;VI;VII;VIII;IX;X;XI;XII";
        let numbers = "Kab;1;2;3;4;5;6;7;8;9;10;11;12";
        for row in [roman, numbers, &format!("{numbers};Jumlah"), &format!("No;{roman};2024")] {
            assert_eq!(counted(&[row]).map(|months| months.len()), Some(12), "{row}");
        }
        let long = "Kab;Bulan 1;Bulan 2;Bulan 3;Bulan 4;Bulan 5;Bulan 6;Bulan 7;Bulan 8;Bulan 9;\
                    Bulan 10;Bulan 11;Bulan 12";
        assert_eq!(counted(&[long]).map(|months| months[&12]), Some(12));
        let both = ["Kab;2023;;;;;;;;;;;;2024;;;", ";1;2;3;4;5;6;7;8;9;10;11;12;1;2;3;4"];
        assert_eq!(counted(&both).map(|months| months.len()), Some(16));
        let halves = ["Kab;Bulan;;;;;", ";1;2;3;4;5;6"];
        assert_eq!(counted(&halves).map(|months| months.len()), Some(6));
    }

    #[test]
    fn rows_of_data_and_numbers_of_columns_are_no_months() {
        let numbers = "1;2;3;4;5;6;7;8;9;10;11;12";
        for rows in [
            vec![format!("Wakatobi;{numbers}")],
            vec![format!("Kab;{numbers};78")],
            vec![format!("Kab;{numbers};13;14")],
            vec!["Kab;I;II;III;IV".to_owned()],
            vec!["Kab;1;2;3;4;5;6".to_owned()],
            vec!["Semester II".to_owned(), "Kab;Bulan".to_owned(), ";1;2;3;4;5;6".to_owned()],
            vec!["a;b;c;d;e;f;g;h;i;j;k;l".to_owned(), numbers.to_owned()],
            vec!["Kab;b;c;d;e;f;g;h;i;j;k;l;m".to_owned(), format!(";{numbers}")],
            vec!["Kab;1;3;5;7".to_owned()],
        ] {
            let texts: Vec<&str> = rows.iter().map(String::as_str).collect();
            assert_eq!(counted(&texts), None, "{texts:?}");
        }
    }
}
