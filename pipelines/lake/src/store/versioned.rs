//! Objects that are replaced only where they are still what was seen, and what rules a lake, which
//! is written so by who holds its lock.

use super::ruled::{Rule, Version};
use super::storage::Storage;
use crate::error::LakeError;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use std::collections::BTreeMap;

/// How often a write whose outcome is unknown is looked for and written again.
const ATTEMPTS: usize = 4;

impl Storage {
    /// Reads an object with what makes it another one; `None` where there is none.
    pub(super) async fn get_versioned(
        &self,
        path: &str,
    ) -> Result<Option<(Bytes, Version, DateTime<Utc>)>, LakeError> {
        match self.store().get(&Path::from(path)).await {
            Ok(found) => {
                let meta = found.meta.clone();
                let bytes = found.bytes().await.map_err(|error| LakeError::storage(path, error))?;
                let version = Version { e_tag: meta.e_tag, version: meta.version };
                Ok(Some((bytes, version, meta.last_modified)))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(LakeError::storage(path, error)),
        }
    }

    /// Writes an object in the place of the version that was seen, or where there was none; `None`
    /// where there is another by now. Where an answer is lost, what stands there tells the outcome:
    /// the bytes are the writer's alone.
    pub(super) async fn put_if(
        &self,
        path: &str,
        bytes: Bytes,
        seen: Option<Version>,
    ) -> Result<Option<Version>, LakeError> {
        let mut attempt = 1;
        loop {
            let mode = match seen.clone() {
                None => PutMode::Create,
                Some(Version { e_tag, version }) => {
                    PutMode::Update(UpdateVersion { e_tag, version })
                }
            };
            let options = PutOptions { mode, ..PutOptions::default() };
            let location = Path::from(path);
            let put = self.store().put_opts(&location, bytes.clone().into(), options).await;
            let error = match put {
                Ok(put) => return Ok(Some(Version { e_tag: put.e_tag, version: put.version })),
                Err(error) => error,
            };
            let found = match self.get_versioned(path).await {
                Ok(found) => found,
                Err(_) => return Err(LakeError::storage(path, error)),
            };
            match found {
                Some((own, version, _)) if own == bytes => return Ok(Some(version)),
                found if found.as_ref().map(|(_, version, _)| version) != seen.as_ref() => {
                    return Ok(None);
                }
                _ if attempt == ATTEMPTS => return Err(LakeError::storage(path, error)),
                _ => attempt += 1,
            }
        }
    }

    /// Writes what rules the lake: by who holds a remote lake's lock, where it is still what it was
    /// when the lock was taken.
    ///
    /// # Errors
    /// [`LakeError::TakenOver`] where another run has written meanwhile.
    pub(super) async fn put_ruled(&self, path: &str, bytes: Bytes) -> Result<(), LakeError> {
        let seen = self.ruled().known.lock().versions.get(path).cloned();
        let Some(seen) = seen else { return self.put(path, bytes).await };
        let version = self.put_if(path, bytes, seen).await?.ok_or(LakeError::TakenOver)?;
        self.ruled().known.lock().versions.insert(path.to_owned(), Some(version));
        Ok(())
    }

    /// The number of the lock's holder, where it is this process and the lake is a remote one.
    pub(super) fn fence(&self) -> u64 {
        self.ruled().known.lock().fence
    }

    /// Looks at the objects that rule the lake, as the holder of its lock that has this number.
    pub(super) async fn rule(&self, fence: u64, paths: &[&str]) -> Result<(), LakeError> {
        let mut versions = BTreeMap::new();
        for path in paths {
            let found = self.get_versioned(path).await?;
            versions.insert((*path).to_owned(), found.map(|(_, version, _)| version));
        }
        *self.ruled().known.lock() = Rule { fence, versions };
        Ok(())
    }

    /// Ends what [`Storage::rule`] began.
    pub(super) fn rule_no_more(&self) {
        *self.ruled().known.lock() = Rule::default();
    }
}
