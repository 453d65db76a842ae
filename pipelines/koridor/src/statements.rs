//! Statements of a text, and how one is run.

use crate::context::Context;
use koridor_lake::Engine;
use koridor_publish::RowStream;

/// Runs a statement and writes its rows as they come.
///
/// # Errors
/// Where the statement is wrong or the output cannot be written.
pub async fn show(context: &Context, engine: &Engine, sql: &str) -> anyhow::Result<()> {
    context.printer.refuse_terminal()?;
    let mut rows = RowStream::open(engine.query(sql).await?).await?;
    context.printer.stream(&mut rows).await
}

/// Statements of a text: parted by semicolons outside quotes and comments.
pub fn statements(text: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    let mut quote: Option<char> = None;
    let mut is_comment = false;
    let mut marks = text.chars().peekable();
    while let Some(mark) = marks.next() {
        match (quote, mark) {
            _ if is_comment => is_comment = mark != '\n',
            (Some(open), _) if mark == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(mark),
            (None, '-') if marks.peek() == Some(&'-') => is_comment = true,
            (None, ';') => {
                statements.push(std::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        current.push(mark);
    }
    statements.push(current);
    statements.retain(|statement| {
        statement.lines().any(|line| !line.trim().is_empty() && !line.trim().starts_with("--"))
    });
    statements
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn semicolons_in_quotes_and_comments_part_nothing() {
        assert_eq!(statements("select ';' ; -- a; b\n select 2;\n-- end").len(), 2);
    }
}
