use crate::ExitStatus;
use crate::args::SqlArgs;
use crate::context::{At, Context};
use crate::sql_shell;
use crate::statements::{show, statements};
use koridor_lake::LakeError;
use koridor_publish::indicators;
use std::io::{IsTerminal, Read};

/// Read-only SQL: a statement, a file, or interactive with history and completion.
pub async fn run(context: &Context, args: &SqlArgs) -> anyhow::Result<ExitStatus> {
    let at = At::asked(args.as_of.as_deref(), args.head);
    let engine = match &args.vintage {
        Some(day) => context.engine_of_vintage(at, day).await?,
        None => context.engine(at).await?,
    };
    let text = match (&args.query, &args.file) {
        (Some(query), _) => query.clone(),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|error| LakeError::usage(format!("{}: {error}", file.display()), None))?,
        (None, None) if !std::io::stdin().is_terminal() => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
        (None, None) => {
            if args.vintage.is_some() {
                indicators::put_values(&engine).await?;
            }
            sql_shell::run(context, &engine).await?;
            return Ok(ExitStatus::Done);
        }
    };
    // Published values are of no vintage: those of this one are computed, where they are asked for.
    if args.vintage.is_some() && text.contains("indicators.") {
        indicators::put_values(&engine).await?;
    }
    if sql_shell::asks(&text) {
        sql_shell::run_text(context, &engine, &text).await?;
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
