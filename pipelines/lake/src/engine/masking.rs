//! Values as they are published: of what is withheld no digit stands anywhere. Views, statements
//! and the program mask nothing themselves: they say why a value is withheld; here it is masked.

use crate::error::LakeError;
use datafusion::functions::expr_fn::{coalesce, concat, strpos};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, ident, lit, when};

/// The column that says why a value is withheld; null for one that is not. Values that have it
/// beside their state are masked when they are read, and it goes.
pub const WITHHELD_AS: &str = "withheld_as";

/// The state of a value that is withheld.
const SUPPRESSED: &str = "suppressed";

/// Columns of which a withheld value has nothing.
const NUMBERS: [&str; 10] = [
    "numerator",
    "denominator",
    "value",
    "coverage",
    "regions_present",
    "regions_expected",
    "periods_present",
    "periods_expected",
    "missing_regions",
    "basis",
];

/// The rows of a plan, masked where they say why they are withheld.
pub(super) fn masked(plan: LogicalPlan) -> Result<LogicalPlan, LakeError> {
    let names: Vec<String> =
        plan.schema().fields().iter().map(|field| field.name().clone()).collect();
    // What says of values why they are withheld, and holds none, has nothing to mask.
    if ![WITHHELD_AS, "state"].iter().all(|own| names.iter().any(|name| name == own)) {
        return Ok(plan);
    }
    let columns = names.iter().filter(|name| *name != WITHHELD_AS);
    let columns = columns.map(|name| column(name)).collect::<Result<Vec<_>, _>>()?;
    Ok(LogicalPlanBuilder::from(plan).project(columns)?.build()?)
}

fn column(name: &str) -> Result<Expr, LakeError> {
    let is_published = || ident(WITHHELD_AS).is_null();
    let own = ident(name);
    Ok(match name {
        "state" => when(is_published(), own).otherwise(lit(SUPPRESSED))?.alias(name),
        "flags" => when(is_published(), own).otherwise(reason()?)?.alias(name),
        _ if NUMBERS.contains(&name) => when(is_published(), own).end()?.alias(name),
        _ => own,
    })
}

/// The flags of a withheld value: the reason, and that it rests on made-up figures.
fn reason() -> Result<Expr, LakeError> {
    let flags = coalesce(vec![ident("flags"), lit("")]);
    let flags = concat(vec![lit(", "), flags, lit(",")]);
    let is_synthetic = strpos(flags, lit(", synthetic,")).gt(lit(0));
    let synthetic = when(is_synthetic, lit(", synthetic")).otherwise(lit(""))?;
    Ok(concat(vec![lit(format!("{SUPPRESSED}: ")), ident(WITHHELD_AS), synthetic]))
}
