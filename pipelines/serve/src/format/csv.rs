//! CSV: lists joined, formula-like texts escaped.

use super::row_writer::RowWriter;
use crate::cell_text::{escape_formula, list_text, looks_like_formula};
use crate::error::ServeError;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::csv::{Writer, WriterBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::io::Write;
use std::sync::Arc;

pub(super) struct CsvWriter<W: Write> {
    schema: SchemaRef,
    writer: Writer<W>,
    has_header: bool,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn new(schema: &SchemaRef, output: W) -> Self {
        let text = |field: &Arc<Field>| match field.data_type().is_nested() {
            true => Field::new(field.name(), DataType::Utf8, true),
            false => Field::clone(field),
        };
        let fields: Vec<Field> = schema.fields().iter().map(text).collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            writer: WriterBuilder::new().with_header(true).build(output),
            has_header: false,
        }
    }
}

impl<W: Write + Send> RowWriter for CsvWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError> {
        let columns: Vec<ArrayRef> = rows.columns().iter().map(cells).collect();
        let rows = RecordBatch::try_new(SchemaRef::clone(&self.schema), columns)?;
        self.has_header = true;
        Ok(self.writer.write(&rows)?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ServeError> {
        if !self.has_header {
            self.writer.write(&RecordBatch::new_empty(self.schema))?;
        }
        Ok(self.writer.into_inner().flush()?)
    }
}

/// A column as CSV can hold it.
fn cells(column: &ArrayRef) -> ArrayRef {
    if column.data_type().is_nested() {
        return list_text(column);
    }
    match column.as_string_opt::<i32>() {
        Some(texts) if texts.iter().flatten().any(looks_like_formula) => {
            let escaped = texts.iter().map(|text| text.map(escape_formula));
            Arc::new(StringArray::from_iter(escaped))
        }
        _ => Arc::clone(column),
    }
}
