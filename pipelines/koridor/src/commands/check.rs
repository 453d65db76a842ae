use super::ingest;
use crate::ExitStatus;
use crate::args::{CheckArgs, IngestArgs, OutputFormat};
use crate::context::Context;
use crate::fitting;
use koridor_contract::scrub;
use koridor_lake::LakeError;
use koridor_lake::load::check::{LakeBefore, check_setting};
use koridor_lake::load::outcome::{FileOutcome, example};
use koridor_publish::checked::{self, Reading};
use koridor_publish::verdict::verdict;
use std::sync::Arc;

/// Rows shown a file in the table form.
const SHOWN: usize = 20;

/// The same verdict as `ingest`, nothing written.
pub async fn run(context: &Context, check: &CheckArgs) -> anyhow::Result<ExitStatus> {
    let args = &check.files;
    if args.paths.is_empty() {
        return of_project(context).await;
    }
    let tier = context.cells_tier(&check.cells, &asked(args)).await?;
    let request = ingest::request(context, args)?;
    let mut setting = check_setting(&context.project, &context.storage, false).await?;
    setting.memory_bytes = context.memory_bytes;
    setting.reader = Arc::clone(&context.reader);
    let files = ingest::files(&args.paths)?;
    let mut before = LakeBefore::at_head(&context.project, &context.storage).await?;
    if args.workbook.is_some() && files.len() != 1 {
        return Err(LakeError::usage(
            "--workbook takes one file back",
            "check the files one by one".to_owned(),
        )
        .into());
    }
    let is_document = context.printer.format == OutputFormat::Json;
    let most = if is_document || args.workbook.is_some() { usize::MAX } else { SHOWN };
    let mut outcomes = Vec::new();
    let mut documents = Vec::new();
    for file in files {
        // A check blocks its thread, so it runs beside the others.
        let mut readings = tokio::task::block_in_place(|| {
            checked::readings(&setting, (&file, &request), Some(&mut before), most)
        })?;
        let hide = |own: &mut Reading| own.hide(&context.project, &tier, request.dataset.as_ref());
        let is_hidden = readings.iter_mut().map(hide);
        let is_hidden = is_hidden.fold(false, |any, own| any | own);
        if let Some(path) = &args.workbook {
            let read = (&file, context.reader.as_ref());
            let mut feedback =
                checked::feedback(&context.project, &setting.hash_key, read, &readings)?;
            if is_hidden {
                feedback.leave_out_cells();
            }
            koridor_serve::feedback_workbook::write(&feedback, &mut std::fs::File::create(path)?)?;
        }
        for reading in readings {
            if is_document {
                documents.push(reading.document(&context.project));
            }
            let Reading { mut outcome, refused } = reading;
            let shown = if outcome.is_outside_corridor { &[][..] } else { &refused };
            for one in shown {
                // A cell that several rows are made of is told once.
                let example = example(&one.sheet, one.cell.as_deref(), &one.rejection);
                if outcome.examples.len() < SHOWN && !outcome.examples.contains(&example) {
                    outcome.examples.push(example);
                }
            }
            outcomes.push(outcome);
        }
    }
    if is_document {
        context.printer.json(&documents)?;
    } else {
        show(context, &outcomes)?;
    }
    Ok(ExitStatus::of(outcomes.iter().any(FileOutcome::needs_answer), args.allow_rejected))
}

/// That the project's own SQL can run.
async fn of_project(context: &Context) -> anyhow::Result<ExitStatus> {
    let (indicators, views) =
        koridor_publish::indicators::verify(&context.project, &context.storage, None).await?;
    let (id, en) = ("indikator dan tampilan dapat dijalankan", "indicators and views can run");
    context.printer.plain(&format!("{indicators} + {views} {}", context.printer.pick(id, en)))?;
    Ok(ExitStatus::Done)
}

/// What is recorded of a check that shows more.
fn asked(args: &IngestArgs) -> String {
    let paths = args.paths.iter().map(|path| scrub::prose(&path.to_string_lossy()).into_owned());
    format!("check {}", paths.collect::<Vec<_>>().join(" "))
}

/// Shows outcomes in lines that fit, each with its verdict at the end.
fn show(context: &Context, outcomes: &[FileOutcome]) -> anyhow::Result<()> {
    let printer = &context.printer;
    let mut lines = Vec::new();
    for outcome in outcomes {
        let told = ingest::line(printer, outcome);
        lines.extend(told.lines().map(|line| {
            let text = line.trim_start();
            let indent = line.len() - text.len();
            // What runs over stands below, a little further in.
            let wrapped = fitting::wrap_told("", text, printer.width().saturating_sub(indent + 4));
            let first = " ".repeat(indent);
            format!("{first}{}", wrapped.replace('\n', &format!("\n{first}    ")))
        }));
        let verdict = verdict(&context.project, outcome);
        lines.push(fitting::wrap_told("=> ", printer.text(&verdict), printer.width()));
    }
    printer.plain(&lines.join("\n"))
}
