//! Total rows of a table, compared with the rows they sum.

use crate::readers::Sheet;
use koridor_contract::message::Message;
use koridor_contract::{CellKind, Contract, FieldType, RawBatch, Source};
use std::ops::Range;

/// A total that differs from the rows it sums.
#[derive(Debug, Clone)]
pub struct TotalCheck {
    /// Field.
    pub field: String,
    /// Cell of the total.
    pub cell: String,
    /// What the file says.
    pub stated: String,
    /// What its rows add up to.
    pub summed: String,
    /// Numbers of the first and the last row it sums.
    pub rows: Range<u64>,
}

impl TotalCheck {
    /// Both figures in words.
    pub fn message(&self) -> Message {
        let Self { field, cell, stated, summed, .. } = self;
        Message {
            id: format!("{cell}: total {field} tertulis {stated}, jumlah barisnya {summed}"),
            en: format!("{cell}: total of {field} says {stated}, its rows add up to {summed}"),
        }
    }
}

/// A row that says it sums others.
pub(crate) struct TotalRow {
    /// Row of the sheet's cells, from 0.
    pub row: usize,
    /// Rows of data that it follows.
    pub after: usize,
}

/// A unit in the last of three places, for figures that were rounded before they were added, in millionths.
const TOLERANCE: i128 = 1_000;

/// Half a unit of the last place that the total is written to, where that is coarser.
fn tolerance(text: &str, stated: i128) -> i128 {
    // A whole number may be rounded only where it is written with decimals, or its rows have some.
    let has_decimals = text
        .trim()
        .rsplit([',', '.'])
        .next()
        .is_some_and(|tail| tail.len() < 3 && text.contains([',', '.']));
    if has_decimals { half_a_place(stated).max(TOLERANCE) } else { TOLERANCE }
}

/// Half a unit of the last place a figure is written to, in millionths.
fn half_a_place(millionths: i128) -> i128 {
    let places = (0..6u32).find(|places| millionths % 10i128.pow(6 - places) == 0).unwrap_or(6);
    10i128.pow(6 - places) / 2
}

/// Totals that differ from all that they may sum: the rows since a total before (a subtotal since the last one, a total of subtotals
/// since an earlier one, a grand total from the beginning), or the rows that follow, where totals stand above.
pub(crate) fn compare(
    sheet: &Sheet,
    totals: &[TotalRow],
    data_rows: &[usize],
    columns: &[(usize, usize)],
    contract: &Contract,
    source: &Source,
) -> Vec<TotalCheck> {
    let cells = &sheet.cells;
    let mut found = Vec::new();
    if totals.is_empty() || data_rows.is_empty() {
        return found;
    }
    for (index, column) in columns {
        let Some(field) = contract.fields.get(*index).filter(|field| is_additive(field)) else {
            continue;
        };
        let numbers = source
            .columns
            .iter()
            .find(|own| own.field == field.name)
            .and_then(|own| own.numbers)
            .unwrap_or(source.numbers);
        let value = |row: usize| millionths(cells, row, *column, numbers);
        let mut sums = Vec::with_capacity(data_rows.len() + 1);
        sums.push(0i128);
        let mut sum = 0;
        // What the rows may have lost when they were rounded.
        let mut slacks = Vec::with_capacity(data_rows.len() + 1);
        slacks.push(0i128);
        let (mut slack, mut most_lost) = (0, 0);
        for row in data_rows {
            let own = value(*row).unwrap_or_default();
            sum += own;
            sums.push(sum);
            let lost = if own % 1_000_000 == 0 { 0 } else { half_a_place(own) };
            most_lost = most_lost.max(lost);
            slack += lost;
            slacks.push(slack);
        }
        // Losses of many rows even out.
        let slack_of = |rows: &Range<usize>| {
            let all = slacks.get(rows.end).copied().unwrap_or_default()
                - slacks.get(rows.start).copied().unwrap_or_default();
            all.min(10 * most_lost)
        };
        let sum_of = |rows: &Range<usize>| {
            sums.get(rows.end).copied().unwrap_or_default()
                - sums.get(rows.start).copied().unwrap_or_default()
        };
        for (at, total) in totals.iter().enumerate() {
            let Some(stated) = value(total.row) else { continue };
            let tolerance = tolerance(cells.text(total.row, *column), stated);
            let stops =
                |totals: &[TotalRow]| totals.iter().map(|total| total.after).collect::<Vec<_>>();
            let before = stops(totals.get(..at).unwrap_or_default())
                .into_iter()
                .rev()
                .chain([0])
                .map(|start| start..total.after);
            let behind = stops(totals.get(at + 1..).unwrap_or_default())
                .into_iter()
                .chain([data_rows.len()])
                .map(|end| total.after..end);
            let candidates: Vec<Range<usize>> = before
                .chain(behind)
                .chain(std::iter::once(0..data_rows.len()))
                .filter(|rows| !rows.is_empty())
                .collect();
            if candidates
                .iter()
                .any(|rows| (stated - sum_of(rows)).abs() <= tolerance.max(slack_of(rows)))
            {
                continue;
            }
            // What it was meant to sum: of what stands above it the nearest figure, unless nothing does.
            let above: Vec<&Range<usize>> =
                candidates.iter().filter(|rows| rows.end == total.after).collect();
            let meant = if above.is_empty() { candidates.iter().collect() } else { above };
            let Some(rows) = meant.into_iter().min_by_key(|rows| (stated - sum_of(rows)).abs())
            else {
                continue;
            };
            let place =
                if sheet.name.is_empty() { String::new() } else { format!("{}!", sheet.name) };
            let number = |row: usize| data_rows.get(row).map_or(0, |row| cells.row_number(*row));
            found.push(TotalCheck {
                field: field.name.clone(),
                cell: format!(
                    "{place}{}",
                    sheet.addresses.cell(cells.row_number(total.row), *column)
                ),
                stated: cells.text(total.row, *column).trim().to_owned(),
                summed: decimal_text(sum_of(rows)),
                rows: number(rows.start)..number(rows.end - 1) + 1,
            });
        }
    }
    found
}

/// Whether a field's values may be added: shares and rates (`seats_per_trip`) may not.
fn is_additive(field: &koridor_contract::Field) -> bool {
    let unit = field.koridor.unit.as_deref().unwrap_or_default();
    matches!(field.field_type, FieldType::Integer | FieldType::Number)
        && !unit.contains(['%', '/'])
        && !field.name.contains("_per_")
}

fn millionths(
    cells: &RawBatch,
    row: usize,
    column: usize,
    numbers: koridor_contract::number::NumberFormat,
) -> Option<i128> {
    let text = cells.text(row, column);
    let parsed = match cells.kind(row, column) {
        CellKind::Number => koridor_contract::number::parse_native(text.as_bytes(), 6),
        _ => koridor_contract::number::parse_decimal(text.as_bytes(), numbers, 6),
    };
    parsed.ok().map(|decimal| i128::from(decimal.mantissa))
}

fn decimal_text(millionths: i128) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let millionths = millionths.unsigned_abs();
    let text = format!("{sign}{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
