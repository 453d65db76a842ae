//! What one connection has set, and the statement that runs on it.

use super::bounded;
use super::cursors::Cursors;
use super::rewrite::Facts;
use super::settings::Settings;
use crate::seats::Rank;
use crate::service::Caller;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use tokio::sync::watch;

/// One connection.
pub(super) struct Session {
    caller: Mutex<Caller>,
    number: AtomicI32,
    is_in: AtomicBool,
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
            number: AtomicI32::new(0),
            is_in: AtomicBool::new(false),
            settings: Mutex::default(),
            cursors: Cursors::default(),
            cancelled: watch::Sender::new(0),
            busy: Arc::default(),
        }
    }

    /// Who asks on it from now on, and its number.
    pub(super) fn enter(&self, caller: Caller, number: i32) {
        *self.caller.lock() = caller;
        self.number.store(number, Ordering::SeqCst);
        self.is_in.store(true, Ordering::SeqCst);
    }

    /// What a statement may ask of the connection itself.
    pub(super) fn facts(&self) -> Facts {
        let user = self.caller.lock().key().map_or("open".to_owned(), |own| own.id.clone());
        let settings = self.settings.lock().all().into_iter().collect();
        Facts { user, number: self.number.load(Ordering::SeqCst), settings }
    }

    /// Whether somebody was let in.
    pub(super) fn is_in(&self) -> bool {
        self.is_in.load(Ordering::SeqCst)
    }

    /// How far the client has come, and how long a message of it may be.
    pub(super) fn rank(&self) -> (Rank, usize) {
        match (self.is_in(), self.caller.lock().key()) {
            (false, _) => (Rank::Arriving, bounded::ARRIVING),
            (true, None) => (Rank::Open, bounded::OPEN),
            (true, Some(_)) => (Rank::Keyed, bounded::KEYED),
        }
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
