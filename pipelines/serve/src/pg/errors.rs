//! Errors as clients of PostgreSQL know them: a code, the place in the statement, a hint.

use crate::error::ServeError;
use koridor_contract::ErrorKind;
use pgwire::error::{ErrorInfo, PgWireError};

/// What a message says, and the code of it; the first that is found holds.
const CODES: [(&str, &str); 20] = [
    ("no table `", "42P01"),
    ("not found", "42P01"),
    ("there is no function", "42883"),
    ("Invalid function", "42883"),
    ("No field named", "42703"),
    ("is not in the", "42501"),
    ("restricted zone", "42501"),
    ("is not given to", "42501"),
    ("does not tell the rows of", "42501"),
    ("not supported: D", "25006"),
    ("longer than", "57014"),
    ("more than", "54000"),
    ("would make", "53200"),
    ("too many statements", "53300"),
    ("Divide by zero", "22012"),
    ("overflow", "22003"),
    ("Cast error", "22P02"),
    ("Parser error", "22P02"),
    ("Expected", "42601"),
    ("there is no release", "22023"),
];

/// An error of ours in the words of the protocol.
pub(super) fn told(error: &ServeError, sql: &str) -> PgWireError {
    let message = error.told();
    let found = CODES.iter().find(|(words, _)| message.contains(words)).map(|(_, code)| *code);
    let code = match (error.kind(), found) {
        (ErrorKind::Internal | ErrorKind::Fault, _) => "XX000",
        (_, Some(code)) => code,
        (ErrorKind::Exhausted, None) => "53000",
        _ => "42000",
    };
    let mut info = ErrorInfo::new("ERROR".to_owned(), code.to_owned(), message);
    info.hint = error.hint_at_door().filter(|_| code != "XX000");
    info.position = position(&info.message, sql).map(|own| own.to_string());
    PgWireError::UserError(Box::new(info))
}

/// An error that leaves the connection usable.
pub(super) fn error(code: &str, message: impl Into<String>, hint: Option<&str>) -> PgWireError {
    let mut info = ErrorInfo::new("ERROR".to_owned(), code.to_owned(), message.into());
    info.hint = hint.map(str::to_owned);
    PgWireError::UserError(Box::new(info))
}

/// An error that ends the connection.
pub(super) fn fatal(code: &str, message: &str, hint: Option<&str>) -> PgWireError {
    let mut info = ErrorInfo::new("FATAL".to_owned(), code.to_owned(), message.to_owned());
    info.hint = hint.map(str::to_owned);
    PgWireError::UserError(Box::new(info))
}

/// The character that a message speaks of, counted from 1: the parser tells line and column.
fn position(message: &str, sql: &str) -> Option<usize> {
    let (_, place) = message.split_once("Line: ")?;
    let (line, rest) = place.split_once(", Column: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let (line, column): (usize, usize) = (line.parse().ok()?, digits.parse().ok()?);
    let before: usize =
        sql.lines().take(line.checked_sub(1)?).map(|own| own.chars().count() + 1).sum();
    (column > 0).then_some(before + column)
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn a_place_is_counted_in_characters() {
        let sql = "select é\nfrom from";
        assert_eq!(position("Expected: x, found: from at Line: 2, Column: 6", sql), Some(15));
        assert_eq!(position("no place", sql), None);
    }
}
