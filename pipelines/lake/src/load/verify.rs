//! Reads all of a lake against its checksums and hashes, and names what is damaged or gone.

use super::deduplicate::ledger_files;
use super::landing::LandedFile;
use super::raw;
use crate::engine::Snapshot;
use crate::error::LakeError;
use crate::ledger::report;
use crate::store::journal::{self, Head};
use crate::store::newest;
use crate::store::release::{self, Release};
use crate::store::secret;
use crate::store::storage::{MARKER, Storage};
use crate::store::tables;
use koridor_contract::Project;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::from_slice;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something of a lake that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Damage {
    /// What it is, as a path within the lake.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What reading a lake found.
#[derive(Debug, Default, Serialize)]
pub struct Verified {
    /// Documents, tables, data files and raw files that were read.
    pub read: u64,
    /// Data files of an earlier program, which wrote no checksums: they are there, that is all.
    pub without_checksum: u64,
    /// What is wrong, each once.
    pub damages: BTreeSet<Damage>,
}

impl Verified {
    fn note(&mut self, path: &str, error: &LakeError) {
        let (path, problem) = match error {
            LakeError::Missing { path } => (path.clone(), "it is gone".to_owned()),
            LakeError::Damaged { path, what } => (path.clone(), what.clone()),
            other => (path.to_owned(), other.to_string()),
        };
        self.damages.insert(Damage { path, problem });
    }

    /// Counts something that was read, or notes what is wrong with it.
    fn take<T>(&mut self, path: &str, found: Result<T, LakeError>) -> Option<T> {
        self.read += 1;
        found.inspect_err(|error| self.note(path, error)).ok()
    }
}

/// Reads all of a lake: documents, what the tables of the head and of each release hold, their data
/// files, and the raw bytes of every submission. `progress` is told of each part.
///
/// # Errors
/// Where there is no lake, or one of a newer program.
pub async fn verify(
    project: &Arc<Project>,
    storage: &Storage,
    progress: &mut dyn FnMut(&str),
) -> Result<Verified, LakeError> {
    let mut verified = Verified::default();
    for folder in [MARKER, "_koridor", "raw"] {
        progress(folder);
        documents(storage, folder, &mut verified).await?;
    }
    let head = verified.take("_koridor/head.json", journal::head(storage).await);
    verified.take("_koridor/releases", release::list(storage).await);
    if let Some(head) = &head {
        verified.take("_koridor/release.json", release::check_pointer(storage, head).await);
        newest_state(storage, head, &mut verified).await;
    }
    let releases = release::readable(storage).await?;
    for (path, found) in release::check_projects(storage, &releases).await? {
        verified.take(&path, found);
    }
    verified.take("_koridor/runs", report::runs_table(storage).await);
    let mut seen = BTreeSet::new();
    for (table, version, state) in named(head.as_ref(), &releases) {
        progress(&table);
        let named = (version, state.as_deref());
        data_files(storage, (&table, named), &mut seen, &mut verified).await;
    }
    if let Some(head) = head {
        progress("raw");
        raw_files(project, (storage, head), &mut verified).await?;
    }
    key(storage, &mut verified).await?;
    Ok(verified)
}

/// That nothing is ahead of the head. A batch that is being brought, or that a run which died left
/// to the next one, is: it has its intent.
async fn newest_state(storage: &Storage, head: &Head, verified: &mut Verified) {
    let found = newest::check(storage, head).await;
    // An intent that cannot be read is named already.
    let is_between = journal::is_unfinished(storage).await.unwrap_or(true)
        || journal::head(storage).await.is_ok_and(|now| now != *head);
    if !is_between {
        verified.take("_koridor/head.json", found);
    }
}

async fn documents(
    storage: &Storage,
    folder: &str,
    verified: &mut Verified,
) -> Result<(), LakeError> {
    let paths = match folder {
        MARKER => vec![MARKER.to_owned()],
        folder => storage.list(folder).await?,
    };
    for path in paths.iter().filter(|path| path.ends_with(".json")) {
        verified.take(path, storage.get_json::<serde_json::Value>(path).await);
    }
    Ok(())
}

/// The states of tables that the head or a release names, each once.
fn named(head: Option<&Head>, releases: &[Release]) -> BTreeSet<(String, u64, Option<String>)> {
    let head = head.map(|head| (&head.tables, &head.states));
    let all = releases.iter().map(|own| (&own.tables, &own.states)).chain(head);
    let states =
        all.flat_map(|(tables, states): (&BTreeMap<String, u64>, &BTreeMap<_, String>)| {
            tables
                .iter()
                .map(|(table, version)| (table.clone(), *version, states.get(table).cloned()))
        });
    states.collect()
}

async fn data_files(
    storage: &Storage,
    (table, named): (&str, (u64, Option<&str>)),
    seen: &mut BTreeSet<String>,
    verified: &mut Verified,
) {
    let opened = tables::open_named(storage, table, named).await;
    let log = format!("{table}/_delta_log");
    let files = opened.and_then(|opened| tables::data_files(table, &opened));
    if files.is_err() {
        log_files(storage, &log, verified).await;
    }
    for file in verified.take(&log, files).unwrap_or_default() {
        let path = format!("{table}/{}", file.path);
        if !seen.insert(path.clone()) {
            continue;
        }
        verified.without_checksum += u64::from(!file.has_checksum);
        let found = match storage.get(&path).await {
            Ok(None) => Err(LakeError::missing(&path)),
            Ok(Some(bytes)) if bytes.len() as u64 != file.size => Err(LakeError::flipped(&path)),
            found => found,
        };
        verified.take(&path, found);
    }
}

/// Files of a table's log that are no lines of JSON.
async fn log_files(storage: &Storage, log: &str, verified: &mut Verified) {
    let paths = storage.list(log).await.unwrap_or_default();
    for path in paths.iter().filter(|path| path.ends_with(".json")) {
        let Ok(Some(bytes)) = storage.get(path).await else { continue };
        let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        if bytes.is_empty() || lines.any(|line| from_slice::<IgnoredAny>(line).is_err()) {
            verified.note(path, &LakeError::flipped(path));
        }
    }
}

/// The raw bytes of each submission, and what was said of it.
async fn raw_files(
    project: &Arc<Project>,
    (storage, head): (&Storage, Head),
    verified: &mut Verified,
) -> Result<(), LakeError> {
    let snapshot = Snapshot::at_head(Arc::clone(project), storage.clone(), head).await;
    let ledger = match snapshot {
        Ok(snapshot) => ledger_files(&snapshot).await,
        Err(error) => Err(error),
    };
    let ids = verified.take("ops/files", ledger).unwrap_or_default();
    let mut seen = BTreeSet::new();
    for id in ids.keys() {
        let described = raw::description_path(&id.to_string());
        match raw::described(storage, id).await {
            Ok(Some(_)) => {}
            Ok(None) => verified.note(&described, &LakeError::missing(&described)),
            Err(error) => verified.note(&described, &error),
        }
        if seen.insert(id.sha256().to_owned()) {
            let path = format!("raw/{}", id.sha256());
            let found = raw::fetch(storage, LandedFile::default(), id.sha256()).await;
            verified.take(&path, found);
        }
    }
    Ok(())
}

/// The key for personal fields: that it is the lake's.
async fn key(storage: &Storage, verified: &mut Verified) -> Result<(), LakeError> {
    // Unreadable documents are named already.
    let Ok(Some(known)) = secret::record(storage).await else { return Ok(()) };
    let problem = match secret::present_identity(storage) {
        Ok(Some(present)) if present == known.identity => return Ok(()),
        Ok(Some(_)) => "the key that is given is not the lake's".to_owned(),
        Ok(None) => "it is gone".to_owned(),
        Err(error) => error.to_string(),
    };
    verified.damages.insert(Damage { path: "_secrets/hash.key".into(), problem });
    Ok(())
}
