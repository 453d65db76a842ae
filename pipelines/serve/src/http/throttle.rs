//! Who asks too often: by key, else by address.

use crate::wrong_keys::{WrongKeys, network};
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

type Limiter = RateLimiter<String, HashMapStateStore<String>, DefaultClock>;

/// Requests in a burst, in seconds of the rate.
const BURST_SECONDS: u32 = 4;

/// Counts requests by who makes them.
pub struct Throttle {
    requests: Option<Limiter>,
    wrong_keys: WrongKeys,
    /// Networks that tried too many, and until when none of theirs is looked up.
    held_back: Mutex<HashMap<IpAddr, Instant>>,
}

impl Throttle {
    /// So many requests a second; 0 for any number.
    pub fn new(per_second: u32) -> Self {
        let quota = NonZeroU32::new(per_second).map(|rate| {
            let burst = NonZeroU32::new(per_second.saturating_mul(BURST_SECONDS)).unwrap_or(rate);
            Quota::per_second(rate).allow_burst(burst)
        });
        Self {
            requests: quota.map(RateLimiter::hashmap),
            wrong_keys: WrongKeys::default(),
            held_back: Mutex::default(),
        }
    }

    /// How long somebody has to wait; none where the request is within the rate.
    pub fn wait(&self, who: &str) -> Option<Duration> {
        held_back(self.requests.as_ref()?, who)
    }

    /// Counts a key that is none; how long its sender has to wait, where there were too many.
    pub fn wrong_key(&self, address: IpAddr) -> Option<Duration> {
        let wait = self.wrong_keys.count(address)?;
        self.held_back.lock().insert(network(address), Instant::now() + wait);
        Some(wait)
    }

    /// How long no key of an address is looked up, after too many that were none.
    pub fn no_keys_for(&self, address: IpAddr) -> Option<Duration> {
        let until = self.held_back.lock().get(&network(address)).copied()?;
        until.checked_duration_since(Instant::now())
    }

    /// Forgets those who have not asked for long.
    pub fn tidy(&self) {
        if let Some(limiter) = &self.requests {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        self.wrong_keys.tidy();
        let now = Instant::now();
        self.held_back.lock().retain(|_, until| *until > now);
    }
}

fn held_back(limiter: &Limiter, who: &str) -> Option<Duration> {
    let refused = limiter.check_key(&who.to_owned()).err()?;
    Some(refused.wait_time_from(limiter.clock().now()))
}

#[cfg(test)]
mod tests {
    use super::Throttle;

    #[test]
    fn each_is_held_back_alone() {
        let throttle = Throttle::new(2);
        let taken = (0..20).filter(|_| throttle.wait("a").is_none()).count();
        assert_eq!(taken, 8);
        assert!(throttle.wait("b").is_none());
        assert!((0..1000).all(|_| Throttle::new(0).wait("a").is_none()));
        let address = [127, 0, 0, 1].into();
        assert!(throttle.no_keys_for(address).is_none());
        assert_eq!((0..50).filter(|_| throttle.wrong_key(address).is_none()).count(), 20);
        assert!(throttle.no_keys_for(address).is_some());
        assert!(throttle.no_keys_for([127, 0, 0, 2].into()).is_none());
    }
}
