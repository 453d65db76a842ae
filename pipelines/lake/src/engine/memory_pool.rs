//! The memory of a statement: fair where it is scarce, first come first served where it is not.

use datafusion::error::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};
use std::fmt::{Display, Formatter};

/// A pool that parts memory among all who may spill only once half of it is taken: a plan with
/// hundreds of small sorts would otherwise leave none of them room for a batch.
#[derive(Debug)]
pub(super) struct StatementPool {
    fair: FairSpillPool,
    bytes: usize,
}

impl StatementPool {
    /// Of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { fair: FairSpillPool::new(bytes), bytes }
    }
}

impl Display for StatementPool {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        self.fair.fmt(formatter)
    }
}

impl MemoryPool for StatementPool {
    fn name(&self) -> &str {
        "statement"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.fair.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.fair.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.fair.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.fair.shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let is_ample = self.fair.reserved().saturating_add(additional) <= self.bytes / 2;
        if is_ample {
            self.fair.grow(reservation, additional);
            return Ok(());
        }
        self.fair.try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.fair.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.fair.memory_limit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn many_small_sorts_have_room_and_a_large_one_leaves_some() {
        let pool: Arc<dyn MemoryPool> = Arc::new(StatementPool::new(1000));
        let sorts: Vec<MemoryReservation> = (0..200)
            .map(|_| MemoryConsumer::new("sort").with_can_spill(true).register(&pool))
            .collect();
        // A two-hundredth of the pool is 5.
        sorts[0].try_grow(400).unwrap();
        sorts[1].try_grow(50).unwrap();
        // Above a half each has its share.
        assert!(sorts[2].try_grow(100).is_err());
        sorts[3].try_grow(5).unwrap();
    }
}
