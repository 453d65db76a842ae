//! Where a lake's bytes are: one object store, addressed by paths within the lake.

use crate::error::LakeError;
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{DynObjectStore, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use url::Url;

/// Version of the lake's layout; a lake of a higher one is not touched.
pub const LAKE_FORMAT: u32 = 1;

/// Bytes read at a time.
pub const BLOCK_BYTES: usize = 2 << 20;

/// An opened lake location.
#[derive(Debug, Clone)]
pub struct Storage {
    url: Url,
    /// The whole store, as the table format wants it.
    root: Arc<DynObjectStore>,
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
        let root: Arc<DynObjectStore> = Arc::from(root);
        let store: Arc<DynObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&root), prefix));
        Ok(Self { url, root, store, local })
    }

    /// The location as a URL with a trailing slash.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The folder, where the lake is one of this machine.
    pub fn local_path(&self) -> Option<&LocalPath> {
        self.local.as_deref()
    }

    pub(crate) fn root_store(&self) -> Arc<DynObjectStore> {
        Arc::clone(&self.root)
    }

    /// Whether a lake has been begun here.
    ///
    /// # Errors
    /// Where it is one of a newer program, or the store does not answer.
    pub async fn exists(&self) -> Result<bool, LakeError> {
        match self.get_json::<Marker>("koridor.json").await? {
            Some(marker) if marker.format > LAKE_FORMAT => {
                Err(LakeError::NewerLake { found: marker.format, supported: LAKE_FORMAT })
            }
            found => Ok(found.is_some()),
        }
    }

    /// Begins a lake where there is none.
    ///
    /// # Errors
    /// As [`Storage::exists`], or where nothing can be written.
    pub async fn create(&self) -> Result<(), LakeError> {
        if !self.exists().await? {
            if let Some(path) = &self.local {
                std::fs::create_dir_all(path).map_err(|error| LakeError::io(path, error))?;
            }
            self.put_json("koridor.json", &Marker { format: LAKE_FORMAT }).await?;
        }
        Ok(())
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
        match self.get(path).await? {
            Some(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|source| LakeError::Document { path: path.to_owned(), source }),
            None => Ok(None),
        }
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
        let bytes = serde_json::to_vec_pretty(document)
            .map_err(|source| LakeError::Document { path: path.to_owned(), source })?;
        self.put(path, bytes.into()).await
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

    /// Writes an object where there is none; `false` where there is one already.
    pub async fn put_new(&self, path: &str, bytes: Bytes) -> Result<bool, LakeError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&Path::from(path), bytes.into(), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(LakeError::storage(path, error)),
        }
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
        let prefix = Path::from(folder);
        let mut names: Vec<String> = self
            .store
            .list(Some(&prefix))
            .map_ok(|object| object.location.to_string())
            .try_collect()
            .await
            .map_err(|error| LakeError::storage(folder, error))?;
        names.sort();
        Ok(names)
    }
}
