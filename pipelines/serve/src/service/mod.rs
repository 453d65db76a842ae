//! What all doors share: who asks, the state of the lake that is shown, a statement within limits.
//!
//! A door is a thin protocol over [`Service`]: it finds out who asks ([`Service::caller`]), runs
//! what is asked ([`Service::rows`]) and puts the batches into its own bytes. A new release is
//! picked up by the next statement; one that runs keeps the state that it began with.

mod caller;
mod rows;

pub use caller::Caller;
pub use rows::Rows;

use crate::error::ServeError;
use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use koridor_contract::Project;
use koridor_lake::engine::{Limits, Tier, guard};
use koridor_lake::store::{access_keys, release};
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// How long the name of the current release is taken as it was found.
const FRESH: Duration = Duration::from_secs(1);

/// What all doors share.
pub struct Service {
    project: Arc<Project>,
    storage: Storage,
    limits: Limits,
    shown: Mutex<Shown>,
}

/// Sessions on the release that is shown.
#[derive(Default)]
struct Shown {
    looked_at: Option<Instant>,
    release: Option<String>,
    engines: HashMap<Tier, Engine>,
}

impl Service {
    /// A service on a lake; `limits` hold for each statement.
    pub fn new(project: Arc<Project>, storage: Storage, limits: Limits) -> Self {
        Self { project, storage, limits, shown: Mutex::default() }
    }

    /// The project.
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// The lake.
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Who gave a key; none where it is no valid one.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn caller(&self, key: &str) -> Result<Option<Caller>, ServeError> {
        Ok(access_keys::find(&self.storage, key).await?.map(Caller::of))
    }

    /// The current release's name; none where none was made.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn release(&self) -> Result<Option<String>, ServeError> {
        {
            let shown = self.shown.lock();
            if shown.looked_at.is_some_and(|own| own.elapsed() < FRESH) {
                return Ok(shown.release.clone());
            }
        }
        let current = release::current(&self.storage).await?.map(|own| own.id);
        let mut shown = self.shown.lock();
        if shown.release != current {
            shown.engines.clear();
        }
        shown.looked_at = Some(Instant::now());
        shown.release.clone_from(&current);
        Ok(current)
    }

    /// A session for a caller: on the current release, or on the one that `as_of` names.
    ///
    /// # Errors
    /// Where the lake cannot be read, or there is no such release.
    pub async fn engine(&self, caller: &Caller, as_of: Option<&str>) -> Result<Engine, ServeError> {
        let tier = caller.tier();
        if let Some(as_of) = as_of {
            let snapshot = Snapshot::as_of(&self.project, self.storage.clone(), as_of).await;
            return self.opened(snapshot, tier);
        }
        let release = self.release().await?;
        if let Some(engine) = self.shown.lock().engines.get(&tier) {
            return Ok(engine.clone());
        }
        let snapshot = Snapshot::released(Arc::clone(&self.project), self.storage.clone()).await;
        let engine = self.opened(snapshot, tier.clone())?;
        let mut shown = self.shown.lock();
        if shown.release == release {
            shown.engines.insert(tier, engine.clone());
        }
        Ok(engine)
    }

    fn opened(
        &self,
        snapshot: Result<Snapshot, LakeError>,
        tier: Tier,
    ) -> Result<Engine, ServeError> {
        let snapshot = snapshot?.with_memory(self.limits.memory_bytes);
        Ok(Engine::open(snapshot.with_tier(tier))?)
    }

    /// Runs a read-only statement of a caller, apart and within limits.
    ///
    /// # Errors
    /// Where the statement is wrong, changes anything, or costs more than it may.
    pub async fn rows(
        &self,
        caller: &Caller,
        sql: &str,
        as_of: Option<&str>,
    ) -> Result<Rows, ServeError> {
        let engine = self.engine(caller, as_of).await?;
        let (limits, sql) = (self.limits.clone(), sql.to_owned());
        let (tell_schema, told_schema) = oneshot::channel();
        let (batches, waiting) = mpsc::channel(rows::WAITING);
        let failed = batches.clone();
        tokio::spawn(async move {
            let within = limits.clone();
            let work = move || produce(engine, sql, within, tell_schema, batches);
            let outcome: Result<(), ServeError> = guard::run(&limits, work).await;
            if let Err(error) = outcome {
                let _ = failed.send(Err(error)).await;
            }
        });
        let mut waiting = waiting;
        match told_schema.await {
            Ok(schema) => Ok(Rows::new(schema, waiting)),
            Err(_) => match waiting.recv().await {
                Some(Err(error)) => Err(error),
                _ => Err(LakeError::Fault("a statement ended without a word".into()).into()),
            },
        }
    }
}

/// Hands on the batches of a statement until its reader is gone.
async fn produce(
    engine: Engine,
    sql: String,
    limits: Limits,
    tell_schema: oneshot::Sender<SchemaRef>,
    batches: mpsc::Sender<Result<arrow::array::RecordBatch, ServeError>>,
) -> Result<(), ServeError> {
    let mut rows = tokio::select! {
        rows = engine.guarded(&sql, &limits) => rows?,
        () = batches.closed() => return Ok(()),
    };
    let _ = tell_schema.send(rows.schema());
    loop {
        let batch = tokio::select! {
            batch = rows.next() => batch,
            () = batches.closed() => return Ok(()),
        };
        let Some(batch) = batch else { return Ok(()) };
        let batch = batch.map_err(LakeError::from)?;
        if batches.send(Ok(batch)).await.is_err() {
            return Ok(());
        }
    }
}
