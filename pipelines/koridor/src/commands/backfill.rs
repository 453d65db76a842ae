use super::run::{self, Host};
use crate::ExitStatus;
use crate::args::{BackfillCommand, OutputFormat};
use crate::context::Context;
use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use koridor_lake::ledger::report::ValueChanges;
use koridor_publish::backfill::{self, Backfill, Stage};
use std::sync::Arc;

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
    if printer.format == OutputFormat::Json {
        printer.json(&all)?;
        return Ok(ExitStatus::Done);
    }
    if !printer.is_table() {
        let rows = rows(&all)?;
        printer.rows(&rows.schema(), &[rows])?;
        return Ok(ExitStatus::Done);
    }
    let mut lines: Vec<String> = all.iter().map(|own| line(context, own)).collect();
    if lines.is_empty() {
        lines.push(printer.pick("belum ada backfill", "there is no backfill").to_owned());
    }
    printer.plain(&lines.join("\n"))?;
    Ok(ExitStatus::Done)
}

/// Backfills as rows.
fn rows(all: &[Backfill]) -> anyhow::Result<RecordBatch> {
    let text = |told: fn(&Backfill) -> Option<&str>| -> ArrayRef {
        Arc::new(all.iter().map(told).collect::<StringArray>())
    };
    let count = |told: fn(&Backfill) -> Option<u64>| -> ArrayRef {
        Arc::new(all.iter().map(told).collect::<UInt64Array>())
    };
    let columns = [
        ("id", text(|own| Some(own.id.as_str()))),
        ("stage", text(|own| Some(own.stage.as_str()))),
        ("planned_at", text(|own| Some(own.planned_at.as_str()))),
        ("decided_at", text(|own| own.decided_at.as_deref())),
        ("decided_by", text(|own| own.by.as_deref())),
        ("compared_with", text(|own| own.compared_with.as_deref())),
        ("release_id", text(|own| own.release_id.as_deref())),
        (
            "files",
            count(|own| Some(own.read_again.as_ref().map_or(0, |own| own.files.len() as u64))),
        ),
        ("values_new", count(|own| changes(own).map(|own| own.new))),
        ("values_moved", count(|own| changes(own).map(|own| own.moved))),
        ("values_lost", count(|own| changes(own).map(|own| own.lost))),
    ];
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

/// The numbers that moved, or would.
fn changes(own: &Backfill) -> Option<&ValueChanges> {
    own.moved.as_ref().or(own.changes.as_ref())
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
    let counts = changes(own).map(|own| {
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
    lines.extend(changes(own).iter().flat_map(|own| run::change_lines(printer, own)));
    lines.extend(own.stopped_by.iter().map(|check| {
        format!("    {}: {check}", printer.pick("pemeriksaan gagal", "a check fails"))
    }));
    lines.push(line(context, own));
    if own.stage == Stage::Staged {
        lines.push(format!("koridor backfill approve {} --by WHO", own.id));
    }
    printer.plain(&lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{Backfill, rows};

    #[test]
    fn backfills_are_rows_too() {
        let one: Backfill = serde_json::from_value(serde_json::json!({
            "schema": "koridor.backfill.v1", "id": "b1", "planned_at": "2026-11-28T00:00:00Z",
            "stage": "staged", "by": null, "decided_at": null, "project": "p", "sequence": 3,
            "compared_with": "2026-11-27.1", "read_again": null, "indicators": [],
            "stopped_by": [], "changes": null, "release_id": null, "moved": null,
        }))
        .unwrap();
        let told = rows(&[one]).unwrap();
        assert_eq!((told.num_rows(), told.num_columns()), (1, 11));
        assert_eq!(rows(&[]).unwrap().num_rows(), 0);
        assert_eq!(rows(&[]).unwrap().schema(), told.schema());
    }
}
