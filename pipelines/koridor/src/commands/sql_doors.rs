use super::http::connections;
use crate::args::DoorArgs;
use crate::context::Context;
use koridor_lake::LakeError;
use koridor_serve::service::Service;
use koridor_serve::tls::{Tls, TlsFiles};
use koridor_serve::{flight, pg};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Opens the door of PostgreSQL; what is given ends when `stop` says so and statements that run are
/// answered.
pub async fn open_pg(
    context: &Context,
    (address, args): (SocketAddr, &DoorArgs),
    service: Arc<Service>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<JoinHandle<()>> {
    let tls = tls(args, &["postgresql"])?;
    let listener = listener(address, "--pg").await?;
    let own = listener.local_addr()?;
    context.printer.note(&format!("postgresql://{own}/koridor"));
    let connections = connections(args.door_connections);
    let options = pg::Options { tls, lets_in_anybody: args.anonymous, connections };
    Ok(tokio::spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|own| *own).await;
        };
        pg::serve(service, listener, options, stopped).await;
    }))
}

/// Opens the door of Flight SQL; what is given ends when `stop` says so and calls that run are
/// answered.
pub async fn open_flight(
    context: &Context,
    (address, args): (SocketAddr, &DoorArgs),
    service: Arc<Service>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<JoinHandle<()>> {
    let tls = tls(args, &["h2"])?;
    let listener = listener(address, "--flight").await?;
    let own = listener.local_addr()?;
    let scheme = if tls.is_some() { "grpc+tls" } else { "grpc" };
    context.printer.note(&format!("{scheme}://{own}"));
    let connections = connections(args.door_connections);
    let options = flight::Options { tls, lets_in_anybody: args.anonymous, connections };
    let printer = context.printer.clone();
    Ok(tokio::spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|own| *own).await;
        };
        if let Err(error) = flight::serve(service, listener, options, stopped).await {
            printer.error_line(&error.to_string());
        }
    }))
}

/// What encrypts a door, where files are given.
fn tls(args: &DoorArgs, protocols: &[&str]) -> anyhow::Result<Option<Tls>> {
    let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) else { return Ok(None) };
    let files = TlsFiles { certificate: certificate.clone(), key: key.clone() };
    Ok(Some(Tls::of(&files, protocols)?))
}

async fn listener(address: SocketAddr, argument: &str) -> anyhow::Result<TcpListener> {
    Ok(TcpListener::bind(address).await.map_err(|error| {
        let hint = format!("give another address as {argument}");
        LakeError::usage(format!("{address} cannot be opened: {error}"), hint)
    })?)
}
