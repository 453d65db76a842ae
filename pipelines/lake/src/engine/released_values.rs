//! Whether stored values are those of their release: each key once, and as many of each indicator
//! as its manifest says.

use crate::error::LakeError;
use crate::store::release::Release;
use arrow::array::{AsArray, RecordBatch};
use hashbrown::HashSet;
use koridor_contract::check::hash_rows;
use std::collections::BTreeMap;

/// The key of a value within its release.
pub const VALUE_KEY: [&str; 5] = ["indicator_id", "region_code", "grain", "period", "breakdown"];

/// The first key that stands twice among values, as a text; their first columns are those of
/// [`VALUE_KEY`], as plain texts and days.
///
/// # Errors
/// Where a column is of another kind.
pub fn repeated_key(values: &[RecordBatch]) -> Result<Option<String>, LakeError> {
    let mut seen = HashSet::new();
    for rows in values {
        let columns = key_columns(rows)?;
        for (row, hash) in hash_rows(&columns)?.into_iter().enumerate() {
            if !seen.insert(hash) {
                let text = |column: &arrow::array::ArrayRef| {
                    arrow::util::display::array_value_to_string(column, row).unwrap_or_default()
                };
                return Ok(Some(columns.iter().map(text).collect::<Vec<_>>().join(" ")));
            }
        }
    }
    Ok(None)
}

fn key_columns(rows: &RecordBatch) -> Result<Vec<arrow::array::ArrayRef>, LakeError> {
    let column = |name: &str| {
        let found = rows.column_by_name(name).cloned();
        found.ok_or_else(|| LakeError::Internal(format!("values have no {name}")))
    };
    VALUE_KEY.iter().map(|name| column(name)).collect()
}

/// Whether the rows that a release shows are those that its manifest says.
pub(super) fn check(release: &Release, values: &[RecordBatch]) -> Result<(), LakeError> {
    let damaged = |what: String| {
        Err(LakeError::damaged(
            format!("release {}", release.id),
            format!("indicators.values {what}"),
        ))
    };
    if let Some(key) = repeated_key(values)? {
        return damaged(format!("holds the key {key} twice"));
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for rows in values {
        for id in rows.column(0).as_string::<i32>().iter().flatten() {
            *counts.entry(id).or_default() += 1;
        }
    }
    for (id, own) in &release.indicators {
        let found = counts.get(id.as_str()).copied().unwrap_or_default();
        if found != own.values {
            return damaged(format!("holds {found} values of {id}, not {}", own.values));
        }
    }
    Ok(())
}

/// Whether as many numbers are withheld as the manifest says: one that is not there would show.
pub(super) fn check_withheld(release: &Release, told: u64, found: u64) -> Result<(), LakeError> {
    if told == found {
        return Ok(());
    }
    Err(LakeError::damaged(
        format!("release {}", release.id),
        format!("indicators.disclosure withholds {found} numbers, not {told}"),
    ))
}
