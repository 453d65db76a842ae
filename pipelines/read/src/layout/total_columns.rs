//! Totals at the end of a row, compared with the columns they sum.

use super::found::Found;
use super::header_key::header_key;
use super::labels::{is_average, is_total_alone};
use super::total_years::NamedYears;
use super::totals::{Figures, TotalCheck, address, decimal_text, half_a_place, tolerance};
use crate::readers::Sheet;
use koridor_contract::{Contract, Field, Source};
use std::ops::Range;

/// A total column where nothing else tells what it sums is believed in a table of so few rows.
const FEW_ROWS: usize = 3;

/// A column of figures of the table.
struct FigureColumn<'table> {
    field: &'table Field,
    figures: Figures<'table>,
    labels: &'table [String],
    /// What its figures are multiplied with.
    factor: Option<&'table String>,
}

/// Totals of rows that differ from the columns left of them. `columns` are the places of fields
/// with their columns, `rows` the rows of data.
///
/// What a total column sums is told by its labels (`Wisman | Jumlah`), else by the rows: those
/// columns right before it whose sum it is in most of them.
pub(super) fn compare_across(
    sheet: &Sheet,
    found: &Found,
    (rows, columns): (&[usize], &[(usize, usize)]),
    years: &NamedYears<'_>,
    (contract, source): (&Contract, &Source),
) -> Vec<TotalCheck> {
    let own = |(index, column): &(usize, usize)| {
        let field = contract.fields.get(*index).filter(|field| field.is_additive())?;
        let described = source.columns.iter().find(|own| own.field == field.name);
        Some(FigureColumn {
            field,
            figures: Figures::of(&sheet.cells, *column, field, (contract, source)),
            labels: found.labels.get(*column).map(Vec::as_slice).unwrap_or_default(),
            factor: described.and_then(|own| own.multiply.as_ref()),
        })
    };
    let mut figures: Vec<FigureColumn<'_>> = columns.iter().filter_map(own).collect();
    figures.sort_by_key(|own| own.figures.column);
    let is_field = |column: usize| columns.iter().any(|(_, own)| *own == column);
    let mut differing = Vec::new();
    for (column, labels) in found.labels.iter().enumerate() {
        let label = labels.iter().find(|label| is_total_alone(label) && !is_average(label));
        let Some(label) = label.filter(|_| !is_field(column)) else { continue };
        if years.is_other(&labels.join(" ")) {
            continue;
        }
        let left: Vec<&FigureColumn<'_>> =
            figures.iter().take_while(|own| own.figures.column < column).collect();
        let Some(first) = left.first() else { continue };
        let total = Figures::of(&sheet.cells, column, first.field, (contract, source));
        let Some(summed) = summed(&left, &total, (label, labels), rows) else { continue };
        let row_differs = |row: &usize| difference(sheet, &total, &summed, *row);
        differing.extend(rows.iter().filter_map(row_differs));
    }
    differing
}

/// The columns that a total column sums; `None` where nothing tells.
fn summed<'own, 'table>(
    left: &[&'own FigureColumn<'table>],
    total: &Figures<'_>,
    (label, labels): (&String, &[String]),
    rows: &[usize],
) -> Option<Vec<&'own FigureColumn<'table>>> {
    let others = labels.iter().filter(|own| *own != label && !own.is_empty());
    let keys: Vec<String> = others.map(|own| header_key(own)).collect();
    let is_shared =
        |own: &&&FigureColumn<'_>| own.labels.iter().any(|label| keys.contains(&header_key(label)));
    let shared: Vec<&FigureColumn<'_>> = left.iter().filter(is_shared).copied().collect();
    if shared.len() > 1 {
        return Some(shared);
    }
    let least = left.len().min(2);
    let runs = (0..=left.len() - least).map(|start| left.get(start..).unwrap_or_default());
    let runs: Vec<&[&FigureColumn<'_>]> = runs.collect();
    let matching = |run: &&[&FigureColumn<'_>]| {
        rows.iter().filter(|row| is_sum(total, run, **row) == Some(true)).count()
    };
    // Of runs that fit equally often the longest.
    let best = runs.iter().copied().rev().max_by_key(matching)?;
    if matching(&best) > 0 {
        return Some(best.to_vec());
    }
    let last = left.last()?;
    let is_alike = |own: &&FigureColumn<'_>| {
        own.field.koridor.unit == last.field.koridor.unit && own.factor == last.factor
    };
    let alike = left.iter().rev().copied().take_while(is_alike).collect::<Vec<_>>();
    let is_one_field = alike.iter().all(|own| own.field.name == last.field.name);
    let is_told = alike.len() > 1 && (is_one_field || rows.len() <= FEW_ROWS);
    is_told.then(|| alike.into_iter().rev().collect())
}

/// Whether a row's total is the sum of some columns; `None` where the row has none.
fn is_sum(total: &Figures<'_>, run: &[&FigureColumn<'_>], row: usize) -> Option<bool> {
    let stated = total.value(row).filter(|_| !total.is_of_several(row))?;
    let values = || run.iter().filter_map(|own| own.figures.value(row));
    let lost: i128 = values().filter(|own| own % 1_000_000 != 0).map(half_a_place).sum();
    let slack = tolerance(total.cells.text(row, total.column), stated).max(lost);
    Some((stated - values().sum::<i128>()).abs() <= slack)
}

fn difference(
    sheet: &Sheet,
    total: &Figures<'_>,
    summed: &[&FigureColumn<'_>],
    row: usize,
) -> Option<TotalCheck> {
    if is_sum(total, summed, row)? {
        return None;
    }
    let sum: i128 = summed.iter().filter_map(|own| own.figures.value(row)).sum();
    let number = sheet.cells.row_number(row);
    let rows: Range<u64> = number..number + 1;
    Some(TotalCheck {
        field: summed.first()?.field.name.clone(),
        cell: address(sheet, row, total.column),
        stated: decimal_text(total.value(row)?),
        summed: decimal_text(sum),
        rows,
        is_across: true,
        unread: summed.iter().filter_map(|own| own.figures.unread(sheet, row)).collect(),
        is_confidential: false,
    })
}
