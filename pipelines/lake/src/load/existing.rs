//! Keys of the lake's rows that a file is compared with.

use crate::engine::{Engine, Snapshot, text_parameter};
use crate::error::LakeError;
use crate::ledger::{self, Submission};
use futures::StreamExt;
use koridor_read::check::ExistingKeys;
use koridor_read::recognise::Recognised;

/// Keys of the current rows of a file's source, where a contract's key does not say which slice a row
/// belongs to. A file that is read again is compared with what was current when it came, as it was the
/// first time.
///
/// # Errors
/// Where the lake cannot be read.
pub(super) async fn existing_keys(
    snapshot: Snapshot,
    recognised: &Recognised,
    submission: Submission,
) -> Result<ExistingKeys, LakeError> {
    let contract = &recognised.contract;
    let mut existing = ExistingKeys::default();
    let slice = contract.koridor.slice.as_ref().filter(|_| !contract.key_names_slice());
    let Some(slice) = slice.filter(|_| snapshot.has_table(&ledger::silver(&contract.name))) else {
        return Ok(existing);
    };
    let own = contract.primary_key.iter().map(String::as_str);
    let mut columns: Vec<&str> = own.chain(["source_id", "period_type"]).collect();
    for name in [Some(slice.region.as_str()), slice.period.as_deref()].into_iter().flatten() {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    let snapshot = match submission.attempt {
        0 => snapshot,
        _ => snapshot.before_submission(submission.sequence),
    };
    let engine = Engine::open(snapshot)?;
    let rows = engine.query(&format!("select * from core.{}", contract.name)).await?;
    let source = recognised.source_id().map(text_parameter);
    let rows = match source {
        Some(source) => rows.filter(source_is(source))?,
        None => rows,
    };
    let mut rows = rows.select_columns(&columns)?.execute_stream().await?;
    while let Some(rows) = rows.next().await {
        existing.add(contract, &crate::engine::plain_texts(&rows?)?)?;
    }
    Ok(existing)
}

fn source_is(source: datafusion::common::ScalarValue) -> datafusion::logical_expr::Expr {
    use datafusion::prelude::{col, lit};
    col("source_id").eq(lit(source))
}
