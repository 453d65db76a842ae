use crate::ExitStatus;
use crate::args::SqlArgs;
use crate::context::{At, Context};
use crate::sql_shell;
use crate::statements::Guarded;
use koridor_lake::LakeError;
use koridor_lake::engine::guard::statements;
use koridor_publish::indicators;
use std::io::{IsTerminal, Read};

/// Longest text with statements, in bytes.
const MOST_BYTES: u64 = 16 << 20;

/// Read-only SQL: a statement, a file, or interactive with history and completion.
pub async fn run(context: &Context, args: &SqlArgs) -> anyhow::Result<ExitStatus> {
    let at = At::asked(args.as_of.as_deref(), args.head);
    let asked =
        args.query.clone().or_else(|| args.file.as_ref().map(|own| own.display().to_string()));
    let asked = format!("sql {}", asked.unwrap_or_default());
    let tier = context.tier(&args.tier, asked.trim()).await?.unwrap_or_default();
    let engine = match &args.vintage {
        Some(day) => context.engine_of_vintage(at, day, tier).await?,
        None => context.engine_for(at, tier).await?,
    };
    let limits = &args.limits.limits(context.memory_bytes);
    let guarded = Guarded { context, engine: &engine, limits };
    let text = match (&args.query, &args.file) {
        (Some(query), _) => query.clone(),
        (None, Some(file)) => std::fs::File::open(file)
            .and_then(text)
            .map_err(|error| LakeError::usage(format!("{}: {error}", file.display()), None))?,
        (None, None) if !std::io::stdin().is_terminal() => text(std::io::stdin())
            .map_err(|error| LakeError::usage(format!("stdin: {error}"), None))?,
        (None, None) => {
            if args.vintage.is_some() {
                indicators::put_values(&engine).await?;
            }
            sql_shell::run(&guarded).await?;
            return Ok(ExitStatus::Done);
        }
    };
    // Published values are of no vintage: those of this one are computed, where they are asked for.
    if args.vintage.is_some() && text.contains("indicators.") {
        indicators::put_values(&engine).await?;
    }
    if sql_shell::asks(&text) {
        sql_shell::run_text(&guarded, &text).await?;
        return Ok(ExitStatus::Done);
    }
    let statements = statements(&text);
    if statements.len() > 1 && !context.printer.is_table() {
        return Err(LakeError::usage(
            "one file holds one result",
            "give one statement, or leave --format away".to_owned(),
        )
        .into());
    }
    for statement in &statements {
        guarded.show(statement).await?;
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

/// A text that holds statements.
fn text(input: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    input.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        let message = format!("more than {MOST_BYTES} bytes are no statements");
        return Err(std::io::Error::other(message));
    }
    Ok(text)
}
