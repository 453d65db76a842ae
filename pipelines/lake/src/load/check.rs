//! The verdict on a file, nothing written.

use super::budget::{self, Budgets};
use super::consequences::Submitted;
use super::figures::FigureSums;
use super::filed_rows::{Collecting, FiledRows, collects};
use super::landing::LandedFile;
use super::magnitude::{FiledFigures, Known};
use super::outcome::{FileOutcome, left_for_next, loaded, refused, unreadable, unreadable_bytes};
use super::raw;
use super::standing::Standing;
use super::superseding::consequences;
use super::told::{consequences_line, held_line, tell_doubts};
use crate::engine::{DEFAULT_MEMORY_BYTES, Engine, Snapshot, compile_contracts};
use crate::error::LakeError;
use crate::ledger::{Submission, SubmissionId};
use crate::store::secret::hash_key;
use crate::store::storage::Storage;
use koridor_contract::Project;
use koridor_contract::scrub::Scrubber;
use koridor_read::ReadError;
use koridor_read::check::{
    CheckSetting, CheckedRows, ExistingKeys, FileCheck, RecognisedPart, RowCounts, open_file,
};
use koridor_read::recognise::{Recognised, Request};
use std::sync::Arc;

/// What a check of files needs, without a lake to write to.
///
/// # Errors
/// Where a rule is not SQL over its contract's fields, or the key for personal fields cannot be
/// used.
pub async fn check_setting(
    project: &Arc<Project>,
    storage: &Storage,
    may_create_key: bool,
) -> Result<CheckSetting, LakeError> {
    let engine = Engine::open(Snapshot::empty(Arc::clone(project), storage.clone()))?;
    Ok(CheckSetting {
        project: Arc::clone(project),
        hash_key: hash_key(storage, may_create_key).await?,
        now: project.local_now(),
        compiled: Arc::new(compile_contracts(&engine, project).await?),
        workers: std::thread::available_parallelism().map_or(2, usize::from),
        memory_bytes: DEFAULT_MEMORY_BYTES,
        reader: Arc::default(),
        erased: Arc::default(),
        sought: Arc::default(),
    })
}

/// The lake that a checked file would come to.
pub struct LakeBefore {
    snapshot: Snapshot,
    standing: Standing,
}

impl LakeBefore {
    /// The newest state of a lake.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn at_head(project: &Arc<Project>, storage: &Storage) -> Result<Self, LakeError> {
        let snapshot = Snapshot::head(Arc::clone(project), storage.clone()).await?;
        Ok(Self { snapshot, standing: Standing::default() })
    }

    /// Says in an outcome what a file would do to the rows that stand.
    async fn tell(
        &mut self,
        file: &LandedFile,
        (recognised, counts): (&Recognised, &RowCounts),
        (rows, figures): (Option<&FiledRows>, Option<&FiledFigures>),
        outcome: &mut FileOutcome,
    ) -> Result<(), LakeError> {
        let contract = &recognised.contract;
        if !self.standing.knows(&contract.name) {
            self.standing.read(self.snapshot.clone(), &contract.name).await?;
        }
        // Its own bytes may be in the lake already.
        let id = SubmissionId::of(&raw::hash(&file.path)?).to_string();
        let submission = Submission::first(i64::MAX, self.snapshot.project.clock.now());
        let supersedes = recognised.supersedes();
        let slices = &counts.slices;
        let standing = self.standing.of(&contract.name);
        if standing.iter().any(|slice| SubmissionId::parse(&slice.sha256).sha256() == id) {
            return Ok(());
        }
        let file_name = file.told_name();
        if let Some(figures) = figures {
            let figures = figures.figures(slices);
            let known = Known::read(self.snapshot.clone(), contract, Some(&figures)).await?;
            let doubts = known.doubts(contract, figures);
            tell_doubts(outcome, &doubts, (contract, file_name), false);
        }
        if budget::is_compared(outcome) {
            let mut budgets = Budgets::default();
            budgets.read(self.snapshot.clone(), &contract.name).await?;
            if let Some(why) = budgets.over(outcome, i64::MAX, file_name) {
                outcome.hold(why);
            }
        }
        let Some(rows) = rows else { return Ok(()) };
        let project = self.snapshot.project.as_ref();
        let submitted =
            Submitted { project, contract, supersedes, slices, rows, id: &id, submission };
        let snapshot = async || Ok(self.snapshot.clone());
        let found = consequences(&submitted, standing, snapshot, false).await?;
        let path = file.told_path();
        let name = |id: &str| self.standing.name_beside(path, &contract.name, id);
        outcome.warnings.extend(consequences_line(contract, &found.rows, &id, name));
        if let Some(thin) = found.thin {
            outcome.hold(held_line(&thin, contract, path));
        }
        Ok(())
    }
}

/// Checks the parts of a file; `rows` is given the checked rows of each part, by the part's place.
/// With a lake the outcome tells what the file would do to it.
///
/// # Errors
/// Where the file or the lake cannot be read.
pub fn check_file(
    setting: &CheckSetting,
    (file, request): (&LandedFile, &Request),
    before: Option<&mut LakeBefore>,
    rows: &mut dyn FnMut(usize, &CheckedRows),
) -> Result<Vec<FileOutcome>, LakeError> {
    let file = &file.clone().told_by(&Scrubber::new(&setting.hash_key));
    if let Some(outcome) = unreadable(file) {
        return Ok(vec![outcome]);
    }
    let outcomes = check_parts(setting, (file, request), before, rows)?;
    Ok(if file.is_as_it_was(file.bytes) { outcomes } else { vec![left_for_next(file)] })
}

fn check_parts(
    setting: &CheckSetting,
    (file, request): (&LandedFile, &Request),
    mut before: Option<&mut LakeBefore>,
    rows: &mut dyn FnMut(usize, &CheckedRows),
) -> Result<Vec<FileOutcome>, LakeError> {
    let id = SubmissionId::of("");
    let parts = match open_file(setting, request, &file.shown_path, &file.path) {
        Ok(Ok(parts)) => parts,
        Ok(Err(refusal)) => return Ok(vec![refused(file, id, &refusal)]),
        // A file that cannot be read stops no other.
        Err(ReadError::Io { source, .. }) => {
            return Ok(vec![refused(file, id, &unreadable_bytes(&source))]);
        }
        Err(error) => return Err(error.into()),
    };
    let mut outcomes = Vec::new();
    for (place, part) in parts.into_iter().enumerate() {
        let part = match part.recognised {
            Ok(part) => part,
            Err(refusal) => {
                outcomes.push(refused(file, id.clone(), &refusal));
                continue;
            }
        };
        let mut of_part = |checked: &CheckedRows| rows(place, checked);
        outcomes.push(check_part(setting, (file, &id), part, before.as_deref_mut(), &mut of_part)?);
    }
    Ok(outcomes)
}

/// Checks one part of a file and says what it would do to the lake.
fn check_part(
    setting: &CheckSetting,
    (file, id): (&LandedFile, &SubmissionId),
    part: RecognisedPart,
    before: Option<&mut LakeBefore>,
    rows: &mut dyn FnMut(&CheckedRows),
) -> Result<FileOutcome, LakeError> {
    let recognised = part.recognised.clone();
    let collecting = Collecting {
        supersedes: recognised.supersedes(),
        has_one_release: true,
        may_stand: before.is_some(),
        memory_bytes: setting.memory_bytes,
    };
    let mut filed = collects(&recognised.contract, collecting);
    let mut figures = FigureSums::of(&recognised.contract);
    let magnitudes = FiledFigures::new(&recognised.contract);
    let mut magnitudes = magnitudes.filter(|_| before.is_some());
    let mut check = FileCheck::start(setting, part, ExistingKeys::default())?;
    while let Some(checked) = check.next_rows()? {
        if let Some(filed) = &mut filed {
            filed.add(&checked)?;
        }
        figures.add(&checked)?;
        if let Some(magnitudes) = &mut magnitudes {
            magnitudes.add(&checked)?;
        }
        rows(&checked);
    }
    Ok(match check.finish() {
        Ok(counts) => {
            let mut outcome = loaded(file, id.clone(), &recognised, &counts);
            outcome.figures = figures.finish(&counts.slices);
            if let Some(before) = before {
                // Checking blocks its thread: the runtime has others.
                let brought = (filed.as_ref(), magnitudes.as_ref());
                let told = before.tell(file, (&recognised, &counts), brought, &mut outcome);
                tokio::runtime::Handle::current().block_on(told)?;
            }
            outcome
        }
        Err(refusal) => refused(file, id.clone(), &refusal),
    })
}
