//! Arguments of `releases`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands of `releases`.
#[derive(Debug, Subcommand)]
pub enum ReleasesCommand {
    /// All releases.
    List,
    /// Which numbers moved between two releases, by how much, and the files that came between them.
    #[command(after_help = "Example:\n  koridor releases diff 2026-11-20.1 2026-11-21.1")]
    Diff {
        /// The earlier release, by name or date.
        from: String,
        /// The later one.
        to: String,
    },
    /// What a release rests on, in hashes: raw files, contracts, queries, data files, program.
    Manifest {
        /// The release, by name or date.
        release: String,
    },
    /// Signs the manifest of a release with a key of minisign, and keeps both with the lake.
    #[command(after_help = "Examples:
  koridor releases new-key rilis.key
  koridor releases sign 2026-11-21.1 --key rilis.key")]
    Sign {
        /// The release, by name or date.
        release: String,
        /// File of the secret key; `KORIDOR_SIGN_PASSWORD` holds its password, if it has one.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Makes a pair of keys for signing: FILE, to be kept secret, and FILE.pub.
    NewKey {
        /// File of the secret key.
        file: PathBuf,
    },
    /// Computes a release again from its raw bytes, with the project that it kept, and compares
    /// every digit; checks its manifest and signature. Ends with 1 where something differs.
    #[command(after_help = "Example:
  koridor releases verify 2026-11-21.1 --public-key rilis.key.pub")]
    Verify(VerifyReleaseArgs),
}

/// Arguments of `releases verify`.
#[derive(Debug, Args)]
pub struct VerifyReleaseArgs {
    /// The release, by name or date.
    pub release: String,
    /// Public key of who signed it, as a file or in words; without one a signature is not looked
    /// at.
    #[arg(long, env = "KORIDOR_PUBLIC_KEY", value_name = "FILE|KEY")]
    pub public_key: Option<String>,
    /// Folder in which it is computed again; one that goes away afterwards if not given.
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
}
