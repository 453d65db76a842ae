//! An extract as a file: the values alone, or a workbook with dictionary and method beside them.

use crate::error::ServeError;
use crate::format::{self, Format};
use crate::workbook::{ReadableSheet, WorkbookWriter};
use koridor_contract::Project;
use koridor_contract::message::Language;
use koridor_lake::Engine;
use koridor_publish::RowStream;
pub use koridor_publish::extract::{NAMES, Selection};
use koridor_publish::extract::{method, release_of, values};
use koridor_publish::readable::{Readable, ReadableCell, ReadableColumn, texts};
use koridor_publish::words::Words;
use std::io::Write;

/// Writes an extract as its rows come and returns their number. A workbook is for people, in their
/// language; the other formats are for programs and do not know one.
///
/// # Errors
/// Where there is no such extract, the lake cannot be read or the output not be written; what was
/// written then is no whole extract.
pub async fn write(
    engine: &Engine,
    project: &Project,
    name: &str,
    selection: &Selection,
    (format, language): (Format, Language),
    output: impl Write + Send,
) -> Result<u64, ServeError> {
    let mut values = values(engine, project, name, selection).await?;
    if format != Format::Xlsx {
        return format::write_stream(format, &mut values, output).await;
    }
    let words = Words { project, language };
    let readable = Readable::new(project, language)?;
    let title = title(&words, &values);
    let mut workbook = WorkbookWriter::new();
    let columns = readable.value_columns();
    let sheet_name = language.pick("Nilai", "Values");
    let mut sheet = ReadableSheet::begin(&mut workbook, sheet_name, &title, columns)?;
    let mut count = 0;
    while let Some(rows) = values.next().await? {
        count += rows.num_rows() as u64;
        for cells in readable.values(&rows) {
            sheet.write(&mut workbook, &cells)?;
        }
    }
    sheet.end(&mut workbook)?;
    let sheet_name = language.pick("Kamus", "Dictionary");
    let columns = readable.dictionary_columns();
    add(&mut workbook, (sheet_name, &title), columns, readable.dictionary())?;
    let columns = [("Hal", "Item", 34.0), ("Keterangan", "Meaning", 110.0)];
    let columns = columns.map(|(id, en, width)| texts(language.pick(id, en), width)).to_vec();
    let rows = method(engine, words, &values).await?;
    let rows = rows.into_iter().map(|row| row.map(ReadableCell::Text).to_vec()).collect();
    add(&mut workbook, (language.pick("Metode", "Method"), &title), columns, rows)?;
    workbook.save(output)?;
    Ok(count)
}

/// What stands above each printed page.
fn title(words: &Words<'_>, values: &RowStream) -> String {
    let release = release_of(values);
    let area = words.region("CORR");
    match release.is_empty() {
        true => area,
        false => format!("{area} - {} {release}", words.language.pick("rilis", "release")),
    }
}

/// Adds a sheet of texts.
fn add(
    workbook: &mut WorkbookWriter,
    (name, title): (&str, &str),
    columns: Vec<ReadableColumn>,
    rows: Vec<Vec<ReadableCell>>,
) -> Result<(), ServeError> {
    let mut sheet = ReadableSheet::begin(workbook, name, title, columns)?;
    for cells in rows {
        sheet.write(workbook, &cells)?;
    }
    sheet.end(workbook)
}
