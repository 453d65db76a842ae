//! `pg_catalog`: the names, columns and comments of what a caller may ask, in a session that holds
//! no rows of the lake.

use super::rewrite::{Rewrite, empty_rows};
use super::system::{self, System};
use crate::error::ServeError;
use crate::service::Work;
use arrow::datatypes::DataType;
use datafusion::catalog::{
    CatalogProvider, MemTable, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use datafusion_pg_catalog::sql::PostgresCompatibilityParser;
use futures::future::BoxFuture;
use koridor_lake::LakeError;
use koridor_lake::engine::{
    DescribedStatement, DescribedTable, ParamValues, described, guard, guarded_in,
};
use std::sync::Arc;

/// What a function may make here, in bytes.
const MEMORY_BYTES: usize = 16 << 20;

/// What a caller may ask, as `pg_catalog` tells it.
pub(super) struct Catalog {
    context: SessionContext,
    parser: PostgresCompatibilityParser,
    rewrite: Rewrite,
}

#[expect(clippy::disallowed_methods, reason = "a session of names: it holds nothing of the lake")]
fn session() -> SessionContext {
    let config = SessionConfig::new()
        .with_default_catalog_and_schema(system::DATABASE, "core")
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(false)
        .with_target_partitions(1);
    let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
    let context = SessionContext::new_with_state(state);
    guard::bound_functions(&context, MEMORY_BYTES);
    context
}

impl Catalog {
    /// The catalogue of tables.
    pub(super) async fn of(tables: Vec<DescribedTable>) -> Result<Self, LakeError> {
        let context = session();
        let database = Arc::new(MemoryCatalogProvider::new());
        for own in &tables {
            let schema = match database.schema(&own.schema_name) {
                Some(schema) => schema,
                None => {
                    let schema: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
                    database.register_schema(&own.schema_name, Arc::clone(&schema))?;
                    schema
                }
            };
            let empty = MemTable::try_new(Arc::clone(&own.columns), vec![Vec::new()])?;
            schema.register_table(own.name.clone(), Arc::new(empty))?;
        }
        let own = Arc::clone(&database) as Arc<dyn CatalogProvider>;
        context.register_catalog(system::DATABASE, own);
        let System { numbers, empty } = system::register(&context, &database, &tables).await?;
        let rewrite = Rewrite::new(numbers, empty);
        Ok(Self { context, parser: PostgresCompatibilityParser::new(), rewrite })
    }

    /// A statement as this session can run it. What the engine cannot plan as it stands is tried
    /// in plainer forms; where none can be planned, and no row could come, there are none.
    pub(super) async fn planned(
        self: Arc<Self>,
        own: &SqlStatement,
    ) -> Result<Arc<dyn CatalogStatement>, LakeError> {
        let statement = self.plannable(own).await?;
        Ok(Arc::new(OfCatalog { catalog: self, statement }))
    }

    async fn plannable(&self, own: &SqlStatement) -> Result<Statement, LakeError> {
        let (first, is_empty) = self.rewrite.rewritten(own)?;
        guard::check_expansion(&wrapped(first.clone()))?;
        let said = first.to_string();
        let failed = match self.try_plan(&first).await {
            Ok(()) => return Ok(wrapped(first)),
            Err(error) => error,
        };
        if is_empty && let Some(rows) = empty_rows(own) {
            return Ok(wrapped(rows));
        }
        let plainer = self.rewrite.without_subqueries(own)?;
        if self.try_plan(&plainer).await.is_ok() {
            return Ok(wrapped(plainer));
        }
        // Last, what the library does for statements of clients that it knows.
        for text in [said, own.to_string()] {
            let Ok(mut statements) = self.parser.parse(&text) else { continue };
            if let Some(plainer) = statements.pop()
                && self.try_plan(&plainer).await.is_ok()
            {
                return Ok(wrapped(plainer));
            }
        }
        Err(LakeError::Query(failed))
    }

    /// Whether a statement can be run.
    async fn try_plan(&self, statement: &SqlStatement) -> Result<(), DataFusionError> {
        let state = self.context.state();
        let plan = Box::pin(state.statement_to_plan(wrapped(statement.clone()))).await?;
        let has_parameters = !plan.get_parameter_names()?.is_empty();
        if has_parameters {
            return state.optimize(&plan).map(drop);
        }
        Box::pin(state.create_physical_plan(&plan)).await.map(drop)
    }
}

/// A statement that asks a catalogue. Its types are hidden: see `locked`.
pub(super) trait CatalogStatement: Send + Sync {
    /// What it would give.
    fn described<'own>(
        &'own self,
        declared: &'own [Option<DataType>],
    ) -> BoxFuture<'own, Result<DescribedStatement, ServeError>>;

    /// What gives its rows, with values for its parameters.
    fn work(&self, values: ParamValues) -> Work;
}

struct OfCatalog {
    catalog: Arc<Catalog>,
    statement: Statement,
}

impl CatalogStatement for OfCatalog {
    fn described<'own>(
        &'own self,
        declared: &'own [Option<DataType>],
    ) -> BoxFuture<'own, Result<DescribedStatement, ServeError>> {
        Box::pin(async move {
            let state = self.catalog.context.state();
            let plan = Box::pin(state.statement_to_plan(self.statement.clone())).await;
            Ok(described(plan.map_err(LakeError::from)?, declared)?)
        })
    }

    fn work(&self, values: ParamValues) -> Work {
        let (catalog, statement) = (Arc::clone(&self.catalog), self.statement.clone());
        Box::new(move |limits| {
            Box::pin(async move { guarded_in(&catalog.context, statement, values, &limits).await })
        })
    }
}

fn wrapped(statement: SqlStatement) -> Statement {
    Statement::Statement(Box::new(statement))
}
