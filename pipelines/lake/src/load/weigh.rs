//! A checked part weighed against the lake that it comes to.

use super::consequences::{Consequences, Submitted};
use super::entry::{CheckedPart, Reading};
use super::ingest::{Loader, Pending};
use super::standing::group;
use super::superseding::consequences;
use crate::error::LakeError;
use crate::ledger::SliceRow;
use crate::store::journal;
use koridor_contract::{Contract, Supersedes};
use koridor_read::check::{SliceCount, SliceKey};
use std::collections::BTreeMap;

impl Loader {
    /// What a checked part does to the rows that stand. What waits to be committed and is about the
    /// same is committed first, so that it stands.
    pub(super) async fn weigh(
        &mut self,
        reading: &Reading,
        checked: &CheckedPart,
        pending: &mut Pending,
    ) -> Result<Consequences, LakeError> {
        let Some(rows) = &checked.filed_rows else { return Ok(Consequences::default()) };
        let contract = &checked.recognised.contract;
        let supersedes = checked.recognised.supersedes();
        let slices = &checked.counts.slices;
        if pending.batch.slices().any(|row| is_about(contract, supersedes, slices, row)) {
            self.commit(std::mem::take(&mut pending.batch)).await?;
        }
        self.read_standing(&contract.name).await?;
        let id = reading.id.to_string();
        let submission = reading.submission;
        let submitted = Submitted { contract, supersedes, slices, rows, id: &id, submission };
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        let snapshot = match submission.attempt {
            0 => snapshot,
            _ => snapshot.before_submission(submission.sequence),
        };
        let standing = self.standing().of(&contract.name);
        consequences(&submitted, standing, snapshot, self.is_accepted(&id)).await
    }
}

/// Whether a slice that waits to be committed may stand against a submission.
fn is_about(
    contract: &Contract,
    supersedes: Supersedes,
    slices: &BTreeMap<SliceKey, SliceCount>,
    row: &SliceRow,
) -> bool {
    let is_same = |key: &SliceKey| match contract.replaces_rows(supersedes) {
        true => key.source_id == row.key.source_id,
        false => group(key, "*") == group(&row.key, "*"),
    };
    row.dataset == contract.name && slices.keys().any(is_same)
}
