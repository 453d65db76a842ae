//! Which state of the lake a session shows: resolved once, then only looked up.

use crate::engine::row_fates::RowFates;
use crate::engine::slice_states::SliceStates;
use crate::engine::tier::Tier;
use crate::error::LakeError;
use crate::store::journal::{self, Head};
use crate::store::release::{self, Release, ReleasedDisclosure};
use crate::store::storage::Storage;
use crate::store::tables::TableName;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{col, lit};
use koridor_contract::{Contract, Project};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

/// Bytes a query may hold before it spills to disk.
pub const DEFAULT_MEMORY_BYTES: usize = 512 << 20;

/// One state of the lake: the versions of its tables, the project that reads them, the release
/// whose values are shown.
#[derive(Clone)]
pub struct Snapshot {
    /// The project.
    pub project: Arc<Project>,
    /// The lake.
    pub storage: Storage,
    /// The release that is read; none for the head.
    pub release: Option<Release>,
    /// Whether the release is read with the project it was built with.
    pub has_own_project: bool,
    /// Bytes a query may hold before it spills to disk.
    pub memory_bytes: usize,
    tables: Arc<BTreeMap<TableName, u64>>,
    /// What each table holds, where the head or the release says so.
    states: Arc<BTreeMap<TableName, String>>,
    /// Release whose values `indicators.values` shows.
    values_release: Option<Arc<Release>>,
    /// Only submissions before this one are seen.
    before: Option<i64>,
    /// Only what sources released by this day is seen.
    vintage: Option<i32>,
    slice_states: Arc<OnceCell<SliceStates>>,
    row_fates: Arc<Mutex<BTreeMap<String, RowFates>>>,
    /// Who the session is opened for.
    tier: Tier,
    /// Today's project, where the state is read with another.
    today: Option<Arc<Project>>,
    /// Whether the values that are shown have been found to be those of the release.
    values_checked: Arc<OnceCell<()>>,
}

/// What names tables with their versions.
type Named = (BTreeMap<TableName, u64>, BTreeMap<TableName, String>);

impl Snapshot {
    fn new(project: Arc<Project>, storage: Storage, (tables, states): Named) -> Self {
        Self {
            project,
            storage,
            release: None,
            has_own_project: true,
            memory_bytes: DEFAULT_MEMORY_BYTES,
            tables: Arc::new(tables),
            states: Arc::new(states),
            values_release: None,
            before: None,
            vintage: None,
            slice_states: Arc::default(),
            row_fates: Arc::default(),
            tier: Tier::default(),
            today: None,
            values_checked: Arc::default(),
        }
    }

    /// The same state for somebody else.
    pub fn with_tier(self, tier: Tier) -> Self {
        Self { tier, ..self }
    }

    /// Whether it is for somebody who may know what is not published.
    pub fn shows_withheld(&self) -> bool {
        self.tier.sees_all_values()
    }

    /// Whether it is for somebody who is shown the cells of a dataset's files.
    pub fn shows_cells(&self, contract: &Contract) -> bool {
        self.tier.shows_cells(contract)
            && self.now(contract).is_none_or(|own| self.tier.shows_cells(own))
    }

    /// The one region whose rows are shown; none where all are, or none.
    pub fn region_of_rows(&self) -> Option<&str> {
        self.tier.region_of_rows()
    }

    /// Whether a dataset is in the restricted zone: by the contract of the state, or by today's.
    pub(super) fn is_restricted(&self, contract: &Contract) -> bool {
        contract.is_restricted() || self.now(contract).is_some_and(Contract::is_restricted)
    }

    /// Today's contract of a dataset, where the state is read with another project.
    fn now(&self, contract: &Contract) -> Option<&Contract> {
        self.today.as_ref()?.datasets.get(&contract.name).map(Arc::as_ref)
    }

    pub(super) fn tier(&self) -> &Tier {
        &self.tier
    }

    /// No table at all, for compiling rules.
    pub fn empty(project: Arc<Project>, storage: Storage) -> Self {
        Self::new(project, storage, Named::default())
    }

    /// The newest committed state, released or not.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn head(project: Arc<Project>, storage: Storage) -> Result<Self, LakeError> {
        let head = journal::head(&storage).await?;
        Self::at_head(project, storage, head).await
    }

    /// A committed state.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn at_head(
        project: Arc<Project>,
        storage: Storage,
        head: Head,
    ) -> Result<Self, LakeError> {
        let values_release = release::current(&storage).await?.map(Arc::new);
        Ok(Self { values_release, ..Self::new(project, storage, (head.tables, head.states)) })
    }

    /// The current release; the head where none was made.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn released(project: Arc<Project>, storage: Storage) -> Result<Self, LakeError> {
        match release::current(&storage).await? {
            Some(release) => Ok(Self::at_release(project, storage, release)),
            None => Self::head(project, storage).await,
        }
    }

    /// A release, read with a project of the caller's choice.
    pub fn at_release(project: Arc<Project>, storage: Storage, release: Release) -> Self {
        let tables = (release.tables.clone(), release.states.clone());
        Self {
            values_release: Some(Arc::new(release.clone())),
            release: Some(release),
            ..Self::new(project, storage, tables)
        }
    }

    /// A release by name or date, read with the contracts, codes and SQL it was built with. Where
    /// the lake does not hold them, today's are used and `has_own_project` is false.
    ///
    /// # Errors
    /// Where there is no such release.
    pub async fn as_of(
        today: &Arc<Project>,
        storage: Storage,
        as_of: &str,
    ) -> Result<Self, LakeError> {
        let release = release::find(&storage, as_of).await?;
        let own = release::project(&storage, &release, today).await?;
        let has_own_project = own.is_some();
        let project = own.unwrap_or_else(|| Arc::clone(today));
        let today = Some(Arc::clone(today));
        Ok(Self { has_own_project, today, ..Self::at_release(project, storage, release) })
    }

    /// Another release of the same lake, for the same reader.
    ///
    /// # Errors
    /// As [`Snapshot::as_of`].
    pub async fn other_release(&self, release_id: &str) -> Result<Self, LakeError> {
        let other = Self::as_of(&self.project, self.storage.clone(), release_id).await?;
        Ok(other.with_tier(self.tier.clone()).with_memory(self.memory_bytes))
    }

    /// The same state with another bound of memory.
    pub fn with_memory(self, memory_bytes: usize) -> Self {
        Self { memory_bytes, ..self }
    }

    /// The same state as it was before a submission came: its slices and those after it are not
    /// seen.
    pub(crate) fn before_submission(self, sequence: i64) -> Self {
        Self {
            before: Some(sequence),
            slice_states: Arc::default(),
            row_fates: Arc::default(),
            ..self
        }
    }

    /// The same state without what sources released after a day (days since 1970-01-01): what was
    /// known then, by their own dates.
    pub fn with_vintage(self, day: i32) -> Self {
        Self { vintage: Some(day), slice_states: Arc::default(), row_fates: Arc::default(), ..self }
    }

    /// The same state of the tables with the values of another release.
    pub fn with_values_of(self, release: Release) -> Self {
        Self { values_release: Some(Arc::new(release)), values_checked: Arc::default(), ..self }
    }

    /// The last day of release that is seen, where not all are.
    pub fn vintage(&self) -> Option<i32> {
        self.vintage
    }

    /// Whether the state has a table.
    pub fn has_table(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// The tables with their versions.
    pub fn tables(&self) -> &BTreeMap<TableName, u64> {
        &self.tables
    }

    /// The version of a table, and what it holds at it.
    pub(super) fn version(&self, table: &str) -> Option<(u64, Option<&str>)> {
        let state = self.states.get(table).map(String::as_str);
        self.tables.get(table).map(|version| (*version, state))
    }

    /// The release whose values are shown, where one was made.
    pub(super) fn shown_release(&self) -> Option<&Release> {
        self.values_release.as_deref()
    }

    pub(super) fn values_checked(&self) -> &OnceCell<()> {
        &self.values_checked
    }

    /// What the release whose values are shown withholds of them, where it withholds any.
    pub(super) fn withheld(&self) -> Option<&ReleasedDisclosure> {
        let release = self.values_release.as_deref()?;
        release.disclosure.as_ref().filter(|own| own.withheld > 0)
    }

    /// The release whose values are shown; empty where none was made.
    pub(super) fn values_release(&self) -> &str {
        self.values_release.as_ref().map(|release| release.id.as_str()).unwrap_or_default()
    }

    /// The condition on stored values to be those of the release that is shown.
    pub(super) fn released_values(&self) -> Expr {
        let Some(release) = &self.values_release else { return lit(false) };
        if release.indicators.is_empty() {
            return col("release_id").eq(lit(release.id.as_str()));
        }
        let mut by_release: BTreeMap<&str, Vec<Expr>> = BTreeMap::new();
        for (id, own) in &release.indicators {
            by_release.entry(&own.computed_in).or_default().push(lit(id.as_str()));
        }
        let of_release = |(id, indicators): (&str, Vec<Expr>)| {
            col("release_id").eq(lit(id)).and(col("indicator_id").in_list(indicators, false))
        };
        by_release.into_iter().map(of_release).reduce(Expr::or).unwrap_or_else(|| lit(false))
    }

    pub(super) fn before(&self) -> Option<i64> {
        self.before
    }

    pub(super) fn row_fates(&self) -> &Mutex<BTreeMap<String, RowFates>> {
        &self.row_fates
    }

    pub(super) fn slice_states(&self) -> &OnceCell<SliceStates> {
        &self.slice_states
    }
}
