//! Work that is given up from outside: whatever it is busy with, it is not waited for.

use super::limits::Limits;
use super::running::Running;
use crate::error::LakeError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;

/// How often is looked at the clock and at the memory in use.
const LOOK: Duration = Duration::from_millis(20);

/// How long work that was told to end is waited for, so that it can tidy up.
const LAST: Duration = Duration::from_millis(500);

/// Planning walks deep trees, deeper in an unoptimised build.
const STACK: usize = 64 << 20;

/// Stack of the threads that compute.
const WORKER_STACK: usize = 16 << 20;

/// Work that was given up and computes still.
static LEFT: AtomicUsize = AtomicUsize::new(0);

/// Whether work that was given up computes still.
pub fn is_left_running() -> bool {
    LEFT.load(Ordering::SeqCst) > 0
}

/// How many statements run.
pub fn running() -> usize {
    Running::count()
}

/// Runs work on a runtime of its own and gives what it comes to. Beyond the limits of time and
/// memory it is given up, also where a single step of it does not end; a panic of it is an error.
/// Dropped, it is given up too.
///
/// # Errors
/// What the work fails with; [`LakeError::Limit`] where it is given up, [`LakeError::Fault`] where
/// it panics.
pub async fn run<T, E, W, F>(limits: &Limits, work: W) -> Result<T, E>
where
    T: Send + 'static,
    E: From<LakeError> + Send + 'static,
    W: FnOnce() -> F + Send + 'static,
    F: Future<Output = Result<T, E>>,
{
    let (tell, mut told) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let watch = Watch { running: Running::begin(limits), left: Arc::default() };
    let (running, left) = (Arc::clone(&watch.running), Arc::clone(&watch.left));
    let build = std::thread::Builder::new().name("statement".into()).stack_size(STACK);
    let thread = build.spawn(move || {
        let _counted = Left(left);
        let outcome = apart(running, work, ended);
        let _ = tell.send(outcome);
    });
    let thread = thread.map_err(|error| LakeError::Fault(format!("no thread: {error}")))?;
    let outcome = loop {
        match tokio::time::timeout(LOOK, &mut told).await {
            Ok(outcome) => break outcome,
            Err(_) => {
                let Some(given_up) = watch.exceeded(limits) else { continue };
                watch.running.end();
                drop(end);
                // It may be writing a file that it removes when it ends.
                if tokio::time::timeout(LAST, &mut told).await.is_err() {
                    watch.leave();
                }
                return Err(given_up.into());
            }
        }
    };
    match outcome {
        Ok(Some(outcome)) => outcome,
        Ok(None) => Err(LakeError::Fault("a statement ended early".into()).into()),
        Err(_) => {
            let fault = thread.join().err().map(|panic| LakeError::panic(panic.as_ref()));
            Err(fault.unwrap_or_else(|| LakeError::Fault("no outcome".into())).into())
        }
    }
}

/// Does the work on this thread; none where it is told to end.
fn apart<T, E, W, F>(
    running: Arc<Running>,
    work: W,
    ended: oneshot::Receiver<()>,
) -> Option<Result<T, E>>
where
    E: From<LakeError>,
    W: FnOnce() -> F,
    F: Future<Output = Result<T, E>>,
{
    let build = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(WORKER_STACK)
        .build();
    let runtime = match build {
        Ok(runtime) => runtime,
        Err(error) => {
            return Some(Err(LakeError::Fault(format!("no runtime: {error}")).into()));
        }
    };
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = running.scope(work()) => Some(outcome),
            _ = ended => None,
        }
    });
    // What computes still is not waited for.
    runtime.shutdown_background();
    outcome
}

/// Counts its thread, where that was left running, until it ends.
struct Left(Arc<AtomicBool>);

impl Drop for Left {
    fn drop(&mut self) {
        if self.0.swap(true, Ordering::SeqCst) {
            LEFT.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// What work is measured against.
struct Watch {
    running: Arc<Running>,
    /// Whether its thread was left, or has ended.
    left: Arc<AtomicBool>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.running.end();
    }
}

impl Watch {
    /// That its thread is not waited for any more.
    fn leave(&self) {
        LEFT.fetch_add(1, Ordering::SeqCst);
        if self.left.swap(true, Ordering::SeqCst) {
            LEFT.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// The limit that is exceeded, if one is.
    fn exceeded(&self, limits: &Limits) -> Option<LakeError> {
        if let Some(time) = limits.time.filter(|time| self.running.begun().elapsed() > *time) {
            let message = format!("the statement took longer than {} s", time.as_secs_f64());
            let hint = "ask for less, or give more with --timeout SECONDS (0: as long as it \
                        takes; KORIDOR_SQL_TIMEOUT)";
            return Some(LakeError::limit(message, hint));
        }
        self.running.exceeds_memory().map(|most| {
            let message = format!("the statement came to hold more than {} MiB", most >> 20);
            LakeError::limit(message, LakeError::MORE_MEMORY)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, run};
    use crate::error::LakeError;
    use std::time::{Duration, Instant};

    fn limits(milliseconds: u64, memory_bytes: usize) -> Limits {
        let time = Some(Duration::from_millis(milliseconds));
        Limits { time, ..Limits::new(memory_bytes) }
    }

    #[tokio::test]
    async fn a_step_that_never_ends_is_given_up_from_outside() {
        let begun = Instant::now();
        let work = || async {
            std::thread::sleep(Duration::from_secs(60));
            Ok::<(), LakeError>(())
        };
        let error = run(&limits(100, 1 << 30), work).await.unwrap_err().to_string();
        assert!(error.contains("longer than 0.1 s"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert!(super::is_left_running());
    }

    #[tokio::test]
    async fn a_panic_is_an_error_with_what_it_said() {
        let work = || async { Ok::<u64, LakeError>(Vec::<u64>::new().remove(3)) };
        let error = run(&limits(60_000, 1 << 30), work).await.unwrap_err();
        assert!(matches!(error, LakeError::Fault(_)) && error.to_string().contains("removal"));
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn what_grows_without_an_end_is_given_up() {
        let work = || async {
            let mut held = Vec::new();
            for _ in 0..2_000 {
                held.push(vec![1_u8; 1 << 20]);
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok::<usize, LakeError>(held.len())
        };
        let error = run(&limits(60_000, 1 << 20), work).await.unwrap_err().to_string();
        assert!(error.contains("more than 258 MiB"), "{error}");
    }
}
