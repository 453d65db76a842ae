use super::ingest;
use crate::ExitStatus;
use crate::args::CellArgs;
use crate::context::{At, Context};
use crate::fitting::{self, Column};
use crate::numbers;
use crate::printer::Printer;
use koridor_lake::LakeError;
use koridor_lake::ledger::report::{FileReport, new_run_id, record_killed};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::quarantine::{self, Decision, RowSelection};
use koridor_lake::load::replay::{Replayed, Selection};
use koridor_publish::Table;
use koridor_publish::feedback::{feedback_of, original_of};
use koridor_publish::refusals::{Refusal, Refusals};
use koridor_serve::feedback_workbook::{self, Returned};
use koridor_serve::letter::Form;
use std::path::Path;
use std::sync::Arc;

/// Refused rows. For people: without a selection first by office and rule, then the rows.
pub async fn list(
    context: &Context,
    rows: &RowSelection,
    limit: usize,
    cells: &CellArgs,
) -> anyhow::Result<ExitStatus> {
    let tier = context.cells_tier(cells, "quarantine list").await?;
    let engine = context.engine_for(At::Head, tier).await?;
    if let Some(dataset) = &rows.dataset {
        context.project.dataset(dataset)?;
    }
    if let Some(source) = &rows.office {
        ingest::known_source(&context.project, source)?;
    }
    let printer = &context.printer;
    let RowSelection { dataset, file, office, rule, .. } = rows;
    let is_selected = [dataset, file, office, rule].iter().any(|asked| asked.is_some());
    if printer.is_table() && !is_selected {
        let refusals = Refusals::read(&engine).await?;
        printer.plain(&by_office_and_rule(printer, &refusals).join("\n"))?;
    }
    let frame = engine.named("refusals", rows.parameters()).await?;
    let frame = match limit {
        0 => frame,
        most => frame.limit(0, Some(most)).map_err(LakeError::from)?,
    };
    let rows = Table::of(frame).await?;
    if !printer.is_table() {
        printer.listed(&rows, &[])?;
        return Ok(ExitStatus::Done);
    }
    printer.plain(&by_file(printer, &rows).join("\n"))?;
    if rows.len() == limit {
        let (id, en) = ("baris pertama; --limit 0 untuk semua", "rows first; --limit 0 shows all");
        printer.note(&format!("{limit} {}", printer.pick(id, en)));
    } else {
        printer.row_count(rows.len());
    }
    Ok(ExitStatus::Done)
}

/// The rows, below the name of their file.
fn by_file(printer: &Printer, refused: &Table) -> Vec<String> {
    let columns =
        [Column::whole(""), Column::whole(""), Column::cut(""), Column::cut(""), Column::whole("")];
    let mut places = Vec::new();
    let mut rows = Vec::new();
    for record in refused.records() {
        let sheet = record.text("sheet").map(|sheet| format!(", {sheet}")).unwrap_or_default();
        places.push(format!("{}{sheet}", record.text_or_empty("file_name")));
        let status = record.text("status").filter(|status| status != "open");
        let names = ["cell", "rule", "value", printer.pick("message_ind", "message_en")];
        let cells = names.into_iter().map(|name| record.text_or_empty(name));
        rows.push(cells.chain([status.unwrap_or_default()]).collect::<Vec<String>>());
    }
    let widths = fitting::widths(&columns, &rows, printer.width() - 2);
    let mut lines = Vec::new();
    let mut last = None;
    for (place, row) in places.iter().zip(&rows) {
        if last != Some(place) {
            lines.push(place.clone());
            last = Some(place);
        }
        lines.push(format!("  {}", fitting::line(&columns, &widths, row)));
    }
    lines
}

/// Open rows by source, dataset and rule, with the first of the newest file.
fn by_office_and_rule(printer: &Printer, refusals: &Refusals) -> Vec<String> {
    let columns = [
        Column::number(""),
        Column::whole(""),
        Column::whole(""),
        Column::whole(""),
        Column::cut(""),
    ];
    let cells = |refusal: &Refusal| {
        vec![
            numbers::count(refusal.rows, printer.lang),
            refusal.dataset.clone(),
            refusal.rule.clone(),
            refusal.cell.clone(),
            printer.text(&refusal.message).to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = refusals.open.iter().map(cells).collect();
    let widths = fitting::widths(&columns, &rows, printer.width() - 2);
    let mut lines = vec![counts(printer, refusals)];
    let mut last = None;
    for (refusal, row) in refusals.open.iter().zip(&rows) {
        if last != Some(&refusal.source_id) {
            lines.push(String::new());
            let code = refusal.source_id.as_deref().unwrap_or("-");
            let name = refusal.source_name.as_deref().unwrap_or(
                printer.pick("baris tidak menyebut sumbernya", "the rows do not say their source"),
            );
            lines.push(fitting::cut(&format!("{code}  {name}"), printer.width()));
            last = Some(&refusal.source_id);
        }
        lines.push(format!("  {}", fitting::line(&columns, &widths, row)));
    }
    lines.push(String::new());
    lines
}

/// How many refused rows are open, and what became of the others.
fn counts(printer: &Printer, refusals: &Refusals) -> String {
    let of = |(status, rows): &(String, u64)| {
        let status = match status.as_str() {
            "open" => printer.pick("belum diperbaiki", "open"),
            "waived" => printer.pick("tetap ditolak", "waived"),
            "resolved" => printer.pick("selesai", "resolved"),
            "superseded" => printer.pick("digantikan", "superseded"),
            other => other,
        };
        format!("{} {status}", numbers::count(*rows, printer.lang))
    };
    let counts: Vec<String> = refusals.by_status.iter().map(of).collect();
    let title = printer.pick("Baris yang ditolak", "Refused rows");
    if counts.is_empty() {
        return format!("{title}: 0");
    }
    format!("{title}: {}", counts.join(", "))
}

/// Writes a file of the lake back for its office.
pub async fn export(
    context: &Context,
    file: (&str, Option<&str>),
    cells: &CellArgs,
) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let tier = context.cells_tier(cells, &format!("quarantine export {}", file.0)).await?;
    let shown = (context.reader.as_ref(), &tier);
    let feedback = feedback_of(&context.project, &context.storage, file, shown).await?;
    let printer = &context.printer;
    let (stem, ending) = feedback.file_name.rsplit_once('.').unwrap_or((&feedback.file_name, ""));
    let name = format!("{stem}.periksa.xlsx");
    let returned = if printer.has_output() {
        feedback_workbook::write(&feedback, &mut printer.sink()?)?
    } else {
        feedback_workbook::write(&feedback, &mut std::fs::File::create_new(&name)?)?
    };
    if returned == Returned::InPart {
        // What is left out of the workbook is in the file as it came.
        let beside = printer.output().unwrap_or(Path::new(&name));
        let beside = beside.with_file_name(format!("{stem}.asli.{ending}"));
        std::fs::write(&beside, original_of(&context.storage, &feedback).await?)?;
        let (id, en) = ("berkas asli disalin ke", "the original is copied to");
        printer.note(&format!("{} {}", printer.pick(id, en), beside.display()));
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
    let asked = koridor_serve::letter::Asked {
        source_id: office,
        month: &first,
        language: context.printer.lang.into(),
    };
    koridor_serve::letter::write(&engine, &context.project, asked, form, &mut letter).await?;
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
    let lock = context.lock().await?;
    record_killed(&context.storage).await?;
    let mut loader =
        Loader::new(Arc::clone(&context.project), context.storage.clone(), new_run_id())
            .await?
            .with_memory(context.memory_bytes)
            .with_reader(Arc::clone(&context.reader));
    let progress = printer.progress(0);
    let mut replayed = loader
        .replay(selection, &mut |outcome| {
            progress.set_message(outcome.path.clone());
            progress.tick();
        })
        .await?;
    progress.finish_and_clear();
    lock.release().await?;
    let losses = replayed.iter_mut().filter_map(|file| file.loss.take()).collect();
    show_replayed(printer, selection, &replayed)?;
    context.told_losses(losses).map_or(Ok(ExitStatus::Done), |loss| Err(loss.into()))
}

/// Shows which rows moved.
fn show_replayed(
    printer: &Printer,
    selection: &Selection,
    replayed: &[Replayed],
) -> anyhow::Result<()> {
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
        return printer.json(&documents);
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
    printer.plain(&replayed_line(printer, selection, replayed.len(), changed.len()))
}

/// How many files were read again, and what that changed.
fn replayed_line(printer: &Printer, selection: &Selection, all: usize, changed: usize) -> String {
    if all == 0 {
        let (id, en) = if selection.is_all() {
            (
                "tidak ada berkas yang perlu dibaca ulang: schemas/ tidak berubah",
                "there is no file to read again: nothing in schemas/ has changed since",
            )
        } else {
            (
                "tidak ada berkas yang cocok dengan pilihan itu; `koridor quarantine list` \
                 menunjukkan aturan dan berkas",
                "no file fits that choice; `koridor quarantine list` shows rules and files",
            )
        };
        return printer.pick(id, en).to_owned();
    }
    let read = printer.pick("berkas dibaca ulang", "files read again");
    if changed == 0 {
        let (id, en) = ("tidak ada yang berubah", "nothing changes");
        return format!("{all} {read}, {}", printer.pick(id, en));
    }
    let (id, en) =
        ("berubah; `koridor run` membuat rilis baru", "changed; `koridor run` makes a new release");
    format!("{all} {read}, {changed} {}", printer.pick(id, en))
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
    let lock = context.lock().await?;
    record_killed(&context.storage).await?;
    let count = quarantine::waive(
        &context.project,
        &context.storage,
        rows,
        Decision { by, reason },
        &new_run_id(),
    )
    .await?;
    lock.release().await?;
    if count == 0 {
        return Err(LakeError::usage(
            "no refused row or file that is open fits that choice",
            "`koridor quarantine list` shows the files, rules and rows there are".to_owned(),
        )
        .into());
    }
    let printer = &context.printer;
    printer.plain(&format!(
        "{count} {}",
        printer.pick(
            "baris atau berkas dicatat tetap ditolak",
            "rows or files are recorded to stay refused"
        )
    ))?;
    Ok(ExitStatus::Done)
}

/// Accepts a held file: it speaks from now on.
pub async fn accept(
    context: &Context,
    file: (&str, Option<&str>),
    by: &str,
    reason: &str,
) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    let printer = &context.printer;
    let lock = context.lock().await?;
    record_killed(&context.storage).await?;
    let mut loader =
        Loader::new(Arc::clone(&context.project), context.storage.clone(), new_run_id())
            .await?
            .with_memory(context.memory_bytes)
            .with_reader(Arc::clone(&context.reader));
    let accepted = loader.accept(file, Decision { by, reason }, &mut |_| {}).await?;
    lock.release().await?;
    if !printer.is_table() {
        let reports: Vec<FileReport> =
            accepted.iter().map(|one| FileReport::from(&one.outcome)).collect();
        printer.json(&reports)?;
        return Ok(ExitStatus::Done);
    }
    for one in accepted.iter().filter(|one| one.is_changed) {
        printer.plain(&ingest::line(printer, &one.outcome))?;
    }
    let (id, en) = (
        "diterima; `koridor run` membuat rilis baru",
        "accepted; `koridor run` makes a new release",
    );
    printer.plain(printer.pick(id, en))?;
    Ok(ExitStatus::Done)
}
