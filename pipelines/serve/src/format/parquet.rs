//! Parquet as the lake's own data files: a row group is written out when it is full.

use super::row_writer::RowWriter;
use crate::error::ServeError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use koridor_lake::store::data_file::writer_properties;
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use std::io::Write;

/// The first rows tell how columns are best encoded, so the file is begun with them.
pub(super) struct ParquetWriter<W: Write + Send> {
    schema: SchemaRef,
    output: Option<W>,
    writer: Option<ArrowWriter<W>>,
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(super) fn new(schema: &SchemaRef, output: W) -> Self {
        Self { schema: SchemaRef::clone(schema), output: Some(output), writer: None }
    }

    fn begin(&mut self, first: Option<&RecordBatch>) -> Result<(), ServeError> {
        if let Some(output) = self.output.take() {
            let properties = writer_properties(&self.schema, first);
            let schema = SchemaRef::clone(&self.schema);
            self.writer = Some(ArrowWriter::try_new(output, schema, Some(properties))?);
        }
        Ok(())
    }
}

fn not_begun() -> ServeError {
    ParquetError::General("the file could not be begun".into()).into()
}

impl<W: Write + Send> RowWriter for ParquetWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError> {
        self.begin(Some(rows))?;
        Ok(self.writer.as_mut().ok_or_else(not_begun)?.write(rows)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ServeError> {
        self.begin(None)?;
        let mut output = self.writer.ok_or_else(not_begun)?.into_inner()?;
        Ok(output.flush()?)
    }
}
