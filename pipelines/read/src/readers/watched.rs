//! A process that is ended where it does not answer in time.

use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the thread that watches and the one that waits for an answer both know.
#[derive(Debug)]
struct Watch {
    process: Child,
    /// When the answer that is waited for is late; none while nobody waits.
    deadline: Option<Instant>,
    /// The answer was late, and the process was ended.
    was_late: bool,
    /// Nobody will wait any more.
    is_over: bool,
}

/// A process with a thread that watches it. One thread serves all answers: to start one for each
/// costs more than a small file takes to read.
#[derive(Debug)]
pub(super) struct Watched {
    watch: Arc<(Mutex<Watch>, Condvar)>,
    is_watched: bool,
}

fn locked(watch: &Mutex<Watch>) -> MutexGuard<'_, Watch> {
    watch.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watched {
    /// A process that nothing is asked of yet.
    pub(super) fn new(process: Child) -> Self {
        let own = Watch { process, deadline: None, was_late: false, is_over: false };
        Self { watch: Arc::new((Mutex::new(own), Condvar::new())), is_watched: false }
    }

    /// From now on the process is ended unless [`Watched::answered`] is called within `limit`,
    /// which is the same for all answers of a process: so the thread that watches need not be told,
    /// since it wakes before a deadline that is later than the one it slept for.
    pub(super) fn must_end_within(&mut self, limit: Duration) {
        locked(&self.watch.0).deadline = Some(Instant::now() + limit);
        if !self.is_watched {
            let own = Arc::clone(&self.watch);
            let thread = std::thread::Builder::new().name("koridor-watch".into());
            // Without a thread the process still bounds its own time.
            self.is_watched = thread.spawn(move || watch(&own, limit)).is_ok();
        }
    }

    /// The answer is there, or cannot come any more; whether it was late and the process ended.
    pub(super) fn answered(&self) -> bool {
        let mut watch = locked(&self.watch.0);
        watch.deadline = None;
        watch.was_late
    }
}

/// Ends the process at the deadline that stands when it is reached.
fn watch((watch, wakes): &(Mutex<Watch>, Condvar), limit: Duration) {
    let mut own = locked(watch);
    while !own.is_over {
        let now = Instant::now();
        let wait = match own.deadline {
            Some(deadline) if deadline <= now => {
                own.was_late = true;
                // What is gone already need not be ended.
                let _ = own.process.kill();
                return;
            }
            Some(deadline) => deadline - now,
            None => limit,
        };
        own = wakes.wait_timeout(own, wait).unwrap_or_else(PoisonError::into_inner).0;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut own = locked(&self.watch.0);
        own.is_over = true;
        // It holds nothing that would be lost.
        let _ = own.process.kill();
        let _ = own.process.wait();
        drop(own);
        self.watch.1.notify_all();
    }
}
