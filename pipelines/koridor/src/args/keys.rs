//! Arguments of `key`.

use clap::Subcommand;

/// Commands of `key`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// What tells the lake's key from others, and which key is there now.
    Show,
    /// Store what came encrypted with the lake's key, what is there and what comes: without the key
    /// nobody can read it any more, so keep a copy of it elsewhere.
    Encrypt,
    /// Store what came as it came again.
    Decrypt,
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
