//! XLSX, read cell by cell: a range of all cells would be held beside what is made of it.

use super::cells::Cells;
use super::damage::refusal;
use super::markup::Marked;
use super::names::{cell_sheets, hidden_sheets};
use super::number_formats::Shown;
use super::raised::raised_texts;
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use crate::readers::sheet::Sheet;
use calamine::{Data, DataType, Font, Style, Xlsx};
use std::collections::HashMap;
use std::io::{Cursor, Read};

/// Rows that a sheet of Excel has.
const MOST_ROWS: u32 = 1 << 20;

/// All sheets of a workbook; `with_runs` are the places in the zip of those that hold texts with
/// raised or struck out characters themselves.
///
/// # Errors
/// Where it is damaged, or holds too many cells.
pub(super) fn sheets(
    bytes: &[u8],
    marked: &Marked,
    mut workbook: Xlsx<Cursor<&[u8]>>,
    mut meter: Meter,
) -> Result<Vec<Sheet>, Refusal> {
    let settings = Settings::of(bytes);
    let raised = raised_texts(bytes, &marked.with_runs, meter)?;
    let names = cell_sheets(&workbook);
    meter.sheets(names.len())?;
    let mut sheets = Vec::new();
    let hidden = hidden_sheets(&workbook);
    for name in names {
        let (mut cells, looks) = cells(&mut workbook, &name, (&settings, &raised), meter)?;
        // First, as a number that is struck out is merged all the same.
        if marked.has_merged {
            cover_merged(&mut workbook, &name, &mut cells, meter)?;
        }
        if looks.iter().any(Look::says_more) {
            mark_looks(&mut workbook, &name, &looks, &mut cells, meter)?;
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

/// How a style shows what a cell holds.
struct Look {
    shown: Option<Shown>,
    is_struck: bool,
}

impl Look {
    fn of(style: &Style) -> Self {
        let format = style.number_format.as_ref();
        Self {
            shown: format.and_then(|own| Shown::of(&own.format_code)),
            is_struck: style.font.as_ref().is_some_and(Font::has_strikethrough),
        }
    }

    /// Whether a person reads another thing than the value.
    fn says_more(&self) -> bool {
        self.shown.is_some() || self.is_struck
    }
}

/// The cells of a sheet, and how each of its styles shows them. A formula that was never calculated
/// is not blank.
fn cells(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    (settings, raised): (&Settings, &HashMap<String, String>),
    meter: Meter,
) -> Result<(Cells, Vec<Look>), Refusal> {
    let mut reader =
        workbook.worksheet_cells_reader(name).map_err(|error| refusal(&error.to_string()))?;
    let looks = reader.styles().iter().map(Look::of).collect();
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
    Ok((cells, looks))
}

/// Marks the cells that a number is merged over: it is that of several columns or rows.
fn cover_merged(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    cells: &mut Cells,
    meter: Meter,
) -> Result<(), Refusal> {
    let merged = workbook.merge_cells_by_sheet_name(name);
    let merged = merged.map_err(|error| refusal(&error.to_string()))?;
    for (step, own) in merged.iter().enumerate() {
        meter.time_at(step)?;
        let (row, column) = own.start;
        let rows = own.end.0.saturating_sub(row).saturating_add(1);
        let columns = own.end.1.saturating_sub(column).saturating_add(1);
        cells.cover(row, column, (rows, columns))?;
    }
    Ok(())
}

/// Writes numbers as they are shown: how a cell is shown stands beside its value.
fn mark_looks(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    looks: &[Look],
    cells: &mut Cells,
    meter: Meter,
) -> Result<(), Refusal> {
    let mut reader =
        workbook.worksheet_cells_reader(name).map_err(|error| refusal(&error.to_string()))?;
    // The quick way over the styles leaves out the first, which is that of most cells.
    let is_first_shown = looks.first().is_some_and(Look::says_more);
    for step in 0.. {
        meter.time_at(step)?;
        let next = if is_first_shown {
            reader.next_cell_with_style_id().map(|next| {
                next.map(|(cell, style)| (cell.get_position().0, cell.get_position().1, style))
            })
        } else {
            reader.next_style_id()
        };
        let Some((row, column, style)) = next.map_err(|error| refusal(&error.to_string()))? else {
            break;
        };
        let Some(look) = looks.get(style) else { continue };
        if let Some(shown) = &look.shown {
            cells.show(row, column, shown)?;
        }
        if look.is_struck {
            cells.strike(row, column)?;
        }
    }
    Ok(())
}
