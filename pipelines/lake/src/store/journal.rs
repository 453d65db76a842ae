//! The lake's state as one document, and the redo log that makes many writes one.
//!
//! A batch first writes its data files, which nobody sees, then one intent that names them all:
//! from that moment it is done. The tables are committed from the intent, its documents and its
//! release are written, the head is moved, and the intent is removed. A crash before the intent
//! leaves nothing; a crash after it is finished by the next writer, to the same lake. Readers see
//! the versions that the head or a release names and never a mix.

use crate::error::LakeError;
use crate::store::head::{HEAD, found, put, upgrade};
pub use crate::store::head::{Head, Link, head};
use crate::store::newest;
use crate::store::release::{self, Release};
use crate::store::rewrite;
use crate::store::storage::Storage;
use crate::store::tables::{self, TableName};
use deltalake::kernel::Add;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) const INTENT: &str = "_koridor/intent.json";

/// What one batch brings.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Intent {
    /// The batch's name: what makes a second commit of it a no-op.
    pub batch: String,
    /// Sequence number the head has after it.
    pub sequence: u64,
    /// What to add to each table.
    pub adds: BTreeMap<TableName, Vec<Add>>,
    /// Documents that are written with it, by their path within the lake.
    #[serde(default)]
    pub documents: BTreeMap<String, serde_json::Value>,
    /// A release of the state that it leaves.
    #[serde(default)]
    pub release: Option<Release>,
    /// Whether it is done: in a remote lake it stays, so that only the lock's holder can write the
    /// next one in its place.
    #[serde(default)]
    pub is_done: bool,
    /// The number of the lock's holder who wrote it.
    #[serde(default)]
    pub fence: u64,
}

/// Whether a batch is being brought to the lake, or was when its run died: the tables may be ahead
/// of the head.
///
/// # Errors
/// Where it cannot be told.
pub(crate) async fn is_unfinished(storage: &Storage) -> Result<bool, LakeError> {
    Ok(storage.get_json::<Intent>(INTENT).await?.is_some_and(|intent| !intent.is_done))
}

/// Names other versions of the same tables that hold the same rows.
pub(crate) async fn move_head(storage: &Storage, head: &Head) -> Result<(), LakeError> {
    put(storage, head).await
}

/// Finishes a batch that a crash left half committed, and checks that the lake is at its newest
/// state then. The caller holds the lake's lock.
///
/// # Errors
/// Where the lake cannot be read or written; where a document was put back that is older than it.
pub async fn recover(storage: &Storage) -> Result<Head, LakeError> {
    if let Some(intent) = storage.get_json::<Intent>(INTENT).await?
        && !intent.is_done
    {
        apply(storage, intent).await?;
    }
    rewrite::recover(storage).await?;
    upgrade(storage).await?;
    let mut head = head(storage).await?;
    newest::check(storage, &head).await?;
    // Of a lake of an earlier program, or one that was just filled, they are counted from now on.
    let entries = newest::entries(storage).await?;
    if head.sequence > 0 && head.documents != entries {
        head.documents = entries;
        put(storage, &head).await?;
    }
    // A reader without this program would follow it: whatever became of it, it is made again.
    if let Some(link) = &head.release
        && release::check_pointer(storage, &head).await.is_err()
    {
        release::point(storage, &link.id).await?;
    }
    Ok(head)
}

/// Commits a batch to all its tables. The caller holds the lake's lock.
pub async fn commit(
    storage: &Storage,
    batch: String,
    adds: BTreeMap<TableName, Vec<Add>>,
) -> Result<Head, LakeError> {
    commit_all(storage, Intent { batch, adds, ..Intent::default() }).await
}

/// Commits a batch with its documents and its release; the sequence number is given here. The
/// caller holds the lake's lock.
pub async fn commit_all(storage: &Storage, intent: Intent) -> Result<Head, LakeError> {
    let (sequence, fence) = (head(storage).await?.sequence + 1, storage.fence());
    let intent = Intent { sequence, fence, ..intent };
    storage.put_ruling(INTENT, &intent).await?;
    apply(storage, intent).await
}

async fn apply(storage: &Storage, intent: Intent) -> Result<Head, LakeError> {
    let mut head = match found(storage).await? {
        Some(head) => head,
        // An earlier program wrote the first head behind the tables of the first batch.
        None if intent.sequence == 1 => Head::default(),
        None => head(storage).await?,
    };
    if head.sequence + 1 < intent.sequence {
        let before = intent.sequence - 1;
        let what = format!("a batch is to follow {before}, it names {}", head.sequence);
        return Err(LakeError::damaged(HEAD, what));
    }
    if head.sequence < intent.sequence {
        for (table, adds) in intent.adds {
            let (version, state) = tables::commit(storage, &table, adds, &intent.batch).await?;
            head.states.insert(table.clone(), state);
            head.tables.insert(table, version);
        }
        for (path, document) in &intent.documents {
            storage.put_json(path, document).await?;
        }
        head.sequence = intent.sequence;
        head.documents = newest::entries(storage).await?;
        if let Some(release) = &intent.release {
            head.release = Some(release::write(storage, release, &head).await?);
        }
        put(storage, &head).await?;
    }
    if intent.release.is_some()
        && let Some(link) = &head.release
    {
        release::point(storage, &link.id).await?;
    }
    end(storage, head.sequence).await?;
    Ok(head)
}

/// Takes the intent away, which is done.
async fn end(storage: &Storage, sequence: u64) -> Result<(), LakeError> {
    let fence = storage.fence();
    if fence == 0 {
        return storage.delete(INTENT).await;
    }
    let done = Intent { sequence, fence, is_done: true, ..Intent::default() };
    storage.put_ruling(INTENT, &done).await
}

/// Writes the intent again with the number of the lock's new holder: who held it before has seen
/// another, or none.
pub(super) async fn fence(storage: &Storage) -> Result<(), LakeError> {
    match storage.get_json::<Intent>(INTENT).await? {
        Some(intent) => {
            let intent = Intent { fence: storage.fence(), ..intent };
            storage.put_ruling(INTENT, &intent).await
        }
        None => end(storage, 0).await,
    }
}
