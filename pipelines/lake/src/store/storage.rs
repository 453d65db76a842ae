//! Where a lake's bytes are: one object store, addressed by paths within the lake.

use super::checked_store::CheckedStore;
use super::retrying_store::RetryingStore;
use super::ruled::Ruled;
use super::sealed;
use super::sums::FileSums;
use super::unsynced::Unsynced;
use crate::error::LakeError;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{DynObjectStore, ObjectStore, ObjectStoreExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use url::Url;

/// Version of the lake's layout; a lake of a higher one is not touched.
pub const LAKE_FORMAT: u32 = 2;

/// The first format in which every lake has a head.
pub(crate) const FORMAT_WITH_HEAD: u32 = 2;

/// The marker of a lake.
pub(crate) const MARKER: &str = "koridor.json";

/// Bytes read at a time.
pub const BLOCK_BYTES: usize = 2 << 20;

/// An opened lake location.
#[derive(Debug, Clone)]
pub struct Storage {
    url: Url,
    /// The whole store, as the table format wants it.
    root: Arc<DynObjectStore>,
    checked: Arc<CheckedStore>,
    prefix: Path,
    unsynced: Arc<Unsynced>,
    ruled: Arc<Ruled>,
    /// The store below the lake's folder.
    store: Arc<DynObjectStore>,
    local: Option<PathBuf>,
}

/// `koridor.json` at the top of a lake.
#[derive(Debug, serde::Deserialize, Serialize)]
struct Marker {
    format: u32,
}

/// A path without `.` and `..`, which an object store's paths do not know.
fn without_dots(path: &LocalPath) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

impl Storage {
    /// Opens a location: a path, or a URL that object_store understands (`file`, `s3`, `az`, `gs`).
    /// Keys come from the environment.
    ///
    /// # Errors
    /// Where the location cannot be used.
    pub fn open(uri: &str) -> Result<Self, LakeError> {
        let local = if let Some(path) = uri.strip_prefix("file://") {
            Some(PathBuf::from(path))
        } else if uri.contains("://") {
            None
        } else {
            Some(PathBuf::from(uri))
        };
        let (url, local) = match local {
            Some(path) => {
                let path = without_dots(
                    &std::path::absolute(&path).map_err(|error| LakeError::io(&path, error))?,
                );
                if path.exists() && !path.is_dir() {
                    return Err(LakeError::usage(
                        format!("lake {} is a file", path.display()),
                        "give a folder".to_owned(),
                    ));
                }
                let url = Url::from_directory_path(&path).map_err(|()| {
                    LakeError::usage(format!("lake {} is not a usable path", path.display()), None)
                })?;
                (url, Some(path))
            }
            None => {
                let url =
                    Url::parse(&format!("{}/", uri.trim_end_matches('/'))).map_err(|error| {
                        LakeError::usage(
                            format!("lake `{uri}`: {error}"),
                            "for example ./lake or s3://bucket/lake".to_owned(),
                        )
                    })?;
                (url, None)
            }
        };
        let options = std::env::vars().map(|(name, value)| (name.to_ascii_lowercase(), value));
        let (root, prefix) = object_store::parse_url_opts(&url, options).map_err(|error| {
            LakeError::usage(
                format!("lake `{uri}`: {error}"),
                "for example ./lake or s3://bucket/lake".to_owned(),
            )
        })?;
        let root: Arc<DynObjectStore> = match local {
            Some(_) => Arc::from(root),
            None => Arc::new(RetryingStore::over(Arc::from(root))),
        };
        Ok(Self::over(root, (url, prefix), local))
    }

    /// A lake in a store of the caller's, which a URL and a path within the store stand for; a
    /// folder where it is one of this machine.
    pub fn over(
        store: Arc<DynObjectStore>,
        (url, prefix): (Url, Path),
        local: Option<PathBuf>,
    ) -> Self {
        let unsynced = Arc::new(Unsynced::of(local.as_deref()));
        let checked = Arc::new(CheckedStore::over(
            (store, prefix.clone()),
            local.is_some(),
            Arc::clone(&unsynced),
        ));
        let root: Arc<DynObjectStore> = Arc::clone(&checked) as Arc<DynObjectStore>;
        let within = PrefixStore::new(Arc::clone(&root), prefix.clone());
        let (ruled, store) = (Arc::default(), Arc::new(within));
        Self { url, root, checked, prefix, unsynced, ruled, store, local }
    }

    /// The location as a URL with a trailing slash.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The folder, where the lake is one of this machine.
    pub fn local_path(&self) -> Option<&LocalPath> {
        self.local.as_deref()
    }

    /// The store below the lake's folder.
    pub(super) fn store(&self) -> &Arc<DynObjectStore> {
        &self.store
    }

    pub(super) fn ruled(&self) -> &Ruled {
        &self.ruled
    }

    pub(crate) fn root_store(&self) -> Arc<DynObjectStore> {
        Arc::clone(&self.root)
    }

    /// Notes a file of a lake of this machine that was written past its store, for
    /// [`Storage::sync`].
    pub(crate) fn written(&self, path: &LocalPath) {
        self.unsynced.note_whole(path.to_owned());
    }

    /// Has all that was written so far outlive the power: files and the folders that name them. A
    /// remote store has done so when it answers.
    ///
    /// # Errors
    /// Where the system cannot.
    pub(super) fn sync(&self) -> Result<(), LakeError> {
        self.unsynced.sync()
    }

    /// Files and folders that were made to outlive the power since the lake was opened.
    pub fn synced(&self) -> u64 {
        self.unsynced.synced()
    }

    /// Has bytes of a data file checked from now on.
    pub(super) fn expect(&self, path: &str, sums: FileSums) {
        let whole = self.prefix.parts().chain(Path::from(path).parts()).collect();
        self.checked.expect(whole, sums);
    }

    /// The format of the lake that has been begun here; none where there is no lake.
    ///
    /// # Errors
    /// Where it is one of a newer program, or the store does not answer.
    pub async fn format(&self) -> Result<Option<u32>, LakeError> {
        match self.get_json::<Marker>(MARKER).await? {
            Some(marker) if marker.format > LAKE_FORMAT => {
                Err(LakeError::NewerLake { found: marker.format, supported: LAKE_FORMAT })
            }
            found => Ok(found.map(|marker| marker.format)),
        }
    }

    /// Whether a lake has been begun here.
    ///
    /// # Errors
    /// As [`Storage::format`].
    pub async fn exists(&self) -> Result<bool, LakeError> {
        Ok(self.format().await?.is_some())
    }

    /// Marks a lake as one of this program's format.
    pub(super) async fn mark(&self) -> Result<(), LakeError> {
        self.put_json(MARKER, &Marker { format: LAKE_FORMAT }).await
    }

    /// Reads an object; `None` where there is none.
    pub async fn get(&self, path: &str) -> Result<Option<Bytes>, LakeError> {
        match self.store.get(&Path::from(path)).await {
            Ok(found) => {
                found.bytes().await.map(Some).map_err(|error| LakeError::storage(path, error))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(LakeError::storage(path, error)),
        }
    }

    /// Reads a document; `None` where there is none.
    pub async fn get_json<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, LakeError> {
        Ok(self.get_sealed(path).await?.map(|(document, _)| document))
    }

    /// Reads a document that can be made again: where it is damaged it is thrown away, and the
    /// error is given to be told.
    pub async fn get_cache<T: DeserializeOwned + Default>(
        &self,
        path: &str,
    ) -> Result<(T, Option<LakeError>), LakeError> {
        match self.get_json(path).await {
            Err(error @ (LakeError::Document { .. } | LakeError::Damaged { .. })) => {
                self.delete(path).await?;
                Ok((T::default(), Some(error)))
            }
            found => Ok((found?.unwrap_or_default(), None)),
        }
    }

    /// Reads a document with its checksum, which one of an earlier program does not have.
    pub(crate) async fn get_sealed<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<Option<(T, Option<String>)>, LakeError> {
        let Some(bytes) = self.get(path).await? else { return Ok(None) };
        let (plain, checksum) = sealed::unseal(&bytes).ok_or_else(|| LakeError::flipped(path))?;
        let document = serde_json::from_slice(&plain)
            .map_err(|source| LakeError::Document { path: path.to_owned(), source })?;
        Ok(Some((document, checksum)))
    }

    /// Writes an object in one step: a reader sees the old bytes or the new ones.
    pub async fn put(&self, path: &str, bytes: Bytes) -> Result<(), LakeError> {
        self.store
            .put(&Path::from(path), bytes.into())
            .await
            .map(|_| ())
            .map_err(|error| LakeError::storage(path, error))
    }

    /// Writes a document in one step.
    pub async fn put_json<T: Serialize>(&self, path: &str, document: &T) -> Result<(), LakeError> {
        self.put_sealed(path, document).await.map(|_| ())
    }

    /// Writes a document that rules: what it was or what it is outlives the power, never a half. In
    /// a remote lake it is written by who holds the lock, and only in the place of what that run
    /// has seen.
    pub(super) async fn put_ruling<T: Serialize>(
        &self,
        path: &str,
        document: &T,
    ) -> Result<(), LakeError> {
        let Some(lake) = self.local.as_ref().filter(|_| !self.unsynced.is_off()) else {
            let (bytes, _) = sealed::seal(document)
                .map_err(|source| LakeError::Document { path: path.to_owned(), source })?;
            return self.put_ruled(path, bytes.into()).await;
        };
        let half = format!("{path}.part");
        self.put_json(&half, document).await?;
        self.sync()?;
        let renamed = self.store.rename(&Path::from(half.as_str()), &Path::from(path)).await;
        renamed.map_err(|error| LakeError::storage(path, error))?;
        self.unsynced.sync_name(&lake.join(path))
    }

    /// Writes a document in one step; its checksum.
    pub(crate) async fn put_sealed<T: Serialize>(
        &self,
        path: &str,
        document: &T,
    ) -> Result<String, LakeError> {
        let (bytes, checksum) = sealed::seal(document)
            .map_err(|source| LakeError::Document { path: path.to_owned(), source })?;
        self.put(path, bytes.into()).await?;
        Ok(checksum)
    }

    /// Writes a document where there is none.
    pub(super) async fn put_sealed_new<T: Serialize>(
        &self,
        path: &str,
        document: &T,
    ) -> Result<(), LakeError> {
        let (bytes, _) = sealed::seal(document)
            .map_err(|source| LakeError::Document { path: path.to_owned(), source })?;
        self.put_if(path, bytes.into(), None).await.map(|_| ())
    }

    /// Writes a file of this machine as an object, part by part.
    pub async fn put_file(&self, path: &str, file: &LocalPath) -> Result<(), LakeError> {
        use std::io::Read;
        let mut input = std::fs::File::open(file).map_err(|error| LakeError::io(file, error))?;
        let mut upload = BufWriter::new(Arc::clone(&self.store), Path::from(path));
        loop {
            let mut block = Vec::with_capacity(BLOCK_BYTES);
            input
                .by_ref()
                .take(BLOCK_BYTES as u64)
                .read_to_end(&mut block)
                .map_err(|error| LakeError::io(file, error))?;
            if block.is_empty() {
                break;
            }
            upload.put(block.into()).await.map_err(|error| LakeError::storage(path, error))?;
        }
        upload.shutdown().await.map_err(|error| LakeError::io(self.url.as_str(), error))
    }

    /// Removes an object; none there is as good.
    pub async fn delete(&self, path: &str) -> Result<(), LakeError> {
        match self.store.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(LakeError::storage(path, error)),
        }
    }

    /// Names of the objects below a folder, sorted.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let objects = self.list_with_times(folder).await?;
        Ok(objects.into_iter().map(|(name, _)| name).collect())
    }

    /// Names of the folders within a folder.
    pub(super) async fn folders(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let prefix = Path::from(folder);
        let found = self.store.list_with_delimiter(Some(&prefix)).await;
        let found = found.map_err(|error| LakeError::storage(folder, error))?;
        Ok(found.common_prefixes.iter().map(ToString::to_string).collect())
    }

    /// Names of the objects below a folder, sorted, with the time of their last change.
    pub(crate) async fn list_with_times(
        &self,
        folder: &str,
    ) -> Result<Vec<(String, DateTime<Utc>)>, LakeError> {
        let prefix = Path::from(folder);
        let mut objects: Vec<(String, DateTime<Utc>)> = self
            .store
            .list(Some(&prefix))
            .map_ok(|object| (object.location.to_string(), object.last_modified))
            .try_collect()
            .await
            .map_err(|error| LakeError::storage(folder, error))?;
        objects.sort();
        Ok(objects)
    }
}
