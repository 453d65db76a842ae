//! The data files of the catalogue, each with its size and hash.

use crate::error::ServeError;
use crate::format::{self, Format};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use koridor_publish::RowStream;
use koridor_publish::catalogue::PublishedList;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::Arc;

/// A data file that has been written.
#[derive(Debug, Clone)]
pub struct DataFile {
    /// The dataset, or the code list, that it holds.
    pub dataset: String,
    /// Its path in the folder.
    pub path: String,
    /// Format.
    pub format: Format,
    /// Size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Number of rows.
    pub rows: u64,
}

/// Counts and hashes what goes through it.
struct Hashing<W> {
    output: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.output.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.output.flush()
    }
}

impl<W: Write> Hashing<W> {
    fn new(output: W) -> Self {
        Self { output, hash: Sha256::new(), bytes: 0 }
    }

    fn end(self, (dataset, path): (&str, &str), format: Format, rows: u64) -> DataFile {
        let hash = self.hash.finalize();
        DataFile {
            dataset: dataset.to_owned(),
            path: path.to_owned(),
            format,
            bytes: self.bytes,
            sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            rows,
        }
    }
}

/// Writes the rows of a dataset as they come; `about` is its name and the file's path in the
/// folder.
///
/// # Errors
/// Where the rows end midway or the output cannot be written.
pub async fn write_data(
    about: (&str, &str),
    format: Format,
    rows: &mut RowStream,
    output: impl Write + Send,
) -> Result<DataFile, ServeError> {
    let mut output = Hashing::new(output);
    let count = format::write_stream(format, rows, &mut output).await?;
    Ok(output.end(about, format, count))
}

/// Writes a code list as CSV; `about` is as for [`write_data`].
///
/// # Errors
/// Where the output cannot be written.
pub fn write_list(
    about: (&str, &str),
    list: &PublishedList,
    output: impl Write + Send,
) -> Result<DataFile, ServeError> {
    let column =
        |texts: Vec<&String>| -> ArrayRef { Arc::new(StringArray::from_iter_values(texts)) };
    let codes = list.codes.iter();
    let rows = RecordBatch::try_from_iter([
        ("code", column(codes.clone().map(|(code, _)| code).collect())),
        ("name", column(codes.clone().map(|(_, [name, _])| name).collect())),
        ("name_en", column(codes.map(|(_, [_, name])| name).collect())),
    ])?;
    let mut output = Hashing::new(output);
    format::write(Format::Csv, &rows.schema(), std::slice::from_ref(&rows), &mut output)?;
    Ok(output.end(about, Format::Csv, rows.num_rows() as u64))
}
