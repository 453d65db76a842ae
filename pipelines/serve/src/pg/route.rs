//! Whether a statement asks the lake or `pg_catalog`.

use super::errors::error;
use super::rewrite::{Facts, with_bytes, with_facts};
use datafusion::sql::sqlparser::ast::{Expr, ObjectName, Query, Statement, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;
use pgwire::error::{PgWireError, PgWireResult};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Functions that tell of the server, beside those that begin with `pg_`, `has_` or `to_reg`.
const OF_SERVER: [&str; 17] = [
    "age",
    "array_lower",
    "array_upper",
    "col_description",
    "current_setting",
    "format",
    "format_type",
    "inet_client_addr",
    "inet_client_port",
    "inet_server_addr",
    "inet_server_port",
    "obj_description",
    "parse_ident",
    "quote_ident",
    "quote_literal",
    "set_config",
    "shobj_description",
];

/// Functions that stand where tables do and are of neither.
const SERIES: [&str; 4] = ["generate_series", "range", "string_to_array", "unnest"];

/// Whom a statement asks.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Route {
    /// The lake, with the text as the engine is given it.
    Lake(String),
    Catalog(Box<Statement>),
}

/// Whom a statement asks, with what it asks of its own connection, and the bytes that it says as
/// texts, written into it.
///
/// # Errors
/// Where it would change anything, asks both at once, or says bytes that are none.
pub(super) fn route(sql: &str, facts: &Facts) -> PgWireResult<Route> {
    let Ok(mut statements) = Parser::parse_sql(&PostgreSqlDialect {}, sql) else {
        // The engine tells what is wrong.
        return Ok(Route::Lake(sql.to_owned()));
    };
    if !statements.iter().all(reads) {
        let hint = "it answers select, with, values, table and explain";
        return Err(error("25006", "this server is read-only", Some(hint)));
    }
    let (Some(mut statement), true) = (statements.pop(), statements.is_empty()) else {
        return Ok(Route::Lake(sql.to_owned()));
    };
    let has_bytes = with_bytes(&mut statement)?;
    let is_written = with_facts(&mut statement, facts) || has_bytes;
    let mut named = Named::default();
    let _ = statement.visit(&mut named);
    let of_lake = named.relations.iter().find(|own| !named.ctes.contains(*own));
    match (&named.of_catalog, of_lake) {
        (Some(own), Some(table)) => {
            let message = format!(
                "`{table}` and `{own}`, which tells of the server, are asked at once: one \
                 statement asks the lake or pg_catalog"
            );
            let hint = "ask for one, then for the other; what tables and columns there are is \
                        told beside the lake's by information_schema, ref.dataset and ref.column";
            Err(error("0A000", message, Some(hint)))
        }
        (Some(_), None) => Ok(Route::Catalog(Box::new(statement))),
        (None, None) if named.is_told => Ok(Route::Catalog(Box::new(statement))),
        (None, _) if is_written => written(&statement).map(Route::Lake),
        (None, _) => Ok(Route::Lake(sql.to_owned())),
    }
}

/// A statement as text again. What does not read back as it is (`- -1` becomes a comment) is no
/// statement of the caller's.
fn written(statement: &Statement) -> Result<String, PgWireError> {
    let text = statement.to_string();
    let again = Parser::parse_sql(&PostgreSqlDialect {}, &text).ok();
    match again.as_deref() {
        Some([own]) if own.to_string() == text => Ok(text),
        _ => {
            let hint = "ask for what tells of the connection alone";
            Err(error("0A000", "this statement cannot name its connection or bytes", Some(hint)))
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
    /// What it asks of `pg_catalog`: the first.
    of_catalog: Option<String>,
    /// Whether it asks `information_schema`.
    is_told: bool,
}

impl Named {
    fn asks_catalog(&mut self, name: &str) {
        self.of_catalog.get_or_insert_with(|| name.to_owned());
    }
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
            Some(&"pg_catalog") => self.asks_catalog(&name),
            // The tables of both are told by both.
            Some(&"information_schema") => self.is_told = true,
            None if last.starts_with("pg_") && !self.ctes.contains(last) => {
                self.asks_catalog(&name);
            }
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
                let begins = ["pg_", "has_", "to_reg"];
                if plain != name
                    || begins.iter().any(|own| plain.starts_with(own))
                    || OF_SERVER.contains(&plain)
                {
                    self.asks_catalog(&format!("{plain}()"));
                }
            }
            Expr::Cast { data_type, .. } => {
                let name = data_type.to_string().to_lowercase();
                let name = name.trim_start_matches("pg_catalog.");
                if name.starts_with("reg") || name == "oid" || name == "name" {
                    self.asks_catalog(&format!("::{name}"));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::Facts;
    use super::Route;
    use std::collections::BTreeMap;

    fn route(sql: &str) -> pgwire::error::PgWireResult<Route> {
        let settings = BTreeMap::from([("search_path".to_owned(), "core".to_owned())]);
        super::route(sql, &Facts { user: "a'b".to_owned(), number: 7, settings })
    }

    #[test]
    fn a_statement_goes_to_whom_it_asks() {
        for sql in [
            "select 1",
            "select region_code from core.visit where note = 'pg_catalog.pg_class'",
            "with pg as (select 1 as a) select * from pg",
            "explain select * from core.visit",
            "select * from generate_series(1, 3)",
            "select from from",
        ] {
            assert_eq!(route(sql).unwrap(), Route::Lake(sql.to_owned()), "{sql}");
        }
        for sql in [
            "select oid from pg_type",
            "select * from information_schema.tables",
            "select pg_table_size(1)",
            "select has_table_privilege('a', 'select')",
            "select 'core.visit'::regclass",
            "with a as (select * from pg_catalog.pg_class) select * from a",
            "select * from information_schema.tables t join pg_class c on c.relname = t.table_name",
        ] {
            assert!(matches!(route(sql).unwrap(), Route::Catalog(_)), "{sql}");
        }
        for (sql, told) in [
            ("select current_user, 1 from core.visit", "'a''b' AS \"current_user\""),
            ("select pg_catalog.current_schema()", "'core' AS \"current_schema\""),
            ("select current_setting('search_path')", "'core'"),
            ("select current_schemas(true)", "ARRAY['pg_catalog', 'core']"),
            ("select session_user::text from core.visit", "'a''b'::TEXT AS \"session_user\""),
            ("select a from core.visit where b = user", "= 'a''b'"),
            ("select user, - - 1, -(-2), - + - 3 from core.visit", "-(-1), -(-2), -(+(-3))"),
            ("select '\\x01'::bytea", "X'01' AS \"bytea\""),
            ("select cast(('\\xDEADBEEF') as bytea) as a", "X'deadbeef' AS a"),
            ("select a from core.visit where b = bytea '\\001a'", "b = X'0161'"),
            ("select encode(E'\\\\x0a'::text::bytea, 'hex')", "encode(X'0a', 'hex')"),
            ("select $$\\x0a$$::pg_catalog.bytea, - - 1", "X'0a' AS \"bytea\", -(-1)"),
            ("select array['\\x0a', null]::bytea[]", "ARRAY[X'0a', NULL]::BYTEA[]"),
        ] {
            let found = route(sql).unwrap();
            assert!(matches!(&found, Route::Lake(own) if own.contains(told)), "{found:?}");
        }
        for (sql, named) in [
            ("select * from core.visit, pg_class", "`core.visit` and `pg_class`"),
            ("select format('%s', a) from core.visit", "`core.visit` and `format()`"),
            ("select a::regclass from core.visit", "`core.visit` and `::regclass`"),
            ("select '\\xZZ'::bytea from core.visit, pg_class", "`\\xZZ` is no bytea"),
            ("select '{a}'::bytea[]", "a list of bytea"),
        ] {
            let Err(pgwire::error::PgWireError::UserError(told)) = route(sql) else {
                panic!("{sql}");
            };
            assert!(told.message.starts_with(named), "{}", told.message);
            let hint = told.hint.as_ref().unwrap();
            assert!(hint.contains("information_schema") || hint.contains("\\x0a"), "{told:?}");
        }
        for sql in [
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
            assert!(!matches!(route(sql), Ok(Route::Catalog(_))), "{sql}");
        }
    }
}
