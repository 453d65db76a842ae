//! What readers outside may see of other sources' figures.

use crate::error::PublishError;
use crate::shared_views::share;
use crate::table::Table;
use koridor_lake::Engine;

/// Lets figures of sources that are published stand in for all of them in this session: what a
/// target is judged by, and what an evaluation sets side by side.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn only_published(engine: &Engine) -> Result<(), PublishError> {
    /// Says that it was done: a view that others share may stand in for itself.
    const DONE: &str = "only_published";
    const ALL: &str = "ops.disagreements";
    const PUBLISHED: &str = "ops.open_disagreements";
    if engine.is_put(DONE) {
        return Ok(());
    }
    share(engine, PUBLISHED).await?;
    let rows = Table::of(engine.query(&format!("select * from {PUBLISHED}")).await?).await?;
    engine.put(ALL, rows.schema.clone(), rows.rows)?;
    Ok(engine.put(DONE, rows.schema, Vec::new())?)
}
