//! Who is connected: so many at most, and room for whoever comes with a key.
//!
//! Where all seats are taken, one that comes takes that of somebody who has not said who it is, or
//! of one without a key that has done nothing for the longest. So nobody keeps others out by
//! connecting often and saying nothing.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Notify;

/// How far somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// Has not said who it is.
    Arriving,
    /// Is in without a key.
    Open,
    /// Is in with a key: keeps its seat.
    Keyed,
}

/// The seats of a door.
pub(crate) struct Seats {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    known: HashMap<u64, Place>,
}

struct Place {
    rank: Rank,
    /// When it was last heard of.
    heard: Instant,
    left: Arc<Notify>,
}

impl Seats {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most: most.max(1), taken: Mutex::default() })
    }

    /// A seat for one that comes; none where all are of those who keep theirs.
    pub(crate) fn take(self: &Arc<Self>) -> Option<Seat> {
        let mut taken = self.taken.lock();
        if taken.known.len() >= self.most {
            let others = taken.known.iter().filter(|(_, own)| own.rank < Rank::Keyed);
            let first = others.min_by_key(|(_, own)| (own.rank, own.heard));
            let number = first.map(|(number, _)| *number)?;
            if let Some(own) = taken.known.remove(&number) {
                own.left.notify_one();
            }
        }
        let (number, left) = (taken.next, Arc::new(Notify::new()));
        taken.next += 1;
        let place = Place { rank: Rank::Arriving, heard: Instant::now(), left: Arc::clone(&left) };
        taken.known.insert(number, place);
        Some(Seat { seats: Arc::clone(self), number, left })
    }
}

/// A seat that is taken, until it is dropped.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    number: u64,
    left: Arc<Notify>,
}

impl Seat {
    /// Says that its owner was heard of, and how far it has come; who has shown a key has.
    pub(crate) fn heard(&self, rank: Rank) {
        if let Some(own) = self.seats.taken.lock().known.get_mut(&self.number) {
            (own.rank, own.heard) = (own.rank.max(rank), Instant::now());
        }
    }

    /// Comes when somebody else has it.
    pub(crate) fn lost(&self) -> Arc<Notify> {
        Arc::clone(&self.left)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken.lock().known.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::{Rank, Seats};

    #[tokio::test]
    async fn who_says_nothing_makes_room_first_and_a_key_keeps_its_seat() {
        let seats = Seats::new(3);
        let (keyed, open, silent) = (seats.take(), seats.take(), seats.take());
        let (keyed, open, silent) = (keyed.unwrap(), open.unwrap(), silent.unwrap());
        keyed.heard(Rank::Keyed);
        open.heard(Rank::Open);
        let next = seats.take().unwrap();
        silent.lost().notified().await;
        next.heard(Rank::Keyed);
        let last = seats.take().unwrap();
        open.lost().notified().await;
        last.heard(Rank::Keyed);
        assert!(seats.take().is_none());
        drop(last);
        assert!(seats.take().is_some());
        drop(keyed);
    }
}
