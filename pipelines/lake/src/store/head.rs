//! The newest committed state of a lake: one document that names all else, and by whose checksums
//! all else is checked.

use crate::error::LakeError;
use crate::store::storage::{FORMAT_WITH_HEAD, MARKER, Storage};
use crate::store::tables::TableName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) const HEAD: &str = "_koridor/head.json";

/// Versions of all tables at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Batches committed so far.
    pub sequence: u64,
    /// Version of each table, by its folder within the lake.
    pub tables: BTreeMap<TableName, u64>,
    /// What each table holds at its version, as a fingerprint; none of a table that an earlier
    /// program wrote last.
    #[serde(default)]
    pub states: BTreeMap<TableName, String>,
    /// The newest release; none where an earlier program made it.
    #[serde(default)]
    pub release: Option<Link>,
    /// Documents that the lake has had, with how many entries each had at least.
    #[serde(default)]
    pub documents: BTreeMap<String, u64>,
    /// The number of the lock's holder who wrote it; 0 in a lake of this machine.
    #[serde(default)]
    pub fence: u64,
}

/// A release that a document names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its name.
    pub id: String,
    /// Checksum of its manifest; none of one that an earlier program wrote.
    pub checksum: Option<String>,
}

/// The newest committed state.
///
/// # Errors
/// Where it cannot be read, or is gone although the lake has had one.
pub async fn head(storage: &Storage) -> Result<Head, LakeError> {
    match found(storage).await? {
        Some(head) => Ok(head),
        None if is_lost(storage).await? => Err(LakeError::missing(HEAD)),
        None => Ok(Head::default()),
    }
}

/// Whether a lake without a head has had one. An earlier program wrote the first head behind the
/// tables of the first batch.
async fn is_lost(storage: &Storage) -> Result<bool, LakeError> {
    let format = storage.format().await?.unwrap_or_default();
    Ok(format >= FORMAT_WITH_HEAD || !storage.list("ops").await?.is_empty())
}

/// The head, where there is one.
pub(super) async fn found(storage: &Storage) -> Result<Option<Head>, LakeError> {
    storage.get_json(HEAD).await
}

/// That the lake has not had a document which is not there.
///
/// # Errors
/// Where it has.
pub(super) async fn check_absent(storage: &Storage, path: &str) -> Result<(), LakeError> {
    let head = found(storage).await?.unwrap_or_default();
    match head.documents.contains_key(path) {
        true => Err(LakeError::missing(path)),
        false => Ok(()),
    }
}

/// Makes a state the newest.
pub(super) async fn put(storage: &Storage, head: &Head) -> Result<(), LakeError> {
    let fence = storage.fence().max(head.fence);
    storage.put_ruling(HEAD, &Head { fence, ..head.clone() }).await
}

/// Writes the head again with the number of the lock's new holder: who held it before has seen
/// another.
pub(super) async fn fence(storage: &Storage) -> Result<(), LakeError> {
    match found(storage).await? {
        Some(head) => put(storage, &head).await,
        None => Ok(()),
    }
}

/// Gives a lake of an earlier program what every lake has now: a head, and then the marker that
/// says so. The caller holds the lake's lock.
pub(super) async fn upgrade(storage: &Storage) -> Result<(), LakeError> {
    let format = storage.format().await?;
    if format.is_some_and(|format| format < FORMAT_WITH_HEAD) {
        put(storage, &head(storage).await?).await?;
        storage.mark().await?;
    }
    Ok(())
}

impl Storage {
    /// Begins a lake where there is none: its empty head, then its marker, so that a lake that is
    /// marked has a head.
    ///
    /// # Errors
    /// Where nothing can be written, where there is a lake of a newer program, or one whose marker
    /// is gone.
    pub async fn create(&self) -> Result<(), LakeError> {
        if self.exists().await? {
            return Ok(());
        }
        if let Some(path) = self.local_path() {
            std::fs::create_dir_all(path).map_err(|error| LakeError::io(path, error))?;
        }
        if found(self).await?.is_some_and(|head| head.sequence > 0) {
            return Err(LakeError::missing(MARKER));
        }
        match self.local_path() {
            Some(_) => put(self, &Head::default()).await?,
            // Another run may begin it as well; who has the lock writes the next one.
            None => self.put_sealed_new(HEAD, &Head::default()).await?,
        }
        self.mark().await
    }
}
