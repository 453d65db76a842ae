use crate::ExitStatus;
use crate::args::{ExtractArgs, OutputFormat};
use crate::context::{At, Context};
use koridor_serve::extract::{self, Selection};
use std::io::{IsTerminal, Write};

/// Writes an extract of the current release, or of an earlier one.
pub async fn run(context: &Context, args: &ExtractArgs) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(At::asked(args.as_of.as_deref(), false)).await?;
    let region = args.region.as_deref().map(|region| context.region(region)).transpose()?;
    let selection = Selection { region, year: args.year };
    let format = context.printer.file_format();
    let mut bytes = Vec::new();
    let rows =
        extract::write(&engine, &context.project, &args.name, &selection, format, &mut bytes)
            .await?;
    if matches!(context.printer.format, OutputFormat::Xlsx | OutputFormat::Parquet)
        && std::io::stdout().is_terminal()
        && !context.printer.has_output()
    {
        anyhow::bail!(
            "a {} file does not belong on a terminal; give --output FILE",
            format.ending()
        );
    }
    let mut sink = context.printer.sink()?;
    sink.write_all(&bytes)?;
    sink.flush()?;
    context.printer.note(&format!("{rows} rows"));
    Ok(ExitStatus::Done)
}
