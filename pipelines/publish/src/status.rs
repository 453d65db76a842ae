//! The state of the lake: what came, what is late or missing, what was refused, last runs.

use crate::error::PublishError;
use crate::table::Table;
use koridor_lake::Engine;

/// What `koridor status` says, by the statement of `sql/queries` that gives it.
pub struct Status {
    /// What came, by source and dataset.
    pub came: Table,
    /// Expected deliveries by state.
    pub expected: Table,
    /// The newest period that has come.
    pub fresh: Table,
    /// Corrections that do nothing.
    pub idle_corrections: Table,
    /// Refused files.
    pub refused: Table,
    /// Last runs.
    pub runs: Table,
}

/// Reads the state of the lake.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn status(engine: &Engine) -> Result<Status, PublishError> {
    Ok(Status {
        came: Table::named(engine, "status_came", []).await?,
        expected: Table::named(engine, "status_expected", []).await?,
        fresh: Table::named(engine, "status_fresh", []).await?,
        idle_corrections: Table::named(engine, "status_idle_corrections", []).await?,
        refused: Table::named(engine, "status_refused", []).await?,
        runs: Table::named(engine, "status_runs", []).await?,
    })
}
