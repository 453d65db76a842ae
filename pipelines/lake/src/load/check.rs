//! The verdict on a file, nothing written.

use super::landing::LandedFile;
use super::outcome::{FileOutcome, loaded, refused, unreadable, unreadable_bytes};
use crate::engine::{DEFAULT_MEMORY_BYTES, Engine, Snapshot, compile_contracts};
use crate::error::LakeError;
use crate::ledger::SubmissionId;
use crate::store::secret::hash_key;
use crate::store::storage::Storage;
use koridor_contract::Project;
use koridor_read::ReadError;
use koridor_read::check::{CheckSetting, CheckedRows, ExistingKeys, FileCheck, open_file};
use koridor_read::recognise::Request;
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
    })
}

/// Checks the parts of a file; `rows` is given the checked rows of each part, by the part's place.
///
/// # Errors
/// Where the file cannot be read.
pub fn check_file(
    setting: &CheckSetting,
    file: &LandedFile,
    request: &Request,
    rows: &mut dyn FnMut(usize, &CheckedRows),
) -> Result<Vec<FileOutcome>, LakeError> {
    let id = SubmissionId::of("");
    if let Some(outcome) = unreadable(file) {
        return Ok(vec![outcome]);
    }
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
        let recognised = part.recognised.clone();
        let mut check = FileCheck::start(setting, part, ExistingKeys::default())?;
        while let Some(checked) = check.next_rows()? {
            rows(place, &checked);
        }
        outcomes.push(match check.finish() {
            Ok(counts) => loaded(file, id.clone(), &recognised, &counts),
            Err(refusal) => refused(file, id.clone(), &refusal),
        });
    }
    Ok(outcomes)
}
