//! The one engine: the only place that owns a DataFusion session. Everything that reads the lake asks it.
//!
//! Tables are opened when a query names them, at the versions of one release or of the head, so that a session costs nothing to start and
//! never shows a mix.

use crate::error::LakeError;
use crate::journal::Head;
use crate::ledger;
use crate::parameter::Param;
use crate::project::Project;
use crate::release::{self, Release};
use crate::storage::Storage;
use crate::tables;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, MemTable, SchemaProvider, TableProvider};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{LogicalPlanBuilder, ScalarUDF, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_plan::PhysicalExpr;
use datafusion::prelude::ident;
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};
use deltalake::delta_datafusion::planner::DeltaPlanner;
use koridor_contract::check::RowRules;
use koridor_contract::contract::Scope;
use koridor_contract::{Contract, Correction, FieldType};
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

/// Bytes a query may hold before it spills to disk.
pub const DEFAULT_MEMORY_BYTES: usize = 512 << 20;

/// Which state of the lake a session shows.
#[derive(Debug, Clone)]
pub enum At {
    /// The newest committed state, released or not.
    Head(Head),
    /// A release.
    Release(Box<Release>),
}

impl At {
    fn version(&self, table: &str) -> Option<u64> {
        let tables = match self {
            Self::Head(head) => &head.tables,
            Self::Release(release) => &release.tables,
        };
        tables.get(table).copied()
    }
}

/// A session on one state of the lake.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
}

impl Engine {
    /// Opens a session. Nothing is read until a query names a table.
    ///
    /// # Errors
    /// Where the session cannot be set up.
    pub fn open(project: Arc<Project>, storage: Storage, at: At, memory_bytes: usize) -> Result<Self, LakeError> {
        let config = SessionConfig::new()
            .with_information_schema(true)
            .with_default_catalog_and_schema("koridor", "core")
            .with_create_default_catalog_and_schema(false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(FairSpillPool::new(memory_bytes))).build_arc()?;
        runtime.register_object_store(storage.url(), storage.root_store());
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_query_planner(DeltaPlanner::new())
            .build();
        #[expect(clippy::disallowed_methods, reason = "this is the place that owns the session")]
        let context = SessionContext::new_with_state(state);
        context.register_udf(ScalarUDF::from(Param::new(&project)?));
        let catalog = Arc::new(LakeCatalog {
            lake: Arc::new(Lake {
                project,
                storage,
                at,
                session: context.state_weak_ref(),
                extra: RwLock::default(),
                has_attempts: Default::default(),
            }),
        });
        context.register_catalog("koridor", catalog);
        Ok(Self { context })
    }

    /// The same tables, read by one thread: what a query adds up, it adds in the same order each time.
    pub fn in_one_order(&self) -> Self {
        let state = self.context.state();
        let config = state.config().clone().with_target_partitions(1);
        let state = SessionStateBuilder::new_from_existing(state).with_config(config).build();
        #[expect(clippy::disallowed_methods, reason = "this is the place that owns the session")]
        let context = SessionContext::new_with_state(state);
        Self { context }
    }

    /// Runs a read-only statement.
    ///
    /// # Errors
    /// A statement that is wrong, names something unknown or would change anything.
    pub async fn query(&self, sql: &str) -> Result<DataFrame, LakeError> {
        let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        self.context.sql_with_options(sql, options).await.map_err(|error| self.with_hint(error))
    }

    /// Runs a read-only statement and collects its rows; texts are plain `Utf8` columns whatever the plan made of them.
    ///
    /// # Errors
    /// As [`Engine::query`].
    pub async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, LakeError> {
        let rows = self.query(sql).await?.collect().await?;
        rows.iter().map(plain_texts).collect()
    }

    /// Runs a read-only statement and gives its rows as they come.
    ///
    /// # Errors
    /// As [`Engine::query`].
    pub async fn stream(&self, sql: &str) -> Result<datafusion::execution::SendableRecordBatchStream, LakeError> {
        Ok(self.query(sql).await?.execute_stream().await?)
    }

    /// Makes rows readable as `work.<name>`, for statements that build on one another; a name such as `core.population` stands in for
    /// that table, which is how worked cases bring their own rows.
    ///
    /// # Errors
    /// Where the rows do not share a schema.
    pub fn put(&self, name: &str, schema: SchemaRef, rows: Vec<RecordBatch>) -> Result<(), LakeError> {
        let table = MemTable::try_new(schema, vec![rows])?;
        if let Some(catalog) = self.context.catalog("koridor")
            && let Some(catalog) = catalog.downcast_ref::<LakeCatalog>()
        {
            catalog.lake.extra.write().insert(name.to_owned(), Arc::new(table));
        }
        Ok(())
    }

    /// Compiles a contract's row rules.
    ///
    /// # Errors
    /// Where a rule is not SQL over the contract's fields.
    pub fn row_rules(&self, contract: &Contract) -> Result<Option<RowRules>, LakeError> {
        if contract.rules(Scope::Row).next().is_none() {
            return Ok(None);
        }
        let schema = koridor_contract::check::arrow_schema(contract);
        let fields = DFSchema::try_from(Schema::clone(&schema))?;
        let mut compiled = Vec::new();
        for (index, rule) in contract.koridor.rules.iter().enumerate().filter(|(_, rule)| rule.scope == Scope::Row) {
            let expression = self.expression(&rule.check, &fields).map_err(|error| koridor_contract::ContractError {
                file: format!("schemas/datasets/{}.json", contract.name),
                pointer: format!("/koridor/rules/{index}/check"),
                expected: "a SQL expression over the fields".into(),
                found: error.strip_backtrace(),
            })?;
            if expression.data_type(&schema)? != DataType::Boolean {
                return Err(koridor_contract::ContractError {
                    file: format!("schemas/datasets/{}.json", contract.name),
                    pointer: format!("/koridor/rules/{index}/check"),
                    expected: "an expression that is true or false".into(),
                    found: rule.check.clone(),
                }
                .into());
            }
            compiled.push(expression);
        }
        Ok(Some(Arc::new(move |rows: &RecordBatch| {
            compiled
                .iter()
                .map(|expression| {
                    let verdict = expression.evaluate(rows)?.into_array(rows.num_rows())?;
                    verdict
                        .as_boolean_opt()
                        .cloned()
                        .ok_or_else(|| arrow::error::ArrowError::SchemaError("a rule must be true or false".into()))
                })
                .collect::<Result<Vec<BooleanArray>, _>>()
        })))
    }

    /// Prepares a contract's rules over the rows of a file: given the accepted rows, one column a rule, in row order.
    ///
    /// # Errors
    /// Where a rule is not SQL over the contract's fields.
    pub async fn file_rules(&self, contract: &Contract) -> Result<Option<FileRules>, LakeError> {
        let checks: Vec<String> =
            contract.rules(Scope::File).enumerate().map(|(index, rule)| format!("({}) as rule_{index}", rule.check)).collect();
        if checks.is_empty() {
            return Ok(None);
        }
        let table = format!("file_{}", contract.name);
        let mut fields: Vec<Field> =
            koridor_contract::check::arrow_schema(contract).fields().iter().map(|field| Field::clone(field)).collect();
        fields.push(Field::new("row_order_", DataType::Int64, false));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let sql = format!("select {} from (select * from work.{table}) order by row_order_", checks.join(", "));
        self.put(&table, SchemaRef::clone(&schema), Vec::new())?;
        self.query(&sql).await.map_err(|error| LakeError::Project {
            file: format!("schemas/datasets/{}.json", contract.name),
            line: 0,
            message: format!("a rule with scope `file`: {error}"),
        })?;
        let engine = self.clone();
        Ok(Some(Arc::new(move |rows: &RecordBatch| {
            let mut columns = rows.columns().to_vec();
            columns.push(Arc::new(Int64Array::from_iter_values(0..rows.num_rows() as i64)));
            engine.put(&table, SchemaRef::clone(&schema), vec![RecordBatch::try_new(SchemaRef::clone(&schema), columns)?])?;
            let verdicts = tokio::runtime::Handle::current().block_on(engine.rows(&sql))?;
            engine.put(&table, SchemaRef::clone(&schema), Vec::new())?;
            let Some(first) = verdicts.first() else { return Ok(Vec::new()) };
            let verdicts = arrow::compute::concat_batches(&first.schema(), &verdicts)?;
            let columns = verdicts.columns().iter().map(|column| column.as_boolean_opt().cloned());
            columns.collect::<Option<Vec<_>>>().ok_or_else(|| LakeError::Internal("a rule must be true or false".into()))
        })))
    }

    /// Compiles one SQL expression over a contract's fields that gives a text a row.
    ///
    /// # Errors
    /// Where it is not SQL over the contract's fields.
    pub fn text_expression(&self, contract: &Contract, sql: &str) -> Result<TextExpression, LakeError> {
        let schema = koridor_contract::check::arrow_schema(contract);
        let fields = DFSchema::try_from(Schema::clone(&schema))?;
        if let Some(constant) = sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).filter(|text| !text.contains('\'')) {
            return Ok(TextExpression::Constant(constant.to_owned()));
        }
        let expression = self.expression(sql, &fields).map_err(|error| koridor_contract::ContractError {
            file: format!("schemas/datasets/{}.json", contract.name),
            pointer: "/koridor/theme".into(),
            expected: "a SQL expression over the fields".into(),
            found: error.strip_backtrace(),
        })?;
        Ok(TextExpression::Sql(Arc::new(move |rows: &RecordBatch| {
            let array = expression.evaluate(rows)?.into_array(rows.num_rows())?;
            arrow::compute::cast(&array, &DataType::Utf8).map(|array| array.as_string::<i32>().clone())
        })))
    }

    /// Plans one SQL expression over some fields; some functions exist only after simplification.
    fn expression(&self, sql: &str, fields: &DFSchema) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        let parsed = self.context.parse_sql_expr(sql, fields)?;
        let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(Arc::new(fields.clone())).build());
        let simple = simplifier.simplify(simplifier.coerce(parsed, fields)?)?;
        self.context.create_physical_expr(simple, fields)
    }

    /// Names of all tables as `schema.table`, for completion and hints.
    pub fn table_names(&self) -> Vec<String> {
        let Some(catalog) = self.context.catalog("koridor") else { return Vec::new() };
        let mut names = Vec::new();
        for schema in catalog.schema_names() {
            if let Some(tables) = catalog.schema(&schema) {
                names.extend(tables.table_names().into_iter().map(|table| format!("{schema}.{table}")));
            }
        }
        names
    }

    /// Adds the nearest table name to an error about an unknown one.
    fn with_hint(&self, error: DataFusionError) -> LakeError {
        let text = error.find_root().to_string();
        let Some(unknown) = text
            .split_once("table '")
            .and_then(|(_, rest)| rest.split_once("' not found"))
            .map(|(name, _)| name.trim_start_matches("koridor.").to_owned())
        else {
            return LakeError::Query(error);
        };
        let names = self.table_names();
        let hint =
            koridor_contract::codes::did_you_mean(&unknown, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
        let hint = hint.or_else(|| Some("`select * from information_schema.tables` lists the tables".to_owned()));
        LakeError::usage(format!("no table `{unknown}`"), hint)
    }
}

pub(crate) fn plain_texts(rows: &RecordBatch) -> Result<RecordBatch, LakeError> {
    let schema = rows.schema();
    let is_view = |field: &Field| matches!(field.data_type(), DataType::Utf8View | DataType::LargeUtf8);
    if !schema.fields().iter().any(|field| is_view(field)) {
        return Ok(rows.clone());
    }
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| if is_view(field) { Field::new(field.name(), DataType::Utf8, field.is_nullable()) } else { Field::clone(field) })
        .collect();
    let columns = rows
        .columns()
        .iter()
        .zip(&fields)
        .map(|(column, field)| arrow::compute::cast(column, field.data_type()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// A compiled SQL expression that gives a text a row.
pub enum TextExpression {
    /// The same text for each row.
    Constant(String),
    /// Evaluated on each batch.
    Sql(EvaluateText),
}

/// Evaluates a contract's rules over the accepted rows of a file: one column a rule. Blocks its thread.
pub type FileRules = Arc<dyn Fn(&RecordBatch) -> Result<Vec<BooleanArray>, LakeError> + Send + Sync>;

/// Evaluates a compiled expression on a batch.
pub type EvaluateText = Arc<dyn Fn(&RecordBatch) -> Result<StringArray, arrow::error::ArrowError> + Send + Sync>;

struct Lake {
    project: Arc<Project>,
    storage: Storage,
    at: At,
    session: Weak<RwLock<SessionState>>,
    extra: RwLock<BTreeMap<String, Arc<dyn TableProvider>>>,
    has_attempts: tokio::sync::Mutex<Option<bool>>,
}

impl std::fmt::Debug for Lake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lake").field("url", &self.storage.url().as_str()).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct LakeCatalog {
    lake: Arc<Lake>,
}

const SCHEMAS: [&str; 5] = ["core", "indicators", "ops", "ref", "silver"];

impl CatalogProvider for LakeCatalog {
    fn schema_names(&self) -> Vec<String> {
        SCHEMAS.map(str::to_owned).to_vec()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        let name = SCHEMAS.iter().chain([&"work"]).find(|known| **known == name)?;
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
        let project = &self.lake.project;
        let mut names: Vec<String> = match self.name {
            "silver" => project.datasets.keys().cloned().collect(),
            "core" => project.datasets.keys().cloned().collect(),
            "ref" => project
                .references
                .keys()
                .cloned()
                .chain(["scope", "period", "indicator_dataset", "correction"].map(str::to_owned))
                .collect(),
            "ops" => ["files", "quarantine", "slices", "checks", "current_slices", "runs", "releases", "waivers", "corrections"]
                .map(str::to_owned)
                .to_vec(),
            "indicators" => crate::indicators::ids(project).chain(["values".to_owned()]).collect(),
            _ => self.lake.extra.read().keys().cloned().collect(),
        };
        names.extend(self.views().map(|(name, _)| name));
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
        self.table_names().iter().any(|known| known == name)
    }
}

impl LakeSchema {
    /// Views of the project: `sql/views/<schema>.<view>.sql`.
    fn views(&self) -> impl Iterator<Item = (String, &str)> {
        self.lake.project.files_under("sql/views/", ".sql").filter_map(move |(path, text)| {
            let name = path.trim_start_matches("sql/views/").trim_end_matches(".sql").strip_prefix(self.name)?.strip_prefix('.')?;
            Some((name.to_owned(), text))
        })
    }

    async fn find(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, LakeError> {
        let project = &self.lake.project;
        if self.name != "work"
            && let Some(stand_in) = self.lake.extra.read().get(&format!("{}.{name}", self.name))
        {
            return Ok(Some(Arc::clone(stand_in)));
        }
        if let Some(sql) = self.views().find_map(|(view, sql)| (view == name).then(|| sql.to_owned())) {
            return self.view(&sql).await.map(Some);
        }
        match (self.name, name) {
            ("silver", _) => match project.datasets.get(name.trim_end_matches(ATTEMPTS)) {
                Some(contract) if name.ends_with(ATTEMPTS) || !self.has_attempts().await? => {
                    self.delta(&ledger::silver(&contract.name), ledger::silver_schema(contract)).await.map(Some)
                }
                Some(_) => self.view(&SILVER_VIEW.replace("{table}", &format!("{name}{ATTEMPTS}"))).await.map(Some),
                None => Ok(None),
            },
            ("core", _) => match project.datasets.get(name) {
                Some(contract) => self.view(&core_view(contract)).await.map(Some),
                None => Ok(None),
            },
            ("ref", "scope") => memory(scope(project)?),
            ("ref", "period") => memory(periods()?),
            ("ref", "indicator_dataset") => memory(indicator_datasets(project)?),
            ("ref", "correction") => memory(corrections(project)?),
            ("ref", _) => match project.references.get(name) {
                Some(reference) => memory(reference.rows.clone()),
                None => Ok(None),
            },
            ("ops", "files_log") => self.delta(ledger::FILES, ledger::files_schema()).await.map(Some),
            ("ops", "files") => self.view(FILES_VIEW).await.map(Some),
            ("ops", "superseded_attempts") => self.view(SUPERSEDED_VIEW).await.map(Some),
            ("ops", "quarantine_log") => self.delta(ledger::QUARANTINE, ledger::quarantine_schema()).await.map(Some),
            ("ops", "quarantine") => self.view(QUARANTINE_VIEW).await.map(Some),
            ("ops", "corrections_log") => self.delta(ledger::CORRECTIONS, ledger::corrections_schema()).await.map(Some),
            ("ops", "corrections") => self.view(CORRECTIONS_VIEW).await.map(Some),
            ("ops", "waivers") => self.delta(ledger::WAIVERS, ledger::waivers_schema()).await.map(Some),
            ("ops", "slices_log") => self.delta(ledger::SLICES, ledger::slices_schema()).await.map(Some),
            ("ops", "slices") => self.view(SLICES_VIEW).await.map(Some),
            ("ops", "current_slices") => self.view(CURRENT_SLICES_VIEW).await.map(Some),
            ("ops", "checks") => self.delta(ledger::CHECKS, ledger::checks_schema()).await.map(Some),
            ("ops", "runs") => memory(crate::run::runs_table(&self.lake.storage).await?),
            ("ops", "releases") => memory(release::releases_table(&self.lake.storage).await?),
            ("indicators", "all_releases") => self.delta(ledger::VALUES, ledger::values_schema()).await.map(Some),
            ("indicators", "values") => {
                let release = match &self.lake.at {
                    At::Release(release) => release.id.clone(),
                    At::Head(_) => release::current(&self.lake.storage).await?.map(|release| release.id).unwrap_or_default(),
                };
                self.view(&format!("select * from indicators.all_releases where release_id = '{release}'")).await.map(Some)
            }
            ("indicators", _) if crate::indicators::ids(project).any(|id| id == name) => {
                self.view(&format!("select * from indicators.values where indicator_id = '{name}'")).await.map(Some)
            }
            ("work", _) => Ok(self.lake.extra.read().get(name).cloned()),
            _ => Ok(None),
        }
    }

    /// Whether a file was read more than once: only then rows of an earlier reading must be left out.
    async fn has_attempts(&self) -> Result<bool, LakeError> {
        if self.lake.at.version(ledger::FILES).is_none() {
            return Ok(false);
        }
        let mut found = self.lake.has_attempts.lock().await;
        if let Some(found) = *found {
            return Ok(found);
        }
        let session = self.lake.session.upgrade().ok_or_else(|| LakeError::Internal("the session has ended".into()))?;
        let state = session.read().clone();
        let plan = state.create_logical_plan("select max(attempt) from ops.superseded_attempts").await?;
        let rows = DataFrame::new(state, plan).collect().await?;
        let has = rows.iter().any(|rows| rows.column(0).null_count() == 0);
        *found = Some(has);
        Ok(has)
    }

    async fn delta(&self, table: &str, schema: SchemaRef) -> Result<Arc<dyn TableProvider>, LakeError> {
        let opened = match self.lake.at.version(table) {
            Some(version) => tables::open(&self.lake.storage, table, Some(version)).await?,
            None => None,
        };
        let Some(opened) = opened else {
            return Ok(Arc::new(MemTable::try_new(schema, vec![Vec::new()])?));
        };
        let session = self.lake.session.upgrade().ok_or_else(|| LakeError::Internal("the session has ended".into()))?;
        let state = Arc::new(session.read().clone());
        let provider: Arc<dyn TableProvider> = Arc::new(opened.table_provider().with_session(state).build().await?);
        // A table that was written by an earlier program, or an earlier contract, lacks the columns that came since.
        let own = provider.schema();
        if schema.fields().iter().all(|field| own.column_with_name(field.name()).is_some()) {
            return Ok(provider);
        }
        let columns = schema.fields().iter().map(|field| match own.column_with_name(field.name()) {
            Some(_) => Ok(ident(field.name())),
            None if field.name() == "attempt" || field.name() == "src_attempt" => Ok(lit(0i64).alias(field.name())),
            None => Ok(lit(ScalarValue::try_from(field.data_type())?).alias(field.name())),
        });
        let columns = columns.collect::<datafusion::error::Result<Vec<_>>>()?;
        let plan = LogicalPlanBuilder::scan("stored", provider_as_source(provider), None)?.project(columns)?.build()?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }

    async fn view(&self, sql: &str) -> Result<Arc<dyn TableProvider>, LakeError> {
        let session = self.lake.session.upgrade().ok_or_else(|| LakeError::Internal("the session has ended".into()))?;
        let state = session.read().clone();
        let plan = state.create_logical_plan(sql).await?;
        Ok(Arc::new(ViewTable::new(plan, Some(sql.to_owned()))))
    }
}

fn memory(rows: RecordBatch) -> Result<Option<Arc<dyn TableProvider>>, LakeError> {
    Ok(Some(Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?)))
}

/// Ending of the table that holds the rows of every reading of a file.
const ATTEMPTS: &str = "_attempts";

/// The newest word on each file: one that was read again has more than one row in the log.
const FILES_VIEW: &str = "select * exclude (newest) from (
  select *, row_number() over (partition by sha256 order by attempt desc, sequence desc) as newest from ops.files_log
) where newest = 1";

/// Readings of files that a later one has taken the place of.
const SUPERSEDED_VIEW: &str = "select distinct sha256, attempt from (
  select sha256, attempt, max(attempt) over (partition by sha256) as newest from ops.files_log
) where attempt < newest";

/// The rows of the newest reading of each file.
const SILVER_VIEW: &str = "select s.* from silver.{table} s
left anti join ops.superseded_attempts a on a.sha256 = s.src_file_sha256 and a.attempt = s.src_attempt";

/// As [`SILVER_VIEW`], of slices.
const SLICES_VIEW: &str = "select s.* from ops.slices_log s
left anti join ops.superseded_attempts a on a.sha256 = s.sha256 and a.attempt = s.attempt";

/// As [`SILVER_VIEW`], of what became of corrections.
const CORRECTIONS_VIEW: &str = "select s.* exclude (attempt) from ops.corrections_log s
left anti join ops.superseded_attempts a on a.sha256 = s.sha256 and a.attempt = s.attempt";

/// Refused rows: `open` or `waived` where the newest reading of the file refuses them, `resolved` where an earlier one did.
const QUARANTINE_VIEW: &str = "
select q.* exclude (attempt, status, newest),
  case when q.attempt < f.attempt then 'resolved' when w.sha256 is not null then 'waived' else 'open' end as status,
  case when q.attempt < f.attempt then f.run_id end as resolved_by,
  w.waived_by, w.reason as waived_because
from (
  select *, row_number() over (partition by sha256, sheet, row_number, cell order by attempt desc) as newest from ops.quarantine_log
) q
join ops.files f on f.sha256 = q.sha256
left join (
  select sha256, sheet, row_number, coalesce(cell, '') as cell, max(waived_by) as waived_by, max(reason) as reason
  from ops.waivers group by sha256, sheet, row_number, coalesce(cell, '')
) w on w.sha256 = q.sha256 and w.sheet = q.sheet and w.row_number = q.row_number and w.cell = coalesce(q.cell, '')
where q.newest = 1";

/// For each slice the submission that speaks for it, and whether its source is the headline of theme, region and year.
const CURRENT_SLICES_VIEW: &str = "
with newest as (
  select *, first_value(sha256) over (
    partition by dataset, source_id, slice_region, period, period_type order by release_date desc, sequence desc, sha256
  ) as speaks
  from ops.slices
),
ranked as (
  select n.*, date_part('year', n.period) as year, coalesce(p.rank, 100) as rank
  from newest n
  left join ref.source_priority p
    on p.theme = split_part(n.theme, ':', 1) and p.source_id = n.source_id
    and (p.region_code = '*' or p.region_code = n.slice_region)
    and (p.year is null or p.year = date_part('year', n.period))
  where n.speaks = n.sha256
)
select dataset, source_id, slice_region, period, period_type, theme, release_date, sha256, max(rows) as rows,
  min(rank) as source_rank,
  source_id = first_value(source_id) over (partition by dataset, theme, slice_region, year order by min(rank), source_id) as is_headline
from ranked
group by dataset, source_id, slice_region, period, period_type, theme, release_date, sha256, year";

/// The current rows of a dataset: those of the submission that speaks for their slice.
fn core_view(contract: &Contract) -> String {
    let own = |prefix: &str| contract.fields.iter().map(|field| format!("{prefix}{}", field.name)).collect::<Vec<_>>().join(", ");
    let slice = contract.koridor.slice.as_ref();
    let region = slice.map(|slice| slice.region.clone()).unwrap_or_default();
    format!(
        "select {}, s.qc_flags, s.src_file_sha256, s.src_sheet, s.src_row, s.ingested_at, c.is_headline
         from (select *, {} as slice_period, {} as slice_theme from silver.{}) s
         join ops.current_slices c
           on c.dataset = '{}' and c.sha256 = s.src_file_sha256 and c.source_id = s.source_id and c.slice_region = s.{region}
          and c.period = s.slice_period and c.period_type = s.period_type and c.theme = s.slice_theme",
        own("s."),
        slice_period_sql(contract),
        contract.koridor.theme,
        contract.name,
        contract.name,
    )
}

/// The rows of a dataset that were current before a submission came, as a subquery.
pub(crate) fn core_before(contract: &Contract, sequence: i64) -> String {
    let region = contract.koridor.slice.as_ref().map(|slice| slice.region.clone()).unwrap_or_default();
    format!(
        "(select s.* from (select *, {} as slice_period from silver.{name}) s
          join (select distinct sha256, source_id, slice_region, period, period_type from (
            select *, first_value(sha256) over (
              partition by source_id, slice_region, period, period_type order by release_date desc, sequence desc, sha256
            ) as speaks
            from ops.slices where dataset = '{name}' and sequence < {sequence}
          ) where speaks = sha256) c
            on c.sha256 = s.src_file_sha256 and c.source_id = s.source_id and c.slice_region = s.{region}
           and c.period = s.slice_period and c.period_type = s.period_type)",
        slice_period_sql(contract),
        name = contract.name,
    )
}

/// The first day of the period that a row's slice speaks of, as SQL. A register's slice has no period.
fn slice_period_sql(contract: &Contract) -> String {
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
    let field = period.and_then(|name| contract.fields.iter().find(|field| &field.name == name));
    match field {
        None => "date '1900-01-01'".to_owned(),
        Some(field) if field.field_type == FieldType::Year => format!("make_date({}, 1, 1)", field.name),
        Some(field) if field.koridor.month => field.name.clone(),
        Some(field) => format!("cast(date_trunc('month', {}) as date)", field.name),
    }
}

/// `ref.scope`: each regency maps to itself and to the corridor.
fn scope(project: &Project) -> Result<RecordBatch, LakeError> {
    let regions = &project.corridor.regions;
    let names = |code: &String| project.codes.get("region").and_then(|list| list.attribute(code, "name")).unwrap_or(code).to_owned();
    let scopes: Vec<(String, String, String, i64)> = regions
        .iter()
        .enumerate()
        .flat_map(|(order, code)| {
            [
                (code.clone(), code.clone(), names(code), order as i64),
                ("CORR".to_owned(), code.clone(), project.corridor.title.clone(), regions.len() as i64),
            ]
        })
        .collect();
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let schema =
        Schema::new(vec![text("scope_code"), text("region_code"), text("scope_name"), Field::new("scope_order", DataType::Int64, false)]);
    let column = |pick: fn(&(String, String, String, i64)) -> &String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(scopes.iter().map(pick)))
    };
    let orders: ArrayRef = Arc::new(Int64Array::from_iter_values(scopes.iter().map(|scope| scope.3)));
    Ok(RecordBatch::try_new(Arc::new(schema), vec![column(|s| &s.0), column(|s| &s.1), column(|s| &s.2), orders])?)
}

/// `ref.indicator_dataset`: which datasets an indicator comes from.
fn indicator_datasets(project: &Project) -> Result<RecordBatch, LakeError> {
    let indicators = crate::indicators::load(project)?;
    let pairs: Vec<(&str, &str)> = indicators
        .iter()
        .flat_map(|indicator| indicator.card.datasets.iter().map(|dataset| (indicator.card.id.as_str(), dataset.as_str())))
        .collect();
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(pairs.iter().map(|pair| pair.0))),
        Arc::new(StringArray::from_iter_values(pairs.iter().map(|pair| pair.1))),
    ];
    Ok(RecordBatch::try_new(Arc::new(Schema::new(vec![text("indicator_id"), text("dataset")])), columns)?)
}

/// `ref.correction`: the project's corrections, used or not.
fn corrections(project: &Project) -> Result<RecordBatch, LakeError> {
    let all = &project.corrections;
    let names = ["correction", "dataset", "key", "field", "expected", "value", "reason", "source", "corrected_by", "until"];
    let schema = Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec());
    let text = |pick: &dyn Fn(&Correction) -> Option<String>| -> ArrayRef { Arc::new(StringArray::from_iter(all.iter().map(pick))) };
    let columns: Vec<ArrayRef> = vec![
        text(&|own| Some(own.id.clone())),
        text(&|own| Some(own.dataset.clone())),
        text(&|own| Some(own.key.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(";"))),
        text(&|own| Some(own.field.clone())),
        text(&|own| Some(own.expected.clone())),
        text(&|own| own.value.clone()),
        text(&|own| Some(own.reason.clone())),
        text(&|own| Some(own.source.clone())),
        text(&|own| Some(own.by.clone())),
        text(&|own| own.until.and_then(koridor_contract::date::from_days).map(|day| day.to_string())),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}

/// `ref.period`: each month, quarter and year, and the longer periods it belongs to, with how many of it they hold.
fn periods() -> Result<RecordBatch, LakeError> {
    let mut rows: Vec<(&str, i32, &str, i32, i64, bool)> = Vec::new();
    let day = |year: i32, month: u32| koridor_contract::date::civil(year, month, 1).unwrap_or_default();
    for year in 1990..=2060 {
        rows.push(("Y", day(year, 1), "Y", day(year, 1), 1, true));
        for quarter in 0..4u32 {
            let first = day(year, quarter * 3 + 1);
            rows.push(("Q", first, "Q", first, 1, true));
            rows.push(("Q", first, "Y", day(year, 1), 4, quarter == 3));
        }
        for month in 1..=12u32 {
            let first = day(year, month);
            rows.push(("M", first, "M", first, 1, true));
            rows.push(("M", first, "Q", day(year, (month - 1) / 3 * 3 + 1), 3, month % 3 == 0));
            rows.push(("M", first, "Y", day(year, 1), 12, month == 12));
        }
    }
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let date = |name: &str| Field::new(name, DataType::Date32, false);
    let schema = Schema::new(vec![
        text("from_grain"),
        date("from_period"),
        text("grain"),
        date("period"),
        Field::new("expected", DataType::Int64, false),
        Field::new("is_last", DataType::Boolean, false),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.1))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.2))),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.3))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.4))),
        Arc::new(BooleanArray::from_iter(rows.iter().map(|row| Some(row.5)))),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}
