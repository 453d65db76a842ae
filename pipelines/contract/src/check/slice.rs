//! The slice that a row is of: what a submission replaces as a whole.

use crate::contract::Contract;
use crate::date;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Int32Type, TimestampMicrosecondType};

/// The slice that a row is of, and the day of its release, as far as they can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSlice {
    /// Region.
    pub region: Option<String>,
    /// First day of the period, days since 1970-01-01.
    pub period: Option<i32>,
    /// Release date, days since 1970-01-01.
    pub release: Option<i32>,
}

/// First day of the slice of a register, whose rows have no period: 1900-01-01.
pub const REGISTER: i32 = -25_567;

/// The slice that a row is of.
pub fn slice_of(contract: &Contract, rows: &RecordBatch, row: usize) -> RowSlice {
    let Some(slice) = &contract.koridor.slice else { return RowSlice::default() };
    let release = rows
        .column_by_name("release_date")
        .and_then(|column| column.as_primitive_opt::<Date32Type>());
    let release = release.filter(|days| days.is_valid(row)).map(|days| days.value(row));
    let region = rows
        .column_by_name(&slice.region)
        .and_then(|column| column.as_any().downcast_ref::<StringArray>());
    let region =
        region.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row).to_owned());
    let period = match &slice.period {
        // A register is one slice for ever.
        None => Some(REGISTER),
        Some(name) => rows
            .column_by_name(name)
            .filter(|column| column.is_valid(row))
            .and_then(|column| period_of(column, row)),
    };
    RowSlice { region, period, release }
}

/// First day of the period that a date, time or year lies in.
fn period_of(column: &ArrayRef, row: usize) -> Option<i32> {
    match column.data_type() {
        DataType::Date32 => {
            Some(date::first_of_month(column.as_primitive::<Date32Type>().value(row)))
        }
        DataType::Int32 => date::civil(column.as_primitive::<Int32Type>().value(row), 1, 1),
        DataType::Timestamp(..) => {
            let day = column
                .as_primitive::<TimestampMicrosecondType>()
                .value(row)
                .div_euclid(86_400_000_000);
            Some(date::first_of_month(day as i32))
        }
        _ => None,
    }
}
