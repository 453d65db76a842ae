//! A trial of a lake: what is written to it is thrown away, and the lake stays as it is.
//!
//! The trial is a folder of links to the lake's files. Whatever is written takes the place of a
//! link by a new name, as all writes of a store do; no file of the lake is opened for writing.

use super::head::HEAD;
use super::journal::INTENT;
use super::rewrite;
use super::storage::Storage;
use crate::error::LakeError;
use std::path::Path;
use tempfile::TempDir;

/// Documents that are written in place by the system's own lock; a trial has its own.
const LOCK: &str = "lock";

/// The documents of a lake; small, and copied, for a run beside may write them anew.
const DOCUMENTS: &str = "_koridor";

/// How often a lake that another run is writing to is looked at again.
const TRIES: usize = 5;

/// A throw-away copy of a lake, gone when dropped.
#[derive(Debug)]
pub struct Trial {
    storage: Storage,
    _folder: TempDir,
}

impl Trial {
    /// A trial of a lake as it is now. Of a lake that is not there yet, an empty one.
    ///
    /// # Errors
    /// Where the lake is no folder of this machine, cannot be read, or is written to all the time.
    pub async fn of(lake: &Storage) -> Result<Self, LakeError> {
        let Some(from) = lake.local_path() else {
            return Err(LakeError::usage(
                "a trial needs a lake in a folder of this machine",
                "copy the bucket into a folder and give that as --lake".to_owned(),
            ));
        };
        for _ in 0..TRIES {
            let folder = TempDir::with_prefix("koridor-trial-")
                .map_err(|error| LakeError::io(std::env::temp_dir(), error))?;
            let into = folder.path().join("lake");
            let before = match lake.exists().await? {
                true => Some(state(from)?),
                false => None,
            };
            std::fs::create_dir_all(&into).map_err(|error| LakeError::io(&into, error))?;
            if before.is_some() {
                tokio::task::block_in_place(|| link(from, &into, from))?;
            }
            let storage = Storage::open(&into.to_string_lossy())?;
            if before.is_none() {
                storage.create().await?;
                return Ok(Self { storage, _folder: folder });
            }
            // What was linked is of one state where none came meanwhile.
            if Some(state(from)?) == before && Some(state(&into)?) == before {
                return Ok(Self { storage, _folder: folder });
            }
        }
        Err(LakeError::Locked { since: String::new(), is_remote: false })
    }

    /// Where the trial is.
    pub fn storage(&self) -> &Storage {
        &self.storage
    }
}

/// What rules a lake: the versions of its tables, and what is about to become visible.
fn state(lake: &Path) -> Result<[Option<Vec<u8>>; 3], LakeError> {
    let read = |name: &str| match std::fs::read(lake.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(LakeError::io(lake.join(name), error)),
    };
    Ok([read(HEAD)?, read(INTENT)?, read(rewrite::INTENT)?])
}

/// Makes the folders of a lake anew, with links to its files. A file that is gone meanwhile was of
/// no state any more.
fn link(from: &Path, into: &Path, lake: &Path) -> Result<(), LakeError> {
    let failed = |error| LakeError::io(from, error);
    let is_documents = from == lake || from == lake.join(DOCUMENTS);
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (own, copy) = (entry.path(), into.join(entry.file_name()));
        if own.is_dir() {
            std::fs::create_dir_all(&copy).map_err(|error| LakeError::io(&copy, error))?;
            link(&own, &copy, lake)?;
            continue;
        }
        if is_documents && entry.file_name() == LOCK {
            continue;
        }
        let made = if is_documents { copied(&own, &copy) } else { linked(&own, &copy) };
        match made {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(LakeError::io(&own, error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn copied(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::copy(from, to).map(|_| ())
}

#[cfg(unix)]
fn linked(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn linked(from: &Path, to: &Path) -> std::io::Result<()> {
    copied(from, to)
}
