use super::{after_night, ingest, unbegun_night};
use crate::ExitStatus;
use crate::args::RunArgs;
use crate::context::Context;
use crate::fetch::{self, Fate};
use crate::lineage;
use crate::printer::Printer;
use crate::whole_folder::{self, Edition, Files};
use indicatif::ProgressBar;
use koridor_contract::message::{Language, Message};
use koridor_contract::{ErrorKind, Project};
use koridor_lake::Engine;
use koridor_lake::ledger::report::{
    self, ChangedValue, ReadAgain, Report, ValueChanges, WaitingFile,
};
use koridor_lake::load::landing::{self, LandedFile};
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::store::release::Release;
use koridor_publish::alerts::{FailedFetch, failed_fetches};
use koridor_publish::indicators::CheckResult;
use koridor_publish::night::{self, Night, NightHost, NightSetting};
use koridor_publish::release::Built;
use koridor_serve::Format;
use koridor_serve::extract::{self, Selection};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The nightly job: load what is new, build, check, release, extracts. Leaves a report in the lake
/// whatever happens.
pub async fn run(context: &Context, args: &RunArgs) -> anyhow::Result<ExitStatus> {
    let unfetched = match (fetch::is_configured(context), args.no_fetch) {
        (true, false) => fetched(context, &args.landing).await,
        // Nothing is asked for, and what did not come before is still not here.
        (true, true) => {
            let open = failed_fetches(&context.storage).await?;
            open.iter().map(FailedFetch::title).collect()
        }
        (false, _) => Vec::new(),
    };
    let before = lineage::known(context).await;
    let mut night = from_landing(context, args).await;
    if let Ok(night) = &mut night
        && !unfetched.is_empty()
        && let Err(error) = add_unfetched(context, args, night, unfetched).await
    {
        context.printer.error_line(&crate::words(&error));
    }
    let is_busy = |error: &anyhow::Error| crate::classify(error).1 == ErrorKind::Busy;
    if !night.as_ref().is_err_and(is_busy) {
        lineage::tell(context, &before).await;
    }
    let told = after_night::tell(context, args, &night).await;
    let night = night?;
    for line in told {
        context.printer.error_line(&line);
    }
    if context.printer.is_table() {
        context.printer.plain(&summary(context, &night))?;
    } else {
        context.printer.json(&night.report)?;
    }
    Ok(ExitStatus::of(night.is_refused, args.allow_rejected))
}

/// Brings what sources publish at an address. What does not come stops nothing: it is given back,
/// and needs a person.
async fn fetched(context: &Context, landing: &Path) -> Vec<Message> {
    let printer = &context.printer;
    match fetch::fetch(context, (landing, &[]), None).await {
        Ok(all) => {
            for own in all.iter().filter(|own| own.fate != Fate::Unchanged) {
                printer.note(&super::fetch::line(printer, own));
            }
            let failed = all.iter().filter(|own| own.fate == Fate::Failed);
            failed.map(|own| own.failed(String::new()).title()).collect()
        }
        Err(error) => {
            let words = crate::words(&error);
            printer.error_line(&words);
            vec![fetch::failed_as_a_whole(context, &words).await.title()]
        }
    }
}

/// Adds to a night and its report what could not be fetched before it.
async fn add_unfetched(
    context: &Context,
    args: &RunArgs,
    night: &mut Night,
    unfetched: Vec<Message>,
) -> anyhow::Result<()> {
    night.is_refused = true;
    let report = &mut night.report;
    report.notes.extend(unfetched.iter().map(|message| message.en.clone()));
    report.outcome = "refused".into();
    report.exit_code = i32::from(ExitStatus::of(true, args.allow_rejected).code());
    night.notes.extend(unfetched);
    let lock = context.lock().await?;
    let saved = report::save(&context.storage, &night.report).await;
    lock.release().await?;
    Ok(saved?)
}

/// Runs the night of a landing folder.
async fn from_landing(context: &Context, args: &RunArgs) -> anyhow::Result<Night> {
    let files = match landing::landing(&args.landing) {
        Ok(files) => files,
        Err(error) => {
            let error = error.into();
            unbegun_night::record(context, &error).await;
            return Err(error);
        }
    };
    let setting = setting(context, "run", shown(&args.landing), args.allow_rejected);
    let (holds_changes, ignores_clock) = (args.hold_changes, args.ignore_clock);
    let setting = NightSetting { holds_changes, ignores_clock, ..setting };
    night(context, setting, &files, Some(args.extracts.as_path())).await
}

/// Runs a night; its extracts go to `extracts`, if anywhere.
pub async fn night(
    context: &Context,
    setting: NightSetting,
    files: &[LandedFile],
    extracts: Option<&Path>,
) -> anyhow::Result<Night> {
    context.storage.create().await?;
    context.remember_project().await?;
    let extracts = extracts.map(|folder| folder.join("nightly"));
    let mut host = Host { extracts, ..Host::without_extracts(context) };
    let night = night::run(&setting, files, &mut host).await;
    host.progress.finish_and_clear();
    Ok(night?)
}

/// What a night of this lake works on; `landing` is the landing folder as its files are shown.
pub fn setting(
    context: &Context,
    command: &str,
    landing: Option<String>,
    allows_rejected: bool,
) -> NightSetting {
    NightSetting {
        project: Arc::clone(&context.project),
        storage: context.storage.clone(),
        memory_bytes: context.memory_bytes,
        reader: Arc::clone(&context.reader),
        wait: context.wait,
        landing,
        command: command.to_owned(),
        allows_rejected,
        holds_changes: false,
        ignores_clock: false,
        is_trial: false,
        meant_for: None,
    }
}

/// The landing folder as its files are shown under.
pub fn shown(landing: &Path) -> Option<String> {
    Some(landing.to_string_lossy().replace('\\', "/"))
}

/// Shows how far a night is, and writes its extracts.
pub struct Host<'context> {
    project: &'context Project,
    language: Language,
    progress: ProgressBar,
    extracts: Option<PathBuf>,
}

impl<'context> Host<'context> {
    /// For a night that leaves no extracts.
    pub fn without_extracts(context: &'context Context) -> Self {
        Self {
            project: &context.project,
            language: context.printer.lang.into(),
            progress: context.printer.progress(0),
            extracts: None,
        }
    }
}

impl NightHost for Host<'_> {
    fn begin_files(&mut self, count: u64) {
        self.progress.set_length(count);
    }

    fn file_done(&mut self, outcome: &FileOutcome) {
        self.progress.set_message(outcome.path.clone());
        self.progress.inc(1);
    }

    fn indicator_begun(&mut self, id: &str) {
        self.progress.set_message(id.to_owned());
        self.progress.tick();
    }

    fn has_extracts(&self, release: &Release) -> bool {
        let edition = edition(self.project, release, self.language);
        self.extracts.as_ref().is_none_or(|folder| whole_folder::is_of(folder, &edition))
    }

    async fn write_extracts(
        &mut self,
        engine: &Engine,
        release: &Release,
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let Some(folder) = &self.extracts else { return Ok(false) };
        write_nightly(self.project, engine, folder, release, self.language).await?;
        Ok(true)
    }
}

/// What a night leaves besides the workbooks of the regencies: extract, format, name.
const NIGHTLY: [(&str, Format, &str); 9] = [
    ("indicators", Format::Xlsx, "indicators.xlsx"),
    ("indicators", Format::Csv, "indicators.csv"),
    ("indicators", Format::Parquet, "indicators.parquet"),
    ("indicators", Format::Json, "indicators.json"),
    ("indicators", Format::SdmxCsv, "indicators.sdmx.csv"),
    ("targets", Format::Csv, "targets.csv"),
    ("sources", Format::Csv, "sources.csv"),
    ("status", Format::Csv, "status.csv"),
    ("status", Format::Xlsx, "status.xlsx"),
];

/// Of what a night's extracts are: with another language, project or program they are written
/// again, and of another release of the same name, as a lake makes that was put back from a backup.
fn edition(project: &Project, release: &Release, language: Language) -> Edition {
    let language = language.pick("id", "en");
    let names = NIGHTLY.map(|(.., name)| name).join(" ");
    let (version, project) = (env!("CARGO_PKG_VERSION"), project.fingerprint());
    let made = format!("{language} koridor {version} {project} {} {names}", release.created_at);
    Edition { release: release.id.clone(), made }
}

/// Leaves what an office takes each morning in a folder: the corridor's numbers in all formats, a
/// workbook a regency, targets, disagreeing sources and deliveries.
async fn write_nightly(
    project: &Project,
    engine: &Engine,
    folder: &Path,
    release: &Release,
    language: Language,
) -> anyhow::Result<()> {
    let mut files = Files::new();
    let all = Selection::default();
    let mut wanted: Vec<(&str, Format, String, Selection)> = NIGHTLY
        .iter()
        .map(|(extract, format, name)| (*extract, *format, (*name).to_owned(), all.clone()))
        .collect();
    wanted.extend(project.corridor.regions.iter().map(|region| {
        let selection = Selection { region: Some(region.clone()), ..Selection::default() };
        ("indicators", Format::Xlsx, format!("indicators_{region}.xlsx"), selection)
    }));
    for (extract, format, name, selection) in wanted {
        let mut bytes = Vec::new();
        let form = (format, language);
        let rows = extract::write(engine, project, extract, &selection, form, &mut bytes).await?;
        // Of what there is nothing there is no file.
        if rows > 0 {
            files.insert(name, bytes);
        }
    }
    whole_folder::replace(folder, &edition(project, release, language), files)?;
    Ok(())
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
    lines.extend(caught_up_lines(printer, &night.report));
    let folders = night.notes.iter().chain(&night.unknown_folders);
    lines.extend(folders.map(|message| printer.text(message).to_owned()));
    lines.extend(waiting_lines(printer, &night.report.files_waiting));
    lines.extend(read_again_lines(printer, night.report.read_again.as_ref()));
    if night.report.holds_changes {
        let (id, en) = (
            "schemas/ atau sql/ berubah: rilis menunggu `koridor backfill plan` dan persetujuan",
            "schemas/ or sql/ changed: the release waits for `koridor backfill plan` and approval",
        );
        lines.push(printer.pick(id, en).to_owned());
    }
    lines.extend(built_lines(printer, &night.built));
    lines.extend(night.report.changes.iter().flat_map(|changes| change_lines(printer, changes)));
    let steps: Vec<String> = night
        .report
        .steps
        .iter()
        .map(|step| format!("{} {:.2} s", step.name, step.seconds))
        .collect();
    lines.push(format!("{}: {}", printer.pick("waktu", "time"), steps.join(", ")));
    lines.join("\n")
}

/// Nights that never ran and whose work this one does, and a run that it finishes.
fn caught_up_lines(printer: &Printer, report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(first), Some(last)) = (report.caught_up.first(), report.caught_up.last()) {
        let days = if first == last { first.clone() } else { format!("{first} - {last}") };
        let (id, en) = ("malam terlewat yang disusulkan", "nights missed and caught up");
        let count = report.caught_up.len();
        lines.push(format!("{count} {}: {days}", printer.pick(id, en)));
    }
    if let Some(run) = &report.resumes {
        let (id, en) =
            ("melanjutkan proses yang terputus", "goes on with the run that ended early");
        lines.push(format!("{}: {run}", printer.pick(id, en)));
    }
    lines
}

/// Files of the lake that were read again, those that bring something else by name.
pub fn read_again_lines(printer: &Printer, again: Option<&ReadAgain>) -> Vec<String> {
    let Some(again) = again else { return Vec::new() };
    let (id, en) = (
        format!(
            "schemas/ berubah: {} berkas dibaca ulang, {} berubah",
            again.files_read,
            again.files.len()
        ),
        format!(
            "schemas/ changed: {} files read again, {} changed",
            again.files_read,
            again.files.len()
        ),
    );
    let mut lines = vec![printer.pick(&id, &en).to_owned()];
    lines.extend(again.files.iter().take(MOST_NAMED).map(|own| {
        format!(
            "    {}: {} {} -> {}, {} {} -> {}",
            own.file.path,
            printer.pick("diterima", "accepted"),
            own.rows_accepted_before,
            own.file.rows_accepted,
            printer.pick("ditolak", "refused"),
            own.rows_rejected_before,
            own.file.rows_rejected,
        )
    }));
    lines
}

/// What an earlier night refused and still lies there.
pub fn waiting_lines(printer: &Printer, files: &[WaitingFile]) -> Vec<String> {
    let mut lines = Vec::new();
    for file in files {
        let WaitingFile { path, status, error, error_id } = file;
        let still = match status.as_str() {
            "held" => printer.pick("masih ditahan", "still held"),
            _ => printer.pick("masih ditolak", "still refused"),
        };
        let why = printer
            .pick(error_id.as_deref().unwrap_or_default(), error.as_deref().unwrap_or_default());
        lines.push(format!("{path}: {still}: {why}"));
    }
    lines
}

/// Values of a kind that a summary names; the report has the others.
const MOST_NAMED: usize = 10;

/// What a new release changed, in words: what has no number any more is always told.
pub fn change_lines(printer: &Printer, changes: &ValueChanges) -> Vec<String> {
    let mut lines = Vec::new();
    let findings: u64 = changes.findings.iter().map(|finding| finding.count).sum();
    if findings > 0 {
        let named = changes.findings.iter().map(|own| format!("{} {}", own.count, own.check_name));
        let (id, en) = ("temuan untuk diperiksa", "findings to look at");
        let named = named.collect::<Vec<_>>().join(", ");
        lines.push(format!("{findings} {} (ops.soft_checks): {named}", printer.pick(id, en)));
    }
    let Some(before) = &changes.compared_with else { return lines };
    let (id, en) = (
        format!(
            "sejak {before}: {} nilai baru, {} berubah, {} tidak bernilai lagi",
            changes.new, changes.moved, changes.lost
        ),
        format!(
            "since {before}: {} values new, {} changed, {} without a number now",
            changes.new, changes.moved, changes.lost
        ),
    );
    lines.push(printer.pick(&id, &en).to_owned());
    for (total, named) in
        [(changes.lost, &changes.lost_values), (changes.moved, &changes.moved_values)]
    {
        lines.extend(named.iter().take(MOST_NAMED).map(changed_line));
        let more = total.saturating_sub(MOST_NAMED.min(named.len()) as u64);
        if more > 0 {
            let (id, en) = (format!("    dan {more} lagi"), format!("    and {more} more"));
            lines.push(printer.pick(&id, &en).to_owned());
        }
    }
    lines
}

/// One value that is another now, or none.
fn changed_line(own: &ChangedValue) -> String {
    let ChangedValue { indicator_id, region_code, grain, period, value, value_to, state, .. } = own;
    let breakdown = Some(own.breakdown.as_str()).filter(|text| !text.is_empty());
    let breakdown = breakdown.map(|text| format!(" {text}")).unwrap_or_default();
    let now = match value_to {
        Some(number) => number.to_string(),
        None => {
            let why = own.flags.as_ref().map(|flags| format!(": {flags}")).unwrap_or_default();
            format!("{state}{why}")
        }
    };
    format!("    {indicator_id}{breakdown} {region_code} {grain} {period}: {value} -> {now}")
}

/// What came of the release in words.
fn built_lines(printer: &Printer, built: &Built) -> Vec<String> {
    let failing = |check: &CheckResult| {
        let CheckResult { indicator_id, rows, example, .. } = check;
        let name = check.name_in(printer.lang.into());
        format!("    {indicator_id}: {name} ({rows}, {example})")
    };
    let found = |checks: &[CheckResult], fails_only: bool| -> Vec<String> {
        let is_told = |check: &&CheckResult| check.rows > 0 && (check.is_fail || !fails_only);
        checks.iter().filter(is_told).map(failing).collect()
    };
    match built {
        Built::New(release, checks, _) => {
            let mut lines = vec![format!(
                "{} {}: {} {}, {} {}",
                printer.pick("rilis", "release"),
                release.id,
                release.values,
                printer.pick("nilai", "values"),
                release.warnings,
                printer.pick("peringatan", "warnings")
            )];
            lines.extend(found(checks, false));
            lines
        }
        Built::Empty => {
            let (id, en) = (
                "danau data masih kosong, belum ada rilis",
                "the lake is empty, there is no release yet",
            );
            vec![printer.pick(id, en).to_owned()]
        }
        Built::Unchanged(release) => {
            vec![format!("{} {}", printer.pick("rilis tetap", "release stands:"), release.id)]
        }
        Built::Retained(release, checks) => {
            let before = release.as_ref().map(|release| release.id.as_str()).unwrap_or("-");
            let (id, en) = (
                "tidak ada rilis baru: pemeriksaan gagal, rilis sebelumnya tetap",
                "no new release: a check fails, the release before stands",
            );
            let mut lines = vec![format!("{} ({before})", printer.pick(id, en))];
            lines.extend(found(checks, true));
            lines
        }
    }
}
