//! What a lake of this machine has written and the system may still hold in memory.
//!
//! Files are written without waiting and made safe together, before the step whose promise rests on
//! them: many at once cost the disk little more than one.

use crate::error::LakeError;
use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

/// Turns it off where it says `off`, for trials: a lake may be torn when the power goes.
const SWITCH: &str = "KORIDOR_SYNC";

/// Threads that wait for the disk.
const THREADS: usize = 8;

/// So many files are made safe in one step: each for itself costs the system more than they do.
const MANY: usize = 64;

/// A file of this size is made safe while the work goes on.
const LARGE: u64 = 8 << 20;

/// Files that were written and not yet made safe.
#[derive(Debug)]
pub(super) struct Unsynced {
    root: Option<PathBuf>,
    waiting: Mutex<BTreeSet<PathBuf>>,
    /// Large files that are being made safe.
    begun: Mutex<Vec<JoinHandle<Result<(), LakeError>>>>,
    synced: AtomicU64,
}

impl Unsynced {
    /// Of a lake's folder; a remote lake has none.
    pub(super) fn of(root: Option<&Path>) -> Self {
        let is_off = std::env::var(SWITCH).is_ok_and(|own| own.eq_ignore_ascii_case("off"));
        let root = root.filter(|_| !is_off).map(Path::to_owned);
        Self {
            root,
            waiting: Mutex::default(),
            begun: Mutex::default(),
            synced: AtomicU64::default(),
        }
    }

    /// Whether nothing is made safe here.
    pub(super) fn is_off(&self) -> bool {
        self.root.is_none()
    }

    /// Notes a file that was or is written.
    pub(super) fn note(&self, path: PathBuf) {
        if self.root.is_some() {
            self.waiting.lock().insert(path);
        }
    }

    /// Notes a file that is whole: a large one is made safe from now on, so that nobody has to wait
    /// for all of it in the end.
    pub(super) fn note_whole(&self, path: PathBuf) {
        let is_large = std::fs::metadata(&path).is_ok_and(|own| own.len() >= LARGE);
        if is_large && self.root.is_some() {
            let own = path.clone();
            self.begun.lock().push(std::thread::spawn(move || each(&[own])));
        }
        self.note(path);
    }

    /// Makes safe that a file has the name that it was given.
    pub(super) fn sync_name(&self, file: &Path) -> Result<(), LakeError> {
        let folder = file.parent().filter(|_| self.root.is_some());
        self.sync_all(folder.into_iter().map(Path::to_owned).collect())
    }

    /// Makes safe what waits: the files, then the folders that name them.
    pub(super) fn sync(&self) -> Result<(), LakeError> {
        for begun in std::mem::take(&mut *self.begun.lock()) {
            begun.join().map_err(|_| LakeError::Internal("a thread ended early".into()))??;
        }
        let files = std::mem::take(&mut *self.waiting.lock());
        let Some(root) = self.root.as_deref().filter(|_| !files.is_empty()) else { return Ok(()) };
        let mut folders = BTreeSet::new();
        for file in &files {
            let above = file.ancestors().skip(1).take_while(|own| own.starts_with(root));
            folders.extend(above.map(Path::to_owned));
        }
        self.sync_all(files.into_iter().collect())?;
        self.sync_all(folders.into_iter().collect())
    }

    fn sync_all(&self, paths: Vec<PathBuf>) -> Result<(), LakeError> {
        if let [one] = paths.as_slice() {
            self.synced.fetch_add(1, Ordering::Relaxed);
            return each(std::slice::from_ref(one));
        }
        self.synced.fetch_add(paths.len() as u64, Ordering::Relaxed);
        if paths.len() >= MANY && sync_file_systems(&paths)? {
            return Ok(());
        }
        let share = paths.len().div_ceil(THREADS).max(1);
        std::thread::scope(|scope| {
            let parts: Vec<_> = paths.chunks(share).map(|own| scope.spawn(|| each(own))).collect();
            parts.into_iter().try_for_each(|part| {
                part.join().map_err(|_| LakeError::Internal("a thread ended early".into()))?
            })
        })
    }

    /// Files and folders that were made safe.
    pub(super) fn synced(&self) -> u64 {
        self.synced.load(Ordering::Relaxed)
    }
}

/// Makes safe all that the file systems of these files hold, in one step each; `false` where the
/// system cannot.
#[cfg(target_os = "linux")]
fn sync_file_systems(paths: &[PathBuf]) -> Result<bool, LakeError> {
    use std::os::unix::fs::MetadataExt;
    let mut done = BTreeSet::new();
    for path in paths {
        match path.metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Ok(found) if !done.insert(found.dev()) => continue,
            found => found.map_err(|error| LakeError::io(path, error))?,
        };
        let file = File::open(path).map_err(|error| LakeError::io(path, error))?;
        rustix::fs::syncfs(&file).map_err(|error| LakeError::io(path, error.into()))?;
    }
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn sync_file_systems(_: &[PathBuf]) -> Result<bool, LakeError> {
    Ok(false)
}

fn each(paths: &[PathBuf]) -> Result<(), LakeError> {
    for path in paths {
        match File::open(path).and_then(|file| file.sync_all()) {
            // What was removed meanwhile needs no keeping.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            done => done.map_err(|error| LakeError::io(path, error))?,
        }
    }
    Ok(())
}
