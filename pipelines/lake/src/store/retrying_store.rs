//! A remote store whose answers may be cut or lost: what is asked for is asked for again, until it
//! is whole.
//!
//! Reads, lists and removals are repeated as they are; so are writes that replace whatever stands
//! there, and those where nothing may stand: that something does may be the answer to a second
//! asking, and is then what was to be written. A write in the place of a version is not repeated:
//! whether it was done is for who made the condition to find out (`versioned`).

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, DynObjectStore, Error, GetOptions, GetRange, GetResult, GetResultPayload,
    ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// How often something is asked for.
const ATTEMPTS: u32 = 8;

/// How long is waited behind the first attempt; twice as long behind each further one.
const PAUSE: Duration = Duration::from_millis(50);

/// Bytes of a large object that are asked for at once.
const PART: u64 = 16 << 20;

/// A store that asks again.
#[derive(Debug)]
pub(super) struct RetryingStore {
    inner: Arc<DynObjectStore>,
}

/// Whether asking again could be answered otherwise.
fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Generic { .. } | Error::JoinError { .. })
}

/// Does something until it succeeds, fails for good, or was tried often enough.
async fn again<'own, T>(mut deed: impl FnMut() -> BoxFuture<'own, Result<T>> + Send) -> Result<T> {
    let mut pause = PAUSE;
    for _ in 1..ATTEMPTS {
        match deed().await {
            Err(error) if is_passing(&error) => tokio::time::sleep(pause).await,
            done => return done,
        }
        pause *= 2;
    }
    deed().await
}

fn cut(location: &Path, found: u64, expected: u64) -> Error {
    let source = format!("{location}: the answer has {found} of {expected} bytes").into();
    Error::Generic { store: "remote", source }
}

impl RetryingStore {
    pub(super) fn over(inner: Arc<DynObjectStore>) -> Self {
        Self { inner }
    }

    /// The whole of an answer; without the bytes of a large object that is asked for as a whole.
    async fn whole(
        &self,
        location: &Path,
        options: &GetOptions,
    ) -> Result<(GetResult, Option<Bytes>)> {
        again(|| self.once(location, options).boxed()).await
    }

    /// What a write would have given, where exactly its bytes stand there. No two writers write the
    /// same: what is written on a condition names who wrote it, or files that are named at random.
    async fn as_written(&self, location: &Path, payload: &PutPayload) -> Result<Option<PutResult>> {
        let (found, bytes) = self.whole(location, &GetOptions::default()).await?;
        let own = Bytes::from(payload.clone());
        let ObjectMeta { e_tag, version, .. } = found.meta;
        Ok(bytes.filter(|bytes| *bytes == own).map(|_| PutResult { e_tag, version }))
    }

    async fn range(&self, location: &Path, range: Range<u64>) -> Result<Bytes> {
        let mut found = BytesMut::new();
        for part in parts(&range) {
            let range = Some(GetRange::Bounded(part));
            let options = GetOptions { range, ..GetOptions::default() };
            let (_, bytes) = self.whole(location, &options).await?;
            found.extend_from_slice(&bytes.unwrap_or_default());
        }
        Ok(found.freeze())
    }

    async fn once(
        &self,
        location: &Path,
        options: &GetOptions,
    ) -> Result<(GetResult, Option<Bytes>)> {
        let found = self.inner.get_opts(location, options.clone()).await?;
        let GetResult { meta, range, attributes, .. } = &found;
        let (meta, range, attributes) = (meta.clone(), range.clone(), attributes.clone());
        if options.range.is_none() && meta.size > PART {
            return Ok((found, None));
        }
        let bytes = found.bytes().await?;
        let expected = range.end - range.start;
        if bytes.len() as u64 != expected {
            return Err(cut(location, bytes.len() as u64, expected));
        }
        let payload = GetResultPayload::Stream(futures::stream::empty().boxed());
        Ok((GetResult { payload, meta, range, attributes }, Some(bytes)))
    }
}

fn streamed(result: GetResult, bytes: Bytes) -> GetResult {
    let payload = futures::stream::once(async move { Ok(bytes) }).boxed();
    GetResult { payload: GetResultPayload::Stream(payload), ..result }
}

/// Large objects in parts, all of the same object.
fn parts(range: &Range<u64>) -> Vec<Range<u64>> {
    let starts = (range.start..range.end).step_by(PART as usize);
    starts.map(|start| start..(start + PART).min(range.end)).collect()
}

impl std::fmt::Display for RetryingStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(formatter)
    }
}

#[async_trait]
impl ObjectStore for RetryingStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        if matches!(options.mode, PutMode::Update(_)) {
            return self.inner.put_opts(location, payload, options).await;
        }
        let put = again(|| self.inner.put_opts(location, payload.clone(), options.clone())).await;
        match put {
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                self.as_written(location, &payload).await?.map_or(put, Ok)
            }
            put => put,
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let begin = || self.inner.put_multipart_opts(location, options.clone());
        let upload = again(begin).await?;
        let (store, location) = (Arc::clone(&self.inner), location.clone());
        Ok(Box::new(Upload { upload, store, location, bytes: 0 }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head {
            return again(|| self.inner.get_opts(location, options.clone())).await;
        }
        let (found, bytes) = self.whole(location, &options).await?;
        if let Some(bytes) = bytes {
            return Ok(streamed(found, bytes));
        }
        let range = 0..found.meta.size;
        let (store, location) = (Self::over(Arc::clone(&self.inner)), location.clone());
        let same = GetOptions { if_match: found.meta.e_tag.clone(), ..options };
        let (store, same) = (Arc::new(store), Arc::new(same));
        let payload = futures::stream::iter(parts(&range)).then(move |part| {
            let (store, location, same) = (Arc::clone(&store), location.clone(), same.clone());
            async move {
                let options =
                    GetOptions { range: Some(GetRange::Bounded(part)), ..(*same).clone() };
                store.whole(&location, &options).await.map(|(_, bytes)| bytes.unwrap_or_default())
            }
        });
        let payload = GetResultPayload::Stream(payload.boxed());
        Ok(GetResult { payload, range, meta: found.meta, attributes: found.attributes })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let gap = object_store::OBJECT_STORE_COALESCE_DEFAULT;
        object_store::coalesce_ranges(ranges, |range| self.range(location, range), gap).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let inner = Arc::clone(&self.inner);
        let delete = move |location: Result<Path>| {
            let inner = Arc::clone(&inner);
            async move {
                let location = location?;
                match again(|| inner.delete(&location).boxed()).await {
                    // An answer that was lost comes to this.
                    Ok(()) | Err(Error::NotFound { .. }) => Ok(location),
                    Err(error) => Err(error),
                }
            }
        };
        locations.then(delete).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (inner, prefix) = (Arc::clone(&self.inner), prefix.cloned());
        let all = async move {
            let list = || inner.list(prefix.as_ref()).try_collect::<Vec<_>>().boxed();
            let objects = again(list).await?;
            Ok::<_, Error>(futures::stream::iter(objects).map(Ok))
        };
        futures::stream::once(all).try_flatten().boxed()
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let (inner, prefix, offset) = (Arc::clone(&self.inner), prefix.cloned(), offset.clone());
        let all = async move {
            let list =
                || inner.list_with_offset(prefix.as_ref(), &offset).try_collect::<Vec<_>>().boxed();
            let objects = again(list).await?;
            Ok::<_, Error>(futures::stream::iter(objects).map(Ok))
        };
        futures::stream::once(all).try_flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        again(|| self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        again(|| self.inner.copy_opts(from, to, options.clone())).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}

/// An upload in parts: where the answer to its end is lost, what stands there tells the outcome.
#[derive(Debug)]
struct Upload {
    upload: Box<dyn MultipartUpload>,
    store: Arc<DynObjectStore>,
    location: Path,
    bytes: u64,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        // A part has a number from the moment it is begun: it cannot be begun again. The store's
        // own client sends it again where its answer is cut.
        self.bytes += data.content_length() as u64;
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let error = match self.upload.complete().await {
            Err(error) if is_passing(&error) => error,
            done => return done,
        };
        // Where only the answer was lost, the object is there.
        match again(|| self.store.head(&self.location).boxed()).await {
            Ok(meta) if meta.size == self.bytes => {
                Ok(PutResult { e_tag: meta.e_tag, version: meta.version })
            }
            _ => match self.upload.complete().await {
                Ok(done) => Ok(done),
                Err(_) => Err(error),
            },
        }
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

#[cfg(test)]
mod tests {
    use super::{PART, RetryingStore};
    use async_trait::async_trait;
    use bytes::Bytes;
    use futures::stream::BoxStream;
    use futures::{StreamExt, TryStreamExt};
    use object_store::memory::InMemory;
    use object_store::path::Path;
    use object_store::{
        CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
        ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions,
        PutPayload, PutResult, Result, WriteMultipart,
    };
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A road on which every second answer is cut: short, broken off, or not there at all.
    #[derive(Debug, Default)]
    struct Cutting {
        inner: InMemory,
        asked: AtomicU64,
    }

    fn broken() -> Error {
        Error::Generic { store: "cutting", source: "connection reset".into() }
    }

    impl Cutting {
        fn turn(&self) -> u64 {
            self.asked.fetch_add(1, Ordering::SeqCst) % 6
        }
    }

    impl std::fmt::Display for Cutting {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("cutting")
        }
    }

    #[async_trait]
    impl ObjectStore for Cutting {
        async fn put_opts(
            &self,
            location: &Path,
            payload: PutPayload,
            options: PutOptions,
        ) -> Result<PutResult> {
            let turn = self.turn();
            if turn == 0 {
                return Err(broken());
            }
            let done = self.inner.put_opts(location, payload, options).await;
            if turn == 2 { Err(broken()) } else { done }
        }

        async fn put_multipart_opts(
            &self,
            location: &Path,
            options: PutMultipartOptions,
        ) -> Result<Box<dyn MultipartUpload>> {
            self.inner.put_multipart_opts(location, options).await
        }

        async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
            let turn = self.turn();
            let is_head = options.head;
            let found = self.inner.get_opts(location, options).await?;
            if is_head || turn % 2 == 1 {
                return Ok(found);
            }
            let (meta, range) = (found.meta.clone(), found.range.clone());
            let attributes = found.attributes.clone();
            let bytes = found.bytes().await?;
            let half = bytes.slice(..bytes.len() / 2);
            let cut = match turn {
                0 => return Err(broken()),
                2 => vec![Ok(half)],
                _ => vec![Ok(half), Err(broken())],
            };
            let payload = GetResultPayload::Stream(futures::stream::iter(cut).boxed());
            Ok(GetResult { payload, meta, range, attributes })
        }

        fn delete_stream(
            &self,
            locations: BoxStream<'static, Result<Path>>,
        ) -> BoxStream<'static, Result<Path>> {
            self.inner.delete_stream(locations)
        }

        fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
            match self.turn() % 2 {
                0 => {
                    let cut = futures::stream::once(async { Err(broken()) });
                    self.inner.list(prefix).take(1).chain(cut).boxed()
                }
                _ => self.inner.list(prefix),
            }
        }

        async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
            self.inner.list_with_delimiter(prefix).await
        }

        async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
            self.inner.copy_opts(from, to, options).await
        }
    }

    #[tokio::test]
    async fn what_comes_is_whole_or_is_asked_for_again() {
        let store = RetryingStore::over(Arc::new(Cutting::default()));
        for number in 0..12_u8 {
            let path = Path::from(format!("a/{number}"));
            let bytes = Bytes::from(vec![number; 1000]);
            store.put(&path, bytes.clone().into()).await.unwrap();
            assert_eq!(store.get(&path).await.unwrap().bytes().await.unwrap(), bytes);
            let part = store.get_range(&path, 10..500).await.unwrap();
            assert_eq!(part, bytes.slice(10..500));
            let parts = store.get_ranges(&path, &[0..10, 900..1000]).await.unwrap();
            assert_eq!((parts[0].len(), parts[1].len()), (10, 100));
            let all: Vec<_> = store.list(None).try_collect().await.unwrap();
            assert_eq!(all.len(), usize::from(number) + 1);
        }
        let missing = store.get(&Path::from("none")).await;
        assert!(matches!(missing, Err(Error::NotFound { .. })), "is no passing fault");
    }

    #[tokio::test]
    async fn a_large_object_comes_in_parts_that_are_whole() {
        let store = RetryingStore::over(Arc::new(Cutting::default()));
        let path = Path::from("large");
        let bytes: Vec<u8> = (0..PART * 2 + 77).map(|at| (at % 251) as u8).collect();
        let upload = store.put_multipart(&path).await.unwrap();
        let mut upload = WriteMultipart::new(upload);
        upload.write(&bytes);
        upload.finish().await.unwrap();
        let found = store.get(&path).await.unwrap().bytes().await.unwrap();
        assert!(found == bytes);
    }

    #[tokio::test]
    async fn what_may_only_be_begun_is_there_though_its_answer_was_lost() {
        let store = RetryingStore::over(Arc::new(Cutting::default()));
        let create = || PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        for n in 0..12 {
            let path = Path::from(format!("log/{n}"));
            let own = Bytes::from(format!("written by {n}"));
            store.put_opts(&path, own.clone().into(), create()).await.unwrap();
            let other = Bytes::from(format!("written by no {n}"));
            let refused = store.put_opts(&path, other.into(), create()).await;
            assert!(matches!(refused, Err(Error::AlreadyExists { .. })), "{n}: {refused:?}");
            let found = store.get_opts(&path, GetOptions::default()).await.unwrap();
            assert_eq!(found.bytes().await.unwrap(), own, "{n}");
        }
    }
}
