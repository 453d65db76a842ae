//! The landing folder: which files offices have dropped.

use crate::error::LakeError;
use koridor_contract::message::Message;
use koridor_contract::scrub::Scrubber;
use std::borrow::Cow;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// A file in the landing folder.
#[derive(Debug, Clone, Default)]
pub struct LandedFile {
    /// Path as the caller knows it, with `/`: what the folders and the name say is read from it.
    pub shown_path: String,
    /// Path as it is stored and shown, where that is another: a name may hold something personal.
    pub told_path: Option<String>,
    /// Where its bytes are.
    pub path: PathBuf,
    /// Size.
    pub bytes: u64,
    /// Time of last change, microseconds since 1970.
    pub modified: i64,
    /// Time at which the system noted a change of it, microseconds since 1970: other bytes of the
    /// same size may be given the old time of change, but not this one. Nought where there is none.
    pub noted: i64,
    /// Why it is no file that can be read.
    pub trouble: Option<Message>,
}

impl LandedFile {
    /// A file of this machine.
    ///
    /// # Errors
    /// Where it cannot be looked at.
    pub fn at(path: &Path) -> Result<Self, LakeError> {
        let shown_path = path.to_string_lossy().replace('\\', "/");
        let own = Self { shown_path, path: path.to_owned(), ..Self::default() };
        let metadata = match std::fs::metadata(path) {
            Ok(metadata) => metadata,
            // The link is there, and what it names is not.
            Err(error) if path.is_symlink() => return Ok(own.in_trouble(broken_link(&error))),
            Err(error) => return Err(LakeError::io(path, error)),
        };
        if !metadata.is_file() {
            let is_folder = metadata.is_dir();
            return Ok(own.in_trouble(if is_folder { named_as_file() } else { no_file() }));
        }
        let modified = metadata
            .modified()
            .ok()
            .and_then(|moment| moment.duration_since(std::time::UNIX_EPOCH).ok());
        Ok(Self {
            bytes: metadata.len(),
            modified: modified.map_or(0, |duration| duration.as_micros() as i64),
            noted: noted(&metadata),
            ..own
        })
    }

    /// Whether it is what it was when it was looked at, as far as its size and its time of change
    /// tell; `bytes` of it were read since.
    pub(crate) fn is_as_it_was(&self, bytes: u64) -> bool {
        let now = Self::at(&self.path);
        bytes == self.bytes
            && now.is_ok_and(|now| (now.bytes, now.modified) == (self.bytes, self.modified))
    }

    fn in_trouble(self, trouble: Message) -> Self {
        Self { trouble: Some(trouble), ..self }
    }

    /// What is told of something that cannot be read as a folder or a file.
    fn unreadable(path: &Path, trouble: Message) -> Self {
        let shown_path = path.to_string_lossy().replace('\\', "/");
        Self { shown_path, path: path.to_owned(), ..Self::default() }.in_trouble(trouble)
    }

    /// Name without its folders.
    pub fn name(&self) -> &str {
        name_in(&self.shown_path)
    }

    /// The file with the path that is stored and shown.
    #[must_use]
    pub fn told_by(mut self, scrubber: &Scrubber) -> Self {
        self.told_path = match scrubber.path(&self.shown_path) {
            Cow::Owned(told) => Some(told),
            Cow::Borrowed(_) => None,
        };
        self
    }

    /// Path as it is stored and shown.
    pub fn told_path(&self) -> &str {
        self.told_path.as_deref().unwrap_or(&self.shown_path)
    }

    /// The same place however the caller spells the way to it, as it is stored.
    pub fn place(&self) -> String {
        place_of(self.told_path())
    }

    /// Name as it is stored and shown.
    pub fn told_name(&self) -> &str {
        name_in(self.told_path())
    }
}

/// A path from the root on, without `.`.
pub fn place_of(path: &str) -> String {
    let whole = std::path::absolute(path);
    whole.map_or_else(|_| path.to_owned(), |whole| whole.to_string_lossy().replace('\\', "/"))
}

/// The name in a path.
pub(super) fn name_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How a file is named beside another: by its name, with as many of its folders as tell the two
/// apart.
pub(super) fn name_beside(own: &str, other: &str) -> String {
    let mut own_parts = own.rsplit('/');
    let mut shown = Vec::new();
    for part in other.rsplit('/') {
        shown.push(part);
        if own_parts.next() != Some(part) {
            shown.reverse();
            return shown.join("/");
        }
    }
    name_in(other).to_owned()
}

#[cfg(unix)]
fn noted(metadata: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    metadata.ctime().saturating_mul(1_000_000).saturating_add(metadata.ctime_nsec() / 1_000)
}

#[cfg(not(unix))]
fn noted(_: &Metadata) -> i64 {
    0
}

fn broken_link(error: &std::io::Error) -> Message {
    Message {
        id: format!("tautan tidak menunjuk ke berkas ({error}); kirim berkasnya sendiri"),
        en: format!("the link leads to no file ({error}); send the file itself"),
    }
}

fn no_file() -> Message {
    Message {
        id: "bukan berkas biasa (pipa, soket atau perangkat); dilewati".into(),
        en: "no regular file (a pipe, a socket or a device); skipped".into(),
    }
}

/// Whether a path is named as a file of an office is: a folder of such a name is none of offices.
pub fn is_named_as_file(path: &Path) -> bool {
    const ENDINGS: [&str; 15] = [
        "csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "json", "parquet", "zip", "gz",
        "pdf", "doc", "docx",
    ];
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ENDINGS.contains(&ending.as_str())
}

fn named_as_file() -> Message {
    Message {
        id: "ini folder yang namanya seperti berkas; dilewati; kirim berkasnya, atau ganti nama \
             foldernya"
            .into(),
        en: "this is a folder that is named as a file; skipped; send the file, or rename the \
             folder"
            .into(),
    }
}

fn leads_out() -> Message {
    Message {
        id: "tautan ini keluar dari folder landing; dilewati; taruh berkasnya sendiri di sini"
            .into(),
        en: "the link leads out of the landing folder; skipped; put the file itself here".into(),
    }
}

/// What is told of a file that changed while it was read.
pub(crate) fn changing() -> Message {
    Message {
        id: "berkas berubah selagi dibaca (mungkin masih disalin ke sini); ditinggal untuk \
             pemuatan berikutnya"
            .into(),
        en: "the file changed while it was read (it may still be copied here); left for the next \
             load"
            .into(),
    }
}

fn circle() -> Message {
    Message {
        id: "tautan folder ini berputar ke folder di atasnya; dilewati".into(),
        en: "the link leads back to a folder above it; skipped".into(),
    }
}

fn unreadable_folder(error: &std::io::Error) -> Message {
    Message {
        id: format!("folder tidak dapat dibaca ({error}); dilewati"),
        en: format!("the folder cannot be read ({error}); skipped"),
    }
}

/// Files of a landing folder, by path. Hidden files, half-written ones and office programs' lock
/// files are none. What cannot be read is among them with its trouble, so that it is told and the
/// others are loaded.
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
    let entries = std::fs::read_dir(folder).map_err(|error| LakeError::io(folder, error))?;
    let mut above: Vec<PathBuf> = folder.canonicalize().into_iter().collect();
    walk((folder, entries), &mut above, &mut files);
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

/// Adds the files of a folder; `above` are the folders it lies in, by their true paths.
fn walk(
    (folder, entries): (&Path, std::fs::ReadDir),
    above: &mut Vec<PathBuf>,
    files: &mut Vec<LandedFile>,
) {
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => {
                files.push(LandedFile::unreadable(folder, unreadable_folder(&error)));
                continue;
            }
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.')
            || name.starts_with("~$")
            || name.ends_with(".part")
            || name.ends_with(".tmp")
            || name == "README.md"
        {
            continue;
        }
        let root = above.first();
        let is_outside = |own: &PathBuf| root.is_some_and(|root| !own.starts_with(root));
        if path.is_symlink() && path.canonicalize().is_ok_and(|own| is_outside(&own)) {
            files.push(LandedFile::unreadable(&path, leads_out()));
            continue;
        }
        if !path.is_dir() || is_named_as_file(&path) {
            // A file that goes away meanwhile is none.
            files.extend(LandedFile::at(&path).ok());
            continue;
        }
        let inner = path.canonicalize().and_then(|own| Ok((own, std::fs::read_dir(&path)?)));
        match inner {
            Ok((own, _)) if above.contains(&own) => {
                files.push(LandedFile::unreadable(&path, circle()));
            }
            Ok((own, entries)) => {
                above.push(own);
                walk((&path, entries), above, files);
                above.pop();
            }
            Err(error) => files.push(LandedFile::unreadable(&path, unreadable_folder(&error))),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_cannot_be_read_is_told_and_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("DLH")).unwrap();
        std::fs::write(at("DLH/a.csv"), "a").unwrap();
        symlink("nowhere.csv", at("broken.csv")).unwrap();
        symlink("round.csv", at("round.csv")).unwrap();
        symlink("..", at("DLH/circle")).unwrap();
        symlink("DLH/a.csv", at("within.csv")).unwrap();
        symlink("/dev/zero", at("zero.csv")).unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.csv"), "a").unwrap();
        symlink(outside.path().join("secret.csv"), at("file_outside.csv")).unwrap();
        symlink(outside.path(), at("folder_outside")).unwrap();
        std::fs::create_dir(at("folder.XLSX")).unwrap();
        std::fs::write(at("folder.XLSX/inner.csv"), "a").unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket.csv")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(at("pipe.csv")).status().unwrap();
        assert!(pipe.success());
        let files = landing(folder.path()).unwrap();
        let found: Vec<(&str, bool)> =
            files.iter().map(|file| (file.name(), file.trouble.is_some())).collect();
        assert_eq!(
            found,
            [
                ("a.csv", false),
                ("circle", true),
                ("broken.csv", true),
                ("file_outside.csv", true),
                ("folder.XLSX", true),
                ("folder_outside", true),
                ("pipe.csv", true),
                ("round.csv", true),
                ("socket.csv", true),
                ("within.csv", false),
                ("zero.csv", true),
            ]
        );
    }

    #[test]
    fn a_file_of_the_same_name_is_named_with_its_folder() {
        let own = "landing/DLH/2025-01-10/timb.csv";
        for (other, shown) in [
            ("landing/DLH/2025-01-10/lain.csv", "lain.csv"),
            ("landing/DLH/2025-03-10/timb.csv", "2025-03-10/timb.csv"),
            ("landing/SIPSN/2025-01-10/timb.csv", "SIPSN/2025-01-10/timb.csv"),
            ("timb.csv", "timb.csv"),
            (own, "timb.csv"),
        ] {
            assert_eq!(name_beside(own, other), shown, "{other}");
        }
        assert_eq!(name_beside("timb.csv", "a/timb.csv"), "a/timb.csv");
    }

    #[test]
    fn a_file_that_grows_or_shrinks_is_not_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "12").unwrap();
        let file = LandedFile::at(&path).unwrap();
        assert!(file.is_as_it_was(2) && !file.is_as_it_was(1) && !file.is_as_it_was(3));
        std::fs::write(&path, "123").unwrap();
        assert!(!file.is_as_it_was(2) && !file.is_as_it_was(3));
        std::fs::remove_file(&path).unwrap();
        assert!(!file.is_as_it_was(2));
    }

    #[test]
    fn other_bytes_of_the_same_size_and_time_are_noted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "1").unwrap();
        let before = LandedFile::at(&path).unwrap();
        let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::write(&path, "2").unwrap();
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        let after = LandedFile::at(&path).unwrap();
        assert_eq!((before.bytes, before.modified), (after.bytes, after.modified));
        assert!(before.noted < after.noted);
    }
}
