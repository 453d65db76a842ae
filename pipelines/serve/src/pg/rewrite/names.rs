//! Names of relations and of columns, as PostgreSQL takes and gives them.

use crate::pg::system::is_of_server;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    ObjectName, ObjectNamePart, Query, Select, SelectItem, SetExpr, Statement, Visit, VisitMut,
    Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Functions that make one value of many rows.
const AGGREGATES: [&str; 14] = [
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bool_and",
    "bool_or",
    "count",
    "every",
    "json_agg",
    "json_object_agg",
    "max",
    "min",
    "string_agg",
    "sum",
];

/// Writes the schema before relations of the server that are named without it.
pub(super) fn qualify(statement: &mut Statement) {
    struct Qualify(BTreeSet<String>);
    impl VisitorMut for Qualify {
        type Break = ();

        fn pre_visit_query(&mut self, own: &mut Query) -> ControlFlow<()> {
            let ctes = own.with.iter().flat_map(|with| &with.cte_tables);
            self.0.extend(ctes.map(|own| own.alias.name.value.to_lowercase()));
            ControlFlow::Continue(())
        }

        fn pre_visit_relation(&mut self, own: &mut ObjectName) -> ControlFlow<()> {
            if let [ObjectNamePart::Identifier(name)] = own.0.as_slice() {
                let lower = name.value.to_lowercase();
                if is_of_server(&lower) && !self.0.contains(&lower) {
                    own.0.insert(0, ObjectNamePart::Identifier(Ident::new("pg_catalog")));
                }
            }
            ControlFlow::Continue(())
        }
    }
    let _ = statement.visit(&mut Qualify(BTreeSet::new()));
}

/// Gives columns without a name the one that PostgreSQL gives them; of equal ones a number behind
/// it, as the engine has no two of one name.
pub(super) fn give(statement: &mut Statement) {
    struct Give;
    impl VisitorMut for Give {
        type Break = ();

        fn pre_visit_select(&mut self, own: &mut Select) -> ControlFlow<()> {
            let mut taken: BTreeSet<String> = own.projection.iter().filter_map(said).collect();
            for item in &mut own.projection {
                let SelectItem::UnnamedExpr(expr) = item else { continue };
                if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
                    continue;
                }
                let usual = of_expression(expr);
                let numbered = (1..).map(|number| format!("{usual}_{number}"));
                let mut names = std::iter::once(usual.clone()).chain(numbered);
                let Some(name) = names.find(|own| taken.insert(own.clone())) else { continue };
                let alias = Ident::with_quote('"', name);
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
            }
            ControlFlow::Continue(())
        }
    }
    let _ = statement.visit(&mut Give);
}

/// The name that is written for a column.
fn said(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(own)) => Some(own.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(own)) => {
            own.last().map(|own| own.value.clone())
        }
        _ => None,
    }
}

/// The name of a column that is an expression, as PostgreSQL has it.
pub(super) fn of_expression(own: &Expr) -> String {
    let none = "?column?";
    let name = match own {
        Expr::Identifier(own) => own.value.as_str(),
        Expr::CompoundIdentifier(own) => own.last().map_or(none, |own| own.value.as_str()),
        Expr::Function(own) => return last(&own.name),
        Expr::Case { .. } => "case",
        Expr::Array(_) => "array",
        Expr::Exists { .. } => "exists",
        Expr::Extract { .. } => "extract",
        Expr::Substring { .. } => "substring",
        Expr::Trim { .. } => "btrim",
        Expr::Nested(own) => return of_expression(own),
        Expr::Cast { expr, data_type, .. } => {
            let inner = of_expression(expr);
            let kind = data_type.to_string().to_lowercase();
            return if inner == none { kind.replace("pg_catalog.", "") } else { inner };
        }
        Expr::Subquery(query) => match query.body.as_ref() {
            SetExpr::Select(own) => match own.projection.first() {
                Some(SelectItem::UnnamedExpr(own)) => return of_expression(own),
                Some(item) => return said(item).unwrap_or(none.to_owned()),
                None => none,
            },
            _ => none,
        },
        _ => none,
    };
    name.to_owned()
}

/// The last part of a name, in small letters.
pub(super) fn last(name: &ObjectName) -> String {
    let last = name.0.last().and_then(|own| own.as_ident());
    last.map(|own| own.value.to_lowercase()).unwrap_or_default()
}

/// A call of a function.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|own| FunctionArg::Unnamed(FunctionArgExpr::Expr(own)));
    let args = FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment: None,
        args: args.collect(),
        clauses: Vec::new(),
    });
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args,
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// Whether a select makes one row of all.
pub(super) fn is_aggregate(own: &Select) -> bool {
    /// Whether there is one, and how many queries are around what is looked at.
    struct Find(bool, usize);
    impl Visitor for Find {
        type Break = ();

        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.1 += 1;
            ControlFlow::Continue(())
        }

        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.1 -= 1;
            ControlFlow::Continue(())
        }

        fn pre_visit_expr(&mut self, own: &Expr) -> ControlFlow<()> {
            if let Expr::Function(function) = own
                && self.1 == 0
                && function.over.is_none()
            {
                self.0 |= AGGREGATES.contains(&last(&function.name).as_str());
            }
            ControlFlow::Continue(())
        }
    }
    let mut find = Find(false, 0);
    let _ = own.projection.visit(&mut find);
    find.0 || own.having.is_some()
}

/// Gives the columns of a side of a union the names of the other side.
pub(super) fn rename(own: &mut SetExpr, other: &SetExpr) -> bool {
    let Some(names) = columns(other) else { return false };
    let SetExpr::Select(select) = own else { return false };
    if select.projection.len() != names.len() {
        return false;
    }
    for (item, name) in select.projection.iter_mut().zip(names) {
        let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else {
            return false;
        };
        let alias = Ident::with_quote('"', name);
        *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
    }
    true
}

/// The names of the columns of a body; none where they are not written.
fn columns(body: &SetExpr) -> Option<Vec<String>> {
    match body {
        SetExpr::Select(own) => {
            let name = |item: &SelectItem| match item {
                SelectItem::UnnamedExpr(own) => Some(of_expression(own)),
                SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
                _ => None,
            };
            own.projection.iter().map(name).collect()
        }
        SetExpr::SetOperation { left, .. } => columns(left),
        SetExpr::Query(own) => columns(&own.body),
        _ => None,
    }
}

/// A query with the columns of another and no row; none where they are not written.
pub(super) fn empty_query(own: &Query) -> Option<Query> {
    let mut taken = BTreeSet::new();
    let columns = columns(&own.body)?.into_iter().map(|name| {
        let numbered = (1..).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let name = names.find(|own| taken.insert(own.clone())).unwrap_or_default();
        format!("cast(null as text) as {}", Ident::with_quote('"', name))
    });
    let sql = format!("select {} where false", columns.collect::<Vec<_>>().join(", "));
    match Parser::parse_sql(&PostgreSqlDialect {}, &sql).ok()?.pop()? {
        Statement::Query(query) => Some(*query),
        _ => None,
    }
}

/// A statement with the columns of another and no row.
pub(in crate::pg) fn empty_rows(own: &Statement) -> Option<Statement> {
    match own {
        Statement::Query(query) => Some(Statement::Query(Box::new(empty_query(query)?))),
        _ => None,
    }
}
