//! The lake's state as one document, and the redo log that makes many table commits one.
//!
//! A batch first writes its data files, which nobody sees, then one intent that names them all:
//! from that moment it is done. The tables are committed from the intent, the head is moved, and
//! the intent is removed. A crash before the intent leaves nothing; a crash after it is finished by
//! the next writer, to the same lake. Readers see the versions that the head or a release names and
//! never a mix.

use crate::error::LakeError;
use crate::store::storage::Storage;
use crate::store::tables::{self, TableName};
use deltalake::kernel::Add;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const HEAD: &str = "_koridor/head.json";
const INTENT: &str = "_koridor/intent.json";

/// Versions of all tables at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Batches committed so far.
    pub sequence: u64,
    /// Version of each table, by its folder within the lake.
    pub tables: BTreeMap<TableName, u64>,
}

/// Data files of one batch, by table.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Intent {
    /// The batch's name: what makes a second commit of it a no-op.
    pub batch: String,
    /// Sequence number the head has after it.
    pub sequence: u64,
    /// What to add to each table.
    pub adds: BTreeMap<TableName, Vec<Add>>,
}

/// The newest committed state.
pub async fn head(storage: &Storage) -> Result<Head, LakeError> {
    Ok(storage.get_json(HEAD).await?.unwrap_or_default())
}

/// Names other versions of the same tables that hold the same rows.
pub(crate) async fn move_head(storage: &Storage, head: &Head) -> Result<(), LakeError> {
    storage.put_json(HEAD, head).await
}

/// Finishes a batch that a crash left half committed. The caller holds the lake's lock.
pub async fn recover(storage: &Storage) -> Result<Head, LakeError> {
    match storage.get_json::<Intent>(INTENT).await? {
        Some(intent) => apply(storage, intent).await,
        None => head(storage).await,
    }
}

/// Commits a batch to all its tables. The caller holds the lake's lock.
pub async fn commit(
    storage: &Storage,
    batch: String,
    adds: BTreeMap<TableName, Vec<Add>>,
) -> Result<Head, LakeError> {
    let intent = Intent { batch, sequence: head(storage).await?.sequence + 1, adds };
    storage.put_json(INTENT, &intent).await?;
    apply(storage, intent).await
}

async fn apply(storage: &Storage, intent: Intent) -> Result<Head, LakeError> {
    let mut head = head(storage).await?;
    if head.sequence < intent.sequence {
        for (table, adds) in intent.adds {
            let version = tables::commit(storage, &table, adds, &intent.batch).await?;
            head.tables.insert(table, version);
        }
        head.sequence = intent.sequence;
        storage.put_json(HEAD, &head).await?;
    }
    storage.delete(INTENT).await?;
    Ok(head)
}
