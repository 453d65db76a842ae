//! A store in memory that outlives its processes, and the faulty road to it of one process.

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart,
};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A store behind a write, and the write's name.
pub type State = (String, Arc<InMemory>);

/// What happens at one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process dies before it.
    KillBefore,
    /// The process dies behind it: nobody hears that it was done.
    KillAfter,
    /// It is not done, and an error answers.
    Fail,
    /// It is done, and an error answers.
    LoseAnswer,
    /// It takes its time.
    Delay,
    /// Half of the bytes are written, then the process dies. Only of what nobody names yet.
    Tear,
}

impl Fault {
    pub const ALL: [Self; 6] =
        [Self::KillBefore, Self::KillAfter, Self::Fail, Self::LoseAnswer, Self::Delay, Self::Tear];
}

/// The road of one process to the store: operations are numbered, and some of them go wrong.
#[derive(Debug)]
pub struct Road {
    inner: Arc<InMemory>,
    /// Operations that change something, so far.
    writes: Arc<Counter>,
}

#[derive(Debug, Default)]
struct Counter {
    done: AtomicU64,
    dead: std::sync::atomic::AtomicBool,
    faults: Mutex<Vec<(u64, Fault)>>,
    /// The store as it is behind each write: what a process that dies there leaves.
    states: Mutex<Option<Vec<State>>>,
}

impl Road {
    /// A road on which the operations of these numbers go wrong.
    pub fn to(inner: &Arc<InMemory>, faults: Vec<(u64, Fault)>) -> Arc<Self> {
        let counter = Counter { faults: Mutex::new(faults), ..Counter::default() };
        Arc::new(Self { inner: Arc::clone(inner), writes: Arc::new(counter) })
    }

    /// Keeps the store as it is behind each write from now on.
    pub fn keep_states(&self) {
        *self.writes.states.lock().unwrap() = Some(Vec::new());
    }

    /// What was kept.
    pub fn states(&self) -> Vec<State> {
        self.writes.states.lock().unwrap().take().unwrap_or_default()
    }
}

fn lost(what: &str) -> Error {
    Error::Generic { store: "faulty", source: format!("{what}: no answer").into() }
}

impl Counter {
    fn alive(&self) -> Result<()> {
        match self.dead.load(Ordering::SeqCst) {
            true => Err(lost("the process is dead")),
            false => Ok(()),
        }
    }

    fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    /// Does a write, or what goes wrong in its place; `tear` leaves half of it.
    async fn write<T, Done, Torn>(
        &self,
        (store, name): (&InMemory, String),
        deed: impl FnOnce() -> Done,
        tear: impl FnOnce() -> Torn,
    ) -> Result<T>
    where
        Done: Future<Output = Result<T>>,
        Torn: Future<Output = ()>,
    {
        self.alive()?;
        let number = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        let faults = self.faults.lock().unwrap().clone();
        let fault = faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault);
        match fault {
            None => {
                let done = deed().await;
                if let Some(states) = self.states.lock().unwrap().as_mut() {
                    states.push((name, Arc::new(store.fork())));
                }
                done
            }
            Some(Fault::KillBefore) => {
                self.die();
                Err(lost(&name))
            }
            Some(Fault::KillAfter) => {
                let _ = deed().await;
                self.die();
                Err(lost(&name))
            }
            Some(Fault::Fail) => Err(lost(&name)),
            Some(Fault::LoseAnswer) => {
                let _ = deed().await;
                Err(lost(&name))
            }
            Some(Fault::Delay) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                deed().await
            }
            Some(Fault::Tear) => {
                tear().await;
                self.die();
                Err(lost(&name))
            }
        }
    }
}

/// Whether nobody names an object when it is written: half of it is left by a torn write.
pub fn is_unnamed(path: &Path) -> bool {
    path.as_ref().ends_with(".parquet") && !path.as_ref().contains("_delta_log")
}

impl std::fmt::Display for Road {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("faulty")
    }
}

#[async_trait]
impl ObjectStore for Road {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let bytes: Bytes = payload.clone().into();
        let deed = || self.inner.put_opts(location, payload, options);
        let tear = async || {
            if is_unnamed(location) {
                let half = bytes.slice(..bytes.len() / 2);
                let _ = self.inner.put(location, half.into()).await;
            }
        };
        self.writes.write((&self.inner, format!("put {location}")), deed, tear).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let deed = || self.inner.put_multipart_opts(location, options);
        let begin = (self.inner.as_ref(), format!("begin {location}"));
        let upload = self.writes.write(begin, deed, async || {}).await?;
        let (name, store) = (location.to_string(), Arc::clone(&self.inner));
        Ok(Box::new(Upload { upload, name, store, writes: Arc::clone(&self.writes) }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.writes.alive()?;
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.writes.alive()?;
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let (inner, writes) = (Arc::clone(&self.inner), Arc::clone(&self.writes));
        let delete = move |location: Result<Path>| {
            let (inner, writes) = (Arc::clone(&inner), Arc::clone(&writes));
            async move {
                let location = location?;
                let deed = || inner.delete(&location);
                let delete = (inner.as_ref(), format!("delete {location}"));
                writes.write(delete, deed, async || {}).await?;
                Ok(location)
            }
        };
        locations.then(delete).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.writes.alive() {
            Ok(()) => self.inner.list(prefix),
            Err(error) => futures::stream::once(async { Err(error) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.writes.alive()?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let deed = || self.inner.copy_opts(from, to, options);
        self.writes.write((&self.inner, format!("copy {to}")), deed, async || {}).await
    }
}

#[derive(Debug)]
struct Upload {
    upload: Box<dyn MultipartUpload>,
    name: String,
    store: Arc<InMemory>,
    writes: Arc<Counter>,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        match self.writes.alive() {
            Ok(()) => self.upload.put_part(data),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let name = format!("end {}", self.name);
        let upload = &mut self.upload;
        let end = (self.store.as_ref(), name);
        self.writes.write(end, || upload.complete(), async || {}).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}
