//! Refused rows as a session is shown them.

use super::snapshot::Snapshot;
use super::tier::Tier;
use crate::error::LakeError;
use arrow::datatypes::SchemaRef;
use datafusion::logical_expr::{Expr, col, ident, lit, when};
use koridor_contract::check::HIDDEN;

/// The columns of refused rows, without the cells of datasets that the session is not shown; of one
/// that the project no longer has nobody knows whether it may be.
pub(super) fn shown(snapshot: &Snapshot, schema: &SchemaRef) -> Result<Vec<Expr>, LakeError> {
    let contracts = snapshot.project.datasets.values();
    let shown = contracts.filter(|contract| snapshot.shows_cells(contract));
    let shown: Vec<Expr> = shown.map(|contract| lit(contract.name.as_str())).collect();
    let is_shown = || col("dataset").in_list(shown.clone(), false);
    let all = *snapshot.tier() == Tier::Program;
    let column = |name: &str| -> Result<Expr, LakeError> {
        let own = ident(name);
        Ok(match name {
            _ if all => own,
            "value" => {
                when(is_shown().or(own.clone().is_null()), own).otherwise(lit(HIDDEN))?.alias(name)
            }
            "row_json" => when(is_shown(), own).end()?.alias(name),
            _ => own,
        })
    };
    schema.fields().iter().map(|field| column(field.name())).collect()
}
