//! The rows of any statement, with the columns' own names, as one sheet or several.

use super::page::{height, lines};
use super::writer::{CellFormats, MOST_DIGITS, SHEET_ROWS, WorkbookWriter};
use crate::cell_text::{fit, list_text, looks_like_formula};
use crate::error::ServeError;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, SchemaRef,
};
use arrow::util::display::array_value_to_string;
use rust_xlsxwriter::{ExcelDateTime, Worksheet};

/// Width of the narrowest column.
const LEAST_WIDTH: usize = 11;
/// Width of the widest column; longer texts wrap.
const MOST_WIDTH: usize = 60;
/// Rows of a sheet: below the last one stands which sheet goes on.
const MOST_ROWS: usize = SHEET_ROWS - 1;
/// Columns that a sheet can hold.
const SHEET_COLUMNS: usize = 16_384;

/// Rows being written as one sheet, or several where one cannot hold them.
pub(crate) struct RowSheets {
    name: String,
    headings: Vec<String>,
    /// The longest cell of each column.
    widest: Vec<usize>,
    /// Sheets of these rows.
    sheets: usize,
    /// The sheet's place in the workbook.
    place: usize,
    /// Rows of the sheet.
    rows: usize,
}

impl RowSheets {
    /// Adds the first sheet.
    pub(crate) fn begin(
        workbook: &mut WorkbookWriter,
        name: &str,
        schema: &SchemaRef,
    ) -> Result<Self, ServeError> {
        let names = schema.fields().iter().take(SHEET_COLUMNS).map(|field| fit(field.name()));
        let headings: Vec<String> = names.map(|name| name.into_owned()).collect();
        let widest = headings.iter().map(|name| (name.chars().count() + 4).min(40)).collect();
        let name = name.to_owned();
        let mut sheets = Self { name, headings, widest, sheets: 0, place: 0, rows: 0 };
        sheets.next_sheet(workbook)?;
        Ok(sheets)
    }

    /// Adds rows.
    pub(crate) fn write(
        &mut self,
        workbook: &mut WorkbookWriter,
        rows: &RecordBatch,
    ) -> Result<(), ServeError> {
        let mut start = 0;
        while start < rows.num_rows() {
            if self.rows == MOST_ROWS {
                let sheet = workbook.workbook.worksheet_from_index(self.place)?;
                let next = format!("→ {} {}", self.name, self.sheets + 1);
                sheet.write_string(self.rows as u32 + 1, 0, next)?;
                self.end(workbook)?;
                self.next_sheet(workbook)?;
            }
            let length = (MOST_ROWS - self.rows).min(rows.num_rows() - start);
            let formats = &workbook.formats;
            let sheet = workbook.workbook.worksheet_from_index(self.place)?;
            // A sheet that keeps no rows takes them in order.
            for row in start..start + length {
                self.rows += 1;
                let line = self.rows as u32;
                let mut most_lines = 1;
                for (column, values) in rows.columns().iter().enumerate().take(SHEET_COLUMNS) {
                    let at = (line, column as u16);
                    let shown = write_cell(sheet, at, (values, row), formats)?;
                    most_lines = most_lines.max(shown.lines);
                    if let Some(widest) = self.widest.get_mut(column) {
                        *widest = (*widest).max(shown.width + 2);
                    }
                }
                if most_lines > 1 {
                    sheet.set_row_height(line, height(most_lines))?;
                }
            }
            start += length;
        }
        Ok(())
    }

    /// Ends the sheet.
    pub(crate) fn end(&self, workbook: &mut WorkbookWriter) -> Result<(), ServeError> {
        let sheet = workbook.workbook.worksheet_from_index(self.place)?;
        for (column, widest) in self.widest.iter().enumerate() {
            let width = (*widest).clamp(LEAST_WIDTH, MOST_WIDTH);
            sheet.set_column_width(column as u16, width as f64)?;
        }
        if !self.headings.is_empty() && self.rows > 0 {
            sheet.autofilter(0, 0, self.rows as u32, self.headings.len() as u16 - 1)?;
        }
        Ok(())
    }

    fn next_sheet(&mut self, workbook: &mut WorkbookWriter) -> Result<(), ServeError> {
        self.sheets += 1;
        self.rows = 0;
        self.place = workbook.add_sheet((&self.name, self.sheets), "")?;
        let sheet = workbook.workbook.worksheet_from_index(self.place)?;
        for (column, heading) in self.headings.iter().enumerate() {
            let header = &workbook.formats.header;
            sheet.write_string_with_format(0, column as u16, heading, header)?;
        }
        Ok(())
    }
}

/// Largest whole number that a spreadsheet's cell holds exactly.
const EXACT: u64 = 1 << 53;
/// Whole numbers that are shown with all their digits without a format of their own.
const GENERAL: f64 = 1e10;
/// The day 1970-01-01 as a serial number.
const EPOCH: f64 = 25_569.0;

/// The room that a cell takes.
struct Shown {
    width: usize,
    lines: usize,
}

impl Shown {
    fn one_line(width: usize) -> Self {
        Self { width, lines: 1 }
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (values, index): (&ArrayRef, usize),
    formats: &CellFormats,
) -> Result<Shown, ServeError> {
    if values.is_null(index) {
        return Ok(Shown::one_line(0));
    }
    let at = (row, column);
    let shown = || array_value_to_string(values, index);
    match values.data_type() {
        DataType::Int64 => {
            let value = values.as_primitive::<Int64Type>().value(index);
            if value.unsigned_abs() > EXACT {
                return write_text(sheet, at, &value.to_string(), formats);
            }
            write_number(sheet, at, value as f64, None, formats)
        }
        DataType::Int32 => {
            let value = values.as_primitive::<Int32Type>().value(index);
            write_number(sheet, at, f64::from(value), None, formats)
        }
        DataType::Float64 => {
            let value = values.as_primitive::<Float64Type>().value(index);
            match value.is_finite() {
                true => write_number(sheet, at, value, None, formats),
                false => Ok(Shown::one_line(0)),
            }
        }
        DataType::Decimal128(_, scale) => {
            let value = values.as_primitive::<Decimal128Type>().value(index) as f64;
            let value = value / 10f64.powi(i32::from(*scale));
            write_number(sheet, at, value, usize::try_from(*scale).ok(), formats)
        }
        DataType::Boolean => {
            sheet.write_boolean(row, column, values.as_boolean().value(index))?;
            Ok(Shown::one_line(5))
        }
        DataType::Date32 => {
            let day = values.as_primitive::<Date32Type>().value(index);
            // Serials begin at 1900; an earlier date is a text.
            match ExcelDateTime::from_serial_datetime(f64::from(day) + EPOCH) {
                Ok(moment) => {
                    sheet.write_datetime_with_format(row, column, &moment, &formats.date)?;
                    Ok(Shown::one_line(10))
                }
                Err(_) => write_text(sheet, at, &shown()?, formats),
            }
        }
        kind if kind.is_nested() => {
            let text = list_text(&values.slice(index, 1));
            write_text(sheet, at, text.as_string::<i32>().value(0), formats)
        }
        _ => write_text(sheet, at, &shown()?, formats),
    }
}

/// A number with all its digits: a spreadsheet by itself shows eleven.
fn write_number(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: f64,
    digits: Option<usize>,
    formats: &CellFormats,
) -> Result<Shown, ServeError> {
    let is_large = value.fract() == 0.0 && value.abs() >= GENERAL && value.abs() < 1e16;
    let digits = digits.or(is_large.then_some(0)).map(|digits| digits.min(MOST_DIGITS));
    match digits.and_then(|digits| formats.plain.get(digits)) {
        Some(format) => sheet.write_number_with_format(row, column, value, format)?,
        None => sheet.write_number_with_format(row, column, value, &formats.text)?,
    };
    let shown = match digits {
        Some(digits) => format!("{value:.digits$}").len(),
        None => value.to_string().len().min(12),
    };
    Ok(Shown::one_line(shown))
}

/// A text that stays one: a formula-like text carries the mark that a spreadsheet itself sets for a
/// leading apostrophe.
fn write_text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    formats: &CellFormats,
) -> Result<Shown, ServeError> {
    let text = fit(text);
    let width = text.split('\n').map(|line| line.chars().count()).max().unwrap_or_default();
    let wraps = width + 2 > MOST_WIDTH || text.contains('\n');
    let format = if wraps { &formats.wrap } else { &formats.text };
    let quoted = looks_like_formula(&text).then(|| format.clone().set_quote_prefix());
    let format = quoted.as_ref().unwrap_or(format);
    let lines = if wraps { lines(&text, MOST_WIDTH.min(width + 2) as f64) } else { 1 };
    sheet.write_string_with_format(row, column, text, format)?;
    Ok(Shown { width, lines })
}
