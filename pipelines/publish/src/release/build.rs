//! A release: indicators whose inputs changed are computed from the head, checked, and published as
//! one step; the others keep their values by reference.

use super::changes::findings;
use super::day;
use super::inputs::fingerprints;
use super::whole::is_whole;
use super::withholding::{NewRows, Withholding};
use crate::disclosure;
use crate::error::PublishError;
use crate::indicators::{self, CheckResult};
use crate::shared_views::share;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use koridor_contract::card::Indicator;
use koridor_contract::message::Message;
use koridor_contract::{Project, card};
use koridor_lake::engine::repeated_key;
use koridor_lake::ledger::report::Finding;
use koridor_lake::ledger::{self, CheckRow};
use koridor_lake::store::data_file::write_rows;
use koridor_lake::store::journal::{self, Head, Intent};
use koridor_lake::store::release::{self, Release, ReleasedIndicator};
use koridor_lake::{Engine, Snapshot, Storage};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The last build that a check stopped: there is no sense in trying again until something changes.
#[derive(Debug, Serialize, Deserialize)]
struct StoppedBuild {
    sequence: u64,
    project: String,
    checks: Vec<CheckResult>,
}

/// Most rows that a release reads in one thread: planning for several costs more than they save.
const MOST_ROWS_OF_ONE_THREAD: i64 = 1_000_000;

const STOPPED_BUILD: &str = "_koridor/attempt.json";

/// What came of building a release.
#[derive(Debug)]
pub enum Built {
    /// The lake holds no data yet, so there is nothing to release.
    Empty,
    /// Nothing is new: the current release stands.
    Unchanged(Release),
    /// A new release, with its checks, and what was found in the rows that its numbers are made of.
    New(Release, Vec<CheckResult>, Vec<Finding>),
    /// A failing check retains the release before, if there is one.
    Retained(Option<Release>, Vec<CheckResult>),
}

impl Built {
    /// The release that is current after it, and whether it is new.
    pub fn current(&self) -> (Option<&Release>, bool) {
        match self {
            Self::New(release, ..) => (Some(release), true),
            Self::Unchanged(release) => (Some(release), false),
            Self::Retained(release, _) => (release.as_ref(), false),
            Self::Empty => (None, false),
        }
    }
}

/// Computes all indicators from the head, checks them and publishes, or retains the release before.
///
/// # Errors
/// Where the lake cannot be read or written; the release before stands then too.
pub async fn build(
    project: &Arc<Project>,
    storage: &Storage,
    run_id: &str,
    memory_bytes: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<Built, PublishError> {
    let head = journal::head(storage).await?;
    if head.tables.is_empty() {
        return Ok(Built::Empty);
    }
    let before = release::current(storage).await?;
    let fingerprint = project.fingerprint();
    if let Some(release) = &before
        && release.sequence == head.sequence
        && release.project == fingerprint
        && day::stands(storage, project, release).await?
    {
        return Ok(Built::Unchanged(release.clone()));
    }
    // One that is damaged is made again.
    if let (Some(stopped), _) = storage.get_cache::<Option<StoppedBuild>>(STOPPED_BUILD).await?
        && stopped.sequence == head.sequence
        && stopped.project == fingerprint
    {
        return Ok(Built::Retained(before, stopped.checks));
    }
    let snapshot = Snapshot::at_head(Arc::clone(project), storage.clone(), head.clone()).await?;
    let engine = Engine::open(snapshot.with_memory(memory_bytes))?;
    // Every query asks which submission is current; the answer is small and the same for all.
    share(&engine, "ops.current_slices").await?;
    let engine = match current_rows(&engine).await? {
        ..=MOST_ROWS_OF_ONE_THREAD => engine.in_one_order(),
        _ => engine,
    };
    let all = card::load(project)?;
    let inputs = fingerprints(&engine, project, &all).await?;
    let usable = match &before {
        Some(own) if is_whole(&engine, own).await? => Some(own),
        _ => None,
    };
    let (reused, changed) = part_by_inputs(&all, &inputs, usable);
    let values = indicators::compute(&engine, project, &changed, progress).await?;
    if let Some(release) = usable
        && release.sequence == head.sequence
        && release.project == fingerprint
        && day::is_as_published(&engine).await?
    {
        day::note(&engine, storage, &release.id).await?;
        return Ok(Built::Unchanged(release.clone()));
    }
    let facts = indicators::disclosure_facts(&engine, project).await?;
    let kept = reused.iter().map(|(id, own)| (id.clone(), own.computed_in.clone())).collect();
    let decision = disclosure::decide_release(&engine, &all, &facts, &kept).await?;
    let checks = indicators::check(&engine, project, &changed, &decision).await?;
    let build = Build { project, storage, engine: &engine, run_id, head, inputs };
    if checks.iter().any(|check| check.is_fail && check.rows > 0) {
        build.stop(fingerprint, &checks).await?;
        return Ok(Built::Retained(before, checks));
    }
    let withheld = Withholding { facts: &facts, decision: &decision, before: before.as_ref() };
    let computed = Computed { indicators: &changed, values: &values, checks: &checks };
    let findings = findings(&engine).await?;
    let release = build.publish(fingerprint, reused, &computed, &withheld).await?;
    day::note(&engine, storage, &release.id).await?;
    Ok(Built::New(release, checks, findings))
}

/// How many rows the current slices have.
async fn current_rows(engine: &Engine) -> Result<i64, PublishError> {
    let rows = engine.rows("select coalesce(sum(rows), 0) from ops.current_slices").await?;
    let sums = rows.first().and_then(|rows| rows.column(0).as_primitive_opt::<Int64Type>());
    let sum = sums.filter(|sums| !sums.is_empty()).map(|sums| sums.value(0));
    sum.ok_or_else(|| PublishError::Internal("ops.current_slices has no sum of rows".into()))
}

/// Indicators that keep the values of the release before, and those that are computed.
fn part_by_inputs(
    all: &[Indicator],
    inputs: &BTreeMap<String, String>,
    before: Option<&Release>,
) -> (BTreeMap<String, ReleasedIndicator>, Vec<Indicator>) {
    let mut reused = BTreeMap::new();
    let mut changed = Vec::new();
    for indicator in all {
        let id = &indicator.card.id;
        let released = before.and_then(|release| release.indicators.get(id));
        let same = released.filter(|released| inputs.get(id) == Some(&released.inputs));
        match same {
            Some(released) => {
                reused.insert(id.clone(), released.clone());
            }
            None => changed.push(indicator.clone()),
        }
    }
    (reused, changed)
}

/// What was computed for a release.
struct Computed<'build> {
    indicators: &'build [Indicator],
    values: &'build [RecordBatch],
    checks: &'build [CheckResult],
}

impl Computed<'_> {
    /// The computed indicators with their numbers of values and warnings.
    fn released(
        &self,
        id: &str,
        inputs: &BTreeMap<String, String>,
    ) -> BTreeMap<String, ReleasedIndicator> {
        let mut released: BTreeMap<String, ReleasedIndicator> = self
            .indicators
            .iter()
            .map(|indicator| {
                let own = &indicator.card.id;
                let inputs = inputs.get(own).cloned().unwrap_or_default();
                let computed_in = id.to_owned();
                (own.clone(), ReleasedIndicator { computed_in, inputs, values: 0, warnings: 0 })
            })
            .collect();
        for rows in self.values {
            for own in rows.column(0).as_string::<i32>().iter().flatten() {
                if let Some(released) = released.get_mut(own) {
                    released.values += 1;
                }
            }
        }
        for check in self.checks.iter().filter(|check| !check.is_fail && check.rows > 0) {
            if let Some(released) = released.get_mut(&check.indicator_id) {
                released.warnings += 1;
            }
        }
        released
    }
}

/// A build whose values are computed.
struct Build<'build> {
    project: &'build Project,
    storage: &'build Storage,
    engine: &'build Engine,
    run_id: &'build str,
    head: Head,
    inputs: BTreeMap<String, String>,
}

impl Build<'_> {
    /// Writes what the checks found and commits it with the rows of other tables and their release.
    async fn commit(
        &self,
        id: &str,
        checks: &[CheckResult],
        (tables, release): (Vec<NewRows>, Option<Release>),
    ) -> Result<Head, PublishError> {
        let mut adds = BTreeMap::new();
        let rows: Vec<CheckRow> = checks
            .iter()
            .filter(|check| check.rows > 0)
            .map(|check| check_row(self.run_id, check))
            .collect();
        if !rows.is_empty() {
            let (table, schema) = (ledger::CHECKS, ledger::checks_schema());
            let rows = [ledger::check_rows(&rows, self.project.clock.now())?];
            adds.insert(table.to_owned(), write_rows(self.storage, table, &schema, &rows).await?);
        }
        for NewRows { table, schema, rows } in tables {
            if rows.iter().any(|rows| rows.num_rows() > 0) {
                adds.insert(
                    table.to_owned(),
                    write_rows(self.storage, table, &schema, &rows).await?,
                );
            }
        }
        if adds.is_empty() && release.is_none() {
            return Ok(self.head.clone());
        }
        let batch = format!("release-{id}-{}", self.run_id);
        let intent = Intent { batch, adds, release, ..Intent::default() };
        Ok(journal::commit_all(self.storage, intent).await?)
    }

    /// Records that a check stopped the build.
    async fn stop(&self, project: String, checks: &[CheckResult]) -> Result<(), PublishError> {
        let head = self.commit("stopped", checks, (Vec::new(), None)).await?;
        let stopped = StoppedBuild { sequence: head.sequence, project, checks: checks.to_vec() };
        Ok(self.storage.put_json(STOPPED_BUILD, &stopped).await?)
    }

    /// Publishes values as a new release: its manifest is written from the same intent as they are
    /// committed, so that neither is there without the other.
    async fn publish(
        &self,
        project: String,
        reused: BTreeMap<String, ReleasedIndicator>,
        computed: &Computed<'_>,
        withheld: &Withholding<'_>,
    ) -> Result<Release, PublishError> {
        if let Some(key) = repeated_key(computed.values)? {
            let message = format!("indicators.values would hold the key {key} twice");
            return Err(PublishError::Internal(message));
        }
        let id = self.next_id().await?;
        let mut tables = withheld.tables(&id, self.engine).await?;
        let disclosure = Some(tables.disclosure);
        tables.rows.push(NewRows::of(
            ledger::VALUES,
            ledger::values_schema(),
            computed.values,
            &id,
        )?);
        let mut indicators = computed.released(&id, &self.inputs);
        indicators.extend(reused);
        let release = Release {
            id: id.clone(),
            created_at: self.project.clock.written(),
            project,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            values: indicators.values().map(|own| own.values).sum(),
            warnings: indicators.values().map(|own| own.warnings).sum(),
            indicators,
            disclosure,
            ..Release::default()
        };
        release::keep_project(self.storage, self.project).await?;
        self.commit(&id, computed.checks, (tables.rows, Some(release))).await?;
        let made = release::current(self.storage).await?.filter(|made| made.id == id);
        made.ok_or_else(|| PublishError::Internal(format!("release {id} is not current")))
    }

    /// The day and the first number of it that no release has had.
    async fn next_id(&self) -> Result<String, PublishError> {
        let day = self.project.today();
        let mut taken = Vec::new();
        if self.head.release.is_none() && self.head.tables.contains_key(ledger::VALUES) {
            // An earlier program may have written values and died before their manifest.
            let sql = "select distinct release_id from indicators.values_log";
            for rows in self.engine.rows(sql).await? {
                let ids = rows.column(0).as_string::<i32>().iter().flatten();
                taken.extend(ids.map(str::to_owned));
            }
        }
        Ok(release::next_id(self.storage, &day, &taken).await?)
    }
}

fn check_row(run_id: &str, check: &CheckResult) -> CheckRow {
    let severity = if check.is_fail { "fail" } else { "warn" };
    // An example is a row of figures: the same in both languages.
    let detail = Message { id: check.example.clone(), en: check.example.clone() };
    CheckRow::new(run_id, &check.indicator_id, &check.name, severity, check.rows as i64, detail)
}
