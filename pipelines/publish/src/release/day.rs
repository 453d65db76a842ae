//! Until which day a release stands although nothing comes: deliveries fall due and months end, and
//! what an indicator says of them changes with the day.

use crate::error::PublishError;
use arrow::array::{Array, AsArray};
use koridor_contract::Project;
use koridor_lake::engine::text_parameter;
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, Storage};
use serde::{Deserialize, Serialize};

/// Where it is kept; without it the indicators of the day are computed once more.
const STANDS_UNTIL: &str = "_koridor/stands_until.json";

/// The first day on which a release may say something else.
#[derive(Debug, Serialize, Deserialize)]
struct StandsUntil {
    release: String,
    day: String,
}

/// Whether a release says today what it said when it was made: it has no indicator of the day, or
/// nothing fell due since.
///
/// # Errors
/// Where the lake cannot be read.
pub(super) async fn stands(
    storage: &Storage,
    project: &Project,
    release: &Release,
) -> Result<bool, PublishError> {
    if release.indicators.values().all(|own| !own.inputs.is_empty()) {
        return Ok(true);
    }
    let (known, _) = storage.get_cache::<Option<StandsUntil>>(STANDS_UNTIL).await?;
    Ok(known.is_some_and(|own| own.release == release.id && project.today() < own.day))
}

/// Notes until which day a release stands.
///
/// # Errors
/// Where the lake cannot be read or written.
pub(super) async fn note(
    engine: &Engine,
    storage: &Storage,
    release: &str,
) -> Result<(), PublishError> {
    let today = text_parameter(&engine.snapshot().project.today());
    let rows = engine.run_named("release_stands_until", [("today", today)]).await?;
    let days = rows.first().and_then(|rows| rows.column(0).as_string_opt::<i32>());
    let day = days.filter(|days| !days.is_empty() && days.is_valid(0)).map(|days| days.value(0));
    let day = day.unwrap_or_default().to_owned();
    let stands = StandsUntil { release: release.to_owned(), day };
    Ok(storage.put_json(STANDS_UNTIL, &stands).await?)
}

/// Whether what was computed now is what is published of the same indicators, to the last digit.
///
/// # Errors
/// Where the lake cannot be read.
pub(super) async fn is_as_published(engine: &Engine) -> Result<bool, PublishError> {
    let rows = engine.run_named("release_differences", []).await?;
    Ok(rows.iter().all(|rows| rows.num_rows() == 0))
}
