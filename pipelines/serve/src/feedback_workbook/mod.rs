//! A file that goes back to its office as a workbook: a summary first, then its sheets, with the
//! refused cells coloured and a note on each.

mod cell;
mod copy;
mod summary;

use self::cell::CellFormats;
#[cfg(feature = "http")]
pub(crate) use self::cell::row_and_column;
use crate::annotate;
use crate::error::ServeError;
use crate::workbook::sheet_name;
use koridor_contract::message::Message;
use koridor_publish::feedback::{Feedback, Finding};
use rust_xlsxwriter::{Workbook, Worksheet};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// How a file goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// As it is, with marks; a text file as one sheet.
    Whole,
    /// In part, which it says: without its macros, or as a copy of its cells alone.
    InPart,
}

/// Writes a feedback file as a workbook: an XLSX of usual size is marked as it is, anything else
/// goes back as a copy of its cells; a text file becomes one sheet.
///
/// # Errors
/// Where the workbook cannot be written.
pub fn write(feedback: &Feedback, output: &mut dyn Write) -> Result<Returned, ServeError> {
    let formats = CellFormats::new();
    let original = &feedback.original;
    if !original.is_empty() && original.len() <= annotate::MOST_BYTES {
        let mut own = Workbook::new();
        let left_out = annotate::has_macros(original).then(without_macros);
        let sheet = own.add_worksheet_with_constant_memory()?;
        add_summary(sheet, feedback, left_out.as_ref(), &formats)?;
        let summary = own.save_to_buffer()?;
        let named = (summary.as_slice(), summary_name(feedback));
        // A workbook that cannot be changed as it is goes back as a copy.
        if let Ok(bytes) = annotate::write(original, named, &feedback.findings) {
            output.write_all(&bytes)?;
            return Ok(if left_out.is_some() { Returned::InPart } else { Returned::Whole });
        }
    }
    let is_workbook = feedback.sheets.iter().any(|sheet| !sheet.name.is_empty());
    let left_out = is_workbook.then(left_out);
    let mut workbook = Workbook::new();
    add_summary(workbook.add_worksheet(), feedback, left_out.as_ref(), &formats)?;
    add_copies(&mut workbook, feedback, &formats)?;
    output.write_all(&workbook.save_to_buffer()?)?;
    Ok(if is_workbook { Returned::InPart } else { Returned::Whole })
}

/// What is said of a workbook that goes back without its macros.
fn without_macros() -> Message {
    Message {
        id: "Makro berkas asli tidak ikut; selebihnya utuh.".to_owned(),
        en: "The macros of the original are left out; all else is there.".to_owned(),
    }
}

/// What is said of a workbook of which only the cells go back.
fn left_out() -> Message {
    Message {
        id: "Ini salinan isi sel saja. Gambar, grafik, area cetak, rumus, catatan dan format \
             berkas asli tidak ikut; perbaiki di berkas asli, yang tidak diubah."
            .to_owned(),
        en: "This is a copy of the cells alone. Images, charts, print areas, formulas, notes and \
             formats of the original are left out; mend them in the original, which is unchanged."
            .to_owned(),
    }
}

/// Adds the file's sheets, cell by cell.
fn add_copies(
    workbook: &mut Workbook,
    feedback: &Feedback,
    formats: &CellFormats,
) -> Result<(), ServeError> {
    let mut taken = BTreeSet::from([summary_name(feedback).to_lowercase()]);
    let no_lines = BTreeMap::new();
    for cells in &feedback.sheets {
        // Lines are those of a text file, which has one sheet without a name.
        let lines = if cells.name.is_empty() { &feedback.lines } else { &no_lines };
        if cells.is_blank() && lines.is_empty() {
            continue;
        }
        let sheet = workbook.add_worksheet();
        let name = sheet_name(&cells.name, |name| taken.contains(&name.to_lowercase()));
        taken.insert(name.to_lowercase());
        sheet.set_name(name)?;
        let findings = feedback.findings.iter().filter(|finding| finding.sheet == cells.name);
        let findings: Vec<&Finding> = findings.collect();
        copy::write(sheet, (cells, lines), &findings, formats)?;
        if !findings.is_empty() {
            sheet.set_tab_color(0x00FF_C7CE);
        }
        if cells.is_hidden {
            sheet.set_hidden(true);
        }
    }
    Ok(())
}

fn add_summary(
    sheet: &mut Worksheet,
    feedback: &Feedback,
    left_out: Option<&Message>,
    formats: &CellFormats,
) -> Result<(), ServeError> {
    sheet.set_name(summary_name(feedback))?;
    summary::write(sheet, feedback, left_out, formats)
}

/// A name for the summary that no sheet of the office has.
fn summary_name(feedback: &Feedback) -> &'static str {
    let taken: BTreeSet<String> =
        feedback.sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
    let mut names = ["Ringkasan", "Ringkasan Koridor", "Koridor 1"].into_iter();
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or("Ringkasan hasil periksa")
}
