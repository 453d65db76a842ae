//! JSON, as one array or one object a line; nulls are written.

use super::row_writer::RowWriter;
use crate::error::ServeError;
use arrow::array::RecordBatch;
use arrow::json::WriterBuilder;
use arrow::json::writer::{JsonFormat, Writer};
use std::io::Write;

pub(super) struct JsonWriter<W: Write, F: JsonFormat> {
    writer: Writer<W, F>,
}

impl<W: Write, F: JsonFormat> JsonWriter<W, F> {
    pub(super) fn new(output: W) -> Self {
        Self { writer: WriterBuilder::new().with_explicit_nulls(true).build(output) }
    }
}

impl<W: Write + Send, F: JsonFormat + Send> RowWriter for JsonWriter<W, F> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError> {
        Ok(self.writer.write(rows)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ServeError> {
        self.writer.finish()?;
        Ok(self.writer.into_inner().flush()?)
    }
}
