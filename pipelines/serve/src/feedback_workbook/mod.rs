//! A file that goes back to its office as a workbook: a summary first, then its sheets, with the
//! refused cells coloured and a note on each.

mod cell;
mod copy;
mod summary;

use self::cell::CellFormats;
use crate::annotate;
use crate::error::ServeError;
use crate::workbook::sheet_name;
use koridor_publish::feedback::{Feedback, Finding};
use rust_xlsxwriter::{Workbook, Worksheet};
use std::collections::BTreeSet;
use std::io::Write;

/// Writes a feedback file as a workbook: an XLSX of usual size is marked as it is, anything else
/// goes back as a copy of its cells; a text file becomes one sheet.
///
/// # Errors
/// Where the workbook cannot be written.
pub fn write(feedback: &Feedback, output: &mut dyn Write) -> Result<(), ServeError> {
    let formats = CellFormats::new();
    let original = &feedback.original;
    if !original.is_empty() && original.len() <= annotate::MOST_BYTES {
        let mut own = Workbook::new();
        add_summary(&mut own, feedback, &formats)?;
        let summary = own.save_to_buffer()?;
        // A workbook that cannot be opened as it is goes back as a copy.
        if let Ok(bytes) = annotate::write(original, &summary, &feedback.findings) {
            return Ok(output.write_all(&bytes)?);
        }
    }
    let mut workbook = Workbook::new();
    add_summary(&mut workbook, feedback, &formats)?;
    let mut taken = BTreeSet::from([summary_name(feedback).to_lowercase()]);
    for cells in feedback.sheets.iter().filter(|sheet| !sheet.is_blank()) {
        let sheet = workbook.add_worksheet();
        let name = sheet_name(&cells.name, |name| taken.contains(&name.to_lowercase()));
        taken.insert(name.to_lowercase());
        sheet.set_name(name)?;
        let findings = feedback.findings.iter().filter(|finding| finding.sheet == cells.name);
        let findings: Vec<&Finding> = findings.collect();
        copy::write(sheet, cells, &findings, &formats)?;
        if !findings.is_empty() {
            sheet.set_tab_color(0x00FF_C7CE);
        }
        if cells.is_hidden {
            sheet.set_hidden(true);
        }
    }
    Ok(output.write_all(&workbook.save_to_buffer()?)?)
}

fn add_summary(
    workbook: &mut Workbook,
    feedback: &Feedback,
    formats: &CellFormats,
) -> Result<(), ServeError> {
    let sheet: &mut Worksheet = workbook.add_worksheet();
    sheet.set_name(summary_name(feedback))?;
    summary::write(sheet, feedback, formats)
}

/// A name for the summary that no sheet of the office has.
fn summary_name(feedback: &Feedback) -> &'static str {
    let taken: BTreeSet<String> =
        feedback.sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
    let mut names = ["Ringkasan", "Ringkasan Koridor", "Koridor 1"].into_iter();
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or("Ringkasan hasil periksa")
}
