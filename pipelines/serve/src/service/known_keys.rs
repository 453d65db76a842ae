//! Keys that were looked up a moment ago.

use super::caller::Caller;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long a key is taken as it was found: a key that is withdrawn is refused after it.
const FRESH: Duration = Duration::from_secs(1);

/// Keys that are remembered.
const MOST: usize = 4096;

/// When a key was looked up, and whose it is.
type Found = (Instant, Option<Caller>);

/// Keys that were looked up a moment ago, by their hash: no key stands in memory for this.
#[derive(Default)]
pub(super) struct KnownKeys {
    known: Mutex<HashMap<[u8; 32], Found>>,
}

impl KnownKeys {
    /// Who a key was found to be; none where it was not looked up a moment ago.
    pub(super) fn get(&self, text: &str) -> Option<Option<Caller>> {
        let known = self.known.lock();
        let (at, caller) = known.get(&hash(text))?;
        (at.elapsed() < FRESH).then(|| caller.clone())
    }

    pub(super) fn put(&self, text: &str, caller: Option<Caller>) {
        let mut known = self.known.lock();
        if known.len() >= MOST {
            known.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        if known.len() < MOST {
            known.insert(hash(text), (Instant::now(), caller));
        }
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
