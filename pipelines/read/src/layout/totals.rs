//! Total rows of a table, compared with the rows they sum.

use super::group_labels::{GroupLabel, without_labels};
use crate::readers::Sheet;
use koridor_contract::message::Message;
use koridor_contract::number::{NumberFormat, parse_decimal, parse_native, written};
use koridor_contract::scrub;
use koridor_contract::{CellKind, Contract, Field, RawBatch, Source};
use std::collections::BTreeMap;
use std::ops::Range;

/// A total that differs from the rows it sums.
#[derive(Debug, Clone)]
pub struct TotalCheck {
    /// Field.
    pub field: String,
    /// Cell of the total.
    pub cell: String,
    /// What the file says, as a plain number.
    pub stated: String,
    /// What its rows add up to.
    pub summed: String,
    /// Numbers of the first and the last row it sums.
    pub rows: Range<u64>,
    /// It stands at the end of a row and sums the row's columns.
    pub is_across: bool,
    /// Cells among those it sums that hold no figure: they are refused, and the difference may be
    /// theirs.
    pub unread: Vec<String>,
    /// Whether its figures may be told to nobody.
    pub is_confidential: bool,
}

impl TotalCheck {
    /// Whether it tells that figures are wrong: a difference that refused cells explain does not.
    pub fn refuses(&self) -> bool {
        self.unread.is_empty()
    }

    /// Both figures in words, where they may be told, and the refused cells that may explain the
    /// difference.
    pub fn message(&self) -> Message {
        let Self { field, cell, .. } = self;
        let both = |figure: &str| {
            [NumberFormat::Id, NumberFormat::En].map(|format| written(figure, format))
        };
        let [own_id, own_en] = both(&self.stated);
        let [sum_id, sum_en] = both(&self.summed);
        let (id, en) = match (self.is_confidential, self.is_across) {
            (true, true) => (
                format!("{cell}: jumlah di samping berbeda dari kolom-kolomnya"),
                format!("{cell}: the total of the row is not the sum of its columns"),
            ),
            (true, false) => (
                format!("{cell}: total {field} berbeda dari jumlah barisnya"),
                format!("{cell}: total of {field} is not the sum of its rows"),
            ),
            (false, true) => (
                format!("{cell}: jumlah di samping tertulis {own_id}, kolom-kolomnya {sum_id}"),
                format!("{cell}: the total of the row says {own_en}, its columns {sum_en}"),
            ),
            (false, false) => (
                format!("{cell}: total {field} tertulis {own_id}, jumlah barisnya {sum_id}"),
                format!("{cell}: total of {field} says {own_en}, its rows add up to {sum_en}"),
            ),
        };
        if self.unread.is_empty() {
            return Message { id, en };
        }
        /// Cells that are named.
        const SHOWN: usize = 3;
        let more = if self.unread.len() > SHOWN { ", ..." } else { "" };
        let cells = self.unread.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        Message {
            id: format!("{id}; selisihnya dari sel yang bukan angka dan ditolak: {cells}{more}"),
            en: format!("{en}; the difference is that of refused cells: {cells}{more}"),
        }
    }
}

/// A row that says it sums others.
pub(super) struct TotalRow {
    /// Row of the sheet's cells, from 0.
    pub(super) row: usize,
    /// Rows of data that it follows.
    pub(super) after: usize,
}

/// A unit in the last of three places, for figures that were rounded before they were added, in
/// millionths.
const TOLERANCE: i128 = 1_000;

/// Half a unit of the last place that the total is written to, where that is coarser.
pub(super) fn tolerance(text: &str, stated: i128) -> i128 {
    // A whole number may be rounded only where it is written with decimals, or its rows have some.
    let has_decimals = text
        .trim()
        .rsplit([',', '.'])
        .next()
        .is_some_and(|tail| tail.len() < 3 && text.contains([',', '.']));
    if has_decimals { half_a_place(stated).max(TOLERANCE) } else { TOLERANCE }
}

/// Half a unit of the last place a figure is written to, in millionths.
pub(super) fn half_a_place(millionths: i128) -> i128 {
    let places = (0..6u32).find(|places| millionths % 10i128.pow(6 - places) == 0).unwrap_or(6);
    10i128.pow(6 - places) / 2
}

/// Totals that differ from all that they may sum: the rows since a total before (a subtotal since
/// the last one, a total of subtotals since an earlier one, a grand total from the beginning), or
/// the rows that follow, where totals stand above. They may sum `labels` of groups among the rows,
/// which are given by their places, or not.
pub(super) fn compare(
    sheet: &Sheet,
    totals: &[TotalRow],
    (data_rows, labels): (&[usize], &BTreeMap<usize, GroupLabel>),
    columns: &[(usize, usize)],
    (contract, source): (&Contract, &Source),
) -> Vec<TotalCheck> {
    let mut found = Vec::new();
    if totals.is_empty() || data_rows.is_empty() {
        return found;
    }
    for (index, column) in columns {
        let Some(field) = contract.fields.get(*index).filter(|field| field.is_additive()) else {
            continue;
        };
        let figures = Figures::of(&sheet.cells, *column, field, (contract, source));
        let readings = figures.readings(data_rows, labels);
        for (at, total) in totals.iter().enumerate() {
            let Some((differing, sum)) = difference(totals, at, &figures, &readings) else {
                continue;
            };
            let row_number = |row: usize| sheet.cells.row_number(row);
            let number = |row: usize| data_rows.get(row).map_or(0, |row| row_number(*row));
            let summed = data_rows.get(differing.clone()).unwrap_or_default();
            let unread = summed.iter().filter_map(|row| figures.unread(sheet, *row)).collect();
            found.push(TotalCheck {
                field: field.name.clone(),
                cell: address(sheet, total.row, *column),
                stated: decimal_text(figures.value(total.row).unwrap_or_default()),
                summed: decimal_text(sum),
                rows: number(differing.start)..number(differing.end - 1) + 1,
                is_across: false,
                unread,
                is_confidential: false,
            });
        }
    }
    found
}

/// The rows of data that a total was meant to sum with their sum, where it equals the sum of no run
/// of rows in any reading.
fn difference(
    totals: &[TotalRow],
    at: usize,
    figures: &Figures<'_>,
    readings: &[Sums],
) -> Option<(Range<usize>, i128)> {
    let total = totals.get(at)?;
    let rows = readings.first()?.rows();
    let stated = figures.value(total.row).filter(|_| !figures.is_of_several(total.row))?;
    let tolerance = tolerance(figures.cells.text(total.row, figures.column), stated);
    let after = |total: &TotalRow| total.after;
    let before = totals.get(..at).unwrap_or_default().iter().map(after).rev().chain([0]);
    let behind = totals.get(at + 1..).unwrap_or_default().iter().map(after).chain([rows]);
    let candidates: Vec<Range<usize>> = before
        .map(|start| start..total.after)
        .chain(behind.map(|end| total.after..end))
        .chain(std::iter::once(0..rows))
        .filter(|rows| !rows.is_empty())
        .collect();
    let is_equal = |sums: &Sums, rows: &Range<usize>| {
        (stated - sums.sum(rows)).abs() <= tolerance.max(sums.lost_by_rounding(rows))
    };
    if readings.iter().any(|sums| candidates.iter().any(|rows| is_equal(sums, rows))) {
        return None;
    }
    // What it was meant to sum: of what stands above it the nearest figure, unless nothing does.
    let above: Vec<&Range<usize>> =
        candidates.iter().filter(|rows| rows.end == total.after).collect();
    let meant = if above.is_empty() { candidates.iter().collect() } else { above };
    let sums = meant
        .into_iter()
        .flat_map(|rows| readings.iter().map(move |sums| (rows.clone(), sums.sum(rows))));
    sums.min_by_key(|(_, sum)| (stated - sum).abs())
}

/// The address of a cell, with its sheet.
pub(super) fn address(sheet: &Sheet, row: usize, column: usize) -> String {
    let name = scrub::cell(&sheet.name);
    let place = if name.is_empty() { String::new() } else { format!("{name}!") };
    let cell = sheet.addresses.cell(sheet.cells.row_number(row), column);
    format!("{place}{cell}")
}

/// The figures of one column.
pub(super) struct Figures<'sheet> {
    pub(super) cells: &'sheet RawBatch,
    pub(super) column: usize,
    numbers: NumberFormat,
    missing: Vec<&'sheet str>,
}

impl<'sheet> Figures<'sheet> {
    /// Those of a field in a column.
    pub(super) fn of(
        cells: &'sheet RawBatch,
        column: usize,
        field: &Field,
        (contract, source): (&'sheet Contract, &'sheet Source),
    ) -> Self {
        let described = source.columns.iter().find(|own| own.field == field.name);
        let numbers = described.and_then(|own| own.numbers).unwrap_or(source.numbers);
        let missing = contract.missing_values.iter().chain(&source.missing);
        Self { cells, column, numbers, missing: missing.map(String::as_str).collect() }
    }

    /// Sums of rows: of all, and without the labels of groups where there are some.
    fn readings(&self, rows: &[usize], labels: &BTreeMap<usize, GroupLabel>) -> Vec<Sums> {
        let own: Vec<i128> = rows.iter().map(|row| self.value(*row).unwrap_or_default()).collect();
        let mut readings = vec![Sums::of(&own)];
        if !labels.is_empty() {
            let slack = |at: usize| {
                let text = rows.get(at).map_or("", |row| self.cells.text(*row, self.column));
                tolerance(text, own.get(at).copied().unwrap_or_default())
            };
            readings.push(Sums::of(&without_labels(&own, labels, slack)));
        }
        readings
    }

    /// The figure of a row, in millionths.
    pub(super) fn value(&self, row: usize) -> Option<i128> {
        let text = self.cells.text(row, self.column);
        let parsed = match self.cells.kind(row, self.column) {
            CellKind::Number => parse_native(text.as_bytes(), 6),
            _ => parse_decimal(text.as_bytes(), self.numbers, 6),
        };
        parsed.ok().map(|decimal| i128::from(decimal.mantissa))
    }

    /// Whether the figure of a row is merged over columns or rows beside it: it is not that of its
    /// own column or row alone.
    pub(super) fn is_of_several(&self, row: usize) -> bool {
        let is = |row: usize, column: usize, kind: CellKind| {
            column < self.cells.width()
                && row < self.cells.len()
                && self.cells.kind(row, column) == kind
        };
        is(row, self.column + 1, CellKind::Covered)
            || is(row + 1, self.column, CellKind::CoveredBelow)
    }

    /// The cell of a row, where it holds something that is no figure.
    pub(super) fn unread(&self, sheet: &Sheet, row: usize) -> Option<String> {
        let text = self.cells.text(row, self.column).trim();
        let is_missing = self.missing.iter().any(|missing| missing.eq_ignore_ascii_case(text));
        let is_unread = !text.is_empty() && !is_missing && self.value(row).is_none();
        is_unread.then(|| format!("{} \"{text}\"", address(sheet, row, self.column)))
    }
}

/// Sums of a column over any run of rows, in millionths.
struct Sums {
    /// The sum of all rows before each row, and of all.
    sums: Vec<i128>,
    /// What these rows may have lost when they were rounded.
    slacks: Vec<i128>,
    /// The most that one row may have lost.
    most_lost: i128,
}

impl Sums {
    /// Of the figures of the rows.
    fn of(figures: &[i128]) -> Self {
        let mut sums = Vec::with_capacity(figures.len() + 1);
        let mut slacks = Vec::with_capacity(figures.len() + 1);
        let (mut sum, mut slack, mut most_lost) = (0i128, 0i128, 0);
        sums.push(sum);
        slacks.push(slack);
        for own in figures.iter().copied() {
            sum += own;
            sums.push(sum);
            let lost = if own % 1_000_000 == 0 { 0 } else { half_a_place(own) };
            most_lost = most_lost.max(lost);
            slack += lost;
            slacks.push(slack);
        }
        Self { sums, slacks, most_lost }
    }

    /// Number of rows.
    fn rows(&self) -> usize {
        self.sums.len() - 1
    }

    fn sum(&self, rows: &Range<usize>) -> i128 {
        between(&self.sums, rows)
    }

    /// What a sum of rows may have lost by rounding; losses of many rows even out.
    fn lost_by_rounding(&self, rows: &Range<usize>) -> i128 {
        between(&self.slacks, rows).min(10 * self.most_lost)
    }
}

fn between(sums: &[i128], rows: &Range<usize>) -> i128 {
    sums.get(rows.end).copied().unwrap_or_default()
        - sums.get(rows.start).copied().unwrap_or_default()
}

pub(super) fn decimal_text(millionths: i128) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let millionths = millionths.unsigned_abs();
    let text = format!("{sign}{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
