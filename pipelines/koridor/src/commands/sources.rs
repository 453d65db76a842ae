use super::ingest;
use crate::ExitStatus;
use crate::args::{IngestArgs, OutputFormat};
use crate::context::Context;
use crate::printer::Printer;
use anyhow::Context as _;
use koridor_lake::LakeError;
use koridor_lake::engine::Tier;
use koridor_lake::load::check::{check_file, check_setting};
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::{self, FileOutcome};
use koridor_read::check::{CheckedRows, RecognisedPart, open_file};
use koridor_read::readers::{FileReader, Refusal, RefusalCode, Sheet};
use koridor_read::recognise::Request;
use koridor_read::{infer, readers};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Rows shown of a file.
const SHOWN: usize = 5;

/// The descriptions there are.
pub fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    if printer.format == OutputFormat::Json {
        let all: Vec<_> = context.project.sources.values().map(|source| source.as_ref()).collect();
        printer.json(&all)?;
        return Ok(ExitStatus::Done);
    }
    if !printer.is_table() {
        let all = context.project.sources.values();
        let rows = all.map(|own| [&own.name, &own.dataset, &own.title, &own.title_en]);
        let rows: Vec<Vec<String>> = rows.map(|own| own.map(String::clone).to_vec()).collect();
        printer.text_rows(&["name", "dataset", "title", "title_en"], &rows)?;
        return Ok(ExitStatus::Done);
    }
    for source in context.project.sources.values() {
        printer.plain(&format!(
            "{:26} {:24} {}",
            source.name,
            source.dataset,
            printer.pick(&source.title, &source.title_en)
        ))?;
    }
    Ok(ExitStatus::Done)
}

/// Drafts a description from a file, tries it, and says what is unsure. Without a dataset the exit
/// status is 3.
pub async fn infer(
    context: &Context,
    file: &Path,
    dataset: Option<&str>,
) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    if let Some(dataset) = dataset {
        context.project.dataset(dataset)?;
    }
    let sheets = sheets(printer, &context.reader, file)?;
    let landed = LandedFile::at(file)?;
    note_known(context, &landed).await?;
    let name = file_name(file);
    let draft = match sheets.as_slice() {
        [sheet] if is_webapi(sheet) => Some(infer::draft_webapi(&name, sheet)),
        sheets => infer::draft(&context.project, &name, sheets, dataset),
    };
    let Some(mut draft) = draft else {
        let hint = "a table needs a header and at least one row of values below it".to_owned();
        return Err(LakeError::usage(format!("{name} holds no table"), hint).into());
    };
    // A description is named after its file.
    if let (Some(stem), Some(own)) =
        (printer.output().and_then(Path::file_stem), draft.description.as_object_mut())
    {
        own.insert("name".into(), stem.to_string_lossy().into());
    }
    if let Some(folder) = printer.output().and_then(Path::parent) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    printer.json(&draft.description)?;
    for message in &draft.unsure {
        printer.note(&format!("- {}", printer.text(message)));
    }
    if !draft.has_dataset() {
        return Ok(ExitStatus::Refused);
    }
    for line in trial(context, &landed, &draft.description).await? {
        printer.note(&line);
    }
    Ok(ExitStatus::Done)
}

fn file_name(file: &Path) -> Cow<'_, str> {
    file.file_name().unwrap_or_default().to_string_lossy()
}

fn is_webapi(sheet: &Sheet) -> bool {
    sheet.cells.text(0, 0) == readers::bps_webapi::COLUMNS[0]
}

/// The sheets of a file that a description is to be drafted of, where the draft can be written.
fn sheets(printer: &Printer, reader: &FileReader, file: &Path) -> anyhow::Result<Vec<Sheet>> {
    if !file.is_file() {
        return Err(LakeError::usage(format!("{} is not a file", file.display()), None).into());
    }
    if let Some(output) = printer.output().filter(|output| output.exists()) {
        let message = format!(
            "{} is there already; a draft does not take the place of a description",
            output.display()
        );
        let hint = "give another --output, or remove the file first".to_owned();
        return Err(LakeError::usage(message, hint).into());
    }
    readers::cells(reader, file)?.map_err(|refusal| {
        let message = format!("{}: {}", file_name(file), printer.text(&refusal.message));
        LakeError::usage(message, None).into()
    })
}

/// Says where a file is read already, by one of the descriptions that there are.
async fn note_known(context: &Context, file: &LandedFile) -> anyhow::Result<()> {
    let printer = &context.printer;
    let setting = check_setting(&context.project, &context.storage, false).await?;
    let setting = setting.with_reader(Arc::clone(&context.reader));
    let parts = open_file(&setting, &Request::default(), &file.shown_path, &file.path)?;
    let parts: Result<Vec<RecognisedPart>, Refusal> =
        parts.and_then(|parts| parts.into_iter().map(|part| part.recognised).collect());
    match parts {
        Ok(parts) => {
            let known = printer
                .pick("berkas ini sudah dapat dibaca dengan", "this file is read already by");
            if let Some(first) = parts.first() {
                printer.note(&format!("{known}: {}", first.recognised.layout()));
            }
        }
        Err(refusal) if refusal.code == RefusalCode::WhichOffice => {
            printer.note(printer.text(&refusal.message));
        }
        Err(_) => {}
    }
    Ok(())
}

/// What a draft does with its file: rows taken and refused, and the first reasons.
async fn trial(
    context: &Context,
    file: &LandedFile,
    description: &serde_json::Value,
) -> anyhow::Result<Vec<String>> {
    let printer = &context.printer;
    let mut description = description.clone();
    let office = context
        .project
        .codes
        .get("source")
        .and_then(|list| list.codes().first())
        .map(|code| code.code.clone());
    if let (Some(own), Some(office)) = (description.as_object_mut(), office) {
        own.insert("source_ids".into(), serde_json::json!([office]));
    }
    let name =
        description.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let project = match context
        .project
        .with_description(&format!("schemas/sources/{name}.json"), &description.to_string())
    {
        Ok(project) => project,
        Err(error) => {
            return Ok(vec![format!(
                "- {}: {error}",
                printer.pick("belum dapat dicoba", "cannot be tried yet")
            )]);
        }
    };
    let setting = check_setting(&Arc::new(project), &context.storage, false).await?;
    let setting = setting.with_reader(Arc::clone(&context.reader));
    let request = Request { source: Some(name), ..Request::default() };
    let mut reasons: BTreeMap<(String, String), (u64, String)> = BTreeMap::new();
    let hides_cells = hides_cells(context, description["dataset"].as_str());
    let mut count = |_: usize, checked: &CheckedRows| {
        for (cell, rejection) in checked.rejected.iter().cloned() {
            let rejection = if hides_cells { rejection.without_cells() } else { rejection };
            let key = (rejection.field.clone().unwrap_or_default(), rejection.rule.clone());
            let line = outcome::example(&checked.sheet, cell.as_deref(), &rejection);
            reasons.entry(key).or_insert_with(|| (0, printer.text(&line).to_owned())).0 += 1;
        }
    };
    let outcomes =
        tokio::task::block_in_place(|| check_file(&setting, (file, &request), None, &mut count))?;
    let Some(outcome) = outcomes.first() else { return Ok(Vec::new()) };
    let mut lines = vec![format!(
        "{}: {} {}, {} {}, {} {}",
        printer.pick("dicoba", "tried"),
        outcome.accepted,
        printer.pick("diterima", "accepted"),
        outcome.rejected,
        printer.pick("ditolak", "refused"),
        outcome.ignored,
        printer.pick("diabaikan", "ignored"),
    )];
    lines.extend(
        outcome
            .message
            .iter()
            .chain(&outcome.warnings)
            .map(|message| format!("  {}", printer.text(message))),
    );
    lines.extend(reasons.values().take(SHOWN * 2).map(|(rows, line)| format!("  {rows} x {line}")));
    Ok(lines)
}

/// Shows which cell of a file becomes which field.
pub async fn explain(context: &Context, args: &IngestArgs) -> anyhow::Result<ExitStatus> {
    let printer = &context.printer;
    printer.refuse_rows()?;
    let request = ingest::request(context, args)?;
    let setting = check_setting(&context.project, &context.storage, false).await?;
    let setting = setting.with_reader(Arc::clone(&context.reader));
    let mut documents = Vec::new();
    for file in ingest::files(&args.paths)? {
        let mut shown: Vec<Vec<serde_json::Value>> = Vec::new();
        let mut first_rows = |part: usize, checked: &CheckedRows| {
            shown.resize_with(shown.len().max(part + 1), Vec::new);
            show_rows(&mut shown[part], checked);
        };
        let outcomes = tokio::task::block_in_place(|| {
            check_file(&setting, (&file, &request), None, &mut first_rows)
        })?;
        shown.resize_with(outcomes.len(), Vec::new);
        for (outcome, mut rows) in outcomes.iter().zip(shown) {
            if hides_cells(context, outcome.dataset.as_deref()) {
                rows.clear();
            }
            if printer.is_table() {
                print_part(printer, outcome, &rows)?;
            }
            documents.push(document(outcome, &rows));
        }
    }
    if !printer.is_table() {
        printer.json(&documents)?;
    }
    let is_refused =
        |document: &serde_json::Value| !document["error"].is_null() && document["layout"].is_null();
    Ok(ExitStatus::of(documents.iter().any(is_refused), args.allow_rejected))
}

/// Whether what stands in cells of a dataset is left out: here nobody is asked who wants to know.
fn hides_cells(context: &Context, dataset: Option<&str>) -> bool {
    let contract = dataset.and_then(|name| context.project.datasets.get(name));
    contract.is_some_and(|contract| !Tier::Operator.shows_cells(contract))
}

/// Adds the first accepted rows of a part to those that are shown.
fn show_rows(shown: &mut Vec<serde_json::Value>, checked: &CheckedRows) {
    let schema = checked.accepted.schema();
    for row in 0..checked.accepted.num_rows().min(SHOWN.saturating_sub(shown.len())) {
        let cells = schema.fields().iter().zip(checked.accepted.columns());
        let values = cells.filter_map(|(field, column)| {
            let text = arrow::util::display::array_value_to_string(column, row).ok()?;
            (!text.is_empty()).then(|| (field.name().clone(), text.into()))
        });
        let values: serde_json::Map<String, serde_json::Value> = values.collect();
        let number = checked.row_numbers.get(row);
        shown.push(serde_json::json!({"sheet": checked.sheet, "row": number, "values": values}));
    }
}

fn document(outcome: &FileOutcome, rows: &[serde_json::Value]) -> serde_json::Value {
    serde_json::json!({
        "file": outcome.path,
        "layout": outcome.layout,
        "dataset": outcome.dataset,
        "source_id": outcome.source_id,
        "columns": outcome.columns,
        "ignored": outcome.ignored_by,
        "rows_read": outcome.read,
        "rows_accepted": outcome.accepted,
        "rows_rejected": outcome.rejected,
        "first_rows": rows,
        "error": outcome.message.as_ref().map(|message| message.en.clone()),
    })
}

fn print_part(
    printer: &Printer,
    outcome: &FileOutcome,
    rows: &[serde_json::Value],
) -> anyhow::Result<()> {
    printer.plain(&ingest::line(printer, outcome))?;
    let layout = outcome.layout.as_deref().unwrap_or("-");
    printer.plain(&format!("    {}: {layout}", printer.pick("tata letak", "layout")))?;
    for (field, column) in &outcome.columns {
        printer.plain(&format!("    {column:24} -> {field}"))?;
    }
    let left_out = printer.pick("baris diabaikan", "rows left out");
    for (reason, count) in &outcome.ignored_by {
        printer.plain(&format!("    {count} {left_out}: {reason}"))?;
    }
    let name = printer.pick("baris", "row");
    for row in rows {
        printer.plain(&format!("    {name} {}: {}", row["row"], row["values"]))?;
    }
    Ok(())
}
