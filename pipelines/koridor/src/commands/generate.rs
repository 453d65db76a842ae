use crate::ExitStatus;
use crate::args::GenerateArgs;
use crate::context::Context;
use crate::generate::{self, Wanted};
use koridor_lake::{Engine, Snapshot};
use std::io::Write;
use std::sync::Arc;

/// Writes a synthetic office file and prints the counts that a load of it must show.
pub async fn run(context: &Context, args: &GenerateArgs) -> anyhow::Result<ExitStatus> {
    let mut sink = context.printer.sink()?;
    let snapshot = Snapshot::empty(Arc::clone(&context.project), context.storage.clone());
    let engine = Engine::open(snapshot.with_memory(context.memory_bytes))?;
    let wanted = Wanted {
        dataset: &args.dataset,
        layout: args.layout.as_deref(),
        rows: args.rows,
        faults: args.faults,
        seed: args.seed,
    };
    let expected = generate::write(&engine, &context.project, wanted, &mut sink).await?;
    sink.flush()?;
    context.printer.note(&serde_json::to_string(&expected)?);
    Ok(ExitStatus::Done)
}
