//! The statements that run: what each holds, and which of them is given up where memory is short.

use super::limits::Limits;
use super::memory;
use datafusion::execution::memory_pool::MemoryPool;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// The statements that run.
static RUNNING: Mutex<Vec<Arc<Running>>> = Mutex::new(Vec::new());

tokio::task_local! {
    /// The statement that a task belongs to.
    static CURRENT: Arc<Running>;
}

/// A statement that runs.
pub(in crate::engine) struct Running {
    begun: Instant,
    /// Memory in use when it began, without what others held.
    before: u64,
    most: u64,
    is_given_up: AtomicBool,
    pool: OnceLock<Arc<dyn MemoryPool>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Running").field("begun", &self.begun).finish_non_exhaustive()
    }
}

impl Running {
    /// One that begins now.
    pub(super) fn begin(limits: &Limits) -> Arc<Self> {
        let mut running = RUNNING.lock();
        let in_use = memory::in_use().unwrap_or_default();
        // Where others run, what was there before the first of them.
        let before = running.iter().map(|own| own.before).min().unwrap_or(in_use).min(in_use);
        let own = Arc::new(Self {
            begun: Instant::now(),
            before,
            most: limits.process_bytes(),
            is_given_up: AtomicBool::new(false),
            pool: OnceLock::new(),
        });
        running.push(Arc::clone(&own));
        own
    }

    /// How many run.
    pub(super) fn count() -> usize {
        RUNNING.lock().len()
    }

    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    /// That it is not counted any more, and that what of it computes still is to end.
    pub(super) fn end(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
        RUNNING.lock().retain(|own| !std::ptr::eq(Arc::as_ptr(own), self));
    }

    /// Whether it is to end.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed)
    }

    /// The statement that the running task belongs to.
    pub(in crate::engine) fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// Runs work as a part of it.
    pub(super) async fn scope<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// What its query takes memory from.
    pub(in crate::engine) fn takes_from(&self, pool: &Arc<dyn MemoryPool>) {
        let _ = self.pool.set(Arc::clone(pool));
    }

    fn reserved(&self) -> u64 {
        self.pool.get().map_or(0, |pool| pool.reserved() as u64)
    }

    /// The bytes that are too many, where this is the statement to give up for it: of several the
    /// one that holds most, of those that hold the same the one that runs longest.
    ///
    /// The system tells what the process holds and not for whom. So each statement may come to hold
    /// what it would be allowed alone, beside what the pools of the others say that they hold.
    pub(super) fn exceeds_memory(&self) -> Option<u64> {
        let in_use = memory::in_use()?;
        let running = RUNNING.lock();
        let held = in_use.saturating_sub(self.before);
        let others = running.iter().filter(|own| !std::ptr::eq(Arc::as_ptr(own), self));
        let (mut most, mut of_others) = (self.most, 0);
        let mut is_first = true;
        let own = (self.reserved(), self.begun.elapsed());
        for other in others {
            most = most.max(other.most);
            of_others += other.reserved();
            is_first &= own >= (other.reserved(), other.begun.elapsed());
        }
        (is_first && held > most + of_others).then_some(self.most)
    }
}
