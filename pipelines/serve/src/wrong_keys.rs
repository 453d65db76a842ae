//! Who tries keys that are none: answered late, and later the more often it tries.

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// What a wrong key waits for.
const DELAY: Duration = Duration::from_millis(500);

/// What one waits for whose address has tried too many: those with a key are not kept waiting.
const LONG_DELAY: Duration = Duration::from_secs(5);

/// Wrong keys of one address in a minute that are answered after the short while.
const FREELY: NonZeroU32 = match NonZeroU32::new(20) {
    Some(own) => own,
    None => NonZeroU32::MIN,
};

/// Addresses that are remembered before those are forgotten that have not tried for long.
const MOST: usize = 4096;

/// Counts wrong keys by address.
pub(crate) struct WrongKeys {
    known: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>,
}

impl Default for WrongKeys {
    fn default() -> Self {
        Self { known: RateLimiter::hashmap(Quota::per_minute(FREELY)) }
    }
}

impl WrongKeys {
    /// How long one that came with a wrong key waits for the answer.
    pub(crate) fn delay(&self, address: IpAddr) -> Duration {
        if self.known.len() >= MOST {
            self.known.retain_recent();
        }
        if self.known.check_key(&address).is_ok() { DELAY } else { LONG_DELAY }
    }
}

#[cfg(test)]
mod tests {
    use super::{DELAY, WrongKeys};

    #[test]
    fn who_tries_often_waits_longer_and_nobody_else() {
        let keys = WrongKeys::default();
        let short = (0..50).filter(|_| keys.delay([10, 0, 0, 1].into()) == DELAY).count();
        assert_eq!(short, 20);
        assert_eq!(keys.delay([10, 0, 0, 2].into()), DELAY);
    }
}
