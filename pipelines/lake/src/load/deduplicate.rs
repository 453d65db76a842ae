//! What the ledger says of bytes that come: whether they are in it, and whether they are sent as
//! something else now.

use crate::engine::{Engine, Snapshot};
use crate::error::LakeError;
use crate::ledger::{FileStatus, Submission, SubmissionId};
use crate::load::landing::LandedFile;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use koridor_contract::Project;
use koridor_read::recognise::{self, Request};
use std::collections::{BTreeMap, BTreeSet};

/// A submission of the ledger.
#[derive(Debug, Clone)]
pub(crate) struct LedgerFile {
    pub(crate) is_loaded: bool,
    pub(crate) dataset: Option<String>,
    pub(crate) source_id: String,
    pub(crate) released: String,
    /// Fingerprint of the `schemas/` it was read with.
    pub(crate) project: String,
    pub(crate) submission: Submission,
    /// Why it was refused, in English, and the path under which it lay.
    pub(crate) refusal: Option<(String, String)>,
}

/// The submissions of the ledger.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn ledger_files(
    snapshot: &Snapshot,
) -> Result<BTreeMap<SubmissionId, LedgerFile>, LakeError> {
    let mut files = BTreeMap::new();
    if !snapshot.has_table(crate::ledger::FILES) {
        return Ok(files);
    }
    let engine = Engine::open(snapshot.clone())?;
    for rows in engine.run_named("ledger_files", []).await? {
        let texts = |column: usize| rows.column(column).as_string::<i32>();
        let numbers = |column: usize| rows.column(column).as_primitive::<Int64Type>();
        for row in 0..rows.num_rows() {
            let file = LedgerFile {
                is_loaded: FileStatus::parse(texts(1).value(row)).is_some_and(FileStatus::is_read),
                project: texts(2).value(row).to_owned(),
                submission: Submission {
                    sequence: numbers(3).value(row),
                    attempt: numbers(4).value(row),
                    received: numbers(5).value(row),
                    reading: numbers(3).value(row),
                },
                dataset: Some(texts(6).value(row).to_owned()),
                source_id: texts(7).value(row).to_owned(),
                released: texts(8).value(row).to_owned(),
                refusal: texts(9)
                    .is_valid(row)
                    .then(|| (texts(9).value(row).to_owned(), texts(10).value(row).to_owned())),
            };
            files.insert(SubmissionId::parse(texts(0).value(row)), file);
        }
    }
    Ok(files)
}

/// The held submissions that somebody has accepted.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn accepted_submissions(
    snapshot: &Snapshot,
) -> Result<BTreeSet<String>, LakeError> {
    let mut accepted = BTreeSet::new();
    if snapshot.has_table(crate::ledger::ACCEPTANCES) {
        let engine = Engine::open(snapshot.clone())?;
        for rows in engine.run_named("accepted_submissions", []).await? {
            let ids = rows.column(0).as_string::<i32>().iter().flatten();
            accepted.extend(ids.map(str::to_owned));
        }
    }
    Ok(accepted)
}

/// Whether bytes of the ledger are sent as something else now: by another office, or with another
/// vintage. The answer goes into the submission's id. Where neither caller nor folder says so, the
/// same bytes are the same submission. `then` is what was said of the bytes when they came, and
/// their path.
pub(crate) fn sent_anew(
    project: &Project,
    file: &LandedFile,
    request: &Request,
    (id, in_ledger, then): (&SubmissionId, &LedgerFile, Option<(Request, String)>),
) -> Option<SubmissionId> {
    let now = recognise::hinted(project, request, &file.shown_path);
    let is_other_office =
        |name: &String| recognise::is_office(project, name) && *name != in_ledger.source_id;
    let office = now.source.filter(is_other_office);
    let released = now.released.filter(|day| *day != in_ledger.released);
    let then = then.filter(|_| office.is_some() || released.is_some())?;
    let (request, path) = then;
    let then = recognise::hinted(project, &request, &path);
    let office = office.filter(|name| then.source.as_ref() != Some(name));
    let released = released.filter(|day| then.released.as_ref() != Some(day));
    let parts: Vec<String> = office.into_iter().chain(released).collect();
    (!parts.is_empty()).then(|| id.with_part(&parts.join(".")))
}
