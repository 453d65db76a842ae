//! Sheets of an office's own file with their refused cells, for a page.

use crate::feedback_workbook::row_and_column;
use koridor_contract::message::Language;
use koridor_publish::feedback::{Feedback, Finding};
use koridor_read::readers::Sheet;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Sheets that are shown.
const MOST_SHEETS: usize = 10;
/// Rows of a sheet that are shown.
const MOST_ROWS: usize = 200;
/// Columns of a sheet that are shown.
const MOST_COLUMNS: usize = 40;
/// First rows that are shown whatever stands in them: title and header.
const FIRST_ROWS: usize = 8;
/// Letters of a cell that are shown.
const MOST_LETTERS: usize = 300;

/// A sheet.
#[derive(Serialize)]
pub struct SheetView {
    name: String,
    told: String,
    columns: Vec<String>,
    rows: Vec<RowView>,
}

#[derive(Serialize)]
struct RowView {
    number: u64,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    text: String,
    says: Vec<SaidView>,
}

/// What is wrong with a cell, and the page about it; empty where there is none.
#[derive(Serialize, Clone, PartialEq)]
struct SaidView {
    text: String,
    href: String,
}

/// Leads to the page about a rule; nothing where there is none.
pub type RulePage<'page> = &'page dyn Fn(&str) -> Option<String>;

/// The sheets that have refused cells: their first rows, and the rows around those cells.
pub fn sheets(feedback: &Feedback, language: Language, page: RulePage<'_>) -> Vec<SheetView> {
    let of = |sheet: &Sheet| {
        let own = feedback.findings.iter().filter(|own| own.sheet == sheet.name);
        let findings: Vec<&Finding> = own.collect();
        (!findings.is_empty()).then(|| view(sheet, &findings, language, page))
    };
    feedback.sheets.iter().filter_map(of).take(MOST_SHEETS).collect()
}

fn view(sheet: &Sheet, findings: &[&Finding], language: Language, page: RulePage<'_>) -> SheetView {
    let mut by_cell: BTreeMap<(u64, usize), Vec<SaidView>> = BTreeMap::new();
    for finding in findings {
        let says = SaidView {
            text: language.pick(&finding.message.id, &finding.message.en).clone(),
            href: page(&finding.rule).unwrap_or_default(),
        };
        let own = by_cell.entry(row_and_column(finding)).or_default();
        if !own.contains(&says) {
            own.push(says);
        }
    }
    let numbers: BTreeSet<u64> = by_cell.keys().map(|(row, _)| *row).collect();
    let cells = &sheet.cells;
    let is_near = |row: &usize| {
        let number = cells.row_number(*row);
        let near = number.saturating_sub(1)..=number + 1;
        *row < FIRST_ROWS || numbers.range(near).next().is_some()
    };
    let farthest = by_cell.keys().map(|(_, column)| column + 1).max().unwrap_or_default();
    let width = cells.width().max(farthest).min(MOST_COLUMNS);
    let shown = (0..cells.len()).filter(is_near).take(MOST_ROWS);
    let rows = shown.map(|row| {
        let number = cells.row_number(row);
        let cell = |column: usize| CellView {
            text: cut(if column < cells.width() { cells.text(row, column) } else { "" }),
            says: by_cell.get(&(number, column)).cloned().unwrap_or_default(),
        };
        RowView { number, cells: (0..width).map(cell).collect() }
    });
    let rows: Vec<RowView> = rows.collect();
    let told = match language {
        Language::Id => {
            format!("{} baris ditolak; baris di sekitarnya ditampilkan.", numbers.len())
        }
        Language::En => format!("{} refused rows; the rows around them are shown.", numbers.len()),
    };
    let name =
        if sheet.name.is_empty() { language.pick("Isi berkas", "Content") } else { &sheet.name };
    SheetView { name: name.to_owned(), told, columns: (0..width).map(letters).collect(), rows }
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_LETTERS).collect()
}

/// The letters of a column, from 0.
fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_named_as_a_spreadsheet_does() {
        assert_eq!([0, 25, 26, 51, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
    }
}
