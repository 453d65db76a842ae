//! Accepting a held submission: from then on it speaks.

use super::ingest::{Loader, Pending};
use super::named_file::{self, NamedFile};
use super::quarantine::Decision;
use super::replay::Replayed;
use crate::engine::Engine;
use crate::error::LakeError;
use crate::ledger::{Acceptance, SubmissionId};
use crate::load::outcome::FileOutcome;
use crate::store::journal;

impl Loader {
    /// Whether somebody has accepted a submission that was held.
    pub(super) fn is_accepted(&self, id: &str) -> bool {
        self.accepted.contains(id)
    }

    /// Takes a submission as accepted from now on.
    pub(super) fn take_as_accepted(&mut self, id: &SubmissionId) {
        self.accepted.insert(id.to_string());
    }

    /// Accepts the held submission that a file name, a part of one, or the beginning of a hash
    /// means, of an office where one is given. What came later and is about the same is set against
    /// it again. The caller holds the lake's lock.
    ///
    /// # Errors
    /// Where none or more than one is meant; where the lake cannot be read or written.
    pub async fn accept(
        &mut self,
        (file, office): (&str, Option<&str>),
        decision: Decision<'_>,
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<Vec<Replayed>, LakeError> {
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        let engine = Engine::open(snapshot)?;
        let held = NamedFile::found(&engine, "held_files", file).await?;
        let meant = named_file::of_one_office(&held, file, office)?;
        let [NamedFile { id, file_name, .. }] = meant.as_slice() else {
            return Err(match meant.is_empty() {
                true => LakeError::usage(
                    format!("no held file `{file}` is in the lake"),
                    "`koridor sql \"select * from ops.held_submissions\"` lists them".to_owned(),
                ),
                false => named_file::several(&meant, file),
            });
        };
        let mut all = Pending::default();
        all.batch.accept(Acceptance {
            sha256: id.clone(),
            file_name: file_name.clone(),
            by: decision.by.to_owned(),
            reason: decision.reason.to_owned(),
            at: chrono::Utc::now().timestamp_micros(),
        });
        self.speak(&SubmissionId::parse(id), all, progress).await
    }
}
