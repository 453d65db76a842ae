//! What a statement asks of its own connection, as values.

use super::names::{last, of_expression};
use crate::pg::settings::VERSION_TEXT;
use crate::pg::system::DATABASE;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Select, SelectItem,
    Statement, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What a connection knows of itself.
pub(in crate::pg) struct Facts {
    pub(in crate::pg) user: String,
    pub(in crate::pg) number: i32,
    pub(in crate::pg) settings: BTreeMap<String, String>,
}

/// Writes the facts of a connection into a statement; whether there were any to write.
pub(in crate::pg) fn with_facts(statement: &mut Statement, facts: &Facts) -> bool {
    let mut write = Write { facts, is_written: false };
    let _ = statement.visit(&mut write);
    write.is_written
}

struct Write<'own> {
    facts: &'own Facts,
    is_written: bool,
}

impl VisitorMut for Write<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, own: &mut Select) -> ControlFlow<()> {
        for item in &mut own.projection {
            let SelectItem::UnnamedExpr(expr) = item else { continue };
            if self.value(expr).is_some()
                || matches!(expr, Expr::Cast { expr, .. } if self.value(expr).is_some())
            {
                let alias = Ident::with_quote('"', of_expression(expr));
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<()> {
        // As text `- -1` would be a comment.
        if let Expr::UnaryOp { expr, .. } = own
            && matches!(**expr, Expr::UnaryOp { .. })
        {
            **expr = Expr::Nested(expr.clone());
        }
        if let Some(value) = self.value(own) {
            self.is_written = true;
            *own = value;
        }
        ControlFlow::Continue(())
    }
}

impl Write<'_> {
    /// What an expression is for this connection.
    fn value(&self, own: &Expr) -> Option<Expr> {
        let text = |own: &str| Some(Expr::Value(Value::SingleQuotedString(own.into()).into()));
        match own {
            Expr::Identifier(own) if own.quote_style.is_none() => {
                match own.value.to_lowercase().as_str() {
                    "current_schema" => text("core"),
                    "current_user" | "session_user" | "current_role" => text(&self.facts.user),
                    "current_catalog" => text(DATABASE),
                    _ => None,
                }
            }
            Expr::Function(function) => {
                let name = function.name.to_string().to_lowercase();
                let is_plain = !name.contains('.') || name.starts_with("pg_catalog.");
                if !is_plain || function.over.is_some() {
                    return None;
                }
                match last(&function.name).as_str() {
                    "current_user" | "session_user" | "user" | "current_role" => {
                        text(&self.facts.user)
                    }
                    "current_database" | "current_catalog" => text(DATABASE),
                    "current_schema" => text("core"),
                    "current_schemas" => schemas(function),
                    "current_setting" => self.setting(function),
                    "version" => text(VERSION_TEXT),
                    "pg_backend_pid" => {
                        let number = self.facts.number.to_string();
                        Some(Expr::Value(Value::Number(number, false).into()))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn setting(&self, function: &Function) -> Option<Expr> {
        let Some(Expr::Value(name)) = argument(function) else { return None };
        let Value::SingleQuotedString(name) = &name.value else { return None };
        let value = self
            .facts
            .settings
            .get(&name.to_lowercase())
            .map_or(Value::Null, |own| Value::SingleQuotedString(own.clone()));
        Some(Expr::Value(value.into()))
    }
}

/// The schemas in which names without one are looked for.
fn schemas(function: &Function) -> Option<Expr> {
    let is_all = argument(function).is_some_and(|own| own.to_string().eq_ignore_ascii_case("true"));
    let sql = if is_all { "array['pg_catalog', 'core']" } else { "array['core']" };
    Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).ok()?.parse_expr().ok()
}

fn argument(function: &Function) -> Option<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.first()? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(own)) => Some(own),
        _ => None,
    }
}
