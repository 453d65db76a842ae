use crate::args::HttpArgs;
use crate::context::Context;
use crate::guides::GUIDES;
use koridor_lake::LakeError;
use koridor_lake::engine::Limits;
use koridor_serve::http::{self, Log, Settings};
use koridor_serve::service::Service;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Opens the HTTP door; what is given ends when `stop` says so and requests that run are answered.
pub async fn open(
    context: &Context,
    (address, args): (SocketAddr, &HttpArgs),
    (service, limits): (Arc<Service>, Limits),
    stop: watch::Receiver<bool>,
) -> anyhow::Result<JoinHandle<()>> {
    let origins = args.cors.iter().map(|own| {
        let wrong = || {
            let hint = "write --cors https://example.org".to_owned();
            LakeError::usage(format!("`{own}` is no origin"), hint)
        };
        let is_one = own.starts_with("https://") || own.starts_with("http://");
        own.parse().ok().filter(|_| is_one && !own.ends_with('/')).ok_or_else(wrong)
    });
    let origins = origins.collect::<Result<Vec<_>, LakeError>>()?;
    if let Some(landing) = args.landing.as_ref().filter(|own| !own.is_dir()) {
        let message = format!("landing folder {} does not exist", landing.display());
        return Err(LakeError::usage(message, "create it first".to_owned()).into());
    }
    let printer = context.printer.clone();
    let log: Log = Arc::new(move |text: &str| printer.note(text));
    let connections = connections(args.connections);
    let settings = Settings {
        limits,
        landing: args.landing.clone(),
        origins,
        requests_per_second: args.rate,
        is_behind_proxy: args.behind_proxy,
        connections,
        file_bytes: args.upload << 20,
        patience: Duration::from_secs(args.patience.max(1)),
        base_url: args.base_url.clone().unwrap_or_default(),
        guides: &GUIDES,
        reader: Arc::clone(&context.reader),
        log,
    };
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let hint = "give another address as --http".to_owned();
        LakeError::usage(format!("{address} cannot be opened: {error}"), hint)
    })?;
    let address = listener.local_addr()?;
    context.printer.note(&format!("http://{address}"));
    Ok(tokio::spawn(http::serve(listener, service, settings, stop)))
}

/// Connections that the system lets the program hold, files of the lake left free.
#[cfg(unix)]
pub(super) fn connections(wanted: usize) -> usize {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    const OTHERS: u64 = 256;
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return wanted };
    // Doors open one after the other: each asks for what it needs beside the others.
    let needed = (soft.max(OTHERS) + wanted as u64).min(hard);
    // Where it may not be raised, the limit that is there holds.
    let _ = setrlimit(Resource::RLIMIT_NOFILE, needed, hard);
    let soft = getrlimit(Resource::RLIMIT_NOFILE).map_or(1_024, |(soft, _)| soft);
    let free = soft.saturating_sub(OTHERS).max(64);
    wanted.min(usize::try_from(free).unwrap_or(wanted)).max(1)
}

#[cfg(not(unix))]
pub(super) fn connections(wanted: usize) -> usize {
    wanted.max(1)
}
