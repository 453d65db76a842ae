//! The schemas of a session: tables are opened when a query names them, at the versions of one
//! snapshot, so that a session costs nothing to start and never shows a mix.

use super::barrier::Barrier;
use super::core::{self, AS_LOADED, ATTEMPTS, LINEAGE};
use super::information_schema::CommentedInformationSchema;
use super::masking::masked;
use super::plans::{memory, newest_of_keys, plain, scan, union, union_plans};
use super::reference;
use super::refusals;
use super::released_values::{self, VALUE_KEY};
use super::row_fates::RowFates;
use super::slice_states::{DatasetSlices, SliceIn, SliceStates};
use super::snapshot::Snapshot;
use super::stored::{SLICE_ID, StoredTables, is_outside};
use super::texts::plain_texts;
use crate::error::LakeError;
use crate::ledger::report;
use crate::ledger::{self, STORED_TABLES, StoredTable};
use crate::store::access;
use crate::store::erased;
use crate::store::release;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, MemTable, SchemaProvider, TableProvider};
use datafusion::common::{JoinType, ParamValues, ScalarValue};
use datafusion::datasource::ViewTable;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, col, lit};
use datafusion::prelude::DataFrame;
use koridor_contract::{Contract, card};
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

/// Schemas that a reader is shown.
const SCHEMAS: [&str; 5] = ["core", "indicators", "ops", "ref", "silver"];

/// The schema of rows that stand in for tables, or that statements build on.
const WORK: &str = "work";

/// Tables of `ops` that are made of documents.
const DOCUMENTS: [&str; 5] = ["access", "erasures", "release_indicators", "releases", "runs"];

/// Sources side by side, by which numbers are judged.
const JUDGED_BY: &str = "ops.disagreements";

/// Values of a release with what it withholds.
const FULL_VALUES: &str = "full_values";

/// What the tables of a session are read from.
pub(super) struct Lake {
    pub(super) snapshot: Snapshot,
    /// Rows that statements build on, and those that stand in for a table or view.
    pub(super) extra: RwLock<BTreeMap<String, Arc<dyn TableProvider>>>,
    session: Weak<RwLock<SessionState>>,
    stored: StoredTables,
}

impl Lake {
    pub(super) fn new(snapshot: Snapshot, session: Weak<RwLock<SessionState>>) -> Self {
        Self { snapshot, session, extra: RwLock::default(), stored: StoredTables::default() }
    }

    fn session(&self) -> Result<SessionState, LakeError> {
        let session = self.session.upgrade();
        let session = session.ok_or_else(|| LakeError::Internal("the session has ended".into()))?;
        let state = session.read().clone();
        Ok(state)
    }
}

impl std::fmt::Debug for Lake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.snapshot.storage.url().as_str();
        formatter.debug_struct("Lake").field("url", &url).finish_non_exhaustive()
    }
}

/// The one catalog of a session.
#[derive(Debug)]
pub(super) struct LakeCatalog {
    pub(super) lake: Arc<Lake>,
}

impl CatalogProvider for LakeCatalog {
    fn schema_names(&self) -> Vec<String> {
        SCHEMAS.map(str::to_owned).to_vec()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        if name == "information_schema" {
            let session = self.lake.session().ok()?;
            let catalogs = Arc::clone(session.catalog_list());
            let project = Arc::clone(&self.lake.snapshot.project);
            return Some(Arc::new(CommentedInformationSchema::new(catalogs, project)));
        }
        let name = SCHEMAS.iter().chain([&WORK]).find(|own| **own == name)?;
        Some(Arc::new(LakeSchema { name, lake: Arc::clone(&self.lake) }))
    }
}

#[derive(Debug)]
struct LakeSchema {
    name: &'static str,
    lake: Arc<Lake>,
}

#[async_trait]
impl SchemaProvider for LakeSchema {
    fn table_names(&self) -> Vec<String> {
        let project = &self.lake.snapshot.project;
        let stored = STORED_TABLES.iter().filter(|own| own.is_listed);
        let stored = stored.filter(|own| own.schema_name == self.name);
        let mut names: Vec<String> = stored.map(|own| own.name.to_owned()).collect();
        match self.name {
            "silver" | "core" => names.extend(project.datasets.keys().cloned()),
            "ref" => {
                names.extend(project.references.keys().cloned());
                names.extend(reference::TABLES.iter().map(|(name, _)| (*name).to_owned()));
            }
            "ops" => names.extend(DOCUMENTS.map(str::to_owned)),
            "indicators" => {
                names.extend(card::ids(project));
                names.extend(["values", FULL_VALUES].map(str::to_owned));
            }
            _ => names.extend(self.lake.extra.read().keys().cloned()),
        }
        names.extend(self.views().map(|(name, _)| name));
        names.retain(|name| !name.ends_with("superseded_attempts"));
        names.sort();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> datafusion::error::Result<Option<Arc<dyn TableProvider>>> {
        self.find(name).await.map_err(|error| match error {
            LakeError::Query(error) => error,
            other => DataFusionError::External(Box::new(other)),
        })
    }

    fn table_exist(&self, name: &str) -> bool {
        self.table_names().iter().any(|own| own == name)
    }
}

type TableResult = Result<Arc<dyn TableProvider>, LakeError>;
type Found = Result<Option<Arc<dyn TableProvider>>, LakeError>;

impl LakeSchema {
    /// Views of the project: `sql/views/<schema>.<view>.sql`.
    fn views(&self) -> impl Iterator<Item = (String, &str)> {
        let files = self.lake.snapshot.project.files_under("sql/views/", ".sql");
        files.filter_map(move |(path, text)| {
            let name = path.trim_start_matches("sql/views/").trim_end_matches(".sql");
            Some((name.strip_prefix(self.name)?.strip_prefix('.')?.to_owned(), text))
        })
    }

    async fn find(&self, name: &str) -> Found {
        if self.name == WORK {
            return Ok(self.lake.extra.read().get(name).cloned());
        }
        let stand_in = format!("{}.{name}", self.name);
        if let Some(rows) = self.lake.extra.read().get(&stand_in) {
            return Ok(Some(Arc::clone(rows)));
        }
        let view = self.views().find_map(|(view, sql)| (view == name).then(|| sql.to_owned()));
        if let Some(sql) = view {
            let view = self.view(&sql).await?;
            // For others a number is judged by what is published alone.
            let is_judge = stand_in == JUDGED_BY && self.lake.snapshot.tier().is_for_others();
            return match is_judge {
                true => self.only_published(view).await.map(Some),
                false => Ok(Some(view)),
            };
        }
        let is_own = |own: &&StoredTable| own.schema_name == self.name && own.name == name;
        if let Some(own) = STORED_TABLES.iter().find(is_own) {
            return self.stored(own).await.map(Some);
        }
        match self.name {
            "silver" => self.silver(name).await,
            "core" => self.core(name).await,
            "ref" => self.reference(name),
            "ops" => self.documents(name).await,
            "indicators" => self.indicator(name).await,
            _ => Ok(None),
        }
    }

    /// A table of the ledger. Of a state before a submission its slices and those after it are not
    /// seen, and of one with a vintage none that were released later.
    async fn stored(&self, own: &StoredTable) -> Result<Arc<dyn TableProvider>, LakeError> {
        let provider = self.delta(own.folder, (own.schema)(), None).await?;
        let snapshot = &self.lake.snapshot;
        if own.folder == ledger::QUARANTINE {
            let columns = refusals::shown(snapshot, &provider.schema())?;
            let plan = scan(provider)?.project(columns)?.build()?;
            return Ok(Arc::new(ViewTable::new(plan, None)));
        }
        let is_slices = own.name == "slices_log";
        let mut conditions = Vec::new();
        if let Some(sequence) = snapshot.before()
            && (is_slices || own.name == "superseded_rows_log")
        {
            conditions.push(col("sequence").lt(lit(sequence)));
        }
        if let Some(day) = snapshot.vintage().filter(|_| is_slices) {
            conditions.push(col("release_date").lt_eq(lit(ScalarValue::Date32(Some(day)))));
        }
        let Some(is_seen) = conditions.into_iter().reduce(Expr::and) else { return Ok(provider) };
        let plan = scan(provider)?.filter(is_seen)?.build()?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }

    /// Accepted rows of a dataset, of the newest reading of each file; `<dataset>_attempts` has
    /// all.
    async fn silver(&self, name: &str) -> Found {
        let datasets = &self.lake.snapshot.project.datasets;
        let Some(contract) = datasets.get(name.trim_end_matches(ATTEMPTS)) else { return Ok(None) };
        let (folder, schema) = (ledger::silver(&contract.name), ledger::silver_schema(contract));
        if name.ends_with(ATTEMPTS) {
            return self.delta(&folder, schema, None).await.map(Some);
        }
        let states = self.slices(&contract.name).await?;
        if states.reread.is_empty() && !states.has_unnumbered {
            return self.delta(&folder, schema, None).await.map(Some);
        }
        let reread = DatasetSlices {
            superseded: states.reread.clone(),
            has_unnumbered: states.has_unnumbered,
            ..DatasetSlices::default()
        };
        let mut branches = self.without(contract, &reread).await?;
        if states.has_unnumbered {
            branches.push(self.plan(&core::unnumbered_silver(&contract.name)).await?);
        }
        union(branches, &schema).map(Some)
    }

    /// Current rows of a dataset: silver without what is superseded.
    async fn core(&self, name: &str) -> Found {
        let project = &self.lake.snapshot.project;
        let Some(contract) = project.datasets.get(name.trim_end_matches(AS_LOADED)) else {
            return Ok(None);
        };
        let fields = project.year_to_date_fields(contract);
        if !name.ends_with(AS_LOADED)
            && let Some(sql) = core::months_of_year_to_date(contract, &fields)
        {
            return self.view(&sql).await.map(Some);
        }
        let states = self.slices(&contract.name).await?;
        let mut numbered = self.without(contract, &states).await?;
        if self.lake.snapshot.vintage().is_some() && !numbered.is_empty() {
            numbered = vec![newest_of_keys(contract, numbered)?];
        }
        let is_headline = SliceIn::function("is_headline_slice", states.headline.clone());
        let columns: Vec<Expr> = contract
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .chain(LINEAGE)
            .map(|name| match name {
                "is_headline" => is_headline.call(vec![col(SLICE_ID)]).alias(name),
                _ => datafusion::prelude::ident(name),
            })
            .collect();
        let project_columns = |plan: LogicalPlan| -> Result<LogicalPlan, LakeError> {
            Ok(LogicalPlanBuilder::from(plan).project(columns.clone())?.build()?)
        };
        let mut branches =
            numbered.into_iter().map(project_columns).collect::<Result<Vec<_>, _>>()?;
        if states.has_unnumbered {
            branches.push(self.plan(&core::unnumbered_core(contract)).await?);
        }
        if branches.is_empty() {
            let empty =
                MemTable::try_new(plain(&ledger::silver_schema(contract)), vec![Vec::new()])?;
            branches.push(project_columns(scan(Arc::new(empty))?.build()?)?);
        }
        union_plans(branches).map(Some)
    }

    /// Numbered rows of a dataset that count: files of which all do are read as they are, those of
    /// which none does not at all.
    async fn without(
        &self,
        contract: &Contract,
        slices: &DatasetSlices,
    ) -> Result<Vec<LogicalPlan>, LakeError> {
        let (folder, schema) = (ledger::silver(&contract.name), ledger::silver_schema(contract));
        let (set, touched) = (&slices.superseded, &slices.touched);
        let numbered = |plan: LogicalPlanBuilder| match slices.has_unnumbered {
            true => plan.filter(col(SLICE_ID).is_not_null()),
            false => Ok(plan),
        };
        if set.is_empty() && touched.is_empty() {
            let all = scan(self.delta(&folder, schema, None).await?)?;
            return Ok(vec![numbered(all)?.build()?]);
        }
        let snapshot = &self.lake.snapshot;
        let files = self.lake.stored.files_by_cover(snapshot, &folder, (set, touched)).await?;
        let mut branches = Vec::new();
        if !files.clean.is_empty() {
            let clean = self.delta(&folder, Arc::clone(&schema), Some(files.clean)).await?;
            branches.push(numbered(scan(clean)?)?.build()?);
        }
        if !files.mixed.is_empty() {
            let mixed = self.delta(&folder, Arc::clone(&schema), Some(files.mixed)).await?;
            branches.push(numbered(scan(mixed)?)?.filter(is_outside(set))?.build()?);
        }
        if !files.touched.is_empty() {
            let touched = scan(self.delta(&folder, schema, Some(files.touched)).await?)?;
            let current = numbered(touched)?.filter(is_outside(set))?;
            branches.push(self.row_fates(contract).await?.apply(contract, current)?);
        }
        Ok(branches)
    }

    /// Rows of a dataset that stopped counting one by one, read once for the snapshot.
    async fn row_fates(&self, contract: &Contract) -> Result<RowFates, LakeError> {
        let snapshot = &self.lake.snapshot;
        let mut known = snapshot.row_fates().lock().await;
        if let Some(fates) = known.get(&contract.name) {
            return Ok(fates.clone());
        }
        let sql = snapshot.project.query("superseded_rows_of_dataset")?;
        let frame = DataFrame::new(self.lake.session()?, self.plan(sql).await?);
        let dataset = [("dataset".to_owned(), ScalarValue::from(contract.name.as_str()).into())];
        let frame = frame.with_param_values(ParamValues::Map(dataset.into()))?;
        let rows = frame.collect().await?;
        let rows = rows.iter().map(plain_texts).collect::<Result<Vec<_>, _>>()?;
        let fates = RowFates::of(&contract.name, &rows)?;
        known.insert(contract.name.clone(), fates.clone());
        Ok(fates)
    }

    fn reference(&self, name: &str) -> Found {
        let project = &self.lake.snapshot.project;
        if let Some((_, rows)) = reference::TABLES.iter().find(|(own, _)| *own == name) {
            return memory(rows(project)?).map(Some);
        }
        match project.references.get(name) {
            Some(reference) => memory(reference.rows.clone()).map(Some),
            None => Ok(None),
        }
    }

    /// Tables that are made of the lake's documents.
    async fn documents(&self, name: &str) -> Found {
        let storage = &self.lake.snapshot.storage;
        match name {
            "runs" => memory(report::runs_table(storage).await?).map(Some),
            "access" => memory(access::access_table(storage).await?).map(Some),
            "erasures" => memory(erased::erasures_table(storage).await?).map(Some),
            "releases" => memory(release::releases_table(storage).await?).map(Some),
            "release_indicators" => {
                memory(release::release_indicators_table(storage).await?).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// `values` of the release that is shown as it publishes them, those of one indicator, and all
    /// of them with what is withheld.
    async fn indicator(&self, name: &str) -> Found {
        let snapshot = &self.lake.snapshot;
        let own = if name == "values" || name == FULL_VALUES {
            None
        } else if card::ids(&snapshot.project).any(|id| id == name) {
            Some(col("indicator_id").eq(lit(name)))
        } else {
            return Ok(None);
        };
        let schema = ledger::values_schema();
        let values = self.delta(ledger::VALUES, Arc::clone(&schema), None).await?;
        self.check_values(Arc::clone(&values)).await?;
        let is_full = name == FULL_VALUES || snapshot.tier().sees_all_values();
        if let Some(withheld) = snapshot.withheld().filter(|_| !is_full) {
            return self.published(&withheld.decided_in, own).await.map(Some);
        }
        let is_shown = own.into_iter().fold(snapshot.released_values(), Expr::and);
        // A value that was computed for an earlier release is one of this release too.
        let columns = schema.fields().iter().map(|field| match field.name().as_str() {
            "release_id" => lit(snapshot.values_release()).alias("release_id"),
            name => col(name),
        });
        let plan = scan(values)?.filter(is_shown)?.project(columns)?.build()?;
        Ok(Some(Arc::new(ViewTable::new(plan, None))))
    }

    /// Values without what their release withholds.
    async fn published(
        &self,
        decided_in: &str,
        own: Option<Expr>,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let sql = self.lake.snapshot.project.query("published_values")?;
        let frame = DataFrame::new(self.lake.session()?, self.plan(sql).await?);
        let parameter = [("decided_in".to_owned(), ScalarValue::from(decided_in).into())];
        let frame = frame.with_param_values(ParamValues::Map(parameter.into()))?;
        let own = own.unwrap_or_else(|| lit(true));
        let schema = ledger::values_schema();
        let published = masked(frame.into_unoptimized_plan())?;
        let Some(region) = self.lake.snapshot.tier().own_region() else {
            let published = LogicalPlanBuilder::from(published).filter(own)?.build()?;
            return union(vec![published], &schema);
        };
        let is_own = col("region_code").eq(lit(region));
        let others = LogicalPlanBuilder::from(published);
        let others =
            others.filter(own.clone().and(Expr::Not(Box::new(is_own.clone()))))?.build()?;
        let full = self.plan("select * from indicators.full_values").await?;
        let detail = LogicalPlanBuilder::from(full).filter(own.and(is_own))?.build()?;
        let detail = scan(Barrier::table(detail))?.build()?;
        union(vec![others, detail], &schema)
    }

    /// That the values are those of the release that is shown, found out once for the snapshot.
    async fn check_values(&self, values: Arc<dyn TableProvider>) -> Result<(), LakeError> {
        let snapshot = &self.lake.snapshot;
        let Some(release) = snapshot.shown_release() else { return Ok(()) };
        let checked = snapshot.values_checked().get_or_try_init(async || {
            let shown = scan(values)?.filter(snapshot.released_values())?;
            let keys = shown.project(VALUE_KEY.map(col))?.build()?;
            let rows = DataFrame::new(self.lake.session()?, keys).collect().await?;
            let rows = rows.iter().map(plain_texts).collect::<Result<Vec<_>, _>>()?;
            released_values::check(release, &rows)?;
            let Some(own) = snapshot.withheld() else { return Ok(()) };
            let log = self.delta(ledger::DISCLOSURE, ledger::disclosure_schema(), None).await?;
            let is_own = col("release_id").eq(lit(own.decided_in.as_str()));
            let rows = scan(log)?.filter(is_own)?.build()?;
            let found = DataFrame::new(self.lake.session()?, rows).count().await?;
            released_values::check_withheld(release, own.withheld, found as u64)
        });
        checked.await.copied()
    }

    /// The states of a dataset's slices, worked out once for the snapshot.
    async fn slices(&self, dataset: &str) -> Result<DatasetSlices, LakeError> {
        let snapshot = &self.lake.snapshot;
        if !snapshot.has_table(ledger::SLICES) {
            return Ok(DatasetSlices::default());
        }
        let states = snapshot.slice_states().get_or_try_init(async || {
            let sql = snapshot.project.query("slice_states")?;
            let frame = DataFrame::new(self.lake.session()?, self.plan(sql).await?);
            let rows = frame.collect().await?;
            let rows = rows.iter().map(plain_texts).collect::<Result<Vec<_>, _>>()?;
            SliceStates::of(&rows)
        });
        Ok(states.await?.of_dataset(dataset))
    }

    async fn delta(
        &self,
        folder: &str,
        schema: SchemaRef,
        files: Option<Vec<String>>,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let session = self.lake.session()?;
        let table = (folder, plain(&schema));
        self.lake.stored.provider(&self.lake.snapshot, session, table, files).await
    }

    /// Figures of measures that a contract publishes.
    async fn only_published(&self, figures: Arc<dyn TableProvider>) -> TableResult {
        let open = self.plan("select dataset, measure from ops.open_measures").await?;
        let key = vec!["dataset", "measure"];
        let plan = scan(figures)?.join(open, JoinType::LeftSemi, (key.clone(), key), None)?;
        Ok(Arc::new(ViewTable::new(plan.build()?, None)))
    }

    async fn plan(&self, sql: &str) -> Result<LogicalPlan, LakeError> {
        // Planning one view inside another is deep: on the heap.
        let session = self.lake.session()?;
        Ok(Box::pin(session.create_logical_plan(sql)).await?)
    }

    async fn view(&self, sql: &str) -> Result<Arc<dyn TableProvider>, LakeError> {
        let plan = masked(self.plan(sql).await?)?;
        Ok(Arc::new(ViewTable::new(plan, Some(sql.to_owned()))))
    }
}
