//! A submission set against what stands in the lake before it.

use super::consequences::{Comparison, Consequences, Submitted};
use super::existing::{CurrentRows, key_columns};
use super::filed_rows::entry_hashes;
use super::standing::StandingSlice;
use crate::engine::{Engine, Snapshot, plain_texts};
use crate::error::LakeError;
use chrono::Datelike;
use datafusion::prelude::{col, lit};
use futures::StreamExt;
use hashbrown::HashSet;
use koridor_contract::{Contract, Supersedes, date};
use koridor_read::check::Periods;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a submission does to the rows that stand in a state of the lake, which is asked for where
/// there are any.
pub(super) async fn consequences(
    submitted: &Submitted<'_>,
    standing: &[StandingSlice],
    snapshot: impl AsyncFnOnce() -> Result<Snapshot, LakeError>,
    is_accepted: bool,
) -> Result<Consequences, LakeError> {
    let sources: BTreeSet<&str> =
        submitted.slices.keys().map(|key| key.source_id.as_str()).collect();
    let is_before = |slice: &&StandingSlice| {
        slice.sequence < submitted.submission.sequence
            && slice.sha256 != submitted.id
            && sources.contains(slice.key.source_id.as_str())
    };
    let before: Vec<&StandingSlice> = standing.iter().filter(is_before).collect();
    let mut comparison = Comparison::new(submitted, before.iter().copied());
    comparison.add_overtaken();
    if !before.is_empty() {
        set_against(&mut comparison, submitted, (&before, snapshot().await?)).await?;
    }
    Ok(comparison.finish(is_accepted))
}

/// Compares a submission with the rows that stand before it.
async fn set_against(
    comparison: &mut Comparison<'_>,
    submitted: &Submitted<'_>,
    (before, snapshot): (&[&StandingSlice], Snapshot),
) -> Result<(), LakeError> {
    let contract = submitted.contract;
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
        let parts = submitted.rows.parts();
        let counted = if comparison.counts_first() { parts.as_slice() } else { &[] };
        for part in counted {
            let filed = submitted.rows.part(part)?;
            let mut rows = current.stream(&periods).await?;
            while let Some(rows) = rows.next().await {
                comparison.count(&plain_texts(&rows?)?, &filed)?;
            }
        }
        for part in &parts {
            let filed = submitted.rows.part(part)?;
            let mut rows = current.stream(&periods).await?;
            while let Some(rows) = rows.next().await {
                comparison.add(&plain_texts(&rows?)?, &filed)?;
            }
        }
    }
    for list in newer_lists(submitted, before) {
        let entries = entries_of(&engine, contract, list).await?;
        comparison.add_unnamed(list, &entries);
    }
    Ok(())
}

/// Rows of a source that stand and are compared all, whatever their period.
const MOST_COMPARED: i64 = 100_000;

/// The periods of which a source's rows that stand are compared; `None` where there are none. A key
/// may move to any period; where the rows are many (tickets of a weighbridge), to the one beside.
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
    let replaces_rows = contract.replaces_rows(submitted.supersedes);
    let month_of =
        |day: i32| date::from_days(day).map_or(0, |date| date.year() * 12 + date.month0() as i32);
    let own = submitted.slices.keys().filter(|key| key.source_id == source);
    let before: Vec<&&StandingSlice> = before.collect();
    if replaces_rows && before.iter().map(|slice| slice.rows).sum::<i64>() <= MOST_COMPARED {
        return (!before.is_empty()).then_some(Periods::All);
    }
    let months: BTreeSet<i32> = own
        .map(|key| month_of(key.period))
        .flat_map(|month| if replaces_rows { month - 1..=month + 1 } else { month..=month })
        .collect();
    let standing: BTreeSet<i32> = before.iter().map(|slice| month_of(slice.key.period)).collect();
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
