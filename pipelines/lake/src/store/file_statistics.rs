//! What the table's log says of a data file: its rows, and the bounds of the columns that queries
//! select by, so that a reader skips files without opening them.

use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::data_type::AsBytes;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::statistics::Statistics;
use serde_json::{Map, Value};

/// Key of a schema's metadata that names the text column that queries select by. Comparing every
/// text costs a quarter of the time that writing takes, so the others have no bounds.
pub(crate) const SELECTED_BY: &str = "koridor.selected_by";

/// Whether a text column has bounds.
pub(super) fn is_selected_by(schema: &Schema, field: &Field) -> bool {
    schema.metadata().get(SELECTED_BY).is_some_and(|name| name == field.name())
}

/// Parquet columns that an Arrow column is written as.
pub(super) fn leaves(kind: &DataType) -> usize {
    match kind {
        DataType::List(item) | DataType::LargeList(item) => leaves(item.data_type()),
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        _ => 1,
    }
}

/// A bound of a column, in an order that is the column's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Number(i64),
    Text(String),
}

/// Number of rows, least and greatest values, and nulls.
pub(super) fn file_statistics(schema: &Schema, metadata: &ParquetMetaData) -> Value {
    let (mut low, mut high, mut nulls) = (Map::new(), Map::new(), Map::new());
    let mut leaf = 0;
    for field in schema.fields() {
        let own = leaf;
        leaf += leaves(field.data_type());
        let Some(found) = column_bounds(field, own, metadata) else { continue };
        nulls.insert(field.name().clone(), found.nulls.into());
        for (bounds, bound) in [(&mut low, found.low), (&mut high, found.high)] {
            if let Some(value) = bound.and_then(|bound| written(field.data_type(), bound)) {
                bounds.insert(field.name().clone(), value);
            }
        }
    }
    serde_json::json!({
        "numRecords": metadata.file_metadata().num_rows(),
        "minValues": low,
        "maxValues": high,
        "nullCount": nulls,
    })
}

struct ColumnBounds {
    low: Option<Bound>,
    high: Option<Bound>,
    nulls: u64,
}

/// The bounds of a column over all row groups; `None` where one of them has none to tell.
fn column_bounds(field: &Field, leaf: usize, metadata: &ParquetMetaData) -> Option<ColumnBounds> {
    let has_bounds = matches!(
        field.data_type(),
        DataType::Int32
            | DataType::Int64
            | DataType::Date32
            | DataType::Utf8
            | DataType::Timestamp(TimeUnit::Microsecond, _)
    );
    if !has_bounds {
        return None;
    }
    let mut found = ColumnBounds { low: None, high: None, nulls: 0 };
    for group in metadata.row_groups() {
        let statistics = group.columns().get(leaf)?.statistics()?;
        found.nulls += statistics.null_count_opt()?;
        let (low, high) = bounds(statistics);
        found.low = found.low.into_iter().chain(low).min();
        found.high = found.high.into_iter().chain(high).max();
    }
    Some(found)
}

fn bounds(statistics: &Statistics) -> (Option<Bound>, Option<Bound>) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok().map(Bound::Text);
    match statistics {
        Statistics::Int32(own) => (
            own.min_opt().map(|value| Bound::Number(i64::from(*value))),
            own.max_opt().map(|value| Bound::Number(i64::from(*value))),
        ),
        Statistics::Int64(own) => (
            own.min_opt().map(|value| Bound::Number(*value)),
            own.max_opt().map(|value| Bound::Number(*value)),
        ),
        Statistics::ByteArray(own) => (
            own.min_opt().and_then(|value| text(value.as_bytes())),
            own.max_opt().and_then(|value| text(value.as_bytes())),
        ),
        _ => (None, None),
    }
}

/// A bound as the table's log writes it.
fn written(kind: &DataType, bound: Bound) -> Option<Value> {
    let value = match bound {
        Bound::Text(text) => return Some(text.into()),
        Bound::Number(value) => value,
    };
    match kind {
        DataType::Date32 => koridor_contract::date::from_days(i32::try_from(value).ok()?)
            .map(|day| day.to_string().into()),
        DataType::Timestamp(_, zone) => {
            let moment = chrono::DateTime::from_timestamp_micros(value)?;
            let zone = if zone.is_some() { "Z" } else { "" };
            Some(format!("{}{zone}", moment.format("%Y-%m-%dT%H:%M:%S%.6f")).into())
        }
        _ => Some(value.into()),
    }
}
