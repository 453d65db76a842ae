//! What a statement may cost.

use clap::Args;
use koridor_lake::engine::Limits;
use std::time::Duration;

/// Limits of a statement.
#[derive(Debug, Clone, Args)]
pub struct LimitArgs {
    /// Seconds that a statement may take, to its last row written; 0 for as long as it takes.
    #[arg(
        long,
        env = "KORIDOR_SQL_TIMEOUT",
        default_value_t = Limits::SECONDS as f64,
        value_parser = seconds,
        value_name = "SECONDS"
    )]
    pub timeout: f64,
    /// Rows that a result may have.
    #[arg(long, env = "KORIDOR_SQL_ROWS", default_value_t = Limits::ROWS, value_name = "N")]
    pub max_rows: u64,
    /// Rounds that a recursive query may take.
    #[arg(long, env = "KORIDOR_SQL_ROUNDS", default_value_t = Limits::ROUNDS, value_name = "N")]
    pub max_rounds: u64,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().map_err(|error| error.to_string())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(_) => Ok(seconds),
        Err(error) => Err(error.to_string()),
    }
}

impl LimitArgs {
    /// The limits, for a query that is given so much memory.
    pub fn limits(&self, memory_bytes: usize) -> Limits {
        let time = Duration::try_from_secs_f64(self.timeout).ok().filter(|own| !own.is_zero());
        let (rows, rounds) = (self.max_rows, self.max_rounds);
        Limits { time, memory_bytes, rows, rounds }
    }
}
