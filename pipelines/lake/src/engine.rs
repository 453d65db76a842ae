//! The one engine: the only place that owns a DataFusion session. Everything that reads the lake asks it.
//!
//! Tables are opened when a query names them, at the versions of one release or of the head, so that a session costs nothing to start and
//! never shows a mix.

use crate::error::LakeError;
use crate::journal::Head;
use crate::ledger;
use crate::parameter::Param;
use crate::project::Project;
use crate::reference;
use crate::release::{self, Release};
use crate::storage::Storage;
use crate::tables;
use crate::views;
use arrow::array::{Array, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
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
use koridor_contract::Contract;
use koridor_contract::check::RowRules;
use koridor_contract::contract::Scope;
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
    pub fn open(
        project: Arc<Project>,
        storage: Storage,
        at: At,
        memory_bytes: usize,
    ) -> Result<Self, LakeError> {
        let config = SessionConfig::new()
            .with_information_schema(true)
            .with_default_catalog_and_schema("koridor", "core")
            .with_create_default_catalog_and_schema(false)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(memory_bytes)))
            .build_arc()?;
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
        let options = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
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
    pub async fn stream(
        &self,
        sql: &str,
    ) -> Result<datafusion::execution::SendableRecordBatchStream, LakeError> {
        Ok(self.query(sql).await?.execute_stream().await?)
    }

    /// Makes rows readable as `work.<name>`, for statements that build on one another; a name such as `core.population` stands in for
    /// that table, which is how worked cases bring their own rows.
    ///
    /// # Errors
    /// Where the rows do not share a schema.
    pub fn put(
        &self,
        name: &str,
        schema: SchemaRef,
        rows: Vec<RecordBatch>,
    ) -> Result<(), LakeError> {
        let table = MemTable::try_new(schema, vec![rows])?;
        if let Some(catalog) = self.context.catalog("koridor")
            && let Some(catalog) = catalog.downcast_ref::<LakeCatalog>()
        {
            catalog.lake.extra.write().insert(name.to_owned(), Arc::new(table));
        }
        Ok(())
    }

    /// Whether rows stand in for a table or view ([`Engine::put`]).
    pub(crate) fn is_put(&self, name: &str) -> bool {
        let catalog = self.context.catalog("koridor");
        catalog.is_some_and(|catalog| {
            catalog
                .downcast_ref::<LakeCatalog>()
                .is_some_and(|own| own.lake.extra.read().contains_key(name))
        })
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
        for (index, rule) in
            contract.koridor.rules.iter().enumerate().filter(|(_, rule)| rule.scope == Scope::Row)
        {
            let expression = self.expression(&rule.check, &fields).map_err(|error| {
                koridor_contract::ContractError {
                    file: format!("schemas/datasets/{}.json", contract.name),
                    pointer: format!("/koridor/rules/{index}/check"),
                    expected: "a SQL expression over the fields".into(),
                    found: error.strip_backtrace(),
                }
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
                    verdict.as_boolean_opt().cloned().ok_or_else(|| {
                        arrow::error::ArrowError::SchemaError("a rule must be true or false".into())
                    })
                })
                .collect::<Result<Vec<BooleanArray>, _>>()
        })))
    }

    /// Prepares a contract's rules over the rows of a file: given the accepted rows, one column a rule, in row order.
    ///
    /// # Errors
    /// Where a rule is not SQL over the contract's fields.
    pub async fn file_rules(&self, contract: &Contract) -> Result<Option<FileRules>, LakeError> {
        let checks: Vec<String> = contract
            .rules(Scope::File)
            .enumerate()
            .map(|(index, rule)| format!("({}) as rule_{index}", rule.check))
            .collect();
        if checks.is_empty() {
            return Ok(None);
        }
        let table = format!("file_{}", contract.name);
        let mut fields: Vec<Field> = koridor_contract::check::arrow_schema(contract)
            .fields()
            .iter()
            .map(|field| Field::clone(field))
            .collect();
        fields.push(Field::new("row_order_", DataType::Int64, false));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let sql = format!(
            "select {} from (select * from work.{table}) order by row_order_",
            checks.join(", ")
        );
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
            engine.put(
                &table,
                SchemaRef::clone(&schema),
                vec![RecordBatch::try_new(SchemaRef::clone(&schema), columns)?],
            )?;
            let verdicts = tokio::runtime::Handle::current().block_on(engine.rows(&sql))?;
            engine.put(&table, SchemaRef::clone(&schema), Vec::new())?;
            let Some(first) = verdicts.first() else { return Ok(Vec::new()) };
            let verdicts = arrow::compute::concat_batches(&first.schema(), &verdicts)?;
            let columns = verdicts.columns().iter().map(|column| column.as_boolean_opt().cloned());
            columns
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| LakeError::Internal("a rule must be true or false".into()))
        })))
    }

    /// Compiles one SQL expression over a contract's fields that gives a text a row.
    ///
    /// # Errors
    /// Where it is not SQL over the contract's fields.
    pub fn text_expression(
        &self,
        contract: &Contract,
        sql: &str,
    ) -> Result<TextExpression, LakeError> {
        let schema = koridor_contract::check::arrow_schema(contract);
        let fields = DFSchema::try_from(Schema::clone(&schema))?;
        if let Some(constant) = sql
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''))
            .filter(|text| !text.contains('\''))
        {
            return Ok(TextExpression::Constant(constant.to_owned()));
        }
        let expression =
            self.expression(sql, &fields).map_err(|error| koridor_contract::ContractError {
                file: format!("schemas/datasets/{}.json", contract.name),
                pointer: "/koridor/theme".into(),
                expected: "a SQL expression over the fields".into(),
                found: error.strip_backtrace(),
            })?;
        Ok(TextExpression::Sql(Arc::new(move |rows: &RecordBatch| {
            let array = expression.evaluate(rows)?.into_array(rows.num_rows())?;
            arrow::compute::cast(&array, &DataType::Utf8)
                .map(|array| array.as_string::<i32>().clone())
        })))
    }

    /// Plans one SQL expression over some fields; some functions exist only after simplification.
    fn expression(
        &self,
        sql: &str,
        fields: &DFSchema,
    ) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        let parsed = self.context.parse_sql_expr(sql, fields)?;
        let simplifier = ExprSimplifier::new(
            SimplifyContext::builder().with_schema(Arc::new(fields.clone())).build(),
        );
        let simple = simplifier.simplify(simplifier.coerce(parsed, fields)?)?;
        self.context.create_physical_expr(simple, fields)
    }

    /// Names of all tables as `schema.table`, for completion and hints.
    pub fn table_names(&self) -> Vec<String> {
        let Some(catalog) = self.context.catalog("koridor") else { return Vec::new() };
        let mut names = Vec::new();
        for schema in catalog.schema_names() {
            if let Some(tables) = catalog.schema(&schema) {
                names.extend(
                    tables.table_names().into_iter().map(|table| format!("{schema}.{table}")),
                );
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
            koridor_contract::codes::did_you_mean(&unknown, names.iter().map(String::as_str))
                .map(|near| format!("did you mean `{near}`?"));
        let hint = hint.or_else(|| {
            Some("`select * from information_schema.tables` lists the tables".to_owned())
        });
        LakeError::usage(format!("no table `{unknown}`"), hint)
    }
}

pub(crate) fn plain_texts(rows: &RecordBatch) -> Result<RecordBatch, LakeError> {
    let schema = rows.schema();
    let is_view =
        |field: &Field| matches!(field.data_type(), DataType::Utf8View | DataType::LargeUtf8);
    if !schema.fields().iter().any(|field| is_view(field)) {
        return Ok(rows.clone());
    }
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            if is_view(field) {
                Field::new(field.name(), DataType::Utf8, field.is_nullable())
            } else {
                Field::clone(field)
            }
        })
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
pub type FileRules =
    Arc<dyn Fn(&RecordBatch) -> Result<Vec<BooleanArray>, LakeError> + Send + Sync>;

/// Evaluates a compiled expression on a batch.
pub type EvaluateText =
    Arc<dyn Fn(&RecordBatch) -> Result<StringArray, arrow::error::ArrowError> + Send + Sync>;

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
        formatter
            .debug_struct("Lake")
            .field("url", &self.storage.url().as_str())
            .finish_non_exhaustive()
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
            "ops" => [
                "files",
                "quarantine",
                "slices",
                "checks",
                "current_slices",
                "runs",
                "releases",
                "waivers",
                "corrections",
                "cumulative",
            ]
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
            let name = path
                .trim_start_matches("sql/views/")
                .trim_end_matches(".sql")
                .strip_prefix(self.name)?
                .strip_prefix('.')?;
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
        if let Some(sql) =
            self.views().find_map(|(view, sql)| (view == name).then(|| sql.to_owned()))
        {
            return self.view(&sql).await.map(Some);
        }
        match (self.name, name) {
            ("silver", _) => match project.datasets.get(name.trim_end_matches(views::ATTEMPTS)) {
                Some(contract)
                    if name.ends_with(views::ATTEMPTS) || !self.has_attempts().await? =>
                {
                    self.delta(&ledger::silver(&contract.name), ledger::silver_schema(contract))
                        .await
                        .map(Some)
                }
                Some(_) => self
                    .view(
                        &views::SILVER_VIEW
                            .replace("{table}", &format!("{name}{}", views::ATTEMPTS)),
                    )
                    .await
                    .map(Some),
                None => Ok(None),
            },
            ("core", _) => match project.datasets.get(name) {
                Some(contract) => self
                    .view(&views::core_view(contract, &project.counted_fields(contract)))
                    .await
                    .map(Some),
                None => Ok(None),
            },
            ("ref", "scope") => memory(reference::scope(project)?),
            ("ref", "period") => memory(reference::periods()?),
            ("ref", "indicator_dataset") => memory(reference::indicator_datasets(project)?),
            ("ref", "correction") => memory(reference::corrections(project)?),
            ("ref", _) => match project.references.get(name) {
                Some(reference) => memory(reference.rows.clone()),
                None => Ok(None),
            },
            ("ops", "files_log") => {
                self.delta(ledger::FILES, ledger::files_schema()).await.map(Some)
            }
            ("ops", "files") => self.view(views::FILES_VIEW).await.map(Some),
            ("ops", "superseded_attempts") => self.view(views::SUPERSEDED_VIEW).await.map(Some),
            ("ops", "quarantine_log") => {
                self.delta(ledger::QUARANTINE, ledger::quarantine_schema()).await.map(Some)
            }
            ("ops", "quarantine") => self.view(views::QUARANTINE_VIEW).await.map(Some),
            ("ops", "corrections_log") => {
                self.delta(ledger::CORRECTIONS, ledger::corrections_schema()).await.map(Some)
            }
            ("ops", "corrections") => self.view(views::CORRECTIONS_VIEW).await.map(Some),
            ("ops", "cumulative_log") => {
                self.delta(ledger::CUMULATIVE, ledger::cumulative_schema()).await.map(Some)
            }
            ("ops", "cumulative") => self.view(views::CUMULATIVE_VIEW).await.map(Some),
            ("ops", "waivers") => {
                self.delta(ledger::WAIVERS, ledger::waivers_schema()).await.map(Some)
            }
            ("ops", "slices_log") => {
                self.delta(ledger::SLICES, ledger::slices_schema()).await.map(Some)
            }
            ("ops", "slices") => self.view(views::SLICES_VIEW).await.map(Some),
            ("ops", "current_slices") => self.view(views::CURRENT_SLICES_VIEW).await.map(Some),
            ("ops", "checks") => {
                self.delta(ledger::CHECKS, ledger::checks_schema()).await.map(Some)
            }
            ("ops", "runs") => memory(crate::run::runs_table(&self.lake.storage).await?),
            ("ops", "releases") => memory(release::releases_table(&self.lake.storage).await?),
            ("indicators", "all_releases") => {
                self.delta(ledger::VALUES, ledger::values_schema()).await.map(Some)
            }
            ("indicators", "values") => {
                let release = match &self.lake.at {
                    At::Release(release) => release.id.clone(),
                    At::Head(_) => release::current(&self.lake.storage)
                        .await?
                        .map(|release| release.id)
                        .unwrap_or_default(),
                };
                self.view(&format!(
                    "select * from indicators.all_releases where release_id = '{release}'"
                ))
                .await
                .map(Some)
            }
            ("indicators", _) if crate::indicators::ids(project).any(|id| id == name) => self
                .view(&format!("select * from indicators.values where indicator_id = '{name}'"))
                .await
                .map(Some),
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
        let session = self
            .lake
            .session
            .upgrade()
            .ok_or_else(|| LakeError::Internal("the session has ended".into()))?;
        let state = session.read().clone();
        let plan =
            state.create_logical_plan("select max(attempt) from ops.superseded_attempts").await?;
        let rows = DataFrame::new(state, plan).collect().await?;
        let has = rows.iter().any(|rows| rows.column(0).null_count() == 0);
        *found = Some(has);
        Ok(has)
    }

    async fn delta(
        &self,
        table: &str,
        schema: SchemaRef,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let opened = match self.lake.at.version(table) {
            Some(version) => tables::open(&self.lake.storage, table, Some(version)).await?,
            None => None,
        };
        let Some(opened) = opened else {
            return Ok(Arc::new(MemTable::try_new(schema, vec![Vec::new()])?));
        };
        let session = self
            .lake
            .session
            .upgrade()
            .ok_or_else(|| LakeError::Internal("the session has ended".into()))?;
        let state = Arc::new(session.read().clone());
        let provider: Arc<dyn TableProvider> =
            Arc::new(opened.table_provider().with_session(state).build().await?);
        // A table that was written by an earlier program, or an earlier contract, lacks the columns that came since.
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

    async fn view(&self, sql: &str) -> Result<Arc<dyn TableProvider>, LakeError> {
        let session = self
            .lake
            .session
            .upgrade()
            .ok_or_else(|| LakeError::Internal("the session has ended".into()))?;
        let state = session.read().clone();
        let plan = state.create_logical_plan(sql).await?;
        Ok(Arc::new(ViewTable::new(plan, Some(sql.to_owned()))))
    }
}

fn memory(rows: RecordBatch) -> Result<Option<Arc<dyn TableProvider>>, LakeError> {
    Ok(Some(Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?)))
}
