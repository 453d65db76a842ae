//! The right to write to a lake.

pub use super::remote_lock::Pace;
use super::remote_lock::RemoteLock;
use crate::error::LakeError;
use crate::store::storage::Storage;
use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

/// How often a lock of this machine that another holds is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// The right to write to a lake; given back when dropped, and by the system when its process dies.
#[derive(Debug)]
pub struct LakeLock {
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// The system's own lock.
    Local(#[expect(dead_code, reason = "the lock goes with the file")] File),
    Remote(Box<RemoteLock>),
}

impl LakeLock {
    /// Takes the lock, if nobody holds it.
    ///
    /// # Errors
    /// [`LakeError::Locked`] where another run holds it.
    pub async fn take(storage: &Storage) -> Result<Self, LakeError> {
        Self::take_within(storage, Duration::ZERO).await
    }

    /// Takes the lock, and waits so long for it.
    ///
    /// # Errors
    /// As [`LakeLock::take`].
    pub async fn take_within(storage: &Storage, wait: Duration) -> Result<Self, LakeError> {
        Self::take_paced(storage, wait, Pace::default()).await
    }

    /// Takes the lock as [`LakeLock::take_within`]; a remote one at a pace of the caller's.
    ///
    /// # Errors
    /// As [`LakeLock::take`].
    pub async fn take_paced(
        storage: &Storage,
        wait: Duration,
        pace: Pace,
    ) -> Result<Self, LakeError> {
        let held = match storage.local_path() {
            Some(lake) => Held::Local(local(lake, wait).await?),
            None => Held::Remote(Box::new(RemoteLock::take(storage, wait, pace).await?)),
        };
        Ok(Self { held })
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// Where another run has taken it over meanwhile.
    pub async fn release(self) -> Result<(), LakeError> {
        match self.held {
            Held::Local(_) => Ok(()),
            Held::Remote(lock) => lock.release().await,
        }
    }
}

/// The system's lock on a file of the lake.
async fn local(lake: &std::path::Path, wait: Duration) -> Result<File, LakeError> {
    let begun = Instant::now();
    let folder = lake.join("_koridor");
    std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
    let path = folder.join("lock");
    let mut open = std::fs::OpenOptions::new();
    open.create(true).truncate(false).read(true).write(true);
    let file = open.open(&path).map_err(|error| LakeError::io(&path, error))?;
    loop {
        match file.try_lock() {
            Ok(()) => {
                // Who holds it is for people; the lock itself is the system's.
                let _ = std::fs::write(&path, chrono::Utc::now().to_rfc3339());
                return Ok(file);
            }
            Err(TryLockError::WouldBlock) if begun.elapsed() < wait => {
                tokio::time::sleep(AGAIN).await;
            }
            Err(TryLockError::WouldBlock) => {
                let since = std::fs::read_to_string(&path).unwrap_or_default();
                return Err(LakeError::Locked { since, is_remote: false });
            }
            Err(TryLockError::Error(error)) => return Err(LakeError::io(&path, error)),
        }
    }
}
