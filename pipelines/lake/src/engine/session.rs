//! A session on one state of the lake: the only owner of a DataFusion context.

use super::card_words::CardWords;
use super::catalog::{Lake, LakeCatalog};
use super::checked::CheckedArithmetic;
use super::checked_sum::CheckedSum;
use super::clock;
use super::filed_sum::FiledFields;
use super::guard;
use super::guarded::GuardedCatalog;
use super::masking::masked;
use super::memory_pool::StatementPool;
use super::parameter::Param;
use super::snapshot::Snapshot;
use super::texts::plain_texts;
use super::to_char::ToChar;
use crate::error::LakeError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemTable, MemoryCatalogProviderList,
};
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::execution::{FunctionRegistry, SendableRecordBatchStream};
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};
use deltalake::delta_datafusion::planner::DeltaPlanner;
use std::collections::HashMap;
use std::sync::Arc;

/// A session on one state of the lake.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
    /// For statements from outside: the same, or one in which less has a name.
    outside: SessionContext,
    lake: Arc<Lake>,
}

#[expect(clippy::disallowed_methods, reason = "this is the place that owns the session")]
fn session(state: SessionState) -> SessionContext {
    SessionContext::new_with_state(state)
}

/// A text that a statement is given as a parameter.
pub fn text_parameter(text: &str) -> ScalarValue {
    ScalarValue::Utf8(Some(text.to_owned()))
}

/// A day that a statement is given as a parameter, days since 1970-01-01.
pub fn day_parameter(day: i32) -> ScalarValue {
    ScalarValue::Date32(Some(day))
}

/// A whole number that a statement is given as a parameter.
pub fn number_parameter(number: i64) -> ScalarValue {
    ScalarValue::Int64(Some(number))
}

impl Engine {
    /// Opens a session. Nothing is read until a query names a table.
    ///
    /// # Errors
    /// Where the session cannot be set up.
    pub fn open(snapshot: Snapshot) -> Result<Self, LakeError> {
        let config = SessionConfig::new();
        // What a sort keeps for merging, each of its threads for itself, must fit beside that of
        // others: a view may hold thirty sorts over a handful of rows.
        let sorts = 64 * config.target_partitions();
        let merging = (snapshot.memory_bytes / sorts).min(10 << 20);
        let config = config
            .with_sort_spill_reservation_bytes(merging)
            .with_information_schema(false)
            .with_default_catalog_and_schema("koridor", "core")
            .with_create_default_catalog_and_schema(false)
            // Views of views make large plans: a second look at them finds next to nothing.
            .set_usize("datafusion.optimizer.max_passes", 1)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let pool = StatementPool::new(snapshot.memory_bytes);
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).build_arc()?;
        runtime.register_object_store(snapshot.storage.url(), snapshot.storage.root_store());
        let mut state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_query_planner(DeltaPlanner::new())
            .build();
        state.register_function_rewrite(Arc::new(CheckedArithmetic))?;
        let context = session(state);
        context.register_udf(ScalarUDF::from(Param::new(&snapshot.project)?));
        context.register_udf(ScalarUDF::from(CardWords::new(&snapshot.project)));
        context.register_udf(ScalarUDF::from(FiledFields::sum()));
        context.register_udf(ScalarUDF::from(FiledFields::blanks()));
        context.register_udf(ScalarUDF::from(ToChar::new()));
        context.register_udaf(CheckedSum::function());
        for function in clock::functions(snapshot.project.clock) {
            context.register_udf(function);
        }
        guard::bound_functions(&context, snapshot.memory_bytes);
        let is_guarded = snapshot.tier().is_guarded();
        let lake = Arc::new(Lake::new(snapshot, context.state_weak_ref()));
        let catalog = Arc::new(LakeCatalog { lake: Arc::clone(&lake) });
        context.register_catalog("koridor", Arc::clone(&catalog) as Arc<dyn CatalogProvider>);
        let outside = match is_guarded {
            false => context.clone(),
            true => {
                // Statements from outside have a session of their own, in which less has a name;
                // what a name stands for is planned in the other.
                let state = SessionStateBuilder::new_from_existing(context.state());
                let catalogs: Arc<dyn CatalogProviderList> =
                    Arc::new(MemoryCatalogProviderList::new());
                let guarded = GuardedCatalog::new(catalog);
                catalogs.register_catalog("koridor".to_owned(), Arc::new(guarded));
                // A physical plan names the files of the lake.
                let config = context.state().config().clone();
                let config = config.set_bool("datafusion.explain.logical_plan_only", true);
                session(state.with_catalog_list(catalogs).with_config(config).build())
            }
        };
        Ok(Self { context, outside, lake })
    }

    /// The state that is shown.
    pub fn snapshot(&self) -> &Snapshot {
        &self.lake.snapshot
    }

    /// The same tables, read by one thread: what a query adds up, it adds in the same order each
    /// time.
    pub fn in_one_order(&self) -> Self {
        let state = self.context.state();
        let config = state.config().clone().with_target_partitions(1);
        let state = SessionStateBuilder::new_from_existing(state).with_config(config).build();
        let (context, outside) = (session(state), self.outside.clone());
        Self { context, outside, lake: Arc::clone(&self.lake) }
    }

    /// The session itself, for compiling rules.
    pub(super) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Runs a read-only statement.
    ///
    /// # Errors
    /// A statement that is wrong, names something unknown or would change anything.
    pub async fn query(&self, sql: &str) -> Result<DataFrame, LakeError> {
        self.query_in(&self.context, sql).await
    }

    /// The session of statements from outside.
    pub(super) fn outside(&self) -> &SessionContext {
        &self.outside
    }

    async fn query_in(&self, context: &SessionContext, sql: &str) -> Result<DataFrame, LakeError> {
        let options = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let planned = Box::pin(context.sql_with_options(sql, options)).await;
        planned.map_err(|error| self.with_hint(error))
    }

    /// A statement of the project (`sql/queries/<name>.sql`) with its parameters.
    ///
    /// # Errors
    /// As [`Engine::query`]; where the project has no such statement or a parameter is missing.
    pub async fn named<const COUNT: usize>(
        &self,
        name: &str,
        parameters: [(&str, ScalarValue); COUNT],
    ) -> Result<DataFrame, LakeError> {
        let frame = self.query(self.lake.snapshot.project.query(name)?).await?;
        if COUNT == 0 {
            return Ok(frame);
        }
        let values: HashMap<String, _> =
            parameters.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Ok(frame.with_param_values(ParamValues::Map(values))?)
    }

    /// The rows of a statement of the project; texts are plain `Utf8` columns.
    ///
    /// # Errors
    /// As [`Engine::named`].
    pub async fn run_named<const COUNT: usize>(
        &self,
        name: &str,
        parameters: [(&str, ScalarValue); COUNT],
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let rows = self.named(name, parameters).await?.collect().await?;
        rows.iter().map(plain_texts).collect()
    }

    /// Runs a read-only statement and collects its rows; texts are plain `Utf8` columns whatever
    /// the plan made of them.
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
    pub async fn stream(&self, sql: &str) -> Result<SendableRecordBatchStream, LakeError> {
        Ok(self.query(sql).await?.execute_stream().await?)
    }

    /// Makes rows readable as `work.<name>`, for statements that build on one another; a name such
    /// as `core.population` stands in for that table, which is how worked cases bring their own
    /// rows.
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
        self.lake.extra.write().insert(name.to_owned(), Arc::new(table));
        Ok(())
    }

    /// Computed values as they are published: masked where their column [`WITHHELD_AS`] says why.
    ///
    /// # Errors
    /// Where columns of values are missing.
    ///
    /// [`WITHHELD_AS`]: super::WITHHELD_AS
    pub async fn published(&self, values: RecordBatch) -> Result<Vec<RecordBatch>, LakeError> {
        let plan = masked(self.context.read_batch(values)?.into_unoptimized_plan())?;
        Ok(DataFrame::new(self.context.state(), plan).collect().await?)
    }

    /// Whether rows stand in for a table or view ([`Engine::put`]).
    pub fn is_put(&self, name: &str) -> bool {
        self.lake.extra.read().contains_key(name)
    }

    /// Names of all tables as `schema.table`, for completion and hints.
    pub fn table_names(&self) -> Vec<String> {
        let Some(catalog) = self.outside.catalog("koridor") else { return Vec::new() };
        let mut names = Vec::new();
        for schema in catalog.schema_names() {
            if let Some(tables) = catalog.schema(&schema) {
                let own = tables.table_names().into_iter();
                names.extend(own.map(|table| format!("{schema}.{table}")));
            }
        }
        names
    }

    /// Adds the nearest table name to an error about an unknown one.
    pub(super) fn with_hint(&self, error: DataFusionError) -> LakeError {
        let text = error.find_root().to_string();
        if text.to_lowercase().replace(' ', "").contains("recursionlimit") {
            let hint = "give what stands within a name, with `with name as (..)`".to_owned();
            return LakeError::usage("the statement is nested too deep", hint);
        }
        if let Some((function, standard)) = foreign_function(&text) {
            let message = format!("there is no function `{function}` here");
            return LakeError::usage(message, format!("write {standard}"));
        }
        let unknown = text
            .split_once("table '")
            .and_then(|(_, rest)| rest.split_once("' not found"))
            .map(|(name, _)| name.trim_start_matches("koridor."));
        let Some(unknown) = unknown else { return LakeError::from(error) };
        let names = self.table_names();
        let near = koridor_contract::codes::did_you_mean(unknown, names.iter().map(String::as_str));
        let hint = near.map_or_else(
            || "`select * from information_schema.tables` lists the tables".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        LakeError::usage(format!("no table `{unknown}`"), hint)
    }
}

/// A function of another database that a message complains of, and how the same is written here.
fn foreign_function(message: &str) -> Option<(&str, &'static str)> {
    let (_, rest) = message.split_once("Invalid function '")?;
    let (name, _) = rest.split_once('\'')?;
    let standard = match name.to_ascii_lowercase().as_str() {
        "year" => "date_part('year', period)",
        "month" => "date_part('month', period)",
        "day" => "date_part('day', period)",
        "quarter" => "date_part('quarter', period)",
        "isnull" => "coalesce(value, 0)",
        "iif" | "if" | "decode" => "case when condition then one else other end",
        "len" => "length(text)",
        "getdate" | "sysdate" | "curdate" => "current_date",
        "date_format" | "format" | "strftime" => "to_char(period, '%Y-%m')",
        "group_concat" | "listagg" => "string_agg(text, ', ' order by text)",
        "dateadd" | "date_add" => "period + interval '1 month'",
        "datediff" | "date_diff" => "one date minus the other",
        "convert" => "cast(value as double)",
        _ => return None,
    };
    Some((name, standard))
}
