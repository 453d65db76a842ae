//! Requests to give up a statement, which come on connections of their own.

use super::session::Session;
use parking_lot::Mutex;
use pgwire::api::cancel::CancelHandler;
use pgwire::messages::cancel::CancelRequest;
use pgwire::messages::startup::SecretKey;
use std::collections::HashMap;
use std::sync::Arc;

/// The connections by their numbers.
#[derive(Default)]
pub(super) struct Cancels {
    known: Mutex<HashMap<i32, (SecretKey, Arc<Session>)>>,
}

impl Cancels {
    pub(super) fn enter(&self, (number, secret): (i32, SecretKey), session: &Arc<Session>) {
        self.known.lock().insert(number, (secret, Arc::clone(session)));
    }

    pub(super) fn leave(&self, session: &Arc<Session>) {
        self.known.lock().retain(|_, (_, own)| !Arc::ptr_eq(own, session));
    }

    /// Whether a statement runs on any of them.
    pub(super) fn is_busy(&self) -> bool {
        self.known.lock().values().any(|(_, own)| own.is_busy())
    }
}

#[async_trait::async_trait]
impl CancelHandler for Cancels {
    async fn on_cancel_request(&self, request: CancelRequest) {
        let known = self.known.lock();
        if let Some((secret, session)) = known.get(&request.pid)
            && secret.eq_value(&request.secret_key)
        {
            session.cancel();
        }
    }
}
