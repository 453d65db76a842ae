use crate::ExitStatus;
use crate::args::Cli;
use crate::printer::Printer;
use clap::CommandFactory;

/// Prints completions for a shell.
pub fn run(printer: &Printer, shell: clap_complete::Shell) -> anyhow::Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "koridor", &mut script);
    printer.plain(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Done)
}
