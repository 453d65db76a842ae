//! Who asks at a door.

use koridor_lake::engine::{Limits, Tier};
use koridor_lake::store::access_keys::{AccessKey, Role};
use std::time::Duration;

/// Time for a statement of somebody without a role that asks for more, to its last row taken.
const BRIEF: Duration = Duration::from_secs(30);

/// Rows of a result for the same.
const SHORT: u64 = 1_000_000;

/// Who asks at a door: the same on all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The key that was given; none for anybody.
    key: Option<AccessKey>,
}

impl Caller {
    /// Anybody, who sees what is published.
    pub fn anybody() -> Self {
        Self { key: None }
    }

    /// Whoever gave a valid key.
    pub fn of(key: AccessKey) -> Self {
        Self { key: Some(key) }
    }

    /// The key; none for anybody.
    pub fn key(&self) -> Option<&AccessKey> {
        self.key.as_ref()
    }

    /// What the caller may do; none for anybody.
    pub fn role(&self) -> Option<Role> {
        self.key.as_ref().map(|own| own.role)
    }

    /// Which tables and rows the caller sees.
    pub fn tier(&self) -> Tier {
        let Some(key) = &self.key else { return Tier::Open };
        match (key.role, &key.region) {
            (Role::Viewer, _) | (Role::Steward, None) => Tier::Open,
            (Role::Steward, Some(region)) => Tier::Office(region.clone()),
            (Role::Analyst, region) => Tier::Analyst(region.clone()),
            (Role::Auditor | Role::Admin, _) => Tier::Restricted,
        }
    }

    /// What a statement of the caller may cost, of what the program allows at most.
    pub fn limits(&self, most: &Limits) -> Limits {
        let (time, memory, rows) = match self.role() {
            None | Some(Role::Viewer) => (Some(BRIEF), most.memory_bytes / 4, SHORT),
            Some(Role::Steward) => (Some(BRIEF * 2), most.memory_bytes / 2, SHORT),
            Some(Role::Analyst | Role::Auditor | Role::Admin) => {
                (most.time, most.memory_bytes, most.rows)
            }
        };
        let time = match (time, most.time) {
            (Some(own), Some(most)) => Some(own.min(most)),
            (own, most) => own.or(most),
        };
        Limits { time, memory_bytes: memory, rows: rows.min(most.rows), rounds: most.rounds }
    }
}
