//! Every write of a night is the last one of its process once: the next night makes of what is left
//! what a night that was not disturbed makes.

use crate::store::{Road, State};
use crate::world::{PROJECT, break_lock, erase, load, night, process, said};
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// What did not come out as it had to.
pub async fn each_write_of_a_night() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let store = Arc::new(InMemory::new());
    land(folder, false);
    night(&PROJECT, &process(&store, Vec::new()).1, folder).await.unwrap();
    land(folder, true);
    // First the load, then the release, each against what it comes to.
    let begun = Instant::now();
    let loading = states_of(&store, async |storage| load(&PROJECT, &storage, folder).await).await;
    let loaded = said(&process(&store, Vec::new()).1).await.unwrap();
    let releasing =
        states_of(&store, async |storage| night(&PROJECT, &storage, folder).await).await;
    let released = said(&process(&store, Vec::new()).1).await.unwrap();
    let counts = (loading.len(), releasing.len());
    let handle = tokio::runtime::Handle::current();
    let mut failures = in_parallel(loading, |(name, left)| {
        handle.block_on(async {
            break_lock(&left).await;
            let again = load(&PROJECT, &process(&left, Vec::new()).1, folder).await;
            compare(name, &left, again, &loaded).await
        })
    });
    failures.extend(in_parallel(releasing, |(name, left)| {
        handle.block_on(async {
            break_lock(&left).await;
            let again = night(&PROJECT, &process(&left, Vec::new()).1, folder).await;
            compare(name, &left, again, &released).await
        })
    }));
    println!("a kill in each of {counts:?} states: {:?}", begun.elapsed());
    failures
}

/// The same of an erasure, of a lake with a release.
pub async fn each_write_of_an_erasure() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let store = Arc::new(InMemory::new());
    for is_second in [false, true] {
        land(folder, is_second);
        night(&PROJECT, &process(&store, Vec::new()).1, folder).await.unwrap();
    }
    let begun = Instant::now();
    let states = states_of(&store, async |storage| erase(&storage).await).await;
    let erased = said(&process(&store, Vec::new()).1).await.unwrap();
    assert!(erased.iter().any(|line| line.contains("|0|")), "rows went: {erased:#?}");
    let count = states.len();
    let handle = tokio::runtime::Handle::current();
    let failures = in_parallel(states, |(name, left)| {
        handle.block_on(async {
            break_lock(&left).await;
            // A night that nobody watches finishes it too.
            let other = Arc::new(left.fork());
            let night = night(&PROJECT, &process(&other, Vec::new()).1, folder).await;
            let stopped = night.err().map(|own| format!("killed behind {name}, a night: {own}"));
            let again = erase(&process(&left, Vec::new()).1).await;
            let failures = compare(name, &left, again, &erased).await;
            failures.into_iter().chain(stopped).collect()
        })
    });
    println!("a kill in each of {count} states of an erasure: {:?}", begun.elapsed());
    failures
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Files of a first night, and what comes in the night that is killed.
fn land(folder: &Path, is_second: bool) {
    let header = "region_code,period_month,reduced_ton,handled_ton,period_type\n";
    write(
        folder,
        "DLH_7472/timbulan.csv",
        "region_code,period_month,method,gen_ton,period_type\n7472,2024-01,measured,1000,Y\n",
    );
    write(folder, "DLH_7472/penanganan.csv", &format!("{header}7472,2024-01,0,400,Y\n"));
    if is_second {
        let text = format!("{header}7472,2024-01,1,500,Y\n7407,2024-01,x,2,Y\n");
        write(folder, "DLH_7472/penanganan_2.csv", &text);
        write(folder, "DLH_7472/rusak.pdf", "%PDF-1.7");
    }
}

/// The store behind each write of some work. What nobody names makes no other lake: of states that
/// differ in nothing else only the first is kept.
async fn states_of(
    store: &Arc<InMemory>,
    work: impl AsyncFn(koridor_lake::Storage) -> Result<(), String>,
) -> Vec<State> {
    let mut last = named(store).await;
    let (road, storage): (Arc<Road>, _) = process(store, Vec::new());
    road.keep_states();
    work(storage).await.unwrap();
    let mut states = Vec::new();
    for (name, left) in road.states() {
        let now = named(&left).await;
        if now != last {
            last = now;
            states.push((name, left));
        }
    }
    states
}

/// The objects of a store with their bytes, without data files: those that count are named.
async fn named(store: &InMemory) -> Vec<(String, Bytes)> {
    let mut objects = Vec::new();
    let listed: Vec<_> = store.list(None).try_collect().await.unwrap();
    for object in listed {
        let name = object.location.to_string();
        if !crate::store::is_unnamed(&object.location) && name != "_koridor/lock" {
            let found = store.get(&object.location).await.unwrap();
            objects.push((name, found.bytes().await.unwrap()));
        }
    }
    objects.sort();
    objects
}

async fn compare(
    name: String,
    left: &Arc<InMemory>,
    again: Result<(), String>,
    expected: &[String],
) -> Vec<String> {
    let found = said(&process(left, Vec::new()).1).await;
    let mut failures = Vec::new();
    if again.is_err() || found.as_deref() != Ok(expected) {
        failures.push(format!("killed behind {name}, then {again:?}"));
        failures.extend(difference(expected, &found));
    }
    failures
}

/// Lines that are not on both sides, the first of them.
pub fn difference(expected: &[String], found: &Result<Vec<String>, String>) -> Vec<String> {
    let found = match found {
        Ok(found) => found,
        Err(error) => return vec![format!("    {error}")],
    };
    let missing = expected.iter().filter(|line| !found.contains(line));
    let more = found.iter().filter(|line| !expected.contains(line));
    let missing = missing.map(|line| format!("    - {line}"));
    let more = more.map(|line| format!("    + {line}"));
    let lines: Vec<String> = missing.chain(more).take(6).collect();
    if lines.is_empty() { vec!["    a line stands more than once".to_owned()] } else { lines }
}

/// Does all on two threads: a night is no task that may change its thread.
fn in_parallel<T: Send>(cases: Vec<T>, each: impl Fn(T) -> Vec<String> + Sync) -> Vec<String> {
    let (runtime, waiting) = (tokio::runtime::Handle::current(), Mutex::new(cases));
    let work = || {
        let _runtime = runtime.enter();
        let mut failures = Vec::new();
        loop {
            let Some(next) = waiting.lock().unwrap().pop() else { return failures };
            failures.extend(each(next));
        }
    };
    std::thread::scope(|scope| {
        let thread = || std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work);
        let threads: Vec<_> = (0..2).map(|_| thread().unwrap()).collect();
        threads.into_iter().flat_map(|own| own.join().unwrap()).collect()
    })
}
