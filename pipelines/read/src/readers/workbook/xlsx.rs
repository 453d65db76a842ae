//! XLSX, read cell by cell: a range of all cells would be held beside what is made of it.

use super::cells::Cells;
use super::damage::refusal;
use super::names::{cell_sheets, hidden_sheets};
use super::number_formats::{is_percent, is_rupiah, other_unit};
use super::raised::raised_texts;
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use crate::readers::sheet::Sheet;
use calamine::{Data, DataType, Style, Xlsx};
use std::collections::HashMap;
use std::io::{Cursor, Read};

/// Rows that a sheet of Excel has.
const MOST_ROWS: u32 = 1 << 20;

/// All sheets of a workbook.
///
/// # Errors
/// Where it is damaged, or holds too many cells.
pub(super) fn sheets(
    bytes: &[u8],
    mut workbook: Xlsx<Cursor<&[u8]>>,
    mut meter: Meter,
) -> Result<Vec<Sheet>, Refusal> {
    let settings = Settings::of(bytes);
    let raised = raised_texts(bytes);
    let names = cell_sheets(&workbook);
    meter.sheets(names.len())?;
    let mut sheets = Vec::new();
    let hidden = hidden_sheets(&workbook);
    for name in names {
        let (mut cells, shown) = cells(&mut workbook, &name, (&settings, &raised), meter)?;
        if shown.is_needed() {
            mark_shown(&mut workbook, &name, &shown, &mut cells, meter)?;
        }
        let is_1904 = settings.is_1904;
        let Some(cells) = cells.batch() else { continue };
        meter = meter.holding(cells.len() * cells.width(), cells.data().len());
        let is_hidden = hidden.contains(&name);
        sheets.push(Sheet { is_hidden, name, cells, is_1904, ..Sheet::default() });
    }
    Ok(sheets)
}

/// What `xl/workbook.xml` says of all cells.
#[derive(Default)]
struct Settings {
    /// Days are counted from 1904.
    is_1904: bool,
    /// Formulas are to be calculated when the workbook is opened: a program that does not calculate
    /// wrote it, and a nought that stands there is a placeholder.
    is_uncalculated: bool,
}

impl Settings {
    fn of(bytes: &[u8]) -> Self {
        let mut text = String::new();
        let is_read = zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|mut archive| {
            archive
                .by_name("xl/workbook.xml")
                .is_ok_and(|mut part| part.read_to_string(&mut text).is_ok())
        });
        if !is_read {
            return Self::default();
        }
        let is_set = |element: &str, attribute: &str| {
            text.split('<')
                .filter(|tag| {
                    let name = tag.split([' ', '>', '/', '\n', '\r', '\t']).next();
                    name.unwrap_or_default().rsplit(':').next() == Some(element)
                })
                .any(|tag| {
                    tag.split_once(attribute).is_some_and(|(_, value)| {
                        let value = value.trim_start_matches([' ', '=', '"', '\'']);
                        value.starts_with('1') || value.starts_with("true")
                    })
                })
        };
        Self {
            is_1904: is_set("workbookPr", "date1904"),
            is_uncalculated: is_set("calcPr", "fullCalcOnLoad"),
        }
    }
}

/// Which styles show a number as a percentage, as money or with a word that changes it.
struct ShownStyles {
    percent: Vec<bool>,
    rupiah: Vec<bool>,
    /// The word that makes another number of it.
    units: Vec<Option<String>>,
}

impl ShownStyles {
    fn of(styles: &[Style]) -> Self {
        let formats: Vec<&str> = styles
            .iter()
            .map(|style| style.number_format.as_ref().map_or("", |own| own.format_code.as_str()))
            .collect();
        Self {
            percent: formats.iter().map(|format| is_percent(format)).collect(),
            rupiah: formats.iter().map(|format| is_rupiah(format)).collect(),
            units: formats.iter().map(|format| other_unit(format)).collect(),
        }
    }

    fn is_needed(&self) -> bool {
        self.percent.contains(&true)
            || self.rupiah.contains(&true)
            || self.units.iter().any(Option::is_some)
    }
}

/// The cells of a sheet, and which of its styles matter. A formula that was never calculated is
/// not blank.
fn cells(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    (settings, raised): (&Settings, &HashMap<String, String>),
    meter: Meter,
) -> Result<(Cells, ShownStyles), Refusal> {
    let mut reader =
        workbook.worksheet_cells_reader(name).map_err(|error| refusal(&error.to_string()))?;
    let shown = ShownStyles::of(reader.styles());
    let (last_row, last_column) = reader.dimensions().end;
    let mut cells = Cells::for_sheet(last_row as usize + 1, last_column as usize + 1, meter);
    for step in 0.. {
        meter.time_at(step)?;
        let cell = reader.next_cell_with_formula().map_err(|error| refusal(&error.to_string()))?;
        let Some(cell) = cell else { break };
        let (row, column) = cell.pos;
        if row >= MOST_ROWS {
            return Err(refusal("a row below the last that a sheet has"));
        }
        let is_blank = cell.value.is_empty() && cell.formula.is_none();
        if !is_blank && cells.holds(row, column) {
            return Err(refusal("one cell is given twice"));
        }
        let is_nought = || {
            let moment = cell.value.get_datetime().map(|moment| moment.as_f64());
            cell.value.get_float().or(moment) == Some(0.0)
        };
        match &cell.formula {
            Some(formula) if cell.value.is_empty() || (settings.is_uncalculated && is_nought()) => {
                cells.push_formula(row, column, formula)?;
            }
            _ => match cell.value.get_string().and_then(|text| raised.get(text)) {
                Some(text) => cells.push(row, column, &Data::String(text.clone()))?,
                None => cells.push(row, column, &cell.value)?,
            },
        }
    }
    Ok((cells, shown))
}

/// Makes numbers that are shown as percentages, as money or in another unit such: how a cell is
/// shown stands beside its value.
fn mark_shown(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    shown: &ShownStyles,
    cells: &mut Cells,
    meter: Meter,
) -> Result<(), Refusal> {
    let mut reader =
        workbook.worksheet_cells_reader(name).map_err(|error| refusal(&error.to_string()))?;
    let mut step = 0;
    while let Some((row, column, style)) =
        reader.next_style_id().map_err(|error| refusal(&error.to_string()))?
    {
        step += 1;
        meter.time_at(step)?;
        // A word that makes another number of it says more than the sign of money before it.
        if let Some(Some(unit)) = shown.units.get(style) {
            cells.mark_unit(row, column, unit);
        } else if shown.percent.get(style) == Some(&true) {
            cells.mark_percent(row, column);
        } else if shown.rupiah.get(style) == Some(&true) {
            cells.mark_rupiah(row, column);
        }
    }
    Ok(())
}
