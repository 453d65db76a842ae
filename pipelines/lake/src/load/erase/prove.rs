//! Searches all bytes of the lake, unpacked and in clear, for values of what was erased.

use super::eraser::Eraser;
use crate::error::LakeError;
use crate::store::cipher::Cipher;
use crate::store::erased::Proof;
use crate::store::storage::Storage;
use koridor_read::search::Needles;
use std::path::{Path, PathBuf};

/// What is in no lake: the secret by which values are hashed.
const SECRETS: &str = "_secrets/";

impl Eraser<'_> {
    /// What a search of all bytes finds.
    pub(super) async fn prove(&self, needles: &Needles, values: u64) -> Result<Proof, LakeError> {
        let at = super::eraser::now();
        let mut proof = Proof { at, values, ..Proof::default() };
        for path in self.storage.list("").await? {
            if path.starts_with(SECRETS) {
                continue;
            }
            let Some(bytes) = self.storage.get(&path).await? else { continue };
            proof.objects += 1;
            proof.bytes += bytes.len() as u64;
            let found = tokio::task::block_in_place(|| {
                let clear = in_clear(&self.cipher, &path, &bytes)?;
                Ok::<u64, LakeError>(needles.count(clear.as_deref().unwrap_or(&bytes))?)
            });
            match found {
                Ok(count) => *proof.found.entry(place(&path)).or_default() += count,
                Err(error) => proof.unread.push(format!("{path}: {error}")),
            }
        }
        Ok(proof)
    }
}

/// Files of a folder of this machine in which a value stands.
///
/// # Errors
/// Where one of them cannot be read.
pub(super) fn files_with(needles: &Needles, folder: &Path) -> Result<Vec<PathBuf>, LakeError> {
    let failed = |error| LakeError::io(folder, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        if kind.is_dir() {
            found.extend(files_with(needles, &path)?);
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).map_err(|error| LakeError::io(&path, error))?;
            // What cannot be unpacked is searched as it is.
            let is_found = needles.count(&bytes).unwrap_or(1) > 0;
            if is_found || needles.stands_in(&path.display().to_string()) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// The folder or table that an object is counted with.
fn place(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["silver" | "ops" | "indicators" | "_koridor", name, _, ..] => {
            format!("{}/{name}", parts.first().copied().unwrap_or_default())
        }
        [folder, _, ..] => (*folder).to_owned(),
        _ => path.to_owned(),
    }
}

/// Encrypted bytes in clear; `None` where they are not encrypted.
fn in_clear(cipher: &Cipher, path: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, LakeError> {
    let is_raw = path.starts_with("raw/") && !path.ends_with(".json");
    if is_raw { cipher.in_clear(bytes) } else { Ok(None) }
}

/// That no object of a lake is left of a step that died: bytes that were being copied.
pub(super) async fn half_copies(storage: &Storage) -> Result<Vec<String>, LakeError> {
    let paths = storage.list("raw").await?;
    Ok(paths.into_iter().filter(|path| path.ends_with(".part")).collect())
}
