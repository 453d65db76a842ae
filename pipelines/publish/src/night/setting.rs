//! What a night is given: the lake, the project, and who shows how far it is.

use koridor_contract::Project;
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, Storage};
use koridor_read::readers::FileReader;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// What a night works on.
pub struct NightSetting {
    /// The project.
    pub project: Arc<Project>,
    /// The lake.
    pub storage: Storage,
    /// Bytes a query may hold before it spills to disk.
    pub memory_bytes: usize,
    /// Reads files that are read whole; its budget bounds every file.
    pub reader: Arc<FileReader>,
    /// How long it waits for another run that is writing.
    pub wait: Duration,
    /// The command that runs it.
    pub command: String,
    /// The landing folder as its files are shown under, where there is one.
    pub landing: Option<String>,
    /// Whether refused data leaves the exit code at 0.
    pub allows_rejected: bool,
    /// Whether a release of other `schemas/` or `sql/` waits until somebody approves it.
    pub holds_changes: bool,
    /// Whether it runs although the clock is behind the lake's newest release.
    pub ignores_clock: bool,
    /// Whether the lake is a trial that is thrown away.
    pub is_trial: bool,
    /// The state of the lake, in batches committed so far, that it is meant for; on another one the
    /// night does not begin.
    pub meant_for: Option<u64>,
}

/// What the program does for a night: it shows how far the night is, and writes extracts.
pub trait NightHost {
    /// So many files are new.
    fn begin_files(&mut self, count: u64);
    /// A file is done.
    fn file_done(&mut self, outcome: &FileOutcome);
    /// An indicator is computed.
    fn indicator_begun(&mut self, id: &str);
    /// Whether the extracts of a release are there already and whole.
    fn has_extracts(&self, release: &Release) -> bool;
    /// Writes the extracts of a release; `false` where none are wanted.
    fn write_extracts(
        &mut self,
        engine: &Engine,
        release: &Release,
    ) -> impl Future<Output = Result<bool, Box<dyn Error + Send + Sync>>>;
}
