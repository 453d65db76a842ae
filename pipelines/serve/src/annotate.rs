//! The office's own workbook with marks: its formats, merged cells, formulas, notes and hidden
//! rows stay; refused cells are coloured and get a note, and a summary stands before its sheets.

use crate::cell_text::fit;
use crate::error::ServeError;
use koridor_publish::feedback::Finding;
use std::collections::BTreeMap;
use std::io::Cursor;
use umya_spreadsheet::{Comment, reader, writer};

/// Largest workbook that is opened whole to be marked; a larger one goes back as a copy.
pub(crate) const MOST_BYTES: usize = 4 << 20;
/// Fill of a refused cell.
const REFUSED_FILL: &str = "FFFFC7CE";

/// Marks the findings in a workbook and puts the first sheet of `summary` before its own.
///
/// # Errors
/// Where the workbook cannot be opened or written as it is.
pub(crate) fn write(
    original: &[u8],
    summary: &[u8],
    findings: &[Finding],
) -> Result<Vec<u8>, ServeError> {
    // A damaged workbook can bring the library to a stop; its cells can still be copied.
    std::panic::catch_unwind(|| mark(original, summary, findings))
        .unwrap_or_else(|_| Err(failed("the workbook cannot be opened as it is")))
}

fn mark(original: &[u8], summary: &[u8], findings: &[Finding]) -> Result<Vec<u8>, ServeError> {
    let open = |bytes: &[u8]| {
        reader::xlsx::read_reader(Cursor::new(bytes.to_vec()), true)
            .map_err(|error| failed(&error.to_string()))
    };
    let mut book = open(original)?;
    let mut notes: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for finding in findings {
        let cell = finding.cell.clone().unwrap_or_else(|| format!("A{}", finding.row_number));
        let own = notes.entry((&finding.sheet, cell)).or_default();
        let text = format!("{}\n\n{}", finding.message.id, finding.message.en);
        // The records of one sheet row that share a cell say the same.
        if !own.contains(&text) {
            own.push(text);
        }
    }
    for ((name, cell), texts) in notes {
        let sheet = book.sheet_by_name_mut(name).map_err(|error| failed(&error.to_string()))?;
        sheet.style_mut(cell.as_str()).set_background_color(REFUSED_FILL);
        let text = fit(&texts.join("\n\n")).into_owned();
        let comments = sheet.comments_mut();
        match comments.iter_mut().find(|comment| comment.coordinate().to_string() == cell) {
            // What the office has noted itself stays above.
            Some(own) => {
                let before = own.text().text().map(|text| text.value().to_owned());
                let before = before
                    .or_else(|| own.text().rich_text().map(|text| text.text().into_owned()))
                    .unwrap_or_default();
                own.set_text_string(format!("{before}\n\n{text}"));
            }
            None => {
                let mut own = Comment::default();
                own.new_comment(cell.as_str());
                own.set_author("Koridor").set_text_string(text);
                comments.push(own);
            }
        }
    }
    let summary = open(summary)?;
    let sheet = summary.sheet(0).map_err(|error| failed(&error.to_string()))?.clone();
    book.add_sheet(sheet).map_err(|error| failed(&error.to_string()))?;
    book.sheet_collection_mut().rotate_right(1);
    book.set_active_sheet(0);
    let mut bytes = Vec::new();
    writer::xlsx::write_writer(&book, &mut bytes).map_err(|error| failed(&error.to_string()))?;
    Ok(bytes)
}

fn failed(message: &str) -> ServeError {
    ServeError::Marking(message.to_owned())
}
