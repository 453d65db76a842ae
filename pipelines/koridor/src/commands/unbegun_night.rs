//! A night that could not begin: the project is mistaken, or there is no landing folder. Nobody
//! sees what a timer prints, so it leaves its row and is told.

use super::after_night;
use crate::args::{Global, RunArgs};
use crate::context::Context;
use koridor_contract::scrub;
use koridor_lake::LakeError;
use koridor_lake::ledger::report::{self, Report};
use koridor_publish::night::Night;

/// Tells of a night that cannot begin, as the project is mistaken, and gives that back.
pub async fn tell(global: &Global, args: &RunArgs, error: LakeError) -> anyhow::Error {
    let night: anyhow::Result<Night> = Err(error.into());
    if let (Ok(context), Err(error)) = (Context::of_built_in(global), &night) {
        record(&context, error).await;
        for line in after_night::tell(&context, args, &night).await {
            context.printer.error_line(&line);
        }
    }
    night.err().unwrap_or_else(|| anyhow::anyhow!("a night that cannot begin"))
}

/// Leaves the row of a run that could not begin. It is told in any case.
pub async fn record(context: &Context, error: &anyhow::Error) {
    let moment = context.project.clock.written();
    let report = Report {
        schema: "koridor.run.v1".into(),
        run_id: report::new_run_id(),
        command: "run".into(),
        started_at: moment.clone(),
        finished_at: moment,
        outcome: "failed".into(),
        exit_code: i32::from(crate::classify(error).1.exit_code()),
        error: Some(scrub::prose(&crate::words(error)).into_owned()),
        ..Report::default()
    };
    if !context.storage.exists().await.unwrap_or_default() {
        return;
    }
    if let Ok(lock) = context.lock().await {
        let saved = report::save(&context.storage, &report).await;
        let released = lock.release().await;
        if let Err(error) = saved.and(released) {
            context.printer.error_line(&error.to_string());
        }
    }
}
