//! The types of a statement's parameters `$1`, `$2`, ...

use arrow::datatypes::{DataType, Field};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, DataFusionError};
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A plan whose parameters have types, and those types, `$1` first: what its client declares, or
/// what follows from where a parameter stands, or nothing.
///
/// # Errors
/// Where two places want one parameter to be of different types.
pub(super) fn typed(
    plan: LogicalPlan,
    declared: &[Option<DataType>],
) -> Result<(LogicalPlan, Vec<Option<DataType>>), DataFusionError> {
    let places = places(&plan)?;
    let mut types: Vec<Option<DataType>> = Vec::new();
    for (id, inferred) in plan.get_parameter_types()? {
        let Some(at) = place(&id) else { continue };
        if types.len() <= at {
            types.resize(at + 1, None);
        }
        let inferred = places.get(&at).cloned().or(inferred).filter(|own| *own != DataType::Null);
        types[at] = settled(declared.get(at).and_then(Option::as_ref), inferred);
    }
    let is_typed = types.iter().any(Option::is_some);
    let plan = if is_typed { with_types(plan, &types)? } else { plan };
    Ok((plan, types))
}

/// The place of a parameter in the list of values, from 0.
fn place(id: &str) -> Option<usize> {
    let number: usize = id.trim_start_matches('$').parse().ok()?;
    (1..=usize::from(u16::MAX)).contains(&number).then(|| number - 1)
}

/// A client knows what it sends. Where it sends less than what its place can hold (a small
/// integer, an exact decimal beside floating numbers) the place decides.
fn settled(declared: Option<&DataType>, inferred: Option<DataType>) -> Option<DataType> {
    let Some(declared) = declared else { return inferred };
    let Some(inferred) = inferred else { return Some(declared.clone()) };
    let takes = match (declared, &inferred) {
        (DataType::List(sent), DataType::List(place)) => takes(place.data_type(), sent.data_type()),
        (sent, place) => takes(place, sent),
    };
    Some(if takes { inferred } else { declared.clone() })
}

/// Whether a place of one type takes every value of another.
fn takes(place: &DataType, sent: &DataType) -> bool {
    let is_signed = sent.is_signed_integer() && place.is_signed_integer();
    is_signed && place.primitive_width() >= sent.primitive_width()
        || sent.is_decimal() && (place.is_floating() || place.is_decimal())
}

/// Parameters whose place says their type where the planner does not: they are cast, or lists that
/// are compared by ANY or ALL.
fn places(plan: &LogicalPlan) -> Result<BTreeMap<usize, DataType>, DataFusionError> {
    let mut found = BTreeMap::new();
    plan.apply_with_subqueries(|plan| {
        let columns = merge_schema(&plan.inputs());
        plan.apply_expressions(|own| {
            own.apply(|own| {
                if let Some((at, element)) = compared(own)
                    && let Some(element) = element_type(element, &columns)
                {
                    found.insert(at, DataType::new_list(element, true));
                } else if let Expr::Cast(cast) = own
                    && let Expr::Placeholder(parameter) = cast.expr.as_ref()
                    && let Some(at) = place(&parameter.id)
                {
                    found.insert(at, plain(cast.field.data_type()));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(found)
}

/// The parameter that is a list, and what its elements are compared with. The planner makes
/// `array_has` of `= any` and bounds (`array_min`, `array_max`) of other comparisons.
fn compared(own: &Expr) -> Option<(usize, &Expr)> {
    match own {
        Expr::ScalarFunction(own) if own.name() == "array_has" => match own.args.as_slice() {
            [Expr::Placeholder(list), element] => Some((place(&list.id)?, element)),
            _ => None,
        },
        Expr::BinaryExpr(BinaryExpr { left, right, .. }) => {
            let bound = |own: &Expr| match own {
                Expr::ScalarFunction(own) if matches!(own.name(), "array_min" | "array_max") => {
                    match own.args.as_slice() {
                        [Expr::Placeholder(list)] => place(&list.id),
                        _ => None,
                    }
                }
                _ => None,
            };
            let (left, right) = (left.as_ref(), right.as_ref());
            bound(left).map(|at| (at, right)).or_else(|| bound(right).map(|at| (at, left)))
        }
        _ => None,
    }
}

/// What a list holds whose elements are compared with an expression.
fn element_type(own: &Expr, columns: &DFSchema) -> Option<DataType> {
    Some(plain(&own.get_type(columns).ok()?)).filter(|own| *own != DataType::Null)
}

/// A type without the way in which it is stored.
fn plain(own: &DataType) -> DataType {
    match own {
        DataType::Dictionary(_, value) => plain(value),
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::List(own) => DataType::new_list(plain(own.data_type()), true),
        other => other.clone(),
    }
}

/// The plan with types at its parameters.
fn with_types(
    plan: LogicalPlan,
    types: &[Option<DataType>],
) -> Result<LogicalPlan, DataFusionError> {
    let typed = |own: Expr| match own {
        Expr::Placeholder(Placeholder { id, field }) => {
            match place(&id).and_then(|at| types.get(at)?.clone()) {
                Some(own) => {
                    let field = Some(Arc::new(Field::new("", own, true)));
                    Ok(Transformed::yes(Expr::Placeholder(Placeholder { id, field })))
                }
                None => Ok(Transformed::no(Expr::Placeholder(Placeholder { id, field }))),
            }
        }
        other => Ok(Transformed::no(other)),
    };
    let plan = plan.transform_up_with_subqueries(|plan| {
        let names = NamePreserver::new(&plan);
        let plan = plan.map_expressions(|own| {
            let name = names.save(&own);
            Ok(own.transform_up(typed)?.update_data(|own| name.restore(own)))
        })?;
        plan.map_data(LogicalPlan::recompute_schema)
    });
    Ok(plan?.data)
}
