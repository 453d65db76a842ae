//! The engine of a load on the lake's head, kept for as long as the head stays: what it has found
//! out of tables and slices is not found out again for each file.

use super::ingest::Loader;
use crate::engine::{Engine, Tier};
use crate::error::LakeError;
use crate::store::journal;

/// An engine, and the head that it shows.
#[derive(Default)]
pub(super) struct HeadEngine(Option<(u64, Engine)>);

impl Loader {
    /// The engine on the head.
    pub(super) async fn engine(&mut self) -> Result<Engine, LakeError> {
        let head = journal::head(&self.storage).await?;
        if let HeadEngine(Some((sequence, engine))) = &self.head_engine
            && *sequence == head.sequence
        {
            return Ok(engine.clone());
        }
        let sequence = head.sequence;
        let engine = Engine::open(self.snapshot(head).await?.with_tier(Tier::Program))?;
        self.head_engine = HeadEngine(Some((sequence, engine.clone())));
        Ok(engine)
    }
}
