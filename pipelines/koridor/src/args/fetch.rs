//! Arguments of `fetch`.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `fetch`.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Source descriptions with `fetch`; all if none is named.
    pub names: Vec<String>,
    /// The drop folder.
    #[arg(long, env = "KORIDOR_LANDING", default_value = "./landing", value_name = "DIR")]
    pub landing: PathBuf,
    /// Month (2026-01) or year (2026) in the place of the last ones.
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
}
