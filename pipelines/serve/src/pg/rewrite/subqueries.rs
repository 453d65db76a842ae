//! Subqueries that name the outer row, and other forms that the engine plans in one way alone.

use super::names::{call, is_aggregate, last};
use crate::pg::system::NO_TEXTS;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArguments, GroupByExpr, LimitClause, Query, Select, SelectItem,
    SetExpr, Statement, TableAliasColumnDef, TableFactor, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;
use std::ops::ControlFlow;

/// Functions that give rows; any other gives one row where it stands for a table.
const OF_ROWS: [&str; 5] =
    ["generate_series", "generate_subscripts", "pg_get_keywords", "range", "unnest"];

/// Makes one value of the rows of each subquery that stands for a value. PostgreSQL takes one row
/// there at most, so the largest is the one; `array(...)` takes all.
pub(super) fn aggregate(statement: &mut Statement) {
    let _ = statement.visit(&mut Aggregate);
}

/// Leaves away, from what a result shows, the subqueries that the engine cannot plan: there is no
/// value of them.
pub(super) fn give_up(statement: &mut Statement) {
    struct GiveUp;
    impl VisitorMut for GiveUp {
        type Break = ();

        fn pre_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<()> {
            let is_array = |own: &Expr| match own {
                Expr::Function(own) => {
                    last(&own.name) == "array" && matches!(own.args, FunctionArguments::Subquery(_))
                }
                _ => false,
            };
            if is_array(own) {
                *own = call(NO_TEXTS, Vec::new());
            } else if matches!(own, Expr::Subquery(_)) {
                *own = Expr::Value(Value::Null.into());
            }
            ControlFlow::Continue(())
        }
    }
    if let Statement::Query(query) = statement
        && let SetExpr::Select(own) = query.body.as_mut()
    {
        for item in &mut own.projection {
            if let SelectItem::UnnamedExpr(own) | SelectItem::ExprWithAlias { expr: own, .. } = item
            {
                let _ = own.visit(&mut GiveUp);
            }
        }
    }
}

struct Aggregate;

impl VisitorMut for Aggregate {
    type Break = ();

    fn pre_visit_select(&mut self, own: &mut Select) -> ControlFlow<()> {
        // Of rows, only conditions ask whether they are in others.
        for item in &mut own.projection {
            if let SelectItem::UnnamedExpr(own) | SelectItem::ExprWithAlias { expr: own, .. } = item
            {
                let _ = own.visit(&mut Told);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<()> {
        if let Some(plainer) = membership(own) {
            *own = plainer;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<()> {
        match own {
            Expr::Subquery(query) => {
                with(query, "max");
            }
            Expr::Function(function) if last(&function.name) == "array" => {
                if let FunctionArguments::Subquery(query) = &function.args {
                    let mut query = query.clone();
                    if with(&mut query, "array_agg") {
                        *own = Expr::Subquery(query);
                    }
                }
            }
            Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } => {
                // The engine knows the backslash alone.
                if let Some(mark) = escape_char.take() {
                    let text = |own: Value| Expr::Value(own.into());
                    let backslash = text(Value::SingleQuotedString("\\".to_owned()));
                    let given = vec![pattern.as_ref().clone(), text(mark.value), backslash];
                    **pattern = call("replace", given);
                }
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
                if let Some(plainer) = pairs(left, right) {
                    *own = plainer;
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, own: &mut TableFactor) -> ControlFlow<()> {
        let TableFactor::Table { name, args: Some(args), alias, .. } = own else {
            return ControlFlow::Continue(());
        };
        let called = last(name);
        if OF_ROWS.contains(&called.as_str()) {
            // The one column is called as the table is.
            if let Some(own) = alias
                && own.columns.is_empty()
                && called != "pg_get_keywords"
            {
                let name = own.name.clone();
                own.columns.push(TableAliasColumnDef { name, data_type: None });
            }
            return ControlFlow::Continue(());
        }
        let column = alias.as_ref().map_or(called.clone(), |own| own.name.value.clone());
        let given: Vec<String> = args.args.iter().map(ToString::to_string).collect();
        let sql = format!("select {called}({}) as \"{column}\"", given.join(", "));
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, &sql).ok();
        if let Some(Statement::Query(query)) = parsed.and_then(|mut own| own.pop()) {
            let alias = alias.clone();
            *own = TableFactor::Derived { lateral: false, subquery: query, alias, sample: None };
        }
        ControlFlow::Continue(())
    }
}

/// Whether something is among rows, where a result tells it.
struct Told;

impl VisitorMut for Told {
    type Break = ();

    fn pre_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<()> {
        if let Some(plainer) = membership(own) {
            *own = plainer;
        }
        let (found, negated) = match own {
            Expr::InSubquery { expr, subquery, negated } => {
                let mut all = subquery.clone();
                if !with(&mut all, "array_agg") {
                    return ControlFlow::Continue(());
                }
                let among = vec![Expr::Subquery(all), expr.as_ref().clone()];
                let none = Expr::Value(Value::Boolean(false).into());
                (call("coalesce", vec![call("array_has", among), none]), *negated)
            }
            Expr::Exists { subquery, negated } => {
                let mut count = subquery.clone();
                let SetExpr::Select(select) = count.body.as_mut() else {
                    return ControlFlow::Continue(());
                };
                let one = Expr::Value(Value::Number("1".to_owned(), false).into());
                select.projection = vec![SelectItem::UnnamedExpr(call("count", vec![one]))];
                count.order_by = None;
                let none = Expr::Value(Value::Number("0".to_owned(), false).into());
                let op = BinaryOperator::Gt;
                let (left, right) = (Box::new(Expr::Subquery(count)), Box::new(none));
                (Expr::BinaryOp { left, op, right }, *negated)
            }
            _ => return ControlFlow::Continue(()),
        };
        *own = Expr::Nested(Box::new(found));
        if negated {
            let op = datafusion::sql::sqlparser::ast::UnaryOperator::Not;
            *own = Expr::UnaryOp { op, expr: Box::new(own.clone()) };
        }
        ControlFlow::Continue(())
    }
}

/// `x = any (select ..)` and `x <> all (select ..)` as `in` and `not in`.
fn membership(own: &Expr) -> Option<Expr> {
    let (left, right, negated) = match own {
        Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => (left, right, false),
        Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } => (left, right, true),
        _ => return None,
    };
    let mut right = right.as_ref();
    while let Expr::Nested(inner) = right {
        right = inner;
    }
    let Expr::Subquery(subquery) = right else { return None };
    Some(Expr::InSubquery { expr: left.clone(), subquery: subquery.clone(), negated })
}

/// `(a, b) = (c, d)` pair by pair.
fn pairs(left: &Expr, right: &Expr) -> Option<Expr> {
    let (Expr::Tuple(left), Expr::Tuple(right)) = (left, right) else { return None };
    if left.len() != right.len() {
        return None;
    }
    let equal = left.iter().zip(right).map(|(left, right)| Expr::BinaryOp {
        left: Box::new(left.clone()),
        op: BinaryOperator::Eq,
        right: Box::new(right.clone()),
    });
    equal.reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::And,
        right: Box::new(right),
    })
}

/// Whether a limit is that of one row.
fn is_one(limit: Option<&LimitClause>) -> bool {
    let Some(LimitClause::LimitOffset { limit: Some(Expr::Value(own)), offset: None, .. }) = limit
    else {
        return false;
    };
    matches!(&own.value, Value::Number(own, _) if own == "1")
}

/// Puts a function around the one column of a query of plain rows.
fn with(query: &mut Query, function: &str) -> bool {
    // One value is one row already; which one, an order would say.
    if function == "max" && query.order_by.is_none() && is_one(query.limit_clause.as_ref()) {
        query.limit_clause = None;
    }
    if query.limit_clause.is_some() || query.fetch.is_some() || query.with.is_some() {
        return false;
    }
    let SetExpr::Select(select) = query.body.as_mut() else { return false };
    let has_groups = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    if has_groups || select.distinct.is_some() || select.from.is_empty() || is_aggregate(select) {
        return false;
    }
    let [item] = select.projection.as_mut_slice() else { return false };
    let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else {
        return false;
    };
    *expr = call(function, vec![expr.clone()]);
    query.order_by = None;
    true
}
