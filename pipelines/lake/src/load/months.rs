//! Months of year-to-date figures that other files of a load complete: what is told of a file after
//! all have come.

use super::outcome::FileOutcome;
use crate::engine::Engine;
use crate::error::LakeError;
use crate::ledger::FileStatus;
use arrow::array::AsArray;
use datafusion::prelude::{col, lit};

/// Flags of a month that has no value, as the month before is not there or is larger.
const MONTH_FLAGS: [&str; 2] = ["cum_gap", "cum_revised"];

/// Tells the flags of months as they are where all files of a load stand: another file may hold the
/// month before, or a newer one of the same month.
///
/// # Errors
/// Where the lake cannot be read.
pub(super) async fn drop_resolved(
    engine: &Engine,
    outcomes: &mut [FileOutcome],
) -> Result<(), LakeError> {
    for outcome in outcomes.iter_mut().filter(|own| own.status == FileStatus::Loaded) {
        let told: u64 = MONTH_FLAGS.iter().filter_map(|flag| outcome.flags.get(*flag)).sum();
        let Some(dataset) = outcome.dataset.clone().filter(|_| told > 0) else { continue };
        let left = current_flags(engine, &dataset, &outcome.id.to_string()).await?;
        for (flag, rows) in MONTH_FLAGS.into_iter().zip(left) {
            if rows == 0 {
                outcome.flags.remove(flag);
            } else {
                outcome.flags.insert(flag.to_owned(), rows);
            }
        }
        // A row may have several flags.
        let most = outcome.flags.values().copied().max().unwrap_or_default();
        let resolved = told.saturating_sub(left.iter().sum());
        outcome.flagged = outcome.flagged.saturating_sub(resolved).max(most);
    }
    Ok(())
}

/// How many current rows of a submission have each of the flags.
async fn current_flags(engine: &Engine, dataset: &str, id: &str) -> Result<[u64; 2], LakeError> {
    let [gap, revised] = MONTH_FLAGS;
    let sql = format!(
        "select src_file_sha256, array_has(qc_flags, '{gap}') as {gap}, \
         array_has(qc_flags, '{revised}') as {revised} from core.{dataset}"
    );
    let rows = engine.query(&sql).await?.filter(col("src_file_sha256").eq(lit(id)))?;
    let rows = rows.select_columns(&MONTH_FLAGS)?.collect().await?;
    let count = |column: usize| -> u64 {
        rows.iter().map(|rows| rows.column(column).as_boolean().true_count() as u64).sum()
    };
    Ok([count(0), count(1)])
}
