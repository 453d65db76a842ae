//! `to_char(value, pattern)` in SQL: days and moments by patterns of strftime (`%Y-%m`) or of
//! PostgreSQL (`YYYY-MM`), numbers by those of PostgreSQL. A pattern that is not known is an error:
//! it would stand in the place of each value.

use super::day_pattern::strftime;
use super::number_pattern::NumberPattern;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::functions::datetime::to_char::ToCharFunc;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use std::sync::Arc;

/// Patterns of a span of time.
const OF_SPANS: [&str; 2] = ["ISO8601", "pretty"];

/// `to_char(value, pattern)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ToChar {
    days: ToCharFunc,
    signature: Signature,
    aliases: Vec<String>,
}

impl ToChar {
    pub(super) fn new() -> Self {
        Self {
            days: ToCharFunc::new(),
            signature: Signature::user_defined(Volatility::Immutable),
            aliases: vec!["date_format".to_owned()],
        }
    }
}

impl ScalarUDFImpl for ToChar {
    fn name(&self) -> &str {
        "to_char"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        use DataType::{
            Date32, Date64, Decimal32, Decimal64, Decimal128, Duration, Float16, Float32, Float64,
            Int64, LargeUtf8, Null, Time32, Time64, Timestamp, UInt64, Utf8, Utf8View,
        };
        let [value, _] = given else { return Err(wrong_count()) };
        let value = match value {
            UInt64 => Decimal128(20, 0),
            own if own.is_integer() => Int64,
            Float16 | Float32 | Float64 => Float64,
            Decimal32(digits, scale) | Decimal64(digits, scale) => Decimal128(*digits, *scale),
            Decimal128(..) | Date32 | Date64 | Time32(_) | Time64(_) | Timestamp(..)
            | Duration(_) => value.clone(),
            Null | Utf8 | LargeUtf8 | Utf8View => Timestamp(TimeUnit::Microsecond, None),
            other => {
                let message = format!("to_char writes days, moments and numbers, and no {other}");
                return Err(DataFusionError::Plan(message));
            }
        };
        Ok(vec![value, Utf8])
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, pattern] = args.args.as_slice() else { return Err(wrong_count()) };
        let rows = args.number_rows;
        let data_type = value.data_type();
        if data_type.is_numeric() {
            let patterns = cast(&pattern.to_array(rows)?, &DataType::Utf8)?;
            return numbers(&value.to_array(rows)?, patterns.as_string::<i32>());
        }
        let is_span = matches!(data_type, DataType::Duration(_));
        let (value, pattern) = match pattern {
            ColumnarValue::Scalar(ScalarValue::Utf8(Some(own))) => {
                let own = ScalarValue::Utf8(Some(day_pattern(own, is_span)?));
                (value.clone(), ColumnarValue::Scalar(own))
            }
            ColumnarValue::Scalar(_) => (value.clone(), pattern.clone()),
            // One value by many patterns is as many texts.
            ColumnarValue::Array(own) => {
                let own = cast(own, &DataType::Utf8)?;
                let texts = own.as_string::<i32>().iter();
                let texts = texts.map(|own| own.map(|own| day_pattern(own, is_span)).transpose());
                let texts = Arc::new(texts.collect::<Result<StringArray>>()?);
                (ColumnarValue::Array(value.to_array(rows)?), ColumnarValue::Array(texts))
            }
        };
        args.args = vec![value, pattern];
        self.days.invoke_with_args(args)
    }
}

fn wrong_count() -> DataFusionError {
    DataFusionError::Plan("to_char(value, pattern) takes two arguments".to_owned())
}

/// A pattern of days and moments, or of spans of time, as the engine knows it.
fn day_pattern(pattern: &str, is_span: bool) -> Result<String> {
    if !is_span {
        return strftime(pattern).map_err(DataFusionError::Plan);
    }
    match OF_SPANS.iter().find(|own| own.eq_ignore_ascii_case(pattern)) {
        Some(own) => Ok((*own).to_owned()),
        None => Err(DataFusionError::Plan(format!(
            "to_char knows no pattern `{pattern}` of a span of time; it knows {}",
            OF_SPANS.join(", ")
        ))),
    }
}

/// Numbers by their patterns.
fn numbers(values: &ArrayRef, patterns: &StringArray) -> Result<ColumnarValue> {
    let mut known: Option<(&str, NumberPattern)> = None;
    let mut texts: Vec<Option<String>> = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        if values.is_null(row) || patterns.is_null(row) {
            texts.push(None);
            continue;
        }
        let text = patterns.value(row);
        let pattern = match known.take() {
            Some((own, pattern)) if own == text => pattern,
            _ => NumberPattern::read(text).map_err(DataFusionError::Plan)?,
        };
        texts.push(Some(number(values, row, &pattern)?));
        known = Some((text, pattern));
    }
    Ok(ColumnarValue::Array(Arc::new(StringArray::from(texts))))
}

fn number(values: &ArrayRef, row: usize, pattern: &NumberPattern) -> Result<String> {
    Ok(match values.data_type() {
        DataType::Int64 => {
            pattern.decimal(i128::from(values.as_primitive::<Int64Type>().value(row)), 0)
        }
        DataType::Decimal128(_, scale) => {
            pattern.decimal(values.as_primitive::<Decimal128Type>().value(row), *scale)
        }
        DataType::Float64 => {
            let own = values.as_primitive::<Float64Type>().value(row);
            pattern.float(own).map_err(DataFusionError::Execution)?
        }
        other => return Err(DataFusionError::Internal(format!("to_char was given {other}"))),
    })
}
