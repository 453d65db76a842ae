//! Which numbers moved between two releases, and because of which files.

use crate::error::PublishError;
use crate::release::need_whole;
use crate::table::Table;
use koridor_contract::Project;
use koridor_lake::engine::{number_parameter, text_parameter};
use koridor_lake::store::release::{self, Release};
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use std::sync::Arc;

/// What moved between two releases.
pub struct Diff {
    /// Values that are not the same, with the files that were committed between the two.
    pub moved: Table,
    /// Whether `schemas/` or `sql/` changed between them too.
    pub has_other_project: bool,
}

/// Compares two releases, given by name or date, the earlier first.
///
/// # Errors
/// Where there is no such release, one does not hold its values, or the first is the later one.
pub async fn diff(
    project: &Arc<Project>,
    storage: &Storage,
    memory_bytes: usize,
    (from, to): (&str, &str),
) -> Result<Diff, PublishError> {
    let (from, to): (Release, Release) =
        (release::find(storage, from).await?, release::find(storage, to).await?);
    if from.created_at > to.created_at {
        return Err(LakeError::usage(
            format!("{} is later than {}", from.id, to.id),
            "give the earlier release first".to_owned(),
        )
        .into());
    }
    // Comparisons of releases read by today's project.
    let snapshot = Snapshot::at_release(Arc::clone(project), storage.clone(), to.clone());
    let engine = Engine::open(snapshot.with_memory(memory_bytes))?;
    for release in [&from, &to] {
        need_whole(&engine, release).await?;
    }
    let parameters = [
        ("from", text_parameter(&from.id)),
        ("to", text_parameter(&to.id)),
        ("sequence_from", number_parameter(from.sequence as i64)),
        ("sequence_to", number_parameter(to.sequence as i64)),
    ];
    let moved = Table::named(&engine, "releases_diff", parameters).await?;
    Ok(Diff { moved, has_other_project: from.project != to.project })
}
