//! What a night would do: the night itself on a trial of the lake, of which nothing stays.

use crate::error::PublishError;
use crate::night::{self, Night, NightHost, NightSetting};
use crate::release::Built;
use koridor_contract::message::{Language, Message};
use koridor_lake::Engine;
use koridor_lake::ledger::report::{FileReport, ReadAgain, ValueChanges, WaitingFile};
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::store::release::Release;
use koridor_lake::store::trial::Trial;
use serde::Serialize;
use std::collections::BTreeSet;
use std::error::Error;

/// What a night would do.
#[derive(Serialize)]
pub struct Plan {
    /// `koridor.plan.v1`.
    pub schema: String,
    /// The day of the night.
    pub logical_date: Option<String>,
    /// Days without a night, which this one would catch up.
    pub caught_up: Vec<String>,
    /// Files that are new, and what each becomes.
    pub files: Vec<FileReport>,
    /// Files that are in the lake already.
    pub files_known: Option<u64>,
    /// Files of the landing folder that stay refused or held.
    pub files_waiting: Vec<WaitingFile>,
    /// Folders of the landing folder that are no office's, in English.
    pub unknown_folders: Vec<String>,
    /// Files of the lake that would be read again, and those that bring something else then.
    pub read_again: Option<ReadAgain>,
    /// Datasets whose rows come or change.
    pub datasets: Vec<String>,
    /// Indicators that would be computed anew.
    pub indicators: Vec<String>,
    /// `empty`, `unchanged`, `new`, or `retained`: a check keeps the release before.
    pub release: &'static str,
    /// Checks that would keep the release before: indicator, check and number of rows.
    pub stopped_by: Vec<StoppedBy>,
    /// Numbers that would move against the current release.
    pub changes: Option<ValueChanges>,
    /// Whether something would be refused or held.
    pub is_refused: bool,
    /// The files as the commands tell them.
    #[serde(skip)]
    pub outcomes: Vec<FileOutcome>,
    /// Folders of no office, in both languages.
    #[serde(skip)]
    pub folders: Vec<Message>,
}

/// A check that would keep the release before.
#[derive(Serialize)]
pub struct StoppedBy {
    /// Indicator, or what else is checked.
    pub subject: String,
    /// The check.
    pub check_name: String,
    /// The check in Bahasa Indonesia.
    #[serde(skip)]
    pub check_name_ind: String,
    /// Rows that fail it.
    pub rows: u64,
}

/// Says what a night of this setting would do with these files. Nothing of the lake is written.
///
/// # Errors
/// Where the lake is no folder of this machine, or the night could not finish.
pub async fn plan(
    setting: NightSetting,
    files: &[LandedFile],
    progress: &mut dyn FnMut(&str),
) -> Result<Plan, PublishError> {
    let trial = Trial::of(&setting.storage).await?;
    let storage = trial.storage().clone();
    let setting =
        NightSetting { storage, is_trial: true, holds_changes: false, meant_for: None, ..setting };
    let night = night::run(&setting, files, &mut Silent { progress }).await?;
    Ok(Plan::of(night))
}

impl Plan {
    fn of(night: Night) -> Self {
        let Night { report, outcomes, built, is_refused, unknown_folders, .. } = night;
        let again = report.read_again.iter().flat_map(|own| &own.files).map(|own| &own.file);
        let touched = report.files.iter().chain(again).filter_map(|file| file.dataset.clone());
        let datasets: BTreeSet<String> = touched.collect();
        let indicators = match &built {
            Built::New(release, ..) => {
                let is_computed = |own: &&String| {
                    release.indicators.get(*own).is_some_and(|own| own.computed_in == release.id)
                };
                release.indicators.keys().filter(is_computed).cloned().collect()
            }
            _ => Vec::new(),
        };
        let stopped_by = match &built {
            Built::Retained(_, checks) => {
                let fails = checks.iter().filter(|check| check.is_fail && check.rows > 0);
                let told = fails.map(|check| StoppedBy {
                    subject: check.indicator_id.clone(),
                    check_name: check.name.clone(),
                    check_name_ind: check.name_in(Language::Id).to_owned(),
                    rows: check.rows as u64,
                });
                told.collect()
            }
            _ => Vec::new(),
        };
        let release = match &built {
            Built::Empty => "empty",
            Built::Unchanged(_) => "unchanged",
            Built::New(..) => "new",
            Built::Retained(..) => "retained",
        };
        Self {
            schema: "koridor.plan.v1".into(),
            logical_date: report.logical_date,
            caught_up: report.caught_up,
            files: report.files,
            files_known: report.files_known,
            files_waiting: report.files_waiting,
            unknown_folders: report.unknown_folders,
            read_again: report.read_again,
            datasets: datasets.into_iter().collect(),
            indicators,
            release,
            stopped_by,
            changes: report.changes,
            is_refused,
            outcomes,
            folders: unknown_folders,
        }
    }
}

/// A night that leaves no extracts.
struct Silent<'progress> {
    progress: &'progress mut dyn FnMut(&str),
}

impl NightHost for Silent<'_> {
    fn begin_files(&mut self, _: u64) {}

    fn file_done(&mut self, outcome: &FileOutcome) {
        (self.progress)(&outcome.path);
    }

    fn indicator_begun(&mut self, id: &str) {
        (self.progress)(id);
    }

    fn has_extracts(&self, _: &Release) -> bool {
        true
    }

    async fn write_extracts(
        &mut self,
        _: &Engine,
        _: &Release,
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        Ok(false)
    }
}
