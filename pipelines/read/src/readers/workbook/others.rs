//! XLS, XLSB and ODS.

use super::cells::Cells;
use super::damage::refusal;
use super::marks::Mark;
use super::names::{cell_sheets, hidden_sheets};
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use crate::readers::sheet::Sheet;
use calamine::{Data, DataType, Range, Reader};
use std::io::Cursor;

/// All sheets of a workbook; `marks` say what is known of cells beside their values, a list a
/// sheet.
///
/// # Errors
/// Where it is damaged, or holds too many cells.
pub(super) fn sheets<'bytes, R: Reader<Cursor<&'bytes [u8]>>>(
    mut workbook: R,
    marks: &[Vec<Mark>],
    mut meter: Meter,
) -> Result<Vec<Sheet>, Refusal>
where
    R::Error: std::fmt::Display,
{
    let failed = |error: R::Error| refusal(&error.to_string());
    let hidden = hidden_sheets(&workbook);
    let names = cell_sheets(&workbook);
    meter.sheets(names.len())?;
    let mut ranges = Vec::new();
    for name in names {
        meter.time()?;
        let range = workbook.worksheet_range(&name).map_err(failed)?;
        // A formula that cannot be read as one has its value all the same.
        let formulas = workbook.worksheet_formula(&name).unwrap_or_default();
        ranges.push((name, range, formulas));
    }
    // A formula may give an empty text; where all do, none was ever calculated.
    let has_value = |(_, range, formulas): &(String, Range<Data>, Range<String>)| {
        used(formulas)
            .any(|(place, _)| range.get_value(place).is_some_and(|value| !is_empty(value)))
    };
    let is_calculated = ranges.iter().any(has_value);
    let mut sheets = Vec::new();
    for (index, (name, range, formulas)) in ranges.into_iter().enumerate() {
        let Some(mut cells) = cells(&range, &formulas, is_calculated, meter)? else { continue };
        marks.get(index).into_iter().flatten().try_for_each(|mark| mark.put_on(&mut cells))?;
        let is_1904 = cells.is_1904();
        let Some(cells) = cells.batch() else { continue };
        meter = meter.holding(cells.len() * cells.width(), cells.data().len());
        let is_hidden = hidden.contains(&name);
        sheets.push(Sheet { is_hidden, name, cells, is_1904, ..Sheet::default() });
    }
    Ok(sheets)
}

fn cells(
    range: &Range<Data>,
    formulas: &Range<String>,
    is_calculated: bool,
    meter: Meter,
) -> Result<Option<Cells>, Refusal> {
    let Some((first_row, first_column)) = range.start() else { return Ok(None) };
    let mut cells = Cells::for_sheet(
        first_row as usize + range.height(),
        first_column as usize + range.width(),
        meter,
    );
    for (row, column, cell) in range.used_cells() {
        cells.push(first_row + row as u32, first_column + column as u32, cell)?;
    }
    for ((row, column), formula) in used(formulas) {
        let is_without_value = range
            .get_value((row, column))
            .is_none_or(|value| value.is_empty() || (!is_calculated && is_empty(value)));
        if is_without_value {
            cells.push_formula(row, column, formula)?;
        }
    }
    Ok(Some(cells))
}

/// The formulas of a sheet with their places.
fn used(formulas: &Range<String>) -> impl Iterator<Item = ((u32, u32), &String)> {
    let (row, column) = formulas.start().unwrap_or_default();
    formulas
        .used_cells()
        .filter(|(.., formula)| !formula.is_empty())
        .map(move |(down, right, formula)| ((row + down as u32, column + right as u32), formula))
}

/// Whether a cell holds nothing, or an empty text.
fn is_empty(value: &Data) -> bool {
    value.is_empty() || value.get_string().is_some_and(str::is_empty)
}
