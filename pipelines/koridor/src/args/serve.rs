//! Arguments of `serve`.

use super::LimitArgs;
use clap::Args;
use std::net::SocketAddr;

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
    /// What a statement may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}
