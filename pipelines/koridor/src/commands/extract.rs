use crate::ExitStatus;
use crate::args::ExtractArgs;
use crate::context::{At, Context};
use crate::output::Output;
use koridor_lake::engine::{Tier, guard};
use koridor_lake::{Engine, LakeError};
use koridor_publish::Table;
use koridor_serve::extract::{self, Selection};
use std::sync::Arc;

/// Writes an extract of the current release, or of an earlier one.
pub async fn run(context: &Context, args: &ExtractArgs) -> anyhow::Result<ExitStatus> {
    context.printer.refuse_terminal()?;
    let words = [Some(&args.name), args.region.as_ref()].into_iter().flatten();
    let asked = words.map(String::as_str).collect::<Vec<_>>().join(" ");
    let tier = context.tier(&args.tier, &format!("extract {asked}")).await?;
    let at = At::asked(args.as_of.as_deref(), false);
    let engine = context.engine_for(at, tier.unwrap_or(Tier::Open)).await?;
    let region = args.region.as_deref().map(|region| context.region(region)).transpose()?;
    let selection = Selection { region, year: args.year };
    let (project, printer) = (Arc::clone(&context.project), context.printer.clone());
    let name = args.name.clone();
    let write = move || async move {
        let form = (printer.file_format(), printer.lang.into());
        let mut output = Output::open(printer.output())?;
        let rows = extract::write(&engine, &project, &name, &selection, form, &mut output).await?;
        if rows == 0 && (selection.year.is_some() || selection.region.is_some()) {
            return Err(nothing(&engine, &selection).await?.into());
        }
        output.finish()?;
        Ok::<u64, anyhow::Error>(rows)
    };
    let rows = guard::run(&args.limits.limits(context.memory_bytes), write).await;
    if rows.is_err() {
        Output::discard(context.printer.output());
    }
    context.printer.note(&format!("{} rows", rows?));
    Ok(ExitStatus::Done)
}

/// That a selection has no rows, with the years there are.
async fn nothing(engine: &Engine, selection: &Selection) -> anyhow::Result<LakeError> {
    let years = Table::named(engine, "extract_years", []).await?;
    let years: Vec<String> = years.records().map(|row| row.text_or_empty("year")).collect();
    let asked = [selection.region.clone(), selection.year.map(|year| year.to_string())];
    let asked = asked.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ok(LakeError::usage(
        format!("there is nothing for {asked}"),
        format!("years there are: {}", years.join(", ")),
    ))
}
