//! Arguments of `serve`.

use super::{HttpArgs, LimitArgs};
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
    /// The HTTP door.
    #[command(flatten)]
    pub web: HttpArgs,
    /// What a statement may cost.
    #[command(flatten)]
    pub limits: LimitArgs,
}
