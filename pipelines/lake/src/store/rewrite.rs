//! Data files in the place of others at every version of a table, as one step that a crash does not
//! leave half done.
//!
//! An erasure first writes its data files and raw files, which nobody names, then one intent. From
//! it the logs of the tables are written as if the new files had always been there, then the
//! fingerprints of the tables in the manifests of releases and in the head, then documents; then
//! what the old ones held is removed. Each part may be done again: the next writer finishes what a
//! crash left.

use super::head::{Head, Link, found, head, put};
use super::newest;
use super::release;
use super::sealed;
use super::storage::Storage;
use super::tables::{self, TableName};
use crate::error::LakeError;
use bytes::Bytes;
use deltalake::kernel::Add;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where the intent is.
pub(super) const INTENT: &str = "_koridor/erasing.json";

/// Data files by the path of the one that they stand for; none where no row is left.
pub type Replacements = BTreeMap<String, Vec<Add>>;

/// What is put in the place of what.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Rewriting {
    /// Data files of tables.
    pub files: BTreeMap<TableName, Replacements>,
    /// Columns that new data files have and a table may not: name and type of the log.
    pub columns: BTreeMap<TableName, BTreeMap<String, String>>,
    /// Documents that are written, by their path within the lake.
    pub documents: BTreeMap<String, Value>,
    /// Objects that are removed.
    pub removed: BTreeSet<String>,
    /// Sequence number that the head has after it: what is made of the lake is made again.
    #[serde(default)]
    pub sequence: u64,
}

/// The checksum that a document has once it is written.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn checksum(path: &str, document: &Value) -> Result<String, LakeError> {
    let sealed = sealed::seal(document);
    let failed = |source| LakeError::Document { path: path.to_owned(), source };
    sealed.map(|(_, checksum)| checksum).map_err(failed)
}

/// That the log of a table is whole, so that it can be written anew.
///
/// # Errors
/// Where another program has removed a part of it.
pub async fn check_log(storage: &Storage, table: &str) -> Result<(), LakeError> {
    let numbers: Vec<u64> = commits(storage, table).await?.into_keys().collect();
    if numbers.iter().enumerate().all(|(at, number)| at as u64 == *number) {
        return Ok(());
    }
    let what = "another program has removed a part of it; it cannot be written anew";
    Err(LakeError::damaged(format!("{table}/_delta_log"), what))
}

/// Puts data files, documents and raw files in the place of others. The caller holds the lake's
/// lock, and has written all that is named.
///
/// # Errors
/// Where the lake cannot be written; the next writer finishes it then.
pub async fn commit(storage: &Storage, mut rewriting: Rewriting) -> Result<(), LakeError> {
    storage.sync()?;
    rewriting.sequence = head(storage).await?.sequence + 1;
    storage.put_json(INTENT, &rewriting).await?;
    storage.sync()?;
    apply(storage, &rewriting).await
}

/// Whether an erasure died in a lake of this machine: readers may miss what it was removing, and
/// the next command that writes finishes it.
pub fn is_unfinished(lake: &Path) -> bool {
    lake.join(INTENT).exists()
}

/// Finishes what a crash left half done. The caller holds the lake's lock.
pub(super) async fn recover(storage: &Storage) -> Result<(), LakeError> {
    match storage.get_json::<Rewriting>(INTENT).await {
        // It died while it wrote this: nothing was put anywhere.
        Err(LakeError::Document { .. } | LakeError::Damaged { .. }) => storage.delete(INTENT).await,
        found => match found? {
            Some(rewriting) => apply(storage, &rewriting).await,
            None => Ok(()),
        },
    }
}

async fn apply(storage: &Storage, rewriting: &Rewriting) -> Result<(), LakeError> {
    let none = BTreeMap::new();
    for (table, files) in &rewriting.files {
        let columns = rewriting.columns.get(table).unwrap_or(&none);
        write_log(storage, table, files, columns).await?;
    }
    let tables: BTreeSet<&TableName> = rewriting.files.keys().collect();
    write_states(storage, &tables, rewriting.sequence).await?;
    for (path, document) in &rewriting.documents {
        storage.put_json(path, document).await?;
    }
    if let Some(mut head) = found(storage).await? {
        head.documents = newest::entries(storage).await?;
        put(storage, &head).await?;
    }
    storage.sync()?;
    for (table, files) in &rewriting.files {
        for path in files.keys() {
            storage.delete(&format!("{table}/{path}")).await?;
        }
    }
    for path in &rewriting.removed {
        storage.delete(path).await?;
    }
    storage.delete(INTENT).await?;
    storage.sync()
}

/// The commits of a table's log.
async fn commits(storage: &Storage, table: &str) -> Result<BTreeMap<u64, String>, LakeError> {
    let paths = storage.list(&format!("{table}/_delta_log")).await?;
    let number = |path: &String| {
        let name = path.rsplit('/').next()?.strip_suffix(".json")?;
        let is_commit = name.len() == 20 && name.bytes().all(|byte| byte.is_ascii_digit());
        is_commit.then(|| name.parse::<u64>().ok()).flatten()
    };
    Ok(paths.into_iter().filter_map(|path| Some((number(&path)?, path))).collect())
}

/// Writes a table's log as if the new files had always been there. Its checkpoints go: they hold
/// the old ones.
async fn write_log(
    storage: &Storage,
    table: &str,
    files: &Replacements,
    columns: &BTreeMap<String, String>,
) -> Result<(), LakeError> {
    let log = format!("{table}/_delta_log");
    let is_derived = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name.contains(".checkpoint") || name == "_last_checkpoint" || name.ends_with(".crc")
    };
    let paths = storage.list(&log).await?;
    let derived: Vec<&String> = paths.iter().filter(is_derived).collect();
    for path in &derived {
        storage.delete(path).await?;
    }
    for path in commits(storage, table).await?.values() {
        let bytes = storage.get(path).await?.ok_or_else(|| LakeError::missing(path))?;
        if let Some(written) = written_anew(path, &bytes, files, columns)? {
            storage.put(path, Bytes::from(written)).await?;
        }
    }
    if !derived.is_empty() {
        tables::write_checkpoint(storage, table).await?;
    }
    Ok(())
}

/// A commit with other data files; `None` where it names none of them.
fn written_anew(
    path: &str,
    bytes: &[u8],
    files: &Replacements,
    columns: &BTreeMap<String, String>,
) -> Result<Option<Vec<u8>>, LakeError> {
    let failed = |source| LakeError::Document { path: path.to_owned(), source };
    let mut is_changed = false;
    let mut lines: Vec<String> = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut action: Value = serde_json::from_slice(line).map_err(failed)?;
        let own = |kind: &str| action.pointer(&format!("/{kind}/path")).and_then(Value::as_str);
        let named = ["add", "remove"].into_iter().find_map(|kind| Some((kind, own(kind)?)));
        let replaced = named.and_then(|(kind, path)| Some((kind, files.get(path)?)));
        if let Some((kind, adds)) = replaced {
            is_changed = true;
            for add in adds {
                lines.push(with_file(&action, kind, add).to_string());
            }
            continue;
        }
        if let Some(text) = action.pointer_mut("/metaData/schemaString")
            && let Some(wider) = text.as_str().and_then(|own| with_columns(own, columns))
        {
            *text = wider.into();
            is_changed = true;
            lines.push(action.to_string());
            continue;
        }
        lines.push(String::from_utf8_lossy(line).into_owned());
    }
    Ok(is_changed.then(|| lines.join("\n").into_bytes()))
}

/// An action that names another file.
fn with_file(action: &Value, kind: &str, add: &Add) -> Value {
    let mut action = action.clone();
    if let Some(own) = action.get_mut(kind).and_then(Value::as_object_mut) {
        own.insert("path".into(), add.path.clone().into());
        for (name, value) in [("size", json!(add.size)), ("tags", json!(add.tags))] {
            if own.contains_key(name) || kind == "add" {
                own.insert(name.into(), value);
            }
        }
        if own.contains_key("stats") || kind == "add" {
            own.insert("stats".into(), json!(add.stats));
        }
    }
    action
}

/// A table's columns with those that it lacks; `None` where it has them.
fn with_columns(schema: &str, columns: &BTreeMap<String, String>) -> Option<String> {
    let mut schema: Value = serde_json::from_str(schema).ok()?;
    let fields = schema.get_mut("fields")?.as_array_mut()?;
    let before = fields.len();
    for (name, kind) in columns {
        if !fields.iter().any(|field| field.get("name").and_then(Value::as_str) == Some(name)) {
            fields.push(json!({"name": name, "type": kind, "nullable": true, "metadata": {}}));
        }
    }
    (fields.len() > before).then(|| schema.to_string())
}

/// Writes what the tables hold into the manifests of releases, oldest first, and into the head:
/// each manifest names the checksum of the one before.
async fn write_states(
    storage: &Storage,
    tables: &BTreeSet<&TableName>,
    sequence: u64,
) -> Result<(), LakeError> {
    let mut known: BTreeMap<(&TableName, u64), String> = BTreeMap::new();
    let mut state = async |table, version| -> Result<String, LakeError> {
        if let Some(own) = known.get(&(table, version)) {
            return Ok(own.clone());
        }
        let own = tables::state_at(storage, table, version).await?;
        known.insert((table, version), own.clone());
        Ok(own)
    };
    let mut releases = release::readable(storage).await?;
    releases.sort_by(|left, right| left.created_at.cmp(&right.created_at));
    let mut checksums: BTreeMap<String, String> = BTreeMap::new();
    let linked = |link: &mut Link, checksums: &BTreeMap<String, String>| {
        if link.checksum.is_some() {
            link.checksum = checksums.get(&link.id).cloned().or_else(|| link.checksum.take());
        }
    };
    for mut release in releases {
        for table in tables {
            if let (Some(version), Some(own)) =
                (release.tables.get(*table), release.states.get_mut(*table))
            {
                *own = state(table, *version).await?;
            }
        }
        if let Some(before) = &mut release.before {
            linked(before, &checksums);
        }
        let checksum = release::write_anew(storage, &release).await?;
        checksums.insert(release.id.clone(), checksum);
    }
    let Some(mut head): Option<Head> = found(storage).await? else { return Ok(()) };
    for table in tables {
        if let (Some(version), Some(own)) = (head.tables.get(*table), head.states.get_mut(*table)) {
            *own = state(table, *version).await?;
        }
    }
    if let Some(link) = &mut head.release {
        linked(link, &checksums);
    }
    head.sequence = head.sequence.max(sequence);
    put(storage, &head).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_names_the_new_file_in_the_place_of_the_old() {
        let log = br#"{"commitInfo":{"timestamp":1}}
{"metaData":{"id":"x","schemaString":"{\"type\":\"struct\",\"fields\":[]}"}}
{"add":{"path":"a.parquet","partitionValues":{},"size":9,"modificationTime":7,"dataChange":true}}
{"remove":{"path":"b.parquet","dataChange":false}}
{"add":{"path":"c.parquet","size":3}}"#;
        let add = Add { path: "n.parquet".into(), size: 5, ..Add::default() };
        let files = Replacements::from([
            ("a.parquet".to_owned(), vec![add.clone()]),
            ("b.parquet".to_owned(), Vec::new()),
        ]);
        let columns = BTreeMap::from([("rows_erased".to_owned(), "long".to_owned())]);
        let written = written_anew("x", log, &files, &columns).unwrap().unwrap();
        let lines: Vec<Value> = written
            .split(|byte| *byte == b'\n')
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[1]["metaData"]["schemaString"].as_str().unwrap().contains("rows_erased"));
        assert_eq!(lines[2]["add"]["path"], "n.parquet");
        assert_eq!(
            (&lines[2]["add"]["size"], &lines[2]["add"]["modificationTime"]),
            (&json!(5), &json!(7))
        );
        assert_eq!(lines[3]["add"]["path"], "c.parquet");
        // Done again, nothing is left to do.
        assert!(written_anew("x", &written, &files, &columns).unwrap().is_none());
    }
}
