//! `pg_catalog`: the names, columns and comments of what a caller may ask, in a session that holds
//! no rows of the lake.

use super::descriptions::{self, Descriptions};
use crate::error::ServeError;
use arrow::array::AsArray;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::catalog::{
    CatalogProvider, MemTable, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_pg_catalog::pg_catalog::setup_pg_catalog;
use datafusion_pg_catalog::sql::PostgresCompatibilityParser;
use koridor_lake::LakeError;
use koridor_lake::engine::{DescribedStatement, DescribedTable, described, guard};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a function may make here, in bytes.
const MEMORY_BYTES: usize = 16 << 20;

/// The one database.
pub(super) const DATABASE: &str = "koridor";

/// Which tables have which numbers.
const NUMBERS: &str = "select c.oid, n.nspname, c.relname from pg_catalog.pg_class c \
                       join pg_catalog.pg_namespace n on c.relnamespace = n.oid";

/// What a caller may ask, as `pg_catalog` tells it.
pub(super) struct Catalog {
    context: SessionContext,
    parser: PostgresCompatibilityParser,
}

#[expect(clippy::disallowed_methods, reason = "a session of names: it holds nothing of the lake")]
fn session() -> SessionContext {
    let config = SessionConfig::new()
        .with_default_catalog_and_schema(DATABASE, "core")
        .with_create_default_catalog_and_schema(false)
        .with_information_schema(true)
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
        context.register_catalog(DATABASE, Arc::clone(&database) as Arc<dyn CatalogProvider>);
        setup_pg_catalog(&context, DATABASE, EmptyContextProvider)
            .map_err(|error| LakeError::Query(*error))?;
        let parser = PostgresCompatibilityParser::new();
        let descriptions = Arc::new(describe(&context, &tables).await?);
        descriptions::register(&context, &database, &descriptions)?;
        Ok(Self { context, parser })
    }

    pub(super) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// A statement as this session reads it.
    pub(super) fn parsed(&self, sql: &str) -> Result<Statement, LakeError> {
        let wrong = |error| LakeError::Query(DataFusionError::SQL(Box::new(error), None));
        let mut statements = self.parser.parse(sql).map_err(wrong)?;
        match (statements.pop(), statements.is_empty()) {
            (Some(statement), true) => Ok(Statement::Statement(Box::new(statement))),
            _ => Err(LakeError::usage("one statement is read at a time", None)),
        }
    }

    /// What a statement would give.
    pub(super) async fn described(
        &self,
        statement: Statement,
    ) -> Result<DescribedStatement, ServeError> {
        let plan = Box::pin(self.context.state().statement_to_plan(statement)).await;
        Ok(described(&plan.map_err(LakeError::from)?)?)
    }
}

/// The comments by the numbers of tables and columns.
async fn describe(
    context: &SessionContext,
    tables: &[DescribedTable],
) -> Result<Descriptions, LakeError> {
    let mut numbers = BTreeMap::new();
    for batch in context.sql(NUMBERS).await?.collect().await? {
        let number = batch.column(0).as_primitive::<Int32Type>();
        let names = [1, 2].map(|at| arrow::compute::cast(batch.column(at), &DataType::Utf8));
        let [schema, table] = names;
        let (schema, table) = (schema?, table?);
        let (schema, table) = (schema.as_string::<i32>(), table.as_string::<i32>());
        for row in 0..number.len() {
            let name = (schema.value(row).to_owned(), table.value(row).to_owned());
            numbers.insert(name, number.value(row));
        }
    }
    let mut found = Descriptions::default();
    for own in tables {
        let name = (own.schema_name.clone(), own.name.clone());
        let Some(number) = numbers.get(&name) else { continue };
        if let Some(text) = &own.comment {
            found.insert((*number, 0), text.clone());
        }
        for (at, text) in (1..).zip(&own.column_comments) {
            if let Some(text) = text {
                found.insert((*number, at), text.clone());
            }
        }
    }
    Ok(found)
}
