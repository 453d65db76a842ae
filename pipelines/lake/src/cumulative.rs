//! Columns that count from January on, turned into months (indicators.md 3.5): a month is what was counted up to it less what was counted
//! up to the month before; the first month is its own count. A negative difference means that an earlier month was revised, and a missing
//! month leaves nothing to subtract: the month is loaded without a value and with a flag. The figure as filed is kept in `ops.cumulative`, for
//! growth of the year so far, and for the current view (`views::core_view`), which takes the month before from whichever file holds it.

use crate::error::LakeError;
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

/// Fields of a description that count from January on, by their place in the contract.
pub(crate) fn fields(source: &Source, contract: &Contract) -> Vec<usize> {
    source
        .columns
        .iter()
        .filter(|column| column.cumulative)
        .filter_map(|column| contract.field_index(&column.field))
        .collect()
}

/// A figure as it was filed: counted from January on.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Sheet it stood in.
    pub sheet: String,
    /// Row in the file.
    pub row_number: u64,
    /// Field.
    pub field: String,
    /// Source, region and first day of the month up to which it counts.
    pub source_id: String,
    /// Region of its slice.
    pub region: String,
    /// Month up to which it counts, days since 1970-01-01.
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
) -> Vec<Counted> {
    let sources = rows.column_by_name("source_id").and_then(|column| column.as_string_opt::<i32>());
    let mut counted = Vec::new();
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
            counted.push(Counted {
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
    counted
}

/// Turns counted-up columns of a file's accepted rows into months; returns the rows and their flags.
pub(crate) fn to_months(
    rows: &RecordBatch,
    contract: &Contract,
    fields: &[usize],
) -> Result<(RecordBatch, Vec<(usize, String)>), LakeError> {
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
    let Some(period) = period.and_then(|name| contract.field_index(name)) else {
        return Ok((rows.clone(), Vec::new()));
    };
    let Some(days) = rows.column(period).as_primitive_opt::<Date32Type>() else {
        return Ok((rows.clone(), Vec::new()));
    };
    let key = contract.primary_key.iter().map(String::as_str).chain([
        "source_id",
        "release_date",
        "period_type",
    ]);
    let key: Vec<ArrayRef> = key
        .filter_map(|name| contract.field_index(name))
        .filter(|index| *index != period)
        .map(|index| Arc::clone(rows.column(index)))
        .collect();
    let series = if key.is_empty() { vec![0; rows.num_rows()] } else { hash_rows(&key)? };
    let month = |row: usize| -> (i32, u32) {
        use chrono::Datelike;
        koridor_contract::date::from_days(days.value(row))
            .map_or((0, 0), |date| (date.year(), date.month()))
    };
    let places: HashMap<(u128, (i32, u32)), usize> =
        (0..rows.num_rows()).map(|row| ((series[row], month(row)), row)).collect();
    let mut columns = rows.columns().to_vec();
    let mut flags: Vec<(usize, String)> = Vec::new();
    for &field in fields {
        let column = rows.column(field);
        let value = |row: usize| -> Option<i128> {
            match column.data_type() {
                _ if column.is_null(row) => None,
                DataType::Decimal128(..) => {
                    Some(column.as_primitive::<Decimal128Type>().value(row))
                }
                DataType::Int64 => Some(i128::from(column.as_primitive::<Int64Type>().value(row))),
                _ => None,
            }
        };
        let months: Vec<Option<i128>> = (0..rows.num_rows())
            .map(|row| {
                let (year, of_year) = month(row);
                let counted = value(row)?;
                if of_year == 1 {
                    return Some(counted);
                }
                let before =
                    places.get(&(series[row], (year, of_year - 1))).and_then(|row| value(*row));
                let flag = match before {
                    None => GAP,
                    Some(before) if counted < before => REVISED,
                    Some(before) => return Some(counted - before),
                };
                flags.push((row, flag.to_owned()));
                None
            })
            .collect();
        let array: Option<ArrayRef> = match column.data_type() {
            DataType::Decimal128(precision, scale) => Some(Arc::new(
                months
                    .into_iter()
                    .collect::<Decimal128Array>()
                    .with_precision_and_scale(*precision, *scale)?,
            )),
            DataType::Int64 => Some(Arc::new(
                months
                    .into_iter()
                    .map(|value| value.and_then(|value| i64::try_from(value).ok()))
                    .collect::<Int64Array>(),
            )),
            _ => None,
        };
        if let (Some(array), Some(slot)) = (array, columns.get_mut(field)) {
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
