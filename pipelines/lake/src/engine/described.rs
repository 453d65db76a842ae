//! What a session can be asked: its tables with their columns and comments, and what a statement
//! would give.

use super::guard::{self, Limits};
use super::memory_pool::StatementPool;
use super::session::Engine;
use super::statement_parameters::typed;
use crate::error::LakeError;
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::ParamValues;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{DataFrame, SQLOptions, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use koridor_contract::project::Comments;
use std::sync::Arc;

/// A table that statements from outside may name.
#[derive(Debug, Clone)]
pub struct DescribedTable {
    /// The schema that it is in.
    pub schema_name: String,
    /// Its name there.
    pub name: String,
    /// Its columns.
    pub columns: SchemaRef,
    /// What it holds.
    pub comment: Option<String>,
    /// What each column holds.
    pub column_comments: Vec<Option<String>>,
}

/// What a statement would give, and what it must be given.
#[derive(Debug, Clone)]
pub struct DescribedStatement {
    /// Columns of its rows.
    pub columns: SchemaRef,
    /// Types of its parameters `$1`, `$2`, ... where they follow from the statement.
    pub parameters: Vec<Option<DataType>>,
}

/// That a statement reads and does nothing else.
fn reading() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

impl Engine {
    /// The tables that statements from outside may name.
    ///
    /// # Errors
    /// Where the session has ended.
    pub async fn described_tables(&self) -> Result<Vec<DescribedTable>, LakeError> {
        let comments = Comments::of(&self.snapshot().project);
        let mut found = Vec::new();
        let Some(catalog) = self.outside().catalog("koridor") else { return Ok(found) };
        for schema_name in catalog.schema_names() {
            let Some(schema) = catalog.schema(&schema_name) else { continue };
            for name in schema.table_names() {
                // What is listed and not given to this caller is not told of.
                let Ok(Some(provider)) = schema.table(&name).await else { continue };
                let columns = TableProvider::schema(provider.as_ref());
                let of_column = |own: &String| comments.column(&schema_name, &name, own);
                let column_comments =
                    columns.fields().iter().map(|own| of_column(own.name())).collect();
                let (comment, schema_name) = (comments.table(&schema_name, &name), &schema_name);
                let schema_name = schema_name.clone();
                found.push(DescribedTable { schema_name, name, columns, comment, column_comments });
            }
        }
        Ok(found)
    }

    /// What a statement from outside would give, with the types of parameters that its client
    /// declares.
    ///
    /// # Errors
    /// As [`Engine::query`].
    pub async fn described(
        &self,
        sql: &str,
        declared: &[Option<DataType>],
    ) -> Result<DescribedStatement, LakeError> {
        let statement = self.parsed(sql)?;
        let state = self.outside().state();
        let plan = Box::pin(state.statement_to_plan(statement)).await;
        let plan = plan.and_then(|plan| reading().verify_plan(&plan).map(|()| plan));
        described(plan.map_err(|error| self.with_hint(error))?, declared)
    }

    /// The schemas and tables that a statement names.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn names(&self, sql: &str) -> Result<Vec<String>, LakeError> {
        let parsed = self.parsed(sql)?;
        let names = self.outside().state().resolve_table_references(&parsed)?;
        Ok(names.iter().map(ToString::to_string).collect())
    }

    /// Runs a read-only statement from outside and gives its rows as they come, within limits;
    /// those of time and memory hold in [`guard::run`].
    ///
    /// # Errors
    /// As [`Engine::query`]; [`LakeError::Limit`] where the statement would cost more than it may.
    pub async fn guarded(
        &self,
        sql: &str,
        limits: &Limits,
    ) -> Result<SendableRecordBatchStream, LakeError> {
        self.guarded_with(sql, ParamValues::List(Vec::new()), limits).await
    }

    /// As [`Engine::guarded`], with values for `$1`, `$2`, ...
    ///
    /// # Errors
    /// As [`Engine::guarded`], and where a value is missing.
    pub async fn guarded_with(
        &self,
        sql: &str,
        values: ParamValues,
        limits: &Limits,
    ) -> Result<SendableRecordBatchStream, LakeError> {
        let statement = self.parsed(sql)?;
        let rows = guarded_in(self.outside(), statement, values, limits).await;
        rows.map_err(|error| match error {
            LakeError::Query(error) => self.with_hint(error),
            other => other,
        })
    }

    fn parsed(&self, sql: &str) -> Result<Statement, LakeError> {
        guard::check_text(sql)?;
        let state = self.outside().state();
        let dialect = state.config().options().sql_parser.dialect;
        let parsed = state.sql_to_statement(sql, &dialect);
        let parsed = parsed.map_err(|error| self.with_hint(error))?;
        if self.snapshot().tier().is_guarded() && is_analysis(&parsed) {
            return Err(LakeError::usage(
                "EXPLAIN ANALYZE names the files of the lake and is not given out".to_owned(),
                "leave ANALYZE away".to_owned(),
            ));
        }
        Ok(parsed)
    }
}

/// Whether a statement shows the physical plan of another that it runs.
fn is_analysis(statement: &Statement) -> bool {
    match statement {
        Statement::Explain(own) => own.options.analyze || is_analysis(&own.statement),
        Statement::Statement(own) => {
            matches!(own.as_ref(), SqlStatement::Explain { analyze: true, .. })
        }
        _ => false,
    }
}

/// What the rows and parameters of a plan are, where clients declare some of them.
///
/// # Errors
/// Where two places want one parameter to be of different types.
pub fn described(
    plan: LogicalPlan,
    declared: &[Option<DataType>],
) -> Result<DescribedStatement, LakeError> {
    let (plan, parameters) = typed(plan, declared)?;
    Ok(DescribedStatement { columns: Arc::clone(plan.schema().inner()), parameters })
}

/// Runs a read-only statement in a session that holds nothing of the lake, as [`Engine::guarded`]
/// does in one that does.
///
/// # Errors
/// As [`Engine::guarded`].
pub async fn guarded_in(
    context: &SessionContext,
    statement: Statement,
    values: ParamValues,
    limits: &Limits,
) -> Result<SendableRecordBatchStream, LakeError> {
    guard::check_expansion(&statement)?;
    let state = context.state();
    let plan = Box::pin(state.statement_to_plan(statement)).await?;
    reading().verify_plan(&plan)?;
    let plan = match &values {
        ParamValues::List(own) if own.is_empty() => plan,
        _ => plan.with_param_values(values)?,
    };
    let frame = DataFrame::new(state, plan);
    let context = Arc::new(context_of_one(&frame, limits)?);
    let plan = frame.create_physical_plan().await?;
    let rows = execute_stream(guard::guarded_plan(plan, limits.rounds)?, context)?;
    Ok(guard::bounded_rows(rows, limits.rows))
}

/// What a statement runs with: memory of its own, so that none takes that of another.
fn context_of_one(frame: &DataFrame, limits: &Limits) -> Result<TaskContext, LakeError> {
    let shared = frame.task_ctx();
    let Some(running) = guard::Running::current() else { return Ok(shared) };
    let pool: Arc<dyn MemoryPool> = Arc::new(StatementPool::new(limits.memory_bytes));
    running.takes_from(&pool);
    let runtime = RuntimeEnvBuilder::from_runtime_env(&shared.runtime_env());
    Ok(shared.with_runtime(runtime.with_memory_pool(pool).build_arc()?))
}
