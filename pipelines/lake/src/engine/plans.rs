//! Small plans that tables are made of.

use super::stored::SLICE_ID;
use crate::error::LakeError;
use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, lit};
use datafusion::prelude::ident;
use koridor_contract::Contract;
use std::sync::Arc;

pub(super) fn scan(provider: Arc<dyn TableProvider>) -> Result<LogicalPlanBuilder, LakeError> {
    Ok(LogicalPlanBuilder::scan("stored", provider_as_source(provider), None)?)
}

/// Branches one after the other, with the columns of `schema`.
pub(super) fn union(
    branches: Vec<LogicalPlan>,
    schema: &SchemaRef,
) -> Result<Arc<dyn TableProvider>, LakeError> {
    let columns: Vec<Expr> = schema.fields().iter().map(|field| ident(field.name())).collect();
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

/// Of rows with one key the newest alone. What is seen of a vintage is not what stood at any time:
/// a row that came late may be older than one that had replaced a third, and then two of them count
/// where the newest is not seen.
pub(super) fn newest_of_keys(
    contract: &Contract,
    branches: Vec<LogicalPlan>,
) -> Result<LogicalPlan, LakeError> {
    let rows = LogicalPlanBuilder::from(scan(union_plans(branches)?)?.build()?);
    let columns: Vec<Expr> =
        rows.schema().fields().iter().map(|field| ident(field.name())).collect();
    let key = contract.primary_key.iter().map(String::as_str);
    let key = key.chain(["source_id", "period_type"]).map(ident).collect();
    let newest_first = ["release_date", SLICE_ID].map(|name| ident(name).sort(false, false));
    let place = row_number().partition_by(key).order_by(newest_first.to_vec()).build()?;
    let numbered = rows.window(vec![place.alias("place_in_key")])?;
    Ok(numbered.filter(ident("place_in_key").eq(lit(1)))?.project(columns)?.build()?)
}

/// A schema without the notes for writers: the engine wants schemas that are equal in all.
pub(super) fn plain(schema: &SchemaRef) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().clone()))
}

pub(super) fn memory(rows: RecordBatch) -> Result<Arc<dyn TableProvider>, LakeError> {
    Ok(Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?))
}
