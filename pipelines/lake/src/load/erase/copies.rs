//! Copies that were made of a lake, in folders of this machine: extracts, sites, packages. Files in
//! which a value stands are removed.

use crate::error::LakeError;
use koridor_read::search::Needles;
use std::path::{Path, PathBuf};

/// What a folder holds that is more than copies: a lake, its secrets, a project.
const RULED: [&str; 4] = ["_koridor", "_secrets", "koridor.json", ".git"];

/// Files in which a value stands, and those that could not be searched, with why.
#[derive(Debug, Default)]
pub(super) struct Copies {
    pub(super) found: Vec<PathBuf>,
    pub(super) unread: Vec<String>,
}

/// That folders are there and hold nothing but copies; as the system names them.
///
/// # Errors
/// Where one is missing, is or holds a lake or a project, or lies in one of some places, or one of
/// these in it.
pub(super) fn check(folders: &[PathBuf], barred: &[PathBuf]) -> Result<Vec<PathBuf>, LakeError> {
    let barred: Vec<PathBuf> = barred.iter().filter_map(|own| own.canonicalize().ok()).collect();
    let mut checked = Vec::new();
    for folder in folders {
        let hint = || "--also names a folder of extracts or of a site, and nothing else".to_owned();
        let own = folder.canonicalize().ok().filter(|own| own.is_dir()).ok_or_else(|| {
            LakeError::usage(format!("there is no folder {}", folder.display()), hint())
        })?;
        if let Some(other) =
            barred.iter().find(|place| place.starts_with(&own) || own.starts_with(place))
        {
            let message = format!("{}: {} is not a copy", folder.display(), other.display());
            return Err(LakeError::usage(message, hint()));
        }
        if let Some(ruled) = ruled_in(&own)? {
            let message = format!("{}: {} is more than a copy", folder.display(), ruled.display());
            let hint = "of another lake, erase there: --lake; keep its folder out of --also";
            return Err(LakeError::usage(message, hint.to_owned()));
        }
        checked.push(own);
    }
    Ok(checked)
}

/// The first thing in a folder that is more than a copy.
fn ruled_in(folder: &Path) -> Result<Option<PathBuf>, LakeError> {
    if let Some(own) = RULED.iter().map(|name| folder.join(name)).find(|own| own.exists()) {
        return Ok(Some(own));
    }
    for (path, kind) in entries(folder)? {
        if kind.is_dir()
            && let Some(found) = ruled_in(&path)?
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Files of folders in which a value stands.
///
/// # Errors
/// Where a folder cannot be read.
pub(super) fn search(folders: &[PathBuf], needles: &Needles) -> Result<Copies, LakeError> {
    let mut copies = Copies::default();
    if !needles.is_empty() {
        folders.iter().try_for_each(|folder| search_in(folder, needles, &mut copies))?;
    }
    Ok(copies)
}

fn search_in(folder: &Path, needles: &Needles, copies: &mut Copies) -> Result<(), LakeError> {
    for (path, kind) in entries(folder)? {
        if kind.is_dir() {
            search_in(&path, needles, copies)?;
            continue;
        }
        if !kind.is_file() {
            continue;
        }
        let name = path.file_name().map(|own| own.to_string_lossy()).unwrap_or_default();
        let counted = std::fs::read(&path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| needles.count(&bytes).map_err(|error| error.to_string()));
        match counted {
            _ if needles.stands_in(&name) => copies.found.push(path),
            Ok(0) => {}
            Ok(_) => copies.found.push(path),
            Err(error) => copies.unread.push(format!("{}: {error}", path.display())),
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, std::fs::FileType)>, LakeError> {
    let failed = |error| LakeError::io(folder, error);
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        all.push((entry.path(), entry.file_type().map_err(failed)?));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_or_holds_more_than_copies_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        for folder in ["lake/_koridor", "out/en", "old/backup/_koridor", "landing/a"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        let barred = [at("lake"), at("landing")];
        for folder in [".", "lake", "lake/_koridor", "old", "landing/a", "nope"] {
            assert!(check(&[at(folder)], &barred).is_err(), "{folder}");
        }
        assert_eq!(check(&[at("out")], &barred).unwrap().len(), 1);
        let needles = Needles::new(["7472014101850001"].into_iter()).unwrap();
        std::fs::write(at("out/en/a.csv"), "x,7472014101850001").unwrap();
        std::fs::write(at("out/b.csv"), "x").unwrap();
        std::fs::write(at("out/broken.xlsx"), b"PK\x03\x04 7472014101850001").unwrap();
        let copies = search(&[at("out")], &needles).unwrap();
        assert_eq!(copies.found, [at("out/en/a.csv")]);
        assert_eq!(copies.unread.len(), 1);
    }
}
