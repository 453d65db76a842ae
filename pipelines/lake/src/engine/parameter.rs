//! `param(name, region, date)` in SQL: the dated values of `ref.param`.

use crate::error::LakeError;
use arrow::array::{Array, AsArray, Float64Array};
use arrow::datatypes::{DataType, Date32Type};
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use koridor_contract::Project;
use std::sync::Arc;

/// `param(name, region, date)`: the value of `ref.param` in force, null where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Param {
    signature: Signature,
    /// (name, region, valid from, value in millionths), newest first.
    rows: Vec<(String, String, i32, i128)>,
}

impl Param {
    pub(crate) fn new(project: &Project) -> Result<Self, LakeError> {
        let mut rows = Vec::new();
        if let Some(reference) = project.references.get("param") {
            let column = |name: &str| {
                reference
                    .rows
                    .column_by_name(name)
                    .cloned()
                    .ok_or_else(|| LakeError::Internal(format!("ref.param has no {name}")))
            };
            let (names, regions, dates, values) =
                (column("name")?, column("region_code")?, column("valid_from")?, column("value")?);
            let values = arrow::compute::cast(&values, &DataType::Decimal128(18, 6))?;
            for row in 0..reference.rows.num_rows() {
                rows.push((
                    names.as_string::<i32>().value(row).to_owned(),
                    regions.as_string::<i32>().value(row).to_owned(),
                    dates.as_primitive::<Date32Type>().value(row),
                    values.as_primitive::<arrow::datatypes::Decimal128Type>().value(row),
                ));
            }
        }
        // The corridor's clock is a parameter too, so that views can tell local days.
        let offset = i128::from(project.corridor.utc_offset_hours) * 1_000_000;
        rows.push(("utc_offset_hours".to_owned(), "*".to_owned(), 0, offset));
        // And since when deliveries are expected, as days since 1970-01-01; no day, no parameter.
        if let Ok(Some(day)) = project.corridor.expected_from() {
            let since = i128::from(day) * 1_000_000;
            rows.push(("expected_since".to_owned(), "*".to_owned(), 0, since));
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.2));
        Ok(Self { signature: Signature::any(3, Volatility::Immutable), rows })
    }

    fn find(&self, name: &str, region: &str, day: i32) -> Option<f64> {
        let at = |wanted: &str| {
            self.rows
                .iter()
                .find(|row| row.0 == name && row.1 == wanted && row.2 <= day)
                .map(|row| row.3 as f64 / 1e6)
        };
        at(region).or_else(|| at("*"))
    }
}

impl ScalarUDFImpl for Param {
    fn name(&self) -> &str {
        "param"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::error::Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(
        &self,
        args: ScalarFunctionArgs,
    ) -> datafusion::error::Result<ColumnarValue> {
        let [name, region, day] = args.args.as_slice() else {
            return Err(DataFusionError::Plan(
                "param(name, region, date) takes three arguments".into(),
            ));
        };
        let ColumnarValue::Scalar(name) = name else {
            return Err(DataFusionError::Plan(
                "the first argument of param is a text in quotes".into(),
            ));
        };
        let name = match name {
            ScalarValue::Utf8(Some(name))
            | ScalarValue::LargeUtf8(Some(name))
            | ScalarValue::Utf8View(Some(name)) => name.as_str(),
            _ => {
                return Err(DataFusionError::Plan(
                    "the first argument of param is a text in quotes".into(),
                ));
            }
        };
        // One row for every region and date is by far the usual case.
        let mut known = self.rows.iter().filter(|row| row.0 == name);
        if let (Some(only), None) = (known.next(), known.next())
            && only.1 == "*"
            && only.2 < 11_000
        {
            return Ok(ColumnarValue::Scalar(ScalarValue::Float64(Some(only.3 as f64 / 1e6))));
        }
        let rows = args.number_rows;
        let regions = arrow::compute::cast(&region.to_array(rows)?, &DataType::Utf8)?;
        let days = arrow::compute::cast(&day.to_array(rows)?, &DataType::Date32)?;
        let (regions, days) = (regions.as_string::<i32>(), days.as_primitive::<Date32Type>());
        let values: Float64Array = (0..rows)
            .map(|row| {
                if regions.is_valid(row) && days.is_valid(row) {
                    self.find(name, regions.value(row), days.value(row))
                } else {
                    None
                }
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(values)))
    }
}
