//! CSV: lists joined, formula-like texts escaped. As a spreadsheet of Indonesia reads it, numbers
//! have a decimal comma, fields a semicolon between them, and the file a mark of its encoding.

use super::csv_cells::{Cells, Dialect, put_text};
use super::row_writer::RowWriter;
use crate::error::ServeError;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use std::io::Write;

/// RFC 4180 with the line's end of Unix, which pipes expect.
const PLAIN: Dialect = Dialect { delimiter: b',', decimal_mark: b'.', line_end: b"\n", begin: b"" };

/// For a spreadsheet of a place with decimal commas.
const EXCEL: Dialect = Dialect {
    delimiter: b';',
    decimal_mark: b',',
    line_end: b"\r\n",
    begin: "\u{feff}".as_bytes(),
};

pub(super) struct CsvWriter<W: Write> {
    schema: SchemaRef,
    output: W,
    dialect: Dialect,
    is_begun: bool,
    buffer: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn new(schema: &SchemaRef, output: W) -> Self {
        Self::of(schema, output, PLAIN)
    }

    pub(super) fn for_excel(schema: &SchemaRef, output: W) -> Self {
        Self::of(schema, output, EXCEL)
    }

    fn of(schema: &SchemaRef, output: W, dialect: Dialect) -> Self {
        let schema = SchemaRef::clone(schema);
        Self { schema, output, dialect, is_begun: false, buffer: Vec::new() }
    }

    /// The mark of the encoding and the names of the columns, once.
    fn begin(&mut self) {
        if std::mem::replace(&mut self.is_begun, true) {
            return;
        }
        self.buffer.extend_from_slice(self.dialect.begin);
        for (index, field) in self.schema.fields().iter().enumerate() {
            if index > 0 {
                self.buffer.push(self.dialect.delimiter);
            }
            put_text(&mut self.buffer, field.name(), self.dialect);
        }
        self.buffer.extend_from_slice(self.dialect.line_end);
    }
}

impl<W: Write + Send> RowWriter for CsvWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError> {
        self.begin();
        let columns: Vec<&ArrayRef> = rows.columns().iter().collect();
        let cells: Vec<Cells<'_>> =
            columns.into_iter().map(Cells::of).collect::<Result<_, ServeError>>()?;
        for row in 0..rows.num_rows() {
            let start = self.buffer.len();
            for (index, column) in cells.iter().enumerate() {
                if index > 0 {
                    self.buffer.push(self.dialect.delimiter);
                }
                column.put(&mut self.buffer, row, self.dialect)?;
            }
            // A line without anything would be none.
            if self.buffer.len() == start && cells.len() == 1 {
                self.buffer.extend_from_slice(b"\"\"");
            }
            self.buffer.extend_from_slice(self.dialect.line_end);
        }
        self.output.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ServeError> {
        self.begin();
        self.output.write_all(&self.buffer)?;
        Ok(self.output.flush()?)
    }
}
