//! What the last lines of a text say that streams, before it does: notes and signatures below its
//! table, which are no rows of it.

use super::found::Found;
use super::labels::is_figure;
use super::mark::{Clause, clauses};
use super::named_periods::NamedPeriods;
use super::note_rows::{is_note_row, tail_below};
use super::plan_codes::PlanCodes;
use super::plan_remarks::plan_of_note;
use super::plans_between::may_hold;
use super::row_statuses::is_described;
use super::signatures::is_signed;
use super::status_words::StatusWords;
use super::year_parts::part_of_note;
use koridor_contract::codes::CodeLists;
use koridor_contract::{Contract, FieldType, RawBatch, Source};

/// Filled cells of a line below a table that streams: more of them are told as a row.
const FEW: usize = 2;

/// Most letters of a figure: the number of an official is none.
const MOST_DIGITS: usize = 16;

/// What the last lines of a text say.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    /// The status of all its rows.
    pub(crate) status: Option<String>,
    /// Whether it must be laid out: they speak of some rows or columns, of plans, or of a part of
    /// the year.
    pub(crate) is_of_rows: bool,
    /// Whether signatures stand side by side in them.
    pub(crate) is_signed: bool,
}

impl Ending {
    /// That of the last lines of a text. Without figures nothing tells its rows from notes.
    pub(crate) fn of(
        cells: &RawBatch,
        found: &Found,
        (source, contract): (&Source, &Contract),
        codes: &CodeLists,
    ) -> Self {
        let mut own = Self::default();
        let fields = contract.fields.iter().zip(&found.columns);
        let mut numbers = fields
            .filter(|(field, _)| matches!(field.field_type, FieldType::Integer | FieldType::Number))
            .filter_map(|(_, column)| *column);
        if numbers.next().is_none() {
            return own;
        }
        let has_figure = |row: &usize| {
            let is_short = |at: usize| cells.text(*row, at).trim().len() <= MOST_DIGITS;
            (0..cells.width()).any(|at| is_short(at) && is_figure(cells, *row, at))
        };
        let last = tail_below(cells, 0).rev().find(has_figure);
        // A file that ends with its rows says nothing; one without any is none that is known.
        let Some(end) = last.map(|last| last + 1) else { return own };
        let words = StatusWords::of(codes).filter(|_| !is_described(source, found, contract));
        let mut texts = Vec::new();
        for row in end..cells.len() {
            let filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
            let filled: Vec<usize> = filled.collect();
            if is_note_row(cells, row) {
                texts.extend(filled.iter().map(|column| cells.text(row, *column)));
            }
            own.is_signed |= filled.len() > FEW && is_signed(cells, (end, row), &filled);
        }
        own.is_of_rows = PlanCodes::explained(texts.iter().copied()).is_some()
            || texts.iter().any(|text| part_of_note(text).is_some());
        for Clause { mark, text } in texts.into_iter().flat_map(clauses) {
            let plan = plan_of_note(text, mark.is_some());
            let is_plan = plan.is_some_and(|plan| !may_hold(plan, contract, Some(source)));
            let status = words.as_ref().and_then(|words| words.find(text));
            let is_of_some = mark.is_some() || NamedPeriods::of(text).is_some();
            own.is_of_rows |= is_plan || (status.is_some() && is_of_some);
            if let Some(status) = status {
                own.status.get_or_insert_with(|| status.to_owned());
            }
        }
        own
    }
}
