//! The lock of a lake in a bucket, where no system frees it when its holder dies.
//!
//! It is one object that is only ever replaced on the condition that it is still the one that was
//! seen. Its holder replaces it with every beat; who sees no beat for long takes it over, and of
//! two that do one wins. Each holder has a higher number (`fence`) than the one before. A holder
//! that was taken for dead and wakes up cannot write any more: what rules the lake is replaced on
//! the same condition, and was replaced by who took over.

use super::head;
use super::journal;
use crate::error::LakeError;
use crate::store::ruled::Version;
use crate::store::storage::Storage;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

const LOCK: &str = "_koridor/lock";

/// An earlier program wrote nothing but the time, and no beat.
const STALE_HOURS: i64 = 6;

/// How long the store is asked to take the lock back.
const LAST: Duration = Duration::from_secs(20);

/// How a remote lock is kept and watched.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Its holder says so often that it is alive.
    pub beat: Duration,
    /// Whoever sees no beat for so long takes it over.
    pub dead_after: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { beat: Duration::from_secs(10), dead_after: Duration::from_secs(45) }
    }
}

/// The lock's object.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Document {
    /// Who holds it; nobody where it was given back.
    holder: Option<String>,
    since: String,
    fence: u64,
    beat: u64,
}

/// A lock that is held, and the thread that says so.
#[derive(Debug)]
pub(super) struct RemoteLock {
    storage: Storage,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), LakeError>>>,
}

/// The lock as it was seen.
struct Seen {
    version: Version,
    fence: u64,
    since: String,
    is_free: bool,
    /// Whether it is so old, by the clocks of this machine and of the store, that its holder may be
    /// dead.
    looks_dead: bool,
}

impl Seen {
    fn of((bytes, version, changed): (Bytes, Version, DateTime<Utc>), pace: Pace) -> Self {
        let now = Utc::now();
        match serde_json::from_slice::<Document>(&bytes) {
            Ok(Document { holder, since, fence, .. }) => {
                let looks_dead = (now - changed).to_std().is_ok_and(|age| age > pace.dead_after);
                Self { version, fence, since, is_free: holder.is_none(), looks_dead }
            }
            Err(_) => {
                let since = String::from_utf8_lossy(&bytes).into_owned();
                let begun = DateTime::parse_from_rfc3339(&since);
                let is_free =
                    begun.is_ok_and(|begun| (now - begun.to_utc()).num_hours() >= STALE_HOURS);
                Self { version, fence: 0, since, is_free, looks_dead: false }
            }
        }
    }
}

impl RemoteLock {
    /// Takes the lock: a free one at once, that of a dead run when it was seen to have no beat.
    pub(super) async fn take(
        storage: &Storage,
        wait: Duration,
        pace: Pace,
    ) -> Result<Self, LakeError> {
        let begun = Instant::now();
        let mut last: Option<(Version, Instant)> = None;
        loop {
            let found = storage.get_versioned(LOCK).await?;
            let Some(seen) = found.map(|found| Seen::of(found, pace)) else {
                // Somebody may have removed it while its holder lives.
                match Self::hold(storage, (None, 0), true, pace).await? {
                    Some(lock) => return Ok(lock),
                    None => continue,
                }
            };
            let unchanged = last.as_ref().filter(|(version, _)| *version == seen.version);
            let is_dead = unchanged.is_some_and(|(_, since)| since.elapsed() >= pace.dead_after);
            if seen.is_free || is_dead {
                let before = (Some(seen.version), seen.fence);
                match Self::hold(storage, before, is_dead, pace).await? {
                    Some(lock) => return Ok(lock),
                    None => continue,
                }
            }
            if unchanged.is_none() {
                last = Some((seen.version, Instant::now()));
            }
            let watching =
                if seen.looks_dead { pace.dead_after + pace.beat } else { Duration::ZERO };
            if begun.elapsed() >= wait.max(watching) {
                return Err(LakeError::Locked { since: seen.since, is_remote: true });
            }
            tokio::time::sleep(pace.beat.min(Duration::from_secs(1))).await;
        }
    }

    /// Makes the lock ours, if it is still the one that was seen.
    async fn hold(
        storage: &Storage,
        (version, fence): (Option<Version>, u64),
        is_taken_over: bool,
        pace: Pace,
    ) -> Result<Option<Self>, LakeError> {
        let known = head::found(storage).await?.map_or(0, |head| head.fence);
        let fence = fence.max(known) + 1;
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(|error| LakeError::Internal(error.to_string()))?;
        let holder = name.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let since = Utc::now().to_rfc3339();
        let document = Document { holder: Some(holder), since, fence, beat: 0 };
        let Some(version) = storage.put_if(LOCK, written(&document)?, version).await? else {
            return Ok(None);
        };
        let (end, ended) = oneshot::channel();
        let (own, build) = (storage.clone(), std::thread::Builder::new().name("lock".into()));
        let thread = build.spawn(move || keep(&own, (document, version), pace, ended));
        let thread = thread.map_err(|error| LakeError::Internal(error.to_string()))?;
        let lock = Self { storage: storage.clone(), end: Some(end), thread: Some(thread) };
        storage.rule(fence, &[head::HEAD, journal::INTENT]).await?;
        if is_taken_over {
            head::fence(storage).await?;
            journal::fence(storage).await?;
        }
        Ok(Some(lock))
    }

    pub(super) async fn release(mut self) -> Result<(), LakeError> {
        self.give_back()
    }

    fn give_back(&mut self) -> Result<(), LakeError> {
        self.end.take();
        self.storage.rule_no_more();
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(given_back) => given_back.map_err(|panic| LakeError::panic(panic.as_ref()))?,
        }
    }
}

impl Drop for RemoteLock {
    fn drop(&mut self) {
        // On an error's way out the error is what is told.
        let _ = self.give_back();
    }
}

fn written(document: &Document) -> Result<Bytes, LakeError> {
    let bytes = serde_json::to_vec(document);
    let bytes = bytes.map_err(|source| LakeError::Document { path: LOCK.to_owned(), source })?;
    Ok(bytes.into())
}

/// Says that the lock is held until it is given back. A thread and a runtime of its own, so that
/// work that holds all others does not look like a death.
fn keep(
    storage: &Storage,
    (mut document, mut version): (Document, Version),
    pace: Pace,
    mut ended: oneshot::Receiver<()>,
) -> Result<(), LakeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| LakeError::Internal(error.to_string()))?;
    runtime.block_on(async {
        while tokio::time::timeout(pace.beat, &mut ended).await.is_err() {
            document.beat += 1;
            match storage.put_if(LOCK, written(&document)?, Some(version.clone())).await {
                Ok(Some(next)) => version = next,
                Ok(None) => return Err(LakeError::TakenOver),
                // The store may answer the next one.
                Err(_) => {}
            }
        }
        document.holder = None;
        let given_back = storage.put_if(LOCK, written(&document)?, Some(version));
        match tokio::time::timeout(LAST, given_back).await {
            Ok(Ok(Some(_))) => Ok(()),
            Ok(Ok(None)) => Err(LakeError::TakenOver),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(LakeError::Internal("the store does not take the lock back".into())),
        }
    })
}
