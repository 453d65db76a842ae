use crate::ExitStatus;
use crate::args::GenerateArgs;
use crate::context::Context;
use koridor_lake::generate;
use std::io::Write;

/// Writes a synthetic office file and prints the counts that a load of it must show.
pub fn run(context: &Context, args: &GenerateArgs) -> anyhow::Result<ExitStatus> {
    let mut sink = context.printer.sink()?;
    let expected = generate::write(&context.project, &args.dataset, args.rows, args.faults, args.seed, &mut sink)?;
    sink.flush()?;
    context.printer.note(&serde_json::to_string(&expected)?);
    Ok(ExitStatus::Done)
}
