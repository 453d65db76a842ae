//! Arguments of `status`.

use clap::Args;

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// One line for each thing that is overdue or needs a person; exit code 3 where there is one.
    #[arg(long)]
    pub check: bool,
    /// Hours after which a night or a release is overdue. If not given: that of the corridor
    /// (`night_max_age_hours`).
    #[arg(long, value_name = "HOURS", requires = "check")]
    pub max_age: Option<u32>,
}
