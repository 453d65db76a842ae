//! What follows from relations that hold no row.

use super::names::empty_query;
use crate::pg::system::NO_TEXTS;
use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, Function, FunctionArguments, GroupByExpr, JoinOperator, ObjectName, Query,
    Select, SetExpr, SetOperator, SetQuantifier, Statement, TableFactor, TableWithJoins, Value,
    VisitMut, VisitorMut,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::names::{call, is_aggregate, rename};

/// Writes what follows from empty relations into a statement; whether no row can come of it.
pub(super) fn fold(statement: &mut Statement, empty: &BTreeSet<String>) -> bool {
    let mut folding = Folding { empty: Empty(empty.clone()) };
    let _ = statement.visit(&mut folding);
    match statement {
        Statement::Query(query) => folding.empty.query(query),
        _ => false,
    }
}

/// Relations, and common table expressions, without a row.
#[derive(Clone)]
struct Empty(BTreeSet<String>);

impl Empty {
    fn query(&self, query: &Query) -> bool {
        let mut known = self.clone();
        for own in query.with.iter().flat_map(|with| &with.cte_tables) {
            if known.query(&own.query) {
                known.0.insert(own.alias.name.value.to_lowercase());
            }
        }
        known.rows(&query.body)
    }

    fn rows(&self, body: &SetExpr) -> bool {
        match body {
            SetExpr::Select(own) => self.select(own),
            SetExpr::Query(own) => self.query(own),
            SetExpr::SetOperation { op, left, right, .. } => match op {
                SetOperator::Union => self.rows(left) && self.rows(right),
                SetOperator::Intersect => self.rows(left) || self.rows(right),
                _ => self.rows(left),
            },
            _ => false,
        }
    }

    fn select(&self, own: &Select) -> bool {
        // Without groups an aggregate gives a row of nothing.
        let has_groups = !matches!(&own.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
        if !has_groups && is_aggregate(own) {
            return false;
        }
        own.from.iter().any(|from| self.joined(from))
            || own.selection.as_ref().is_some_and(is_false)
    }

    fn joined(&self, from: &TableWithJoins) -> bool {
        let first = self.factor(&from.relation);
        from.joins.iter().fold(first, |left, join| {
            let right = || self.factor(&join.relation);
            match &join.join_operator {
                JoinOperator::Join(_)
                | JoinOperator::Inner(_)
                | JoinOperator::CrossJoin(_)
                | JoinOperator::CrossApply
                | JoinOperator::StraightJoin(_) => left || right(),
                JoinOperator::Right(_) | JoinOperator::RightOuter(_) => right(),
                JoinOperator::FullOuter(_) => left && right(),
                _ => left,
            }
        })
    }

    fn factor(&self, own: &TableFactor) -> bool {
        match own {
            TableFactor::Table { name, args: None, .. } => self.0.contains(&short(name)),
            TableFactor::Derived { subquery, .. } => self.query(subquery),
            TableFactor::NestedJoin { table_with_joins, .. } => self.joined(table_with_joins),
            _ => false,
        }
    }
}

/// A relation's name, `pg_catalog` left away.
fn short(name: &ObjectName) -> String {
    let name = name.to_string().replace('"', "").to_lowercase();
    name.strip_prefix("pg_catalog.").map(str::to_owned).unwrap_or(name)
}

fn is_false(own: &Expr) -> bool {
    use datafusion::sql::sqlparser::ast::BinaryOperator::And;
    match own {
        Expr::Value(own) => own.value == Value::Boolean(false),
        Expr::Nested(own) => is_false(own),
        Expr::BinaryOp { left, op: And, right } => is_false(left) || is_false(right),
        _ => false,
    }
}

struct Folding {
    empty: Empty,
}

impl VisitorMut for Folding {
    type Break = ();

    fn post_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<()> {
        let truth = |own: bool| Some(Expr::Value(Value::Boolean(own).into()));
        let folded = match own {
            Expr::Subquery(query) if self.empty.query(query) => {
                Some(Expr::Value(Value::Null.into()))
            }
            Expr::Exists { subquery, negated } if self.empty.query(subquery) => truth(*negated),
            Expr::InSubquery { subquery, negated, .. } if self.empty.query(subquery) => {
                truth(*negated)
            }
            Expr::AnyOp { right, .. } if self.is_empty(right) => truth(false),
            Expr::AllOp { right, .. } if self.is_empty(right) => truth(true),
            Expr::Function(Function { args: FunctionArguments::Subquery(query), name, .. })
                if short(name) == "array" && self.empty.query(query) =>
            {
                Some(call(NO_TEXTS, Vec::new()))
            }
            _ => None,
        };
        if let Some(folded) = folded {
            *own = folded;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, own: &mut Query) -> ControlFlow<()> {
        self.without_empty_sides(&mut own.body);
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, own: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Derived { lateral, subquery, .. } = own
            && *lateral
            && self.empty.query(subquery)
            && let Some(plain) = empty_query(subquery)
        {
            (*lateral, *subquery) = (false, Box::new(plain));
        }
        ControlFlow::Continue(())
    }
}

impl Folding {
    fn is_empty(&self, own: &Expr) -> bool {
        match own {
            Expr::Nested(own) => self.is_empty(own),
            Expr::Subquery(query) => self.empty.query(query),
            // What was folded already.
            Expr::Value(own) => own.value == Value::Null,
            _ => false,
        }
    }

    /// Leaves away the sides of a union that give no row, where the other gives some.
    fn without_empty_sides(&self, body: &mut SetExpr) {
        let SetExpr::SetOperation { op: SetOperator::Union, set_quantifier, left, right } = body
        else {
            return;
        };
        self.without_empty_sides(left);
        self.without_empty_sides(right);
        let mut rest = match (self.empty.rows(left), self.empty.rows(right)) {
            (false, true) => left.as_ref().clone(),
            (true, false) => {
                let mut rest = right.as_ref().clone();
                if !rename(&mut rest, left) {
                    return;
                }
                rest
            }
            _ => return,
        };
        let is_all = matches!(set_quantifier, SetQuantifier::All | SetQuantifier::AllByName);
        if !is_all {
            // A side that is more than one query may hold a row twice: it stays a union.
            let SetExpr::Select(own) = &mut rest else { return };
            own.distinct.get_or_insert(Distinct::Distinct);
        }
        *body = rest;
    }
}
