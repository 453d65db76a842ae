//! What commands share: the project, the lake, a session on it.

use crate::args::{AskedTier, CellArgs, Global, TierArgs};
use crate::commands::read_apart::file_reader;
use crate::embedded::load_project;
use crate::printer::Printer;
use koridor_contract::{Project, scrub};
use koridor_lake::engine::Tier;
use koridor_lake::store::access::{self, Access};
use koridor_lake::store::lock::LakeLock;
use koridor_lake::store::secret;
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use koridor_publish::explain::region_in;
use koridor_publish::words::Words;
use koridor_read::readers::FileReader;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Opened once for a command.
pub struct Context {
    /// The project.
    pub project: Arc<Project>,
    /// The lake.
    pub storage: Storage,
    /// Output.
    pub printer: Printer,
    /// Memory of a query.
    pub memory_bytes: usize,
    /// Reads files that are read whole.
    pub reader: Arc<FileReader>,
    /// How long a command that writes waits for another that does.
    pub wait: Duration,
    /// The project folder; none where the built-in project is used.
    pub folder: Option<PathBuf>,
    /// Whether it was given, and is remembered with the lake.
    is_given: bool,
}

/// Name of the built-in project, for `--project`.
const BUILT_IN: &str = "built-in";

/// Where a lake remembers the folder of its project.
const PROJECT_FOLDER: &str = "_koridor/project_folder.json";

/// The folder of a lake's project; none is the built-in one.
#[derive(Serialize, Deserialize)]
struct ProjectFolder {
    folder: Option<String>,
}

/// The project folder that is given, else the one that the lake was last filled with; none is the
/// built-in project.
///
/// # Errors
/// Where a folder that the lake remembers is not there.
pub async fn project_folder(
    global: &Global,
    storage: &Storage,
) -> Result<Option<PathBuf>, LakeError> {
    match &global.project {
        Some(own) => Ok(Some(own.clone()).filter(|own| own.as_os_str() != BUILT_IN)),
        None => remembered_folder(storage).await,
    }
}

async fn remembered_folder(storage: &Storage) -> Result<Option<PathBuf>, LakeError> {
    let found = storage.get_json::<ProjectFolder>(PROJECT_FOLDER).await?;
    let Some(folder) = found.and_then(|found| found.folder) else { return Ok(None) };
    let path = PathBuf::from(&folder);
    if !path.is_dir() {
        return Err(LakeError::usage(
            format!("this lake is filled with the project folder {folder}, which is not there"),
            format!("give --project DIR, or --project {BUILT_IN} for the built-in schemas"),
        ));
    }
    Ok(Some(path))
}

/// Which state of the lake a reader asks for.
#[derive(Debug, Clone, Copy)]
pub enum At<'text> {
    /// The newest committed state, released or not.
    Head,
    /// The current release; the head where none was made.
    Released,
    /// A release by name or date, read with the project it was built with.
    AsOf(&'text str),
}

impl Context {
    /// Opens the lake's location and the project: the folder that is given, else the one that the
    /// lake was last filled with, else the built-in one.
    ///
    /// # Errors
    /// Where either cannot be used.
    pub async fn open(global: &Global) -> Result<Self, LakeError> {
        let storage = Storage::open(&global.lake)?;
        let folder = project_folder(global, &storage).await?;
        Self::with(global, storage, folder)
    }

    /// The lake with the built-in project, where its own cannot be used: to tell of that.
    ///
    /// # Errors
    /// Where the location of the lake cannot be used.
    pub fn of_built_in(global: &Global) -> Result<Self, LakeError> {
        Self::with(global, Storage::open(&global.lake)?, None)
    }

    fn with(global: &Global, storage: Storage, folder: Option<PathBuf>) -> Result<Self, LakeError> {
        let project = Arc::new(load_project(folder.as_deref())?);
        let printer = Printer::new(global).in_zone(project.corridor.zone());
        let is_given = global.project.is_some();
        let reader = Arc::new(file_reader(global));
        let (memory_bytes, wait) = (global.memory << 20, Duration::from_secs(global.wait));
        Ok(Self { project, storage, printer, memory_bytes, reader, wait, folder, is_given })
    }

    /// Lets the lake remember the project folder that was given, so that a later command without it
    /// does not read and release by other schemas in silence.
    ///
    /// # Errors
    /// Where the lake cannot be written.
    pub async fn remember_project(&self) -> Result<(), LakeError> {
        if !self.is_given {
            return Ok(());
        }
        let folder = self.folder.as_ref().map(|folder| {
            let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
            whole.display().to_string()
        });
        self.storage.put_json(PROJECT_FOLDER, &ProjectFolder { folder }).await
    }

    /// The name of a file as the lake tells it: one that holds something personal is masked.
    ///
    /// # Errors
    /// Where the lake's key cannot be read.
    pub fn told_file(&self, file: &str) -> Result<String, LakeError> {
        if !scrub::is_personal(file) {
            return Ok(file.to_owned());
        }
        let scrubber = secret::scrubber(&self.storage)?;
        Ok(scrubber.map_or_else(|| file.to_owned(), |own| own.path(file).into_owned()))
    }

    /// That there is a lake, for commands that need one.
    ///
    /// # Errors
    /// Where there is none, or one of a newer program.
    pub async fn need_lake(&self) -> Result<(), LakeError> {
        if self.storage.exists().await? {
            return Ok(());
        }
        Err(LakeError::usage(
            format!("there is no lake at {}", self.storage.url()),
            "`koridor demo` makes one, `koridor run` from your own files".to_owned(),
        ))
    }

    /// The right to write to the lake.
    ///
    /// # Errors
    /// Where another run has it, after the time that the caller waits.
    pub async fn lock(&self) -> Result<LakeLock, LakeError> {
        LakeLock::take_within(&self.storage, self.wait).await
    }

    /// A session on the state that a reader asks for.
    ///
    /// # Errors
    /// Where there is no lake or no such release.
    pub async fn engine(&self, at: At<'_>) -> Result<Engine, LakeError> {
        Engine::open(self.snapshot(at).await?)
    }

    /// A session for somebody.
    ///
    /// # Errors
    /// As [`Context::engine`].
    pub async fn engine_for(&self, at: At<'_>, tier: Tier) -> Result<Engine, LakeError> {
        Engine::open(self.snapshot(at).await?.with_tier(tier))
    }

    /// The tier that is asked for; none where the command's own holds. Who is given what is not
    /// published is recorded first.
    ///
    /// # Errors
    /// Where it is not said who asks and what for, or it cannot be recorded.
    pub async fn tier(&self, args: &TierArgs, asked: &str) -> Result<Option<Tier>, LakeError> {
        let tier = match (args.tier, &args.office) {
            (None, _) => return Ok(None),
            (Some(AskedTier::Open), _) => return Ok(Some(Tier::Open)),
            (Some(AskedTier::Restricted), _) => Tier::Restricted,
            (Some(AskedTier::Office), Some(office)) => Tier::Office(self.region(office)?),
            (Some(AskedTier::Office), None) => {
                let hint = "give --office REGION".to_owned();
                return Err(LakeError::usage("the tier of an office needs its region", hint));
            }
        };
        self.record(&tier, [&args.by, &args.reason], asked).await?;
        Ok(Some(tier))
    }

    /// The tier that cells are shown in: the operator's own, unless more is asked for, which is
    /// recorded first.
    ///
    /// # Errors
    /// As [`Context::tier`].
    pub async fn cells_tier(&self, args: &CellArgs, asked: &str) -> Result<Tier, LakeError> {
        if args.tier.is_none() {
            return Ok(Tier::Operator);
        }
        self.record(&Tier::Restricted, [&args.by, &args.reason], asked).await?;
        Ok(Tier::Restricted)
    }

    /// Records who asks in a tier, and what for.
    async fn record(
        &self,
        tier: &Tier,
        said: [&Option<String>; 2],
        asked: &str,
    ) -> Result<(), LakeError> {
        let said = said.map(|text| text.clone().filter(|own| !own.trim().is_empty()));
        let [Some(by), Some(reason)] = said else {
            let message = format!("access in the tier `{}` is recorded", tier.as_str());
            return Err(LakeError::usage(message, "give --by NAME and --reason TEXT".to_owned()));
        };
        self.need_lake().await?;
        access::record(&self.storage, &Access::now(&by, &reason, tier.as_str(), asked)).await
    }

    /// A session on a state without what sources released after a day.
    ///
    /// # Errors
    /// As [`Context::engine`], and where the day is none.
    pub async fn engine_of_vintage(
        &self,
        at: At<'_>,
        day: &str,
        tier: Tier,
    ) -> Result<Engine, LakeError> {
        let days = koridor_contract::date::parse_date(day.as_bytes(), Default::default());
        let days = days.ok_or_else(|| {
            LakeError::usage(format!("`{day}` is no day"), "write 2026-02-15".to_owned())
        })?;
        Engine::open(self.snapshot(at).await?.with_vintage(days).with_tier(tier))
    }

    async fn snapshot(&self, at: At<'_>) -> Result<Snapshot, LakeError> {
        self.need_lake().await?;
        let (project, storage) = (&self.project, self.storage.clone());
        let snapshot = match at {
            At::Head => Snapshot::head(Arc::clone(project), storage).await?,
            At::Released => Snapshot::released(Arc::clone(project), storage).await?,
            At::AsOf(as_of) => Snapshot::as_of(project, storage, as_of).await?,
        };
        if !snapshot.has_own_project {
            self.printer.note(self.printer.pick(
                "skema rilis itu tidak tersimpan atau tidak terbaca lagi: core.* dan ref.* \
                 menurut skema sekarang",
                "the schemas of that release are not kept or not readable any more: core.* and \
                 ref.* follow today's",
            ));
        }
        Ok(snapshot.with_memory(self.memory_bytes))
    }

    /// Tells of what a command could not read, each on a line; the last of them is how it ended.
    pub fn told_losses(&self, mut losses: Vec<LakeError>) -> Option<LakeError> {
        let last = losses.pop();
        for loss in losses {
            self.printer.error_line(&loss.to_string());
        }
        last
    }

    /// The code of a region given by code or name; `CORR` is the corridor.
    ///
    /// # Errors
    /// Where it is none of the corridor.
    pub fn region(&self, text: &str) -> Result<String, LakeError> {
        let language = self.printer.lang.into();
        region_in(Words { project: &self.project, language }, text)
    }
}

impl<'text> At<'text> {
    /// What `--as-of` and `--head` ask for.
    pub fn asked(as_of: Option<&'text str>, head: bool) -> Self {
        match (as_of, head) {
            (Some(as_of), _) => Self::AsOf(as_of),
            (None, true) => Self::Head,
            (None, false) => Self::Released,
        }
    }
}
