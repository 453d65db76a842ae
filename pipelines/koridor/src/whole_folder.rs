//! A folder that is whole or not there, its files written as they come: beside it, and the two
//! change places in one step. `nightly` does the same for files whose bytes are held.

use crate::nightly;
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// The file that says of which release the others are.
const RELEASE: &str = "release.txt";
/// What the files were when they were written.
const SUMS: &str = ".sums";

/// A folder that is being written.
pub struct Staged {
    folder: PathBuf,
    beside: PathBuf,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It stands in its place.
    Written,
    /// What stood there is the same, byte by byte, and was left.
    Same,
}

impl Staged {
    /// Begins a folder; what one that died has left beside it is removed.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub fn begin(folder: &Path) -> anyhow::Result<Self> {
        let shown = || folder.display().to_string();
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent).with_context(shown)?;
        }
        // A link stays one: the folder that it means is replaced.
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let beside = beside_of(&folder);
        if beside.exists() {
            // It had changed places, and what somebody else has put into it is given back.
            remove_ours(&beside, &folder).with_context(shown)?;
        }
        std::fs::create_dir_all(&beside).with_context(shown)?;
        Ok(Self { folder, beside })
    }

    /// A file of it, by its path with `/`.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(&self, path: &str) -> anyhow::Result<BufWriter<File>> {
        let file = self.beside.join(path);
        let shown = || file.display().to_string();
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).with_context(shown)?;
        }
        Ok(BufWriter::new(File::create(&file).with_context(shown)?))
    }

    /// Puts the folder into its place, whole and synced.
    ///
    /// # Errors
    /// Where a file cannot be read back or the folders not change places; what stood there stands.
    pub fn take_place(self, release: &str) -> anyhow::Result<Taken> {
        let Self { folder, beside } = self;
        let shown = || folder.display().to_string();
        std::fs::write(beside.join(RELEASE), format!("{release}\n")).with_context(shown)?;
        let mut sums = String::new();
        for name in files(&beside).with_context(shown)? {
            let path = beside.join(&name);
            sums += &format!("{} {name}\n", sum(&std::fs::read(&path)?));
            File::open(&path)?.sync_all()?;
        }
        let is_same = std::fs::read_to_string(folder.join(SUMS)).is_ok_and(|own| own == sums);
        if is_same && is_whole(&folder) {
            std::fs::remove_dir_all(&beside).with_context(shown)?;
            return Ok(Taken::Same);
        }
        std::fs::write(beside.join(SUMS), &sums).with_context(shown)?;
        if folder.exists() {
            let permissions = std::fs::metadata(&folder).with_context(shown)?.permissions();
            std::fs::set_permissions(&beside, permissions).with_context(shown)?;
        }
        nightly::exchange(&folder, &beside).with_context(shown)?;
        if beside.exists() {
            remove_ours(&beside, &folder).with_context(shown)?;
        }
        Ok(Taken::Written)
    }
}

/// Whether a folder holds all files that were written into it, as they were written.
pub fn is_whole(folder: &Path) -> bool {
    let Ok(sums) = std::fs::read_to_string(folder.join(SUMS)) else { return false };
    sums.lines().all(|line| {
        let (own, name) = line.split_once(' ').unwrap_or_default();
        std::fs::read(folder.join(name)).is_ok_and(|bytes| sum(&bytes) == own)
    })
}

fn sum(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}

/// Where the files are written before they are whole.
fn beside_of(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.part"))
}

/// Paths of all files below a folder, with `/`, in order.
fn files(folder: &Path) -> std::io::Result<BTreeSet<String>> {
    let (mut found, mut next) = (BTreeSet::new(), vec![String::new()]);
    while let Some(prefix) = next.pop() {
        for entry in std::fs::read_dir(folder.join(&prefix))? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => next.push(format!("{name}/")),
                false => drop(found.insert(name)),
            }
        }
    }
    Ok(found)
}

/// Removes a folder that was whole once, or was being written. Of the former, what is not named in
/// it was put there by somebody else and goes to the folder that others look into.
fn remove_ours(beside: &Path, folder: &Path) -> std::io::Result<()> {
    if let Ok(sums) = std::fs::read_to_string(beside.join(SUMS)) {
        let ours = sums.lines().filter_map(|line| line.split_once(' ')).map(|(_, name)| name);
        let ours: BTreeSet<&str> = ours.chain([SUMS]).collect();
        for name in files(beside)?.iter().filter(|name| !ours.contains(name.as_str())) {
            let mut home = folder.join(name);
            if home.exists() {
                // Put there since: both stay.
                home = folder.join(format!("{name}.before"));
            }
            if let Some(parent) = home.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::rename(beside.join(name), home)?;
        }
    }
    std::fs::remove_dir_all(beside)
}

#[cfg(test)]
mod tests {
    use super::{Staged, Taken, is_whole};
    use std::io::Write;
    use std::path::Path;

    fn written(folder: &Path, release: &str, text: &str) -> Taken {
        let staged = Staged::begin(folder).unwrap();
        for name in ["a.json", "data/a.csv"] {
            staged.create(name).unwrap().write_all(text.as_bytes()).unwrap();
        }
        staged.take_place(release).unwrap()
    }

    #[test]
    fn a_folder_changes_as_a_whole_and_keeps_what_is_not_ours() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("data/nightly");
        let is_of = |release: &str| {
            let own = std::fs::read_to_string(folder.join("release.txt")).unwrap();
            is_whole(&folder) && own == format!("{release}\n")
        };
        assert_eq!(written(&folder, "1", "one"), Taken::Written);
        assert!(is_of("1"));
        assert_eq!(written(&folder, "1", "one"), Taken::Same);
        std::fs::create_dir(folder.join("catatan")).unwrap();
        std::fs::write(folder.join("catatan/b.txt"), "ours").unwrap();
        // A run died while it wrote: nothing of it is seen.
        let dead = Staged::begin(&folder).unwrap();
        dead.create("data/a.csv").unwrap().write_all(b"ha").unwrap();
        drop(dead);
        assert!(is_of("1"));
        assert_eq!(written(&folder, "2", "two"), Taken::Written);
        assert!(is_of("2"));
        assert_eq!(std::fs::read_to_string(folder.join("data/a.csv")).unwrap(), "two");
        assert_eq!(std::fs::read_to_string(folder.join("catatan/b.txt")).unwrap(), "ours");
        let names = std::fs::read_dir(place.path().join("data")).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside");
        // A file that was changed is written again.
        std::fs::write(folder.join("a.json"), "twо").unwrap();
        assert_eq!(written(&folder, "2", "two"), Taken::Written);
    }
}
