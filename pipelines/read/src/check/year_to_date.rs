//! Year-to-date columns made into months (sql/README.md S3.5).
//!
//! A month is the year-to-date figure less the one of the month before; January is its own figure.
//! A negative difference means that an earlier month was revised. A missing month leaves nothing to
//! subtract: the month is loaded without a value and with a flag. The figure as filed is kept in
//! `ops.cumulative`; the current view takes the month before from whichever file holds it.

use crate::error::ReadError;
use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use hashbrown::HashMap;
use koridor_contract::check::{hash_rows, slice_of};
use koridor_contract::{Contract, Source};
use std::sync::Arc;

/// Flag of a month whose earlier months were revised downwards.
const REVISED: &str = "cum_revised";
/// Flag of a month whose month before is not in the file.
const GAP: &str = "cum_gap";

/// Year-to-date fields of a description, by their place in the contract.
pub(crate) fn fields(source: &Source, contract: &Contract) -> Vec<usize> {
    source
        .columns
        .iter()
        .filter(|column| column.cumulative)
        .filter_map(|column| contract.field_index(&column.field))
        .collect()
}

/// A year-to-date figure as it was filed.
#[derive(Debug, Clone)]
pub struct FiledFigure {
    /// Sheet it stood in.
    pub sheet: String,
    /// Row in the file.
    pub row_number: u64,
    /// Field.
    pub field: String,
    /// Source.
    pub source_id: String,
    /// Region of its slice.
    pub region: String,
    /// First day of the last month it counts, days since 1970-01-01.
    pub period: i32,
    /// The figure, in millionths.
    pub millionths: i128,
}

/// The figures of a batch as they were filed.
pub(crate) fn as_filed(
    sheet: &str,
    rows: &RecordBatch,
    row_numbers: &[u64],
    contract: &Contract,
    fields: &[usize],
) -> Vec<FiledFigure> {
    let sources = rows.column_by_name("source_id").and_then(|column| column.as_string_opt::<i32>());
    let mut filed = Vec::new();
    for &field in fields {
        let (column, Some(own)) = (rows.column(field), contract.fields.get(field)) else {
            continue;
        };
        for row in (0..rows.num_rows()).filter(|row| column.is_valid(*row)) {
            let millionths = match column.data_type() {
                DataType::Decimal128(_, scale) => {
                    column.as_primitive::<Decimal128Type>().value(row)
                        * 10i128.pow(u32::try_from(6 - *scale).unwrap_or_default())
                }
                DataType::Int64 => {
                    i128::from(column.as_primitive::<Int64Type>().value(row)) * 1_000_000
                }
                _ => continue,
            };
            let slice = slice_of(contract, rows, row);
            let (Some(region), Some(period)) = (slice.region, slice.period) else { continue };
            filed.push(FiledFigure {
                sheet: sheet.to_owned(),
                row_number: row_numbers.get(row).copied().unwrap_or_default(),
                field: own.name.clone(),
                source_id: sources.map(|texts| texts.value(row).to_owned()).unwrap_or_default(),
                region,
                period,
                millionths,
            });
        }
    }
    filed
}

/// Makes the year-to-date columns of a file's accepted rows into months; gives the rows and their
/// flags.
pub(crate) fn to_months(
    rows: &RecordBatch,
    contract: &Contract,
    fields: &[usize],
) -> Result<(RecordBatch, Vec<(usize, String)>), ReadError> {
    let Some(series) = Series::of(rows, contract)? else { return Ok((rows.clone(), Vec::new())) };
    let mut columns = rows.columns().to_vec();
    let mut flags: Vec<(usize, String)> = Vec::new();
    for &field in fields {
        let column = rows.column(field);
        let months = series.months(column, &mut flags);
        if let (Some(array), Some(slot)) = (as_column(column, months)?, columns.get_mut(field)) {
            *slot = array;
        }
    }
    flags.sort();
    flags.dedup();
    if let Some(slot) =
        contract.field_index("obs_status").and_then(|status| columns.get_mut(status))
    {
        let own = slot.as_string::<i32>().clone();
        // The month before may be in another file: whether a gap is one, the current view tells.
        let is_missing = |row: usize| flags.binary_search(&(row, REVISED.to_owned())).is_ok();
        *slot = Arc::new(
            (0..own.len())
                .map(|row| Some(if is_missing(row) { "missing" } else { own.value(row) }))
                .collect::<StringArray>(),
        );
    }
    Ok((RecordBatch::try_new(rows.schema(), columns)?, flags))
}

/// The rows of a file by series (all of the key but the month) and month.
struct Series {
    series: Vec<u128>,
    months: Vec<(i32, u32)>,
    places: HashMap<(u128, (i32, u32)), usize>,
}

impl Series {
    fn of(rows: &RecordBatch, contract: &Contract) -> Result<Option<Self>, ReadError> {
        use chrono::Datelike;
        let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
        let Some(period) = period.and_then(|name| contract.field_index(name)) else {
            return Ok(None);
        };
        let Some(days) = rows.column(period).as_primitive_opt::<Date32Type>() else {
            return Ok(None);
        };
        let own = contract.primary_key.iter().map(String::as_str);
        let key: Vec<ArrayRef> = own
            .chain(["source_id", "release_date", "period_type"])
            .filter_map(|name| contract.field_index(name))
            .filter(|index| *index != period)
            .map(|index| Arc::clone(rows.column(index)))
            .collect();
        let series = if key.is_empty() { vec![0; rows.num_rows()] } else { hash_rows(&key)? };
        let month = |day: &i32| {
            koridor_contract::date::from_days(*day)
                .map_or((0, 0), |date| (date.year(), date.month()))
        };
        let months: Vec<(i32, u32)> = days.values().iter().map(month).collect();
        let places = (0..rows.num_rows()).map(|row| ((series[row], months[row]), row)).collect();
        Ok(Some(Self { series, months, places }))
    }

    /// The month's own figure of each row; flags name the rows that have none.
    fn months(&self, column: &ArrayRef, flags: &mut Vec<(usize, String)>) -> Vec<Option<i128>> {
        let own = |row: usize| {
            let (year, month) = self.months[row];
            let filed = figure(column, row)?;
            if month == 1 {
                return Some(filed);
            }
            let before = self.places.get(&(self.series[row], (year, month - 1)));
            let flag = match before.and_then(|row| figure(column, *row)) {
                None => GAP,
                Some(before) if filed < before => REVISED,
                Some(before) => return Some(filed - before),
            };
            flags.push((row, flag.to_owned()));
            None
        };
        (0..self.months.len()).map(own).collect()
    }
}

/// How the figures of a column run through the months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// Some month has less than the month before.
    Falls,
    /// None has less than the month before.
    NeverFalls,
    /// No month stands beside the one before it, and some is later than January.
    Alone,
    /// There are no months, or Januaries alone.
    Unknown,
}

/// How the figures of a column run through the months of each key and year.
pub(super) fn course(
    rows: &RecordBatch,
    contract: &Contract,
    field: usize,
) -> Result<Course, ReadError> {
    let Some(series) = Series::of(rows, contract)? else { return Ok(Course::Unknown) };
    let column = rows.column(field);
    let types = rows.column_by_name("period_type").and_then(|own| own.as_string_opt::<i32>());
    let is_month = |row: usize| types.is_none_or(|own| own.is_valid(row) && own.value(row) == "M");
    let mut course = Course::Unknown;
    for (row, (key, (year, month))) in series.series.iter().zip(&series.months).enumerate() {
        let own = figure(column, row).filter(|_| *month > 1 && is_month(row));
        let Some(own) = own else { continue };
        let before = series.places.get(&(*key, (*year, month - 1)));
        match before.and_then(|before| figure(column, *before)) {
            Some(before) if own < before => return Ok(Course::Falls),
            Some(_) => course = Course::NeverFalls,
            None if course == Course::Unknown => course = Course::Alone,
            None => {}
        }
    }
    Ok(course)
}

/// A figure of a column in its own unit.
fn figure(column: &ArrayRef, row: usize) -> Option<i128> {
    match column.data_type() {
        _ if column.is_null(row) => None,
        DataType::Decimal128(..) => Some(column.as_primitive::<Decimal128Type>().value(row)),
        DataType::Int64 => Some(i128::from(column.as_primitive::<Int64Type>().value(row))),
        _ => None,
    }
}

/// Figures as a column of the type of another; `None` for a type that holds no figures.
fn as_column(like: &ArrayRef, figures: Vec<Option<i128>>) -> Result<Option<ArrayRef>, ReadError> {
    let figures = figures.into_iter();
    Ok(match like.data_type() {
        DataType::Decimal128(precision, scale) => Some(Arc::new(
            figures.collect::<Decimal128Array>().with_precision_and_scale(*precision, *scale)?,
        )),
        DataType::Int64 => {
            let whole = figures.map(|value| value.and_then(|value| i64::try_from(value).ok()));
            Some(Arc::new(whole.collect::<Int64Array>()))
        }
        _ => None,
    })
}
