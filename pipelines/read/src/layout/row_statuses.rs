//! The status of each row of a table, where notes around it tell one.

use super::footnotes::Footnotes;
use super::found::Found;
use super::row_plan::RowPlan;
use super::row_values::TidyRows;
use super::status_words::{LIST, StatusWords};
use super::texts::Texts;
use crate::readers::Sheet;
use koridor_contract::check::FieldOrigin;
use koridor_contract::codes::CodeLists;
use koridor_contract::date::{DateFormat, from_days, parse_month};
use koridor_contract::{CellKind, Contract, Source};
use std::collections::BTreeMap;

/// A status where nothing tells another.
const DEFAULT: &str = "final";

/// Whether a description says itself which status rows have: in a column only where the sheet has
/// it.
pub(super) fn is_described(source: &Source, found: &Found, contract: &Contract) -> bool {
    let column = contract.field_index(LIST).and_then(|field| found.columns.get(field));
    source.constants.contains_key(LIST)
        || column.is_some_and(Option::is_some)
        || source.context.iter().any(|context| context.field == LIST)
}

/// The status that the titles of a table tell of all its rows, where its description tells none.
pub fn status_of_titles(
    sheet: &Sheet,
    found: &Found,
    (source, contract): (&Source, &Contract),
    codes: &CodeLists,
) -> Option<String> {
    let is_described = is_described(source, found, contract);
    let words = StatusWords::of(codes).filter(|_| !is_described)?;
    Footnotes::of_titles(sheet, found, &words).map(str::to_owned)
}

/// What tells the status of rows.
pub(super) struct Told<'table, 'codes> {
    /// Notes around the table.
    pub(super) notes: Option<Footnotes<'codes>>,
    /// Words in cells beside the fields.
    pub(super) words: &'table StatusWords<'codes>,
    pub(super) contract: &'table Contract,
    pub(super) source: &'table Source,
}

impl<'codes> Told<'_, 'codes> {
    /// Gives the rows the status that is told of them: all the same, or a column of it.
    pub(super) fn apply(&self, plan: &mut RowPlan<'_>, texts: &mut Texts<'_>, rows: &mut TidyRows) {
        let Some(place) = self.contract.field_index(LIST) else { return };
        let statuses = self.statuses(plan, texts, rows);
        if statuses.iter().all(Option::is_none) {
            return;
        }
        if let Some(Some(first)) = statuses.first()
            && statuses.iter().all(|status| *status == Some(*first))
        {
            if let Some(origin) = plan.origins.get_mut(place) {
                *origin = FieldOrigin::Constant((*first).to_owned());
            }
            return;
        }
        let width = plan.columns.len();
        let mut known = BTreeMap::new();
        let mut spans = Vec::with_capacity(rows.spans.len() + statuses.len());
        let mut kinds = Vec::with_capacity(spans.capacity());
        for (row, status) in statuses.iter().enumerate() {
            let own = row * width..(row + 1) * width;
            spans.extend_from_slice(rows.spans.get(own.clone()).unwrap_or_default());
            kinds.extend_from_slice(rows.kinds.get(own).unwrap_or_default());
            let status = status.unwrap_or(DEFAULT);
            spans.push(*known.entry(status).or_insert_with(|| texts.join([status])));
            kinds.push(CellKind::Text);
        }
        (rows.spans, rows.kinds) = (spans, kinds);
        plan.add_column(place);
    }

    fn statuses(
        &self,
        plan: &RowPlan<'_>,
        texts: &Texts<'_>,
        rows: &TidyRows,
    ) -> Vec<Option<&'codes str>> {
        let cells = texts.cells;
        let taken: Vec<usize> =
            plan.value_columns().into_iter().map(|(_, column)| column).collect();
        let beside: Vec<usize> =
            (0..cells.width()).filter(|column| !taken.contains(column)).collect();
        if self.notes.is_none() && beside.is_empty() {
            return Vec::new();
        }
        let places: BTreeMap<u64, usize> =
            (0..cells.len()).map(|row| (cells.row_number(row), row)).collect();
        let mut remarks: BTreeMap<usize, Option<&'codes str>> = BTreeMap::new();
        let status = |(at, number): (usize, &u64)| {
            let row = places.get(number).copied()?;
            let record = rows.records.get(at).map(|record| *record as usize);
            let own = plan.record_columns(record);
            let remark = *remarks.entry(row).or_insert_with(|| {
                let remark = |column: &usize| self.words.find_in_remark(cells.text(row, *column));
                beside.iter().find_map(remark)
            });
            let notes = || self.by_notes(plan, (texts, rows), (at, row), &own);
            remark.or_else(notes)
        };
        rows.numbers.iter().enumerate().map(status).collect()
    }

    /// The status of a row by notes: the mark of its cells or header, its period, its table.
    fn by_notes(
        &self,
        plan: &RowPlan<'_>,
        (texts, rows): (&Texts<'_>, &TidyRows),
        (at, row): (usize, usize),
        own: &[usize],
    ) -> Option<&'codes str> {
        let notes = self.notes.as_ref()?;
        let of_others =
            |column: usize| !own.is_empty() && !own.contains(&column) && plan.is_of_record(column);
        let mut marked = notes.cells.range((row, 0)..(row + 1, 0));
        let in_row = marked.find(|((_, column), _)| !of_others(*column)).map(|(_, status)| *status);
        let is_read = |column: usize| plan.value_columns().iter().any(|(_, own)| *own == column);
        let mut headers = notes.headers.iter();
        let in_header = || {
            let own = headers.find(|(column, _)| is_read(**column) && !of_others(**column));
            own.map(|(_, status)| *status)
        };
        let by_period = || {
            let of = (self.contract, self.source);
            let (year, month) = period_of(plan, of, (texts, rows), at)?;
            let own = notes.periods.iter().find(|(periods, _)| periods.holds(year, month));
            own.map(|(_, status)| *status)
        };
        in_row.or_else(in_header).or_else(by_period).or(notes.whole)
    }
}

/// Year and month of a row; of a table of years the year alone.
pub(super) fn period_of(
    plan: &RowPlan<'_>,
    (contract, source): (&Contract, &Source),
    (texts, rows): (&Texts<'_>, &TidyRows),
    at: usize,
) -> Option<(i32, Option<u32>)> {
    use chrono::Datelike;
    let name = contract.koridor.slice.as_ref()?.period.as_ref()?;
    let text = match plan.origins.get(contract.field_index(name)?)? {
        FieldOrigin::Constant(text) => text.clone(),
        FieldOrigin::Column(column) => {
            let span = rows.spans.get(at * plan.columns.len() + column)?;
            texts.text(*span).trim().to_owned()
        }
        FieldOrigin::Absent => return None,
    };
    if let Some(year) = text.parse().ok().filter(|_| text.len() == 4) {
        return Some((year, None));
    }
    let described = source.columns.iter().find(|column| column.field == *name);
    let dates = described.and_then(|column| column.dates).unwrap_or(source.dates);
    let dates = if dates == DateFormat::Year { DateFormat::Iso } else { dates };
    let day = from_days(parse_month(text.as_bytes(), dates)?)?;
    Some((day.year(), Some(day.month())))
}
