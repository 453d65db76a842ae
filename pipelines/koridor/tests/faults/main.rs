//! `koridor-faults`: faults let loose on the lake. Kills, failures, lost answers, delays and torn
//! writes at every write by number; what stands afterwards is what a lake without faults says, to
//! the last digit.
//!
//! Without arguments, as in `cargo test`, each write of one night is killed once and a few plans
//! are run. `--seconds 3600` goes on with plans for an hour, `--seed N` begins with a seed of
//! yours. A plan that fails is made shorter as long as it fails, and printed with its seed.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends where it fails")]

mod kills;
mod plans;
mod store;
#[path = "../../src/whole_folder.rs"]
#[allow(dead_code, unused_imports, reason = "the program uses more of it, and runs its own tests")]
mod whole_folder;
mod world;

use plans::Dice;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const KEY: &str = "KORIDOR_HASH_KEY";
/// Plans of a short round.
const FEW: u64 = 1;
/// Steps of a plan.
const STEPS: usize = 6;

/// A number behind a word of the command line.
fn given(word: &str) -> Option<u64> {
    let words: Vec<String> = std::env::args().collect();
    let at = words.iter().position(|own| own == word)?;
    words.get(at + 1)?.parse().ok()
}

fn main() -> ExitCode {
    if std::env::var_os(KEY).is_none() {
        // A lake that is no folder is given its key.
        let own = std::env::current_exe().unwrap();
        let mut command = Command::new(own);
        command.args(std::env::args_os().skip(1)).env(KEY, "a key of the faults, long enough");
        let status = command.status().unwrap();
        return ExitCode::from(u8::from(!status.success()));
    }
    // `cargo test NAME` asks every test binary; this one has no names.
    if std::env::args().nth(1).is_some_and(|own| !own.starts_with("--")) {
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(16 << 20)
        .build()
        .unwrap();
    let work = std::thread::Builder::new().stack_size(64 << 20);
    let work = work.spawn(move || runtime.block_on(all()));
    ExitCode::from(u8::from(!work.unwrap().join().unwrap()))
}

/// Runs all that is asked for; whether it came out as it had to.
async fn all() -> bool {
    let mut failures = kills::each_write_of_a_night().await;
    failures.extend(kills::each_write_of_an_erasure().await);
    for failure in &failures {
        println!("{failure}");
    }
    let first = given("--seed").unwrap_or(1);
    let until = given("--seconds").map(|own| Instant::now() + Duration::from_secs(own));
    let mut seed = first;
    while until.map_or(seed < first + FEW, |until| Instant::now() < until) {
        let plan = plans::plan(&mut Dice::of(seed), STEPS);
        if !plans::run(&plan).await.is_empty() {
            let (plan, failures) = plans::shrunk(plan).await;
            println!("seed {seed} fails:\n{plan:#?}");
            failures.iter().for_each(|failure| println!("{failure}"));
            return false;
        }
        seed += 1;
    }
    println!("plans of the seeds {first} to {} came out as they had to", seed - 1);
    failures.is_empty()
}
