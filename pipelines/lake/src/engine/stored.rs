//! Stored tables as a session sees them: Delta tables at the versions of a snapshot, some of their
//! files alone where only those matter.

use super::slice_states::{Cover, SliceIn, SliceRuns};
use super::snapshot::Snapshot;
use crate::error::LakeError;
use crate::store::tables;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, col, lit};
use datafusion::prelude::ident;
use deltalake::DeltaTable;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The column that names a row's slice.
pub(super) const SLICE_ID: &str = "slice_id";

/// Runs of slice numbers that are told to the readers of data files one by one, so that they can
/// skip what holds nothing else.
const MOST_SKIPPED_RUNS: usize = 8;

/// Tables of a snapshot that were opened.
#[derive(Default)]
pub(super) struct StoredTables {
    opened: Mutex<BTreeMap<String, Arc<DeltaTable>>>,
}

/// Data files of a table by what a set of slices covers of them.
#[derive(Debug, Default)]
pub(super) struct FilesByCover {
    /// Files without a row of the set.
    pub(super) clean: Vec<String>,
    /// Files that may hold rows of the set and others.
    pub(super) mixed: Vec<String>,
    /// Files that may hold rows that stopped counting one by one, and rows of the set.
    pub(super) touched: Vec<String>,
}

/// What the table's log says of a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileBounds {
    #[serde(default)]
    min_values: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    max_values: BTreeMap<String, serde_json::Value>,
}

impl StoredTables {
    /// A table at the snapshot's version; `None` where the snapshot has none.
    async fn open(
        &self,
        snapshot: &Snapshot,
        table: &str,
    ) -> Result<Option<Arc<DeltaTable>>, LakeError> {
        let Some(named) = snapshot.version(table) else { return Ok(None) };
        let mut opened = self.opened.lock().await;
        if let Some(found) = opened.get(table) {
            return Ok(Some(Arc::clone(found)));
        }
        let found = Arc::new(tables::open_named(&snapshot.storage, table, named).await?);
        opened.insert(table.to_owned(), Arc::clone(&found));
        Ok(Some(found))
    }

    /// A table with the columns of `schema`: null where it was written by an earlier program, or an
    /// earlier contract, and lacks them. `files` restricts it to some of its data files.
    pub(super) async fn provider(
        &self,
        snapshot: &Snapshot,
        session: SessionState,
        (table, schema): (&str, SchemaRef),
        files: Option<Vec<String>>,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let Some(opened) = self.open(snapshot, table).await? else {
            return Ok(Arc::new(MemTable::try_new(schema, vec![Vec::new()])?));
        };
        let mut builder = opened.table_provider().with_session(Arc::new(session));
        if let Some(files) = files {
            builder = builder.with_file_paths(files);
        }
        let provider: Arc<dyn TableProvider> = Arc::new(builder.build().await?);
        let own = provider.schema();
        if schema.fields().iter().all(|field| own.column_with_name(field.name()).is_some()) {
            return Ok(provider);
        }
        let columns =
            schema.fields().iter().map(|field| match own.column_with_name(field.name()) {
                Some(_) => Ok(ident(field.name())),
                None if field.name() == "attempt" || field.name() == "src_attempt" => {
                    Ok(lit(0i64).alias(field.name()))
                }
                None => Ok(lit(ScalarValue::try_from(field.data_type())?).alias(field.name())),
            });
        let columns = columns.collect::<datafusion::error::Result<Vec<_>>>()?;
        let plan = LogicalPlanBuilder::scan("stored", provider_as_source(provider), None)?
            .project(columns)?
            .build()?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }

    /// The data files of a table, without those whose rows are all of a set of slices; `touched`
    /// are slices of whose rows some stopped counting.
    pub(super) async fn files_by_cover(
        &self,
        snapshot: &Snapshot,
        table: &str,
        (set, touched): (&SliceRuns, &SliceRuns),
    ) -> Result<FilesByCover, LakeError> {
        let mut files = FilesByCover::default();
        let Some(opened) = self.open(snapshot, table).await? else { return Ok(files) };
        let state = opened.snapshot().map_err(|error| LakeError::table(table, error))?;
        for file in state.log_data().iter() {
            let path = file.path().into_owned();
            let cover_by = |set: &SliceRuns| match file.stats() {
                _ if set.is_empty() => Cover::None,
                Some(stats) => cover(&stats, set),
                None => Cover::Some,
            };
            match (cover_by(set), cover_by(touched)) {
                (Cover::All, _) => {}
                (Cover::None, Cover::None) => files.clean.push(path),
                (Cover::Some, Cover::None) => files.mixed.push(path),
                _ => files.touched.push(path),
            }
        }
        Ok(files)
    }
}

/// How a set of slices covers a file, by its bounds; a file without bounds may hold any.
fn cover(stats: &str, set: &SliceRuns) -> Cover {
    let Ok(bounds) = serde_json::from_str::<FileBounds>(stats) else { return Cover::Some };
    let bound = |values: &BTreeMap<String, serde_json::Value>| values.get(SLICE_ID)?.as_i64();
    match (bound(&bounds.min_values), bound(&bounds.max_values)) {
        (Some(low), Some(high)) => set.cover(low, high),
        // Rows of an earlier program have no number: they are in no set.
        _ => Cover::None,
    }
}

/// Rows whose slice is in no run of a set. The longest runs are told as bounds, which readers of
/// data files understand.
pub(super) fn is_outside(set: &SliceRuns) -> Expr {
    if set.is_empty() {
        return lit(true);
    }
    let mut longest: Vec<&(i64, i64)> = set.runs().iter().collect();
    longest.sort_by_key(|(first, last)| std::cmp::Reverse(last - first));
    let outside =
        |(first, last): &(i64, i64)| col(SLICE_ID).lt(lit(*first)).or(col(SLICE_ID).gt(lit(*last)));
    let bounds = longest.iter().take(MOST_SKIPPED_RUNS).map(|run| outside(run));
    let in_set = SliceIn::function("is_superseded_slice", set.clone()).call(vec![col(SLICE_ID)]);
    if longest.len() <= MOST_SKIPPED_RUNS {
        return bounds.reduce(Expr::and).unwrap_or_else(|| lit(true));
    }
    bounds.fold(Expr::Not(Box::new(in_set)), Expr::and)
}
