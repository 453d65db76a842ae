//! Bytes as PostgreSQL writes them in texts, which the engine would take for letters: `\x0a`, or
//! letters among which `\\` is `\` and `\012` is a byte.

use super::casts::is_text;
use super::names::of_expression;
use crate::pg::errors::error;
use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, DataType, Expr, Ident, Select, SelectItem, Statement, TypedString, Value,
    VisitMut, VisitorMut,
};
use pgwire::error::{PgWireError, PgWireResult};
use std::ops::ControlFlow;

/// Letters of a text that are shown in a message.
const MOST_LETTERS: usize = 40;

/// The bytes that a text is.
///
/// # Errors
/// Where PostgreSQL would not read it either.
pub(in crate::pg) fn bytes_of(text: &str) -> PgWireResult<Vec<u8>> {
    let found = match text.strip_prefix("\\x") {
        Some(digits) => of_digits(digits),
        None => of_letters(text.as_bytes()),
    };
    found.ok_or_else(|| {
        let shown: String = text.chars().take(MOST_LETTERS).collect();
        let hint = "write '\\x0a' (hexadecimal), or letters with '\\012' (octal) and '\\\\' for a \
                    single '\\'";
        error("22P02", format!("`{shown}` is no bytea"), Some(hint))
    })
}

/// Pairs of hexadecimal digits, blanks between them.
fn of_digits(digits: &str) -> Option<Vec<u8>> {
    let mut marks = digits.chars();
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    while let Some(mark) = marks.next() {
        if matches!(mark, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        let (high, low) = (mark.to_digit(16)?, marks.next()?.to_digit(16)?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(bytes)
}

/// Letters as they are, with what stands behind `\`.
fn of_letters(letters: &[u8]) -> Option<Vec<u8>> {
    let mut rest = letters.iter();
    let mut bytes = Vec::with_capacity(letters.len());
    while let Some(&letter) = rest.next() {
        if letter != b'\\' {
            bytes.push(letter);
            continue;
        }
        let digit = |own: Option<&u8>| own.and_then(|own| char::from(*own).to_digit(8));
        match rest.next() {
            Some(b'\\') => bytes.push(b'\\'),
            first => {
                let first = digit(first)?;
                let (second, third) = (digit(rest.next())?, digit(rest.next())?);
                bytes.push(u8::try_from(first * 64 + second * 8 + third).ok()?);
            }
        }
    }
    Some(bytes)
}

/// Writes the bytes for texts that a statement casts to bytes; whether there were any.
///
/// # Errors
/// Where such a text is no bytea, or means a list of them.
pub(in crate::pg) fn with_bytes(statement: &mut Statement) -> PgWireResult<bool> {
    let mut write = Write { is_written: false };
    match statement.visit(&mut write) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(write.is_written),
    }
}

struct Write {
    is_written: bool,
}

impl VisitorMut for Write {
    type Break = PgWireError;

    fn pre_visit_select(&mut self, own: &mut Select) -> ControlFlow<PgWireError> {
        for item in &mut own.projection {
            let SelectItem::UnnamedExpr(expr) = item else { continue };
            if text_of(expr).is_some() {
                let alias = Ident::with_quote('"', of_expression(expr));
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, own: &mut Expr) -> ControlFlow<PgWireError> {
        match self.write(own) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl Write {
    fn write(&mut self, own: &mut Expr) -> PgWireResult<()> {
        if let Some(text) = text_of(own) {
            *own = self.literal(text)?;
            return Ok(());
        }
        let Expr::Cast { expr, data_type, .. } = own else { return Ok(()) };
        if !is_list(data_type) {
            return Ok(());
        }
        if literal(expr).is_some() {
            let hint = "write array['\\x0a'::bytea, ...]";
            return Err(error("0A000", "a list of bytea is not read of a text", Some(hint)));
        }
        if let Expr::Array(list) = &mut **expr {
            for one in &mut list.elem {
                if let Some(text) = literal(one) {
                    *one = self.literal(text)?;
                }
            }
        }
        Ok(())
    }

    /// The bytes of a text as a literal that the engine reads as bytes.
    fn literal(&mut self, text: &str) -> PgWireResult<Expr> {
        let digits: String = bytes_of(text)?.iter().map(|own| format!("{own:02x}")).collect();
        self.is_written = true;
        Ok(Expr::Value(Value::HexStringLiteral(digits).into()))
    }
}

/// The text that an expression casts to bytes.
fn text_of(own: &Expr) -> Option<&str> {
    match own {
        Expr::Cast { expr, data_type, .. } if is_bytes(data_type) => literal(expr),
        Expr::TypedString(TypedString { data_type, value, .. }) if is_bytes(data_type) => {
            written(&value.value)
        }
        _ => None,
    }
}

fn is_bytes(data_type: &DataType) -> bool {
    let name = data_type.to_string().to_lowercase();
    name.strip_prefix("pg_catalog.").unwrap_or(&name) == "bytea"
}

fn is_list(data_type: &DataType) -> bool {
    match data_type {
        DataType::Array(ArrayElemTypeDef::SquareBracket(own, _)) => is_bytes(own) || is_list(own),
        _ => false,
    }
}

/// A text that stands in a statement as it is.
fn literal(own: &Expr) -> Option<&str> {
    match own {
        Expr::Value(own) => written(&own.value),
        Expr::Nested(own) => literal(own),
        Expr::Cast { expr, data_type, .. } if is_text(data_type) => literal(expr),
        _ => None,
    }
}

fn written(value: &Value) -> Option<&str> {
    match value {
        Value::SingleQuotedString(own) | Value::EscapedStringLiteral(own) => Some(own),
        Value::DollarQuotedString(own) => Some(&own.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::bytes_of;

    #[test]
    fn bytes_are_read_as_postgresql_reads_them() {
        let cases: [(&str, &[u8]); 9] = [
            ("\\x01", b"\x01"),
            ("\\xDEADbeef", b"\xde\xad\xbe\xef"),
            ("\\x de ad\n", b"\xde\xad"),
            ("\\x", b""),
            ("", b""),
            ("\\001a\\\\b", b"\x01a\\b"),
            ("\\377", b"\xff"),
            ("é", "é".as_bytes()),
            ("x01", b"x01"),
        ];
        for (text, meant) in cases {
            assert_eq!(bytes_of(text).unwrap(), meant, "{text}");
        }
        for text in ["\\xZZ", "\\x0", "\\x0 1", "\\", "\\1", "\\01", "\\400", "\\089", "a\\n"] {
            assert!(bytes_of(text).is_err(), "{text}");
        }
    }
}
