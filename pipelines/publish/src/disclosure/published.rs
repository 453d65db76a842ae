//! Values as they are published: of what is withheld no digit stands anywhere.

use super::decide::Decision;
use super::facts::keys;
use super::problem::Reason;
use crate::error::PublishError;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray};
use std::sync::Arc;

/// The state of a value that is withheld.
pub(super) const SUPPRESSED: &str = "suppressed";

/// Columns that a withheld value has none of.
const NUMBERS: [&str; 9] = [
    "numerator",
    "denominator",
    "value",
    "coverage",
    "regions_present",
    "regions_expected",
    "periods_present",
    "periods_expected",
    "missing_regions",
];

/// Values without what a decision withholds, as `sql/queries/published_values.sql` gives those of a
/// release.
///
/// # Errors
/// Where a column is not there.
pub fn published(
    values: &[RecordBatch],
    decision: &Decision,
) -> Result<Vec<RecordBatch>, PublishError> {
    let reasons = decision.reasons();
    values
        .iter()
        .map(|rows| {
            let own: Vec<Option<Reason>> =
                keys(rows)?.iter().map(|key| reasons.get(key).copied()).collect();
            without(rows, &own)
        })
        .collect()
}

fn without(rows: &RecordBatch, reasons: &[Option<Reason>]) -> Result<RecordBatch, PublishError> {
    if reasons.iter().all(Option::is_none) {
        return Ok(rows.clone());
    }
    let is_withheld: BooleanArray = reasons.iter().map(|own| Some(own.is_some())).collect();
    let schema = rows.schema();
    let columns = schema.fields().iter().zip(rows.columns());
    let columns = columns.map(|(field, column)| -> Result<ArrayRef, PublishError> {
        let texts = || arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8);
        match field.name().as_str() {
            name if NUMBERS.contains(&name) => Ok(arrow::compute::nullif(column, &is_withheld)?),
            "state" => {
                let texts = texts()?;
                let own = texts.as_string::<i32>().iter().zip(reasons);
                let told = own
                    .map(|(state, reason)| if reason.is_some() { Some(SUPPRESSED) } else { state });
                let told: ArrayRef = Arc::new(told.collect::<StringArray>());
                Ok(arrow::compute::cast(&told, column.data_type())?)
            }
            "flags" => {
                let texts = texts()?;
                let own = texts.as_string::<i32>().iter().zip(reasons);
                let told: ArrayRef = Arc::new(
                    own.map(|(flags, reason)| told_flags(flags, *reason)).collect::<StringArray>(),
                );
                Ok(arrow::compute::cast(&told, column.data_type())?)
            }
            _ => Ok(Arc::clone(column)),
        }
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    // A column that had a value everywhere may have none now.
    let fields = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    let schema = arrow::datatypes::Schema::new(fields.collect::<Vec<_>>());
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}

/// The flags of a value: of one that is withheld the reason, and that it rests on made-up figures.
fn told_flags(flags: Option<&str>, reason: Option<Reason>) -> Option<String> {
    let Some(reason) = reason else { return flags.map(str::to_owned) };
    let is_synthetic = flags.is_some_and(|flags| flags.split(", ").any(|flag| flag == "synthetic"));
    let synthetic = if is_synthetic { ", synthetic" } else { "" };
    Some(format!("{SUPPRESSED}: {}{synthetic}", reason.as_str()))
}
