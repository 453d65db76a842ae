//! The bytes of every file that came, unchanged, named by their hash.

use crate::error::LakeError;
use crate::ingest::Submission;
use crate::landing::LandedFile;
use crate::recognise::Request;
use crate::storage::{BLOCK_BYTES, Storage};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// Bytes that are in the lake.
pub(crate) struct Kept {
    /// Their hash.
    pub sha256: String,
    /// Where to read them on this machine.
    pub path: PathBuf,
    /// A remote lake's bytes are read from a copy that goes with this.
    pub temporary: Option<tempfile::TempPath>,
}

/// What is kept beside the bytes: enough to read them again as they were read.
///
/// A lake of an earlier program says less: its files are known by their names and come in the order of their hashes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Described {
    pub sha256: String,
    pub file_name: String,
    pub shown_path: String,
    pub bytes: u64,
    pub modified: i64,
    pub dataset: Option<String>,
    pub source: Option<String>,
    pub region: Option<String>,
    pub released: Option<String>,
    pub sequence: i64,
    pub received: i64,
}

impl Described {
    /// What was said of the file.
    pub(crate) fn request(&self) -> Request {
        Request {
            dataset: self.dataset.clone(),
            source: self.source.clone(),
            region: self.region.clone(),
            released: self.released.clone(),
        }
    }
}

/// Writes what was said of a file beside its bytes.
pub(crate) async fn describe(
    storage: &Storage,
    file: &LandedFile,
    request: &Request,
    sha256: &str,
    submission: Submission,
) -> Result<(), LakeError> {
    let Request { dataset, source, region, released } = request.clone();
    let described = Described {
        sha256: sha256.to_owned(),
        file_name: file.name().to_owned(),
        shown_path: file.shown_path.clone(),
        bytes: file.bytes,
        modified: file.modified,
        dataset,
        source,
        region,
        released,
        sequence: submission.sequence,
        received: submission.received,
    };
    storage.put_json(&format!("raw/{sha256}.json"), &described).await
}

/// All files whose bytes are kept, in the order they came.
pub(crate) async fn all(storage: &Storage) -> Result<Vec<Described>, LakeError> {
    let mut described: Vec<Described> = Vec::new();
    for path in storage.list("raw").await? {
        if path.ends_with(".json")
            && let Some(mut one) = storage.get_json::<Described>(&path).await?
        {
            one.sha256 = path.trim_start_matches("raw/").trim_end_matches(".json").to_owned();
            described.push(one);
        }
    }
    described.sort_by_key(|one| one.sequence);
    Ok(described)
}

/// Name of the bytes of a file: a further dataset of one workbook has its name behind the hash.
pub(crate) fn bytes_name(sha256: &str) -> &str {
    sha256.split('.').next().unwrap_or(sha256)
}

/// Bytes that are kept already, to be read on this machine; `None` where they are gone or are no longer what their hash says.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn fetch_whole(
    storage: &Storage,
    sha256: &str,
) -> Result<Option<Kept>, LakeError> {
    let path = storage.local_path().map(|lake| lake.join("raw").join(bytes_name(sha256)));
    if path.is_some_and(|path| !path.exists()) {
        return Ok(None);
    }
    let kept = match fetch(storage, sha256).await {
        Ok(kept) => kept,
        Err(LakeError::Internal(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_whole = tokio::task::block_in_place(|| hash(&kept.path))? == bytes_name(sha256);
    Ok(is_whole.then_some(kept))
}

fn hash(path: &Path) -> Result<String, LakeError> {
    let failed = |error| LakeError::io(path, error);
    let mut hasher = Sha256::new();
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        match file.read(&mut block).map_err(failed)? {
            0 => return Ok(hexadecimal(hasher.finalize())),
            read => hasher.update(block.get(..read).unwrap_or_default()),
        }
    }
}

/// Bytes that are kept already, to be read on this machine.
pub(crate) async fn fetch(storage: &Storage, sha256: &str) -> Result<Kept, LakeError> {
    let name = bytes_name(sha256);
    if let Some(lake) = storage.local_path() {
        return Ok(Kept {
            sha256: sha256.to_owned(),
            path: lake.join("raw").join(name),
            temporary: None,
        });
    }
    let path = format!("raw/{name}");
    let bytes =
        storage.get(&path).await?.ok_or_else(|| LakeError::Internal(format!("{path} is gone")))?;
    let local = tempfile::NamedTempFile::new()
        .map_err(|error| LakeError::io(std::env::temp_dir(), error))?
        .into_temp_path();
    std::fs::write(&local, &bytes).map_err(|error| LakeError::io(&local, error))?;
    Ok(Kept { sha256: sha256.to_owned(), path: local.to_path_buf(), temporary: Some(local) })
}

/// Copies a file's bytes to `raw/<sha256>`, and returns the hash and where to read them. The hash is
/// that of the bytes that were copied, whatever happens to the landed file meanwhile.
///
/// # Errors
/// [`LakeError::Io`] with the landed file's path where it cannot be read; where the lake cannot be written.
pub(crate) async fn keep(storage: &Storage, file: &LandedFile) -> Result<Kept, LakeError> {
    if let Some(lake) = storage.local_path() {
        let folder = lake.join("raw");
        std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
        let half = folder.join(format!(".{}.part", std::process::id()));
        let copied = tokio::task::block_in_place(|| copy(&file.path, &half)).inspect_err(|_| {
            let _ = std::fs::remove_file(&half);
        });
        let sha256 = copied?;
        let kept = folder.join(&sha256);
        if kept.exists() {
            std::fs::remove_file(&half).map_err(|error| LakeError::io(&half, error))?;
        } else {
            std::fs::rename(&half, &kept).map_err(|error| LakeError::io(&kept, error))?;
        }
        return Ok(Kept { sha256, path: kept, temporary: None });
    }
    // The landed file is read from where it is: a copy of this machine names its bytes, the remote lake keeps them.
    let local = tempfile::NamedTempFile::new()
        .map_err(|error| LakeError::io(std::env::temp_dir(), error))?
        .into_temp_path();
    let sha256 = tokio::task::block_in_place(|| copy(&file.path, &local))?;
    storage.put_file(&format!("raw/{sha256}"), &local).await?;
    Ok(Kept { sha256, path: local.to_path_buf(), temporary: Some(local) })
}

/// Copies a file and hashes what is copied, beside each other.
fn copy(from: &Path, to: &Path) -> Result<String, LakeError> {
    /// Blocks that wait to be hashed.
    const WAITING: usize = 2;
    let mut input = std::fs::File::open(from).map_err(|error| LakeError::io(from, error))?;
    let mut output = std::fs::File::create(to).map_err(|error| LakeError::io(to, error))?;
    let (sender, receiver) = sync_channel::<Vec<u8>>(WAITING);
    let (empty_sender, empty_receiver) = sync_channel::<Vec<u8>>(WAITING + 2);
    std::thread::scope(|scope| {
        let hasher = scope.spawn(move || {
            let mut hasher = Sha256::new();
            for block in receiver {
                hasher.update(&block);
                // A block that nobody wants back is dropped.
                let _ = empty_sender.try_send(block);
            }
            hexadecimal(hasher.finalize())
        });
        loop {
            let mut block = empty_receiver.try_recv().unwrap_or_default();
            block.resize(BLOCK_BYTES, 0);
            let read = input.read(&mut block).map_err(|error| LakeError::io(from, error))?;
            if read == 0 {
                break;
            }
            block.truncate(read);
            output.write_all(&block).map_err(|error| LakeError::io(to, error))?;
            if sender.send(block).is_err() {
                break;
            }
        }
        drop(sender);
        hasher.join().map_err(|_| LakeError::Internal("the hashing thread ended early".into()))
    })
}

fn hexadecimal(digest: impl AsRef<[u8]>) -> String {
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
