//! A workbook being written, and how its cells look.

use super::page::set_up_page;
use crate::error::ServeError;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook};
use std::io::Write;

/// Rows a sheet can hold besides its header.
pub(super) const SHEET_ROWS: usize = 1_048_575;

/// A workbook being written.
pub(crate) struct WorkbookWriter {
    pub(super) workbook: Workbook,
    pub(super) formats: CellFormats,
}

/// How cells look.
pub(super) struct CellFormats {
    pub(super) header: Format,
    pub(super) date: Format,
    pub(super) text: Format,
    pub(super) wrap: Format,
    /// A cell of a sheet for people, with a line below it.
    pub(super) lined: Format,
    /// Numbers by their digits behind the decimal mark, thousands in groups.
    pub(super) digits: Vec<Format>,
    /// The same without groups.
    pub(super) plain: Vec<Format>,
}

/// Digits behind the decimal mark that are shown at most.
pub(super) const MOST_DIGITS: usize = 15;

impl CellFormats {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        let lined = || top().set_border_bottom(FormatBorder::Hair).set_border_color(0x00A6_A6A6);
        let digits = |whole: &str, number: Format| -> Vec<Format> {
            let zeros = (0..=MOST_DIGITS).map(|count| match count {
                0 => whole.to_owned(),
                count => format!("{whole}.{}", "0".repeat(count)),
            });
            zeros.map(|form| number.clone().set_num_format(form)).collect()
        };
        Self {
            header: top().set_bold().set_background_color(0x00DC_E6F1).set_text_wrap(),
            date: top().set_num_format("yyyy-mm-dd"),
            text: top(),
            wrap: top().set_text_wrap(),
            lined: lined().set_text_wrap(),
            // Apart from the text in the next column.
            digits: digits("#,##0", lined().set_align(FormatAlign::Right).set_indent(1)),
            plain: digits("0", top()),
        }
    }
}

impl WorkbookWriter {
    pub(crate) fn new() -> Self {
        Self { workbook: Workbook::new(), formats: CellFormats::new() }
    }

    /// Adds one of the sheets that hold one table, by its number: its header row stays in sight and
    /// stands on each page, under a title. Gives its place.
    pub(super) fn add_sheet(
        &mut self,
        (name, number): (&str, usize),
        title: &str,
    ) -> Result<usize, ServeError> {
        let place = self.workbook.worksheets().len();
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        match number {
            1 => sheet.set_name(name)?,
            number => sheet.set_name(format!("{name} {number}"))?,
        };
        sheet.set_freeze_panes(1, 0)?;
        set_up_page(sheet, 1, title)?;
        Ok(place)
    }

    /// Adds a sheet that is kept until the end, so that it can be written in any order. Gives its
    /// place.
    pub(super) fn add_kept_sheet(&mut self, name: &str) -> Result<usize, ServeError> {
        let place = self.workbook.worksheets().len();
        self.workbook.add_worksheet().set_name(name)?;
        Ok(place)
    }

    pub(crate) fn save(mut self, output: impl Write + Send) -> Result<(), ServeError> {
        let mut output = output;
        self.workbook.save_to_writer(&mut output)?;
        Ok(output.flush()?)
    }
}
