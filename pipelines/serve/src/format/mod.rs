//! Rows as CSV, JSON, NDJSON, Parquet, Arrow, XLSX and SDMX-CSV, batch by batch. Tables for people
//! are the printer's.

mod arrow_stream;
mod csv;
mod csv_cells;
mod json;
mod parquet;
mod row_writer;
mod sdmx_csv;
mod xlsx;

use self::arrow_stream::ArrowStreamWriter;
use self::csv::CsvWriter;
use self::json::JsonWriter;
use self::parquet::ParquetWriter;
pub use self::row_writer::RowWriter;
use self::sdmx_csv::SdmxCsvWriter;
use self::xlsx::XlsxWriter;
use crate::error::ServeError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::json::writer::{JsonArray, LineDelimited};
use koridor_publish::RowStream;
use std::io::Write;

/// Formats of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8; texts that look like formulas are escaped.
    Csv,
    /// As a spreadsheet of Indonesia opens it: semicolons, decimal commas, a byte order mark.
    ExcelCsv,
    /// SDMX-CSV 2.0; of values of indicators alone.
    SdmxCsv,
    /// One array of objects.
    Json,
    /// One object a line.
    Ndjson,
    /// Parquet, zstd.
    Parquet,
    /// The stream format of Arrow IPC.
    ArrowStream,
    /// A workbook with one sheet, or several where one cannot hold the rows.
    Xlsx,
}

impl Format {
    /// Ending of a file of this format.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv | Self::ExcelCsv | Self::SdmxCsv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::ArrowStream => "arrows",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A writer of rows in a format; all batches have the given columns.
///
/// # Errors
/// Where the output cannot be begun.
pub fn row_writer<'output>(
    format: Format,
    schema: &SchemaRef,
    output: impl Write + Send + 'output,
) -> Result<Box<dyn RowWriter + 'output>, ServeError> {
    Ok(match format {
        Format::Csv => Box::new(CsvWriter::new(schema, output)),
        Format::ExcelCsv => Box::new(CsvWriter::for_excel(schema, output)),
        Format::SdmxCsv => Box::new(SdmxCsvWriter::new(schema, output)?),
        Format::Json => Box::new(JsonWriter::<_, JsonArray>::new(output)),
        Format::Ndjson => Box::new(JsonWriter::<_, LineDelimited>::new(output)),
        Format::Parquet => Box::new(ParquetWriter::new(schema, output)),
        Format::ArrowStream => Box::new(ArrowStreamWriter::new(schema, output)?),
        Format::Xlsx => Box::new(XlsxWriter::new(schema, output)?),
    })
}

/// Writes rows that are at hand.
///
/// # Errors
/// Where the output cannot be written.
pub fn write(
    format: Format,
    schema: &SchemaRef,
    rows: &[RecordBatch],
    output: impl Write + Send,
) -> Result<(), ServeError> {
    let mut writer = row_writer(format, schema, output)?;
    for rows in rows {
        writer.write(rows)?;
    }
    writer.finish()
}

/// Writes rows as they come and returns their number.
///
/// # Errors
/// Where the statement fails midway or the output cannot be written; what was written then is no
/// whole result.
pub async fn write_stream(
    format: Format,
    rows: &mut RowStream,
    output: impl Write + Send,
) -> Result<u64, ServeError> {
    let mut writer = row_writer(format, rows.schema(), output)?;
    let mut count = 0;
    while let Some(rows) = rows.next().await? {
        count += rows.num_rows() as u64;
        writer.write(&rows)?;
    }
    writer.finish()?;
    Ok(count)
}

#[cfg(test)]
mod tests;
