//! A table whose rows are picked before anything else is asked of them.
//!
//! A filter of a view stands beside those of whoever asks, and the engine may work theirs out
//! first: `cast(value as bigint)` would tell, by its error, of rows that are not given. Here the
//! rows are picked in a plan of their own, through which no condition passes.

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use std::fmt::Formatter;
use std::sync::Arc;

/// The rows of a plan, and no others, whatever is asked of them.
#[derive(Debug)]
pub(super) struct Barrier {
    plan: LogicalPlan,
    schema: SchemaRef,
}

impl Barrier {
    /// The table of a plan.
    pub(super) fn table(plan: LogicalPlan) -> Arc<dyn TableProvider> {
        let schema = Arc::new(plan.schema().as_arrow().clone());
        Arc::new(Self { plan, schema })
    }
}

#[async_trait]
impl TableProvider for Barrier {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let picked = session.create_physical_plan(&self.plan).await?;
        let barrier: Arc<dyn ExecutionPlan> = Arc::new(Picked { inner: picked });
        let Some(columns) = projection else { return Ok(barrier) };
        let column = |at: &usize| -> (Arc<dyn PhysicalExpr>, String) {
            let name = self.schema.field(*at).name().clone();
            (Arc::new(Column::new(&name, *at)), name)
        };
        let columns: Vec<_> = columns.iter().map(column).collect();
        Ok(Arc::new(ProjectionExec::try_new(columns, barrier)?))
    }
}

/// Rows that were picked. To whoever plans around it, it is a leaf: no condition from above reaches
/// the plan inside, and that plan, which is optimized already, is not optimized again.
#[derive(Debug)]
struct Picked {
    inner: Arc<dyn ExecutionPlan>,
}

impl DisplayAs for Picked {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Picked")
    }
}

impl ExecutionPlan for Picked {
    fn name(&self) -> &str {
        "Picked"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.inner.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.inner.execute(partition, context)
    }
}
