use super::{http, sql_doors};
use crate::ExitStatus;
use crate::args::ServeArgs;
use crate::context::Context;
use koridor_lake::LakeError;
use koridor_serve::service::Service;
use std::sync::Arc;
use tokio::sync::watch;

/// Opens the doors that are named, until the program is told to stop.
pub async fn run(context: &Context, args: &ServeArgs) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    if args.http.is_none() && args.pg.is_none() && args.flight.is_none() {
        let hint = "give --http 127.0.0.1:8080, --pg 127.0.0.1:5432 or --flight 127.0.0.1:31337";
        return Err(LakeError::usage("no door is named", hint.to_owned()).into());
    }
    let limits = args.limits.limits(context.memory_bytes);
    let project = Arc::clone(&context.project);
    let service = Arc::new(Service::new(project, context.storage.clone(), limits.clone()));
    let (tell, stop) = watch::channel(false);
    let mut doors = Vec::new();
    if let Some(address) = args.http {
        let own = (Arc::clone(&service), limits);
        doors.push(http::open(context, (address, &args.web), own, stop.clone()).await?);
    }
    if let Some(address) = args.pg {
        let own = Arc::clone(&service);
        doors.push(sql_doors::open_pg(context, (address, &args.doors), own, stop.clone()).await?);
    }
    if let Some(address) = args.flight {
        let own = Arc::clone(&service);
        doors.push(sql_doors::open_flight(context, (address, &args.doors), own, stop).await?);
    }
    told_to_stop().await;
    tell.send_replace(true);
    for door in doors {
        let _ = door.await;
    }
    Ok(ExitStatus::Done)
}

/// Waits until the program is told to stop.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
