use super::ingest;
use crate::ExitStatus;
use crate::args::IngestArgs;
use crate::context::Context;
use koridor_lake::check_file::Checked;
use koridor_lake::ingest::{check_only, check_setting};
use koridor_lake::{LakeError, infer, readers};
use std::path::Path;

/// Rows shown of a file.
const SHOWN: usize = 5;

/// The descriptions there are.
pub fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    if !printer.is_table() {
        let all: Vec<_> = context.project.sources.values().map(|source| source.as_ref()).collect();
        printer.json(&all)?;
        return Ok(ExitStatus::Done);
    }
    for source in context.project.sources.values() {
        printer.plain(&format!("{:26} {:24} {}", source.name, source.dataset, printer.pick(&source.title, &source.title_en)))?;
    }
    Ok(ExitStatus::Done)
}

/// Drafts a description from a file.
pub fn infer(context: &Context, file: &Path) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    let nothing = || {
        LakeError::usage(
            format!("no dataset fits {}", file.display()),
            "no header names a field of any contract; look at it with `koridor check`".to_owned(),
        )
    };
    if !file.is_file() {
        return Err(LakeError::usage(format!("{} is not a file", file.display()), None).into());
    }
    let sheets = readers::cells(file)?.ok_or_else(nothing)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let fitting = infer::fitting(&context.project, &sheets);
    if !fitting.is_empty() {
        let known = printer.pick("berkas ini sudah dapat dibaca dengan", "this file is read already by");
        printer.note(&format!("{known}: {}", fitting.join(", ")));
    }
    let draft = infer::draft(&context.project, &name, &sheets).ok_or_else(nothing)?;
    printer.json(&draft.description)?;
    for message in &draft.unsure {
        printer.note(&format!("- {}", printer.text(message)));
    }
    Ok(ExitStatus::Done)
}

/// Shows which cell of a file becomes which field.
pub async fn explain(context: &Context, args: &IngestArgs) -> anyhow::Result<ExitStatus> {
    let request = ingest::request(context, args)?;
    let setting = check_setting(&context.project, &context.storage, false).await?;
    let printer = &context.printer;
    let mut documents = Vec::new();
    for file in ingest::files(&args.paths)? {
        let mut shown: Vec<serde_json::Value> = Vec::new();
        let mut first_rows = |checked: &Checked| {
            for row in 0..checked.accepted.num_rows().min(SHOWN.saturating_sub(shown.len())) {
                let schema = checked.accepted.schema();
                let values = schema.fields().iter().zip(checked.accepted.columns()).filter_map(|(field, column)| {
                    let text = arrow::util::display::array_value_to_string(column, row).ok().filter(|text| !text.is_empty())?;
                    Some((field.name().clone(), text.into()))
                });
                let values: serde_json::Map<String, serde_json::Value> = values.collect();
                shown.push(serde_json::json!({"sheet": checked.sheet, "row": checked.row_numbers.get(row), "values": values}));
            }
        };
        let outcome = tokio::task::block_in_place(|| check_only(&setting, &file, &request, &mut first_rows))?;
        let document = serde_json::json!({
            "file": file.shown_path, "layout": outcome.layout, "dataset": outcome.dataset, "source_id": outcome.source_id,
            "columns": outcome.columns, "ignored": outcome.ignored_by, "rows_read": outcome.read, "rows_accepted": outcome.accepted,
            "rows_rejected": outcome.rejected, "first_rows": shown, "error": outcome.message.as_ref().map(|message| message.en.clone()),
        });
        if printer.is_table() {
            printer.plain(&ingest::line(printer, &outcome))?;
            printer.plain(&format!("    {}: {}", printer.pick("tata letak", "layout"), outcome.layout.as_deref().unwrap_or("-")))?;
            for (field, column) in &outcome.columns {
                printer.plain(&format!("    {column:24} -> {field}"))?;
            }
            for (reason, count) in &outcome.ignored_by {
                printer.plain(&format!("    {count} {}: {reason}", printer.pick("baris diabaikan", "rows left out")))?;
            }
            for row in &shown {
                printer.plain(&format!("    {} {}: {}", printer.pick("baris", "row"), row["row"], row["values"]))?;
            }
        }
        documents.push(document);
    }
    if !printer.is_table() {
        printer.json(&documents)?;
    }
    Ok(ExitStatus::of(documents.iter().any(|document| !document["error"].is_null() && document["layout"].is_null()), args.allow_rejected))
}
