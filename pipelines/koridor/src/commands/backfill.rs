use super::run::{self, Host};
use crate::ExitStatus;
use crate::args::BackfillCommand;
use crate::context::Context;
use koridor_publish::backfill::{self, Backfill, Stage};

/// Plans, shows and decides about backfills.
pub async fn run(context: &Context, command: &BackfillCommand) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let setting = run::setting(context, "backfill", None, false);
    let backfill = match command {
        BackfillCommand::List => return list(context).await,
        BackfillCommand::Plan => {
            let progress = context.printer.progress(0);
            let mut tell = |what: &str| {
                progress.set_message(what.to_owned());
                progress.tick();
            };
            let planned = backfill::stage(setting, &mut tell).await?;
            progress.finish_and_clear();
            planned
        }
        BackfillCommand::Approve { id, by } => {
            context.remember_project().await?;
            let mut host = Host::without_extracts(context);
            let (done, night) = backfill::approve(&setting, (id, by), &mut host).await?;
            if night.is_refused {
                show(context, &done)?;
                return Ok(ExitStatus::Refused);
            }
            done
        }
        BackfillCommand::Discard { id, by } => backfill::discard(&setting, (id, by)).await?,
    };
    show(context, &backfill)?;
    let stops = backfill.stage == Stage::Staged && !backfill.stopped_by.is_empty();
    Ok(ExitStatus::of(stops, false))
}

async fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let all = backfill::all(&context.storage).await?;
    let printer = &context.printer;
    if !printer.is_table() {
        printer.json(&all)?;
        return Ok(ExitStatus::Done);
    }
    let mut lines: Vec<String> = all.iter().map(|own| line(context, own)).collect();
    if lines.is_empty() {
        lines.push(printer.pick("belum ada backfill", "there is no backfill").to_owned());
    }
    printer.plain(&lines.join("\n"))?;
    Ok(ExitStatus::Done)
}

/// A backfill on a line.
fn line(context: &Context, own: &Backfill) -> String {
    let printer = &context.printer;
    let stage = match own.stage {
        Stage::Staged => printer.pick("menunggu persetujuan", "waits for approval"),
        Stage::Done => printer.pick("selesai", "done"),
        Stage::Discarded => printer.pick("dibatalkan", "discarded"),
    };
    let by = own.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
    let changes = own.moved.as_ref().or(own.changes.as_ref());
    let counts = changes.map(|own| {
        format!(
            ", {} {}, {} {}, {} {}",
            own.new,
            printer.pick("nilai baru", "values new"),
            own.moved,
            printer.pick("berubah", "changed"),
            own.lost,
            printer.pick("hilang", "lost"),
        )
    });
    let files = own.read_again.as_ref().map_or(0, |again| again.files.len());
    format!(
        "{}  {}  {stage}{by}: {files} {}{}",
        own.id,
        printer.time(&own.planned_at),
        printer.pick("berkas berubah", "files change"),
        counts.unwrap_or_default(),
    )
}

fn show(context: &Context, own: &Backfill) -> anyhow::Result<()> {
    let printer = &context.printer;
    if !printer.is_table() {
        return printer.json(own);
    }
    let mut lines = run::read_again_lines(printer, own.read_again.as_ref());
    let changes = own.moved.as_ref().or(own.changes.as_ref());
    lines.extend(changes.iter().flat_map(|own| run::change_lines(printer, own)));
    lines.extend(own.stopped_by.iter().map(|check| {
        format!("    {}: {check}", printer.pick("pemeriksaan gagal", "a check fails"))
    }));
    lines.push(line(context, own));
    if own.stage == Stage::Staged {
        lines.push(format!("koridor backfill approve {} --by WHO", own.id));
    }
    printer.plain(&lines.join("\n"))
}
