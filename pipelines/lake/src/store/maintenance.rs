//! What keeps a lake small and quick as it grows: small data files put together, data files that
//! nobody names removed.
//!
//! Every version of a table that the head or a release names keeps its files, so that `--as-of`
//! gives the same digits for ever.

use crate::error::LakeError;
use crate::store::data_file::{Constants, FileWriter};
use crate::store::erased::Erased;
use crate::store::journal::{self, Head};
use crate::store::release;
use crate::store::staged;
use crate::store::storage::Storage;
use crate::store::tables::{self, Committed};
use arrow::array::{RecordBatch, new_null_array};
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use deltalake::kernel::{Action, Add};
use deltalake::operations::vacuum::VacuumMode;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const STATE: &str = "_koridor/maintenance.json";
/// A data file below this size is small.
const SMALL_BYTES: i64 = 16 << 20;

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
    let (head, compacted) = put_together(storage, policy.many_small).await?;
    let mut maintained = Maintained { compacted, removed: 0 };
    let names: Vec<String> = head.tables.keys().cloned().collect();
    let (mut state, _): (State, _) = storage.get_cache(STATE).await?;
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
    let before = now - Duration::hours(policy.grace_hours);
    maintained.removed += remove_unnamed_raw(storage, before).await?;
    maintained.removed += staged::remove(storage, before.into())?;
    state.swept_at = Some(now);
    storage.put_json(STATE, &state).await?;
    Ok(maintained)
}

/// Puts the small files of each table together where there are many: the head that stands then, and
/// the tables. The caller holds the lake's lock.
///
/// # Errors
/// Where a table cannot be read or written; the lake is as it was, or smaller.
pub async fn put_together(
    storage: &Storage,
    many_small: usize,
) -> Result<(Head, Vec<String>), LakeError> {
    let mut head = journal::recover(storage).await?;
    let mut compacted = Vec::new();
    for table in head.tables.keys().cloned().collect::<Vec<_>>() {
        if let Some((version, state)) = compact(storage, &table, many_small).await? {
            head.tables.insert(table.clone(), version);
            head.states.insert(table.clone(), state);
            compacted.push(table);
        }
    }
    if !compacted.is_empty() {
        journal::move_head(storage, &head).await?;
    }
    Ok((head, compacted))
}

/// Puts a table's small files together where they are many, in their order.
async fn compact(
    storage: &Storage,
    table: &str,
    many_small: usize,
) -> Result<Option<Committed>, LakeError> {
    let failed = |error| LakeError::table(table, error);
    let Some(opened) = tables::open(storage, table).await? else { return Ok(None) };
    let state = opened.snapshot().map_err(failed)?;
    let files = state.log_data();
    let mut small: Vec<_> = files.iter().filter(|file| file.size() < SMALL_BYTES).collect();
    if small.len() < many_small {
        return Ok(None);
    }
    small.sort_by_key(|file| (file.modification_time(), file.path().into_owned()));
    let schema: SchemaRef = state.snapshot().arrow_schema();
    let mut writer = FileWriter::new(storage, table, &schema, Constants::new())?;
    for file in &small {
        let path = format!("{table}/{}", file.path());
        let bytes = storage.get(&path).await?.ok_or_else(|| LakeError::missing(&path))?;
        for rows in rows_of(table, bytes)? {
            writer.write(&with_columns(&rows?, &schema)?).await?;
        }
    }
    let mut actions: Vec<Action> =
        small.iter().map(|file| Action::Remove(file.remove_action(false))).collect();
    let adds = writer.close().await?.into_iter();
    actions.extend(adds.map(|add| Action::Add(Add { data_change: false, ..add })));
    tables::replace(&opened, table, actions).await.map(Some)
}

/// The rows of a data file.
fn rows_of(table: &str, bytes: Bytes) -> Result<ParquetRecordBatchReader, LakeError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).and_then(|own| own.build());
    reader.map_err(|error| LakeError::parquet(table, error))
}

/// Rows with all columns of the table: null where an earlier program or contract wrote none.
fn with_columns(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, LakeError> {
    let columns = schema.fields().iter().map(|field| match rows.column_by_name(field.name()) {
        Some(own) => arrow::compute::cast(own, field.data_type()),
        None => Ok(new_null_array(field.data_type(), rows.num_rows())),
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(SchemaRef::clone(schema), columns)?)
}

/// Removes raw bytes of which nothing is said: a load that died left them.
async fn remove_unnamed_raw(storage: &Storage, before: DateTime<Utc>) -> Result<usize, LakeError> {
    let objects = storage.list_with_times("raw").await?;
    let name = |path: &str| path.trim_start_matches("raw/").split('.').next().map(str::to_owned);
    let is_said = |path: &&(String, DateTime<Utc>)| path.0.ends_with(".json");
    let erased = Erased::read(storage).await?;
    let mut named: BTreeSet<String> =
        objects.iter().filter(is_said).filter_map(|(path, _)| name(path)).collect();
    // What stands in the place of bytes that came has no name of its own; the others must not stay.
    named.retain(|own| !erased.is_erased(own));
    named.extend(erased.in_use().map(str::to_owned));
    let mut removed = 0;
    for (path, changed) in objects.iter().filter(|own| !is_said(own)) {
        if *changed <= before && name(path).is_none_or(|own| !named.contains(&own)) {
            storage.delete(path).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes a table's data files that none of the versions names.
async fn remove_unnamed(
    storage: &Storage,
    table: &str,
    versions: &[u64],
    grace_hours: i64,
) -> Result<usize, LakeError> {
    let failed = |error| LakeError::table(table, error);
    let Some(opened) = tables::open(storage, table).await? else { return Ok(0) };
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
