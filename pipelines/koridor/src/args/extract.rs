//! Arguments of `extract`.

use super::limits::LimitArgs;
use super::tier::TierArgs;
use clap::Args;

/// Arguments of `extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// Name of the extract; without it, the extracts.
    pub name: Option<String>,
    /// BPS code or name; indicators and targets of the corridor come with it.
    #[arg(long)]
    pub region: Option<String>,
    /// Calendar year.
    #[arg(long)]
    pub year: Option<i32>,
    /// First period: 2024, 2024-Q3, 2024-07 or a day.
    #[arg(long, value_name = "PERIOD", conflicts_with = "year")]
    pub from: Option<String>,
    /// Last period.
    #[arg(long, value_name = "PERIOD", conflicts_with = "year")]
    pub to: Option<String>,
    /// Dimension of the masterplan.
    #[arg(long)]
    pub dimension: Option<String>,
    /// State of a release, by its name or a date.
    #[arg(long, value_name = "DATE|RELEASE")]
    pub as_of: Option<String>,
    /// CSV for a spreadsheet of Indonesia: semicolons, decimal commas, a mark of its encoding.
    #[arg(long)]
    pub excel: bool,
    /// Who it is for: if not given, anybody.
    #[command(flatten)]
    pub tier: TierArgs,
    /// What it may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}
