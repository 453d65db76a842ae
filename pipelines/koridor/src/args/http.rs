//! Arguments of the HTTP door of `serve`.

use clap::Args;
use std::path::PathBuf;

/// Arguments of the HTTP door.
#[derive(Debug, Args)]
pub struct HttpArgs {
    /// Landing folder that files of offices are put into; without it none are taken.
    #[arg(long, value_name = "DIR", requires = "http")]
    pub landing: Option<PathBuf>,
    /// Origin whose scripts may read answers, such as `https://example.org`; may be given again.
    #[arg(long, value_name = "ORIGIN", requires = "http")]
    pub cors: Vec<String>,
    /// Requests a second of one key or address; 0 for any number.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub rate: u32,
    /// Whoever asks is named by a proxy in X-Forwarded-For.
    #[arg(long, requires = "http")]
    pub behind_proxy: bool,
    /// HTTP connections that are open at a time.
    #[arg(long, value_name = "N", default_value_t = 12_000)]
    pub connections: usize,
    /// Largest file that is taken, in MB.
    #[arg(long, value_name = "MB", default_value_t = 50)]
    pub upload: usize,
    /// Seconds that a client has for the head of a request, and between two parts of a body.
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    pub patience: u64,
    /// Address that the pages will be found at, for their canonical links.
    #[arg(long, value_name = "URL", requires = "http")]
    pub base_url: Option<String>,
}
