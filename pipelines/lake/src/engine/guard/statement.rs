//! A statement as a text: where it ends, and whether it can be read at all.

use crate::error::LakeError;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{ObjectName, Query, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Longest statement, in bytes.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// Most operators and the like that stand in one another: each makes the tree of a statement
/// deeper, and what walks the tree needs stack for it.
const MOST_DEPTH: usize = 2_500;

/// Most tables that a statement reads when its common table expressions stand where they are named.
const MOST_TABLES: u64 = 500;

/// Names that a dotted name may have before it counts as depth.
const NAMES: usize = 4;

/// Statements of a text: parted by semicolons, as the parser sees them. What holds only comments is
/// none.
pub fn statements(text: &str) -> Vec<String> {
    let (tokens, is_whole) = tokens(text);
    let mut places = Places::of(text);
    let mut found = Vec::new();
    let (mut start, mut is_begun) = (0, false);
    for token in &tokens {
        match &token.token {
            Token::Whitespace(_) | Token::EOF => {}
            Token::SemiColon => {
                let end = places.byte_of(token.span.start);
                if is_begun {
                    found.extend(text.get(start..end).map(str::to_owned));
                }
                (start, is_begun) = (end + 1, false);
            }
            _ => is_begun = true,
        }
    }
    let rest = text.get(start..).unwrap_or_default();
    if is_begun || (!is_whole && !rest.trim().is_empty()) {
        found.push(rest.to_owned());
    }
    found
}

/// Whether a text ends within a statement: more may follow.
pub fn is_open(text: &str) -> bool {
    let (tokens, is_whole) = tokens(text);
    let is_said = |token: &&TokenWithSpan| !matches!(token.token, Token::Whitespace(_));
    let last = tokens.iter().rev().find(is_said);
    !is_whole || last.is_some_and(|last| last.token != Token::SemiColon)
}

/// The tokens of a text, and whether they are all of it: a quote or a comment may be open.
fn tokens(text: &str) -> (Vec<TokenWithSpan>, bool) {
    let mut tokens = Vec::new();
    let dialect = GenericDialect {};
    let mut tokenizer = Tokenizer::new(&dialect, text).with_unescape(false);
    let is_whole = tokenizer.tokenize_with_location_into_buf(&mut tokens).is_ok();
    (tokens, is_whole)
}

/// Bytes of a text by line and column, asked for from the first to the last.
struct Places<'text> {
    marks: std::iter::Peekable<std::str::CharIndices<'text>>,
    line: u64,
    column: u64,
    length: usize,
}

impl<'text> Places<'text> {
    fn of(text: &'text str) -> Self {
        Self { marks: text.char_indices().peekable(), line: 1, column: 1, length: text.len() }
    }

    fn byte_of(&mut self, place: Location) -> usize {
        while let Some((byte, mark)) = self.marks.peek().copied() {
            if (self.line, self.column) >= (place.line, place.column) {
                return byte;
            }
            self.marks.next();
            (self.line, self.column) =
                if mark == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.length
    }
}

/// That a statement is short enough, not so deep that what walks it would run out of stack, and has
/// no whole number that would lose its last digits.
///
/// # Errors
/// [`LakeError::Usage`] where it is not.
pub fn check_text(sql: &str) -> Result<(), LakeError> {
    if sql.len() > MOST_BYTES {
        let message = format!("the statement is {} bytes long; {MOST_BYTES} are read", sql.len());
        return Err(LakeError::usage(message, "put long lists into a file and load it".to_owned()));
    }
    let (tokens, _) = tokens(sql);
    if depth(&tokens) > MOST_DEPTH {
        let message = format!("the statement is nested more than {MOST_DEPTH} deep");
        let hint = "write `x in (a, b, c)` for a long chain of `or`, `unnest([..])` or \
                    `values (..), (..)` for a long chain of `union`, and part long sums";
        return Err(LakeError::usage(message, hint.to_owned()));
    }
    match tokens.iter().find_map(|token| too_long(&token.token)) {
        Some(number) => Err(LakeError::usage(
            format!("the number {number} has more than 64 bits"),
            format!("write '{number}' for a text, {number}.0 for a number near it"),
        )),
        None => Ok(()),
    }
}

/// A whole number that no integer holds: it would be read as a double, without its last digits.
fn too_long(token: &Token) -> Option<&str> {
    let Token::Number(number, _) = token else { return None };
    let is_whole = number.bytes().all(|mark| mark.is_ascii_digit());
    (is_whole && number.parse::<u64>().is_err()).then_some(number)
}

/// What stands in a pair of brackets, or between `case` and `end`.
#[derive(Default)]
struct Level {
    /// Operators since the last comma or clause.
    passing: usize,
    /// Joins and set operations.
    lasting: usize,
    is_case: bool,
    is_from: bool,
    names: usize,
}

/// How deep the tree of a statement can be, at most: what stands in one another, or one behind the
/// other without a comma or a clause between.
fn depth(tokens: &[TokenWithSpan]) -> usize {
    let mut above = Vec::new();
    let mut own = Level::default();
    let (mut around, mut deepest) = (0, 0);
    for token in tokens {
        match &token.token {
            Token::Whitespace(_) | Token::EOF => continue,
            Token::LParen | Token::LBracket | Token::LBrace => {
                own.passing += 1;
                around += own.passing + own.lasting;
                above.push(std::mem::take(&mut own));
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                // An `end` that is missing is the parser's to tell.
                while own.is_case && leave(&mut above, &mut own, &mut around) {}
                leave(&mut above, &mut own, &mut around);
            }
            Token::Word(word) if word.keyword == Keyword::CASE => {
                own.passing += 1;
                around += own.passing + own.lasting;
                above.push(std::mem::take(&mut own));
                own.is_case = true;
            }
            Token::Word(word) if word.keyword == Keyword::END && own.is_case => {
                leave(&mut above, &mut own, &mut around);
            }
            Token::SemiColon => (own, around) = (Level::default(), 0),
            token => own.take(token),
        }
        deepest = deepest.max(around + own.passing + own.lasting);
    }
    deepest
}

/// Goes back to the level above; whether there is one.
fn leave(above: &mut Vec<Level>, own: &mut Level, around: &mut usize) -> bool {
    let Some(outer) = above.pop() else { return false };
    *around -= (outer.passing + outer.lasting).min(*around);
    *own = outer;
    true
}

impl Level {
    fn take(&mut self, token: &Token) {
        use Keyword::{
            AS, BY, DATE, DAY, ELSE, EXCEPT, FALSE, FROM, GROUP, HAVING, INTERSECT, JOIN, KEY,
            LIMIT, MONTH, NAME, NULL, NoKeyword, ON, ORDER, SELECT, SOURCE, THEN, TRUE, TYPE,
            UNION, VALUE, VALUES, WHEN, WHERE, YEAR,
        };
        match token {
            Token::Comma if self.is_from => self.lasting += 1,
            Token::Comma => self.passing = 0,
            Token::Period => {
                self.names += 1;
                self.passing += usize::from(self.names > NAMES);
                return;
            }
            Token::Word(word) => match word.keyword {
                NoKeyword => return,
                // Values, and names that are keywords elsewhere: any other may join two operands.
                AS | DATE | DAY | FALSE | KEY | MONTH | NAME | NULL | SOURCE | TRUE | TYPE
                | VALUE | YEAR => return,
                UNION | EXCEPT | INTERSECT | JOIN => self.lasting += 1,
                FROM => (self.passing, self.is_from) = (0, true),
                ON | WHEN | THEN | ELSE | BY => self.passing = 0,
                SELECT | WHERE | GROUP | HAVING | ORDER | LIMIT | VALUES => {
                    (self.passing, self.is_from) = (0, false);
                }
                _ => self.passing += 1,
            },
            Token::Number(..) | Token::SingleQuotedString(_) => {}
            _ => self.passing += 1,
        }
        self.names = 0;
    }
}

/// That a statement does not name so many tables, one common table expression within another, that
/// planning it never ends.
///
/// # Errors
/// [`LakeError::Usage`] where it does.
pub fn check_expansion(statement: &Statement) -> Result<(), LakeError> {
    let statement = match statement {
        Statement::Explain(explain) => return check_expansion(&explain.statement),
        Statement::Statement(statement) => statement,
        _ => return Ok(()),
    };
    let mut expansion = Expansion::default();
    if statement.visit(&mut expansion).is_break() {
        let message = format!("the statement reads more than {MOST_TABLES} tables");
        let hint = "a table of a `with` counts each time it is named, with all that it names";
        return Err(LakeError::usage(message, hint.to_owned()));
    }
    Ok(())
}

/// Tables that a statement reads.
#[derive(Default)]
struct Expansion {
    /// Tables of each common table expression.
    known: HashMap<String, u64>,
    /// The names of queries that are common table expressions, by where they stand.
    named: HashMap<*const Query, String>,
    /// Tables of each query that is open.
    open: Vec<u64>,
}

impl Visitor for Expansion {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for own in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = own.alias.name.value.to_lowercase();
            self.named.insert(std::ptr::from_ref(own.query.as_ref()), name);
        }
        self.open.push(0);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = self.open.pop().unwrap_or_default();
        match self.named.remove(&std::ptr::from_ref(query)) {
            // One more, so that a chain of names is counted too.
            Some(name) => {
                self.known.insert(name, tables + 1);
            }
            None => return self.add(tables),
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let name = relation.to_string().replace('"', "").to_lowercase();
        self.add(self.known.get(&name).copied().unwrap_or(1))
    }
}

impl Expansion {
    fn add(&mut self, tables: u64) -> ControlFlow<()> {
        let Some(own) = self.open.last_mut() else { return ControlFlow::Continue(()) };
        *own = own.saturating_add(tables);
        if *own > MOST_TABLES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{check_text, is_open, statements};

    #[test]
    fn a_statement_ends_where_the_parser_sees_its_end() {
        for one in [
            "select ';'",
            "select 1 /* ; */",
            "select 1 /* a /* ; */ b; */ + 1",
            "select 1 -- ;",
            "-- ;\nselect 1;",
            "select $$;$$",
            "select $a$;$$;$a$;",
            r"select E'\';'",
            r"select U&'\003b;' ; -- ;",
            "select 1 as \"a;b\" ; /* end; */",
            "select 'it''s;';\n\n-- done\n",
            "select `a;b`",
            "  ;; select 1 ;; ",
        ] {
            assert_eq!(statements(one).len(), 1, "{one}: {:?}", statements(one));
        }
        assert_eq!(statements("select ';' ; -- a; b\n select 2;\n-- end").len(), 2);
        assert_eq!(statements("select 'é;' as ü; select 'x'")[1], " select 'x'");
        for none in ["", " ; ", "-- only this", "/* ; */", "/* a */ ; -- b\n;"] {
            assert!(statements(none).is_empty(), "{none}");
        }
        assert_eq!(statements("select 'open; ").len(), 1);
        assert_eq!(statements("/* open; ").len(), 1, "the parser tells what is wrong");
    }

    #[test]
    fn a_statement_is_open_until_its_semicolon() {
        for open in ["select 1", "select ';", "select 1; /* ;", "select $$;", "select 1; select"] {
            assert!(is_open(open), "{open}");
        }
        for closed in ["", "select 1;", "select 1; -- done", "select ';'; /* a */", "-- nothing"] {
            assert!(!is_open(closed), "{closed}");
        }
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_refused_however_it_is_written() {
        let many = |one: &str| one.repeat(20_000);
        for deep in [
            format!("select 1{}", many("+1")),
            format!("select 1{}", many(" or 1=1")),
            format!("select 'a'{}", many("||'a'")),
            format!("select x{}", many("::int")),
            format!("select x{}", many("[1]")),
            format!("select x{}", many(".a")),
            format!("select {}1{}", many("("), many(")")),
            format!("select {}1{}", many("abs("), many(")")),
            format!("select {}1{}", many("case when true then "), many(" end")),
            format!("select {}1", many("not ")),
            format!("select {}1", many("- ")),
            format!("select x{}", many(" is null")),
            format!("select 1{}", many(" union all select 1")),
            format!("select * from t{}", many(", t")),
            format!("select * from t{}", many(" join t using (a)")),
            format!("select {}{}", many("["), many("]")),
        ] {
            let short: String = deep.chars().take(40).collect();
            let error = check_text(&deep).map_err(|error| error.to_string());
            assert!(error.is_err_and(|error| error.contains("nested")), "{short}");
        }
        assert!(check_text(&format!("select '{}'", "0".repeat(2 << 20))).is_err());
        for long in [
            "18446744073709551616",
            "-99999999999999999999",
            "340282366920938463463374607431768211457",
        ] {
            let told = check_text(&format!("select a from t where a > {long}")).unwrap_err();
            assert!(told.to_string().contains(long.trim_start_matches('-')), "{told}");
        }
        for whole in [
            "18446744073709551615",
            "99999999999999999999.0",
            "1e30",
            "'99999999999999999999'",
            "0000000000000000000000001",
        ] {
            assert!(check_text(&format!("select {whole}")).is_ok(), "{whole}");
        }
        for wide in [
            format!("select x in (1{})", many(", 1")),
            format!("select * from (values (1){})", many(", (1)")),
            format!("select 1{}", " or a.b = 1".repeat(300)),
            format!("select case{} end", " when a = 1 then b + 1".repeat(5_000)),
            format!("select f(x) + 1{}", ", f(x) + 1 as a".repeat(5_000)),
        ] {
            let short: String = wide.chars().take(40).collect();
            assert!(check_text(&wide).is_ok(), "{short}");
        }
    }
}
