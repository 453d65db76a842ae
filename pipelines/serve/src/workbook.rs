//! Workbooks: typed cells, row by row, whatever the number of rows.

use crate::error::ServeError;
use crate::format::looks_like_formula;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, SchemaRef,
};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};
use std::io::Write;

/// Rows a sheet can hold besides its header.
const SHEET_ROWS: usize = 1_048_575;

/// A workbook being written.
pub(crate) struct Book {
    workbook: Workbook,
    header: Format,
    date: Format,
    wrap: Format,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self {
            workbook: Workbook::new(),
            header: Format::new()
                .set_bold()
                .set_background_color(0x00DC_E6F1)
                .set_text_wrap()
                .set_align(FormatAlign::Top),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }

    /// Adds rows as one sheet, or several where one cannot hold them.
    pub(crate) fn rows(
        &mut self,
        name: &str,
        schema: &SchemaRef,
        rows: &[RecordBatch],
    ) -> Result<(), ServeError> {
        let titles: Vec<String> =
            schema.fields().iter().map(|field| field.name().clone()).collect();
        let mut number = 1;
        let mut sheet = begin(&mut self.workbook, name, &titles, &self.header)?;
        let mut at = 0usize;
        for batch in rows {
            for row in 0..batch.num_rows() {
                if at == SHEET_ROWS {
                    number += 1;
                    at = 0;
                    sheet = begin(
                        &mut self.workbook,
                        &format!("{name} {number}"),
                        &titles,
                        &self.header,
                    )?;
                }
                at += 1;
                for (column, values) in batch.columns().iter().enumerate() {
                    cell(sheet, at as u32, column as u16, values, row, &self.date)?;
                }
            }
        }
        finish(sheet, &titles, at)
    }

    /// Adds a sheet of texts with the given widths; texts wrap.
    pub(crate) fn texts(
        &mut self,
        name: &str,
        titles: &[&str],
        widths: &[f64],
        lines: &[Vec<String>],
    ) -> Result<(), ServeError> {
        let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
        let wrap = self.wrap.clone();
        let sheet = begin(&mut self.workbook, name, &titles, &self.header)?;
        for (column, width) in widths.iter().enumerate() {
            sheet.set_column_width(column as u16, *width)?;
        }
        for (row, line) in lines.iter().enumerate() {
            for (column, text) in line.iter().enumerate() {
                let format =
                    if looks_like_formula(text) { &wrap.clone().set_quote_prefix() } else { &wrap };
                sheet.write_string_with_format(row as u32 + 1, column as u16, text, format)?;
            }
        }
        Ok(())
    }

    pub(crate) fn save(mut self, output: impl Write + Send) -> Result<(), ServeError> {
        let mut output = output;
        let bytes = self.workbook.save_to_buffer()?;
        output.write_all(&bytes)?;
        Ok(())
    }
}

fn begin<'book>(
    workbook: &'book mut Workbook,
    name: &str,
    titles: &[String],
    header: &Format,
) -> Result<&'book mut Worksheet, ServeError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    for (column, title) in titles.iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, title, header)?;
    }
    Ok(sheet)
}

fn finish(sheet: &mut Worksheet, titles: &[String], rows: usize) -> Result<(), ServeError> {
    for (column, title) in titles.iter().enumerate() {
        sheet.set_column_width(
            column as u16,
            (title.chars().count() as f64 + 4.0).clamp(11.0, 40.0),
        )?;
    }
    if !titles.is_empty() && rows > 0 {
        sheet.autofilter(0, 0, rows as u32, titles.len() as u16 - 1)?;
    }
    Ok(())
}

fn cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    values: &ArrayRef,
    index: usize,
    date: &Format,
) -> Result<(), ServeError> {
    if values.is_null(index) {
        return Ok(());
    }
    match values.data_type() {
        DataType::Int64 => {
            let value = values.as_primitive::<Int64Type>().value(index);
            // A number beyond 2^53 would change in a spreadsheet's cell.
            if value.unsigned_abs() <= 1 << 53 {
                sheet.write_number(row, column, value as f64)?
            } else {
                sheet.write_string(row, column, value.to_string())?
            };
        }
        DataType::Int32 => {
            sheet.write_number(
                row,
                column,
                f64::from(values.as_primitive::<Int32Type>().value(index)),
            )?;
        }
        DataType::Float64 => {
            let value = values.as_primitive::<Float64Type>().value(index);
            if value.is_finite() {
                sheet.write_number(row, column, value)?;
            }
        }
        DataType::Decimal128(_, scale) => {
            let value = values.as_primitive::<Decimal128Type>().value(index) as f64
                / 10f64.powi(i32::from(*scale));
            sheet.write_number(row, column, value)?;
        }
        DataType::Boolean => {
            sheet.write_boolean(row, column, values.as_boolean().value(index))?;
        }
        DataType::Date32 => {
            let day = values.as_primitive::<Date32Type>().value(index);
            // Serials begin at 1900; an earlier date is a text.
            match ExcelDateTime::from_serial_datetime(f64::from(day) + 25_569.0) {
                Ok(moment) => sheet.write_datetime_with_format(row, column, &moment, date)?,
                Err(_) => sheet.write_string(
                    row,
                    column,
                    arrow::util::display::array_value_to_string(values, index)?,
                )?,
            };
        }
        kind if kind.is_nested() => {
            let text = crate::format::list_text(&values.slice(index, 1));
            text_cell(sheet, row, column, text.as_string::<i32>().value(0))?;
        }
        _ => {
            text_cell(
                sheet,
                row,
                column,
                &arrow::util::display::array_value_to_string(values, index)?,
            )?;
        }
    }
    Ok(())
}

/// A text that stays one: a formula-like text carries the mark that a spreadsheet itself sets for a leading apostrophe.
fn text_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), ServeError> {
    if looks_like_formula(text) {
        sheet.write_string_with_format(row, column, text, &Format::new().set_quote_prefix())?;
    } else {
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}
