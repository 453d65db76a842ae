//! Arguments of `erase` and `retention`.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `erase`.
#[derive(Debug, Args)]
pub struct EraseArgs {
    /// Dataset of the rows.
    #[arg(long, value_name = "DATASET")]
    pub dataset: String,
    /// Key of the rows, as the office writes it: one value, or `field=value,field=value`. Fields of
    /// the key that are not named may be anything.
    #[arg(long, value_name = "KEY", required_unless_present = "fields")]
    pub key: Option<String>,
    /// Another field that the rows have this value in.
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// Who has it done.
    #[arg(long, required_unless_present = "dry_run", value_parser = super::said)]
    pub by: Option<String>,
    /// Why: the request, the decision.
    #[arg(long, required_unless_present = "dry_run", value_parser = super::said)]
    pub reason: Option<String>,
    /// Folder of copies that were made of the lake, such as the extracts of the night: files there
    /// in which the person's values stand are removed; the next night writes them again.
    #[arg(long, value_name = "DIR")]
    pub also: Vec<PathBuf>,
    /// Take out as a whole, too, the refused files in which the person's values stand and no rows
    /// can be told, such as JSON of another shape: none of their bytes stays.
    #[arg(long)]
    pub refused_files: bool,
    /// Landing folder, in which nothing is removed.
    #[arg(long, env = "KORIDOR_LANDING", default_value = "./landing", value_name = "DIR")]
    pub landing: PathBuf,
    /// What would be erased, nothing written.
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `retention`.
#[derive(Debug, Args)]
pub struct RetentionArgs {
    /// Erase what is past its time, of datasets whose contract says `erase`.
    #[arg(long, requires = "by")]
    pub apply: bool,
    /// Who has it done.
    #[arg(long, value_parser = super::said)]
    pub by: Option<String>,
    /// Why, where it is more than what the contract says.
    #[arg(long, value_parser = super::said)]
    pub reason: Option<String>,
    /// As for `koridor erase`.
    #[arg(long, value_name = "DIR")]
    pub also: Vec<PathBuf>,
    /// Landing folder, in which nothing is removed.
    #[arg(long, env = "KORIDOR_LANDING", default_value = "./landing", value_name = "DIR")]
    pub landing: PathBuf,
}
