//! Arguments of commands that read files or make them.

use super::limits::LimitArgs;
use super::tier::CellArgs;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `ingest` and `check`.
#[derive(Debug, Args)]
pub struct IngestArgs {
    /// Files or folders. `check` without any tells whether the project's schemas and SQL can run.
    pub paths: Vec<PathBuf>,
    /// Dataset of the files.
    #[arg(long)]
    pub dataset: Option<String>,
    /// Source: a description of `schemas/sources` or an office of `ref.source`.
    #[arg(long)]
    pub source: Option<String>,
    /// Region of files that carry none.
    #[arg(long)]
    pub region: Option<String>,
    /// Release date of the files (today if not given).
    #[arg(long, value_name = "DATE")]
    pub released: Option<String>,
    /// End with 0 although data was refused.
    #[arg(long)]
    pub allow_rejected: bool,
    /// `check` only: write the file with its refused cells marked as a workbook.
    #[arg(long, value_name = "FILE")]
    pub workbook: Option<PathBuf>,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The files, and what is said of them.
    #[command(flatten)]
    pub files: IngestArgs,
    /// What of them is shown.
    #[command(flatten)]
    pub cells: CellArgs,
}

/// Arguments of `template`.
#[derive(Debug, Args)]
pub struct TemplateArgs {
    /// Dataset.
    pub dataset: Option<String>,
    /// BPS code or name of the region.
    #[arg(long)]
    pub region: Option<String>,
    /// Calendar year whose periods are given (this year if not given).
    #[arg(long)]
    pub year: Option<i32>,
    /// A description or an office; the first that fits the dataset and the region if not given.
    #[arg(long)]
    pub source: Option<String>,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// Calendar year.
    #[arg(long)]
    pub year: i32,
    /// BPS code or name; all regions if not given.
    #[arg(long)]
    pub region: Option<String>,
    /// State of a release, by its name or a date; of a frozen year the release it is frozen to.
    #[arg(long, value_name = "DATE|RELEASE")]
    pub as_of: Option<String>,
    /// Bind the year's evaluation to the release for ever.
    #[arg(long, requires = "by")]
    pub freeze: bool,
    /// Who freezes it.
    #[arg(long, value_name = "WHO", requires = "freeze", value_parser = super::said)]
    pub by: Option<String>,
    /// What it may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// Dataset.
    pub dataset: String,
    /// The layout it is written in, a source description; that of the recipe if not given.
    #[arg(long, value_name = "NAME")]
    pub layout: Option<String>,
    /// Rows.
    #[arg(long, default_value_t = 1000)]
    pub rows: u64,
    /// Share of rows with one fault each.
    #[arg(long, default_value_t = 0.01)]
    pub faults: f64,
    /// Seed: the same seed gives the same file.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
}

/// Arguments of `reference`.
#[derive(Debug, Args)]
pub struct ReferenceArgs {
    /// Folder of the pages; those that are no longer generated are removed from it.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Write nothing; name the pages that are stale (exit code 1).
    #[arg(long)]
    pub check: bool,
}
