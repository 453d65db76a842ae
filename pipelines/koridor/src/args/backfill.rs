//! Commands of `backfill`.

use clap::Subcommand;

/// Commands of `backfill`.
#[derive(Debug, Subcommand)]
pub enum BackfillCommand {
    /// Read all files again on a trial of the lake, compare, and keep what would move.
    Plan,
    /// What was planned, approved, discarded.
    List,
    /// Make a backfill as it was planned; what moves is kept.
    #[command(after_help = "Example:\n  koridor backfill approve 2026-11-27 --by Bappeda")]
    Approve {
        /// The backfill.
        id: String,
        /// Who approves it.
        #[arg(long, value_name = "WHO", value_parser = super::said)]
        by: String,
    },
    /// Record that a backfill is not wanted.
    Discard {
        /// The backfill.
        id: String,
        /// Who does not want it.
        #[arg(long, value_name = "WHO", value_parser = super::said)]
        by: String,
    },
}
