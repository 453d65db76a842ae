//! Who asks at a door.

use koridor_lake::engine::Tier;
use koridor_lake::store::access_keys::{AccessKey, Role};

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
            (Role::Steward | Role::Analyst, Some(region)) => Tier::Office(region.clone()),
            (Role::Analyst, None) => Tier::Operator,
            (Role::Auditor | Role::Admin, _) => Tier::Restricted,
        }
    }
}
