//! What all doors share: who asks, the state of the lake that is shown, a statement within limits.
//!
//! A door is a thin protocol over [`Service`]: it finds out who asks ([`Service::caller`]), runs
//! what is asked ([`Service::rows`]) and puts the batches into its own bytes. A new release is
//! picked up by the next statement; one that runs keeps the state that it began with. Statements
//! run in turn (`queue`), within the limits of their role ([`Caller::limits`]); who is given what
//! is not published is recorded before the first row (`statement`).

mod caller;
mod kept_values;
mod known_keys;
mod queue;
mod rows;
mod statement;

pub use caller::Caller;
pub use rows::Rows;

use crate::error::ServeError;
use crate::locked::{Locked, locked};
use arrow::datatypes::DataType;
use futures::future::BoxFuture;
use kept_values::KeptValues;
use known_keys::KnownKeys;
use koridor_contract::Project;
use koridor_lake::engine::{DescribedStatement, DescribedTable, Limits, ParamValues, Tier, guard};
use koridor_lake::store::{access_keys, release};
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use queue::Queue;
pub use queue::Turn;
pub(crate) use statement::Work;
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
    shown: Locked<Shown>,
    keys: KnownKeys,
    queue: Queue,
    values: KeptValues,
}

/// Sessions on the release that is shown.
#[derive(Default)]
struct Shown {
    looked_at: Option<Instant>,
    release: Option<String>,
    engines: HashMap<Tier, Engine>,
    /// On releases that were asked for by name or day: few, the rest is opened again.
    earlier: HashMap<(Tier, String), Engine>,
}

/// Sessions on earlier releases that are kept.
const MOST_EARLIER: usize = 16;

impl Service {
    /// A service on a lake; `limits` hold for each statement.
    pub fn new(project: Arc<Project>, storage: Storage, limits: Limits) -> Self {
        let shown = locked(Shown::default());
        let (keys, queue) = (KnownKeys::default(), Queue::new());
        let values = KeptValues::default();
        Self { project, storage, limits, shown, keys, queue, values }
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
        if let Some(known) = self.keys.get(key) {
            return Ok(known);
        }
        let caller = access_keys::find(&self.storage, key).await?.map(Caller::of);
        self.keys.put(key, caller.clone());
        Ok(caller)
    }

    /// What a statement of a caller may cost.
    pub fn limits(&self, caller: &Caller) -> Limits {
        caller.limits(&self.limits)
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
            // A day may mean another release from now on.
            shown.earlier.clear();
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
        let release = self.release().await?;
        if let Some(as_of) = as_of {
            return self.earlier(tier, as_of, release).await;
        }
        if let Some(engine) = self.shown.lock().engines.get(&tier) {
            return Ok(engine.clone());
        }
        let snapshot = Snapshot::released(Arc::clone(&self.project), self.storage.clone()).await;
        let engine = self.opened(snapshot, tier.clone())?;
        if let Some(release) = &engine.snapshot().release {
            self.keep_values(&engine, (&release.id, &tier)).await;
        }
        let mut shown = self.shown.lock();
        if shown.release == release {
            shown.engines.insert(tier, engine.clone());
        }
        Ok(engine)
    }

    /// Lets the values of a release, the current one, stand in memory for their table in a session
    /// of a tier.
    pub(crate) async fn keep_values(&self, engine: &Engine, of: (&str, &Tier)) {
        self.values.put_into(engine, of, &self.limits).await;
    }

    async fn earlier(
        &self,
        tier: Tier,
        as_of: &str,
        release: Option<String>,
    ) -> Result<Engine, ServeError> {
        let name = (tier, as_of.to_owned());
        if let Some(engine) = self.shown.lock().earlier.get(&name) {
            return Ok(engine.clone());
        }
        let snapshot = Snapshot::as_of(&self.project, self.storage.clone(), as_of).await;
        let engine = self.opened(snapshot, name.0.clone())?;
        let mut shown = self.shown.lock();
        // A day may mean another release since.
        if shown.release != release {
            return Ok(engine);
        }
        if shown.earlier.len() >= MOST_EARLIER {
            shown.earlier.clear();
        }
        shown.earlier.insert(name, engine.clone());
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

    /// Runs a read-only statement of a caller, apart, in turn and within the limits of the role.
    ///
    /// # Errors
    /// Where the statement is wrong, changes anything, or costs more than it may.
    pub fn rows<'own>(
        &'own self,
        caller: &'own Caller,
        sql: &'own str,
        as_of: Option<&'own str>,
    ) -> BoxFuture<'own, Result<Rows, ServeError>> {
        self.rows_asked(caller, Asked::of(sql).as_of(as_of))
    }

    /// As [`Service::rows`], with values for parameters, within narrower limits where some are
    /// given.
    ///
    /// # Errors
    /// As [`Service::rows`].
    pub fn rows_asked<'own>(
        &'own self,
        caller: &'own Caller,
        asked: Asked<'own>,
    ) -> BoxFuture<'own, Result<Rows, ServeError>> {
        Box::pin(async move {
            let limits = asked.limits.unwrap_or_else(|| self.limits(caller));
            let turn = self.queue.turn(caller).await?;
            let engine = self.engine(caller, asked.as_of).await?;
            let said = (asked.sql.to_owned(), asked.values);
            let work = statement::on_lake(&self.storage, caller, engine, said);
            run(turn, limits, work).await
        })
    }

    /// The turn of work of a caller that is no statement, such as an extract; it ends with what is
    /// given.
    ///
    /// # Errors
    /// Where too many wait already, or it has not come in time.
    pub async fn turn(&self, caller: &Caller) -> Result<Turn, ServeError> {
        self.queue.turn(caller).await
    }

    /// What a statement of a caller would give, and what it must be given.
    ///
    /// # Errors
    /// Where the statement is wrong.
    pub fn described<'own>(
        &'own self,
        caller: &'own Caller,
        sql: &'own str,
        as_of: Option<&'own str>,
        declared: &'own [Option<DataType>],
    ) -> BoxFuture<'own, Result<DescribedStatement, ServeError>> {
        Box::pin(async move {
            let _turn = self.queue.turn(caller).await?;
            let engine = self.engine(caller, as_of).await?;
            let (sql, declared) = (sql.to_owned(), declared.to_vec());
            let work = move || async move { engine.described(&sql, &declared).await };
            Ok(guard::run(&self.limits(caller), work).await?)
        })
    }

    /// The tables that a caller may name.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub fn tables<'own>(
        &'own self,
        caller: &'own Caller,
        as_of: Option<&'own str>,
    ) -> BoxFuture<'own, Result<Vec<DescribedTable>, ServeError>> {
        Box::pin(async move {
            let _turn = self.queue.turn(caller).await?;
            let engine = self.engine(caller, as_of).await?;
            let work = move || async move { engine.described_tables().await };
            Ok(guard::run(&self.limits(caller), work).await?)
        })
    }

    /// Rows of a statement in a session of the door's own that holds nothing of the lake, in turn
    /// and within the limits of the role.
    ///
    /// # Errors
    /// As [`Service::rows`].
    #[cfg(feature = "pg")]
    pub(crate) fn rows_of<'own>(
        &'own self,
        caller: &'own Caller,
        limits: Limits,
        work: Work,
    ) -> BoxFuture<'own, Result<Rows, ServeError>> {
        Box::pin(async move {
            let turn = self.queue.turn(caller).await?;
            run(turn, limits, work).await
        })
    }
}

/// A statement with what it is given.
pub struct Asked<'text> {
    sql: &'text str,
    as_of: Option<&'text str>,
    values: ParamValues,
    limits: Option<Limits>,
}

impl<'text> Asked<'text> {
    /// A statement on the current release.
    pub fn of(sql: &'text str) -> Self {
        Self { sql, as_of: None, values: ParamValues::List(Vec::new()), limits: None }
    }

    /// The same on a release by name or day, where one is given.
    pub fn as_of(self, as_of: Option<&'text str>) -> Self {
        Self { as_of, ..self }
    }

    /// The same with values for `$1`, `$2`, ...
    pub fn with(self, values: ParamValues) -> Self {
        Self { values, ..self }
    }

    /// The same within other limits than those of the role.
    pub fn within(self, limits: Limits) -> Self {
        Self { limits: Some(limits), ..self }
    }
}

/// Runs a statement whose turn it is.
async fn run(turn: Turn, limits: Limits, work: Work) -> Result<Rows, ServeError> {
    let (tell_schema, told_schema) = oneshot::channel();
    let (batches, mut waiting) = mpsc::channel(rows::WAITING);
    let failed = batches.clone();
    tokio::spawn(async move {
        let within = limits.clone();
        let work = move || statement::produce(work, within, tell_schema, batches);
        let outcome: Result<(), ServeError> = tokio::select! {
            outcome = guard::run(&limits, work) => outcome,
            () = failed.closed() => Ok(()),
        };
        drop(turn);
        if let Err(error) = outcome {
            let _ = failed.send(Err(error)).await;
        }
    });
    match told_schema.await {
        Ok(schema) => Ok(Rows::new(schema, waiting)),
        Err(_) => match waiting.recv().await {
            Some(Err(error)) => Err(error),
            _ => Err(LakeError::Fault("a statement ended without a word".into()).into()),
        },
    }
}
