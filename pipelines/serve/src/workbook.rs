//! Workbooks: typed cells, row by row. Rows go to temporary files, so their number does not count.

use crate::cell_text::{list_text, looks_like_formula};
use crate::error::ServeError;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, SchemaRef,
};
use arrow::util::display::array_value_to_string;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};
use std::io::Write;

/// Rows a sheet can hold besides its header.
const SHEET_ROWS: usize = 1_048_575;

/// A workbook being written.
pub(crate) struct WorkbookWriter {
    workbook: Workbook,
    formats: CellFormats,
}

/// How cells look.
struct CellFormats {
    header: Format,
    date: Format,
    wrap: Format,
}

impl WorkbookWriter {
    pub(crate) fn new() -> Self {
        let formats = CellFormats {
            header: Format::new()
                .set_bold()
                .set_background_color(0x00DC_E6F1)
                .set_text_wrap()
                .set_align(FormatAlign::Top),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        };
        Self { workbook: Workbook::new(), formats }
    }

    /// Adds a sheet of texts with the given widths; texts wrap.
    pub(crate) fn texts(
        &mut self,
        name: &str,
        headings: &[&str],
        widths: &[f64],
        rows: &[Vec<String>],
    ) -> Result<(), ServeError> {
        let sheet = self.workbook.add_worksheet();
        begin(sheet, name, headings, &self.formats.header)?;
        for (column, width) in widths.iter().enumerate() {
            sheet.set_column_width(column as u16, *width)?;
        }
        let wrap = &self.formats.wrap;
        let quoted = wrap.clone().set_quote_prefix();
        for (row, texts) in rows.iter().enumerate() {
            for (column, text) in texts.iter().enumerate() {
                let format = if looks_like_formula(text) { &quoted } else { wrap };
                sheet.write_string_with_format(row as u32 + 1, column as u16, text, format)?;
            }
        }
        Ok(())
    }

    pub(crate) fn save(mut self, output: impl Write + Send) -> Result<(), ServeError> {
        let mut output = output;
        self.workbook.save_to_writer(&mut output)?;
        Ok(output.flush()?)
    }
}

/// Rows being written as one sheet, or several where one cannot hold them.
pub(crate) struct RowSheets {
    name: String,
    headings: Vec<String>,
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
        let headings = schema.fields().iter().map(|field| field.name().clone()).collect();
        let mut sheets = Self { name: name.to_owned(), headings, sheets: 0, place: 0, rows: 0 };
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
            if self.rows == SHEET_ROWS {
                self.end(workbook)?;
                self.next_sheet(workbook)?;
            }
            let length = (SHEET_ROWS - self.rows).min(rows.num_rows() - start);
            let date = &workbook.formats.date;
            let sheet = workbook.workbook.worksheet_from_index(self.place)?;
            // A sheet that keeps no rows takes them in order.
            for row in start..start + length {
                self.rows += 1;
                for (column, values) in rows.columns().iter().enumerate() {
                    write_cell(sheet, (self.rows as u32, column as u16), (values, row), date)?;
                }
            }
            start += length;
        }
        Ok(())
    }

    /// Ends the sheet.
    pub(crate) fn end(&self, workbook: &mut WorkbookWriter) -> Result<(), ServeError> {
        let sheet = workbook.workbook.worksheet_from_index(self.place)?;
        for (column, heading) in self.headings.iter().enumerate() {
            let width = (heading.chars().count() as f64 + 4.0).clamp(11.0, 40.0);
            sheet.set_column_width(column as u16, width)?;
        }
        if !self.headings.is_empty() && self.rows > 0 {
            sheet.autofilter(0, 0, self.rows as u32, self.headings.len() as u16 - 1)?;
        }
        Ok(())
    }

    fn next_sheet(&mut self, workbook: &mut WorkbookWriter) -> Result<(), ServeError> {
        self.sheets += 1;
        self.rows = 0;
        self.place = workbook.workbook.worksheets().len();
        let name = match self.sheets {
            1 => self.name.clone(),
            number => format!("{} {number}", self.name),
        };
        let sheet = workbook.workbook.add_worksheet_with_constant_memory()?;
        let headings: Vec<&str> = self.headings.iter().map(String::as_str).collect();
        begin(sheet, &name, &headings, &workbook.formats.header)
    }
}

fn begin(
    sheet: &mut Worksheet,
    name: &str,
    headings: &[&str],
    header: &Format,
) -> Result<(), ServeError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    for (column, heading) in headings.iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, *heading, header)?;
    }
    Ok(())
}

/// Largest whole number that a spreadsheet's cell holds exactly.
const EXACT: u64 = 1 << 53;
/// The day 1970-01-01 as a serial number.
const EPOCH: f64 = 25_569.0;

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (values, index): (&ArrayRef, usize),
    date: &Format,
) -> Result<(), ServeError> {
    if values.is_null(index) {
        return Ok(());
    }
    let shown = || array_value_to_string(values, index);
    match values.data_type() {
        DataType::Int64 => {
            let value = values.as_primitive::<Int64Type>().value(index);
            if value.unsigned_abs() <= EXACT {
                sheet.write_number(row, column, value as f64)?
            } else {
                sheet.write_string(row, column, value.to_string())?
            };
        }
        DataType::Int32 => {
            let value = values.as_primitive::<Int32Type>().value(index);
            sheet.write_number(row, column, f64::from(value))?;
        }
        DataType::Float64 => {
            let value = values.as_primitive::<Float64Type>().value(index);
            if value.is_finite() {
                sheet.write_number(row, column, value)?;
            }
        }
        DataType::Decimal128(_, scale) => {
            let value = values.as_primitive::<Decimal128Type>().value(index) as f64;
            sheet.write_number(row, column, value / 10f64.powi(i32::from(*scale)))?;
        }
        DataType::Boolean => {
            sheet.write_boolean(row, column, values.as_boolean().value(index))?;
        }
        DataType::Date32 => {
            let day = values.as_primitive::<Date32Type>().value(index);
            // Serials begin at 1900; an earlier date is a text.
            match ExcelDateTime::from_serial_datetime(f64::from(day) + EPOCH) {
                Ok(moment) => sheet.write_datetime_with_format(row, column, &moment, date)?,
                Err(_) => sheet.write_string(row, column, shown()?)?,
            };
        }
        kind if kind.is_nested() => {
            let text = list_text(&values.slice(index, 1));
            write_text(sheet, row, column, text.as_string::<i32>().value(0))?;
        }
        _ => write_text(sheet, row, column, &shown()?)?,
    }
    Ok(())
}

/// A text that stays one: a formula-like text carries the mark that a spreadsheet itself sets for a
/// leading apostrophe.
fn write_text(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), ServeError> {
    if looks_like_formula(text) {
        sheet.write_string_with_format(row, column, text, &Format::new().set_quote_prefix())?;
    } else {
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}
