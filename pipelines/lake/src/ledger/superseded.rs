//! Rows that stopped counting, one by one: replaced by a newer row of their key, withdrawn, or
//! ended by a register's full list.

use super::submission::Submission;
use super::superseded_rows_schema;
use crate::error::LakeError;
use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::util::display::array_value_to_string;
use koridor_read::check::SliceKey;
use std::sync::Arc;

/// Why a row does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// A newer row has its key.
    Replaced,
    /// A newer table of its slice does not bring it again.
    Withdrawn,
    /// A full list does not name it; the day from which on it holds no more.
    Ended(i32),
}

impl Fate {
    /// The word as tables have it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
            Self::Ended(_) => "ended",
        }
    }

    fn ended_on(self) -> Option<i32> {
        match self {
            Self::Ended(day) => Some(day),
            Self::Replaced | Self::Withdrawn => None,
        }
    }
}

/// A row of a dataset: its file, where it stands there, and its key, as one row of a sheet may hold
/// several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowAddress {
    pub(crate) sha256: String,
    pub(crate) sheet: String,
    pub(crate) row_number: i64,
    /// None in the place of rows that are only counted: of a slice all of whose rows were replaced,
    /// and beyond a moderate number of withdrawn ones.
    pub(crate) row_key: Option<String>,
}

/// One row of `ops.superseded_rows`.
#[derive(Debug, Clone)]
pub(crate) struct SupersededRow {
    pub(crate) dataset: String,
    pub(crate) slice: SliceKey,
    pub(crate) address: RowAddress,
    pub(crate) fate: Fate,
    /// Rows that it stands for.
    pub(crate) rows: i64,
    pub(crate) measure: Option<String>,
    pub(crate) value: Option<f64>,
    /// The submission that it does not count for.
    pub(crate) by_sha256: String,
    /// The submission whose reading found it.
    pub(crate) recorded_by: String,
    pub(crate) submission: Submission,
}

/// A row's key as text, as corrections name rows: `field=value;field=value`.
pub(crate) fn row_key(
    names: &[&str],
    columns: &[ArrayRef],
    row: usize,
) -> Result<String, LakeError> {
    let mut key = String::new();
    for (name, column) in names.iter().zip(columns) {
        if !key.is_empty() {
            key.push(';');
        }
        key.push_str(name);
        key.push('=');
        key.push_str(&array_value_to_string(column, row)?);
    }
    Ok(key)
}

pub(crate) fn superseded_rows(rows: &[SupersededRow]) -> Result<RecordBatch, LakeError> {
    let text = |pick: &dyn Fn(&SupersededRow) -> Option<&str>| -> ArrayRef {
        Arc::new(StringArray::from_iter(rows.iter().map(pick)))
    };
    let number = |pick: &dyn Fn(&SupersededRow) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(pick)))
    };
    let day = |pick: &dyn Fn(&SupersededRow) -> Option<i32>| -> ArrayRef {
        Arc::new(Date32Array::from_iter(rows.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|row| Some(&row.dataset)),
        text(&|row| Some(&row.slice.source_id)),
        text(&|row| Some(&row.slice.region)),
        day(&|row| Some(row.slice.period)),
        text(&|row| Some(&row.slice.period_type)),
        text(&|row| Some(&row.slice.theme)),
        day(&|row| Some(row.slice.release_date)),
        text(&|row| Some(&row.address.sha256)),
        text(&|row| Some(&row.address.sheet)),
        number(&|row| row.address.row_number),
        text(&|row| row.address.row_key.as_deref()),
        text(&|row| Some(row.fate.as_str())),
        number(&|row| row.rows),
        text(&|row| row.measure.as_deref()),
        Arc::new(Float64Array::from_iter(rows.iter().map(|row| row.value))),
        day(&|row| row.fate.ended_on()),
        text(&|row| Some(&row.by_sha256)),
        text(&|row| Some(&row.recorded_by)),
        number(&|row| row.submission.attempt),
        number(&|row| row.submission.sequence),
    ];
    Ok(RecordBatch::try_new(superseded_rows_schema(), columns)?)
}

/// One row of `ops.acceptances`: a held submission that somebody has confirmed.
#[derive(Debug, Clone)]
pub(crate) struct Acceptance {
    pub(crate) sha256: String,
    pub(crate) file_name: String,
    pub(crate) by: String,
    pub(crate) reason: String,
    /// Microseconds since 1970.
    pub(crate) at: i64,
}

pub(crate) fn acceptance_rows(rows: &[Acceptance]) -> Result<RecordBatch, LakeError> {
    let text = |pick: &dyn Fn(&Acceptance) -> &String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(pick)))
    };
    let moments = rows.iter().map(|row| row.at);
    let moments = arrow::array::TimestampMicrosecondArray::from_iter_values(moments);
    let columns: Vec<ArrayRef> = vec![
        text(&|row| &row.sha256),
        text(&|row| &row.file_name),
        text(&|row| &row.by),
        text(&|row| &row.reason),
        Arc::new(moments.with_timezone("UTC")),
    ];
    Ok(RecordBatch::try_new(super::acceptances_schema(), columns)?)
}
