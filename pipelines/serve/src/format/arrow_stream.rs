//! The stream format of Arrow IPC: columns first, then each batch as it comes.

use super::row_writer::RowWriter;
use crate::error::ServeError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use std::io::Write;

pub(super) struct ArrowStreamWriter<W: Write> {
    writer: StreamWriter<W>,
}

impl<W: Write> ArrowStreamWriter<W> {
    pub(super) fn new(schema: &SchemaRef, output: W) -> Result<Self, ServeError> {
        Ok(Self { writer: StreamWriter::try_new(output, schema)? })
    }
}

impl<W: Write + Send> RowWriter for ArrowStreamWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError> {
        Ok(self.writer.write(rows)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ServeError> {
        self.writer.finish()?;
        Ok(self.writer.get_mut().flush()?)
    }
}
