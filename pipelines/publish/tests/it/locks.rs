//! The lock of a lake in a bucket: one writer, also where another died, was only paused, or is not
//! heard.

use async_trait::async_trait;
use futures::stream::BoxStream;
use koridor_lake::store::journal;
use koridor_lake::store::lock::{LakeLock, Pace};
use koridor_lake::{LakeError, Storage};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A holder that beats often, and is missed soon.
const QUICK: Pace =
    Pace { beat: Duration::from_millis(20), dead_after: Duration::from_millis(200) };

/// A holder that is paused: nobody hears it.
const PAUSED: Pace = Pace { beat: Duration::from_secs(3600), ..QUICK };

fn process(store: &Arc<impl ObjectStore>) -> Storage {
    let url = url::Url::parse("memory:///").unwrap();
    Storage::over(Arc::clone(store) as Arc<_>, (url, Path::default()), None)
}

async fn take(storage: &Storage, wait: Duration, pace: Pace) -> Result<LakeLock, LakeError> {
    LakeLock::take_paced(storage, wait, pace).await
}

async fn commit(storage: &Storage, name: &str) -> Result<u64, LakeError> {
    let head = journal::commit(storage, name.to_owned(), BTreeMap::new()).await?;
    Ok(head.sequence)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_has_the_lock_and_the_next_waits_for_it() {
    let store = Arc::new(InMemory::new());
    let storage = process(&store);
    storage.create().await.unwrap();
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let storage = process(&store);
        waiting.push(tokio::spawn(async move { take(&storage, Duration::ZERO, QUICK).await }));
    }
    let mut held = Vec::new();
    for one in waiting {
        match one.await.unwrap() {
            Ok(lock) => held.push(lock),
            Err(error) => {
                assert!(matches!(error, LakeError::Locked { is_remote: true, .. }), "{error}");
                assert_eq!(error.kind().exit_code(), 75);
                assert!(error.hint().unwrap().contains("--wait"));
            }
        }
    }
    assert_eq!(held.len(), 1);
    // It is not missed as long as it beats.
    tokio::time::sleep(QUICK.dead_after * 3).await;
    assert!(take(&storage, QUICK.dead_after * 2, QUICK).await.is_err(), "its holder lives");
    let lock = held.pop().unwrap();
    let next = process(&store);
    let next = tokio::spawn(async move { take(&next, Duration::from_secs(20), QUICK).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    // An error on the way drops it.
    drop(lock);
    next.await.unwrap().unwrap().release().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_for_dead_cannot_write_and_of_two_heirs_one_has_the_lock() {
    let store = Arc::new(InMemory::new());
    let old = process(&store);
    old.create().await.unwrap();
    let paused = take(&old, Duration::ZERO, PAUSED).await.unwrap();
    assert_eq!(commit(&old, "one").await.unwrap(), 1);
    let heirs = [process(&store), process(&store)];
    let wait = Duration::from_secs(1);
    let [one, other] = &heirs;
    let taken = tokio::join!(take(one, wait, QUICK), take(other, wait, QUICK));
    let (heir, lock) = match taken {
        (Ok(lock), Err(_)) => (one, lock),
        (Err(_), Ok(lock)) => (other, lock),
        both => panic!("{both:?}"),
    };
    // Before the heir has written anything of its own.
    let failed = commit(&old, "two").await.unwrap_err();
    assert!(matches!(failed, LakeError::TakenOver), "{failed}");
    assert_eq!(failed.kind().exit_code(), 75);
    assert_eq!(commit(heir, "three").await.unwrap(), 2);
    assert!(matches!(commit(&old, "two").await, Err(LakeError::TakenOver)));
    assert!(matches!(paused.release().await, Err(LakeError::TakenOver)), "it is the heir's");
    assert!(take(&process(&store), Duration::ZERO, QUICK).await.is_err());
    let head = journal::head(heir).await.unwrap();
    assert_eq!((head.sequence, head.fence), (2, 2));
    lock.release().await.unwrap();
    // A lock that a person removed has an heir as well.
    let removed = process(&store);
    let lost = take(&removed, Duration::ZERO, PAUSED).await.unwrap();
    store.delete(&Path::from("_koridor/lock")).await.unwrap();
    let heir = process(&store);
    let lock = take(&heir, Duration::ZERO, QUICK).await.unwrap();
    assert!(matches!(commit(&removed, "four").await, Err(LakeError::TakenOver)));
    assert_eq!(commit(&heir, "five").await.unwrap(), 3);
    drop((lost, lock));
}

/// A lock of an earlier program, which says nothing but when it began.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_of_an_earlier_program_is_respected_for_six_hours() {
    for (hours, is_free) in [(1, false), (7, true)] {
        let store = Arc::new(InMemory::new());
        let storage = process(&store);
        storage.create().await.unwrap();
        let since = (chrono::Utc::now() - chrono::Duration::hours(hours)).to_rfc3339();
        store.put(&Path::from("_koridor/lock"), since.into()).await.unwrap();
        let begun = Instant::now();
        let taken = take(&storage, QUICK.dead_after / 2, QUICK).await;
        assert_eq!(taken.is_ok(), is_free);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

/// A store of which the answer to every third write is lost, done or not.
#[derive(Debug)]
struct Mute {
    inner: InMemory,
    writes: AtomicU64,
}

impl std::fmt::Display for Mute {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("mute")
    }
}

#[async_trait]
impl ObjectStore for Mute {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let number = self.writes.fetch_add(1, Ordering::SeqCst);
        let lost = || Error::Generic { store: "mute", source: "no answer".into() };
        match number % 6 {
            2 => {
                self.inner.put_opts(location, payload, options).await?;
                Err(lost())
            }
            5 => Err(lost()),
            _ => self.inner.put_opts(location, payload, options).await,
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_found_out() {
    let store = Arc::new(Mute { inner: InMemory::new(), writes: AtomicU64::new(0) });
    let storage = process(&store);
    storage.create().await.unwrap();
    for number in 1..=12 {
        let lock = take(&storage, Duration::from_secs(5), QUICK).await.unwrap();
        assert_eq!(commit(&storage, &format!("batch {number}")).await.unwrap(), number);
        lock.release().await.unwrap();
    }
    assert_eq!(journal::head(&storage).await.unwrap().fence, 12);
}
