//! The lake's Delta tables: opening, creating and committing to them.
//!
//! Writing and committing are apart: data files are written first (`data_file.rs`) and are
//! invisible until the journal commits them.

use crate::error::LakeError;
use crate::store::storage::Storage;
use crate::store::sums::{self, FileSums};
use crate::store::table_state;
use arrow::datatypes::{Field, SchemaRef};
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, StructField, Transaction};
use deltalake::logstore::{
    LogStoreFactory, LogStoreRef, StorageConfig, default_logstore, logstore_factories,
};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::table::builder::DeltaTableBuilder;
use deltalake::table::config::TableProperty;
use deltalake::{DeltaTable, DeltaTableError};
use object_store::DynObjectStore;
use std::sync::Arc;
use url::Url;

/// The table's folder within the lake, such as `silver/waste_weighbridge`.
pub type TableName = String;

/// Delta's own log store over object_store's clients: a commit is a put of a name that must not
/// exist, which all of them can do.
#[derive(Debug)]
struct PlainLogStores;

impl LogStoreFactory for PlainLogStores {
    fn with_options(
        &self,
        prefixed: Arc<DynObjectStore>,
        root: Arc<DynObjectStore>,
        location: &Url,
        options: &StorageConfig,
    ) -> Result<LogStoreRef, DeltaTableError> {
        Ok(default_logstore(prefixed, root, location, options))
    }
}

/// Makes a remote lake's scheme known to the table format, which knows only its own.
fn register_scheme(url: &Url) -> Result<(), LakeError> {
    let scheme = Url::parse(&format!("{}://", url.scheme()))
        .map_err(|error| LakeError::Internal(error.to_string()))?;
    logstore_factories().entry(scheme).or_insert_with(|| Arc::new(PlainLogStores));
    Ok(())
}

fn log_store(storage: &Storage, table: &str) -> Result<LogStoreRef, LakeError> {
    register_scheme(storage.url())?;
    let url = storage
        .url()
        .join(&format!("{table}/"))
        .map_err(|error| LakeError::Internal(error.to_string()))?;
    DeltaTableBuilder::from_url(url.clone())
        .and_then(|builder| builder.with_storage_backend(storage.root_store(), url).build_storage())
        .map_err(|error| LakeError::table(table, error))
}

/// The store of a table's own folder.
pub(crate) fn table_store(
    storage: &Storage,
    table: &str,
) -> Result<Arc<DynObjectStore>, LakeError> {
    Ok(log_store(storage, table)?.object_store(None))
}

/// Opens a table at its newest version; `None` where it does not exist yet.
pub async fn open(storage: &Storage, table: &str) -> Result<Option<DeltaTable>, LakeError> {
    load(storage, table, None).await
}

/// Opens a table that the head or a release names, at a version and with what it holds there.
///
/// # Errors
/// Where it is gone, cannot be read, or holds something else.
pub async fn open_named(
    storage: &Storage,
    table: &str,
    (version, state): (u64, Option<&str>),
) -> Result<DeltaTable, LakeError> {
    let opened = load(storage, table, Some(version)).await?;
    let opened = opened.ok_or_else(|| LakeError::missing(format!("{table}/_delta_log")))?;
    if let Some(expected) = state
        && table_state::of(table, &opened)? != expected
    {
        return Err(LakeError::damaged(
            format!("{table}/_delta_log"),
            format!("version {version} does not hold what was committed"),
        ));
    }
    Ok(opened)
}

async fn load(
    storage: &Storage,
    table: &str,
    version: Option<u64>,
) -> Result<Option<DeltaTable>, LakeError> {
    let log_store = log_store(storage, table)?;
    // A local folder must exist before its log can be looked for.
    let is_absent = storage.local_path().is_some_and(|lake| !lake.join(table).exists());
    if is_absent
        || !log_store
            .is_delta_table_location()
            .await
            .map_err(|error| LakeError::table(table, error))?
    {
        return Ok(None);
    }
    let mut opened = DeltaTable::new(log_store);
    let loaded = match version {
        Some(version) => opened.load_version(version).await,
        None => opened.load().await,
    };
    loaded.map_err(|error| LakeError::table(table, error))?;
    let state = opened.snapshot().map_err(|error| LakeError::table(table, error))?;
    for file in table_state::files(state) {
        let sums = file.tags.as_ref().and_then(|tags| tags.get(sums::TAG)?.as_ref());
        if let Some(sums) = sums.and_then(|text| FileSums::parse(file.size as u64, text)) {
            storage.expect(&format!("{table}/{}", file.path), sums);
        }
    }
    Ok(Some(opened))
}

/// What a table holds at a version.
pub(super) async fn state_at(
    storage: &Storage,
    table: &str,
    version: u64,
) -> Result<String, LakeError> {
    let opened = load(storage, table, Some(version)).await?;
    let opened = opened.ok_or_else(|| LakeError::missing(format!("{table}/_delta_log")))?;
    table_state::of(table, &opened)
}

/// Writes a checkpoint of a table at its newest version.
pub(super) async fn write_checkpoint(storage: &Storage, table: &str) -> Result<(), LakeError> {
    let Some(opened) = open(storage, table).await? else { return Ok(()) };
    deltalake::checkpoints::create_checkpoint(&opened, None)
        .await
        .map_err(|error| LakeError::table(table, error))
}

/// A data file as a table's log names it.
pub(crate) struct DataFile {
    pub(crate) path: String,
    pub(crate) size: u64,
    /// Whether its bytes are checked when they are fetched.
    pub(crate) has_checksum: bool,
}

/// The data files of an opened table.
pub(crate) fn data_files(table: &str, opened: &DeltaTable) -> Result<Vec<DataFile>, LakeError> {
    let state = opened.snapshot().map_err(|error| LakeError::table(table, error))?;
    let files = table_state::files(state).into_iter().map(|file| DataFile {
        has_checksum: file.tags.as_ref().is_some_and(|tags| tags.contains_key(sums::TAG)),
        path: file.path,
        size: file.size as u64,
    });
    Ok(files.collect())
}

/// Opens a table, or creates it; adds the columns it lacks.
pub async fn open_or_create(
    storage: &Storage,
    table: &str,
    schema: &SchemaRef,
) -> Result<DeltaTable, LakeError> {
    let delta_field = |field: &Field| -> Result<StructField, LakeError> {
        use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;
        field.try_into_kernel().map_err(LakeError::Arrow)
    };
    let Some(opened) = open(storage, table).await? else {
        if let Some(folder) = storage.local_path() {
            let folder = folder.join(table);
            std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
        }
        let columns = schema
            .fields()
            .iter()
            .map(|field| delta_field(field))
            .collect::<Result<Vec<_>, _>>()?;
        return deltalake::operations::create::CreateBuilder::new()
            .with_log_store(log_store(storage, table)?)
            .with_columns(columns)
            .with_configuration_property(TableProperty::EnableExpiredLogCleanup, Some("false"))
            .with_save_mode(SaveMode::Ignore)
            .await
            .map_err(|error| LakeError::table(table, error));
    };
    let known = opened.snapshot().map_err(|error| LakeError::table(table, error))?.schema();
    let new = schema
        .fields()
        .iter()
        .filter(|field| known.field(field.name()).is_none())
        .map(|field| delta_field(field))
        .collect::<Result<Vec<_>, _>>()?;
    if new.is_empty() {
        return Ok(opened);
    }
    opened
        .add_columns()
        .with_fields(new)
        .with_commit_properties(commit_properties())
        .await
        .map_err(|error| LakeError::table(table, error))
}

/// How every commit is made: the log of what came before stays, or an earlier release could not be
/// read.
pub(crate) fn commit_properties() -> CommitProperties {
    CommitProperties::default().with_cleanup_expired_logs(Some(false))
}

/// A table's version, and what it holds at it.
pub type Committed = (u64, String);

/// Commits data files to a table, once for each batch: a batch that is in the table already is left
/// alone.
pub async fn commit(
    storage: &Storage,
    table: &str,
    adds: Vec<Add>,
    batch: &str,
) -> Result<Committed, LakeError> {
    let failed = |error: DeltaTableError| LakeError::table(table, error);
    let opened = open(storage, table).await?;
    let opened = opened.ok_or_else(|| LakeError::missing(format!("{table}/_delta_log")))?;
    let snapshot = opened.snapshot().map_err(failed)?;
    if snapshot
        .transaction_version(opened.log_store().as_ref(), batch)
        .await
        .map_err(failed)?
        .is_some()
    {
        return Ok((snapshot.version(), table_state::of(table, &opened)?));
    }
    let transaction = Transaction::new(batch, 1);
    let operation =
        DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
    let properties = commit_properties().with_application_transaction(transaction);
    let actions = adds.into_iter().map(Action::Add).collect();
    commit_actions(&opened, table, (actions, operation), properties).await
}

/// Puts data files in the place of others that hold the same rows.
pub(crate) async fn replace(
    opened: &DeltaTable,
    table: &str,
    actions: Vec<Action>,
) -> Result<Committed, LakeError> {
    let operation = DeltaOperation::Optimize { predicate: None, target_size: 0 };
    commit_actions(opened, table, (actions, operation), commit_properties()).await
}

async fn commit_actions(
    opened: &DeltaTable,
    table: &str,
    (actions, operation): (Vec<Action>, DeltaOperation),
    properties: CommitProperties,
) -> Result<Committed, LakeError> {
    let failed = |error: DeltaTableError| LakeError::table(table, error);
    let snapshot = opened.snapshot().map_err(failed)?;
    let committed = CommitBuilder::from(properties)
        .with_actions(actions)
        .build(Some(snapshot), opened.log_store(), operation)
        .await
        .map_err(failed)?;
    Ok((committed.version(), table_state::of_snapshot(&committed.snapshot)))
}
