//! Names that stand for numbers, numbers that are shown as names, and columns that every table of
//! PostgreSQL has.

use super::names::{call, last};
use crate::pg::system::{KINDS, Numbers, name_of};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Select, SelectItem, SetExpr, Statement, Value, Visit, VisitMut, Visitor,
    VisitorMut,
};
use koridor_lake::LakeError;
use std::ops::ControlFlow;

/// Columns of every table, with what they hold here: a version of the row, or nothing.
const OF_EVERY_TABLE: [(&str, &str); 6] =
    [("cmax", "0"), ("cmin", "0"), ("ctid", "0"), ("tableoid", "0"), ("xmax", "0"), ("xmin", "1")];

/// Writes numbers for names, and the other way round where text is asked for.
///
/// # Errors
/// Where a name is not there.
pub(super) fn resolve(statement: &mut Statement, numbers: &Numbers) -> Result<(), LakeError> {
    let mut casts = Casts { numbers };
    if let ControlFlow::Break((kind, name)) = statement.visit(&mut casts) {
        let message = match kind {
            "regclass" => format!("no table `{name}`"),
            _ => format!("there is no {kind} `{name}`"),
        };
        let hint = "pg_catalog.pg_class lists what there is".to_owned();
        return Err(LakeError::usage(message, hint));
    }
    if let Statement::Query(query) = statement {
        shown(&mut query.body);
    }
    Ok(())
}

/// Shows the columns of a result that are such numbers by their names.
fn shown(body: &mut SetExpr) {
    match body {
        SetExpr::Select(own) => shown_of(own),
        SetExpr::SetOperation { left, right, .. } => {
            shown(left);
            shown(right);
        }
        _ => {}
    }
}

fn shown_of(own: &mut Select) {
    for item in &mut own.projection {
        let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else {
            continue;
        };
        if let Some(name) = name(expr) {
            *expr = name;
        }
    }
}

/// The kind of name that a type is.
fn kind(data_type: &DataType) -> Option<&'static str> {
    let name = data_type.to_string().to_lowercase();
    let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
    KINDS.iter().find(|(own, _)| *own == name).map(|(own, _)| *own)
}

pub(super) fn is_text(data_type: &DataType) -> bool {
    let name = data_type.to_string().to_lowercase();
    let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
    ["text", "varchar", "character varying", "name", "bpchar", "\"char\""].contains(&name)
}

/// Functions that give texts, of those that clients make names with.
const OF_TEXT: [&str; 5] = ["concat", "format", "pg_get_serial_sequence", "quote_ident", "replace"];

fn gives_text(own: &Expr) -> bool {
    match own {
        Expr::Nested(own) => gives_text(own),
        Expr::BinaryOp { op, .. } => *op == BinaryOperator::StringConcat,
        Expr::Function(function) => OF_TEXT.contains(&last(&function.name).as_str()),
        Expr::Cast { data_type, .. } => is_text(data_type),
        _ => false,
    }
}

/// The name for a number that is cast to a kind of name.
fn name(own: &Expr) -> Option<Expr> {
    match own {
        Expr::Nested(own) => name(own),
        Expr::Cast { expr, data_type, .. } => {
            Some(call(&name_of(kind(data_type)?), vec![expr.as_ref().clone()]))
        }
        _ => None,
    }
}

struct Casts<'own> {
    numbers: &'own Numbers,
}

impl VisitorMut for Casts<'_> {
    type Break = (&'static str, String);

    fn post_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<Self::Break> {
        let written = match own {
            Expr::Cast { expr, data_type, .. } => match (kind(data_type), expr.as_ref()) {
                (Some(kind), Expr::Value(value)) => match &value.value {
                    Value::SingleQuotedString(text) => match self.numbers.find(kind, text) {
                        Some(number) => Some(plain(&number.to_string())),
                        None => return ControlFlow::Break((kind, text.clone())),
                    },
                    Value::Placeholder(_) => {
                        let find = KINDS.iter().find(|(own, _)| *own == kind);
                        find.map(|(_, function)| call(function, vec![text(expr)]))
                    }
                    _ => None,
                },
                // Texts are names, numbers stay numbers.
                (Some(kind), inner) if gives_text(inner) => {
                    let find = KINDS.iter().find(|(own, _)| *own == kind);
                    find.map(|(_, function)| call(function, vec![inner.clone()]))
                }
                (None, inner) if is_text(data_type) => {
                    let named = name(inner);
                    if named.is_none() {
                        *data_type = DataType::Text;
                    }
                    named
                }
                _ => None,
            },
            Expr::Function(function) => {
                typed(function);
                None
            }
            Expr::CompoundIdentifier(names) if names.len() == 2 => {
                let last = names.last().map(|own| own.value.to_lowercase());
                let found = OF_EVERY_TABLE.iter().find(|(own, _)| last.as_deref() == Some(own));
                found.map(|(_, number)| plain(number))
            }
            _ => None,
        };
        if let Some(written) = written {
            *own = written;
        }
        ControlFlow::Continue(())
    }
}

/// Parameters that a function is given as they are are texts.
fn typed(function: &mut Function) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    for argument in &mut list.args {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(own)) = argument
            && is_parameter(own)
        {
            *own = text(own);
        }
    }
}

fn is_parameter(own: &Expr) -> bool {
    matches!(own, Expr::Value(value) if matches!(value.value, Value::Placeholder(_)))
}

fn text(own: &Expr) -> Expr {
    let (expr, data_type) = (Box::new(own.clone()), DataType::Text);
    Expr::Cast { kind: CastKind::Cast, expr, data_type, array: false, format: None }
}

/// How many parameters a statement has.
pub(in crate::pg) fn parameters(statement: &Statement) -> usize {
    struct Most(usize);
    impl Visitor for Most {
        type Break = ();

        fn pre_visit_expr(&mut self, own: &Expr) -> ControlFlow<()> {
            if let Expr::Value(value) = own
                && let Value::Placeholder(name) = &value.value
                && let Ok(number) = name.trim_start_matches('$').parse::<u16>()
            {
                self.0 = self.0.max(usize::from(number));
            }
            ControlFlow::Continue(())
        }
    }
    let mut most = Most(0);
    let _ = statement.visit(&mut most);
    most.0
}

fn plain(number: &str) -> Expr {
    Expr::Value(Value::Number(number.to_owned(), false).into())
}
