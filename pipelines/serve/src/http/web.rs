//! What all routes share.

use super::metrics::Metrics;
use super::problem::{Problem, ended_early};
use super::shelf::Shelf;
use super::throttle::Throttle;
use crate::error::ServeError;
use crate::extract::Form;
use crate::service::{Caller, Service};
use axum::http::HeaderValue;
use koridor_contract::Project;
use koridor_contract::personal::HashKey;
use koridor_lake::engine::{Limits, Tier};
use koridor_lake::load::check::check_setting;
use koridor_lake::store::access::{self, Access};
use koridor_lake::store::release::{self, Release};
use koridor_lake::{Engine, LakeError, Snapshot};
use koridor_publish::metrics::Metric;
use koridor_publish::pages::Guide;
use koridor_read::check::CheckSetting;
use koridor_read::readers::FileReader;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OnceCell, Semaphore};

/// Tells the program's log.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// How the door is set up.
#[derive(Clone)]
pub struct Settings {
    /// What a statement may cost.
    pub limits: Limits,
    /// The landing folder that files of offices are put into; none where none are taken.
    pub landing: Option<PathBuf>,
    /// Origins whose scripts may read answers.
    pub origins: Vec<HeaderValue>,
    /// Requests that one address or key may make in a second; 0 for any number.
    pub requests_per_second: u32,
    /// Whether addresses of callers are those that a proxy names.
    pub is_behind_proxy: bool,
    /// Connections that are open at a time.
    pub connections: usize,
    /// Bytes that a file may have.
    pub file_bytes: usize,
    /// Time that a client has for the head of a request, and between two parts of a body.
    pub patience: Duration,
    /// Where the pages will be found; empty where that is not known.
    pub base_url: String,
    /// Guides that are pages too.
    pub guides: &'static [Guide],
    /// Reads files that are read whole.
    pub reader: Arc<FileReader>,
    /// The log.
    pub log: Log,
}

/// A release with the project that it was built with.
pub struct Shown {
    /// The release.
    pub release: Release,
    /// Its project; today's where the lake does not hold it.
    pub project: Arc<Project>,
    engines: Mutex<HashMap<Tier, Engine>>,
}

/// Numbers of the lake, none where it could not be read, and when that was.
pub type ReadMetrics = (Instant, Option<Arc<Vec<Metric>>>);

/// Releases that are kept as they were read: they do not change.
const MOST_SHOWN: usize = 8;

/// What all routes share.
pub struct Web {
    /// The service.
    pub service: Arc<Service>,
    /// How the door is set up.
    pub settings: Settings,
    /// What is counted.
    pub metrics: Metrics,
    /// The pages.
    pub shelf: Shelf,
    /// Who asks too often.
    pub throttle: Throttle,
    /// Files that are checked at a time.
    pub checks: Arc<Semaphore>,
    setting: OnceCell<CheckSetting>,
    shown: Mutex<VecDeque<Arc<Shown>>>,
    /// Numbers of the lake as they were read last.
    pub lake: tokio::sync::Mutex<Option<ReadMetrics>>,
}

/// Files that are checked at a time.
const CHECKS: usize = 2;

impl Web {
    /// What routes share of a service.
    pub fn new(service: Arc<Service>, settings: Settings) -> Self {
        Self {
            metrics: Metrics::default(),
            shelf: Shelf::default(),
            throttle: Throttle::new(settings.requests_per_second),
            checks: Arc::new(Semaphore::new(CHECKS)),
            setting: OnceCell::new(),
            shown: Mutex::default(),
            lake: tokio::sync::Mutex::default(),
            service,
            settings,
        }
    }

    /// The project.
    pub fn project(&self) -> &Arc<Project> {
        self.service.project()
    }

    /// The release that a request is about: the current one, or the one that `as_of` names.
    ///
    /// # Errors
    /// 404 where there is none; where the lake cannot be read.
    pub async fn release(&self, as_of: Option<&str>) -> Result<Arc<Shown>, Problem> {
        let current = match as_of {
            Some(_) => None,
            None => self.service.release().await?,
        };
        let known = current.as_deref().or(as_of);
        if let Some(shown) = known.and_then(|id| self.known(id)) {
            return Ok(shown);
        }
        let storage = self.service.storage();
        let release = match as_of {
            Some(as_of) => {
                let found = release::find(storage, as_of).await;
                found.map_err(|error| Problem::from(error).or_missing())?
            }
            None => release::current(storage).await?.ok_or_else(|| {
                Problem::missing("no release was made yet").hinted("`koridor run` makes one")
            })?,
        };
        if let Some(shown) = self.known(&release.id) {
            return Ok(shown);
        }
        let today = self.project();
        let own = release::project(storage, &release, today).await?;
        let project = own.unwrap_or_else(|| Arc::clone(today));
        let shown = Arc::new(Shown { release, project, engines: Mutex::default() });
        let mut all = self.shown.lock();
        all.push_front(Arc::clone(&shown));
        all.truncate(MOST_SHOWN);
        Ok(shown)
    }

    fn known(&self, id: &str) -> Option<Arc<Shown>> {
        self.shown.lock().iter().find(|own| own.release.id == id).cloned()
    }

    /// A session of its own on a release, in which what is put stays its own.
    ///
    /// # Errors
    /// Where it cannot be set up.
    pub fn engine(&self, caller: &Caller, shown: &Shown) -> Result<Engine, ServeError> {
        let storage = self.service.storage().clone();
        let (project, release) = (Arc::clone(&shown.project), shown.release.clone());
        let snapshot = Snapshot::at_release(project, storage, release);
        let snapshot = snapshot.with_memory(self.settings.limits.memory_bytes);
        Ok(Engine::open(snapshot.with_tier(caller.tier()))?)
    }

    /// A session on a release that others read in too: nothing of a caller's is put into it.
    ///
    /// # Errors
    /// As [`Web::engine`].
    pub async fn shared_engine(
        &self,
        caller: &Caller,
        shown: &Shown,
    ) -> Result<Engine, ServeError> {
        let tier = caller.tier();
        if let Some(engine) = shown.engines.lock().get(&tier) {
            return Ok(engine.clone());
        }
        let engine = self.engine(caller, shown)?;
        self.keep_values(&engine, (caller, shown)).await?;
        shown.engines.lock().insert(tier, engine.clone());
        Ok(engine)
    }

    /// Lets the values of the current release, as the caller sees them, stand in memory for their
    /// table in a session.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn keep_values(
        &self,
        engine: &Engine,
        (caller, shown): (&Caller, &Shown),
    ) -> Result<(), ServeError> {
        if self.service.release().await?.is_some_and(|own| own == shown.release.id) {
            self.service.keep_values(engine, (&shown.release.id, &caller.tier())).await;
        }
        Ok(())
    }

    /// Records what somebody is given who sees what is not published, before it is given.
    ///
    /// # Errors
    /// Where it cannot be recorded.
    pub async fn record(&self, caller: &Caller, asked: &str) -> Result<(), Problem> {
        let tier = caller.tier();
        let Some(key) = caller.key().filter(|_| tier.is_recorded()) else {
            return Ok(());
        };
        let by = format!("{} ({})", key.name, key.id);
        let access = Access::now(&by, "access key", tier.as_str(), asked);
        Ok(access::record(self.service.storage(), &access).await?)
    }

    /// What checking a file needs. Personal fields are hashed with a secret of this run alone: what
    /// somebody sends is compared with no row of the lake.
    ///
    /// # Errors
    /// Where the project's rules cannot be compiled.
    pub async fn check_setting(&self) -> Result<CheckSetting, Problem> {
        let made = self.setting.get_or_try_init(async || {
            let project = self.project();
            let setting = check_setting(project, self.service.storage(), false).await?;
            let hash_key = secret_of_run()?;
            let memory_bytes = self.settings.limits.memory_bytes;
            Ok::<_, ServeError>(CheckSetting {
                hash_key,
                memory_bytes,
                reader: Arc::clone(&self.settings.reader),
                ..setting
            })
        });
        let setting = made.await?.clone();
        Ok(CheckSetting { now: self.project().local_now(), ..setting })
    }

    /// Runs blocking work apart.
    ///
    /// # Errors
    /// What the work fails with; where it panics.
    pub async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ServeError> + Send + 'static,
    ) -> Result<T, Problem> {
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(ended_early)?.map_err(Problem::from)
    }

    /// Tells the log.
    pub fn tell(&self, text: &str) {
        (self.settings.log)(text);
    }
}

/// A form on a day of the corridor's calendar: of answers that may ask what is late today.
pub fn of_day(web: &Web, form: Form) -> String {
    format!("{}/{}", form.name(), web.project().today())
}

/// A secret that nobody knows and that ends with the program.
fn secret_of_run() -> Result<HashKey, ServeError> {
    let mut secret = vec![0; 32];
    let filled = getrandom::fill(&mut secret).ok().and_then(|()| HashKey::new(secret));
    Ok(filled.ok_or_else(|| LakeError::Internal("no random bytes".to_owned()))?)
}
