//! The night: load what is new, build, check, release, extracts, maintenance. It leaves a report in
//! the lake whatever happens.

mod calendar;
mod setting;
mod steps;
mod waiting;

use crate::error::PublishError;
use crate::release::Built;
use chrono::DateTime;
use koridor_contract::Project;
use koridor_contract::message::Message;
use koridor_contract::scrub;
use koridor_lake::LakeError;
use koridor_lake::Storage;
use koridor_lake::ledger::FileStatus;
use koridor_lake::ledger::report::{self, Report};
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::store::lock::LakeLock;
use koridor_lake::store::{journal, release};
use koridor_read::recognise;
pub use setting::{NightHost, NightSetting};
use std::collections::BTreeSet;
use steps::Steps;

/// What came of a night.
pub struct Night {
    /// The report as saved.
    pub report: Report,
    /// Outcomes of files that were new.
    pub outcomes: Vec<FileOutcome>,
    /// What came of the release.
    pub built: Built,
    /// Folders of the landing folder that are no office's.
    pub unknown_folders: Vec<Message>,
    /// What else a person should know.
    pub notes: Vec<Message>,
    /// Whether data was refused, or a check retained the release before.
    pub is_refused: bool,
}

/// Microseconds by which clocks of machines may differ.
const CLOCK_TOLERANCE: i64 = 10 * 60 * 1_000_000;

/// Exit code of a run in which data was refused.
const REFUSED: i32 = 3;

/// Takes the lock and runs all steps; an error is in the report too.
///
/// # Errors
/// Where a step could not finish; running again completes it.
pub async fn run(
    setting: &NightSetting,
    files: &[LandedFile],
    host: &mut impl NightHost,
) -> Result<Night, PublishError> {
    setting.storage.create().await?;
    let lock = LakeLock::take_within(&setting.storage, setting.wait).await?;
    let (mut report, begun) = match begun(setting).await {
        Ok(report) => (report, Ok(())),
        Err(error) => (unnamed(setting), Err(error)),
    };
    let strange = unknown_folders(setting, files);
    report.unknown_folders = strange.iter().map(|message| message.en.clone()).collect();
    let mut notes = Vec::new();
    let missed = std::mem::take(&mut report.caught_up);
    let result = match begun {
        Ok(()) => Steps::of(setting, host, (&mut report, &mut notes)).run(files).await,
        Err(error) => Err(error),
    };
    report.finished_at = setting.project.clock.written();
    let finished = match result {
        Ok((outcomes, built)) => {
            let is_refused = outcomes.iter().any(FileOutcome::needs_answer)
                || matches!(built, Built::Retained(..))
                || !report.files_waiting.is_empty()
                || has_held(&report)
                || report.holds_changes;
            report.outcome = if is_refused { "refused" } else { "done" }.into();
            report.exit_code = if is_refused && !setting.allows_rejected { REFUSED } else { 0 };
            report.caught_up = missed;
            Ok((outcomes, built, is_refused))
        }
        Err(error) => {
            report.error = Some(scrub::prose(&error.to_string()).into_owned());
            report.exit_code = i32::from(error.kind().exit_code());
            Err(error)
        }
    };
    let saved = save(&setting.storage, &report).await;
    let released = lock.release().await;
    // What stopped the night comes first: it may be why the report cannot be saved either.
    let (outcomes, built, is_refused) = finished?;
    saved?;
    released?;
    Ok(Night { report, outcomes, built, is_refused, unknown_folders: strange, notes })
}

/// The report of a night that begins, with the nights before it that never ran.
async fn begun(setting: &NightSetting) -> Result<Report, PublishError> {
    let NightSetting { project, storage, command, .. } = setting;
    report::record_killed(storage).await?;
    // What a run that died has begun is finished before anything is read.
    journal::recover(storage).await?;
    if !setting.ignores_clock {
        check_clock(project, storage).await?;
    }
    if let Some(sequence) = setting.meant_for
        && journal::head(storage).await?.sequence != sequence
    {
        let hint = "plan it again: `koridor backfill plan`".to_owned();
        let message = "it was planned on another state of the lake";
        return Err(LakeError::usage(message, hint).into());
    }
    let night = calendar::tonight(project, storage, command).await?;
    let report = Report {
        run_id: night.run_id,
        logical_date: Some(night.day),
        caught_up: night.missed,
        ..unnamed(setting)
    };
    // Whose work is not done has caught nothing up.
    let noted = Report { caught_up: Vec::new(), ..report.clone() };
    report::note_at_work(storage, &noted).await?;
    Ok(report)
}

/// That the clock is not behind the newest release: what comes would be older than what stands, and
/// the release would be named by a day of the past.
async fn check_clock(project: &Project, storage: &Storage) -> Result<(), PublishError> {
    let Some(newest) = release::current(storage).await? else { return Ok(()) };
    let now = project.clock.now();
    let made = DateTime::parse_from_rfc3339(&newest.created_at).ok();
    match made.map(|own| own.timestamp_micros()) {
        Some(made) if now + CLOCK_TOLERANCE < made => {
            let message = format!(
                "the clock of this machine ({}) is behind release {}, made {}",
                project.clock.written(),
                newest.id,
                newest.created_at
            );
            let hint = "set the clock; if it is right and was ahead when that release was made, \
                        `koridor run --ignore-clock`";
            Err(LakeError::usage(message, hint.to_owned()).into())
        }
        _ => Ok(()),
    }
}

/// The report of a run whose night cannot be told: the lake cannot be read.
fn unnamed(setting: &NightSetting) -> Report {
    Report {
        schema: "koridor.run.v1".into(),
        run_id: report::new_run_id(),
        command: setting.command.clone(),
        started_at: setting.project.clock.written(),
        outcome: "failed".into(),
        exit_code: 1,
        ..Report::default()
    }
}

/// Whether a file that was read again is held or refused now.
fn has_held(report: &Report) -> bool {
    let files = report.read_again.iter().flat_map(|own| &own.files);
    files
        .map(|own| own.file.status)
        .any(|own| [FileStatus::Held, FileStatus::Refused].contains(&own))
}

/// Saves a report, and what it says of nights that never ran.
async fn save(storage: &Storage, report: &Report) -> Result<(), PublishError> {
    calendar::record_caught_up(storage, report).await?;
    Ok(report::save(storage, report).await?)
}

/// Folders of the landing folder that are no office's.
fn unknown_folders(setting: &NightSetting, files: &[LandedFile]) -> Vec<Message> {
    let Some(root) = &setting.landing else { return Vec::new() };
    let folder = |file: &LandedFile| {
        let below = file.shown_path.strip_prefix(root.as_str())?.trim_start_matches('/').to_owned();
        below.split_once('/').map(|(folder, _)| folder.to_owned())
    };
    let folders: BTreeSet<String> = files.iter().filter_map(folder).collect();
    folders
        .iter()
        .filter_map(|own| recognise::unknown_folder(&setting.project, &scrub::cell(own)))
        .collect()
}
