//! Record batches as CSV, JSON, NDJSON, Parquet and XLSX. (Tables for people are the printer's.)

use crate::error::ServeError;
use crate::workbook;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::io::Write;
use std::sync::Arc;

/// Formats of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8; texts that look like formulas are escaped.
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    Ndjson,
    /// Parquet, zstd.
    Parquet,
    /// A workbook with one sheet.
    Xlsx,
}

impl Format {
    /// Ending of a file of this format.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Writes rows in a format.
///
/// # Errors
/// Where the output cannot be written.
pub fn write(
    format: Format,
    schema: &SchemaRef,
    rows: &[RecordBatch],
    output: impl Write + Send,
) -> Result<(), ServeError> {
    match format {
        Format::Csv => {
            let (schema, rows) = printable(schema, rows)?;
            let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(output);
            if rows.is_empty() {
                writer.write(&RecordBatch::new_empty(schema))?;
            }
            for rows in &rows {
                writer.write(rows)?;
            }
        }
        Format::Json => {
            let mut writer = arrow::json::WriterBuilder::new()
                .with_explicit_nulls(true)
                .build::<_, arrow::json::writer::JsonArray>(output);
            for rows in rows {
                writer.write(rows)?;
            }
            writer.finish()?;
        }
        Format::Ndjson => {
            let mut writer = arrow::json::WriterBuilder::new()
                .with_explicit_nulls(true)
                .build::<_, arrow::json::writer::LineDelimited>(output);
            for rows in rows {
                writer.write(rows)?;
            }
            writer.finish()?;
        }
        Format::Parquet => {
            let mut writer = parquet::arrow::ArrowWriter::try_new(
                output,
                SchemaRef::clone(schema),
                Some(koridor_lake::store::data_file::writer_properties(schema, rows.first())),
            )?;
            for rows in rows {
                writer.write(rows)?;
            }
            writer.close()?;
        }
        Format::Xlsx => {
            let mut book = workbook::Book::new();
            book.rows("data", schema, rows)?;
            book.save(output)?;
        }
    }
    Ok(())
}

/// Whether a spreadsheet would take a text for a formula.
pub fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// A text that no spreadsheet takes for a formula.
pub fn escape_formula(text: &str) -> String {
    if looks_like_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// Rows as CSV can hold them: lists joined, formula-like texts escaped.
fn printable(
    schema: &SchemaRef,
    rows: &[RecordBatch],
) -> Result<(SchemaRef, Vec<RecordBatch>), ServeError> {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            if field.data_type().is_nested() {
                Field::new(field.name(), DataType::Utf8, true)
            } else {
                Field::clone(field)
            }
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let rows = rows
        .iter()
        .map(|rows| {
            let columns = rows.columns().iter().map(|column| -> Result<ArrayRef, ServeError> {
                if column.data_type().is_nested() {
                    return Ok(list_text(column));
                }
                match column.as_string_opt::<i32>() {
                    Some(texts) if texts.iter().flatten().any(looks_like_formula) => Ok(Arc::new(
                        StringArray::from_iter(texts.iter().map(|text| text.map(escape_formula))),
                    )),
                    _ => Ok(Arc::clone(column)),
                }
            });
            Ok(RecordBatch::try_new(
                SchemaRef::clone(&schema),
                columns.collect::<Result<Vec<_>, _>>()?,
            )?)
        })
        .collect::<Result<Vec<_>, ServeError>>()?;
    Ok((schema, rows))
}

/// Nested values as text, lists of texts joined by semicolons.
pub(crate) fn list_text(column: &ArrayRef) -> ArrayRef {
    let texts = (0..column.len()).map(|row| {
        if column.is_null(row) {
            return None;
        }
        let list = column.as_list_opt::<i32>().map(|list| list.value(row));
        match list.as_ref().and_then(|values| values.as_string_opt::<i32>()) {
            Some(texts) => Some(texts.iter().flatten().collect::<Vec<_>>().join(";")),
            None => arrow::util::display::array_value_to_string(column, row).ok(),
        }
    });
    Arc::new(StringArray::from_iter(texts))
}
