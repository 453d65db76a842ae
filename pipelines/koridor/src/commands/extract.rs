use crate::ExitStatus;
use crate::args::ExtractArgs;
use crate::context::{At, Context};
use crate::output::Output;
use koridor_serve::extract::{self, Selection};

/// Writes an extract of the current release, or of an earlier one.
pub async fn run(context: &Context, args: &ExtractArgs) -> anyhow::Result<ExitStatus> {
    let (project, printer) = (&context.project, &context.printer);
    printer.refuse_terminal()?;
    let engine = context.engine(At::asked(args.as_of.as_deref(), false)).await?;
    let region = args.region.as_deref().map(|region| context.region(region)).transpose()?;
    let selection = Selection { region, year: args.year };
    let format = printer.file_format();
    let mut output = Output::open(printer.output())?;
    let rows =
        extract::write(&engine, project, &args.name, &selection, format, &mut output).await?;
    output.finish()?;
    printer.note(&format!("{rows} rows"));
    Ok(ExitStatus::Done)
}
