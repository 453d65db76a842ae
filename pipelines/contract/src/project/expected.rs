//! From which day on deliveries are expected: agreements about them, as a corridor that began on a
//! day has them.

use crate::date::{civil, from_days};
use crate::error::ProjectError;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Date32Type};
use chrono::Datelike;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whose agreements are the same but for their time.
const WHOSE: [&str; 4] = ["source_id", "dataset", "region_code", "cadence"];

/// Agreements about deliveries (a table with a cadence and periods from and until which they hold)
/// as they are from a day on: one about earlier periods begins with the period that holds the day,
/// one that ended before it or was replaced before it is none. Another table stays as it is.
pub(super) fn from_day_on(rows: &RecordBatch, day: i32) -> Result<RecordBatch, ProjectError> {
    let Some(agreements) = Agreements::of(rows) else { return Ok(rows.clone()) };
    let mut begun: BTreeMap<Vec<&str>, (i32, usize)> = BTreeMap::new();
    let mut stays = vec![true; rows.num_rows()];
    let mut from = Vec::with_capacity(rows.num_rows());
    for row in 0..rows.num_rows() {
        let (own, floor) = (agreements.from.value(row), agreements.first_period(row, day));
        from.push(own.max(floor));
        if agreements.ends_before(row, floor) {
            set(&mut stays, row, false);
        } else if own <= floor {
            let newest = begun.entry(agreements.whose(row)).or_insert((own, row));
            let older = if own > newest.0 { std::mem::replace(newest, (own, row)).1 } else { row };
            set(&mut stays, older, older == newest.1);
        }
    }
    changed(rows, Arc::new(Date32Array::from(from)), &BooleanArray::from(stays))
        .map_err(|error| ProjectError::Internal(error.to_string()))
}

fn set(stays: &mut [bool], row: usize, own: bool) {
    if let Some(place) = stays.get_mut(row) {
        *place = own;
    }
}

/// The rows that stay, with other first periods.
fn changed(
    rows: &RecordBatch,
    from: ArrayRef,
    stays: &BooleanArray,
) -> Result<RecordBatch, arrow::error::ArrowError> {
    let names = rows.schema();
    let columns = names.fields().iter().zip(rows.columns()).map(|(field, column)| {
        if field.name() == "from_period" { Arc::clone(&from) } else { Arc::clone(column) }
    });
    filter_record_batch(&RecordBatch::try_new(rows.schema(), columns.collect())?, stays)
}

/// The columns of a table of agreements.
struct Agreements<'rows> {
    whose: Vec<&'rows arrow::array::StringArray>,
    cadence: &'rows arrow::array::StringArray,
    from: &'rows Date32Array,
    until: &'rows Date32Array,
}

impl<'rows> Agreements<'rows> {
    fn of(rows: &'rows RecordBatch) -> Option<Self> {
        let text =
            |name: &str| rows.column_by_name(name).filter(|own| *own.data_type() == DataType::Utf8);
        let date = |name: &str| rows.column_by_name(name)?.as_primitive_opt::<Date32Type>();
        let whose = WHOSE.map(text).into_iter().collect::<Option<Vec<_>>>()?;
        Some(Self {
            whose: whose.into_iter().map(|own| own.as_string::<i32>()).collect(),
            cadence: text("cadence")?.as_string::<i32>(),
            from: date("from_period")?,
            until: date("until_period")?,
        })
    }

    fn whose(&self, row: usize) -> Vec<&'rows str> {
        self.whose.iter().map(|column| column.value(row)).collect()
    }

    fn ends_before(&self, row: usize, day: i32) -> bool {
        !self.until.is_null(row) && self.until.value(row) < day
    }

    /// First day of the period that holds a day.
    fn first_period(&self, row: usize, day: i32) -> i32 {
        let Some(date) = from_days(day) else { return day };
        let month = match self.cadence.value(row) {
            "M" => date.month(),
            "Q" => date.month0() / 3 * 3 + 1,
            _ => 1,
        };
        civil(date.year(), month, 1).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_date;
    use arrow::array::StringArray;
    use arrow::datatypes::{Field, Schema};

    fn day(text: &str) -> i32 {
        parse_date(text.as_bytes(), Default::default()).unwrap()
    }

    /// Source, cadence, first and last period.
    type Row<'row> = (&'row str, &'row str, &'row str, &'row str);

    fn agreements(rows: &[Row<'_>]) -> RecordBatch {
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        let date = |name: &str| Field::new(name, DataType::Date32, true);
        let mut fields = WHOSE.map(text).to_vec();
        fields.extend(["from_period", "until_period"].map(date));
        let texts = |own: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(own)) };
        let dates = |own: Vec<&str>| -> ArrayRef {
            let days = own.into_iter().map(|own| (!own.is_empty()).then(|| day(own)));
            Arc::new(days.collect::<Date32Array>())
        };
        let columns = vec![
            texts(rows.iter().map(|own| own.0).collect()),
            texts(rows.iter().map(|_| "a").collect()),
            texts(rows.iter().map(|_| "*").collect()),
            texts(rows.iter().map(|own| own.1).collect()),
            dates(rows.iter().map(|own| own.2).collect()),
            dates(rows.iter().map(|own| own.3).collect()),
        ];
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    }

    #[test]
    fn agreements_begin_with_the_period_that_holds_the_day() {
        let rows = agreements(&[
            ("old", "M", "2023-01-01", ""),
            ("old", "M", "2025-01-01", ""),
            ("old", "M", "2027-01-01", ""),
            ("year", "Y", "2023-01-01", ""),
            ("quarter", "Q", "2026-10-01", ""),
            ("ended", "M", "2025-01-01", "2025-12-01"),
            ("paused", "M", "2024-01-01", ""),
            ("paused", "M", "2025-01-01", "2025-12-01"),
            ("newest first", "M", "2025-01-01", ""),
            ("newest first", "M", "2024-01-01", ""),
        ]);
        let left = from_day_on(&rows, day("2026-11-28")).unwrap();
        let own = Agreements::of(&left).unwrap();
        let told = (0..left.num_rows()).map(|row| {
            format!("{} {}", own.whose(row)[0], from_days(own.from.value(row)).unwrap())
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "old 2026-11-01",
                "old 2027-01-01",
                "year 2026-01-01",
                "quarter 2026-10-01",
                "paused 2026-11-01",
                "newest first 2026-11-01",
            ]
        );
    }
}
