//! XLSX: rows go to a temporary file and are packed at the end.

use super::row_writer::RowWriter;
use crate::error::ServeError;
use crate::workbook::{RowSheets, WorkbookWriter};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::io::Write;

pub(super) struct XlsxWriter<W: Write + Send> {
    workbook: WorkbookWriter,
    sheets: RowSheets,
    output: W,
}

impl<W: Write + Send> XlsxWriter<W> {
    pub(super) fn new(schema: &SchemaRef, output: W) -> Result<Self, ServeError> {
        let mut workbook = WorkbookWriter::new();
        let sheets = RowSheets::begin(&mut workbook, "data", schema)?;
        Ok(Self { workbook, sheets, output })
    }
}

impl<W: Write + Send> RowWriter for XlsxWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError> {
        self.sheets.write(&mut self.workbook, rows)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ServeError> {
        self.sheets.end(&mut self.workbook)?;
        self.workbook.save(self.output)
    }
}
