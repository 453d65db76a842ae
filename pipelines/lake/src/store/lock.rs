//! The right to write to a lake.

use crate::error::LakeError;
use crate::store::storage::Storage;

const LOCK: &str = "_koridor/lock";
/// A remote lake's lock that is older than this belongs to a run that died.
const STALE_HOURS: i64 = 6;

/// The right to write to a lake; given back when dropped, and by the system when its process dies.
#[derive(Debug)]
pub struct LakeLock {
    _file: Option<std::fs::File>,
    remote: Option<Storage>,
}

impl LakeLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`LakeError::Locked`] where another run holds it.
    pub async fn take(storage: &Storage) -> Result<Self, LakeError> {
        let now = chrono::Utc::now();
        let Some(lake) = storage.local_path() else {
            let text = now.to_rfc3339();
            if storage.put_new(LOCK, text.clone().into()).await? {
                return Ok(Self { _file: None, remote: Some(storage.clone()) });
            }
            let since = storage
                .get(LOCK)
                .await?
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .unwrap_or_default();
            let is_stale = chrono::DateTime::parse_from_rfc3339(&since)
                .is_ok_and(|since| (now - since.to_utc()).num_hours() >= STALE_HOURS);
            if !is_stale {
                return Err(LakeError::Locked { since, is_remote: true });
            }
            storage.put(LOCK, text.into()).await?;
            return Ok(Self { _file: None, remote: Some(storage.clone()) });
        };
        let folder = lake.join("_koridor");
        std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
        let path = folder.join("lock");
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| LakeError::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => {
                // Who holds it is for people; the lock itself is the system's.
                let _ = std::fs::write(&path, now.to_rfc3339());
                Ok(Self { _file: Some(file), remote: None })
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let since = std::fs::read_to_string(&path).unwrap_or_default();
                Err(LakeError::Locked { since, is_remote: false })
            }
            Err(std::fs::TryLockError::Error(error)) => Err(LakeError::io(&path, error)),
        }
    }

    /// Gives a remote lake's lock back; a local one's goes with the file.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn release(self) -> Result<(), LakeError> {
        match self.remote {
            Some(storage) => storage.delete(LOCK).await,
            None => Ok(()),
        }
    }
}
