//! The state of the lake that a load sees, and how it moves on.

use super::batch::Batch;
use super::ingest::Loader;
use crate::engine::Snapshot;
use crate::error::LakeError;
use crate::store::journal::Head;
use crate::store::maintenance::put_together;
use std::sync::Arc;

/// Commits after which a load puts small data files together: each file that is set against what
/// stands reads the tables anew, and costs more with each file of theirs.
const MANY_COMMITS: usize = 32;

impl Loader {
    pub(super) async fn snapshot(&self, head: Head) -> Result<Snapshot, LakeError> {
        let (project, storage) = (Arc::clone(&self.project), self.storage.clone());
        let snapshot = Snapshot::at_head(project, storage, head).await?;
        Ok(snapshot.with_memory(self.setting.memory_bytes))
    }

    /// Commits a batch: the journal makes it one step.
    pub(super) async fn commit(&mut self, batch: Batch) -> Result<Head, LakeError> {
        self.standing.add(batch.paths(), batch.slices());
        let head = batch.commit(&self.storage, (self.sequence, self.project.clock.now())).await?;
        self.commits += 1;
        if !self.commits.is_multiple_of(MANY_COMMITS) {
            return Ok(head);
        }
        Ok(put_together(&self.storage, MANY_COMMITS).await?.0)
    }
}
