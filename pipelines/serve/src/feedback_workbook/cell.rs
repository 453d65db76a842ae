//! Cells of a workbook that goes back: how they look, how they are written, how they are named.

use crate::cell_text::{fit, looks_like_formula};
use crate::error::ServeError;
use koridor_publish::feedback::Finding;
use koridor_publish::shown_cell::shown_cell;
use koridor_read::readers::CellKind;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Worksheet};

/// How cells look.
pub(super) struct CellFormats {
    pub(super) title: Format,
    pub(super) header: Format,
    pub(super) wrap: Format,
    refused: Format,
    refused_date: Format,
    date: Format,
    /// What stands in a cell of its file.
    pub(super) text: Format,
}

impl CellFormats {
    pub(super) fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        let refused = top().set_background_color(0x00FF_C7CE).set_font_color(0x009C_0006);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            header: top().set_bold().set_background_color(0x00DC_E6F1).set_text_wrap(),
            wrap: top().set_text_wrap(),
            refused_date: refused.clone().set_num_format("dd/mm/yyyy"),
            refused,
            date: top().set_num_format("dd/mm/yyyy"),
            text: top(),
        }
    }
}

/// A cell of a file.
pub(super) struct FileCell<'file> {
    pub(super) value: &'file str,
    pub(super) kind: CellKind,
    pub(super) is_refused: bool,
}

/// Writes a cell of a file with its type, coloured where it is refused.
pub(super) fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &FileCell<'_>,
    formats: &CellFormats,
) -> Result<(), ServeError> {
    let shown = shown_cell(cell.value).text;
    let plain = if cell.is_refused { &formats.refused } else { &formats.text };
    match cell.kind {
        CellKind::Number => {
            if let Ok(number) = shown.parse::<f64>() {
                sheet.write_number_with_format(row, column, number, plain)?;
                return Ok(());
            }
        }
        CellKind::Date => {
            let format = if cell.is_refused { &formats.refused_date } else { &formats.date };
            if let Ok(moment) = ExcelDateTime::parse_from_str(cell.value) {
                sheet.write_datetime_with_format(row, column, &moment, format)?;
                return Ok(());
            }
        }
        CellKind::Text | CellKind::Error | CellKind::Covered | CellKind::CoveredBelow => {}
    }
    write_text(sheet, (row, column), &shown, plain)
}

/// Writes a text that stays one.
pub(super) fn write_text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: &Format,
) -> Result<(), ServeError> {
    let text = fit(text);
    if looks_like_formula(&text) {
        let quoted = format.clone().set_quote_prefix();
        sheet.write_string_with_format(row, column, text, &quoted)?;
    } else {
        sheet.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

/// Where a finding is, such as `Sheet1!C17`, or `baris 17` where it is no cell's.
pub(super) fn place(finding: &Finding) -> String {
    let sheet = match finding.sheet.as_str() {
        "" => String::new(),
        name => format!("{name}!"),
    };
    match &finding.cell {
        Some(cell) => format!("{sheet}{cell}"),
        None => format!("{sheet}baris {}", finding.row_number),
    }
}

/// The row, from 1, and the column, from 0, that a finding is about.
pub(crate) fn row_and_column(finding: &Finding) -> (u64, usize) {
    let cell = finding.cell.as_deref().unwrap_or_default();
    let row = cell.trim_start_matches(|mark: char| mark.is_ascii_alphabetic()).parse();
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase);
    let column = letters.fold(0, |number, letter| number * 26 + usize::from(letter - b'A') + 1);
    (row.unwrap_or(finding.row_number), column.saturating_sub(1))
}
