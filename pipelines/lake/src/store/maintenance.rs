//! What keeps a lake small and quick as it grows: small data files put together, data files that
//! nobody names removed.
//!
//! Every version of a table that the head or a release names keeps its files, so that `--as-of`
//! gives the same digits for ever.

use crate::error::LakeError;
use crate::store::data_file::writer_properties;
use crate::store::journal;
use crate::store::release;
use crate::store::storage::Storage;
use crate::store::tables;
use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Duration, Utc};
use deltalake::operations::vacuum::VacuumMode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::num::NonZeroU64;

const STATE: &str = "_koridor/maintenance.json";
/// A data file below this size is small.
const SMALL_BYTES: i64 = 16 << 20;
/// Size of the files that are made of small ones.
const TARGET_BYTES: u64 = 128 << 20;

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    swept_at: Option<DateTime<Utc>>,
}

/// What maintenance did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Tables whose small files were put together.
    pub compacted: Vec<String>,
    /// Data files removed.
    pub removed: usize,
}

/// When maintenance has something to do.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Small files of one table that are worth putting together.
    pub many_small: usize,
    /// Days between two sweeps.
    pub sweep_days: i64,
    /// Hours that a data file which nobody names is left alone: a reader of a moment ago may still
    /// be at it.
    pub grace_hours: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { many_small: 64, sweep_days: 7, grace_hours: 24 }
    }
}

/// Puts small files together where there are many, and now and then removes those that no version
/// in use names. The caller holds the lake's lock.
///
/// # Errors
/// Where a table cannot be read or written; the lake is as it was, or smaller.
pub async fn maintain(storage: &Storage, policy: Policy) -> Result<Maintained, LakeError> {
    let mut maintained = Maintained::default();
    let mut head = journal::recover(storage).await?;
    let names: Vec<String> = head.tables.keys().cloned().collect();
    for table in &names {
        if let Some(version) = compact(storage, table, policy.many_small).await? {
            head.tables.insert(table.clone(), version);
            maintained.compacted.push(table.clone());
        }
    }
    if !maintained.compacted.is_empty() {
        journal::move_head(storage, &head).await?;
    }
    let mut state: State = storage.get_json(STATE).await?.unwrap_or_default();
    let now = Utc::now();
    if state.swept_at.is_some_and(|swept| now - swept < Duration::days(policy.sweep_days)) {
        return Ok(maintained);
    }
    let releases = release::list(storage).await?;
    for table in &names {
        let named = releases
            .iter()
            .map(|release| &release.tables)
            .chain([&head.tables])
            .filter_map(|tables| tables.get(table).copied());
        let versions: Vec<u64> = named.collect::<BTreeSet<_>>().into_iter().collect();
        maintained.removed += remove_unnamed(storage, table, &versions, policy.grace_hours).await?;
    }
    state.swept_at = Some(now);
    storage.put_json(STATE, &state).await?;
    Ok(maintained)
}

/// Puts a table's small files together where they are many; the version that holds them so.
async fn compact(
    storage: &Storage,
    table: &str,
    many_small: usize,
) -> Result<Option<u64>, LakeError> {
    let failed = |error| LakeError::table(table, error);
    let Some(opened) = tables::open(storage, table, None).await? else { return Ok(None) };
    let files = opened.snapshot().map_err(failed)?.log_data();
    if files.iter().filter(|file| file.size() < SMALL_BYTES).count() < many_small {
        return Ok(None);
    }
    let schema: SchemaRef = opened.snapshot().map_err(failed)?.snapshot().arrow_schema();
    let (compacted, _) = opened
        .optimize()
        .with_target_size(NonZeroU64::new(TARGET_BYTES).unwrap_or(NonZeroU64::MIN))
        .with_writer_properties(writer_properties(&schema, None))
        .with_commit_properties(tables::commit_properties())
        .await
        .map_err(failed)?;
    Ok(compacted.version())
}

/// Removes a table's data files that none of the versions names.
async fn remove_unnamed(
    storage: &Storage,
    table: &str,
    versions: &[u64],
    grace_hours: i64,
) -> Result<usize, LakeError> {
    let failed = |error| LakeError::table(table, error);
    let Some(opened) = tables::open(storage, table, None).await? else { return Ok(0) };
    let (_, metrics) = opened
        .vacuum()
        .with_mode(VacuumMode::Full)
        .with_keep_versions(versions)
        .with_retention_period(Duration::hours(grace_hours))
        .with_enforce_retention_duration(false)
        .with_commit_properties(tables::commit_properties())
        .await
        .map_err(failed)?;
    Ok(metrics.files_deleted.len())
}
