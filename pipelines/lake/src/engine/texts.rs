//! Texts as plain columns, whatever the plan made of them.

use crate::error::LakeError;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use std::sync::Arc;

/// Rows whose texts are plain `Utf8` columns.
///
/// # Errors
/// None in practice: every text column can be cast.
pub fn plain_texts(rows: &RecordBatch) -> Result<RecordBatch, LakeError> {
    let schema = rows.schema();
    let is_view =
        |field: &Field| matches!(field.data_type(), DataType::Utf8View | DataType::LargeUtf8);
    if !schema.fields().iter().any(|field| is_view(field)) {
        return Ok(rows.clone());
    }
    let plain = |field: &Arc<Field>| match is_view(field) {
        true => Field::new(field.name(), DataType::Utf8, field.is_nullable()),
        false => Field::clone(field),
    };
    let fields: Vec<Field> = schema.fields().iter().map(plain).collect();
    let columns = rows.columns().iter().zip(&fields);
    let columns = columns
        .map(|(column, field)| arrow::compute::cast(column, field.data_type()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}
