//! Faults let loose on the lake: kills, failures, lost answers, delays and torn writes at every
//! operation by number. What stands afterwards is what a lake without faults says, to the last
//! digit.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends where it fails")]

mod store;
mod world;

use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use store::Fault;
use world::{break_lock, night, process, said};

const KEY: &str = "KORIDOR_HASH_KEY";

fn main() -> ExitCode {
    if std::env::var_os(KEY).is_none() {
        // A lake that is no folder is given its key.
        let own = std::env::current_exe().unwrap();
        let mut command = Command::new(own);
        command.args(std::env::args_os().skip(1)).env(KEY, "a key of the faults, long enough");
        let status = command.status().unwrap();
        return ExitCode::from(u8::from(!status.success()));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 << 20)
        .build()
        .unwrap();
    let work = std::thread::Builder::new().stack_size(64 << 20);
    let work = work.spawn(move || {
        let _runtime = runtime.enter();
        runtime.block_on(kill_each_operation())
    });
    let failures = work.unwrap().join().unwrap();
    for failure in &failures {
        println!("{failure}");
    }
    ExitCode::from(u8::from(!failures.is_empty()))
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

async fn kill_each_operation() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let before = Arc::new(InMemory::new());
    land(folder.path(), false);
    let begun = Instant::now();
    night(&process(&before, Vec::new()).1, folder.path()).await.unwrap();
    println!("first night {:?}", begun.elapsed());
    land(folder.path(), true);
    let whole = store::copy(&before).await;
    let (road, storage) = process(&whole, Vec::new());
    let begun = Instant::now();
    night(&storage, folder.path()).await.unwrap();
    println!("second night {:?}, {} writes", begun.elapsed(), road.writes());
    let expected: Arc<[String]> = said(&process(&whole, Vec::new()).1).await.unwrap().into();
    let begun = Instant::now();
    let mut last = named(&before).await;
    let mut cases = Vec::new();
    for (at, place) in road.log().iter().enumerate() {
        let store = store::copy(&before).await;
        let (_, storage) = process(&store, vec![(at as u64 + 1, Fault::KillAfter)]);
        let outcome = night(&storage, folder.path()).await;
        // What nobody names makes no other lake: only the first of equal ones is gone on with.
        let now = named(&store).await;
        if now == last {
            continue;
        }
        last = now;
        cases.push((format!("killed after {place}: {outcome:?}"), store));
    }
    let failures = in_parallel(cases, |(name, store)| {
        tokio::runtime::Handle::current().block_on(finish(name, &store, folder.path(), &expected))
    });
    println!("killed each of {} operations in {:?}", road.writes(), begun.elapsed());
    failures
}

/// Does all on two threads: a night is no task that may change its thread.
fn in_parallel<T: Send>(
    cases: Vec<T>,
    each: impl Fn(T) -> Vec<String> + Sync,
) -> Vec<String> {
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
        let thread = || std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, &work);
        let threads: Vec<_> = (0..2).map(|_| thread().unwrap()).collect();
        threads.into_iter().flat_map(|own| own.join().unwrap()).collect()
    })
}

/// The night after a fault: what it leaves is what a lake without faults says.
async fn finish(
    name: String,
    store: &Arc<InMemory>,
    folder: &Path,
    expected: &[String],
) -> Vec<String> {
    break_lock(store).await;
    let again = night(&process(store, Vec::new()).1, folder).await;
    let found = said(&process(store, Vec::new()).1).await;
    let mut failures = Vec::new();
    if again.is_err() || found.as_deref() != Ok(expected) {
        failures.push(format!("{name}, then {again:?}"));
        failures.extend(difference(expected, &found));
    }
    failures
}

/// The objects of a store with their bytes, without data files: those that count are named.
async fn named(store: &InMemory) -> Vec<(String, bytes::Bytes)> {
    let mut objects = Vec::new();
    let listed: Vec<_> = store.list(None).try_collect().await.unwrap();
    for object in listed {
        let name = object.location.to_string();
        if !store::is_unnamed(&object.location) && name != "_koridor/lock" {
            let found = store.get(&object.location).await.unwrap();
            objects.push((name, found.bytes().await.unwrap()));
        }
    }
    objects.sort();
    objects
}

/// Lines that are not on both sides, the first of them.
fn difference(expected: &[String], found: &Result<Vec<String>, String>) -> Vec<String> {
    let found = match found {
        Ok(found) => found,
        Err(error) => return vec![format!("    {error}")],
    };
    let missing = expected.iter().filter(|line| !found.contains(line));
    let more = found.iter().filter(|line| !expected.contains(line));
    let missing = missing.map(|line| format!("    - {line}"));
    let more = more.map(|line| format!("    + {line}"));
    missing.chain(more).take(6).collect()
}
