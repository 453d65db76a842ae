//! The folder that a night leaves for others: whole, of one release, and never half of two.

use anyhow::Context;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// The file that says of which release the others are.
const RELEASE: &str = "release.txt";
/// How the files were made: with another language, project or program they are made again.
const MADE: &str = ".made";
/// What the files were when they were written: one that was changed since is made again.
pub const SUMS: &str = ".sums";

/// Files of a folder by name, or by path with `/`.
pub type Files = BTreeMap<String, Vec<u8>>;

fn sum(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}

/// Of what the files of a folder are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The release.
    pub release: String,
    /// How they were made, in one line: language, project, program, the files themselves.
    pub made: String,
}

/// Whether a folder holds the whole files of an edition.
pub fn is_of(folder: &Path, edition: &Edition) -> bool {
    let read = |name: &str| std::fs::read(folder.join(name)).ok();
    let Some(sums) = read(SUMS).and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return false;
    };
    let is_whole = |line: &str| {
        let pair = line.split_once(' ');
        pair.is_some_and(|(own, name)| read(name).is_some_and(|bytes| sum(&bytes) == own))
    };
    read(RELEASE).is_some_and(|text| text == format!("{}\n", edition.release).as_bytes())
        && read(MADE).is_some_and(|text| text == format!("{}\n", edition.made).as_bytes())
        && sums.lines().all(is_whole)
}

/// Puts files into a folder in the place of those that an earlier night left there. All are written
/// beside the folder; then the two folders change places in one step, so that whoever looks finds
/// all of the one or all of the other.
///
/// # Errors
/// Where they cannot be written; the folder is as it was.
pub fn replace(folder: &Path, edition: &Edition, mut files: Files) -> anyhow::Result<()> {
    files.insert(RELEASE.to_owned(), format!("{}\n", edition.release).into_bytes());
    files.insert(MADE.to_owned(), format!("{}\n", edition.made).into_bytes());
    let sums = files.iter().map(|(name, bytes)| format!("{} {name}\n", sum(bytes)));
    let sums = sums.collect::<String>();
    files.insert(SUMS.to_owned(), sums.into_bytes());
    // A link stays one: the folder that it means is replaced.
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let beside = beside(&folder);
    let shown = || folder.display().to_string();
    // A night that died left it.
    leave_only(&beside, &folder, &files).with_context(shown)?;
    std::fs::create_dir_all(&beside).with_context(shown)?;
    write_all(&beside, &files)?;
    if folder.exists() {
        let permissions = std::fs::metadata(&folder).with_context(shown)?.permissions();
        std::fs::set_permissions(&beside, permissions).with_context(shown)?;
    }
    exchange(&folder, &beside).with_context(shown)?;
    leave_only(&beside, &folder, &files).with_context(shown)
}

/// Where the files are written before they are whole.
fn beside(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.part"))
}

/// So many files are synced one by one; more at once, as their system allows.
const FEW: usize = 64;

fn write_all(folder: &Path, files: &Files) -> anyhow::Result<()> {
    let is_few = files.len() <= FEW || !cfg!(target_os = "linux");
    for (name, bytes) in files {
        let path = folder.join(name);
        let shown = || path.display().to_string();
        if let Some(parent) = path.parent().filter(|_| name.contains('/')) {
            std::fs::create_dir_all(parent).with_context(shown)?;
        }
        let mut file = File::create(&path).with_context(shown)?;
        file.write_all(bytes)?;
        if is_few {
            file.sync_all()?;
        }
    }
    #[cfg(target_os = "linux")]
    if !is_few {
        rustix::fs::syncfs(File::open(folder)?).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}

/// Removes the folder beside with what a night has written into it. What somebody else has put
/// there, files and folders, goes back to the folder that others look into.
fn leave_only(beside: &Path, folder: &Path, files: &Files) -> std::io::Result<()> {
    if !beside.exists() {
        return Ok(());
    }
    let sums = std::fs::read_to_string(beside.join(SUMS)).unwrap_or_default();
    let before = sums.lines().filter_map(|line| Some(line.split_once(' ')?.1));
    // A name that leads out of the folder is none that was written here.
    let before = before.filter(|name| name.split('/').all(|part| !["", ".", ".."].contains(&part)));
    for name in files.keys().map(String::as_str).chain(before) {
        let path = beside.join(name);
        if path.is_file() {
            std::fs::remove_file(path)?;
        }
    }
    give_back(beside, folder)
}

/// Moves what is in a folder into another one, and removes the first.
fn give_back(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let (is_folder, is_file) = (entry.file_type()?.is_dir(), entry.file_type()?.is_file());
        // Files that an earlier program wrote before it gave them their names.
        if is_file && name.starts_with('.') && name.ends_with(".part") {
            std::fs::remove_file(entry.path())?;
            continue;
        }
        let home = to.join(&name);
        if is_folder && (home.is_dir() || is_empty(&entry.path())?) {
            give_back(&entry.path(), &home)?;
            continue;
        }
        std::fs::create_dir_all(to)?;
        // Put there since: both stay.
        let home = if home.exists() { to.join(format!("{name}.before")) } else { home };
        std::fs::rename(entry.path(), home)?;
    }
    std::fs::remove_dir(from)
}

/// Whether a folder holds nothing but empty folders.
fn is_empty(folder: &Path) -> std::io::Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || !is_empty(&entry.path())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Two folders change places; a folder that is not there yet takes its name.
///
/// # Errors
/// Where they cannot be renamed.
pub fn exchange(folder: &Path, beside: &Path) -> std::io::Result<()> {
    if !folder.exists() {
        return std::fs::rename(beside, folder);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, beside, CWD, folder, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    // A system that cannot exchange them: for a moment there is no folder.
    let old = beside.with_extension("old");
    std::fs::rename(folder, &old)?;
    std::fs::rename(beside, folder)?;
    std::fs::rename(&old, beside)
}

#[cfg(test)]
mod tests {
    use super::{Edition, Files, is_of, replace};

    #[test]
    fn folders_within_are_replaced_whole_and_what_is_not_ours_stays() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("site");
        let files = |names: &[&str]| -> Files {
            names.iter().map(|name| ((*name).to_owned(), b"x".to_vec())).collect()
        };
        let edition = |release: &str| Edition { release: release.to_owned(), made: String::new() };
        replace(&folder, &edition("1"), files(&["index.html", "id/old.html", "id/a/b.html"]))
            .unwrap();
        std::fs::write(folder.join("id/catatan.txt"), "ours").unwrap();
        replace(&folder, &edition("2"), files(&["index.html", "id/new.html"])).unwrap();
        assert!(folder.join("id/new.html").exists() && folder.join("id/catatan.txt").exists());
        assert!(!folder.join("id/old.html").exists() && !folder.join("id/a").exists());
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "nothing is left beside");
    }

    #[test]
    fn a_folder_is_of_one_release_and_whole_or_made_again() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("nightly");
        let edition = |release: &str, made: &str| Edition {
            release: release.to_owned(),
            made: made.to_owned(),
        };
        let (one, two) = (edition("1", "id"), edition("2", "id"));
        let files = |text: &str| Files::from([("a.csv".to_owned(), text.as_bytes().to_vec())]);
        assert!(!is_of(&folder, &one));
        replace(&folder, &one, files("one")).unwrap();
        assert!(is_of(&folder, &one) && !is_of(&folder, &two));
        assert!(!is_of(&folder, &edition("1", "en")), "another language is another edition");
        // Somebody's own file stays, a half of a night that died does not.
        std::fs::write(folder.join("catatan.txt"), "ours").unwrap();
        std::fs::create_dir(folder.join("arsip")).unwrap();
        std::fs::write(folder.join("arsip/2025.csv"), "ours").unwrap();
        // The night died between the change of places and giving back what is not its own.
        std::fs::create_dir(place.path().join(".nightly.part")).unwrap();
        std::fs::write(place.path().join(".nightly.part/a.csv"), "tw").unwrap();
        std::fs::write(place.path().join(".nightly.part/surat.txt"), "ours").unwrap();
        replace(&folder, &two, files("two")).unwrap();
        assert!(is_of(&folder, &two));
        for name in ["catatan.txt", "arsip/2025.csv", "surat.txt"] {
            assert_eq!(std::fs::read_to_string(folder.join(name)).unwrap(), "ours", "{name}");
        }
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "nothing is left beside");
        // A file that is gone or changed is made again, as is the folder of another release.
        std::fs::write(folder.join("a.csv"), "twо").unwrap();
        assert!(!is_of(&folder, &two));
        replace(&folder, &two, files("two")).unwrap();
        std::fs::remove_file(folder.join("a.csv")).unwrap();
        assert!(!is_of(&folder, &two));
    }
}
