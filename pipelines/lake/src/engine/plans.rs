//! Small plans that tables are made of.

use crate::error::LakeError;
use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use std::sync::Arc;

pub(super) fn scan(provider: Arc<dyn TableProvider>) -> Result<LogicalPlanBuilder, LakeError> {
    Ok(LogicalPlanBuilder::scan("stored", provider_as_source(provider), None)?)
}

/// Branches one after the other, with the columns of `schema`.
pub(super) fn union(
    branches: Vec<LogicalPlan>,
    schema: &SchemaRef,
) -> Result<Arc<dyn TableProvider>, LakeError> {
    let columns: Vec<Expr> =
        schema.fields().iter().map(|field| datafusion::prelude::ident(field.name())).collect();
    let branches = branches
        .into_iter()
        .map(|plan| Ok(LogicalPlanBuilder::from(plan).project(columns.clone())?.build()?))
        .collect::<Result<Vec<_>, LakeError>>()?;
    if branches.is_empty() {
        return Ok(Arc::new(MemTable::try_new(plain(schema), vec![Vec::new()])?));
    }
    union_plans(branches)
}

pub(super) fn union_plans(branches: Vec<LogicalPlan>) -> Result<Arc<dyn TableProvider>, LakeError> {
    let mut branches = branches.into_iter();
    let Some(first) = branches.next() else {
        return Err(LakeError::Internal("a table without a branch".into()));
    };
    let mut plan = LogicalPlanBuilder::from(first);
    for branch in branches {
        plan = plan.union(branch)?;
    }
    Ok(Arc::new(ViewTable::new(plan.build()?, None)))
}

/// A schema without the notes for writers: the engine wants schemas that are equal in all.
pub(super) fn plain(schema: &SchemaRef) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().clone()))
}

pub(super) fn memory(rows: RecordBatch) -> Result<Arc<dyn TableProvider>, LakeError> {
    Ok(Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?))
}
