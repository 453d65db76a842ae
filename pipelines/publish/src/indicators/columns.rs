//! The columns that an indicator's SQL gives, in a fixed form.

use crate::error::PublishError;
use arrow::array::{ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use koridor_contract::ProjectError;
use koridor_contract::card::Indicator;
use std::sync::Arc;

/// The parts that regencies bring.
pub(super) fn parts_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    Arc::new(Schema::new(vec![
        text("indicator_id"),
        text("scope_code"),
        text("region_code"),
        text("breakdown"),
        text("grain"),
        Field::new("period", DataType::Date32, true),
        text("member"),
        text("theme"),
        text("source_id"),
        number("numerator"),
        number("denominator"),
        number("whole"),
        number("respondents"),
        number("largest_two"),
        number("contributed"),
        text("state"),
        text("flag"),
        text("basis"),
    ]))
}

/// The values that `pool.sql` computes.
pub(super) fn pool_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Float64, true);
    Arc::new(Schema::new(vec![
        text("indicator_id"),
        text("scope_code"),
        text("breakdown"),
        text("grain"),
        Field::new("period", DataType::Date32, true),
        number("numerator"),
        number("denominator"),
        number("value"),
        text("state"),
    ]))
}

/// Refuses a column that has no meaning among those of `schema`.
pub(super) fn refuse_unknown(
    own: &SchemaRef,
    schema: &SchemaRef,
    indicator: &Indicator,
) -> Result<(), PublishError> {
    let is_unknown = |field: &&Arc<Field>| schema.field_with_name(field.name()).is_err();
    let Some(field) = own.fields().iter().find(is_unknown) else { return Ok(()) };
    let names = schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>();
    let message =
        format!("column `{}` has no meaning here; columns: {}", field.name(), names.join(", "));
    Err(ProjectError::File { file: indicator.folder.clone(), line: 0, message }.into())
}

/// Brings the columns of a query into a fixed form: by name, cast, null where the query has none.
pub(super) fn conform(
    rows: &RecordBatch,
    schema: &SchemaRef,
    indicator: &Indicator,
) -> Result<RecordBatch, PublishError> {
    refuse_unknown(&rows.schema(), schema, indicator)?;
    let columns = schema.fields().iter().map(|field| -> Result<ArrayRef, PublishError> {
        let length = rows.num_rows();
        let text = |value: &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(value, length)))
        };
        match (rows.column_by_name(field.name()), field.name().as_str()) {
            (_, "indicator_id") => Ok(text(&indicator.card.id)),
            (Some(column), _) => Ok(arrow::compute::cast(column, field.data_type())?),
            (None, "grain") => Ok(text(indicator.card.grain.as_str())),
            (None, "breakdown" | "member" | "theme" | "source_id") => Ok(text("")),
            (None, _) => Ok(new_null_array(field.data_type(), length)),
        }
    });
    Ok(RecordBatch::try_new(SchemaRef::clone(schema), columns.collect::<Result<Vec<_>, _>>()?)?)
}
