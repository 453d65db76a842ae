//! The engine of a load on the lake's head, kept for as long as the head stays: what it has found
//! out of tables and slices is not found out again for each file.

use crate::engine::{Engine, Snapshot, Tier};
use crate::error::LakeError;

/// An engine, and the sequence of the head that it shows.
#[derive(Default)]
pub(super) struct HeadEngine(Option<(u64, Engine)>);

impl HeadEngine {
    /// The engine on the head of a sequence, where it is kept.
    pub(super) fn on(&self, head: u64) -> Option<Engine> {
        let Self(kept) = self;
        kept.as_ref().filter(|(sequence, _)| *sequence == head).map(|(_, engine)| engine.clone())
    }

    /// Opens the engine on the head of a sequence, and keeps it in place of an earlier one.
    pub(super) fn open(&mut self, head: u64, snapshot: Snapshot) -> Result<Engine, LakeError> {
        let engine = Engine::open(snapshot.with_tier(Tier::Program))?;
        *self = Self(Some((head, engine.clone())));
        Ok(engine)
    }
}
