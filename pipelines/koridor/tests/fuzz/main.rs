//! `koridor-fuzz`: files damaged at random let loose on the readers. Each ends within its budget,
//! without a panic, and every row of it is accounted for.
//!
//! Without arguments, as in `cargo test`, the bombs and a few mutants of each seed are read.
//! `--mutants 1000000` goes on for so many, `--seed N` begins with a number of yours. A mutant that
//! fails is printed with its number: `--seed NUMBER --mutants 1` makes it again, and its file is
//! left where the line says.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends where it fails")]

mod bombs;
mod containers;
mod mutate;
mod read;
mod seeds;

use mutate::{Dice, mutant};
use read::{Fault, Trial};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// Says that a process is the one that does the work.
const INNER: &str = "KORIDOR_FUZZ_INNER";
const KEY: &str = "KORIDOR_HASH_KEY";
/// Mutants of a short round.
const FEW: u64 = 300;
/// Mutants after which the state is told.
const TOLD: u64 = 10_000;

/// A number behind a word of the command line.
fn given(word: &str) -> Option<u64> {
    let words: Vec<String> = std::env::args().collect();
    let at = words.iter().position(|own| own == word)?;
    words.get(at + 1)?.parse().ok()
}

/// Where the mutant lies that a thread reads.
fn place(thread: u64) -> PathBuf {
    std::env::temp_dir().join(format!("koridor-fuzz-{}-{thread}", std::process::id()))
}

fn main() -> ExitCode {
    // `cargo test NAME` asks every test binary; this one has no names.
    if std::env::args().nth(1).is_some_and(|own| !own.starts_with("--")) {
        return ExitCode::SUCCESS;
    }
    if std::env::var_os(INNER).is_none() {
        // What ends a process is seen from outside.
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(std::env::args_os().skip(1)).env(INNER, "1");
        let status = command.env(KEY, "a key of the mutants, long enough").status().unwrap();
        if status.code().is_none() {
            println!("the process ended at one of the mutants told last: {status}");
        }
        return ExitCode::from(u8::from(!status.success()));
    }
    let is_good = bombs_are_refused() && mutants_are_accounted_for();
    ExitCode::from(u8::from(!is_good))
}

/// Whether each bomb is refused for what it is.
fn bombs_are_refused() -> bool {
    let trial = Trial::new(read::LARGE);
    let mut is_good = true;
    for (name, bytes, codes) in bombs::all() {
        let found = trial.read(name, &bytes, &place(u64::MAX));
        let code = found.as_ref().map(|counts| counts.refused.clone().unwrap_or_default());
        if !code.as_ref().is_ok_and(|code| codes.contains(&code.as_str())) {
            println!("{name}: expected one of {codes:?}, found {found:?}");
            is_good = false;
        }
    }
    is_good
}

/// Reads mutants on all cores; whether all of them came out as they had to.
fn mutants_are_accounted_for() -> bool {
    let (first, count) = (given("--seed").unwrap_or(1), given("--mutants").unwrap_or(FEW));
    let seeds = seeds::all();
    let next = AtomicU64::new(first);
    let (is_good, refused, ended) = (AtomicBool::new(true), AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    let work = |thread: u64| {
        let trial = Trial::new(read::SMALL);
        let path = place(thread);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= first.saturating_add(count) || !is_good.load(Ordering::Relaxed) {
                break;
            }
            let (name, bytes) = mutant(&seeds, &mut Dice::of(number));
            match trial.read(&name, &bytes, &path) {
                Ok(found) => {
                    refused.fetch_add(u64::from(found.refused.is_some()), Ordering::Relaxed);
                    let is_ended = found.refused.as_deref() == Some("reader_ended");
                    ended.fetch_add(u64::from(is_ended), Ordering::Relaxed);
                }
                Err(Fault(what)) => {
                    is_good.store(false, Ordering::Relaxed);
                    let kept = path.with_extension(number.to_string());
                    std::fs::write(&kept, &bytes).unwrap();
                    println!("mutant {number} ({name}): {what}; its file: {}", kept.display());
                }
            }
            if (number - first) % TOLD == TOLD - 1 {
                let seconds = begun.elapsed().as_secs();
                println!("mutant {number} after {seconds} s");
            }
        }
        let _ = std::fs::remove_file(&path);
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from) as u64;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let own = std::thread::Builder::new().stack_size(8 << 20);
            own.spawn_scoped(scope, move || work(thread)).unwrap();
        }
    });
    // One that fails ends the others.
    let last = next.into_inner().min(first.saturating_add(count)) - 1;
    let (refused, ended) = (refused.into_inner(), ended.into_inner());
    println!(
        "mutants {first} to {last}: {refused} refused, {ended} of them by a process that ended"
    );
    is_good.into_inner()
}
