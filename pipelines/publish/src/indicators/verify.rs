//! Whether the SQL of a project can run at all, before a night finds out.

use super::columns::{parts_schema, refuse_unknown};
use super::compute::plan_pools;
use super::{check, compute, disclosure_facts};
use crate::disclosure::Decision;
use crate::error::PublishError;
use koridor_contract::Project;
use koridor_contract::card::{self, Indicator};
use koridor_lake::{Engine, Snapshot, Storage};
use std::sync::Arc;

/// Runs the queries, the roll-up, pools and checks of all indicators, or of `only` some, on a lake
/// without rows, and plans all views. Gives how many indicators and views that are.
///
/// # Errors
/// The first file whose SQL is wrong.
pub async fn verify(
    project: &Arc<Project>,
    storage: &Storage,
    only: Option<&[Indicator]>,
) -> Result<(usize, usize), PublishError> {
    let indicators = only.map_or_else(|| card::load(project), |own| Ok(own.to_vec()))?;
    let engine = Engine::open(Snapshot::empty(Arc::clone(project), storage.clone()))?;
    let mut views = 0;
    for (path, text) in project.files_under("sql/views/", ".sql") {
        let view = path.trim_start_matches("sql/views/").trim_end_matches(".sql");
        let planned = engine.query(&format!("select * from {view}")).await;
        planned.map_err(|error| PublishError::in_file(path, text, error))?;
        views += 1;
    }
    for indicator in &indicators {
        let file = format!("{}/query.sql", indicator.folder);
        let planned = engine.query(&indicator.query).await;
        let planned =
            planned.map_err(|error| PublishError::in_file(file, &indicator.query, error))?;
        let schema = Arc::new(planned.schema().as_arrow().clone());
        refuse_unknown(&schema, &parts_schema(), indicator)?;
    }
    compute(&engine, project, &indicators, &mut |_| {}).await?;
    plan_pools(&engine, &indicators).await?;
    disclosure_facts(&engine, project).await?;
    check(&engine, project, &indicators, &Decision::default()).await?;
    Ok((indicators.len(), views))
}
