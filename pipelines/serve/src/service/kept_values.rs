//! Published values of the current release in memory: most statements look values up, and reading
//! data files costs far more than the look-up. Each tier's are read once, whichever door asks.

use crate::error::ServeError;
use crate::locked::{Locked, locked};
use arrow::array::RecordBatch;
use koridor_lake::Engine;
use koridor_lake::engine::{Limits, Tier, guard};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Most values of a release that are kept in memory.
const MOST: usize = 100_000;

const TABLE: &str = "indicators.values";

/// Values of a tier as they were read; none where they are too many, or there are none.
type Read = Arc<OnceCell<Option<Vec<RecordBatch>>>>;

/// The values of one release, by tier.
pub(super) struct KeptValues {
    of: Locked<(String, HashMap<Tier, Read>)>,
}

impl Default for KeptValues {
    fn default() -> Self {
        Self { of: locked(Default::default()) }
    }
}

impl KeptValues {
    /// Lets the values of a release stand for their table in a session on it. Where they cannot be
    /// read or are many the table stays, and a statement tells what is wrong. Many may ask at once
    /// when a release is new: one of them reads, the others wait.
    pub(super) async fn put_into(
        &self,
        engine: &Engine,
        (release, tier): (&str, &Tier),
        limits: &Limits,
    ) {
        let own = self.of_tier(release, tier);
        let read = own.get_or_try_init(|| async {
            let engine = engine.clone();
            guard::run(limits, move || async move { read(&engine).await }).await
        });
        let Ok(Some(rows)) = read.await else { return };
        let Some(schema) = rows.first().map(RecordBatch::schema) else { return };
        // A session that cannot take them reads the table.
        let _ = engine.put(TABLE, schema, rows.clone());
    }

    fn of_tier(&self, release: &str, tier: &Tier) -> Read {
        let mut of = self.of.lock();
        if of.0 != release {
            *of = (release.to_owned(), HashMap::new());
        }
        Arc::clone(of.1.entry(tier.clone()).or_default())
    }
}

async fn read(engine: &Engine) -> Result<Option<Vec<RecordBatch>>, ServeError> {
    let rows = engine.rows(&format!("select * from {TABLE} limit {}", MOST + 1)).await?;
    let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
    Ok((count <= MOST).then_some(rows))
}
