//! The bytes of every file that came, unchanged, named by their hash.

use crate::error::LakeError;
use crate::landing::LandedFile;
use crate::recognise::Request;
use crate::storage::{BLOCK_BYTES, Storage};
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

/// Copies a file's bytes to `raw/<sha256>`, with what was said of it beside them, and returns the hash and where to read them. The hash is
/// that of the bytes that were copied, whatever happens to the landed file meanwhile.
///
/// # Errors
/// [`LakeError::Io`] with the landed file's path where it cannot be read; where the lake cannot be written.
pub(crate) async fn keep(storage: &Storage, file: &LandedFile, request: &Request) -> Result<Kept, LakeError> {
    let described = |sha256: &str| {
        serde_json::json!({
            "file_name": file.name(), "shown_path": file.shown_path, "bytes": file.bytes, "sha256": sha256,
            "dataset": request.dataset, "source": request.source, "region": request.region, "released": request.released,
        })
    };
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
            storage.put_json(&format!("raw/{sha256}.json"), &described(&sha256)).await?;
        }
        return Ok(Kept { sha256, path: kept, temporary: None });
    }
    // The landed file is read from where it is: a copy of this machine names its bytes, the remote lake keeps them.
    let local = tempfile::NamedTempFile::new().map_err(|error| LakeError::io(std::env::temp_dir(), error))?.into_temp_path();
    let sha256 = tokio::task::block_in_place(|| copy(&file.path, &local))?;
    storage.put_file(&format!("raw/{sha256}"), &local).await?;
    storage.put_json(&format!("raw/{sha256}.json"), &described(&sha256)).await?;
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
