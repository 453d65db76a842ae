//! What goes of the rows of a table, and what is counted of it.

use crate::error::LakeError;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use koridor_read::check::ErasedRows;
use koridor_read::search::Needles;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a reading of a submission lost.
#[derive(Debug, Default, Clone)]
pub(super) struct Lost {
    pub(super) accepted: i64,
    pub(super) rejected: i64,
    pub(super) flagged: i64,
}

/// A reading of a submission.
pub(super) type ReadingId = (String, i64);

/// What is known while tables are written.
#[derive(Default)]
pub(super) struct Losses {
    /// Rows that go, by the hash of their file's bytes.
    pub(super) rows: BTreeMap<String, ErasedRows>,
    pub(super) of: BTreeMap<ReadingId, Lost>,
    /// Rows that were no data, by submission and reason.
    pub(super) ignored: BTreeMap<String, BTreeMap<String, u64>>,
    /// Accepted rows that go, by their slice.
    pub(super) slices: BTreeMap<i64, i64>,
    /// The same by what names a slice in the ledger.
    pub(super) named_slices: BTreeMap<Vec<String>, i64>,
    /// Values of personal fields of the rows that go.
    pub(super) personal: BTreeSet<String>,
    /// Rows that went, by table.
    pub(super) removed: BTreeMap<String, u64>,
}

/// What names a slice in the ledger's tables.
pub(super) const SLICE_NAME: [&str; 6] =
    ["sha256", "source_id", "slice_region", "period", "theme", "release_date"];

impl Losses {
    /// Whether the row of a file goes.
    fn is_gone(&self, id: &str, sheet: &str, number: i64) -> bool {
        let sha256 = id.split('.').next().unwrap_or(id);
        let rows = self.rows.get(sha256).and_then(|own| own.get(sheet));
        rows.is_some_and(|own| own.contains(&(number as u64)))
    }

    /// Which rows stay, by the columns that name their place.
    pub(super) fn staying(
        &self,
        rows: &RecordBatch,
        [id, sheet, number]: [&str; 3],
    ) -> Result<BooleanArray, LakeError> {
        let (ids, sheets) = (texts(rows, id)?, texts(rows, sheet)?);
        let numbers = numbers(rows, number)?;
        let stays = |row: usize| {
            !self.is_gone(text(&ids, row), text(&sheets, row), number_at(&numbers, row))
        };
        Ok((0..rows.num_rows()).map(|row| Some(stays(row))).collect())
    }
}

/// The rows that stay; `None` where all do.
pub(super) fn kept_rows(
    rows: &RecordBatch,
    staying: &BooleanArray,
) -> Result<Option<RecordBatch>, LakeError> {
    if staying.true_count() == rows.num_rows() {
        return Ok(None);
    }
    Ok(Some(filter_record_batch(rows, staying)?))
}

/// Rows of `ops.files` with what their files lost counted as erased.
pub(super) fn files_without(
    rows: &RecordBatch,
    losses: &Losses,
) -> Result<Option<RecordBatch>, LakeError> {
    let (ids, attempts) = (texts(rows, "sha256")?, numbers(rows, "attempt")?);
    let reading = |row: usize| (text(&ids, row).to_owned(), number_at(&attempts, row));
    let of = |row: usize| losses.of.get(&reading(row)).cloned().unwrap_or_default();
    let nothing = BTreeMap::new();
    let ignored = |row: usize| losses.ignored.get(text(&ids, row)).unwrap_or(&nothing);
    let is_touched = |row: usize| losses.of.contains_key(&reading(row)) || !ignored(row).is_empty();
    if !(0..rows.num_rows()).any(is_touched) {
        return Ok(None);
    }
    let reasons = texts(rows, "ignored_json")?;
    let mut left: Vec<(String, i64)> = Vec::new();
    for row in 0..rows.num_rows() {
        left.push(without_ignored(text(&reasons, row), ignored(row)));
    }
    let less = |name: &str, lost: &dyn Fn(usize) -> i64| -> Result<ArrayRef, LakeError> {
        let own = numbers(rows, name)?;
        let value = |row: usize| {
            let is_valid = own.as_ref().is_some_and(|own| own.is_valid(row));
            is_valid.then(|| (number_at(&own, row) - lost(row)).max(0))
        };
        Ok(Arc::new((0..rows.num_rows()).map(value).collect::<Int64Array>()))
    };
    let erased = numbers(rows, "rows_erased")?;
    let erased = (0..rows.num_rows()).map(|row| {
        let own = of(row);
        number_at(&erased, row) + own.accepted + own.rejected + left[row].1
    });
    let erased: ArrayRef = Arc::new(Int64Array::from_iter_values(erased));
    let texts: ArrayRef =
        Arc::new(StringArray::from_iter_values(left.iter().map(|(text, _)| text.as_str())));
    let columns = [
        ("rows_accepted", less("rows_accepted", &|row| of(row).accepted)?),
        ("rows_rejected", less("rows_rejected", &|row| of(row).rejected)?),
        ("rows_ignored", less("rows_ignored", &|row| left[row].1)?),
        ("rows_flagged", less("rows_flagged", &|row| of(row).flagged)?),
        ("ignored_json", texts),
        ("rows_erased", erased),
    ];
    with_columns(rows, columns.into()).map(Some)
}

/// Reasons with their counts, less what went; and how much that is.
fn without_ignored(json: &str, gone: &BTreeMap<String, u64>) -> (String, i64) {
    let reasons = serde_json::from_str::<BTreeMap<String, u64>>(json);
    let (Ok(mut reasons), false) = (reasons, gone.is_empty()) else {
        return (json.to_owned(), 0);
    };
    let mut went = 0;
    for (reason, count) in gone {
        if let Some(own) = reasons.get_mut(reason) {
            let less = (*count).min(*own);
            *own -= less;
            went += less as i64;
        }
    }
    reasons.retain(|_, count| *count > 0);
    (serde_json::to_string(&reasons).unwrap_or_default(), went)
}

/// Rows of `ops.slices` with the rows that are left.
pub(super) fn slices_without(
    rows: &RecordBatch,
    losses: &Losses,
) -> Result<Option<RecordBatch>, LakeError> {
    let (ids, counts) = (numbers(rows, "slice_id")?, numbers(rows, "rows")?);
    let gone = |row: usize| losses.slices.get(&number_at(&ids, row)).copied().unwrap_or_default();
    if (0..rows.num_rows()).all(|row| gone(row) == 0) {
        return Ok(None);
    }
    let left = (0..rows.num_rows()).map(|row| (number_at(&counts, row) - gone(row)).max(0));
    let left: ArrayRef = Arc::new(Int64Array::from_iter_values(left));
    with_columns(rows, [("rows", left)].into()).map(Some)
}

/// Rows that stopped counting together, with the number that is left.
pub(super) fn counted_without(
    rows: &RecordBatch,
    losses: &Losses,
) -> Result<Option<RecordBatch>, LakeError> {
    let (keys, counts) = (texts(rows, "row_key")?, numbers(rows, "rows")?);
    let mut left: Vec<i64> = Vec::new();
    for row in 0..rows.num_rows() {
        let is_counted = keys.as_ref().is_none_or(|own| own.is_null(row));
        let name = if is_counted { shown(rows, &SLICE_NAME, row)? } else { Vec::new() };
        let gone = losses.named_slices.get(&name).copied().unwrap_or_default();
        left.push((number_at(&counts, row) - gone).max(0));
    }
    if (0..rows.num_rows()).all(|row| left[row] == number_at(&counts, row)) {
        return Ok(None);
    }
    let staying: BooleanArray = left.iter().map(|own| Some(*own > 0)).collect();
    let left: ArrayRef = Arc::new(Int64Array::from(left));
    let counted = with_columns(rows, [("rows", left)].into())?;
    Ok(Some(kept_rows(&counted, &staying)?.unwrap_or(counted)))
}

/// Texts in which a value stands, masked; of some files alone, where others may have the value too.
pub(super) fn masked(
    rows: &RecordBatch,
    needles: &Needles,
    of_files: Option<&BTreeMap<String, ErasedRows>>,
) -> Result<Option<RecordBatch>, LakeError> {
    if needles.is_empty() {
        return Ok(None);
    }
    let ids = texts(rows, "sha256")?;
    let is_meant = |row: usize| {
        let sha256 = text(&ids, row).split('.').next().unwrap_or_default();
        of_files.is_none_or(|own| own.contains_key(sha256))
    };
    let mut changed: BTreeMap<String, ArrayRef> = BTreeMap::new();
    for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
        let Some(own) = column.as_string_opt::<i32>() else { continue };
        let is_found =
            |row: usize| own.is_valid(row) && needles.stands_in(own.value(row)) && is_meant(row);
        if (0..own.len()).any(is_found) {
            let masked = own.iter().enumerate().map(|(row, text)| match is_found(row) {
                true => text.map(|own| needles.masked(own)),
                false => text.map(Cow::Borrowed),
            });
            changed.insert(field.name().clone(), Arc::new(masked.collect::<StringArray>()));
        }
    }
    if changed.is_empty() {
        return Ok(None);
    }
    let changed = changed.iter().map(|(name, own)| (name.as_str(), Arc::clone(own))).collect();
    with_columns(rows, changed).map(Some)
}

/// Rows with other columns; one that they do not have is added.
fn with_columns(
    rows: &RecordBatch,
    mut columns: BTreeMap<&str, ArrayRef>,
) -> Result<RecordBatch, LakeError> {
    let schema = rows.schema();
    let mut fields: Vec<Field> = schema.fields().iter().map(|own| Field::clone(own)).collect();
    let mut own: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .zip(rows.columns())
        .map(|(field, column)| columns.remove(field.name().as_str()).unwrap_or(Arc::clone(column)))
        .collect();
    for (name, column) in columns {
        fields.push(Field::new(name, column.data_type().clone(), true));
        own.push(column);
    }
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    Ok(RecordBatch::try_new(Arc::new(schema), own)?)
}

/// A column of texts; none where an earlier program wrote none.
pub(super) fn texts(rows: &RecordBatch, name: &str) -> Result<Option<StringArray>, LakeError> {
    let Some(column) = rows.column_by_name(name) else { return Ok(None) };
    Ok(Some(arrow::compute::cast(column, &DataType::Utf8)?.as_string::<i32>().clone()))
}

pub(super) fn numbers(rows: &RecordBatch, name: &str) -> Result<Option<Int64Array>, LakeError> {
    let Some(column) = rows.column_by_name(name) else { return Ok(None) };
    let numbers = arrow::compute::cast(column, &DataType::Int64)?;
    Ok(Some(numbers.as_primitive::<Int64Type>().clone()))
}

/// Nothing where there is no value.
pub(super) fn text(texts: &Option<StringArray>, row: usize) -> &str {
    texts.as_ref().filter(|own| own.is_valid(row)).map(|own| own.value(row)).unwrap_or_default()
}

/// Zero where there is no value.
pub(super) fn number_at(numbers: &Option<Int64Array>, row: usize) -> i64 {
    let own = numbers.as_ref().filter(|own| own.is_valid(row));
    own.map(|own| own.value(row)).unwrap_or_default()
}

/// Some columns of a row as texts.
pub(super) fn shown(
    rows: &RecordBatch,
    names: &[&str],
    row: usize,
) -> Result<Vec<String>, LakeError> {
    let shown = names.iter().map(|name| match rows.column_by_name(name) {
        Some(column) => arrow::util::display::array_value_to_string(column, row),
        None => Ok(String::new()),
    });
    Ok(shown.collect::<Result<_, _>>()?)
}
