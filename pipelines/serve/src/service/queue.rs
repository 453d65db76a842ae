//! Statements in turn, so that nobody's keep others from theirs.
//!
//! Whoever has a key runs a few at once, all who have none share some between them. Who comes
//! when all are taken waits, in the order in which they came.

use super::caller::Caller;
use crate::error::ServeError;
use koridor_lake::LakeError;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Statements of one key at once.
const OF_KEY: usize = 4;

/// Statements of one key that wait, at most.
const MOST_OF_KEY: usize = 64;

/// Statements that wait, at most, of all who have no key.
const MOST_OPEN: usize = 512;

/// How long a statement waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keys that are remembered with what they run.
const MOST_KEYS: usize = 4096;

/// Who runs and who waits.
pub(super) struct Queue {
    /// Of all who have no key.
    open: Arc<Semaphore>,
    /// Of all others together.
    keyed: Arc<Semaphore>,
    /// Of each key.
    of_key: Mutex<HashMap<String, Arc<Lane>>>,
    waiting_open: AtomicUsize,
}

/// The statements of one key: those that run, and how many wait.
struct Lane {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// The right to run a statement, until it is dropped.
pub struct Turn {
    _own: Vec<OwnedSemaphorePermit>,
}

impl Queue {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            open: Arc::new(Semaphore::new((cores * 2).max(4))),
            keyed: Arc::new(Semaphore::new((cores * 4).max(2 * OF_KEY))),
            of_key: Mutex::default(),
            waiting_open: AtomicUsize::new(0),
        }
    }

    /// The turn of a caller's statement.
    ///
    /// # Errors
    /// Where too many wait already, or it has not come in time.
    pub(super) async fn turn(&self, caller: &Caller) -> Result<Turn, ServeError> {
        let own = caller.key().map(|key| self.of_key(&key.id));
        let (waiting, most, lanes) = match &own {
            Some(own) => {
                let lanes = vec![Arc::clone(&own.running), Arc::clone(&self.keyed)];
                (&own.waiting, MOST_OF_KEY, lanes)
            }
            None => (&self.waiting_open, MOST_OPEN, vec![Arc::clone(&self.open)]),
        };
        let _counted = Waiting::begin(waiting, most).ok_or_else(too_many)?;
        let all = async {
            let mut own = Vec::with_capacity(lanes.len());
            for lane in lanes {
                own.push(lane.acquire_owned().await.ok()?);
            }
            Some(own)
        };
        match tokio::time::timeout(PATIENCE, all).await {
            Ok(Some(own)) => Ok(Turn { _own: own }),
            _ => Err(too_many()),
        }
    }

    fn of_key(&self, id: &str) -> Arc<Lane> {
        let mut known = self.of_key.lock();
        if known.len() >= MOST_KEYS {
            known.retain(|_, own| Arc::strong_count(own) > 1);
        }
        let new = || {
            let running = Arc::new(Semaphore::new(OF_KEY));
            Arc::new(Lane { running, waiting: AtomicUsize::new(0) })
        };
        Arc::clone(known.entry(id.to_owned()).or_insert_with(new))
    }
}

fn too_many() -> ServeError {
    let message = "too many statements run or wait already".to_owned();
    let hint = "wait for those that run, or ask for less at once".to_owned();
    LakeError::Busy { message, hint }.into()
}

/// One that waits.
struct Waiting<'queue>(&'queue AtomicUsize);

impl<'queue> Waiting<'queue> {
    fn begin(waiting: &'queue AtomicUsize, most: usize) -> Option<Self> {
        let own = Self(waiting);
        (waiting.fetch_add(1, Ordering::SeqCst) < most).then_some(own)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
