//! Who a result is for.

use clap::{Args, ValueEnum};

/// Who a result is for.
#[derive(Debug, Default, Args)]
pub struct TierArgs {
    /// Who it is for. `koridor sql` without it is the operator's own: whoever can read the lake's
    /// files sees all rows; the other commands show what is published.
    #[arg(long, value_enum)]
    pub tier: Option<AskedTier>,
    /// Who asks; recorded in `ops.access`.
    #[arg(long, value_name = "NAME", value_parser = super::said)]
    pub by: Option<String>,
    /// What for; recorded in `ops.access`.
    #[arg(long, value_name = "TEXT", value_parser = super::said)]
    pub reason: Option<String>,
    /// The region of the office that asks.
    #[arg(long, value_name = "REGION")]
    pub office: Option<String>,
}

/// Tiers that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskedTier {
    /// Anybody: what is published.
    Open,
    /// An office: what is published, and all values of its own region; recorded.
    Office,
    /// Everything; recorded.
    Restricted,
}

/// Whether cells of the restricted zone are shown.
#[derive(Debug, Default, Args)]
pub struct CellArgs {
    /// Show what stands in cells of datasets in the restricted zone.
    #[arg(long, value_enum, requires = "by", requires = "reason")]
    pub tier: Option<CellTier>,
    /// Who asks; recorded in `ops.access`.
    #[arg(long, value_name = "NAME", requires = "tier", value_parser = super::said)]
    pub by: Option<String>,
    /// What for; recorded in `ops.access`.
    #[arg(long, value_name = "TEXT", requires = "tier", value_parser = super::said)]
    pub reason: Option<String>,
}

/// The tier that is shown such cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CellTier {
    /// Everything; recorded.
    Restricted,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Indicator.
    pub id: String,
    /// BPS code, name, or CORR.
    #[arg(long)]
    pub region: String,
    /// `2024`, `2024-Q3` or `2024-07`.
    #[arg(long)]
    pub period: String,
    /// A release or a date: the number as it was published then.
    #[arg(long, value_name = "DATE|RELEASE")]
    pub as_of: Option<String>,
    /// Who it is for.
    #[command(flatten)]
    pub tier: TierArgs,
}
