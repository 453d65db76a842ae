use crate::ExitStatus;
use crate::context::Context;
use std::sync::Arc;

/// All releases, oldest first.
pub async fn list(context: &Context) -> anyhow::Result<ExitStatus> {
    let engine = context.engine(None, true).await?;
    let frame =
        engine.query("select release_id, created_at, is_current, value_count, warnings from ops.releases order by created_at").await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    context.printer.rows(&schema, &frame.collect().await.map_err(koridor_lake::LakeError::from)?)?;
    Ok(ExitStatus::Done)
}
