use super::ingest;
use crate::ExitStatus;
use crate::args::Language;
use crate::context::{At, Context};
use koridor_lake::LakeError;
use koridor_lake::load::ingest::Loader;
use koridor_lake::ledger::report::{FileReport, new_run_id};
use koridor_lake::load::quarantine::{self, RowSelection, Waiver};
use koridor_lake::load::replay::Selection;
use koridor_lake::store::lock::LakeLock;
use koridor_publish::feedback::feedback_of;
use koridor_serve::letter::Form;
use std::sync::Arc;

/// Refused rows as a table.
pub async fn list(context: &Context, rows: &RowSelection, limit: usize) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(At::Head).await?;
    if let Some(dataset) = &rows.dataset {
        context.project.dataset(dataset)?;
    }
    let columns = match (context.printer.is_table(), context.printer.lang) {
        (true, Language::Id) => "file_name, sheet, cell, field, rule, value, message_id, status",
        (true, Language::En) => "file_name, sheet, cell, field, rule, value, message_en, status",
        (false, _) => "*",
    };
    let frame = engine.named("refusals", rows.parameters()).await?;
    let frame = match limit {
        0 => frame,
        most => frame.limit(0, Some(most)).map_err(LakeError::from)?,
    };
    let columns: Vec<&str> = columns.split(", ").collect();
    let frame = match columns.as_slice() {
        ["*"] => frame,
        columns => frame.select_columns(columns).map_err(LakeError::from)?,
    };
    let schema = Arc::new(frame.schema().as_arrow().clone());
    context.printer.rows(&schema, &frame.collect().await.map_err(LakeError::from)?)?;
    Ok(ExitStatus::Done)
}

/// Writes a file of the lake back for its office.
pub async fn export(context: &Context, file: &str) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let feedback = feedback_of(&context.project, &context.storage, file).await?;
    let printer = &context.printer;
    let stem = feedback
        .file_name
        .rsplit_once('.')
        .map_or(feedback.file_name.as_str(), |(stem, _)| stem)
        .to_owned();
    let name = format!("{stem}.periksa.xlsx");
    if printer.has_output() {
        koridor_serve::feedback_workbook::write(&feedback, &mut printer.sink()?)?;
    } else {
        koridor_serve::feedback_workbook::write(&feedback, &mut std::fs::File::create_new(&name)?)?;
    }
    printer.note(&format!(
        "{}: {} {}{}",
        feedback.file_name,
        feedback.findings.len(),
        printer.pick("temuan", "findings"),
        if printer.has_output() { String::new() } else { format!(" -> {name}") }
    ));
    Ok(ExitStatus::Done)
}

/// Writes the letter to an office for a month.
pub async fn letter(context: &Context, office: &str, month: &str) -> anyhow::Result<ExitStatus> {
    let first = format!("{month}-01");
    if month.len() != 7
        || koridor_contract::date::parse_date(first.as_bytes(), Default::default()).is_none()
    {
        return Err(LakeError::usage(
            format!("`{month}` is no month"),
            "write it as 2026-11".to_owned(),
        )
        .into());
    }
    let engine = context.engine(At::Head).await?;
    let form = if context.printer.output_ends_with(".xlsx") { Form::Xlsx } else { Form::Html };
    let mut letter = Vec::new();
    koridor_serve::letter::write(&engine, &context.project, office, &first, form, &mut letter)
        .await?;
    std::io::Write::write_all(&mut context.printer.sink()?, &letter)?;
    Ok(ExitStatus::Done)
}

/// Reads files again and says which rows moved.
pub async fn replay(context: &Context, selection: &Selection) -> anyhow::Result<ExitStatus> {
    if let Some(since) = &selection.since
        && koridor_contract::date::parse_date(since.as_bytes(), Default::default()).is_none()
    {
        return Err(LakeError::usage(
            format!("`{since}` is not a date"),
            "write it as 2026-11-21".to_owned(),
        )
        .into());
    }
    context.need_lake().await?;
    let printer = &context.printer;
    let lock = LakeLock::take(&context.storage).await?;
    let mut loader =
        Loader::new(Arc::clone(&context.project), context.storage.clone(), new_run_id())
            .await?;
    let progress = printer.progress(0);
    let replayed = loader
        .replay(selection, &mut |outcome| {
            progress.set_message(outcome.path.clone());
            progress.tick();
        })
        .await?;
    progress.finish_and_clear();
    lock.release().await?;
    if !printer.is_table() {
        let documents: Vec<serde_json::Value> = replayed
            .iter()
            .map(|file| {
                serde_json::json!({
                    "file": FileReport::from(&file.outcome), "is_changed": file.is_changed,
                    "rows_accepted_before": file.before.0, "rows_rejected_before": file.before.1,
                })
            })
            .collect();
        printer.json(&documents)?;
        return Ok(ExitStatus::Done);
    }
    let changed: Vec<_> = replayed.iter().filter(|file| file.is_changed).collect();
    for file in &changed {
        printer.plain(&format!(
            "{}\n    {}: {} {}, {} {}",
            ingest::line(printer, &file.outcome),
            printer.pick("sebelumnya", "before"),
            file.before.0,
            printer.pick("diterima", "accepted"),
            file.before.1,
            printer.pick("ditolak", "rejected"),
        ))?;
    }
    printer.plain(&match (replayed.len(), changed.len()) {
        (0, _) if selection.is_all() => printer
            .pick("tidak ada berkas yang perlu dibaca ulang", "there is no file to read again: nothing in schemas/ has changed since")
            .to_owned(),
        (0, _) => printer
            .pick(
                "tidak ada berkas yang cocok dengan pilihan itu; `koridor quarantine list` menunjukkan aturan dan berkas",
                "no file fits that choice; `koridor quarantine list` shows rules and files",
            )
            .to_owned(),
        (all, 0) => format!("{all} {}", printer.pick("berkas dibaca ulang, tidak ada yang berubah", "files read again, nothing changes")),
        (all, changed) => format!(
            "{all} {}, {changed} {}",
            printer.pick("berkas dibaca ulang", "files read again"),
            printer.pick("berubah; `koridor run` membuat rilis baru", "changed; `koridor run` makes a new release")
        ),
    })?;
    Ok(ExitStatus::Done)
}

/// Records that rows stay refused.
pub async fn waive(
    context: &Context,
    rows: &RowSelection,
    by: &str,
    reason: &str,
) -> anyhow::Result<ExitStatus> {
    if rows.file.is_none() && rows.rule.is_none() && rows.dataset.is_none() {
        return Err(LakeError::usage(
            "say which rows stay refused",
            "with --file, --rule or --dataset; --row narrows them to one row of a file".to_owned(),
        )
        .into());
    }
    context.need_lake().await?;
    let lock = LakeLock::take(&context.storage).await?;
    let count =
        quarantine::waive(&context.project, &context.storage, rows, Waiver { by, reason }, &new_run_id())
            .await?;
    lock.release().await?;
    if count == 0 {
        return Err(LakeError::usage(
            "no refused row that is open fits that choice",
            "`koridor quarantine list` shows the files, rules and rows there are".to_owned(),
        )
        .into());
    }
    let printer = &context.printer;
    printer.plain(&format!(
        "{count} {}",
        printer.pick("baris dicatat tetap ditolak", "rows are recorded to stay refused")
    ))?;
    Ok(ExitStatus::Done)
}
