use crate::ExitStatus;
use crate::args::SqlArgs;
use crate::context::{At, Context};
use koridor_lake::{Engine, LakeError};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::{Editor, Helper, Highlighter, Hinter, Validator};
use std::io::{IsTerminal, Read};
use std::sync::Arc;

/// Read-only SQL: a statement, a file, or interactive with history and completion.
pub async fn run(context: &Context, args: &SqlArgs) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(At::asked(args.as_of.as_deref(), args.head)).await?;
    let text = match (&args.query, &args.file) {
        (Some(query), _) => query.clone(),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|error| LakeError::usage(format!("{}: {error}", file.display()), None))?,
        (None, None) if !std::io::stdin().is_terminal() => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
        (None, None) => return interactive(context, &engine).await,
    };
    let statements = statements(&text);
    if statements.len() > 1 && !context.printer.is_table() {
        return Err(LakeError::usage(
            "one file holds one result",
            "give one statement, or leave --format away".to_owned(),
        )
        .into());
    }
    for statement in &statements {
        show(context, &engine, statement).await?;
    }
    if statements.is_empty() {
        return Err(LakeError::usage(
            "there is no statement",
            "for example: koridor sql \"select * from ops.files\"".to_owned(),
        )
        .into());
    }
    Ok(ExitStatus::Done)
}

async fn show(context: &Context, engine: &Engine, sql: &str) -> anyhow::Result<()> {
    let frame = engine.query(sql).await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let rows = frame.collect().await.map_err(LakeError::from)?;
    let schema = rows.first().map_or(schema, |rows| rows.schema());
    context.printer.rows(&schema, &rows)
}

/// Statements of a text: parted by semicolons outside quotes and comments.
fn statements(text: &str) -> Vec<String> {
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

#[derive(Helper, Hinter, Highlighter, Validator)]
struct Completion {
    words: Vec<String>,
}

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let head = line.get(..position).unwrap_or(line);
        let start = head
            .rfind(|mark: char| !(mark.is_alphanumeric() || mark == '_' || mark == '.'))
            .map_or(0, |at| at + 1);
        let begun = head.get(start..).unwrap_or_default().to_lowercase();
        let pairs = self
            .words
            .iter()
            .filter(|word| !begun.is_empty() && word.starts_with(&begun))
            .map(|word| Pair { display: word.clone(), replacement: word.clone() });
        Ok((start, pairs.collect()))
    }
}

async fn interactive(context: &Context, engine: &Engine) -> anyhow::Result<ExitStatus> {
    let mut words: Vec<String> = [
        "select", "from", "where", "group by", "order by", "limit", "join", "with", "count(*)",
        "sum(", "describe",
    ]
    .map(str::to_owned)
    .to_vec();
    words.extend(engine.table_names());
    words.extend(
        context
            .project
            .datasets
            .values()
            .flat_map(|contract| contract.fields.iter().map(|field| field.name.clone())),
    );
    words.sort();
    words.dedup();
    let mut editor: Editor<Completion, _> = Editor::new()?;
    editor.set_helper(Some(Completion { words }));
    let history =
        std::env::var_os("HOME").map(|home| std::path::Path::new(&home).join(".koridor_history"));
    if let Some(history) = &history {
        // A first session has none.
        let _ = editor.load_history(history);
    }
    context.printer.note("SQL ends with `;`   \\d lists tables   \\q leaves");
    let mut pending = String::new();
    loop {
        match editor.readline(if pending.is_empty() { "koridor> " } else { "      -> " }) {
            Ok(line) if pending.is_empty() && matches!(line.trim(), "\\q" | "quit" | "exit") => {
                break;
            }
            Ok(line) if pending.is_empty() && line.trim() == "\\d" => {
                context.printer.plain(&engine.table_names().join("\n"))?
            }
            Ok(line) => {
                pending.push_str(&line);
                pending.push('\n');
                if line.trim_end().ends_with(';') {
                    editor.add_history_entry(pending.trim())?;
                    for statement in statements(&std::mem::take(&mut pending)) {
                        if let Err(error) = show(context, engine, &statement).await {
                            let hint = error.downcast_ref::<LakeError>().and_then(LakeError::hint);
                            context.printer.error(&crate::words(&error), hint.as_deref());
                        }
                    }
                }
            }
            Err(ReadlineError::Interrupted) => pending.clear(),
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(history) = &history {
        // Losing a history is no reason to fail.
        let _ = editor.save_history(history);
    }
    Ok(ExitStatus::Done)
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn semicolons_in_quotes_and_comments_part_nothing() {
        assert_eq!(statements("select ';' ; -- a; b\n select 2;\n-- end").len(), 2);
    }
}
