//! Whether a statement asks the lake or `pg_catalog`.

use super::errors::error;
use datafusion::sql::sqlparser::ast::{Expr, ObjectName, Query, Statement, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;
use pgwire::error::PgWireResult;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Functions that tell of the server.
const OF_SERVER: [&str; 22] = [
    "array_lower",
    "array_upper",
    "col_description",
    "current_catalog",
    "current_database",
    "current_schema",
    "current_schemas",
    "current_user",
    "format_type",
    "has_any_column_privilege",
    "has_database_privilege",
    "has_schema_privilege",
    "has_table_privilege",
    "inet_client_addr",
    "inet_server_addr",
    "obj_description",
    "parse_ident",
    "quote_ident",
    "session_user",
    "set_config",
    "shobj_description",
    "version",
];

/// Functions that stand where tables do and are of neither.
const SERIES: [&str; 3] = ["generate_series", "range", "unnest"];

/// Whom a statement asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Lake,
    Catalog,
}

/// Whom a statement asks.
///
/// # Errors
/// Where it would change anything, or asks both at once.
pub(super) fn route(sql: &str) -> PgWireResult<Route> {
    let lower = sql.to_ascii_lowercase();
    let Ok(statements) = Parser::parse_sql(&PostgreSqlDialect {}, sql) else {
        // Whoever reads it tells what is wrong.
        let is_catalog = lower.contains("pg_catalog.");
        return Ok(if is_catalog { Route::Catalog } else { Route::Lake });
    };
    if !statements.iter().all(reads) {
        let hint = "it answers select, with, values, table and explain";
        return Err(error("25006", "this server is read-only", Some(hint)));
    }
    let mut named = Named::default();
    let _ = statements.visit(&mut named);
    let of_lake = named.relations.iter().find(|own| !named.ctes.contains(*own));
    match (named.is_catalog, of_lake) {
        (false, _) => Ok(Route::Lake),
        (true, None) => Ok(Route::Catalog),
        (true, Some(table)) => {
            let message = format!("`{table}` and what tells of the server are asked at once");
            let hint = "ask for one, then for the other";
            Err(error("0A000", message, Some(hint)))
        }
    }
}

/// Whether a statement only reads. One that is half understood goes on to the engine, which reads
/// and does nothing else.
fn reads(statement: &Statement) -> bool {
    match statement {
        Statement::Query(_) => true,
        Statement::Explain { statement, .. } => reads(statement),
        Statement::ExplainTable { .. } => true,
        _ => false,
    }
}

/// What a statement names.
#[derive(Default)]
struct Named {
    relations: BTreeSet<String>,
    ctes: BTreeSet<String>,
    is_catalog: bool,
}

impl Visitor for Named {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for own in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.ctes.insert(own.alias.name.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let name = relation.to_string().replace('"', "").to_lowercase();
        let parts: Vec<&str> = name.split('.').collect();
        let last = parts.last().copied().unwrap_or_default();
        match parts.len().checked_sub(2).and_then(|at| parts.get(at)) {
            Some(&"pg_catalog") => self.is_catalog = true,
            // The tables of both are told by both.
            Some(&"information_schema") => {}
            None if last.starts_with("pg_") => self.is_catalog = true,
            None if SERIES.contains(&last) => {}
            _ => {
                self.relations.insert(name);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Function(function) => {
                let name = function.name.to_string().replace('"', "").to_lowercase();
                let plain = name.trim_start_matches("pg_catalog.");
                self.is_catalog |=
                    plain != name || plain.starts_with("pg_") || OF_SERVER.contains(&plain);
            }
            Expr::Identifier(name) if name.quote_style.is_none() => {
                let name = name.value.to_lowercase();
                let told = ["current_user", "session_user", "current_catalog", "current_schema"];
                self.is_catalog |= told.contains(&name.as_str());
            }
            Expr::Cast { data_type, .. } => {
                let name = data_type.to_string().to_lowercase();
                let name = name.trim_start_matches("pg_catalog.");
                self.is_catalog |= name.starts_with("reg") || name == "oid" || name == "name";
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Route, route};

    #[test]
    fn a_statement_goes_to_whom_it_asks() {
        for sql in [
            "select 1",
            "select region_code from core.visit where note = 'pg_catalog.pg_class'",
            "with pg as (select 1 as a) select * from pg",
            "explain select * from core.visit",
            "select * from information_schema.tables",
            "select * from generate_series(1, 3)",
            "select from from",
        ] {
            assert_eq!(route(sql).unwrap(), Route::Lake, "{sql}");
        }
        for sql in [
            "select oid from pg_type",
            "SELECT pg_catalog.version()",
            "select current_schema()",
            "select current_user",
            "select 'core.visit'::regclass",
            "with a as (select * from pg_catalog.pg_class) select * from a",
            "select * from information_schema.tables t join pg_class c on c.relname = t.table_name",
        ] {
            assert_eq!(route(sql).unwrap(), Route::Catalog, "{sql}");
        }
        for sql in [
            "select * from core.visit, pg_class",
            "insert into core.visit values (1)",
            "copy core.visit to '/tmp/a'",
            "copy core.visit from program 'id'",
            "create table a as select 1",
            "create external table t stored as csv location '/etc/passwd'",
            "drop table core.visit",
            "explain analyze delete from core.visit",
            "do $$ begin end $$",
            "load '/tmp/x.so'",
            "select 1; drop table core.visit",
        ] {
            assert!(!matches!(route(sql), Ok(Route::Catalog)), "{sql}");
        }
    }
}
