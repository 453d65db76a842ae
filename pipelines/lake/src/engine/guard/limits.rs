use std::time::Duration;

/// What a statement may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Time from its text to its last row written; none for as long as it takes.
    pub time: Option<Duration>,
    /// Memory that a query is given, in bytes; what the process takes beyond it is watched.
    pub memory_bytes: usize,
    /// Rows of its result.
    pub rows: u64,
    /// Rounds of a recursive query.
    pub rounds: u64,
}

impl Limits {
    /// Seconds that a statement is given.
    pub const SECONDS: u64 = 600;
    /// Rows that a result may have.
    pub const ROWS: u64 = 100_000_000;
    /// Rounds that a recursive query may take.
    pub const ROUNDS: u64 = 10_000;

    /// The limits that hold where nobody sets others.
    pub fn new(memory_bytes: usize) -> Self {
        let time = Some(Duration::from_secs(Self::SECONDS));
        Self { time, memory_bytes, rows: Self::ROWS, rounds: Self::ROUNDS }
    }

    /// Bytes that the process may come to hold while a statement runs. Not all that the engine
    /// holds is accounted to a query, so it is more than a query is given.
    pub(super) fn process_bytes(&self) -> u64 {
        self.memory_bytes as u64 * 2 + (256 << 20)
    }
}
