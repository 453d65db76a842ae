//! The landing folder: which files offices have dropped.

use crate::error::LakeError;
use std::path::{Path, PathBuf};

/// A file in the landing folder.
#[derive(Debug, Clone, Default)]
pub struct LandedFile {
    /// Path as the caller knows it, with `/`.
    pub shown_path: String,
    /// Where its bytes are.
    pub path: PathBuf,
    /// Size.
    pub bytes: u64,
    /// Time of last change, microseconds since 1970.
    pub modified: i64,
}

impl LandedFile {
    /// A file of this machine.
    ///
    /// # Errors
    /// Where it cannot be looked at.
    pub fn at(path: &Path) -> Result<Self, LakeError> {
        let metadata = std::fs::metadata(path).map_err(|error| LakeError::io(path, error))?;
        let modified = metadata
            .modified()
            .ok()
            .and_then(|moment| moment.duration_since(std::time::UNIX_EPOCH).ok());
        Ok(Self {
            shown_path: path.to_string_lossy().replace('\\', "/"),
            path: path.to_owned(),
            bytes: metadata.len(),
            modified: modified.map_or(0, |duration| duration.as_micros() as i64),
        })
    }

    /// Name without its folders.
    pub fn name(&self) -> &str {
        self.shown_path.rsplit('/').next().unwrap_or(&self.shown_path)
    }
}

/// Files of a landing folder, by path. Hidden files, half-written ones and office programs' lock
/// files are none.
///
/// # Errors
/// Where the folder is missing or cannot be read.
pub fn landing(folder: &Path) -> Result<Vec<LandedFile>, LakeError> {
    if !folder.exists() {
        return Err(LakeError::usage(
            format!("landing folder {} does not exist", folder.display()),
            "create it, or name another with --landing".to_owned(),
        ));
    }
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    files.sort_by_cached_key(|file| natural(&file.shown_path));
    Ok(files)
}

/// A path for sorting as people count: `v9` before `v10`, so that the later of two versions is
/// taken up later.
fn natural(path: &str) -> Vec<(String, u64, String)> {
    let mut parts = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let digits = rest.find(|mark: char| mark.is_ascii_digit()).unwrap_or(rest.len());
        let (text, behind) = rest.split_at(digits);
        let (number, behind) = behind
            .split_at(behind.find(|mark: char| !mark.is_ascii_digit()).unwrap_or(behind.len()));
        parts.push((text.to_owned(), number.parse().unwrap_or(u64::MAX), number.to_owned()));
        rest = behind;
    }
    parts
}

fn walk(folder: &Path, files: &mut Vec<LandedFile>) -> Result<(), LakeError> {
    for entry in std::fs::read_dir(folder).map_err(|error| LakeError::io(folder, error))? {
        let path = entry.map_err(|error| LakeError::io(folder, error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.')
            || name.starts_with("~$")
            || name.ends_with(".part")
            || name.ends_with(".tmp")
            || name == "README.md"
        {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(LandedFile::at(&path)?);
        }
    }
    Ok(())
}
