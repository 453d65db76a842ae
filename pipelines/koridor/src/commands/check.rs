use super::ingest;
use crate::ExitStatus;
use crate::args::{IngestArgs, OutputFormat};
use crate::context::Context;
use koridor_lake::LakeError;
use koridor_lake::check_file::Checked;
use koridor_lake::ingest::{check_only, check_setting};
use koridor_lake::outcome::example;
use koridor_lake::quarantine::{Finding, Returned};
use koridor_lake::readers;

/// Rows shown a file in the table form.
const SHOWN: usize = 20;

/// The same verdict as `ingest`, nothing written.
pub async fn run(context: &Context, args: &IngestArgs) -> anyhow::Result<ExitStatus> {
    let request = ingest::request(context, args)?;
    let setting = check_setting(&context.project, &context.storage, false).await?;
    let files = ingest::files(&args.paths)?;
    if args.workbook.is_some() && files.len() != 1 {
        return Err(LakeError::usage("--workbook takes one file back", "check the files one by one".to_owned()).into());
    }
    let mut outcomes = Vec::new();
    let mut documents = Vec::new();
    for file in files {
        let mut refused = Vec::new();
        let mut examples = Vec::new();
        let is_document = context.printer.format == OutputFormat::Json;
        let mut findings = Vec::new();
        let mut rejected = |checked: &Checked| {
            for (cell, rejection) in &checked.rejected {
                if args.workbook.is_some() {
                    let finding = Finding {
                        sheet: checked.sheet.clone(),
                        cell: cell.clone(),
                        row_number: rejection.row_number,
                        field: rejection.field.clone().unwrap_or_default(),
                        rule: rejection.rule.clone(),
                        value: rejection.value.clone().unwrap_or_default(),
                        message: rejection.message.clone(),
                    };
                    findings.push((finding, rejection.also.join("; ")));
                }
                if !is_document {
                    if examples.len() < SHOWN {
                        examples.push(example(&checked.sheet, cell.as_deref(), rejection));
                    }
                    continue;
                }
                refused.push(serde_json::json!({
                    "sheet": checked.sheet, "cell": cell, "row_number": rejection.row_number, "field": rejection.field, "rule": rejection.rule,
                    "value": rejection.value, "message_id": rejection.message.id, "message_en": rejection.message.en, "also": rejection.also,
                }));
            }
        };
        // A check blocks its thread, so it runs beside the others.
        let mut outcome = tokio::task::block_in_place(|| check_only(&setting, &file, &request, &mut rejected))?;
        outcome.examples = examples;
        if let Some(path) = &args.workbook {
            let contract = outcome.dataset.as_ref().and_then(|name| context.project.datasets.get(name)).map(AsRef::as_ref);
            let findings = findings.into_iter().flat_map(|(finding, also)| finding.with_also(&also, contract)).collect();
            let returned = Returned {
                file_name: file.shown_path.rsplit('/').next().unwrap_or_default().to_owned(),
                dataset: outcome.dataset.clone().unwrap_or_default(),
                source_id: outcome.source_id.clone().unwrap_or_default(),
                received: String::new(),
                counts: [outcome.read, outcome.accepted, outcome.rejected, outcome.ignored],
                ignored_by: outcome.ignored_by.clone(),
                remarks: outcome.message.iter().chain(&outcome.warnings).cloned().collect(),
                findings,
                sheets: readers::cells(&file.path)?.unwrap_or_default(),
                original: readers::workbook::xlsx_bytes(&file.path)?,
            };
            koridor_serve::returned::write(&returned, &mut std::fs::File::create(path)?)?;
        }
        documents.push(serde_json::json!({"file": koridor_lake::run::FileReport::from(&outcome), "rejected": refused}));
        outcomes.push(outcome);
    }
    if context.printer.format == OutputFormat::Json {
        context.printer.json(&documents)?;
    } else {
        ingest::show(&context.printer, &outcomes)?;
    }
    Ok(ExitStatus::of(outcomes.iter().any(|outcome| outcome.is_over_ratio), args.allow_rejected))
}
