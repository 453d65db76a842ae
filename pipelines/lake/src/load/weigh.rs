//! A checked part weighed against the lake that it comes to.

use super::batch::Waiting;
use super::consequences::{Consequences, Submitted};
use super::entry::{CheckedPart, Reading};
use super::ingest::{Loader, Pending};
use super::magnitude::{Doubt, doubts};
use super::superseding::consequences;
use crate::error::LakeError;
use crate::ledger;
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
        if is_about(contract, supersedes, slices, pending.batch.waiting()) {
            self.commit(std::mem::take(&mut pending.batch)).await?;
        }
        self.read_standing(&contract.name).await?;
        let id = reading.id.to_string();
        let submission = reading.submission;
        let submitted = Submitted { contract, supersedes, slices, rows, id: &id, submission };
        let standing = self.standing().of(&contract.name);
        let snapshot = async || {
            let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
            Ok(match submission.attempt {
                0 => snapshot,
                _ => snapshot.before_submission(submission.sequence),
            })
        };
        consequences(&submitted, standing, snapshot, self.is_accepted(&id)).await
    }
}

impl Loader {
    /// The figures of a checked part that look like another unit. What waits to be committed of its
    /// dataset is committed first, so that they are compared with it.
    pub(super) async fn doubts(
        &mut self,
        reading: &Reading,
        checked: &CheckedPart,
        pending: &mut Pending,
    ) -> Result<Vec<Doubt>, LakeError> {
        let Some(figures) = &checked.filed_figures else { return Ok(Vec::new()) };
        let contract = &checked.recognised.contract;
        if pending.batch.holds(&ledger::silver(&contract.name)) {
            self.commit(std::mem::take(&mut pending.batch)).await?;
        }
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        let snapshot = match reading.submission.attempt {
            0 => snapshot,
            _ => snapshot.before_submission(reading.submission.sequence),
        };
        doubts(contract, (figures, &checked.counts.slices), snapshot).await
    }
}

/// Whether a slice that waits to be committed may stand against a submission.
fn is_about(
    contract: &Contract,
    supersedes: Supersedes,
    slices: &BTreeMap<SliceKey, SliceCount>,
    waiting: &Waiting,
) -> bool {
    let replaces_rows = [supersedes, contract.koridor.supersedes] != [Supersedes::Slice; 2];
    slices.keys().any(|key| match replaces_rows {
        true => waiting.has_source(&contract.name, Some(&key.source_id)),
        false => waiting.has_group(&contract.name, key),
    })
}
