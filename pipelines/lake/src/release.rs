//! Releases: all tables or none, by one pointer; every published number is bound to one.

use crate::batch;
use crate::engine::{At, Engine};
use crate::error::LakeError;
use crate::indicators::{self, CheckResult};
use crate::journal::{self, Head};
use crate::ledger::{self, CheckRow};
use crate::project::Project;
use crate::storage::Storage;
use crate::tables::TableName;
use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use koridor_contract::message::Message;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

const CURRENT: &str = "_koridor/release.json";
const FOLDER: &str = "_koridor/releases";
/// Projects that releases were computed with, by their mark.
const PROJECTS: &str = "_koridor/projects";

/// A release: versions of all tables, and what made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Release {
    /// Name: date and number, such as `2026-11-21.1`.
    pub id: String,
    /// Moment it was made, RFC 3339, UTC.
    pub created_at: String,
    /// Sequence of the head it was computed from.
    pub sequence: u64,
    /// Mark of the project's `schemas/` and `sql/` it was computed with.
    pub project: String,
    /// Version of each table.
    pub tables: BTreeMap<TableName, u64>,
    /// Values published.
    pub values: u64,
    /// Checks that warn.
    pub warnings: u64,
}

/// The last build that a check stopped: there is no sense in trying again until something changes.
#[derive(Debug, Serialize, Deserialize)]
struct Attempt {
    sequence: u64,
    project: String,
    checks: Vec<CheckResult>,
}

const ATTEMPT: &str = "_koridor/attempt.json";

#[derive(Debug, Serialize, Deserialize)]
struct Pointer {
    id: String,
}

/// What came of building a release.
#[derive(Debug)]
pub enum Built {
    /// The lake holds no data yet, so there is nothing to release.
    Empty,
    /// Nothing is new: the current release stands.
    Unchanged(Release),
    /// A new release, with its checks.
    New(Release, Vec<CheckResult>),
    /// A failing check keeps the release before, if there is one.
    Kept(Option<Release>, Vec<CheckResult>),
}

/// The current release.
pub async fn current(storage: &Storage) -> Result<Option<Release>, LakeError> {
    match storage.get_json::<Pointer>(CURRENT).await? {
        Some(pointer) => storage.get_json(&format!("{FOLDER}/{}.json", pointer.id)).await,
        None => Ok(None),
    }
}

/// All releases, oldest first.
pub async fn list(storage: &Storage) -> Result<Vec<Release>, LakeError> {
    let mut releases: Vec<Release> = Vec::new();
    for path in storage.list(FOLDER).await? {
        if path.ends_with(".json")
            && let Some(release) = storage.get_json(&path).await?
        {
            releases.push(release);
        }
    }
    releases.sort_by(|left, right| left.created_at.cmp(&right.created_at));
    Ok(releases)
}

/// The release of an id, or the last one made on or before a date.
///
/// # Errors
/// Where there is none.
pub async fn find(storage: &Storage, as_of: &str) -> Result<Release, LakeError> {
    let releases = list(storage).await?;
    if let Some(release) = releases.iter().find(|release| release.id == as_of) {
        return Ok(release.clone());
    }
    if koridor_contract::date::parse_date(as_of.as_bytes(), Default::default()).is_some() {
        // A date stands for its whole day.
        return releases
            .into_iter()
            .rfind(|release| release.created_at.get(..10).is_some_and(|day| day <= as_of))
            .ok_or_else(|| {
                LakeError::usage(
                    format!("no release was made on or before {as_of}"),
                    "`koridor releases list` shows them".to_owned(),
                )
            });
    }
    let ids: Vec<String> = releases.iter().map(|release| release.id.clone()).collect();
    Err(LakeError::usage(
        format!("no release `{as_of}`{}", crate::project::hint(as_of, ids.iter())),
        "give a release of `koridor releases list` or a date such as 2026-11-21".to_owned(),
    ))
}

/// The project a release was computed with: its contracts, codes, priorities and SQL, so that what is read from it does not move with
/// later changes. `None` where the lake does not hold it, or this program cannot read it any more.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn project(
    storage: &Storage,
    release: &Release,
    today: &Arc<Project>,
) -> Result<Option<Arc<Project>>, LakeError> {
    if release.project == today.full_mark() {
        return Ok(Some(Arc::clone(today)));
    }
    let files = storage
        .get_json::<BTreeMap<String, String>>(&format!("{PROJECTS}/{}.json", release.project))
        .await?;
    Ok(files.and_then(|files| Project::from_files(files).ok()).map(Arc::new))
}

/// Computes all indicators from the head, checks them and publishes, or keeps the release before.
///
/// # Errors
/// Where the lake cannot be read or written; the release before stands then too.
pub async fn build(
    project: &Arc<Project>,
    storage: &Storage,
    run_id: &str,
    memory_bytes: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<Built, LakeError> {
    let head = journal::head(storage).await?;
    if head.tables.is_empty() {
        return Ok(Built::Empty);
    }
    let before = current(storage).await?;
    let mark = project.full_mark();
    if let Some(release) = &before
        && is_current(release, &head, &mark)
    {
        return Ok(Built::Unchanged(release.clone()));
    }
    if let Some(attempt) = storage.get_json::<Attempt>(ATTEMPT).await?
        && attempt.sequence == head.sequence
        && attempt.project == mark
    {
        return Ok(Built::Kept(before, attempt.checks));
    }
    let engine =
        Engine::open(Arc::clone(project), storage.clone(), At::Head(head.clone()), memory_bytes)?;
    // Every query asks which submission speaks; the answer is small and the same for all.
    let slices = engine.rows("select * from ops.current_slices").await?;
    if let Some(schema) = slices.first().map(RecordBatch::schema) {
        engine.put("ops.current_slices", schema, slices)?;
    }
    let all = indicators::load(project)?;
    let values = indicators::compute(&engine, project, &all, progress).await?;
    let checks = indicators::check(&engine, &all).await?;
    let check_rows: Vec<CheckRow> = checks
        .iter()
        .filter(|check| check.rows > 0)
        .map(|check| {
            CheckRow::new(
                run_id,
                &check.indicator_id,
                &check.name,
                if check.is_fail { "fail" } else { "warn" },
                check.rows as i64,
                // An example is a row of figures: the same in both languages.
                Message { id: check.example.clone(), en: check.example.clone() },
            )
        })
        .collect();
    let is_failed = checks.iter().any(|check| check.is_fail && check.rows > 0);
    let id = next_id(storage, project).await?;
    let mut adds = BTreeMap::new();
    if !check_rows.is_empty() {
        let rows = ledger::check_rows(&check_rows)?;
        adds.insert(
            ledger::CHECKS.to_owned(),
            batch::write(storage, ledger::CHECKS, &ledger::checks_schema(), &[rows]).await?,
        );
    }
    let count: usize = values.iter().map(RecordBatch::num_rows).sum();
    if !is_failed && count > 0 {
        let rows = values.iter().map(|rows| published(rows, &id)).collect::<Result<Vec<_>, _>>()?;
        adds.insert(
            ledger::VALUES.to_owned(),
            batch::write(storage, ledger::VALUES, &ledger::values_schema(), &rows).await?,
        );
    }
    let head = if adds.is_empty() {
        head
    } else {
        journal::commit(storage, format!("release-{id}-{run_id}"), adds).await?
    };
    if is_failed {
        storage
            .put_json(
                ATTEMPT,
                &Attempt { sequence: head.sequence, project: mark, checks: checks.clone() },
            )
            .await?;
        return Ok(Built::Kept(before, checks));
    }
    let kept = format!("{PROJECTS}/{mark}.json");
    if storage.get_json::<BTreeMap<String, String>>(&kept).await?.is_none() {
        storage.put_json(&kept, project.files()).await?;
    }
    let release = Release {
        id: id.clone(),
        created_at: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        sequence: head.sequence,
        project: mark,
        tables: head.tables,
        values: count as u64,
        warnings: checks.iter().filter(|check| !check.is_fail && check.rows > 0).count() as u64,
    };
    storage.put_json(&format!("{FOLDER}/{id}.json"), &release).await?;
    storage.put_json(CURRENT, &Pointer { id }).await?;
    Ok(Built::New(release, checks))
}

fn is_current(release: &Release, head: &Head, mark: &str) -> bool {
    release.sequence == head.sequence && release.project == mark
}

async fn next_id(storage: &Storage, project: &Project) -> Result<String, LakeError> {
    let day =
        koridor_contract::date::from_days(project.local_now().div_euclid(86_400_000_000) as i32)
            .map(|date| date.to_string())
            .unwrap_or_default();
    let taken = list(storage)
        .await?
        .iter()
        .filter_map(|release| release.id.strip_prefix(&format!("{day}."))?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    Ok(format!("{day}.{}", taken + 1))
}

fn published(rows: &RecordBatch, id: &str) -> Result<RecordBatch, LakeError> {
    let schema = ledger::values_schema();
    let columns = schema.fields().iter().map(|field| -> Result<ArrayRef, LakeError> {
        if field.name() == "release_id" {
            return Ok(Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                id,
                rows.num_rows(),
            ))));
        }
        let column = rows
            .column_by_name(field.name())
            .ok_or_else(|| LakeError::Internal(format!("values have no {}", field.name())))?;
        Ok(arrow::compute::cast(column, field.data_type())?)
    });
    Ok(RecordBatch::try_new(SchemaRef::clone(&schema), columns.collect::<Result<Vec<_>, _>>()?)?)
}

/// `ops.releases`.
pub(crate) async fn releases_table(storage: &Storage) -> Result<RecordBatch, LakeError> {
    let current = current(storage).await?.map(|release| release.id);
    let releases = list(storage).await?;
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    let schema = Schema::new(vec![
        text("release_id"),
        text("created_at"),
        Field::new("is_current", DataType::Boolean, true),
        number("sequence"),
        number("value_count"),
        number("warnings"),
        text("project"),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(releases.iter().map(|release| &release.id))),
        Arc::new(StringArray::from_iter_values(releases.iter().map(|release| &release.created_at))),
        Arc::new(BooleanArray::from_iter(
            releases.iter().map(|release| Some(Some(&release.id) == current.as_ref())),
        )),
        Arc::new(Int64Array::from_iter_values(
            releases.iter().map(|release| release.sequence as i64),
        )),
        Arc::new(Int64Array::from_iter_values(
            releases.iter().map(|release| release.values as i64),
        )),
        Arc::new(Int64Array::from_iter_values(
            releases.iter().map(|release| release.warnings as i64),
        )),
        Arc::new(StringArray::from_iter_values(releases.iter().map(|release| &release.project))),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}
