use super::ingest;
use crate::ExitStatus;
use crate::args::{IngestArgs, OutputFormat};
use crate::context::Context;
use koridor_lake::check_file::Checked;
use koridor_lake::ingest::{check_only, check_setting};
use koridor_lake::outcome::example;

/// Rows shown a file in the table form.
const SHOWN: usize = 20;

/// The same verdict as `ingest`, nothing written.
pub async fn run(context: &Context, args: &IngestArgs) -> anyhow::Result<ExitStatus> {
    let request = ingest::request(context, args)?;
    let setting = check_setting(&context.project, &context.storage, false).await?;
    let mut outcomes = Vec::new();
    let mut documents = Vec::new();
    for file in ingest::files(&args.paths)? {
        let mut refused = Vec::new();
        let mut examples = Vec::new();
        let is_document = context.printer.format == OutputFormat::Json;
        let mut rejected = |checked: &Checked| {
            for (cell, rejection) in &checked.rejected {
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
