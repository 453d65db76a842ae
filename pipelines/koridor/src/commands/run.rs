use super::ingest;
use crate::ExitStatus;
use crate::args::RunArgs;
use crate::context::Context;
use koridor_lake::ingest::Loader;
use koridor_lake::landing::{self, LandedFile};
use koridor_lake::maintenance;
use koridor_lake::outcome::FileOutcome;
use koridor_lake::recognise::Request;
use koridor_lake::release::{self, Built};
use koridor_lake::run::{self, FileReport, LakeLock, Report, Step};
use koridor_lake::{At, Engine};
use koridor_serve::Format;
use koridor_serve::extract::{self, Selection};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// The nightly job: load what is new, build, check, release, extracts. Leaves a report in the lake whatever happens.
pub async fn run(context: &Context, args: &RunArgs) -> anyhow::Result<ExitStatus> {
    let files = landing::landing(&args.landing)?;
    let night = night(context, "run", &files, Some(&args.extracts), args.allow_rejected).await?;
    if context.printer.is_table() {
        context.printer.plain(&summary(context, &night))?;
    } else {
        context.printer.json(&night.report)?;
    }
    Ok(night.status)
}

/// What came of a night.
pub struct Night {
    /// The report as kept.
    pub report: Report,
    /// Outcomes of files that were new.
    pub outcomes: Vec<FileOutcome>,
    /// What came of the release.
    pub built: Built,
    /// Exit status.
    pub status: ExitStatus,
}

/// Takes the lock and runs all steps; an error is in the report too.
pub async fn night(
    context: &Context,
    command: &str,
    files: &[LandedFile],
    extracts: Option<&Path>,
    allow_rejected: bool,
) -> anyhow::Result<Night> {
    context.storage.create().await?;
    let lock = LakeLock::take(&context.storage).await?;
    let mut report = Report {
        schema: "koridor.run.v1".into(),
        run_id: run::new_run_id(),
        command: command.into(),
        started_at: now(),
        finished_at: String::new(),
        outcome: "failed".into(),
        exit_code: 1,
        error: None,
        files: Vec::new(),
        files_known: None,
        release_id: None,
        is_new_release: false,
        steps: Vec::new(),
    };
    let result = steps(context, files, extracts, &mut report).await;
    report.finished_at = now();
    let finished = match result {
        Ok((outcomes, built)) => {
            let is_refused = outcomes.iter().any(|outcome| outcome.is_over_ratio)
                || matches!(built, Built::Kept(..));
            let status = ExitStatus::of(is_refused, allow_rejected);
            report.outcome = if is_refused { "refused" } else { "done" }.into();
            report.exit_code = i32::from(status.code());
            Ok((outcomes, built, status))
        }
        Err(error) => {
            report.error = Some(format!("{error:#}"));
            Err(error)
        }
    };
    run::keep(&context.storage, &report).await?;
    lock.release().await?;
    let (outcomes, built, status) = finished?;
    Ok(Night { report, outcomes, built, status })
}

async fn steps(
    context: &Context,
    files: &[LandedFile],
    extracts: Option<&Path>,
    report: &mut Report,
) -> anyhow::Result<(Vec<FileOutcome>, Built)> {
    let mut clock = Instant::now();
    let mut lap = |report: &mut Report, name: &str| {
        report.steps.push(Step { name: name.into(), seconds: clock.elapsed().as_secs_f64() });
        clock = Instant::now();
    };
    let mut loader =
        Loader::new(Arc::clone(&context.project), context.storage.clone(), report.run_id.clone())
            .await?;
    lap(report, "open");
    let new: Vec<(LandedFile, Request)> = files
        .iter()
        .filter(|file| !loader.is_unchanged(file))
        .map(|file| (file.clone(), Request::default()))
        .collect();
    let progress = context.printer.progress(new.len() as u64);
    let mut told = |outcome: &FileOutcome| {
        progress.set_message(outcome.path.clone());
        progress.inc(1);
    };
    let (mut outcomes, _) = loader.load(&new, &mut told).await?;
    progress.finish_and_clear();
    let known = outcomes.iter().filter(|outcome| outcome.status == "known").count();
    report.files_known = Some((files.len() - new.len() + known) as u64);
    outcomes.retain(|outcome| outcome.status != "known");
    report.files = outcomes.iter().map(FileReport::from).collect();
    lap(report, "ingest");
    let progress = context.printer.progress(0);
    let mut told = |id: &str| {
        progress.set_message(id.to_owned());
        progress.tick();
    };
    let built = release::build(
        &context.project,
        &context.storage,
        &report.run_id,
        context.memory_bytes,
        &mut told,
    )
    .await?;
    progress.finish_and_clear();
    lap(report, "release");
    let (current, is_new) = match &built {
        Built::New(release, _) => (Some(release), true),
        Built::Unchanged(release) => (Some(release), false),
        Built::Kept(release, _) => (release.as_ref(), false),
        Built::Empty => (None, false),
    };
    report.release_id = current.map(|release| release.id.clone());
    report.is_new_release = is_new;
    if let (Some(folder), Some(release)) = (extracts, current)
        && (is_new || !folder.join("nightly").join("release.txt").exists())
    {
        let engine = Engine::open(
            Arc::clone(&context.project),
            context.storage.clone(),
            At::Release(Box::new(release.clone())),
            context.memory_bytes,
        )?;
        nightly(context, &engine, folder, &release.id).await?;
        lap(report, "extracts");
    }
    if is_new || !outcomes.is_empty() {
        maintenance::maintain(&context.storage, maintenance::Policy::default()).await?;
        lap(report, "maintenance");
    }
    Ok((outcomes, built))
}

/// Leaves the corridor's extract in `nightly/`: each file is written beside and renamed, so that a reader never sees half of one.
async fn nightly(
    context: &Context,
    engine: &Engine,
    folder: &Path,
    release: &str,
) -> anyhow::Result<()> {
    let folder = folder.join("nightly");
    std::fs::create_dir_all(&folder)?;
    let replace = |name: &str, bytes: &[u8]| -> anyhow::Result<()> {
        let half = folder.join(format!(".{name}.part"));
        std::fs::write(&half, bytes)?;
        std::fs::rename(&half, folder.join(name))?;
        Ok(())
    };
    for format in [Format::Xlsx, Format::Csv, Format::Parquet, Format::Json] {
        let mut bytes = Vec::new();
        extract::write(
            engine,
            &context.project,
            "indicators",
            &Selection::default(),
            format,
            &mut bytes,
        )
        .await?;
        replace(&format!("indicators.{}", format.ending()), &bytes)?;
    }
    replace("release.txt", format!("{release}\n").as_bytes())
}

fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A night in words.
pub fn summary(context: &Context, night: &Night) -> String {
    let printer = &context.printer;
    let mut lines: Vec<String> =
        night.outcomes.iter().map(|outcome| ingest::line(printer, outcome)).collect();
    let known = night.report.files_known.unwrap_or_default();
    if night.outcomes.is_empty() {
        lines.push(format!(
            "{} ({known} {})",
            printer.pick("tidak ada berkas baru", "nothing is new"),
            printer.pick("berkas sudah dikenal", "files known")
        ));
    }
    match &night.built {
        Built::New(release, checks) => {
            lines.push(format!(
                "{} {}: {} {}, {} {}",
                printer.pick("rilis", "release"),
                release.id,
                release.values,
                printer.pick("nilai", "values"),
                release.warnings,
                printer.pick("peringatan", "warnings")
            ));
            lines.extend(checks.iter().filter(|check| check.rows > 0).map(|check| {
                format!(
                    "    {}: {} ({}, {})",
                    check.indicator_id, check.name, check.rows, check.example
                )
            }));
        }
        Built::Empty => lines.push(
            printer
                .pick(
                    "danau data masih kosong, belum ada rilis",
                    "the lake is empty, there is no release yet",
                )
                .to_owned(),
        ),
        Built::Unchanged(release) => {
            lines.push(format!("{} {}", printer.pick("rilis tetap", "release stands:"), release.id))
        }
        Built::Kept(release, checks) => {
            let kept = release.as_ref().map(|release| release.id.as_str()).unwrap_or("-");
            lines.push(format!(
                "{} ({kept})",
                printer.pick(
                    "tidak ada rilis baru: pemeriksaan gagal, rilis sebelumnya tetap",
                    "no new release: a check fails, the release before stands"
                )
            ));
            lines.extend(checks.iter().filter(|check| check.is_fail && check.rows > 0).map(
                |check| {
                    format!(
                        "    {}: {} ({}, {})",
                        check.indicator_id, check.name, check.rows, check.example
                    )
                },
            ));
        }
    }
    let steps: Vec<String> = night
        .report
        .steps
        .iter()
        .map(|step| format!("{} {:.2} s", step.name, step.seconds))
        .collect();
    lines.push(format!("{}: {}", printer.pick("waktu", "time"), steps.join(", ")));
    lines.join("\n")
}
