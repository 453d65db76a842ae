//! Whether the values of a release are those that it published.

use crate::error::PublishError;
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, LakeError};

/// That a release holds each of its values once in the state of the tables that `engine` shows.
///
/// # Errors
/// Where it does not, or the lake cannot be read.
pub(crate) async fn need_whole(engine: &Engine, release: &Release) -> Result<(), PublishError> {
    let snapshot = engine.snapshot().clone().with_values_of(release.clone());
    // The engine checks the values of a release before it gives one of them.
    Engine::open(snapshot)?.query("select 1 from indicators.values").await?;
    Ok(())
}

/// Whether a release holds each of its values once. An earlier program could leave them twice: such
/// a release is nothing to build on or to compare with.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn is_whole(engine: &Engine, release: &Release) -> Result<bool, PublishError> {
    match need_whole(engine, release).await {
        Ok(()) => Ok(true),
        Err(PublishError::Lake(LakeError::Damaged { path, .. }))
            if path.starts_with("release ") =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
