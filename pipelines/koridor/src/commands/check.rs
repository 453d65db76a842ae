use super::ingest;
use crate::ExitStatus;
use crate::args::{CheckArgs, IngestArgs, OutputFormat};
use crate::context::Context;
use crate::fitting;
use koridor_contract::personal::HashKey;
use koridor_contract::scrub::{self, Scrubber};
use koridor_contract::{Contract, Rejection};
use koridor_lake::LakeError;
use koridor_lake::engine::Tier;
use koridor_lake::ledger::report::FileReport;
use koridor_lake::load::check::{LakeBefore, check_file, check_setting};
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::{FileOutcome, example};
use koridor_publish::feedback::{Feedback, Finding, own_bytes};
use koridor_publish::verdict::verdict;
use koridor_read::check::{CheckSetting, CheckedRows};
use koridor_read::readers;
use koridor_read::recognise::Request;
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
        let mut readings = readings(&setting, (&file, &request), &mut before, most)?;
        let is_hidden =
            readings.iter_mut().map(|own| own.hide(context, &tier, request.dataset.as_ref()));
        let is_hidden = is_hidden.fold(false, |any, own| any | own);
        if let Some(path) = &args.workbook {
            let mut feedback = feedback(context, &setting.hash_key, &file, &readings)?;
            if is_hidden {
                feedback.leave_out_cells();
            }
            koridor_serve::feedback_workbook::write(&feedback, &mut std::fs::File::create(path)?)?;
        }
        for Reading { mut outcome, refused } in readings {
            if is_document {
                let rejected: Vec<_> = refused.iter().map(Refused::document).collect();
                let file = FileReport::from(&outcome);
                let verdict = verdict(&context.project, &outcome);
                documents.push(serde_json::json!({
                    "file": file,
                    "rejected": rejected,
                    "verdict_id": verdict.id,
                    "verdict_en": verdict.en,
                }));
            }
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
        koridor_publish::indicators::verify(&context.project, &context.storage).await?;
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

/// What goes back to the office: its own cells, with what was found in them.
fn feedback(
    context: &Context,
    key: &HashKey,
    file: &LandedFile,
    readings: &[Reading],
) -> anyhow::Result<Feedback> {
    let told = readings.first().map(|own| own.outcome.path.as_str());
    let told_name = told.and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let sheets = readers::cells(&context.reader, &file.path)?.unwrap_or_default();
    let mut feedback = Feedback {
        file_name: told_name.to_owned(),
        original: own_bytes(&file.path, &sheets, context.reader.budget())?,
        sheets,
        ..Feedback::default()
    };
    for Reading { outcome, refused } in readings {
        if feedback.dataset.is_empty() {
            feedback.dataset = outcome.dataset.clone().unwrap_or_default();
            feedback.source_id = outcome.source_id.clone().unwrap_or_default();
        }
        feedback.add_reading(
            outcome.accepted,
            outcome.rejected,
            &outcome.ignored_by,
            readings.len() > 1,
        );
        feedback.remarks.extend(outcome.message.iter().chain(&outcome.warnings).cloned());
        let dataset = outcome.dataset.as_ref();
        let contract = dataset.and_then(|name| context.project.datasets.get(name));
        let contract = contract.map(AsRef::as_ref);
        if let Some(contract) = contract {
            feedback.add_titles(contract);
        }
        feedback.findings.extend(refused.iter().flat_map(|refused| refused.finding(contract)));
    }
    feedback.name_sheets(&Scrubber::new(key));
    Ok(feedback)
}

/// What one part of a file holds: of a workbook with several datasets there is one for each.
struct Reading {
    outcome: FileOutcome,
    refused: Vec<Refused>,
}

struct Refused {
    sheet: String,
    cell: Option<String>,
    rejection: Rejection,
}

/// All that is read of a file, with at most so many of the refused rows of each reading.
fn readings(
    setting: &CheckSetting,
    (file, request): (&LandedFile, &Request),
    before: &mut LakeBefore,
    most: usize,
) -> anyhow::Result<Vec<Reading>> {
    let mut refused: Vec<Vec<Refused>> = Vec::new();
    let mut collect = |part: usize, checked: &CheckedRows| {
        refused.resize_with(refused.len().max(part + 1), Vec::new);
        let own = &mut refused[part];
        let more = checked.rejected.iter().take(most - own.len()).cloned();
        own.extend(more.map(|(cell, rejection)| Refused {
            sheet: checked.sheet.clone(),
            cell,
            rejection,
        }));
    };
    // A check blocks its thread, so it runs beside the others.
    let outcomes = tokio::task::block_in_place(|| {
        check_file(setting, (file, request), Some(before), &mut collect)
    })?;
    refused.resize_with(outcomes.len(), Vec::new);
    let readings = outcomes.into_iter().zip(refused);
    Ok(readings.map(|(outcome, refused)| Reading { outcome, refused }).collect())
}

impl Reading {
    /// Leaves out what stands in the cells where the tier is not shown it; whether it did.
    /// `asked` is the dataset that a file is said to be of, which holds where it is of none.
    fn hide(&mut self, context: &Context, tier: &Tier, asked: Option<&String>) -> bool {
        let dataset = self.outcome.dataset.as_ref().or(asked);
        let contract = dataset.and_then(|name| context.project.datasets.get(name));
        if contract.is_none_or(|contract| tier.shows_cells(contract)) {
            return false;
        }
        self.outcome.hide_figures();
        let refused = std::mem::take(&mut self.refused).into_iter();
        self.refused = refused
            .map(|own| Refused { rejection: own.rejection.without_cells(), ..own })
            .collect();
        true
    }
}

impl Refused {
    fn finding(&self, contract: Option<&Contract>) -> Vec<Finding> {
        let rejection = &self.rejection;
        let finding = Finding {
            sheet: self.sheet.clone(),
            cell: self.cell.clone(),
            row_number: rejection.row_number,
            field: rejection.field.clone().unwrap_or_default(),
            rule: rejection.rule.clone(),
            value: rejection.value.clone().unwrap_or_default(),
            message: rejection.message.clone(),
        };
        finding.with_also(&rejection.also.join("; "), contract)
    }

    fn document(&self) -> serde_json::Value {
        let rejection = &self.rejection;
        serde_json::json!({
            "sheet": self.sheet,
            "cell": self.cell,
            "row_number": rejection.row_number,
            "field": rejection.field,
            "rule": rejection.rule,
            "value": rejection.value,
            "message_id": rejection.message.id,
            "message_en": rejection.message.en,
            "also": rejection.also,
        })
    }
}
