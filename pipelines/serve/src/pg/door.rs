//! What all connections of the door share.

use super::cancel::Cancels;
use super::catalogs::Catalogs;
use crate::service::Service;
use crate::tls::Tls;
use crate::wrong_keys::WrongKeys;
use pgwire::api::RandomPidSecretKeyGenerator;
use std::sync::Arc;

/// How a door is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// What encrypts connections. Where it is set, only this machine may come without.
    pub tls: Option<Tls>,
    /// Whether the user `open` comes in without a key, to what is published.
    pub lets_in_anybody: bool,
    /// Connections at once.
    pub connections: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { tls: None, lets_in_anybody: false, connections: 1_000 }
    }
}

/// What all connections of the door share.
pub(super) struct Door {
    pub(super) service: Arc<Service>,
    pub(super) options: Options,
    pub(super) cancels: Arc<Cancels>,
    pub(super) catalogs: Catalogs,
    pub(super) numbers: Arc<RandomPidSecretKeyGenerator>,
    pub(super) wrong_keys: WrongKeys,
}
