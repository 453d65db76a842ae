//! The office's own workbook with marks. Its package is changed in place: the refused cells get a
//! colour and a note, a summary stands before its sheets, and every other part stays byte for byte,
//! images, charts and print areas too.

mod book;
mod cells;
mod notes;
mod package;
mod styles;
mod xml;

use self::book::Book;
use self::notes::Notes;
use self::package::Package;
use self::styles::Styles;
use crate::cell_text::fit;
use crate::error::ServeError;
use koridor_publish::feedback::Finding;
use std::collections::BTreeMap;

/// Largest workbook that is marked; a larger one goes back as a copy.
pub(crate) const MOST_BYTES: usize = 32 << 20;

/// Marks the findings in a workbook and puts the sheet of `summary`, a workbook of one, before its
/// own.
///
/// # Errors
/// Where the workbook cannot be changed as it is.
pub(crate) fn write(
    original: &[u8],
    (summary, summary_name): (&[u8], &str),
    findings: &[Finding],
) -> Result<Vec<u8>, ServeError> {
    let mut package = Package::read(original)?;
    package.drop_macros()?;
    let mut book = Book::read(&package)?;
    let mut styles = Styles::read(&book.text_of_kind(&package, "/styles")?)?;
    for (sheet, notes) in notes_by_sheet(findings) {
        let part = book.sheet_part(sheet)?;
        let marked = cells::mark(package.text(&part)?, &notes, &mut styles)?;
        package.put(&part, marked.text);
        notes::add(&mut package, &part, &notes, marked.last_column)?;
    }
    book.put_first(&mut package, (summary, summary_name), &mut styles)?;
    let part = book.part_of_kind("/styles")?;
    package.put(&part, styles.text());
    package.write()
}

/// Whether a workbook has macros: they do not go back, as the file is one without them.
pub(crate) fn has_macros(original: &[u8]) -> bool {
    original.windows(MACROS.len()).any(|bytes| bytes == MACROS)
}

/// Name of the part that holds macros.
const MACROS: &[u8] = b"vbaProject.bin";

/// What is said of each cell, by sheet.
fn notes_by_sheet(findings: &[Finding]) -> BTreeMap<&str, Notes> {
    let mut said: BTreeMap<&str, BTreeMap<(u32, u32), Vec<String>>> = BTreeMap::new();
    for finding in findings {
        let row = u32::try_from(finding.row_number).unwrap_or(u32::MAX);
        let at = finding.cell.as_deref().and_then(xml::address).unwrap_or((row, 1));
        let own = said.entry(&finding.sheet).or_default().entry(at).or_default();
        let text = format!("{}\n\n{}", finding.message.id, finding.message.en);
        // The records of one sheet row that share a cell say the same.
        if !own.contains(&text) {
            own.push(text);
        }
    }
    let joined = |notes: BTreeMap<(u32, u32), Vec<String>>| {
        let notes = notes.into_iter();
        notes.map(|(at, texts)| (at, fit(&texts.join("\n\n")).into_owned())).collect()
    };
    said.into_iter().map(|(sheet, notes)| (sheet, joined(notes))).collect()
}

#[cfg(test)]
mod tests;
