//! Arguments of `site`.

use super::limits::LimitArgs;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `site`.
#[derive(Debug, Args)]
pub struct SiteArgs {
    /// Folder of the site; what an earlier site left there is replaced as a whole.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Where the site will be found, for links that search engines ask for.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// State of a release, by its name or a date.
    #[arg(long, value_name = "DATE|RELEASE")]
    pub as_of: Option<String>,
    /// What it may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}
