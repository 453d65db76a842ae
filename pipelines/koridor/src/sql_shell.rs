//! Interactive SQL: history, completion, and what the tables hold.

use crate::context::Context;
use crate::fitting::{self, Column};
use crate::printer::Printer;
use crate::statements::Guarded;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use koridor_contract::codes::did_you_mean;
use koridor_lake::engine::guard::{self, is_open, statements};
use koridor_lake::engine::text_parameter;
use koridor_lake::{Engine, LakeError};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::{Editor, Helper, Highlighter, Hinter, Validator};
use std::path::Path;

/// Narrowest that the texts on columns get.
const LEAST_WIDTH: usize = 24;

/// Reads statements from the terminal until it ends.
///
/// # Errors
/// Where the terminal cannot be used; a statement that fails is told and ends nothing.
pub async fn run(guarded: &Guarded<'_>) -> anyhow::Result<()> {
    let (context, engine) = (guarded.context, guarded.engine);
    let mut editor: Editor<Completion, _> = Editor::new()?;
    editor.set_helper(Some(Completion { words: words(context, engine) }));
    let history = std::env::var_os("HOME").map(|home| Path::new(&home).join(".koridor_history"));
    if let Some(history) = &history {
        // A first session has none.
        let _ = editor.load_history(history);
    }
    context
        .printer
        .note("SQL ends with `;`   \\d lists tables   \\d TABLE its columns   help   \\q leaves");
    let mut pending = String::new();
    let mut is_upright = false;
    loop {
        let line = match editor.readline(if pending.is_empty() { "koridor> " } else { "      -> " })
        {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => {
                pending.clear();
                continue;
            }
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        };
        if pending.is_empty() && matches!(line.trim(), "\\q" | "quit" | "exit") {
            break;
        }
        if pending.is_empty() && is_help(&line) {
            context.printer.plain(&help(&context.printer))?;
            continue;
        }
        if pending.is_empty() && line.trim() == "\\x" {
            is_upright = !is_upright;
            continue;
        }
        if pending.is_empty()
            && let Some(asked) = Asked::parse(&line)
        {
            editor.add_history_entry(line.trim())?;
            tell_error(context, describe(context, engine, &asked).await);
            continue;
        }
        pending.push_str(&line);
        pending.push('\n');
        // A comment may stand behind the semicolon, or begin before it.
        if (line.contains(';') || line.contains("*/")) && !is_open(&pending) {
            editor.add_history_entry(pending.trim())?;
            for statement in statements(&std::mem::take(&mut pending)) {
                let shown = match is_upright {
                    true => guarded.show_upright(&statement).await,
                    false => guarded.show(&statement).await,
                };
                // What cannot be ended goes on taking memory: better to begin again.
                if guard::is_left_running() {
                    return shown;
                }
                tell_error(context, shown);
            }
        }
    }
    if let Some(history) = &history {
        // Losing a history is no reason to fail.
        let _ = editor.save_history(history);
    }
    Ok(())
}

/// Runs a text that is not typed line by line: statements, and lines that ask for tables (`\\d`),
/// upright rows (`\\x`) or help.
///
/// # Errors
/// Where a statement or a line is wrong: the rest is not run.
pub async fn run_text(guarded: &Guarded<'_>, text: &str) -> anyhow::Result<()> {
    let (context, engine) = (guarded.context, guarded.engine);
    let mut is_upright = false;
    for part in parts(text) {
        let Part::Asked(line) = part else {
            let Part::Statement(sql) = part else { continue };
            match is_upright {
                true => guarded.show_upright(&sql).await?,
                false => guarded.show(&sql).await?,
            }
            continue;
        };
        match (line.as_str(), Asked::parse(&line)) {
            (_, Some(asked)) => describe(context, engine, &asked).await?,
            ("\\x", _) => is_upright = !is_upright,
            ("\\q", _) => return Ok(()),
            _ if is_help(&line) => context.printer.plain(&help(&context.printer))?,
            _ => {
                let hint =
                    "`\\d` lists tables, `\\d TABLE` its columns, `\\x` turns rows".to_owned();
                return Err(LakeError::usage(format!("no command `{line}`"), hint).into());
            }
        }
    }
    Ok(())
}

/// Whether a text asks for something that only people read.
pub fn asks(text: &str) -> bool {
    parts(text).iter().any(|part| matches!(part, Part::Asked(_)))
}

/// A part of a text that is run.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// A statement.
    Statement(String),
    /// A line that is no SQL.
    Asked(String),
}

/// The parts of a text: a line that begins with a backslash, or is a word for help, is one where no
/// statement is open.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut pending = String::new();
    let close = |pending: &mut String, parts: &mut Vec<Part>| {
        let own = statements(&std::mem::take(pending));
        parts.extend(own.into_iter().map(Part::Statement));
    };
    for line in text.lines() {
        let trimmed = line.trim();
        if (trimmed.starts_with('\\') || is_help(trimmed)) && !is_open(&pending) {
            close(&mut pending, &mut parts);
            parts.push(Part::Asked(trimmed.trim_end_matches(';').trim().to_owned()));
            continue;
        }
        pending.push_str(line);
        pending.push('\n');
    }
    close(&mut pending, &mut parts);
    parts
}

/// Whether a line asks for help.
pub fn is_help(line: &str) -> bool {
    matches!(line.trim().trim_end_matches(';').trim(), "help" | "HELP" | "\\?" | "\\h" | "bantuan")
}

/// What can be asked, with statements to begin with.
pub fn help(printer: &Printer) -> String {
    let lines = [
        ("\\d", "daftar tabel", "the tables"),
        (
            "\\d ops.files",
            "kolom sebuah tabel dan artinya",
            "the columns of a table, with what they hold",
        ),
        ("\\x", "baris lebar ditulis tegak (sekali lagi: kembali)", "wide rows upright, and back"),
        ("\\q", "keluar", "leave"),
        ("select * from ref.indicator;", "kartu indikator", "cards of the indicators"),
        ("select * from ref.column;", "kolom, satuan, arti", "columns, units, meanings"),
        (
            "select * from indicators.values where state = 'ok';",
            "nilai yang terbit",
            "published values",
        ),
        ("select * from ops.soft_checks;", "temuan untuk diperiksa", "findings to look at"),
    ];
    let longest = lines.iter().map(|line| line.0.len()).max().unwrap_or_default();
    let line = |(what, id, en): &(&str, &str, &str)| {
        fitting::wrap(&format!("{what:<longest$}  "), printer.pick(id, en), printer.width())
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn tell_error(context: &Context, outcome: anyhow::Result<()>) {
    if let Err(error) = outcome {
        let (hint, _) = crate::classify(&error);
        context.printer.error(&crate::words(&error), hint.as_deref());
    }
}

/// What `\d` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// The tables.
    Tables,
    /// The columns of a table.
    Columns { schema: String, table: String },
}

impl Asked {
    fn parse(line: &str) -> Option<Self> {
        let rest = line.trim().strip_prefix("\\d")?;
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        let name = rest.trim().trim_end_matches(';').replace('"', "");
        Some(match name.split_once('.') {
            _ if name.is_empty() => Self::Tables,
            Some((schema, table)) => {
                Self::Columns { schema: schema.to_owned(), table: table.to_owned() }
            }
            // As in a statement.
            None => Self::Columns { schema: "core".to_owned(), table: name },
        })
    }
}

/// Shows the tables, or the columns of one, with what each holds.
async fn describe(context: &Context, engine: &Engine, asked: &Asked) -> anyhow::Result<()> {
    let printer = &context.printer;
    let found = engine.run_named("describe_tables", []).await?;
    let tables = texts(&found);
    let Asked::Columns { schema, table } = asked else {
        if !printer.is_table() {
            return rows_of(printer, &found);
        }
        let columns = [Column::whole(""), Column::cut("")];
        return printer.plain(&fitting::table(&columns, &tables, printer.width()).join("\n"));
    };
    let parameters = [("schema", text_parameter(schema)), ("table", text_parameter(table))];
    let found = engine.run_named("describe_table", parameters).await?;
    let columns = texts(&found);
    let name = format!("{schema}.{table}");
    if columns.is_empty() {
        return Err(unknown_table(engine, &name).into());
    }
    if !printer.is_table() {
        return rows_of(printer, &found);
    }
    let own = tables.iter().find(|row| row.first() == Some(&name));
    let comment = own.and_then(|row| row.get(1)).map(String::as_str).unwrap_or_default();
    printer.plain(&fitting::wrap("", &format!("{name}: {comment}"), printer.width()))?;
    printer.plain(&described(&columns, printer.width()))
}

/// Rows in the format that is asked for.
fn rows_of(printer: &Printer, rows: &[RecordBatch]) -> anyhow::Result<()> {
    let schema = rows.first().map(RecordBatch::schema);
    schema.map_or(Ok(()), |schema| printer.rows(&schema, rows))
}

/// Columns of a table, their types and, over as many lines as it needs, what each holds.
fn described(rows: &[Vec<String>], width: usize) -> String {
    let (names, comments): (Vec<_>, Vec<_>) =
        rows.iter().map(|row| row.split_at(row.len().min(2))).unzip();
    let names: Vec<Vec<String>> = names.into_iter().map(<[String]>::to_vec).collect();
    let columns = [Column::whole(""), Column::whole("")];
    let widths = fitting::widths(&columns, &names, width);
    let indent = widths.iter().map(|width| width + 2).sum::<usize>();
    let room = width.saturating_sub(indent).max(LEAST_WIDTH);
    let lines = names.iter().zip(comments).map(|(names, comment)| {
        let begin = fitting::line(&columns, &widths, names);
        let comment = fitting::wrap("", &comment.concat(), room);
        let comment = comment.replace('\n', &format!("\n{}", " ".repeat(indent)));
        format!("{begin:indent$}{comment}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Rows of texts; a null is an empty one.
fn texts(rows: &[RecordBatch]) -> Vec<Vec<String>> {
    let text = |column: &StringArray, row: usize| match column.is_null(row) {
        true => String::new(),
        false => column.value(row).to_owned(),
    };
    let rows = rows.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)));
    rows.map(|(batch, row)| {
        let columns = batch.columns().iter().map(|column| column.as_string::<i32>());
        columns.map(|column| text(column, row)).collect()
    })
    .collect()
}

fn unknown_table(engine: &Engine, name: &str) -> LakeError {
    let names = engine.table_names();
    let near = did_you_mean(name, names.iter().map(String::as_str));
    let hint =
        near.map_or("`\\d` lists the tables".to_owned(), |near| format!("did you mean `{near}`?"));
    LakeError::usage(format!("no table `{name}`"), hint)
}

/// Names and keywords that a statement is completed with.
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

const KEYWORDS: [&str; 11] = [
    "select", "from", "where", "group by", "order by", "limit", "join", "with", "count(*)", "sum(",
    "describe",
];

fn words(context: &Context, engine: &Engine) -> Vec<String> {
    let mut words = KEYWORDS.map(str::to_owned).to_vec();
    words.extend(engine.table_names());
    for contract in context.project.datasets.values() {
        words.extend(contract.fields.iter().map(|field| field.name.clone()));
    }
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::{Asked, Part, described, parts};

    fn columns(schema: &str, table: &str) -> Option<Asked> {
        Some(Asked::Columns { schema: schema.into(), table: table.into() })
    }

    #[test]
    fn a_table_is_asked_for_as_in_a_statement() {
        assert_eq!(Asked::parse(" \\d "), Some(Asked::Tables));
        assert_eq!(Asked::parse("\\d population"), columns("core", "population"));
        assert_eq!(Asked::parse("\\d \"ops\".files;"), columns("ops", "files"));
        assert_eq!(Asked::parse("\\describe"), None);
        assert_eq!(Asked::parse("select 1"), None);
    }

    #[test]
    fn a_text_is_parted_into_statements_and_lines_that_ask() {
        let text = "\\d core.visits;\nselect 1;\nselect '\n\\d'\n;\n\\x\nselect 2";
        let statement = |text: &str| Part::Statement(text.to_owned());
        let asked = |text: &str| Part::Asked(text.to_owned());
        let found: Vec<Part> = parts(text);
        assert_eq!(found[0], asked("\\d core.visits"));
        assert_eq!(found[1], statement("select 1"));
        assert!(matches!(&found[2], Part::Statement(text) if text.contains("\\d")), "{found:?}");
        assert_eq!(found[3], asked("\\x"));
        assert_eq!((found.len(), &found[4]), (5, &statement("select 2\n")));
    }

    #[test]
    fn what_a_column_holds_goes_to_the_next_line_under_itself() {
        let row = |texts: [&str; 3]| texts.map(str::to_owned).to_vec();
        let long = "one two three four five six seven eight nine ten";
        let rows = [row(["region_code", "Utf8", long]), row(["year", "Int32", "Calendar year."])];
        let lines = [
            "region_code  Utf8   one two three four five",
            "                    six seven eight nine ten",
            "year         Int32  Calendar year.",
        ];
        assert_eq!(described(&rows, 44), lines.join("\n"));
    }
}
