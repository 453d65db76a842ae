//! Arguments of `serve`.

use super::{HttpArgs, LimitArgs};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address for HTTP: pages, extracts, SQL, checks of files.
    #[arg(long, value_name = "ADDRESS")]
    pub http: Option<SocketAddr>,
    /// Address for clients of PostgreSQL.
    #[arg(long, value_name = "ADDRESS")]
    pub pg: Option<SocketAddr>,
    /// Address for clients of Flight SQL.
    #[arg(long, value_name = "ADDRESS")]
    pub flight: Option<SocketAddr>,
    /// The HTTP door.
    #[command(flatten)]
    pub web: HttpArgs,
    /// The doors of PostgreSQL and Flight SQL.
    #[command(flatten)]
    pub doors: DoorArgs,
    /// What a statement may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of the doors of PostgreSQL and Flight SQL.
#[derive(Debug, Args)]
pub struct DoorArgs {
    /// Certificate (PEM) for --pg and --flight. With it nobody but this machine comes in without
    /// TLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Let anybody in through --pg (as the user `open`) and --flight, to what is published.
    #[arg(long)]
    pub anonymous: bool,
    /// Connections of --pg and of --flight that are open at a time, each. Where all are taken,
    /// whoever comes takes the place of one without a key that has done nothing for the longest.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub door_connections: usize,
}
