//! What a write that was killed has left in a lake of this machine.
//!
//! The object store writes beside the name that it is asked for, to `name#1`, and takes the name
//! when all is there. It hides these files from its own listings: who sweeps or searches a lake has
//! to look for them in its folders.

use super::storage::Storage;
use crate::error::LakeError;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Removes what was written last before a moment and never took its name; the number of files. The
/// caller holds the lake's lock.
///
/// # Errors
/// Where a folder cannot be read, or a file not be removed.
pub(crate) fn remove(storage: &Storage, before: SystemTime) -> Result<usize, LakeError> {
    let Some(lake) = storage.local_path() else { return Ok(0) };
    let mut found = Vec::new();
    search(lake, &mut found)?;
    let mut removed = 0;
    for path in found {
        let failed = |error| LakeError::io(&path, error);
        let changed = path.metadata().and_then(|own| own.modified()).map_err(failed)?;
        if changed <= before {
            std::fs::remove_file(&path).map_err(failed)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn search(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), LakeError> {
    let failed = |error| LakeError::io(folder, error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            search(&entry.path(), found)?;
        } else if kind.is_file() && is_staged(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// Whether a name is one that the object store writes to.
fn is_staged(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|own| own.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_never_took_its_name_is_removed_in_all_folders_once_it_is_old() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        };
        for name in ["raw/ab#1", "_koridor/head.json#12", "silver/t/p.parquet#3"] {
            write(name);
        }
        for name in ["raw/ab", "raw/a#b", "raw/a#"] {
            write(name);
        }
        let storage = Storage::open(&folder.path().display().to_string()).unwrap();
        let now = SystemTime::now() + Duration::from_secs(5);
        assert_eq!(remove(&storage, now - Duration::from_secs(3600)).unwrap(), 0);
        assert_eq!(remove(&storage, now).unwrap(), 3);
        let mut found = Vec::new();
        search(folder.path(), &mut found).unwrap();
        assert!(found.is_empty() && folder.path().join("raw/a#b").exists());
    }
}
