//! That the head is the newest state of its lake: no table and no document is ahead of it or behind
//! it.
//!
//! A document that somebody puts back alone from a backup has a good checksum of its own. What it
//! no longer fits shows in the others: batches in the logs of tables that the head does not count,
//! releases after the one that it names, fewer erasures than it has counted.

use crate::error::LakeError;
use crate::store::erased::{self, Erased};
use crate::store::head::{HEAD, Head};
use crate::store::release::{self, Release};
use crate::store::secret;
use crate::store::storage::Storage;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Value, from_slice};
use std::collections::BTreeMap;

/// Tables that are asked at a time: a remote lake answers slowly.
const AT_ONCE: usize = 16;

/// Where tables are.
const TABLES: [&str; 3] = ["silver", "ops", "indicators"];

/// Checks that nothing of a lake is newer than its head, which no batch is being brought to, and
/// that the documents that the head counts are there.
///
/// # Errors
/// Where one is, or a document is gone or older than the head.
pub(crate) async fn check(storage: &Storage, head: &Head) -> Result<(), LakeError> {
    let mut tables: BTreeMap<String, Option<u64>> =
        head.tables.iter().map(|(table, version)| (table.clone(), Some(*version))).collect();
    for folder in TABLES {
        for table in storage.folders(folder).await? {
            tables.entry(table).or_default();
        }
    }
    let ahead = stream::iter(tables)
        .map(async |(table, version)| batch_after(storage, &table, version).await)
        .buffered(AT_ONCE)
        .try_filter_map(async |ahead| Ok(ahead));
    if let Some(ahead) = std::pin::pin!(ahead).try_next().await? {
        return Err(older(&format!("{ahead} is a batch that it does not name")));
    }
    let is_after = |release: &Release| release.sequence > head.sequence;
    if let Some(release) = release::last_named(storage).await?.filter(is_after) {
        return Err(older(&format!("release {} was made after it", release.id)));
    }
    check_documents(head, &entries(storage).await?)
}

fn older(found: &str) -> LakeError {
    let what = format!(
        "it is older than the lake: {found}; documents of a lake come back from one backup \
         together with its tables, none alone"
    );
    LakeError::damaged(HEAD, what)
}

/// The log entry with a batch behind a version of a table.
async fn batch_after(
    storage: &Storage,
    table: &str,
    version: Option<u64>,
) -> Result<Option<String>, LakeError> {
    let mut next = version.map_or(0, |version| version + 1);
    loop {
        let path = format!("{table}/_delta_log/{next:020}.json");
        let Some(bytes) = storage.get(&path).await? else { return Ok(None) };
        let mut lines = bytes.split(|byte| *byte == b'\n');
        // Small files are put together, and columns added, without a batch.
        if lines.any(|line| from_slice::<Value>(line).is_ok_and(|own| own.get("txn").is_some())) {
            return Ok(Some(path));
        }
        next += 1;
    }
}

/// How many entries each of the documents holds that only ever grow; without those that are not
/// there.
pub(super) async fn entries(storage: &Storage) -> Result<BTreeMap<String, u64>, LakeError> {
    let mut entries = BTreeMap::new();
    if let Some(own) = storage.get_json::<Erased>(erased::PATH).await? {
        entries.insert(erased::PATH.to_owned(), own.erasures.len() as u64);
    }
    if let Some(own) = secret::record(storage).await? {
        entries.insert(secret::KEY.to_owned(), own.entries());
    }
    Ok(entries)
}

fn check_documents(head: &Head, entries: &BTreeMap<String, u64>) -> Result<(), LakeError> {
    for (path, counted) in &head.documents {
        match entries.get(path) {
            None => return Err(LakeError::missing(path)),
            Some(found) if found < counted => {
                let what = format!("it has {found} entries, the lake has had {counted}");
                return Err(LakeError::damaged(path, what));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
