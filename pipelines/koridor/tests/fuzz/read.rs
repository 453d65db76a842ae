//! One file read as the program reads it, and what must be true of it.

use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_lake::Storage;
use koridor_lake::load::check::check_setting;
use koridor_read::check::{CheckSetting, ExistingKeys, FileCheck, open_file};
use koridor_read::readers::{Budget, FileReader, Program, Refusal};
use koridor_read::recognise::Request;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// What a mutant may cost.
pub const SMALL: Budget = Budget { memory_bytes: 64 << 20, seconds: 20 };
/// What a bomb may cost.
pub const LARGE: Budget = Budget { memory_bytes: 256 << 20, seconds: 60 };
/// Memory that reading may leave this process with at most, however many files it has read.
const MOST_BYTES: u64 = 1 << 30;

/// What is wrong with how a file was read.
#[derive(Debug)]
pub struct Fault(pub String);

/// What became of a file.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// The code of its refusal.
    pub refused: Option<String>,
    read: u64,
    accepted: u64,
    rejected: u64,
    ignored: u64,
}

/// Reads files one after another.
pub struct Trial {
    setting: CheckSetting,
}

static SETTING: LazyLock<CheckSetting> = LazyLock::new(|| {
    let mut files = Files::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    read_project_folder(&repository, &mut files).unwrap();
    let project = Arc::new(Project::from_files(files).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::open(folder.path().to_str().unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 << 20)
        .build()
        .unwrap();
    let own = async move { check_setting(&project, &storage, false).await.unwrap() };
    let setting = runtime.block_on(runtime.spawn(own)).unwrap();
    // Rules ask it while files are checked.
    std::mem::forget(runtime);
    setting
});

impl Trial {
    /// Reads with a budget, whole files in a process of their own.
    pub fn new(budget: Budget) -> Self {
        let bytes = budget.memory_bytes >> 20;
        let words = [
            "read-apart",
            "--file-memory",
            &bytes.to_string(),
            "--file-seconds",
            &budget.seconds.to_string(),
        ];
        let reader = FileReader::new(budget).with_program(Program {
            path: env!("CARGO_BIN_EXE_koridor").into(),
            arguments: words.map(Into::into).into(),
            environment: vec![("MIMALLOC_ARENA_RESERVE".into(), "0".into())],
        });
        let setting = CheckSetting { workers: 1, ..SETTING.clone() };
        Self { setting: setting.with_reader(Arc::new(reader)) }
    }

    /// Reads a file; it lies at `path` meanwhile.
    ///
    /// # Errors
    /// Where something panics, takes too long or too much, or rows are lost.
    pub fn read(&self, name: &str, bytes: &[u8], path: &Path) -> Result<Found, Fault> {
        std::fs::write(path, bytes).unwrap();
        let most = Duration::from_secs(self.setting.reader.budget().seconds * 2 + 5);
        let begun = Instant::now();
        let found = self.read_once(name, path)?;
        let is_slow = |found: &Found| found.refused.as_deref() == Some("too_slow");
        if begun.elapsed() <= most && !is_slow(&found) {
            return Ok(found);
        }
        // A machine that was busy with something else tells nothing of the file: once more.
        let begun = Instant::now();
        let found = self.read_once(name, path)?;
        if begun.elapsed() > most {
            return Err(Fault(format!("it took {:?}", begun.elapsed())));
        }
        Ok(found)
    }

    fn read_once(&self, name: &str, path: &Path) -> Result<Found, Fault> {
        let found = catch_unwind(AssertUnwindSafe(|| self.check(name, path)));
        let panicked = || Fault("a part of the program panicked".into());
        let found = found.map_err(|_| panicked())??;
        if found.refused.as_deref() == Some("gave_up") {
            return Err(panicked());
        }
        if let Some(bytes) = memory().filter(|bytes| *bytes > MOST_BYTES) {
            return Err(Fault(format!("the process has {} MB", bytes >> 20)));
        }
        Ok(found)
    }

    fn check(&self, name: &str, path: &Path) -> Result<Found, Fault> {
        let request = Request {
            dataset: Some("waste_handling".into()),
            source: Some("DLH_7407".into()),
            ..Request::default()
        };
        let failed = |error: koridor_read::ReadError| Fault(error.to_string());
        let refused = |refusal: Refusal| Found {
            refused: Some(refusal.code.to_string()),
            ..Found::default()
        };
        let parts = match open_file(&self.setting, &request, name, path).map_err(failed)? {
            Ok(parts) => parts,
            Err(refusal) => return Ok(refused(refusal)),
        };
        let mut found = Found::default();
        for part in parts {
            let Ok(part) = part.recognised else { continue };
            let (mut accepted, mut rejected) = (0, 0);
            let mut check =
                FileCheck::start(&self.setting, part, ExistingKeys::default()).map_err(failed)?;
            while let Some(rows) = check.next_rows().map_err(failed)? {
                accepted += rows.accepted.num_rows() as u64;
                rejected += rows.rejected.len() as u64;
            }
            let counts = match check.finish() {
                Ok(counts) => counts,
                Err(refusal) => return Ok(refused(refusal)),
            };
            if (accepted, rejected) != (counts.accepted, counts.rejected)
                || counts.read() != accepted + rejected + counts.ignored_rows()
            {
                return Err(Fault(format!("{accepted} and {rejected} rows came of {counts:?}")));
            }
            found.read += counts.read();
            found.accepted += accepted;
            found.rejected += rejected;
            found.ignored += counts.ignored_rows();
        }
        Ok(found)
    }
}

/// Memory of this process, where the system tells.
fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    text.split(' ').nth(1)?.parse::<u64>().ok().map(|pages| pages * 4_096)
}
