//! What a release is: versions of all tables and the project that made them, named by one pointer.

use crate::error::LakeError;
use crate::store::erased::Erased;
use crate::store::head::{Head, Link, head};
use crate::store::storage::Storage;
use crate::store::tables::TableName;
use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::Project;
use koridor_contract::project::{Files, fingerprint_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

const CURRENT: &str = "_koridor/release.json";
const FOLDER: &str = "_koridor/releases";
/// Projects that releases were computed with, by their fingerprint.
pub(crate) const PROJECTS: &str = "_koridor/projects";

/// A release: versions of all tables, and what made it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Release {
    /// Name: date and number, such as `2026-11-21.1`.
    pub id: String,
    /// Moment it was made, RFC 3339, UTC.
    pub created_at: String,
    /// Sequence of the head it was computed from.
    pub sequence: u64,
    /// Fingerprint of the project's `schemas/` and `sql/` it was computed with.
    pub project: String,
    /// Version of the program that made it; empty where an earlier one did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub program: String,
    /// Version of each table.
    pub tables: BTreeMap<TableName, u64>,
    /// What each table holds at its version, as a fingerprint; none of a table that an earlier
    /// program wrote last.
    #[serde(default)]
    pub states: BTreeMap<TableName, String>,
    /// The release before; none where an earlier program made this one.
    #[serde(default)]
    pub before: Option<Link>,
    /// Values published.
    pub values: u64,
    /// Checks that warn.
    pub warnings: u64,
    /// Its indicators; none are named by a release of an earlier program, which computed all of its
    /// own.
    #[serde(default)]
    pub indicators: BTreeMap<String, ReleasedIndicator>,
    /// What it withholds; none where an earlier program made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disclosure: Option<ReleasedDisclosure>,
}

/// What a release withholds of its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedDisclosure {
    /// The release whose rows say it: this one, or an earlier one that withheld the same.
    pub decided_in: String,
    /// Numbers withheld.
    pub withheld: u64,
}

/// One indicator of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedIndicator {
    /// The release whose rows hold its values: this one, or an earlier one with the same inputs.
    pub computed_in: String,
    /// Fingerprint of what its values rest on; empty where they depend on the day.
    pub inputs: String,
    /// Values.
    pub values: u64,
    /// Checks that warn.
    pub warnings: u64,
}

/// What readers without this program follow: the head names the release to this one.
#[derive(Debug, Serialize, Deserialize)]
struct Pointer {
    id: String,
}

fn path_of(id: &str) -> String {
    format!("{FOLDER}/{id}.json")
}

/// The manifest that a document names.
async fn linked(storage: &Storage, link: &Link) -> Result<Release, LakeError> {
    let path = path_of(&link.id);
    match storage.get_sealed::<Release>(&path).await? {
        None => Err(LakeError::missing(path)),
        Some((_, found)) if link.checksum.is_some() && found != link.checksum => {
            Err(LakeError::damaged(path, "it is not the manifest that was written"))
        }
        Some((release, _)) => Ok(release),
    }
}

/// The current release.
///
/// # Errors
/// Where its manifest is gone or cannot be read.
pub async fn current(storage: &Storage) -> Result<Option<Release>, LakeError> {
    match newest(storage, &head(storage).await?).await? {
        Some(link) => linked(storage, &link).await.map(Some),
        None => Ok(None),
    }
}

/// The newest release that a head names. An earlier program named it in a document beside the head;
/// where that is gone, the last manifest is meant.
async fn newest(storage: &Storage, head: &Head) -> Result<Option<Link>, LakeError> {
    if head.release.is_some() {
        return Ok(head.release.clone());
    }
    let pointer = storage.get_json::<Pointer>(CURRENT).await?.map(|pointer| pointer.id);
    let id = match pointer {
        Some(id) => Some(id),
        None => written(storage).await?.pop().map(|(release, _)| release.id),
    };
    Ok(id.map(|id| Link { id, checksum: None }))
}

/// All manifests with their checksums, oldest first.
async fn written(storage: &Storage) -> Result<Vec<(Release, Option<String>)>, LakeError> {
    let mut releases: Vec<(Release, Option<String>)> = Vec::new();
    for path in storage.list(FOLDER).await? {
        if path.ends_with(".json")
            && let Some(found) = storage.get_sealed(&path).await?
        {
            releases.push(found);
        }
    }
    releases.sort_by(|(left, _), (right, _)| left.created_at.cmp(&right.created_at));
    Ok(releases)
}

/// All releases, oldest first: the head names the last one, and each the one before it.
///
/// # Errors
/// Where a manifest is gone or cannot be read.
pub async fn list(storage: &Storage) -> Result<Vec<Release>, LakeError> {
    let mut next = newest(storage, &head(storage).await?).await?;
    let mut written = written(storage).await?;
    let mut releases = Vec::new();
    while let Some(link) = next {
        let is_named = |(release, _): &(Release, Option<String>)| release.id == link.id;
        let Some(at) = written.iter().position(is_named) else {
            return Err(LakeError::missing(path_of(&link.id)));
        };
        let (release, checksum) = written.remove(at);
        if link.checksum.is_some() && checksum != link.checksum {
            let what = "it is not the manifest that was written";
            return Err(LakeError::damaged(path_of(&link.id), what));
        }
        next = release.before.clone();
        releases.push(release);
    }
    // Those of an earlier program name none before them. What else is there was never finished.
    releases.extend(written.into_iter().map(|own| own.0).filter(|own| own.states.is_empty()));
    releases.sort_by(|left, right| left.created_at.cmp(&right.created_at));
    Ok(releases)
}

/// The manifests that can be read.
///
/// # Errors
/// Where the lake's place does not answer.
pub(crate) async fn readable(storage: &Storage) -> Result<Vec<Release>, LakeError> {
    let mut releases = Vec::new();
    for path in storage.list(FOLDER).await?.iter().filter(|path| path.ends_with(".json")) {
        releases.extend(storage.get_json(path).await.ok().flatten());
    }
    Ok(releases)
}

/// Names of the manifests that there are.
async fn names(storage: &Storage) -> Result<Vec<String>, LakeError> {
    let paths = storage.list(FOLDER).await?;
    let name = |path: &String| path.rsplit('/').next()?.strip_suffix(".json").map(str::to_owned);
    Ok(paths.iter().filter_map(name).collect())
}

/// The manifest with the last name of all, whatever names it.
///
/// # Errors
/// Where it cannot be read.
pub(super) async fn last_named(storage: &Storage) -> Result<Option<Release>, LakeError> {
    let key = |id: &String| {
        let (day, number) = id.rsplit_once('.')?;
        Some((day.to_owned(), number.parse::<u32>().ok()?))
    };
    let mut names = names(storage).await?;
    names.sort_by_key(key);
    match names.pop() {
        Some(id) => storage.get_json(&path_of(&id)).await,
        None => Ok(None),
    }
}

/// The name of the next release of a day: the day and the first number of it that no release has
/// had. `taken` are names of which there is no manifest.
///
/// # Errors
/// As [`list`].
pub async fn next_id(storage: &Storage, day: &str, taken: &[String]) -> Result<String, LakeError> {
    let releases = list(storage).await?;
    let ids = releases.iter().map(|release| release.id.clone()).chain(taken.iter().cloned());
    // One that no release names was published once all the same.
    let ids = ids.chain(names(storage).await?);
    let number = |id: String| id.strip_prefix(&format!("{day}."))?.parse::<u32>().ok();
    Ok(format!("{day}.{}", ids.filter_map(number).max().unwrap_or(0) + 1))
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
        // A date stands for its whole day on the corridor's calendar, by which releases are named.
        return releases
            .into_iter()
            .rfind(|release| release.id.get(..10).is_some_and(|day| day <= as_of))
            .ok_or_else(|| {
                LakeError::usage(
                    format!("no release was made on or before {as_of}"),
                    "`koridor releases list` shows them".to_owned(),
                )
            });
    }
    let ids: Vec<String> = releases.iter().map(|release| release.id.clone()).collect();
    Err(LakeError::usage(
        format!("no release `{as_of}`{}", koridor_contract::project::hint(as_of, ids.iter())),
        "give a release of `koridor releases list` or a date such as 2026-11-21".to_owned(),
    ))
}

/// The project a release was computed with: its contracts, codes, priorities and SQL, so that what
/// is read from it does not move with later changes. `None` where the lake does not hold it, or
/// this program cannot read it any more.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn project(
    storage: &Storage,
    release: &Release,
    today: &Arc<Project>,
) -> Result<Option<Arc<Project>>, LakeError> {
    if release.project == today.fingerprint() {
        return Ok(Some(Arc::clone(today)));
    }
    let path = format!("{PROJECTS}/{}.json", release.project);
    let files = storage.get_json::<Files>(&path).await?;
    if let Some(files) = &files {
        check_project(storage, &release.project, files).await?;
    }
    if files.is_none() && !release.states.is_empty() {
        return Err(LakeError::missing(path));
    }
    Ok(files.and_then(|files| Project::completed_from(files, today).ok()).map(Arc::new))
}

/// The paths of the projects that the lake keeps, or should as releases were made with them, each
/// with what is wrong with it.
pub(crate) async fn check_projects(
    storage: &Storage,
    releases: &[Release],
) -> Result<BTreeMap<String, Result<(), LakeError>>, LakeError> {
    let mut checked = BTreeMap::new();
    for path in storage.list(PROJECTS).await? {
        let file = path.rsplit('/').next().and_then(|file| file.strip_suffix(".json"));
        let Some(name) = file.map(str::to_owned) else { continue };
        let found = match storage.get_json::<Files>(&path).await {
            Ok(Some(files)) => check_project(storage, &name, &files).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        checked.insert(path, found);
    }
    // An earlier program kept none.
    for release in releases.iter().filter(|own| !own.states.is_empty()) {
        let path = format!("{PROJECTS}/{}.json", release.project);
        checked.entry(path.clone()).or_insert_with(|| Err(LakeError::missing(path)));
    }
    Ok(checked)
}

/// That the files of a project are those that its name says, or what an erasure left of them.
async fn check_project(storage: &Storage, name: &str, files: &Files) -> Result<(), LakeError> {
    let found = fingerprint_of(files);
    if found == name || Erased::read(storage).await?.projects.get(name) == Some(&found) {
        return Ok(());
    }
    let path = format!("{PROJECTS}/{name}.json");
    Err(LakeError::damaged(path, "it holds another project than its name says"))
}

/// Keeps the project that a release is built with, so that it is read by it.
///
/// # Errors
/// Where the lake cannot be written.
pub async fn keep_project(storage: &Storage, project: &Project) -> Result<(), LakeError> {
    let path = format!("{PROJECTS}/{}.json", project.fingerprint());
    if storage.get_json::<Files>(&path).await?.is_none() {
        storage.put_json(&path, project.files()).await?;
    }
    Ok(())
}

/// Writes the manifest of a release of a state, behind the release that the state names.
pub(super) async fn write(
    storage: &Storage,
    release: &Release,
    head: &Head,
) -> Result<Link, LakeError> {
    let release = Release {
        sequence: head.sequence,
        tables: head.tables.clone(),
        states: head.states.clone(),
        before: newest(storage, head).await?.filter(|before| before.id != release.id),
        ..release.clone()
    };
    let checksum = storage.put_sealed(&path_of(&release.id), &release).await?;
    Ok(Link { id: release.id, checksum: Some(checksum) })
}

/// Writes a manifest in the place of the one that there is; its checksum.
pub(super) async fn write_anew(storage: &Storage, release: &Release) -> Result<String, LakeError> {
    storage.put_sealed(&path_of(&release.id), release).await
}

/// Whether readers without this program are told of the release that the head names.
///
/// # Errors
/// Where the document that tells them is gone, cannot be read or names another.
pub(crate) async fn check_pointer(storage: &Storage, head: &Head) -> Result<(), LakeError> {
    let Some(link) = &head.release else { return Ok(()) };
    match storage.get_json::<Pointer>(CURRENT).await? {
        None => Err(LakeError::missing(CURRENT)),
        Some(pointer) if pointer.id == link.id => Ok(()),
        Some(pointer) => {
            let what = format!("it names {}, the current release is {}", pointer.id, link.id);
            Err(LakeError::damaged(CURRENT, what))
        }
    }
}

/// Tells readers without this program which release is current.
pub(super) async fn point(storage: &Storage, id: &str) -> Result<(), LakeError> {
    storage.put_json(CURRENT, &Pointer { id: id.to_owned() }).await
}

/// `ops.release_indicators`: the release that holds the values of each indicator of a release.
pub(crate) async fn release_indicators_table(storage: &Storage) -> Result<RecordBatch, LakeError> {
    let releases = list(storage).await?;
    let rows = releases.iter().flat_map(|release| {
        release.indicators.iter().map(|(id, own)| [&release.id, id, &own.computed_in])
    });
    let rows: Vec<[&String; 3]> = rows.collect();
    let names = ["release_id", "indicator_id", "computed_in"];
    let schema = Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec());
    let column = |at: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row[at])))
    };
    Ok(RecordBatch::try_new(Arc::new(schema), (0..3).map(column).collect())?)
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
        text("decided_in"),
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
        Arc::new(StringArray::from_iter(
            releases.iter().map(|own| own.disclosure.as_ref().map(|own| &own.decided_in)),
        )),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}
