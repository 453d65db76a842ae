//! The process that reads files which could bring down the one that loads them: this program again,
//! within limits that the system holds.

use crate::args::Global;
use koridor_read::readers::{Budget, FileReader, Program, serve};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Memory that the program has before it reads anything, where the system does not tell.
#[cfg(unix)]
const OWN_BYTES: u64 = 256 << 20;
/// What it takes for itself while it reads: stacks, buffers, what the allocator keeps.
#[cfg(unix)]
const WORKING_BYTES: u64 = 64 << 20;

/// Stack of the thread that reads.
const STACK_BYTES: usize = 16 << 20;

/// What one file may cost.
fn budget(global: &Global) -> Budget {
    let memory_bytes = global.file_memory.saturating_mul(1 << 20);
    Budget { memory_bytes, seconds: global.file_seconds }
}

/// Reads files in a process of its own.
pub fn file_reader(global: &Global) -> FileReader {
    let reader = FileReader::new(budget(global));
    let Some(path) = own_path() else { return reader };
    let words = [
        "read-apart",
        "--file-memory",
        &global.file_memory.to_string(),
        "--file-seconds",
        &global.file_seconds.to_string(),
    ];
    // What the allocator takes in advance would count as used.
    let allocator = ("MIMALLOC_ARENA_RESERVE".into(), "0".into());
    let libraries = std::env::var_os("LD_LIBRARY_PATH").map(|own| ("LD_LIBRARY_PATH".into(), own));
    reader.with_program(Program {
        path,
        arguments: words.map(OsString::from).into(),
        environment: std::iter::once(allocator).chain(libraries).collect(),
    })
}

/// Where this program is; the one that runs also after another took its place.
fn own_path() -> Option<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() { Some(running.to_owned()) } else { std::env::current_exe().ok() }
}

/// Reads the files that come on stdin, within limits.
pub fn run(global: &Global) -> ExitCode {
    let budget = budget(global);
    limit_memory(budget);
    // One thread for all files: what the allocator holds for it serves the next.
    let work = move || {
        let (mut input, mut output) = (std::io::stdin().lock(), whole_answers()?);
        serve(&mut input, &mut output, budget, &mut || limit_time(budget))
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    let served = thread.map(std::thread::JoinHandle::join);
    ExitCode::from(u8::from(!matches!(served, Ok(Ok(Ok(()))))))
}

/// Stdout without its buffer of lines, which would cut an answer at its last line break and wake
/// the reader for each half.
#[cfg(unix)]
fn whole_answers() -> std::io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    Ok(std::io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn whole_answers() -> std::io::Result<std::io::Stdout> {
    Ok(std::io::stdout())
}

/// Bounds the memory of this process by that of a file, beyond what it has already; leaves no image
/// of it when it is ended.
#[cfg(unix)]
fn limit_memory(budget: Budget) {
    use nix::sys::resource::{Resource, setrlimit};
    let own = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = own.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let own = pages.map_or(OWN_BYTES, |pages| pages.saturating_mul(4_096));
    let most = own.saturating_add(WORKING_BYTES).saturating_add(budget.memory_bytes);
    // A system without such limits has the others.
    let _ = setrlimit(Resource::RLIMIT_AS, most, most);
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
}

/// Bounds the time of the next file: the process ends also where nobody waits for it any more.
#[cfg(unix)]
fn limit_time(budget: Budget) {
    use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
    use nix::sys::time::TimeValLike;
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return };
    let used = (usage.user_time() + usage.system_time()).num_seconds().unsigned_abs();
    // Several threads may work at a time.
    let most = used.saturating_add(budget.seconds.saturating_mul(2)).saturating_add(2);
    let hard = getrlimit(Resource::RLIMIT_CPU).map_or(most, |(_, hard)| hard);
    let _ = setrlimit(Resource::RLIMIT_CPU, most.min(hard), hard);
}

#[cfg(not(unix))]
fn limit_memory(_: Budget) {}

#[cfg(not(unix))]
fn limit_time(_: Budget) {}
