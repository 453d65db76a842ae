//! Arguments of `run` and `plan`.

use super::ChannelArgs;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The drop folder.
    #[arg(long, env = "KORIDOR_LANDING", default_value = "./landing", value_name = "DIR")]
    pub landing: PathBuf,
    /// Folder for the nightly extracts.
    #[arg(long, env = "KORIDOR_EXTRACTS", default_value = "./extracts", value_name = "DIR")]
    pub extracts: PathBuf,
    /// End with 0 although data was refused.
    #[arg(long)]
    pub allow_rejected: bool,
    /// Ask no address for files.
    #[arg(long)]
    pub no_fetch: bool,
    /// Make no release of changed `schemas/` or `sql/` before somebody approves it (`koridor
    /// backfill`); files are loaded.
    #[arg(long, env = "KORIDOR_HOLD_CHANGES")]
    pub hold_changes: bool,
    /// Run although the clock of this machine is behind the newest release.
    #[arg(long)]
    pub ignore_clock: bool,
    /// File for metrics as Prometheus reads them, written as a whole.
    #[arg(long, env = "KORIDOR_METRICS", value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    /// Who is told what needs a person.
    #[command(flatten)]
    pub alerts: ChannelArgs,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The drop folder.
    #[arg(long, env = "KORIDOR_LANDING", default_value = "./landing", value_name = "DIR")]
    pub landing: PathBuf,
    /// End with 0 although something would be refused.
    #[arg(long)]
    pub allow_rejected: bool,
}
