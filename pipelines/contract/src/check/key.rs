//! Hashes of keys, by which rows are compared across batches and files.

use crate::contract::Contract;
use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::error::ArrowError;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// Fields that are of every key: a later release of a row is a new row, and so is another source's
/// or a whole year's.
const VINTAGE: [&str; 3] = ["source_id", "release_date", "period_type"];

/// The columns of a dataset's key.
pub(super) struct KeyColumns {
    all: Vec<usize>,
    /// Those that have one value in all rows of a checker.
    same: Vec<usize>,
    /// The others.
    own: Vec<usize>,
}

impl KeyColumns {
    /// The key of a contract; `is_uniform` tells whether a field has one value in all rows.
    pub(super) fn new(contract: &Contract, is_uniform: impl Fn(usize) -> bool) -> Self {
        let names = contract.primary_key.iter().map(String::as_str).chain(VINTAGE);
        let all: Vec<usize> = names.filter_map(|name| contract.field_index(name)).collect();
        let (same, own) = all.iter().partition(|index| is_uniform(**index));
        Self { all, same, own }
    }

    /// The first column, where a row's key begins.
    pub(super) fn first(&self) -> Option<usize> {
        self.all.first().copied()
    }

    /// Hashes of the rows' keys. What is the same in all rows of a checker is hashed once: another
    /// sheet of the file may have another value.
    pub(super) fn hash(&self, rows: &RecordBatch) -> Result<Vec<u128>, ArrowError> {
        let whole = |index: &usize| without_case(rows.column(*index));
        if rows.num_rows() == 0 || self.own.is_empty() {
            return hash_rows(&self.all.iter().map(whole).collect::<Vec<_>>());
        }
        let one = |index: &usize| without_case(&rows.column(*index).slice(0, 1));
        let salt = hash_rows(&self.same.iter().map(one).collect::<Vec<_>>())?;
        let salt = salt.last().copied().unwrap_or_default();
        let mut hashes = hash_rows(&self.own.iter().map(whole).collect::<Vec<_>>())?;
        hashes.iter_mut().for_each(|hash| *hash = hash.wrapping_add(salt));
        Ok(hashes)
    }
}

/// A column of a key as it is compared: people write one ticket as `T-001` and `t-001`, and the
/// letters of a text are small. Columns of codes and of other types are as they are.
pub fn without_case(column: &ArrayRef) -> ArrayRef {
    let Some(texts) = column.as_any().downcast_ref::<StringArray>() else {
        return Arc::clone(column);
    };
    // Nearly all keys are numbers, dates and codes.
    if !texts.value_data().iter().any(u8::is_ascii_uppercase) {
        return Arc::clone(column);
    }
    let lower = texts.value_data().to_ascii_lowercase();
    let nulls = texts.nulls().cloned();
    // Small ASCII letters take as many bytes as capitals, and leave other letters whole.
    StringArray::try_new(texts.offsets().clone(), lower.into(), nulls)
        .map_or_else(|_| Arc::clone(column), |lower| Arc::new(lower))
}

/// One 128-bit hash a row over some columns; equal rows have equal hashes in every batch and every
/// run.
///
/// # Errors
/// Where a column's type has no row form.
pub fn hash_rows(columns: &[ArrayRef]) -> Result<Vec<u128>, ArrowError> {
    let texts: Option<Vec<&StringArray>> =
        columns.iter().map(|column| column.as_any().downcast_ref::<StringArray>()).collect();
    if let (Some(texts), Some(first)) = (texts, columns.first()) {
        // Texts need no row form: each with its length before it, nulls apart from empty ones.
        let mut key = Vec::new();
        return Ok((0..first.len())
            .map(|row| {
                key.clear();
                for text in &texts {
                    let value = if text.is_null(row) { None } else { Some(text.value(row)) };
                    key.extend_from_slice(
                        &value.map_or(u32::MAX, |value| value.len() as u32).to_le_bytes(),
                    );
                    key.extend_from_slice(value.unwrap_or_default().as_bytes());
                }
                xxh3_128(&key)
            })
            .collect());
    }
    let fields = columns
        .iter()
        .map(|column| arrow::row::SortField::new(column.data_type().clone()))
        .collect();
    let rows = arrow::row::RowConverter::new(fields)?.convert_columns(columns)?;
    Ok(rows.iter().map(|row| xxh3_128(row.as_ref())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_one_whatever_the_case_of_their_letters() {
        let texts =
            |own: [Option<&str>; 3]| -> ArrayRef { Arc::new(StringArray::from(own.to_vec())) };
        let upper = texts([Some("TPA WONCO"), None, Some("É-1A")]);
        let lower = texts([Some("tpa wonco"), None, Some("É-1a")]);
        let hash = |column: &ArrayRef| hash_rows(&[without_case(column)]).unwrap();
        assert_eq!(hash(&upper), hash(&lower));
        assert_eq!(hash(&upper.slice(2, 1)), hash(&lower.slice(2, 1)));
        assert_ne!(hash_rows(&[upper]).unwrap(), hash_rows(&[lower]).unwrap());
    }
}
