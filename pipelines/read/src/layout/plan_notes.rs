//! Notes around a table that say that its figures are plans: all of them, those of the periods that
//! a note names, or those with its mark (`Desember*` and `*) angka proyeksi`).

use super::found::Found;
use super::labels::is_figure;
use super::mark::{Clause, Mark, clauses};
use super::named_periods::NamedPeriods;
use super::note_rows::{is_note_row, tail};
use super::plan_lists::Plan;
use super::plan_remarks::plan_of_note;
use super::plans_between::{may_be_held, may_hold};
use super::row_plan::RowPlan;
use super::row_statuses::period_of;
use super::row_values::TidyRows;
use super::texts::Texts;
use crate::readers::{LineFault, Sheet};
use koridor_contract::{CellKind, Contract, Field, FieldType, RawBatch, RecordRule, Source};
use std::collections::BTreeMap;

/// Most letters of a figure.
const MOST_DIGITS: usize = 16;

/// Most letters of a note that is told with each row.
const QUOTED: usize = 80;

/// A note, and the plan that it says figures are.
pub(super) type Noted = (String, &'static Plan);

/// What the notes around a table say of plans.
#[derive(Default)]
pub(super) struct PlanNotes {
    /// A note on all figures.
    whole: Option<Noted>,
    /// Notes on those of some periods.
    periods: Vec<(NamedPeriods, Noted)>,
    /// Notes on cells, by row and column.
    cells: BTreeMap<(usize, usize), Noted>,
    /// Notes on columns.
    headers: BTreeMap<usize, Noted>,
}

/// The plan that a note says all figures are.
pub(crate) fn plan_noted(text: &str) -> Option<&'static Plan> {
    let mut clauses = clauses(text).into_iter().filter(|clause| clause.mark.is_none());
    clauses.find_map(|clause| plan_of_note(clause.text, false))
}

/// The plan that a line which stands alone says all figures are, where neither the dataset nor a
/// label names it.
pub(crate) fn plan_of_line(
    text: &str,
    labels: &[String],
    (contract, source): (&Contract, &Source),
) -> Option<&'static Plan> {
    let plan = plan_noted(text)?;
    let is_held = may_hold(plan, contract, Some(source))
        || labels.iter().any(|label| plan.is_named_in(label));
    (!is_held).then_some(plan)
}

impl PlanNotes {
    /// What the notes of a sheet say. In a list of fields the lines are columns, and notes labels.
    pub(super) fn of(sheet: &Sheet, found: &Found, contract: &Contract) -> Self {
        let mut notes = Self::default();
        if sheet.addresses.is_transposed() {
            return notes;
        }
        let cells = &sheet.cells;
        // A title between rows is that of the rows below it.
        let end = end_of_figures(cells, found, contract);
        let tail = tail(cells, found).filter(|row| *row >= end);
        let lines: Vec<usize> =
            (0..found.row).chain(tail).filter(|row| is_note_row(cells, *row)).collect();
        let around = sheet.titles.iter().map(|title| (title.clone(), true));
        let own = lines.iter().map(|row| (line(cells, *row), *row < found.row));
        for (text, is_above) in around.chain(own) {
            for Clause { mark, text } in clauses(&text) {
                let plan = |is_marked: bool| {
                    let plan = plan_of_note(text, is_marked);
                    plan.filter(|plan| !may_be_held(plan, contract, found))
                };
                let Some(own) = plan(mark.is_some()) else { continue };
                let told: String = text.trim().chars().take(QUOTED).collect();
                let periods = periods_of(text, own).filter(|_| !is_above && mark.is_none());
                if let Some(periods) = periods {
                    notes.periods.push((periods, (told, own)));
                    continue;
                }
                let is_found = mark.as_ref().is_some_and(|mark| {
                    notes.find_marked((cells, found), &lines, mark, &(told.clone(), own))
                });
                // A number may be that of the note alone.
                let is_item = matches!(mark, Some(Mark::Item(_)));
                if !is_found && (!is_item || plan(false).is_some()) {
                    notes.whole.get_or_insert((told, own));
                }
            }
        }
        notes
    }

    /// Finds the cells and the columns with a mark; `false` where nothing has it. A mark in a title
    /// speaks of the whole table.
    fn find_marked(
        &mut self,
        (cells, found): (&RawBatch, &Found),
        lines: &[usize],
        mark: &Mark,
        noted: &Noted,
    ) -> bool {
        let mut is_found = false;
        for row in (0..cells.len()).filter(|row| *row < found.row || !lines.contains(row)) {
            for column in 0..cells.width() {
                if mark.length_without(cells.text(row, column)).is_none() {
                    continue;
                }
                is_found = true;
                if row < found.row {
                    self.whole.get_or_insert_with(|| noted.clone());
                } else if row < found.below {
                    self.headers.insert(column, noted.clone());
                } else {
                    self.cells.insert((row, column), noted.clone());
                }
            }
        }
        is_found
    }

    /// Refuses the rows that are said to be plans; where all are, it is the note on them that is
    /// left.
    pub(super) fn refuse(
        self,
        plan: &RowPlan<'_>,
        of: (&Contract, &Source),
        texts: &Texts<'_>,
        rows: &mut TidyRows,
    ) -> Option<Noted> {
        let is_none = self.periods.is_empty() && self.cells.is_empty() && self.headers.is_empty();
        if self.whole.is_some() || is_none {
            return self.whole;
        }
        let said = self.said(plan, of, texts, rows);
        let first = said.iter().flatten().next().map(|noted| (*noted).clone())?;
        if said.iter().all(Option::is_some) {
            return Some(first);
        }
        take_out(rows, plan.columns.len(), &said);
        None
    }

    /// The note on each row of the result.
    fn said(
        &self,
        plan: &RowPlan<'_>,
        of: (&Contract, &Source),
        texts: &Texts<'_>,
        rows: &TidyRows,
    ) -> Vec<Option<&Noted>> {
        let cells = texts.cells;
        let places: BTreeMap<u64, usize> =
            (0..cells.len()).map(|row| (cells.row_number(row), row)).collect();
        let said = |(at, number): (usize, &u64)| {
            let record = rows.records.get(at).map(|record| *record as usize);
            let row = places.get(number).copied()?;
            let by_period = || {
                let (year, month) = period_of(plan, of, (texts, rows), at)?;
                let own = self.periods.iter().find(|(periods, _)| periods.holds(year, month));
                own.map(|(_, noted)| noted)
            };
            self.by_mark(plan, row, record).or_else(by_period)
        };
        rows.numbers.iter().enumerate().map(said).collect()
    }

    /// The note on a mark of a cell or a column that a row of the result is read from.
    fn by_mark(&self, plan: &RowPlan<'_>, row: usize, record: Option<usize>) -> Option<&Noted> {
        let own = plan.record_columns(record);
        let read = plan.value_columns();
        let is_own = |column: usize| match plan.is_of_record(column) {
            true => own.contains(&column),
            false => read.iter().any(|(_, other)| *other == column),
        };
        let mut cells = self.cells.range((row, 0)..(row + 1, 0));
        let in_row = cells.find(|((_, column), _)| is_own(*column)).map(|(_, noted)| noted);
        let mut headers = self.headers.iter();
        let in_header = || headers.find(|(column, _)| is_own(**column)).map(|(_, noted)| noted);
        in_row.or_else(in_header)
    }
}

/// One past the last row with a figure of the table; the number of an official is none.
fn end_of_figures(cells: &RawBatch, found: &Found, contract: &Contract) -> usize {
    let is_number =
        |field: &Field| matches!(field.field_type, FieldType::Integer | FieldType::Number);
    let fields = contract.fields.iter().zip(&found.columns).filter(|(field, _)| is_number(field));
    let mut columns: Vec<usize> = fields.filter_map(|(_, column)| *column).collect();
    if columns.is_empty() {
        columns = (1..cells.width()).collect();
    }
    let has_figure = |row: &usize| {
        columns.iter().any(|column| {
            let is_short = cells.text(*row, *column).trim().len() <= MOST_DIGITS;
            is_short && is_figure(cells, *row, *column)
        })
    };
    let mut rows = (found.below..cells.len()).rev();
    rows.find(has_figure).map_or(found.below, |row| row + 1)
}

/// The periods that a note is about: those before the word of its plan, or the one year right
/// behind it. Of years from one to another it is about all figures.
fn periods_of(text: &str, plan: &Plan) -> Option<NamedPeriods> {
    let lower = text.to_lowercase();
    let (before, behind) = lower.split_once(plan.word)?;
    let is_year =
        |word: &&str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let years = before.split(|mark: char| !mark.is_alphanumeric()).filter(is_year).count();
    if years > 1 && !before.contains(" dan ") {
        return None;
    }
    NamedPeriods::of(before).or_else(|| {
        let own = behind.split(|mark: char| !mark.is_alphanumeric());
        let mut own = own.filter(|word| !["", "tahun"].contains(word));
        let year = own.next().filter(is_year)?;
        let is_range = own.next().is_some_and(|word| is_year(&word));
        NamedPeriods::of(year).filter(|_| !is_range)
    })
}

/// Takes rows out of the result, each refused for what is said of it.
fn take_out(rows: &mut TidyRows, width: usize, said: &[Option<&Noted>]) {
    let mut kept = TidyRows::default();
    kept.reserve(rows.numbers.len(), width);
    for (at, (number, noted)) in rows.numbers.iter().zip(said).enumerate() {
        if let Some((text, _)) = noted {
            let rule = RecordRule::ContradictsConstant;
            kept.faults.push(LineFault::new(*number, rule, text.as_str()));
            continue;
        }
        let own = at * width..(at + 1) * width;
        let kinds: &[CellKind] = rows.kinds.get(own.clone()).unwrap_or_default();
        kept.spans.extend_from_slice(rows.spans.get(own).unwrap_or_default());
        kept.kinds.extend_from_slice(kinds);
        kept.numbers.push(*number);
        kept.records.extend(rows.records.get(at));
    }
    (rows.spans, rows.kinds) = (kept.spans, kept.kinds);
    (rows.numbers, rows.records) = (kept.numbers, kept.records);
    rows.faults.append(&mut kept.faults);
}

/// The texts of a row as one: `Catatan:` may have a cell of its own.
fn line(cells: &RawBatch, row: usize) -> String {
    let texts = (0..cells.width()).map(|column| cells.text(row, column).trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}
