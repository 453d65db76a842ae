//! An extract as a file: the values alone, or a workbook with dictionary and method beside them.

use crate::error::ServeError;
use crate::format::{self, Format};
use crate::workbook::{RowSheets, WorkbookWriter};
use koridor_contract::Project;
use koridor_lake::Engine;
use koridor_publish::extract::{DICTIONARY_HEADINGS, dictionary, method, values};
pub use koridor_publish::extract::{NAMES, Selection};
use std::io::Write;

/// Widths of the dictionary's columns.
const DICTIONARY_WIDTHS: [f64; 12] =
    [28.0, 13.0, 30.0, 30.0, 16.0, 50.0, 60.0, 60.0, 26.0, 12.0, 30.0, 24.0];

/// Writes an extract as its rows come and returns their number.
///
/// # Errors
/// Where there is no such extract, the lake cannot be read or the output not be written; what was
/// written then is no whole extract.
pub async fn write(
    engine: &Engine,
    project: &Project,
    name: &str,
    selection: &Selection,
    format: Format,
    output: impl Write + Send,
) -> Result<u64, ServeError> {
    let mut values = values(engine, project, name, selection).await?;
    if format != Format::Xlsx {
        return format::write_stream(format, &mut values, output).await;
    }
    let mut workbook = WorkbookWriter::new();
    let mut sheets = RowSheets::begin(&mut workbook, "data", values.schema())?;
    let mut count = 0;
    while let Some(rows) = values.next().await? {
        count += rows.num_rows() as u64;
        sheets.write(&mut workbook, &rows)?;
    }
    sheets.end(&mut workbook)?;
    workbook.texts(
        "kamus - dictionary",
        &DICTIONARY_HEADINGS,
        &DICTIONARY_WIDTHS,
        &dictionary(project)?,
    )?;
    let method = method(engine, project, &values).await?;
    workbook.texts("metode - method", &["", ""], &[34.0, 110.0], &method)?;
    workbook.save(output)?;
    Ok(count)
}
