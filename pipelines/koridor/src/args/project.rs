//! Arguments of `init`, `project` and `man`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder of the new project; made if it is not there.
    pub folder: PathBuf,
    /// Corridor that it is about: a file of the form of `schemas/corridor.json`. Lists of places
    /// and offices are laid beside it without those of the built-in corridor, to be filled in;
    /// without it the project begins with the built-in corridor.
    #[arg(long, value_name = "FILE")]
    pub corridor: Option<PathBuf>,
}

/// Commands of `project`.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// All mistakes in the files of the project (`--project DIR`), each with its place and what was
    /// expected, and the rows that its regions lack. Ends with 2 where there is one.
    Check,
    /// JSON Schemas of contracts, source descriptions, cards and the corridor, for editors.
    #[command(hide = true)]
    Schemas {
        /// Folder for them.
        folder: PathBuf,
        /// Write nothing; name the files that are not as they should be.
        #[arg(long)]
        check: bool,
    },
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder for the pages.
    pub folder: PathBuf,
}
