//! A folder for others that is whole or not there, and of one release: its files are written beside
//! it, then the two change places in one step.

use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// The file that says of which release the others are.
const RELEASE: &str = "release.txt";
/// How the files were made, where that is said: otherwise they are made again.
const MADE: &str = ".made";
/// What the files were when they were written: one that was changed since is made again.
const SUMS: &str = ".sums";
/// Stands in a folder while it is being written: then nothing in it is somebody else's.
const UNFINISHED: &str = ".unfinished";

/// So many files are synced one by one; more at once, as their system allows.
const FEW: usize = 64;

/// Files of a folder by name, or by path with `/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Of what the files of a folder are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The release.
    pub release: String,
    /// How they were made, in one line: language, project, program, the files themselves; empty
    /// where that is not said.
    pub made: String,
}

/// What became of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It stands in its place.
    Written,
    /// What stood there is the same, byte by byte, and was left.
    Same,
}

/// Whether a folder was written here.
pub fn is_ours(folder: &Path) -> bool {
    folder.join(SUMS).is_file()
}

/// Whether a folder holds all files that were written into it, as they were written.
pub fn is_whole(folder: &Path) -> bool {
    let Ok(sums) = std::fs::read_to_string(folder.join(SUMS)) else { return false };
    sums.lines().all(|line| {
        let (own, name) = line.split_once(' ').unwrap_or_default();
        std::fs::read(folder.join(name)).is_ok_and(|bytes| sum(&bytes) == own)
    })
}

/// Whether a folder holds the whole files of an edition.
pub fn is_of(folder: &Path, edition: &Edition) -> bool {
    let says = |name: &str, text: &str| {
        std::fs::read(folder.join(name)).is_ok_and(|own| own == line(text).as_bytes())
    };
    says(RELEASE, &edition.release) && says(MADE, &edition.made) && is_whole(folder)
}

/// Puts files into a folder in the place of those that were written there before. What somebody
/// else has put into it stays.
///
/// # Errors
/// Where they cannot be written; the folder is as it was.
pub fn replace(folder: &Path, edition: &Edition, files: Files) -> anyhow::Result<Taken> {
    let mut staged = Staged::begin(folder)?;
    for (path, bytes) in files {
        staged.put(&path, &bytes)?;
    }
    staged.take_place(edition)
}

/// A folder that is being written.
pub struct Staged {
    folder: PathBuf,
    beside: PathBuf,
    /// Sums of the files whose bytes were at hand.
    sums: BTreeMap<String, String>,
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
            remove_ours(&beside, &folder).with_context(shown)?;
        }
        std::fs::create_dir_all(&beside).with_context(shown)?;
        File::create(beside.join(UNFINISHED)).with_context(shown)?;
        Ok(Self { folder, beside, sums: BTreeMap::new() })
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

    /// A file of it whose bytes are at hand.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn put(&mut self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let mut file = self.create(path)?;
        file.write_all(bytes)?;
        file.flush()?;
        self.sums.insert(path.to_owned(), sum(bytes));
        Ok(())
    }

    /// Puts the folder into its place, whole and synced.
    ///
    /// # Errors
    /// Where a file cannot be read back or the folders not change places; what stood there stands.
    pub fn take_place(mut self, edition: &Edition) -> anyhow::Result<Taken> {
        self.put(RELEASE, line(&edition.release).as_bytes())?;
        if !edition.made.is_empty() {
            self.put(MADE, line(&edition.made).as_bytes())?;
        }
        let Self { folder, beside, sums: known } = self;
        let shown = || folder.display().to_string();
        let mut names = files(&beside).with_context(shown)?;
        names.remove(Path::new(UNFINISHED));
        let mut sums = String::new();
        for name in names.iter().filter_map(|own| own.to_str()) {
            let own = match known.get(name) {
                Some(own) => own.clone(),
                None => sum(&std::fs::read(beside.join(name))?),
            };
            sums += &format!("{own} {name}\n");
        }
        let is_same = std::fs::read_to_string(folder.join(SUMS)).is_ok_and(|own| own == sums);
        if is_same && is_whole(&folder) {
            std::fs::remove_dir_all(&beside).with_context(shown)?;
            return Ok(Taken::Same);
        }
        std::fs::write(beside.join(SUMS), &sums).with_context(shown)?;
        names.insert(PathBuf::from(SUMS));
        sync(&beside, &names).with_context(shown)?;
        if folder.exists() {
            let permissions = std::fs::metadata(&folder).with_context(shown)?.permissions();
            std::fs::set_permissions(&beside, permissions).with_context(shown)?;
        }
        std::fs::remove_file(beside.join(UNFINISHED)).with_context(shown)?;
        exchange(&folder, &beside).with_context(shown)?;
        if beside.exists() {
            remove_ours(&beside, &folder).with_context(shown)?;
        }
        Ok(Taken::Written)
    }
}

fn sync(folder: &Path, names: &BTreeSet<PathBuf>) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    if names.len() > FEW {
        return Ok(rustix::fs::syncfs(File::open(folder)?)?);
    }
    names.iter().try_for_each(|name| File::open(folder.join(name))?.sync_all())
}

fn line(text: &str) -> String {
    format!("{text}\n")
}

fn sum(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}

/// Where the files are written before they are whole.
fn beside_of(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.part"))
}

/// Paths of all files below a folder, in order.
fn files(folder: &Path) -> std::io::Result<BTreeSet<PathBuf>> {
    let (mut found, mut next) = (BTreeSet::new(), vec![PathBuf::new()]);
    while let Some(prefix) = next.pop() {
        for entry in std::fs::read_dir(folder.join(&prefix))? {
            let entry = entry?;
            let path = prefix.join(entry.file_name());
            match entry.file_type()?.is_dir() {
                true => next.push(path),
                false => drop(found.insert(path)),
            }
        }
    }
    Ok(found)
}

/// Removes the folder beside: one that was not finished, or one that has changed places. Of the
/// latter, what it does not name itself was put there by somebody else, and goes to the folder that
/// others look into; where it names nothing any more, what that one does not name.
fn remove_ours(beside: &Path, folder: &Path) -> std::io::Result<()> {
    if !beside.join(UNFINISHED).exists() {
        let sums = |own: &Path| std::fs::read_to_string(own.join(SUMS));
        let sums = sums(beside).or_else(|_| sums(folder)).unwrap_or_default();
        let named = sums.lines().filter_map(|own| own.split_once(' ')).map(|(_, name)| name);
        let ours: BTreeSet<&Path> = named.chain([SUMS, MADE]).map(Path::new).collect();
        for name in files(beside)?.iter().filter(|name| !ours.contains(name.as_path())) {
            let mut home = folder.join(name);
            if home.exists() {
                // Put there since: both stay.
                let mut other = home.into_os_string();
                other.push(".before");
                home = PathBuf::from(other);
            }
            if let Some(parent) = home.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::rename(beside.join(name), home)?;
        }
    }
    std::fs::remove_dir_all(beside)
}

/// Two folders change places; a folder that is not there yet takes its name.
///
/// # Errors
/// Where they cannot be renamed.
fn exchange(folder: &Path, beside: &Path) -> std::io::Result<()> {
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
    use super::{Edition, Files, Staged, Taken, is_of, is_whole, replace};
    use std::io::Write;
    use std::path::Path;

    fn written(folder: &Path, release: &str, text: &str) -> Taken {
        let staged = Staged::begin(folder).unwrap();
        for name in ["a.json", "data/a.csv"] {
            staged.create(name).unwrap().write_all(text.as_bytes()).unwrap();
        }
        let edition = Edition { release: release.to_owned(), made: String::new() };
        staged.take_place(&edition).unwrap()
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
        #[cfg(target_os = "linux")]
        let strange = {
            use std::os::unix::ffi::OsStringExt;
            folder.join(std::ffi::OsString::from_vec(b"cat\xe9tan".to_vec()))
        };
        #[cfg(target_os = "linux")]
        std::fs::write(&strange, "ours").unwrap();
        std::fs::write(folder.join("id/new.html"), "somebody's own").unwrap();
        replace(&folder, &edition("2"), files(&["index.html", "id/new.html"])).unwrap();
        assert!(folder.join("id/new.html").exists() && folder.join("id/catatan.txt").exists());
        let own = std::fs::read_to_string(folder.join("id/new.html.before")).unwrap();
        assert_eq!(own, "somebody's own", "it was there before a file of ours had its name");
        #[cfg(target_os = "linux")]
        assert!(strange.exists());
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
