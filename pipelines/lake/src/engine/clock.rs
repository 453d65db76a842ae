//! What SQL takes for the present where a project's clock stands still.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use koridor_contract::clock::Clock;
use std::sync::Arc;

const DAY_MICROS: i64 = 86_400_000_000;

/// `now()` and `current_date` of a clock that stands still; none of the system's, whose are the
/// engine's own.
pub(super) fn functions(clock: Clock) -> Vec<ScalarUDF> {
    let Clock::At(moment) = clock else { return Vec::new() };
    let utc: Option<Arc<str>> = Some(Arc::from("+00:00"));
    let now = ScalarValue::TimestampNanosecond(Some(moment * 1000), utc.clone());
    let today = i32::try_from(moment.div_euclid(DAY_MICROS)).unwrap_or_default();
    let always = |name: &str, kind: DataType, value: ScalarValue| {
        let value = ColumnarValue::Scalar(value);
        create_udf(name, vec![], kind, Volatility::Stable, Arc::new(move |_| Ok(value.clone())))
    };
    vec![
        always("now", DataType::Timestamp(TimeUnit::Nanosecond, utc), now),
        always("current_date", DataType::Date32, ScalarValue::Date32(Some(today))),
    ]
}
