//! Arguments of `key`.

use clap::Subcommand;

/// Commands of `key`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// What tells the lake's key from others, and which key is there now.
    Show,
    /// Go on with the key that is given, or a new one: by whom and why.
    Adopt {
        /// Who says so.
        #[arg(long)]
        by: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}
