//! Catalogues that were made: one for each tier and release that is asked.

use super::catalog::Catalog;
use crate::error::ServeError;
use crate::locked::{Locked, locked};
use crate::service::{Caller, Service};
use koridor_lake::engine::Tier;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Catalogues that are kept.
const MOST: usize = 32;

/// The tier and the release of a catalogue.
type Name = (Tier, Option<String>);

/// Catalogues that were made.
pub(super) struct Catalogs {
    known: Locked<HashMap<Name, Arc<OnceCell<Arc<Catalog>>>>>,
}

impl Default for Catalogs {
    fn default() -> Self {
        Self { known: locked(HashMap::new()) }
    }
}

impl Catalogs {
    /// The catalogue of what a caller may ask.
    pub(super) async fn of(
        &self,
        service: &Service,
        caller: &Caller,
        as_of: Option<&str>,
    ) -> Result<Arc<Catalog>, ServeError> {
        let release = match as_of {
            Some(as_of) => Some(as_of.to_owned()),
            None => service.release().await?,
        };
        let own = {
            let mut known = self.known.lock();
            let name = (caller.tier(), release);
            if known.len() >= MOST && !known.contains_key(&name) {
                known.clear();
            }
            Arc::clone(known.entry(name).or_default())
        };
        let made = own.get_or_try_init(async || {
            let tables = service.tables(caller, as_of).await?;
            Ok::<_, ServeError>(Arc::new(Catalog::of(tables).await?))
        });
        Ok(Arc::clone(made.await?))
    }
}
