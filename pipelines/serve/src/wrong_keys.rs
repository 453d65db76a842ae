//! Who tries keys that are none: answered late, and later the more often it tries.

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
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

/// The network that counts as one: of IPv6 the half that a site has, of IPv4 the address.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(own) => Ipv6Addr::from_bits(own.to_bits() >> 64 << 64).into(),
        own => own,
    }
}

/// Counts wrong keys by network.
pub(crate) struct WrongKeys {
    known: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>,
}

impl Default for WrongKeys {
    fn default() -> Self {
        Self { known: RateLimiter::hashmap(Quota::per_minute(FREELY)) }
    }
}

impl WrongKeys {
    /// Counts a key that is none; after how long another may be tried, where there were too many.
    pub(crate) fn count(&self, address: IpAddr) -> Option<Duration> {
        if self.known.len() >= MOST {
            self.tidy();
        }
        let refused = self.known.check_key(&network(address)).err()?;
        Some(refused.wait_time_from(self.known.clock().now()))
    }

    /// How long one that came with a wrong key waits for the answer.
    pub(crate) fn delay(&self, address: IpAddr) -> Duration {
        if self.count(address).is_none() { DELAY } else { LONG_DELAY }
    }

    /// Forgets those who have not tried for long.
    pub(crate) fn tidy(&self) {
        self.known.retain_recent();
        self.known.shrink_to_fit();
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
        let address = |text: &str| text.parse::<std::net::IpAddr>().unwrap();
        let of_site = |at: u16| address(&format!("2001:db8:1:2::{at:x}"));
        assert_eq!((0..50).filter(|at| keys.delay(of_site(*at)) == DELAY).count(), 20);
        assert_eq!(keys.delay(address("2001:db8:1:3::1")), DELAY);
        assert_ne!(keys.delay(address("::ffff:10.0.0.1")), DELAY);
    }
}
