//! A plan before it runs: what would be copied into each row, and queries that never end.

use super::running::Running;
use crate::error::LakeError;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use datafusion::physical_plan::recursive_query::RecursiveQueryExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
    ReplaceChildrenOptions,
};
use futures::StreamExt;
use std::fmt::Formatter;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Largest constant that may come to stand in each row of a batch.
const MOST_CONSTANT: usize = 128 << 10;

type Plan = Arc<dyn ExecutionPlan>;

/// The plan, with its recursive queries counted, and its joins ended where the statement is given
/// up.
///
/// # Errors
/// [`LakeError::Limit`] where a constant would be copied into too many rows.
pub(in crate::engine) fn guarded_plan(plan: Plan, rounds: u64) -> Result<Plan, LakeError> {
    plan.apply(|node| {
        let is_one_row = |own: &&Plan| own.is::<PlaceholderRowExec>();
        if !node.children().is_empty() && !node.children().iter().all(is_one_row) {
            node.apply_expressions(&mut |expression| small_constants(expression))?;
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let counted = plan.transform_down(|node| {
        let Some(recursive) = node.downcast_ref::<RecursiveQueryExec>() else {
            return Ok(Transformed::no(node));
        };
        if recursive.recursive_term().is::<Counted>() {
            return Ok(Transformed::no(node));
        }
        let inner = Arc::clone(recursive.recursive_term());
        let counted: Plan = Arc::new(Counted { inner, rounds, done: Arc::default() });
        let first = Arc::clone(recursive.static_term());
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        Ok(Transformed::yes(node.replace_children(vec![first, counted], options)?))
    })?;
    match Running::current() {
        Some(running) => Ok(ending(counted.data, &running)?),
        None => Ok(counted.data),
    }
}

/// The plan with all that brings rows together able to end: a join makes far more rows than come to
/// it, and comes to no point where it could be dropped.
fn ending(plan: Plan, running: &Arc<Running>) -> Result<Plan> {
    let wrapped = plan.transform_up(|node| {
        if node.children().len() < 2 || node.is::<RecursiveQueryExec>() {
            return Ok(Transformed::no(node));
        }
        let end = |inner: &Plan| -> Plan {
            Arc::new(Ending { inner: Arc::clone(inner), running: Arc::clone(running) })
        };
        let children = node.children().into_iter().map(end).collect();
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        Ok(Transformed::yes(end(&node.replace_children(children, options)?)))
    })?;
    Ok(wrapped.data)
}

/// Hands on the rows of a plan until its statement is given up.
#[derive(Debug)]
struct Ending {
    inner: Plan,
    running: Arc<Running>,
}

impl DisplayAs for Ending {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Ending")
    }
}

impl ExecutionPlan for Ending {
    fn name(&self) -> &str {
        "Ending"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.inner.properties()
    }

    fn children(&self) -> Vec<&Plan> {
        vec![&self.inner]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Plan>) -> Result<Plan> {
        let missing = || DataFusionError::Internal("a part of a plan is gone".into());
        let inner = children.into_iter().next().ok_or_else(missing)?;
        Ok(Arc::new(Self { inner, running: Arc::clone(&self.running) }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let (rows, running) = (self.inner.execute(partition, context)?, Arc::clone(&self.running));
        let schema = rows.schema();
        let until = rows.map(move |batch| match running.is_given_up() {
            true => Err(DataFusionError::Execution("the statement was given up".into())),
            false => batch,
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, until)))
    }
}

fn small_constants(expression: &Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion> {
    expression.apply(|own| {
        let size = own.downcast_ref::<Literal>().map_or(0, |own| own.value().size());
        if size > MOST_CONSTANT {
            let message = format!("a constant of {size} bytes would stand in each row");
            let hint = format!("constants of at most {MOST_CONSTANT} bytes are copied");
            return Err(DataFusionError::External(Box::new(LakeError::limit(message, hint))));
        }
        Ok(TreeNodeRecursion::Continue)
    })
}

/// The part of a recursive query that is run again and again, until it was run too often.
#[derive(Debug)]
struct Counted {
    inner: Plan,
    rounds: u64,
    done: Arc<AtomicU64>,
}

impl DisplayAs for Counted {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Counted: rounds={}", self.rounds)
    }
}

impl ExecutionPlan for Counted {
    fn name(&self) -> &str {
        "Counted"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.inner.properties()
    }

    fn children(&self) -> Vec<&Plan> {
        vec![&self.inner]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Plan>) -> Result<Plan> {
        let missing = || DataFusionError::Internal("a part of a plan is gone".into());
        let inner = children.into_iter().next().ok_or_else(missing)?;
        Ok(Arc::new(Self { inner, rounds: self.rounds, done: Arc::clone(&self.done) }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if self.done.fetch_add(1, Ordering::Relaxed) >= self.rounds {
            let message = format!("a recursive query took more than {} rounds", self.rounds);
            let hint = "give it an end with `where`, or more with --max-rounds N";
            return Err(DataFusionError::External(Box::new(LakeError::limit(message, hint))));
        }
        self.inner.execute(partition, context)
    }
}
