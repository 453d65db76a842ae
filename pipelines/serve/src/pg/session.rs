//! What one connection has set, and the statement that runs on it.

use super::cursors::Cursors;
use super::settings::Settings;
use crate::service::Caller;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;

/// One connection.
pub(super) struct Session {
    caller: Mutex<Caller>,
    pub(super) settings: Mutex<Settings>,
    pub(super) cursors: Cursors,
    /// Counts the requests to give up what runs.
    cancelled: watch::Sender<u64>,
    busy: Arc<AtomicUsize>,
}

impl Session {
    pub(super) fn new() -> Self {
        Self {
            caller: Mutex::new(Caller::anybody()),
            settings: Mutex::default(),
            cursors: Cursors::default(),
            cancelled: watch::Sender::new(0),
            busy: Arc::default(),
        }
    }

    /// Who asks on it from now on.
    pub(super) fn enter(&self, caller: Caller) {
        *self.caller.lock() = caller;
    }

    pub(super) fn caller(&self) -> Caller {
        self.caller.lock().clone()
    }

    pub(super) fn cancel(&self) {
        self.cancelled.send_modify(|count| *count += 1);
    }

    /// A statement that begins: ended where it is asked to be given up from now on.
    pub(super) fn begin(&self) -> Begun {
        let mut cancelled = self.cancelled.subscribe();
        cancelled.mark_unchanged();
        self.busy.fetch_add(1, Ordering::SeqCst);
        Begun { cancelled, busy: Arc::clone(&self.busy) }
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }
}

/// A statement that runs.
pub(super) struct Begun {
    cancelled: watch::Receiver<u64>,
    busy: Arc<AtomicUsize>,
}

impl Begun {
    /// Comes when the statement is to be given up.
    pub(super) async fn cancelled(&mut self) {
        if self.cancelled.changed().await.is_err() {
            // Nobody is left who could ask for it.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.busy.fetch_sub(1, Ordering::SeqCst);
    }
}
