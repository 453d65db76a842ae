//! One statement, on a thread of its own.

use super::caller::Caller;
use crate::error::ServeError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use futures::future::LocalBoxFuture;
use koridor_lake::engine::{Limits, ParamValues, SendableRecordBatchStream};
use koridor_lake::store::access::{self, Access};
use koridor_lake::{Engine, LakeError, Storage};
use tokio::sync::{mpsc, oneshot};

/// Schemas that hold nothing that is not published to everybody.
const UNRECORDED: [&str; 2] = ["ref", "information_schema"];

/// Longest text of a statement that is recorded, in characters.
const LONGEST: usize = 4000;

/// What begins to give rows.
pub(crate) type Work = Box<
    dyn FnOnce(Limits) -> LocalBoxFuture<'static, Result<SendableRecordBatchStream, LakeError>>
        + Send,
>;

/// Begins a statement on the lake; who is about to be given what is not published is recorded.
pub(super) fn on_lake(
    storage: &Storage,
    caller: &Caller,
    engine: Engine,
    (sql, values): (String, ParamValues),
) -> Work {
    let (storage, caller) = (storage.clone(), caller.clone());
    Box::new(move |limits| {
        Box::pin(async move {
            let rows = engine.guarded_with(&sql, values, &limits).await?;
            record(&storage, &caller, &engine, &sql).await?;
            Ok(rows)
        })
    })
}

async fn record(
    storage: &Storage,
    caller: &Caller,
    engine: &Engine,
    sql: &str,
) -> Result<(), LakeError> {
    let tier = caller.tier();
    let Some(key) = caller.key().filter(|_| tier.is_recorded()) else { return Ok(()) };
    let is_published = |name: &String| {
        let schema = name.rsplit('.').nth(1);
        schema.is_some_and(|own| UNRECORDED.contains(&own))
    };
    if engine.names(sql)?.iter().all(is_published) {
        return Ok(());
    }
    let by = format!("{} ({})", key.name, key.id);
    let asked: String = format!("sql {}", sql.trim()).chars().take(LONGEST).collect();
    access::record(storage, &Access::now(&by, "access key", tier.as_str(), &asked)).await
}

/// Hands on the batches of a statement until its reader is gone.
pub(super) async fn produce(
    work: Work,
    limits: Limits,
    tell_schema: oneshot::Sender<SchemaRef>,
    batches: mpsc::Sender<Result<RecordBatch, ServeError>>,
) -> Result<(), ServeError> {
    let mut rows = tokio::select! {
        rows = work(limits) => rows?,
        () = batches.closed() => return Ok(()),
    };
    let _ = tell_schema.send(rows.schema());
    loop {
        let batch = tokio::select! {
            batch = rows.next() => batch,
            () = batches.closed() => return Ok(()),
        };
        let Some(batch) = batch else { return Ok(()) };
        let batch = batch.map_err(LakeError::from)?;
        if batches.send(Ok(batch)).await.is_err() {
            return Ok(());
        }
    }
}
