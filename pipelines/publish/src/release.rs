//! How a release is built: indicators computed from the head, checked, and published as one step.

use crate::error::PublishError;
use crate::indicators::{self, CheckResult};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use koridor_contract::message::Message;
use koridor_contract::{Project, card};
use koridor_lake::ledger::{self, CheckRow};
use koridor_lake::store::data_file::write_rows;
use koridor_lake::store::journal::{self, Head};
use koridor_lake::store::release::{self, Release};
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

const STOPPED_BUILD: &str = "_koridor/attempt.json";

/// What came of building a release.
#[derive(Debug)]
pub enum Built {
    /// The lake holds no data yet, so there is nothing to release.
    Empty,
    /// Nothing is new: the current release stands.
    Unchanged(Release),
    /// A new release, with its checks.
    New(Release, Vec<CheckResult>),
    /// A failing check retains the release before, if there is one.
    Retained(Option<Release>, Vec<CheckResult>),
}

impl Built {
    /// The release that is current after it, and whether it is new.
    pub fn current(&self) -> (Option<&Release>, bool) {
        match self {
            Self::New(release, _) => (Some(release), true),
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
    {
        return Ok(Built::Unchanged(release.clone()));
    }
    if let Some(stopped) = storage.get_json::<StoppedBuild>(STOPPED_BUILD).await?
        && stopped.sequence == head.sequence
        && stopped.project == fingerprint
    {
        return Ok(Built::Retained(before, stopped.checks));
    }
    let snapshot = Snapshot::at_head(Arc::clone(project), storage.clone(), head.clone()).await?;
    let engine = Engine::open(snapshot.with_memory(memory_bytes))?;
    share_current_slices(&engine).await?;
    let all = card::load(project)?;
    let values = indicators::compute(&engine, project, &all, progress).await?;
    let checks = indicators::check(&engine, project, &all).await?;
    let build = Build { project, storage, run_id, head };
    if checks.iter().any(|check| check.is_fail && check.rows > 0) {
        build.stop(fingerprint, &checks).await?;
        return Ok(Built::Retained(before, checks));
    }
    let release = build.publish(fingerprint, &values, &checks).await?;
    Ok(Built::New(release, checks))
}

/// Every query asks which submission is current; the answer is small and the same for all.
async fn share_current_slices(engine: &Engine) -> Result<(), PublishError> {
    let slices = engine.rows("select * from ops.current_slices").await?;
    if let Some(schema) = slices.first().map(RecordBatch::schema) {
        engine.put("ops.current_slices", schema, slices)?;
    }
    Ok(())
}

/// A build whose values are computed.
struct Build<'build> {
    project: &'build Project,
    storage: &'build Storage,
    run_id: &'build str,
    head: Head,
}

impl Build<'_> {
    /// Writes what the checks found and commits it with `more`.
    async fn commit(
        &self,
        id: &str,
        checks: &[CheckResult],
        more: Vec<RecordBatch>,
    ) -> Result<Head, PublishError> {
        let mut adds = BTreeMap::new();
        let rows: Vec<CheckRow> = checks
            .iter()
            .filter(|check| check.rows > 0)
            .map(|check| check_row(self.run_id, check))
            .collect();
        if !rows.is_empty() {
            let (table, schema) = (ledger::CHECKS, ledger::checks_schema());
            let rows = [ledger::check_rows(&rows)?];
            adds.insert(table.to_owned(), write_rows(self.storage, table, &schema, &rows).await?);
        }
        if more.iter().any(|rows| rows.num_rows() > 0) {
            let (table, schema) = (ledger::VALUES, ledger::values_schema());
            adds.insert(table.to_owned(), write_rows(self.storage, table, &schema, &more).await?);
        }
        if adds.is_empty() {
            return Ok(self.head.clone());
        }
        let batch = format!("release-{id}-{}", self.run_id);
        Ok(journal::commit(self.storage, batch, adds).await?)
    }

    /// Records that a check stopped the build.
    async fn stop(&self, project: String, checks: &[CheckResult]) -> Result<(), PublishError> {
        let id = self.next_id().await?;
        let head = self.commit(&id, checks, Vec::new()).await?;
        let stopped = StoppedBuild { sequence: head.sequence, project, checks: checks.to_vec() };
        Ok(self.storage.put_json(STOPPED_BUILD, &stopped).await?)
    }

    /// Publishes values as a new release.
    async fn publish(
        &self,
        project: String,
        values: &[RecordBatch],
        checks: &[CheckResult],
    ) -> Result<Release, PublishError> {
        let id = self.next_id().await?;
        let rows = values.iter().map(|rows| published(rows, &id)).collect::<Result<Vec<_>, _>>()?;
        let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
        let head = self.commit(&id, checks, rows).await?;
        let is_warning = |check: &&CheckResult| !check.is_fail && check.rows > 0;
        let release = Release {
            id,
            created_at: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            sequence: head.sequence,
            project,
            tables: head.tables,
            values: count as u64,
            warnings: checks.iter().filter(is_warning).count() as u64,
        };
        release::publish(self.storage, &release, self.project).await?;
        Ok(release)
    }

    /// The day and the first number of it that no release has.
        async fn next_id(&self) -> Result<String, PublishError> {
        let day =
            koridor_contract::date::from_days(self.project.local_now().div_euclid(86_400_000_000) as i32)
                .map(|date| date.to_string())
                .unwrap_or_default();
        let taken = release::list(self.storage)
            .await?
            .iter()
            .filter_map(|release| release.id.strip_prefix(&format!("{day}."))?.parse::<u32>().ok())
            .max()
            .unwrap_or(0);
        Ok(format!("{day}.{}", taken + 1))
    }
}

fn check_row(run_id: &str, check: &CheckResult) -> CheckRow {
    let severity = if check.is_fail { "fail" } else { "warn" };
    // An example is a row of figures: the same in both languages.
    let detail = Message { id: check.example.clone(), en: check.example.clone() };
    CheckRow::new(run_id, &check.indicator_id, &check.name, severity, check.rows as i64, detail)
}

fn published(rows: &RecordBatch, id: &str) -> Result<RecordBatch, PublishError> {
    let schema = ledger::values_schema();
    let columns = schema.fields().iter().map(|field| -> Result<ArrayRef, PublishError> {
        if field.name() == "release_id" {
            return Ok(Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                id,
                rows.num_rows(),
            ))));
        }
        let column = rows
            .column_by_name(field.name())
            .ok_or_else(|| PublishError::Internal(format!("values have no {}", field.name())))?;
        Ok(arrow::compute::cast(column, field.data_type())?)
    });
    Ok(RecordBatch::try_new(SchemaRef::clone(&schema), columns.collect::<Result<Vec<_>, _>>()?)?)
}

