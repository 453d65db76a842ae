use crate::ExitStatus;
use crate::args::{IngestArgs, OutputFormat};
use crate::context::Context;
use crate::printer::Printer;
use koridor_contract::Project;
use koridor_lake::LakeError;
use koridor_lake::ledger::FileStatus;
use koridor_lake::ledger::report::{FileReport, new_run_id, record_killed};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::landing::{self, LandedFile};
use koridor_lake::load::outcome::FileOutcome;
use koridor_read::recognise::Request;
use std::path::PathBuf;
use std::sync::Arc;

/// Loads files: per file read, accepted, rejected, ignored.
pub async fn run(context: &Context, args: &IngestArgs) -> anyhow::Result<ExitStatus> {
    if args.paths.is_empty() {
        let hint = "for example: koridor ingest laporan.xlsx".to_owned();
        return Err(LakeError::usage("no file is given", hint).into());
    }
    let request = request(context, args)?;
    let files: Vec<_> =
        files(&args.paths)?.into_iter().map(|file| (file, request.clone())).collect();
    context.storage.create().await?;
    context.remember_project().await?;
    let lock = context.lock().await?;
    record_killed(&context.storage).await?;
    let mut loader =
        Loader::new(Arc::clone(&context.project), context.storage.clone(), new_run_id())
            .await?
            .with_memory(context.memory_bytes)
            .with_reader(Arc::clone(&context.reader));
    for note in loader.notes() {
        context.printer.note(context.printer.text(note));
    }
    let progress = context.printer.progress(files.len() as u64);
    let mut told = |outcome: &FileOutcome| {
        progress.set_message(outcome.path.clone());
        progress.inc(1);
    };
    let (outcomes, _) = loader.load(&files, &mut told).await?;
    progress.finish_and_clear();
    lock.release().await?;
    show(&context.printer, &outcomes)?;
    Ok(ExitStatus::of(outcomes.iter().any(FileOutcome::needs_answer), args.allow_rejected))
}

/// What the caller says of the files, checked against the project.
pub fn request(context: &Context, args: &IngestArgs) -> Result<Request, LakeError> {
    if let Some(dataset) = &args.dataset {
        context.project.dataset(dataset)?;
    }
    if let Some(mistake) =
        args.source.as_ref().and_then(|source| context.project.unfinished.get(source))
    {
        return Err(LakeError::usage(format!("the draft is not finished: {mistake}"), None));
    }
    if let Some(source) = &args.source {
        known_source(&context.project, source)?;
    }
    if let Some(released) = &args.released
        && koridor_contract::date::parse_date(released.as_bytes(), Default::default()).is_none()
    {
        return Err(LakeError::usage(
            format!("release date `{released}` is not a date"),
            "write it as 2026-11-21".to_owned(),
        ));
    }
    let today = koridor_contract::date::from_days(
        context.project.local_now().div_euclid(86_400_000_000) as i32,
    );
    if let (Some(released), Some(today)) = (&args.released, today)
        && *released > today.to_string()
    {
        return Err(LakeError::usage(format!("release date {released} lies in the future"), None));
    }
    let region = args.region.as_deref().map(|region| context.region(region)).transpose()?;
    Ok(Request {
        dataset: args.dataset.clone(),
        source: args.source.clone(),
        region,
        released: args.released.clone(),
    })
}

/// That a source is an office of `ref.source` or a description of `schemas/sources`.
pub fn known_source(project: &Project, source: &str) -> Result<(), LakeError> {
    let offices = project.codes.get("source");
    if project.sources.contains_key(source) || offices.is_some_and(|list| list.contains(source)) {
        return Ok(());
    }
    let codes = offices.into_iter().flat_map(|list| list.codes()).map(|code| code.code.as_str());
    let known = project.sources.keys().map(String::as_str).chain(codes);
    let near = koridor_contract::codes::did_you_mean(source, known)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    Err(LakeError::usage(
        format!("no source `{source}`{near}"),
        "`select * from ref.source` lists offices, schemas/sources holds descriptions".to_owned(),
    ))
}

/// The files under paths; a folder stands for all its files.
pub fn files(paths: &[PathBuf]) -> Result<Vec<LandedFile>, LakeError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() && !landing::is_named_as_file(path) {
            files.extend(landing::landing(path)?);
        } else if path.exists() || path.is_symlink() {
            files.push(LandedFile::at(path)?);
        } else {
            return Err(LakeError::usage(format!("{} does not exist", path.display()), None));
        }
    }
    Ok(files)
}

/// Shows outcomes: a line a file for people, a document for programs.
pub fn show(printer: &Printer, outcomes: &[FileOutcome]) -> anyhow::Result<()> {
    if matches!(printer.format, OutputFormat::Json) {
        let reports: Vec<FileReport> = outcomes.iter().map(FileReport::from).collect();
        return printer.json(&reports);
    }
    let mut lines = Vec::new();
    for outcome in outcomes {
        lines.push(line(printer, outcome));
    }
    printer.plain(&lines.join("\n"))
}

/// One file's outcome in words.
pub fn line(printer: &Printer, outcome: &FileOutcome) -> String {
    let mut text = match outcome.status {
        FileStatus::Known => format!(
            "{}: {}",
            outcome.path,
            printer.pick(
                "sudah ada di danau data, tidak ada yang berubah",
                "in the lake already, nothing changes"
            )
        ),
        FileStatus::Refused => format!(
            "{}: {}: {}",
            outcome.path,
            printer.pick("ditolak", "refused"),
            outcome.message.as_ref().map(|message| printer.text(message)).unwrap_or_default()
        ),
        FileStatus::Loaded | FileStatus::Held => format!(
            "{} -> {} ({}): {} {}, {} {}, {} {}, {} {}",
            outcome.path,
            outcome.dataset.as_deref().unwrap_or_default(),
            outcome.source_id.as_deref().unwrap_or_default(),
            outcome.read,
            printer.pick("dibaca", "read"),
            outcome.accepted,
            printer.pick("diterima", "accepted"),
            outcome.rejected,
            printer.pick("ditolak", "rejected"),
            outcome.ignored,
            printer.pick("diabaikan", "ignored"),
        ),
    };
    if outcome.flagged > 0 {
        let flags: Vec<String> =
            outcome.flags.iter().map(|(flag, rows)| format!("{flag} {rows}")).collect();
        text.push_str(&format!(
            ", {} {} ({})",
            outcome.flagged,
            printer.pick("bertanda", "flagged"),
            flags.join(", ")
        ));
    }
    if let (FileStatus::Held, Some(why)) = (outcome.status, &outcome.message) {
        text.push_str(&format!("\n    {}", printer.text(why)));
    }
    for example in &outcome.examples {
        text.push_str(&format!("\n    {}", printer.text(example)));
    }
    let more = outcome.rejected.saturating_sub(outcome.examples.len() as u64);
    if more > 0 && !outcome.examples.is_empty() {
        text.push_str(&format!("\n    ... {more} {}", printer.pick("baris lain", "more rows")));
    }
    for warning in &outcome.warnings {
        text.push_str(&format!(
            "\n    {}: {}",
            printer.pick("perhatian", "warning"),
            printer.text(warning)
        ));
    }
    text
}
