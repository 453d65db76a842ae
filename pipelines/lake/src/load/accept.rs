//! Accepting a held submission: from then on it speaks.

use super::ingest::{Loader, Pending};
use super::quarantine::Decision;
use super::replay::Replayed;
use crate::engine::{Engine, text_parameter};
use crate::error::LakeError;
use crate::ledger::{Acceptance, SubmissionId};
use crate::load::outcome::FileOutcome;
use crate::store::journal;
use arrow::array::AsArray;

impl Loader {
    /// Accepts the held submission that a file name, a part of one, or the beginning of a hash
    /// means. What came later and is about the same is set against it again. The caller holds the
    /// lake's lock.
    ///
    /// # Errors
    /// Where none or more than one is meant; where the lake cannot be read or written.
    pub async fn accept(
        &mut self,
        file: &str,
        decision: Decision<'_>,
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<Vec<Replayed>, LakeError> {
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        let engine = Engine::open(snapshot)?;
        let mut held: Vec<(String, String)> = Vec::new();
        for rows in engine.run_named("held_files", [("file", text_parameter(file))]).await? {
            let texts = |column: usize| rows.column(column).as_string::<i32>();
            let (ids, names) = (texts(0), texts(1));
            let pairs = (0..rows.num_rows()).map(|row| (ids.value(row), names.value(row)));
            held.extend(pairs.map(|(id, name)| (id.to_owned(), name.to_owned())));
        }
        // A whole name means that file alone.
        if held.iter().any(|(_, name)| name == file) {
            held.retain(|(_, name)| name == file);
        }
        let [(id, file_name)] = held.as_slice() else {
            return Err(if held.is_empty() {
                LakeError::usage(
                    format!("no held file `{file}` is in the lake"),
                    "`koridor sql \"select * from ops.held_submissions\"` lists them".to_owned(),
                )
            } else {
                let all: Vec<String> =
                    held.iter().map(|(id, name)| format!("{name} ({:.12})", id)).collect();
                LakeError::usage(
                    format!("`{file}` means several held files: {}", all.join(", ")),
                    "give the whole name, or the beginning of its hash".to_owned(),
                )
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
