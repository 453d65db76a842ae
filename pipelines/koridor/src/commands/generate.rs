use crate::ExitStatus;
use crate::args::GenerateArgs;
use crate::context::Context;
use koridor_lake::{At, Engine, generate};
use std::io::Write;
use std::sync::Arc;

/// Writes a synthetic office file and prints the counts that a load of it must show.
pub async fn run(context: &Context, args: &GenerateArgs) -> anyhow::Result<ExitStatus> {
    let mut sink = context.printer.sink()?;
    let nothing = At::Head(Default::default());
    let engine = Engine::open(
        Arc::clone(&context.project),
        context.storage.clone(),
        nothing,
        context.memory_bytes,
    )?;
    let expected = generate::write(
        &engine,
        &context.project,
        &args.dataset,
        args.rows,
        args.faults,
        args.seed,
        &mut sink,
    )
    .await?;
    sink.flush()?;
    context.printer.note(&serde_json::to_string(&expected)?);
    Ok(ExitStatus::Done)
}
