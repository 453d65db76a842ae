//! A checked submission set against what stands in the lake before it.

use super::consequences::{Comparison, Consequences, Submitted};
use super::entry::{CheckedPart, Reading};
use super::existing::{CurrentRows, key_columns};
use super::filed_rows::entry_hashes;
use super::ingest::{Loader, Pending};
use super::standing::{StandingSlice, group};
use crate::engine::{Engine, Snapshot, plain_texts};
use crate::error::LakeError;
use crate::store::journal;
use chrono::Datelike;
use datafusion::prelude::{col, lit};
use futures::StreamExt;
use hashbrown::HashSet;
use koridor_contract::{Contract, Supersedes, date};
use koridor_read::check::{Periods, SliceCount, SliceKey};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
        let sources: BTreeSet<&str> = slices.keys().map(|key| key.source_id.as_str()).collect();
        let before: Vec<&StandingSlice> = self.standing().of(&contract.name).iter().collect();
        let is_before = |slice: &&StandingSlice| {
            slice.sequence < submission.sequence
                && slice.sha256 != id
                && sources.contains(slice.key.source_id.as_str())
        };
        let before: Vec<&StandingSlice> = before.into_iter().filter(is_before).collect();
        let mut comparison = Comparison::new(&submitted, before.iter().copied());
        comparison.add_overtaken();
        if !before.is_empty() {
            let snapshot = self.snapshot(journal::head(&self.storage).await?).await?;
            let snapshot = match submission.attempt {
                0 => snapshot,
                _ => snapshot.before_submission(submission.sequence),
            };
            set_against(&mut comparison, &submitted, contract, (&before, snapshot)).await?;
        }
        Ok(comparison.finish(self.is_accepted(&id)))
    }
}

/// Whether a slice that waits to be committed may stand against a submission.
fn is_about(
    contract: &Contract,
    supersedes: Supersedes,
    slices: &BTreeMap<SliceKey, SliceCount>,
    row: &crate::ledger::SliceRow,
) -> bool {
    let replaces_rows = [supersedes, contract.koridor.supersedes] != [Supersedes::Slice; 2];
    let is_same = |key: &SliceKey| match replaces_rows {
        true => key.source_id == row.key.source_id,
        false => group(key, "*") == group(&row.key, "*"),
    };
    row.dataset == contract.name && slices.keys().any(is_same)
}

/// Compares a submission with the rows that stand before it.
async fn set_against(
    comparison: &mut Comparison<'_>,
    submitted: &Submitted<'_>,
    contract: &Arc<Contract>,
    (before, snapshot): (&[&StandingSlice], Snapshot),
) -> Result<(), LakeError> {
    let engine = Engine::open(snapshot)?;
    let sources: BTreeSet<&str> = before.iter().map(|slice| slice.key.source_id.as_str()).collect();
    for source in sources {
        let of_source = || before.iter().filter(|slice| slice.key.source_id == source);
        let Some(periods) = periods(submitted, source, of_source()) else { continue };
        let mut columns: Vec<String> =
            key_columns(contract).into_iter().map(str::to_owned).collect();
        let more = Comparison::columns(contract);
        columns.extend(more.into_iter().filter(|name| !key_columns(contract).contains(&&**name)));
        let current = CurrentRows {
            engine: engine.clone(),
            contract: Arc::clone(contract),
            source: Some(source.to_owned()),
            table: format!("core.{}_as_loaded", contract.name),
            columns,
        };
        let mut rows = current.stream(&periods).await?;
        while let Some(rows) = rows.next().await {
            comparison.add(&plain_texts(&rows?)?)?;
        }
    }
    for list in newer_lists(submitted, before) {
        let entries = entries_of(&engine, contract, list).await?;
        comparison.add_unnamed(list, &entries);
    }
    Ok(())
}

/// The periods of which a source's rows that stand are compared; `None` where there are none.
fn periods<'slice>(
    submitted: &Submitted<'_>,
    source: &str,
    before: impl Iterator<Item = &'slice &'slice StandingSlice>,
) -> Option<Periods> {
    let slice = submitted.contract.koridor.slice.as_ref()?;
    if slice.period.is_none() {
        return Some(Periods::All);
    }
    let contract = submitted.contract;
    let replaces_rows =
        [submitted.supersedes, contract.koridor.supersedes] != [Supersedes::Slice; 2];
    let month_of = |day: i32| {
        date::from_days(day).map_or(0, |date| date.year() * 12 + date.month0() as i32)
    };
    let own = submitted.slices.keys().filter(|key| key.source_id == source);
    // A key that moves does so between months beside each other.
    let months: BTreeSet<i32> = own
        .map(|key| month_of(key.period))
        .flat_map(|month| if replaces_rows { month - 1..=month + 1 } else { month..=month })
        .collect();
    let standing: BTreeSet<i32> = before.map(|slice| month_of(slice.key.period)).collect();
    let touched: Vec<i32> = months.intersection(&standing).copied().collect();
    (!touched.is_empty()).then_some(Periods::Months(touched))
}

/// Full lists that came before a submission and are newer.
fn newer_lists<'slice>(
    submitted: &Submitted<'_>,
    before: &[&'slice StandingSlice],
) -> Vec<&'slice StandingSlice> {
    let sequence = submitted.submission.sequence;
    let is_newer = |list: &&&StandingSlice| {
        list.supersedes == Supersedes::Snapshot
            && submitted.slices.keys().any(|key| {
                (&key.source_id, &key.region) == (&list.key.source_id, &list.key.region)
                    && (key.release_date, sequence) < list.place()
            })
    };
    before.iter().filter(is_newer).copied().collect()
}

/// The entries of a register that a full list names.
async fn entries_of(
    engine: &Engine,
    contract: &Contract,
    list: &StandingSlice,
) -> Result<HashSet<u128>, LakeError> {
    let rows = engine.query(&format!("select * from silver.{}", contract.name)).await?;
    let rows = rows.filter(col("src_file_sha256").eq(lit(&list.sha256)))?;
    let columns: Vec<&str> = contract.entry_key().chain(["source_id"]).collect();
    let mut rows = rows.select_columns(&columns)?.execute_stream().await?;
    let mut entries = HashSet::new();
    while let Some(rows) = rows.next().await {
        entries.extend(entry_hashes(contract, &plain_texts(&rows?)?)?);
    }
    Ok(entries)
}
