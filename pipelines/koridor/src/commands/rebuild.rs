use crate::ExitStatus;
use crate::args::RebuildArgs;
use crate::context::Context;
use anyhow::bail;
use koridor_lake::ledger::report::new_run_id;
use koridor_lake::load::rebuild::{self, Comparison};
use koridor_lake::{LakeError, Storage};

/// Builds the lake again from its raw bytes and compares the two.
pub async fn run(context: &Context, args: &RebuildArgs) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let temporary = tempfile::tempdir()?;
    let into = args.into.clone().unwrap_or_else(|| temporary.path().join("lake"));
    let target = Storage::open(&into.to_string_lossy())?;
    if target.exists().await? {
        return Err(LakeError::usage(
            format!("{} holds a lake already", into.display()),
            "give an empty folder".to_owned(),
        )
        .into());
    }
    let printer = &context.printer;
    let progress = printer.progress(0);
    let mut losses = rebuild::rebuild(
        &context.project,
        (&context.storage, &target),
        (&new_run_id(), &context.reader),
        &mut |outcome| {
            progress.set_message(outcome.path.clone());
            progress.tick();
        },
    )
    .await?;
    progress.finish_and_clear();
    let compared = rebuild::compare(&context.project, &context.storage, &target).await;
    let tables = match compared {
        Err(loss) if loss.is_loss() => {
            losses.push(loss);
            Vec::new()
        }
        compared => compared?,
    };
    if printer.is_table() {
        let verdict = |table: &Comparison| {
            if table.is_equal {
                printer.pick("sama", "equal")
            } else {
                printer.pick("BERBEDA", "DIFFERENT")
            }
        };
        for table in &tables {
            printer.plain(&format!(
                "{:32} {:>10} {:>10}  {}",
                table.table,
                table.rows,
                table.rebuilt_rows,
                verdict(table)
            ))?;
        }
    } else {
        printer.json(&tables)?;
    }
    if let Some(loss) = context.told_losses(losses) {
        return Err(loss.into());
    }
    if let Some(table) = tables.iter().find(|table| !table.is_equal) {
        bail!(
            "{} differs; files that were read under another state of schemas/ are read again with \
             `koridor quarantine replay`",
            table.table
        );
    }
    Ok(ExitStatus::Done)
}
