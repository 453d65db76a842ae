//! Statements about the connection itself: settings, transactions, cursors.

use super::errors::error;
use pgwire::error::PgWireResult;

/// A statement about the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Control {
    /// `set name = value`.
    Set(String, String),
    /// `set local name = value`: until the end of the transaction.
    SetLocal(String, String),
    /// A `set` of what is as it is: transactions, roles.
    SetNothing,
    /// `reset name`, `reset all`.
    Reset(Option<String>),
    /// `show name`.
    Show(String),
    /// `show all`.
    ShowAll,
    Begin,
    Commit,
    Rollback,
    Savepoint(String),
    /// `release savepoint name`.
    Release(String),
    /// `rollback to savepoint name`.
    RollbackTo(String),
    /// Statements that are done by doing nothing, with what is answered.
    Nothing(&'static str),
    DiscardAll,
    /// `deallocate name`, `deallocate all`.
    Deallocate(Option<String>),
    /// `close name`, `close all`.
    Close(Option<String>),
    /// `declare name cursor for query`.
    Declare {
        name: String,
        holds: bool,
        sql: String,
    },
    /// `fetch count from name`; without a count all.
    Fetch {
        name: String,
        count: Option<u64>,
    },
    /// `move count in name`: rows that are left away.
    Move {
        name: String,
        count: Option<u64>,
    },
}

/// What a statement says of the connection; none where it asks for rows.
pub(super) fn control(sql: &str) -> PgWireResult<Option<Control>> {
    let text = without_comments(sql);
    let text = text.trim().trim_end_matches(';').trim();
    let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    let rest = |count: usize| after_words(text, count);
    let name = |text: &str| identifier(text);
    let all_or = |text: &str| Some(name(text)).filter(|own| own != "all");
    Ok(Some(match word(0) {
        "set" => return set(text).map(Some),
        "reset" => match word(1) {
            "all" => Control::Reset(None),
            "session" | "role" => Control::SetNothing,
            _ => Control::Reset(Some(name(rest(1)))),
        },
        "show" => match word(1) {
            "all" => Control::ShowAll,
            "time" => Control::Show("timezone".to_owned()),
            "transaction" => Control::Show("transaction_isolation".to_owned()),
            "tables" | "columns" | "functions" | "schemas" | "databases" => return Ok(None),
            _ => Control::Show(name(rest(1))),
        },
        "begin" => Control::Begin,
        "start" if word(1) == "transaction" => Control::Begin,
        "commit" | "end" => Control::Commit,
        "rollback" | "abort" => match words.iter().position(|own| own == "to") {
            Some(at) if at <= 2 => Control::RollbackTo(savepoint(rest(at + 1))?),
            _ => Control::Rollback,
        },
        "savepoint" => Control::Savepoint(savepoint(rest(1))?),
        "release" => Control::Release(savepoint(rest(1))?),
        "close" if word(1).is_empty() => return Err(error("42601", "write `close name`", None)),
        "unlisten" => Control::Nothing("UNLISTEN"),
        "discard" if word(1) == "all" => Control::DiscardAll,
        "discard" => Control::Nothing("DISCARD"),
        "deallocate" if word(1) == "prepare" => Control::Deallocate(all_or(rest(2))),
        "deallocate" => Control::Deallocate(all_or(rest(1))),
        "close" => Control::Close(all_or(rest(1))),
        "declare" => return declare(text).map(Some),
        "fetch" => {
            let (name, count) = fetch(text, &words)?;
            Control::Fetch { name, count }
        }
        "move" => {
            let (name, count) = fetch(text, &words)?;
            Control::Move { name, count }
        }
        _ => return Ok(None),
    }))
}

/// The name of a savepoint, with or without the word before it.
fn savepoint(text: &str) -> PgWireResult<String> {
    let said = text.split_whitespace().next().unwrap_or_default();
    let text = if said.eq_ignore_ascii_case("savepoint") { after_words(text, 1) } else { text };
    let name = identifier(text);
    if name.is_empty() {
        return Err(error("42601", "a savepoint has a name", None));
    }
    Ok(name)
}

/// A text without the comments that it begins with.
fn without_comments(sql: &str) -> &str {
    let mut text = sql.trim_start();
    loop {
        let behind = if text.starts_with("--") {
            text.split_once('\n').map(|(_, rest)| rest)
        } else if text.starts_with("/*") {
            text.split_once("*/").map(|(_, rest)| rest)
        } else {
            return text;
        };
        match behind {
            Some(rest) => text = rest.trim_start(),
            None => return text,
        }
    }
}

/// A text behind its first words.
fn after_words(text: &str, count: usize) -> &str {
    (0..count).fold(text.trim_start(), |text, _| {
        text.find(char::is_whitespace).map_or("", |at| text[at..].trim_start())
    })
}

/// A name as it is meant: small letters unless it is quoted.
fn identifier(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('"').and_then(|own| own.strip_suffix('"')) {
        Some(own) => own.replace("\"\"", "\""),
        None => text.to_ascii_lowercase(),
    }
}

/// A value as it is meant.
fn value(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('\'').and_then(|own| own.strip_suffix('\'')) {
        Some(own) if !own.replace("''", "").contains('\'') => own.replace("''", "'"),
        _ => text.trim_matches('"').to_owned(),
    }
}

fn set(text: &str) -> PgWireResult<Control> {
    let mut rest = after_words(text, 1);
    let first = |text: &str| {
        text.split(|own: char| own.is_whitespace() || own == '=')
            .next()
            .map(str::to_ascii_lowercase)
    };
    let is_local = first(rest).as_deref() == Some("local");
    if is_local || first(rest).as_deref() == Some("session") {
        rest = after_words(rest, 1);
    }
    match first(rest).as_deref() {
        Some("characteristics" | "transaction" | "role" | "authorization" | "constraints") => {
            return Ok(Control::SetNothing);
        }
        Some("time") => {
            return Ok(Control::Set("timezone".to_owned(), value(after_words(rest, 2))));
        }
        Some("names") => {
            return Ok(Control::Set("client_encoding".to_owned(), value(after_words(rest, 1))));
        }
        _ => {}
    }
    let end = rest.find(|own: char| own.is_whitespace() || own == '=').unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    let behind = behind.trim_start();
    let given = match behind.strip_prefix('=') {
        Some(own) => Some(own),
        None => behind.get(..2).filter(|own| own.eq_ignore_ascii_case("to")).map(|_| &behind[2..]),
    };
    match given.map(str::trim) {
        Some(given) if !given.is_empty() && !name.is_empty() => {
            let (name, value) = (identifier(name), value(given));
            Ok(if is_local { Control::SetLocal(name, value) } else { Control::Set(name, value) })
        }
        _ => Err(error("42601", "write `set name = value`", None)),
    }
}

fn declare(text: &str) -> PgWireResult<Control> {
    let wrong = || error("42601", "write `declare name cursor for select ..`", None);
    let lower = text.to_ascii_lowercase();
    let at = lower.find(" cursor").ok_or_else(wrong)?;
    let behind = lower[at..].find(" for ").or_else(|| lower[at..].find(" for\n"));
    let query = at + behind.ok_or_else(wrong)? + " for ".len();
    let name = after_words(&text[..at], 1);
    // Words between the name and `cursor` say how it scrolls.
    let name = match name.strip_prefix('"').and_then(|own| own.find('"')) {
        Some(end) => &name[..end + 2],
        None => name.split_whitespace().next().ok_or_else(wrong)?,
    };
    let holds = lower[at..query].contains("with hold");
    let sql = text.get(query..).unwrap_or_default().trim().to_owned();
    Ok(Control::Declare { name: identifier(name), holds, sql })
}

fn fetch(text: &str, words: &[String]) -> PgWireResult<(String, Option<u64>)> {
    let wrong = || error("0A000", "cursors go forward", Some("write `fetch 100 from name`"));
    let at = words.iter().position(|own| own == "from" || own == "in");
    let (said, name) = match at {
        Some(at) => (&words[1..at], after_words(text, at + 1)),
        None => {
            let last = words.len().checked_sub(1).filter(|last| *last > 0).ok_or_else(wrong)?;
            (&words[1..last], after_words(text, last))
        }
    };
    let said: Vec<&str> = said.iter().map(String::as_str).filter(|own| *own != "forward").collect();
    let count = match said.as_slice() {
        [] | ["next"] => Some(1),
        ["all"] => None,
        [number] => Some(number.parse().map_err(|_| wrong())?),
        _ => return Err(wrong()),
    };
    Ok((identifier(name), count))
}

#[cfg(test)]
mod tests {
    use super::{Control, control};

    #[test]
    fn statements_about_the_connection_are_known_however_they_are_written() {
        let set = |name: &str, value: &str| Control::Set(name.to_owned(), value.to_owned());
        for (sql, meant) in [
            ("SET koridor.as_of = '2026-01-31'", set("koridor.as_of", "2026-01-31")),
            ("set koridor.as_of='x''y';", set("koridor.as_of", "x'y")),
            ("SET SESSION statement_timeout TO 5000", set("statement_timeout", "5000")),
            (
                "set local DateStyle to 'ISO, DMY'",
                Control::SetLocal("datestyle".to_owned(), "ISO, DMY".to_owned()),
            ),
            ("SET TIME ZONE 'Asia/Makassar'", set("timezone", "Asia/Makassar")),
            ("SET NAMES 'UTF8'", set("client_encoding", "UTF8")),
            ("set session characteristics as transaction read only", Control::SetNothing),
            ("/* app */ -- x\n BEGIN;", Control::Begin),
            ("start transaction isolation level serializable", Control::Begin),
            ("END", Control::Commit),
            ("savepoint \"A b\"", Control::Savepoint("A b".to_owned())),
            ("release savepoint A", Control::Release("a".to_owned())),
            ("rollback to savepoint a", Control::RollbackTo("a".to_owned())),
            ("ROLLBACK TRANSACTION TO a;", Control::RollbackTo("a".to_owned())),
            ("rollback work", Control::Rollback),
            ("DISCARD ALL", Control::DiscardAll),
            ("deallocate prepare \"A b\"", Control::Deallocate(Some("A b".to_owned()))),
            ("CLOSE ALL", Control::Close(None)),
            ("show transaction isolation level", Control::Show("transaction_isolation".into())),
            (
                "DECLARE \"C 1\" NO SCROLL CURSOR WITH HOLD FOR SELECT 'x for y'",
                Control::Declare {
                    name: "C 1".to_owned(),
                    holds: true,
                    sql: "SELECT 'x for y'".to_owned(),
                },
            ),
            (
                "FETCH FORWARD 100 FROM \"C 1\"",
                Control::Fetch { name: "C 1".to_owned(), count: Some(100) },
            ),
            ("fetch all in c", Control::Fetch { name: "c".to_owned(), count: None }),
            ("fetch c", Control::Fetch { name: "c".to_owned(), count: Some(1) }),
        ] {
            assert_eq!(control(sql).unwrap(), Some(meant), "{sql}");
        }
        for sql in ["select 1", "with a as (select 1) select * from a", "", "é", "/* open"] {
            assert_eq!(control(sql).unwrap(), None, "{sql}");
        }
        for sql in ["set x", "set", "fetch backward 3 from c", "declare c", "fetch", "set é"] {
            assert!(control(sql).is_err(), "{sql}");
        }
    }
}
