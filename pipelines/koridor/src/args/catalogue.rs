//! Arguments of `catalogue`.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub struct CatalogueArgs {
    /// Folder that holds the folders `nightly`, `stable` and one a release day, `vYYYY.MM.DD`.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Address of that folder on the web; if not given, addresses are relative.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Make the release the one in `stable`, too.
    #[arg(long)]
    pub stable: bool,
    /// An earlier release, by its name or a date: `nightly` stays as it is.
    #[arg(long, value_name = "DATE|RELEASE")]
    pub as_of: Option<String>,
}
