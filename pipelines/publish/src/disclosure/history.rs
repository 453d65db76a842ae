//! What is known of earlier releases, read from the lake, and the decision for a new one.

use super::decide::{Decision, History, Published, decide};
use super::facts::{Withheld, facts, withheld};
use crate::error::PublishError;
use crate::indicators::put_disclosures;
use arrow::array::RecordBatch;
use koridor_contract::card::Indicator;
use koridor_lake::Engine;
use koridor_lake::store::release::{self, Release};
use std::collections::{BTreeMap, BTreeSet};

/// Decides what a release of these indicators withholds, with all that earlier releases published.
/// `computed` are the facts of its own build, `reused` the builds of the indicators that keep their
/// values.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn decide_release(
    engine: &Engine,
    all: &[Indicator],
    computed: &[RecordBatch],
    reused: &BTreeMap<String, String>,
) -> Result<Decision, PublishError> {
    if all.iter().all(|own| own.card.disclosure.is_none()) {
        return Ok(Decision::default());
    }
    put_disclosures(engine, all)?;
    let releases = release::list(&engine.snapshot().storage).await?;
    let mut history = History::default();
    if !releases.is_empty() {
        history.facts = facts(&engine.run_named("disclosure_history", []).await?)?;
        history.withheld = withheld(&engine.run_named("disclosure_withheld", []).await?)?;
        let seen: BTreeSet<Published> = releases.iter().map(|own| published(own, all)).collect();
        history.releases = seen.into_iter().collect();
    }
    let mut current = facts(computed)?;
    let is_kept = |indicator: &str, computed_in: &str| {
        reused.get(indicator).is_some_and(|own| own == computed_in)
    };
    let kept = history.facts.iter().filter(|own| is_kept(&own.key.indicator, &own.computed_in));
    current.extend(kept.cloned());
    Ok(decide(all, &history, &current))
}

/// What a release decided to withhold.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn withheld_in(engine: &Engine, decided_in: &str) -> Result<Vec<Withheld>, PublishError> {
    let all = withheld(&engine.run_named("disclosure_withheld", []).await?)?;
    Ok(all.into_iter().filter(|(release, _)| release == decided_in).map(|(_, own)| own).collect())
}

/// Decides what values that are nobody's release withhold, such as those of a worked case.
///
/// # Errors
/// Where a column is not there.
pub fn decide_alone(all: &[Indicator], computed: &[RecordBatch]) -> Result<Decision, PublishError> {
    Ok(decide(all, &History::default(), &facts(computed)?))
}

/// What a release shows of the indicators that disclosure control concerns. One of an earlier
/// program computed all of its own and decided nothing.
fn published(release: &Release, all: &[Indicator]) -> Published {
    let concerned = all.iter().filter(|own| own.card.disclosure.is_some());
    let ids = concerned.map(|own| &own.card.id);
    let computed_in = |id: &String| match release.indicators.get(id) {
        Some(own) => Some(own.computed_in.clone()),
        None => release.indicators.is_empty().then(|| release.id.clone()),
    };
    Published {
        computed_in: ids.filter_map(|id| Some((id.clone(), computed_in(id)?))).collect(),
        decided_in: release.disclosure.as_ref().map(|own| own.decided_in.clone()),
    }
}
