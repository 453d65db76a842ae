//! A checked part weighed against the lake that it comes to.

use super::batch::Waiting;
use super::budget;
use super::consequences::{Consequences, Submitted};
use super::entry::{CheckedPart, Reading};
use super::existing::{existing_keys, is_compared};
use super::ingest::{Loader, Pending};
use super::magnitude::{Doubt, Known};
use super::outcome::FileOutcome;
use super::superseding::consequences;
use crate::error::LakeError;
use crate::ledger;
use crate::store::journal;
use koridor_contract::{Contract, Supersedes};
use koridor_read::check::{ExistingKeys, RecognisedPart, SliceCount, SliceKey};
use koridor_read::recognise::Recognised;
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
        let project = self.project.as_ref();
        let submitted =
            Submitted { project, contract, supersedes, slices, rows, id: &id, submission };
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
    /// The figures of a checked part that look like another unit, by what stood when it came.
    pub(super) async fn doubts(
        &mut self,
        reading: &Reading,
        checked: &CheckedPart,
        pending: &mut Pending,
    ) -> Result<Vec<Doubt>, LakeError> {
        let Some(figures) = &checked.filed_figures else { return Ok(Vec::new()) };
        let figures = figures.figures(&checked.counts.slices);
        let contract = &checked.recognised.contract;
        let submission = reading.submission;
        if submission.attempt == 0 && is_table(&checked.recognised) {
            self.read_known(contract).await?;
            let known = self.known.get(&contract.name);
            return Ok(known.map(|known| known.doubts(contract, figures)).unwrap_or_default());
        }
        if pending.batch.holds(&ledger::silver(&contract.name)) {
            self.commit(std::mem::take(&mut pending.batch)).await?;
        }
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        let snapshot = match submission.attempt {
            0 => snapshot,
            _ => snapshot.before_submission(submission.sequence),
        };
        let known = Known::read(snapshot, contract, Some(&figures)).await?;
        Ok(known.doubts(contract, figures))
    }

    /// Reads what a dataset's figures are compared with, once for a load: what comes after that
    /// takes its place among them.
    async fn read_known(&mut self, contract: &Contract) -> Result<(), LakeError> {
        if !self.known.contains_key(&contract.name) {
            let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
            let known = Known::read(snapshot, contract, None).await?;
            self.known.insert(contract.name.clone(), known);
        }
        Ok(())
    }

    /// Takes over the figures of a part that is loaded.
    pub(super) fn take_figures(&mut self, checked: &CheckedPart) {
        let name = &checked.recognised.contract.name;
        if let (Some(figures), Some(known)) = (&checked.filed_figures, self.known.get_mut(name)) {
            known.take(figures.figures(&checked.counts.slices));
        }
    }
}

impl Loader {
    /// The keys of the lake that a part's may not repeat. What waits to be committed is committed
    /// first, so that they are among them.
    pub(super) async fn existing(
        &mut self,
        part: &RecognisedPart,
        reading: &Reading,
        pending: &mut Pending,
    ) -> Result<ExistingKeys, LakeError> {
        if !is_compared(&part.recognised) {
            return Ok(ExistingKeys::default());
        }
        if pending.batch.holds(&ledger::silver(&part.recognised.contract.name)) {
            self.commit(std::mem::take(&mut pending.batch)).await?;
        }
        let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
        existing_keys(snapshot, &part.recognised, reading.submission)
    }

    /// Whether a submission stands, or waits to be committed, that a part may be about too.
    pub(super) async fn may_stand(
        &mut self,
        recognised: &Recognised,
        pending: &Pending,
    ) -> Result<bool, LakeError> {
        let dataset = &recognised.contract.name;
        self.read_standing(dataset).await?;
        let is_own = |source: &str| recognised.source_id().is_none_or(|own| own == source);
        let stands = self.standing.of(dataset).iter().any(|slice| is_own(&slice.key.source_id));
        Ok(stands || pending.batch.waiting().has_source(dataset, recognised.source_id()))
    }

    /// Holds a submission of which far more rows are refused than of those before it, unless
    /// somebody has accepted it.
    pub(super) async fn hold_over_budget(
        &mut self,
        reading: &Reading,
        outcome: &mut FileOutcome,
    ) -> Result<(), LakeError> {
        if !budget::is_compared(outcome) || self.is_accepted(&reading.id.to_string()) {
            return Ok(());
        }
        let Some(dataset) = outcome.dataset.clone() else { return Ok(()) };
        if !self.budgets.knows(&dataset) {
            let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
            self.budgets.read(snapshot, &dataset).await?;
        }
        let sequence = reading.submission.sequence;
        if let Some(why) = self.budgets.over(outcome, sequence, reading.file.told_name()) {
            outcome.hold(why);
        }
        Ok(())
    }
}

/// Whether a part and all of its dataset come as tables: what stands of them is told by their
/// slices.
fn is_table(recognised: &Recognised) -> bool {
    !recognised.contract.replaces_rows(recognised.supersedes())
}

/// Whether a slice that waits to be committed may stand against a submission.
fn is_about(
    contract: &Contract,
    supersedes: Supersedes,
    slices: &BTreeMap<SliceKey, SliceCount>,
    waiting: &Waiting,
) -> bool {
    slices.keys().any(|key| match contract.replaces_rows(supersedes) {
        true => waiting.has_source(&contract.name, Some(&key.source_id)),
        false => waiting.has_group(&contract.name, key),
    })
}
