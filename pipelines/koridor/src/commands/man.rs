use crate::ExitStatus;
use crate::args::{Cli, ManArgs};
use clap::CommandFactory;

/// Writes a manual page of the program and of each command.
pub fn run(args: &ManArgs) -> anyhow::Result<ExitStatus> {
    clap_mangen::generate_to(Cli::command(), &args.folder)?;
    Ok(ExitStatus::Done)
}
