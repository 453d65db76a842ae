//! What the holder of a lake's lock has seen.

use parking_lot::Mutex;
use std::collections::BTreeMap;

/// What makes an object another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub(super) e_tag: Option<String>,
    pub(super) version: Option<String>,
}

/// What the holder of a lake's lock knows of the objects that rule it.
#[derive(Debug, Default)]
pub(super) struct Ruled {
    pub(super) known: Mutex<Rule>,
}

#[derive(Debug, Default)]
pub(super) struct Rule {
    /// The holder's number; 0 where no lock is held.
    pub(super) fence: u64,
    /// The objects as they were when the lock was taken, or as they were written since; none where
    /// there was none.
    pub(super) versions: BTreeMap<String, Option<Version>>,
}
