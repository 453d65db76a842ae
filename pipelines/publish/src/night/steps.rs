//! The steps of a night in their order. What is done is not done again: a file is known by its
//! bytes, a release by its inputs, and a run that ended behind its release is finished by the next.

use super::setting::{NightHost, NightSetting};
use super::waiting::waiting;
use crate::error::PublishError;
use crate::release::{self, Built};
use koridor_contract::message::Message;
use koridor_lake::ledger::FileStatus;
use koridor_lake::ledger::report::{
    self, FileReport, Finding, ReadAgain, ReadAgainFile, Report, Step,
};
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::load::replay::Selection;
use koridor_lake::store::maintenance::{Policy, maintain};
use koridor_lake::store::release::{self as releases, Release};
use koridor_lake::{Engine, LakeError, Snapshot};
use koridor_read::recognise::Request;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Instant;

/// The `schemas/` that all files of the lake were read with, but for those whose raw bytes are
/// damaged.
#[derive(Debug, Default, Serialize, Deserialize)]
struct ReadBy {
    schemas: String,
}

const READ_BY: &str = "_koridor/read_by.json";

/// A run that has made a release and is not at its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Unfinished {
    run_id: String,
    release: String,
    before: Option<String>,
}

const UNFINISHED: &str = "_koridor/unfinished.json";

/// What the steps of a night share.
pub(super) struct Steps<'night, Host> {
    pub(super) setting: &'night NightSetting,
    pub(super) host: &'night mut Host,
    pub(super) report: &'night mut Report,
    pub(super) notes: &'night mut Vec<Message>,
    since: Instant,
}

impl<'night, Host: NightHost> Steps<'night, Host> {
    pub(super) fn of(
        setting: &'night NightSetting,
        host: &'night mut Host,
        (report, notes): (&'night mut Report, &'night mut Vec<Message>),
    ) -> Self {
        Self { setting, host, report, notes, since: Instant::now() }
    }

    /// Runs all steps.
    ///
    /// # Errors
    /// Where one cannot finish; the steps before it stay done.
    pub(super) async fn run(
        mut self,
        files: &[LandedFile],
    ) -> Result<(Vec<FileOutcome>, Built), PublishError> {
        let storage = &self.setting.storage;
        let mut loader = self.open().await?;
        self.end("open").await?;
        let files: Vec<LandedFile> = files.iter().map(|file| loader.told(file.clone())).collect();
        let outcomes = self.load(&mut loader, &files).await?;
        self.end("ingest").await?;
        let before = releases::current(storage).await?;
        self.report.holds_changes = self.holds_changes(before.as_ref());
        if self.report.holds_changes && !outcomes.is_empty() {
            // Not all files were read with the same any more.
            storage.delete(READ_BY).await?;
        }
        let has_read_again = !self.report.holds_changes && self.read_again(&mut loader).await?;
        self.report.files_waiting = waiting(self.setting, &files, &outcomes).await?;
        let built = self.build(before.as_ref()).await?;
        let (current, is_new) = built.current();
        self.report.release_id = current.map(|release| release.id.clone());
        self.report.is_new_release = is_new;
        self.end("release").await?;
        let left = self.left(current.filter(|_| is_new), before.as_ref()).await?;
        if let Some(release) = current {
            let findings = match &built {
                Built::New(_, _, findings) => Some(findings.clone()),
                _ => None,
            };
            self.publish(release, left.as_ref(), findings).await?;
        }
        let is_changed = left.is_some() || !outcomes.is_empty() || has_read_again;
        if is_changed && !self.setting.is_trial {
            maintain(storage, Policy::default()).await?;
            self.end("maintenance").await?;
        }
        if left.is_some() {
            storage.delete(UNFINISHED).await?;
        }
        Ok((outcomes, built))
    }

    /// Whether `schemas/` or `sql/` are others than those of the current release, and somebody has
    /// to approve what they change.
    fn holds_changes(&self, before: Option<&Release>) -> bool {
        let project = &self.setting.project;
        self.setting.holds_changes
            && before.is_some_and(|release| release.project != project.fingerprint())
    }

    /// Builds the release, unless it waits for somebody.
    async fn build(&mut self, before: Option<&Release>) -> Result<Built, PublishError> {
        if let Some(before) = before.filter(|_| self.report.holds_changes) {
            return Ok(Built::Unchanged(before.clone()));
        }
        let NightSetting { project, storage, memory_bytes, .. } = self.setting;
        let (run_id, host) = (&self.report.run_id, &mut *self.host);
        let mut progress = |id: &str| host.indicator_begun(id);
        release::build(project, storage, run_id, *memory_bytes, &mut progress).await
    }

    /// Notes how long a step took, and in the lake how far the night is.
    async fn end(&mut self, name: &str) -> Result<(), PublishError> {
        let seconds = self.since.elapsed().as_secs_f64();
        self.report.steps.push(Step { name: name.into(), seconds });
        self.since = Instant::now();
        Ok(report::note_at_work(&self.setting.storage, self.report).await?)
    }

    async fn open(&mut self) -> Result<Loader, PublishError> {
        let NightSetting { project, storage, .. } = self.setting;
        let run_id = self.report.run_id.clone();
        let loader = Loader::new(Arc::clone(project), storage.clone(), run_id).await?;
        let loader = loader.with_memory(self.setting.memory_bytes);
        let loader = loader.with_reader(Arc::clone(&self.setting.reader));
        self.notes.extend_from_slice(loader.notes());
        self.report.notes = self.notes.iter().map(|message| message.en.clone()).collect();
        Ok(loader)
    }

    /// Loads the files that are new; those that are in the lake are counted.
    async fn load(
        &mut self,
        loader: &mut Loader,
        files: &[LandedFile],
    ) -> Result<Vec<FileOutcome>, PublishError> {
        let is_new = |file: &&LandedFile| !loader.is_unchanged(file);
        let new: Vec<(LandedFile, Request)> =
            files.iter().filter(is_new).map(|file| (file.clone(), Request::default())).collect();
        let host = &mut *self.host;
        host.begin_files(new.len() as u64);
        let (mut outcomes, _) = loader.load(&new, &mut |outcome| host.file_done(outcome)).await?;
        let is_known = |outcome: &FileOutcome| outcome.status == FileStatus::Known;
        let known = outcomes.iter().filter(|outcome| is_known(outcome)).count();
        self.report.files_known = Some((files.len() - new.len() + known) as u64);
        outcomes.retain(|outcome| !is_known(outcome) || !outcome.warnings.is_empty());
        self.report.files = outcomes.iter().map(FileReport::from).collect();
        Ok(outcomes)
    }

    /// Reads the lake's files again where `schemas/` changed since they were read; whether any
    /// brings something else.
    async fn read_again(&mut self, loader: &mut Loader) -> Result<bool, PublishError> {
        let storage = &self.setting.storage;
        let schemas = self.setting.project.schemas_fingerprint();
        let (read_by, _) = storage.get_cache::<ReadBy>(READ_BY).await?;
        if read_by.schemas == schemas {
            return Ok(false);
        }
        let host = &mut *self.host;
        let replayed =
            loader.replay(&Selection::default(), &mut |outcome| host.file_done(outcome)).await?;
        let files_read = replayed.len() as u64;
        let mut files = Vec::new();
        for one in replayed {
            // Its raw bytes are damaged: its rows stay as they were read. `verify` names it too.
            if let Some(loss) = &one.loss {
                self.note(loss);
            } else if one.is_changed {
                files.push(ReadAgainFile {
                    file: FileReport::from(&one.outcome),
                    rows_accepted_before: one.before.0,
                    rows_rejected_before: one.before.1,
                });
            }
        }
        let is_changed = !files.is_empty();
        if files_read > 0 {
            self.report.read_again =
                Some(ReadAgain { schemas: schemas.clone(), files_read, files });
            self.end("read_again").await?;
        }
        storage.put_json(READ_BY, &ReadBy { schemas }).await?;
        Ok(is_changed)
    }

    fn note(&mut self, loss: &LakeError) {
        let text = loss.to_string();
        self.report.notes.push(text.clone());
        self.notes.push(Message { id: text.clone(), en: text });
    }

    /// What is left to do behind a release: of the one that is new, or of one whose run ended too
    /// early.
    async fn left(
        &mut self,
        new: Option<&Release>,
        before: Option<&Release>,
    ) -> Result<Option<Unfinished>, PublishError> {
        let storage = &self.setting.storage;
        let (found, _) = storage.get_cache::<Option<Unfinished>>(UNFINISHED).await?;
        if let Some(release) = new {
            // What nobody was told of an earlier one is told with this.
            let earlier = found.as_ref().and_then(|own| own.before.clone());
            self.report.resumes = found.as_ref().map(|own| own.run_id.clone());
            let own = Unfinished {
                run_id: self.report.run_id.clone(),
                release: release.id.clone(),
                before: match found {
                    Some(_) => earlier,
                    None => before.map(|release| release.id.clone()),
                },
            };
            storage.put_json(UNFINISHED, &own).await?;
            return Ok(Some(own));
        }
        self.report.resumes = found.as_ref().map(|own| own.run_id.clone());
        Ok(found)
    }

    /// What a release changed for its readers, and its extracts; `findings` of one that was made
    /// now.
    async fn publish(
        &mut self,
        release: &Release,
        left: Option<&Unfinished>,
        findings: Option<Vec<Finding>>,
    ) -> Result<(), PublishError> {
        let NightSetting { project, storage, .. } = self.setting;
        let left = left.filter(|own| own.release == release.id);
        if left.is_none() && self.host.has_extracts(release) {
            return Ok(());
        }
        let snapshot = Snapshot::at_release(Arc::clone(project), storage.clone(), release.clone());
        let engine = Engine::open(snapshot.with_memory(self.setting.memory_bytes))?;
        if let Some(left) = left {
            let before = match &left.before {
                Some(id) => releases::find(storage, id).await.ok(),
                None => None,
            };
            let findings = match findings {
                Some(findings) => findings,
                None => release::findings(&engine).await?,
            };
            let changes = release::changes(&engine, (before.as_ref(), release), findings).await?;
            self.report.changes = Some(changes);
            self.end("comparison").await?;
        }
        let has_all = self.host.has_extracts(release);
        if !has_all
            && self.host.write_extracts(&engine, release).await.map_err(PublishError::Extracts)?
        {
            self.end("extracts").await?;
        }
        Ok(())
    }
}
