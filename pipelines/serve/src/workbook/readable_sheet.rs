//! A sheet for people: columns as wide as their numbers, texts that wrap, rows as high as they
//! need, and a header that is printed on each page.

use super::page::{height, lines};
use super::writer::{MOST_DIGITS, SHEET_ROWS, WorkbookWriter};
use crate::cell_text::{fit, looks_like_formula};
use crate::error::ServeError;
use koridor_contract::message::Language;
use koridor_publish::readable::{ReadableCell, ReadableColumn};
use rust_xlsxwriter::{ExcelDateTime, FormatAlign, IgnoreError};

/// Width of the narrowest column of numbers.
const LEAST_WIDTH: usize = 11;
/// Room beside a number.
const ROOM: usize = 4;

/// A sheet being written, or several where one cannot hold the rows.
pub(crate) struct ReadableSheet {
    name: String,
    /// What stands above each printed page.
    title: String,
    columns: Vec<ReadableColumn>,
    /// The longest number of each column.
    widest: Vec<usize>,
    /// Sheets of these rows.
    sheets: usize,
    /// The sheet's place in the workbook.
    place: usize,
    /// Rows of the sheet.
    rows: usize,
    /// Rows a sheet holds besides its header and the line that names the next sheet.
    most: usize,
}

impl ReadableSheet {
    /// Adds the first sheet.
    pub(crate) fn begin(
        workbook: &mut WorkbookWriter,
        name: &str,
        title: &str,
        columns: Vec<ReadableColumn>,
    ) -> Result<Self, ServeError> {
        let widest = columns.iter().map(|own| longest_word(&own.heading)).collect();
        let (name, title) = (name.to_owned(), title.to_owned());
        let most = SHEET_ROWS - 1;
        let mut sheet = Self { name, title, columns, widest, sheets: 0, place: 0, rows: 0, most };
        sheet.next_sheet(workbook)?;
        Ok(sheet)
    }

    /// Adds a row.
    pub(crate) fn write(
        &mut self,
        workbook: &mut WorkbookWriter,
        cells: &[ReadableCell],
    ) -> Result<(), ServeError> {
        if self.rows == self.most {
            let sheet = workbook.workbook.worksheet_from_index(self.place)?;
            let next = format!("→ {} {}", self.name, self.sheets + 1);
            sheet.write_string(self.rows as u32 + 1, 0, next)?;
            self.end(workbook)?;
            self.next_sheet(workbook)?;
        }
        self.rows += 1;
        let row = self.rows as u32;
        let formats = &workbook.formats;
        let sheet = workbook.workbook.worksheet_from_index(self.place)?;
        let mut most_lines = 1;
        for (column, cell) in cells.iter().enumerate() {
            match cell {
                ReadableCell::Blank => {
                    sheet.write_blank(row, column as u16, &formats.lined)?;
                }
                ReadableCell::Number(number, digits) => {
                    let digits = usize::from(*digits).min(MOST_DIGITS);
                    if let Some(format) = formats.digits.get(digits) {
                        sheet.write_number_with_format(row, column as u16, *number, format)?;
                    }
                    if let Some(widest) = self.widest.get_mut(column) {
                        *widest = (*widest).max(shown_length(*number, digits) + ROOM);
                    }
                }
                ReadableCell::Day(day) => match ExcelDateTime::parse_from_str(day) {
                    Ok(own) => {
                        let format = formats.lined.clone().set_num_format("yyyy-mm-dd");
                        sheet.write_datetime_with_format(row, column as u16, &own, &format)?;
                    }
                    Err(_) => {
                        sheet.write_string_with_format(row, column as u16, day, &formats.lined)?;
                    }
                },
                ReadableCell::Year(year) => {
                    let format = formats.lined.clone().set_num_format("0");
                    sheet.write_number_with_format(row, column as u16, *year, &format)?;
                }
                ReadableCell::Text(text) => {
                    let text = fit(text);
                    let width = self.columns.get(column).and_then(|column| column.width);
                    most_lines = most_lines.max(width.map_or(1, |width| lines(&text, width)));
                    let quoted = looks_like_formula(&text);
                    let quoted = quoted.then(|| formats.lined.clone().set_quote_prefix());
                    let format = quoted.as_ref().unwrap_or(&formats.lined);
                    sheet.write_string_with_format(row, column as u16, text, format)?;
                }
            }
        }
        if most_lines > 1 {
            sheet.set_row_height(row, height(most_lines))?;
        }
        Ok(())
    }

    /// Ends the sheet.
    pub(crate) fn end(&self, workbook: &mut WorkbookWriter) -> Result<(), ServeError> {
        let sheet = workbook.workbook.worksheet_from_index(self.place)?;
        for (column, own) in self.columns.iter().enumerate() {
            let widest = self.widest.get(column).copied().unwrap_or(LEAST_WIDTH);
            sheet.set_column_width(column as u16, own.width.unwrap_or(widest as f64))?;
        }
        let last = self.columns.len().saturating_sub(1) as u16;
        let printed = self.columns.iter().filter(|column| column.is_printed).count();
        if self.rows > 0 && printed > 0 {
            sheet.autofilter(0, 0, self.rows as u32, last)?;
            sheet.set_print_area(0, 0, self.rows as u32, printed as u16 - 1)?;
            // A year is a text here, and nothing is wrong with that.
            sheet.ignore_error_range(
                0,
                0,
                self.rows as u32,
                last,
                IgnoreError::NumberStoredAsText,
            )?;
        }
        Ok(())
    }

    /// Ends the sheet; says on how many sheets its rows are, where one could not hold them.
    pub(crate) fn end_told(
        &self,
        workbook: &mut WorkbookWriter,
        language: Language,
    ) -> Result<Option<String>, ServeError> {
        self.end(workbook)?;
        let (name, sheets) = (&self.name, self.sheets);
        Ok((sheets > 1).then(|| {
            let (id, en) = (
                format!("{name}: dilanjutkan sampai lembar {name} {sheets} (batas baris Excel)"),
                format!("{name}: goes on to the sheet {name} {sheets} (Excel's limit of rows)"),
            );
            language.pick(id, en)
        }))
    }

    fn next_sheet(&mut self, workbook: &mut WorkbookWriter) -> Result<(), ServeError> {
        self.sheets += 1;
        self.rows = 0;
        self.place = workbook.add_sheet((&self.name, self.sheets), &self.title)?;
        let sheet = workbook.workbook.worksheet_from_index(self.place)?;
        // Columns of numbers become no narrower than they begin.
        let widths = self.columns.iter().zip(&self.widest);
        let most_lines = widths.map(|(own, widest)| {
            lines(&own.heading, own.width.unwrap_or((*widest).saturating_sub(1) as f64))
        });
        sheet.set_row_height(0, height(most_lines.max().unwrap_or(1)))?;
        for (column, own) in self.columns.iter().enumerate() {
            let header = &workbook.formats.header;
            let right = header.clone().set_align(FormatAlign::Right).set_indent(1);
            let format = if own.width.is_none() { &right } else { header };
            sheet.write_string_with_format(0, column as u16, own.heading.as_str(), format)?;
        }
        Ok(())
    }
}

/// Characters that a heading of numbers needs, so that no word of it breaks.
fn longest_word(heading: &str) -> usize {
    let longest = heading.split(' ').map(|word| word.chars().count()).max();
    (longest.unwrap_or_default() + ROOM).max(LEAST_WIDTH)
}

/// Characters of a number as it is shown, thousands in groups.
fn shown_length(number: f64, digits: usize) -> usize {
    let text = format!("{:.digits$}", number.abs());
    let whole = text.find('.').unwrap_or(text.len());
    text.len() + whole.saturating_sub(1) / 3 + usize::from(number < 0.0)
}

#[cfg(test)]
mod tests {
    use super::shown_length;

    #[test]
    fn the_length_of_a_number_counts_its_marks() {
        assert_eq!(shown_length(-1_234_567.5, 2), "-1,234,567.50".len());
        assert_eq!(shown_length(999.0, 0), 3);
        assert_eq!(shown_length(1000.0, 0), "1,000".len());
    }
}
