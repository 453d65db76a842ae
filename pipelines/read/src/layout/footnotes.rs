//! Notes around a table that tell the status of its figures: of all, of the periods that a note
//! names, or of cells with its mark (`Desember*` and `*) angka sementara`).

use super::found::Found;
use super::labels::is_figure_text;
use super::mark::{Clause, Mark, clauses};
use super::named_periods::NamedPeriods;
use super::note_rows::{is_note_row, tail};
use super::plan_words::{estimate_of, names_estimates};
use super::status_words::StatusWords;
use crate::readers::Sheet;
use koridor_contract::date::{DateFormat, month_by_name, parse_month};
use koridor_contract::{Contract, RawBatch};
use std::collections::BTreeMap;

/// What the notes around a table tell of its figures.
#[derive(Default)]
pub(super) struct Footnotes<'codes> {
    /// The status of all rows.
    pub(super) whole: Option<&'codes str>,
    /// The status of rows of some periods.
    pub(super) periods: Vec<(NamedPeriods, &'codes str)>,
    /// The status that the mark of a cell tells, by row and column.
    pub(super) cells: BTreeMap<(usize, usize), &'codes str>,
    /// The status that the mark of a header tells, by column.
    pub(super) headers: BTreeMap<usize, &'codes str>,
}

impl<'codes> Footnotes<'codes> {
    /// What the notes of a sheet tell; `None` where they tell nothing. Marks that a note explains
    /// are taken off the cells.
    pub(super) fn take(
        sheet: &mut Sheet,
        found: &Found,
        words: &StatusWords<'codes>,
    ) -> Option<Self> {
        let cells = &sheet.cells;
        let mut notes = Self::default();
        let mut marks: Vec<(Mark, &'codes str)> = Vec::new();
        let tail = tail(cells, found);
        let tail: Vec<usize> = tail.filter(|row| is_note_row(cells, *row)).collect();
        let titles = sheet.titles.iter().chain(&found.heads.whole);
        let titles = titles.map(|title| (title.as_str(), true));
        let above = (0..found.row).flat_map(|row| texts(cells, row)).map(|text| (text, true));
        let below = tail.iter().flat_map(|row| texts(cells, *row)).map(|text| (text, false));
        for (text, is_title) in titles.chain(above).chain(below) {
            for Clause { mark, text } in clauses(text) {
                let Some(status) = words.find(text) else { continue };
                match (mark, NamedPeriods::of(text)) {
                    (Some(mark), _) => marks.push((mark, status)),
                    // A title names all of its table's periods, a note those that it is about.
                    (None, Some(periods)) if !is_title => notes.periods.push((periods, status)),
                    (None, _) => notes.whole = notes.whole.or(Some(status)),
                }
            }
        }
        notes.find_marked(sheet, found, &tail, &marks);
        notes.whole = notes.whole.or_else(|| of_estimates(sheet, found, words));
        let is_any = notes.whole.is_some()
            || !(notes.periods.is_empty() && notes.cells.is_empty() && notes.headers.is_empty());
        is_any.then_some(notes)
    }

    /// The status that the titles of a table tell of all its rows.
    pub(super) fn of_titles(
        sheet: &Sheet,
        found: &Found,
        words: &StatusWords<'codes>,
    ) -> Option<&'codes str> {
        let above = (0..found.row).flat_map(|row| texts(&sheet.cells, row));
        let above = above.chain(found.heads.whole.iter().map(String::as_str));
        let mut parts = above.flat_map(clauses).filter(|clause| clause.mark.is_none());
        let told = parts.find_map(|clause| words.find(clause.text));
        told.or_else(|| of_estimates(sheet, found, words))
    }

    /// Finds the cells with a mark, and takes it off them. A mark in a title, or one that no cell
    /// has, speaks of the whole table.
    fn find_marked(
        &mut self,
        sheet: &mut Sheet,
        found: &Found,
        tail: &[usize],
        marks: &[(Mark, &'codes str)],
    ) {
        for (mark, status) in marks {
            let mut is_found = false;
            let mut in_title = false;
            sheet.cells.shorten(|row, column, text| {
                let Some(length) = mark.length_without(text).filter(|_| !tail.contains(&row))
                else {
                    return text.len();
                };
                is_found = true;
                if row < found.row {
                    in_title = true;
                } else if row < found.below {
                    self.headers.insert(column, *status);
                } else {
                    self.cells.insert((row, column), *status);
                }
                length
            });
            if in_title || !is_found {
                self.whole = self.whole.or(Some(*status));
            }
        }
    }
}

/// Takes the marks that notes explain, whatever they say, off figures, periods and regions; whether
/// one was.
pub(super) fn take_marks(sheet: &mut Sheet, found: &Found, contract: &Contract) -> bool {
    let marks = explained(sheet, found);
    if marks.is_empty() {
        return false;
    }
    let fields = contract.fields.iter().zip(&found.columns);
    let of_regions = fields.filter(|(field, _)| field.koridor.codes.as_deref() == Some("region"));
    let regions: Vec<usize> = of_regions.filter_map(|(_, column)| *column).collect();
    let mut is_any = false;
    sheet.cells.shorten(|row, column, text| {
        // A letter without its bracket may belong to a name.
        let is_whole =
            |mark: &&Mark| !matches!(mark, Mark::Item(_)) || text.trim_end().ends_with(')');
        let is_marked = |length: &usize| {
            row >= found.row
                && (regions.contains(&column)
                    || may_have_mark(text.get(..*length).unwrap_or_default()))
        };
        let mut lengths =
            marks.iter().filter(is_whole).filter_map(|mark| mark.length_without(text));
        let Some(length) = lengths.find(is_marked) else { return text.len() };
        is_any = true;
        length
    });
    is_any
}

/// Whether a text is a figure or a period: a star behind a name may be part of it.
fn may_have_mark(text: &str) -> bool {
    is_figure_text(text)
        || parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
        || month_by_name(text.trim().as_bytes()).is_some()
}

/// The marks that texts above, below or beside a table explain.
fn explained(sheet: &Sheet, found: &Found) -> Vec<Mark> {
    let cells = &sheet.cells;
    let tail = tail(cells, found);
    let notes = tail.filter(|row| is_note_row(cells, *row)).chain(0..found.row);
    let around = sheet.titles.iter().chain(&found.heads.whole).map(String::as_str);
    // A note below a list that was turned stands among its labels.
    let labels = found.labels.iter().flatten().map(String::as_str);
    let texts = notes.flat_map(|row| texts(cells, row)).chain(around).chain(labels);
    let mut marks: Vec<Mark> = Vec::new();
    for mark in texts.flat_map(clauses).filter_map(|clause| clause.mark) {
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    marks
}

/// The status of a table whose title says that its figures are estimates (`Perkiraan kunjungan`),
/// and none of whose labels does: then its columns are estimates of their own.
fn of_estimates<'codes>(
    sheet: &Sheet,
    found: &Found,
    words: &StatusWords<'codes>,
) -> Option<&'codes str> {
    if found.labels.iter().flatten().any(|label| names_estimates(label)) {
        return None;
    }
    let alone = (0..found.row).filter_map(|row| {
        let mut own = texts(&sheet.cells, row);
        own.next().filter(|_| own.next().is_none())
    });
    let mut titles = alone.chain(sheet.titles.iter().map(String::as_str));
    let (word, next) = titles.find_map(estimate_of)?;
    // As the list of statuses writes it: `angka perkiraan`, `estimated figures`.
    let ways = [format!("{word} {next}"), format!("angka {word}"), format!("{word} figures")];
    ways.iter().find_map(|way| words.find(way))
}

fn texts(cells: &RawBatch, row: usize) -> impl Iterator<Item = &str> {
    let texts = (0..cells.width()).map(move |column| cells.text(row, column).trim());
    texts.filter(|text| !text.is_empty())
}
