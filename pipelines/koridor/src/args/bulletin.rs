//! Arguments of `bulletin`.

use super::limits::LimitArgs;
use clap::Args;

/// Arguments of `bulletin`.
#[derive(Debug, Args)]
pub struct BulletinArgs {
    /// BPS code or name; the corridor if not given.
    #[arg(long)]
    pub region: Option<String>,
    /// Month, such as 2026-07.
    #[arg(long, conflicts_with = "year", required_unless_present = "year")]
    pub month: Option<String>,
    /// Calendar year.
    #[arg(long)]
    pub year: Option<i32>,
    /// Release of the last bulletin, for the revisions since. If not given, the one that was
    /// current when the month (the year) of this release began.
    #[arg(long, value_name = "RELEASE")]
    pub since: Option<String>,
    /// State of a release, by its name or a date.
    #[arg(long, value_name = "DATE|RELEASE")]
    pub as_of: Option<String>,
    /// What it may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}
