//! Whether a release is what its raw bytes give: computed again with the project that it kept, in a
//! lake of its own, and compared digit by digit.

use super::build::{Built, build};
use super::inputs::resting_on;
use crate::error::PublishError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use koridor_contract::Project;
use koridor_lake::engine::Tier;
use koridor_lake::load::rebuild::rebuild_release;
use koridor_lake::store::erased::Erased;
use koridor_lake::store::release::Release;
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use koridor_read::readers::FileReader;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What names a value.
const KEY: [&str; 5] = ["indicator_id", "region_code", "grain", "period", "breakdown"];

/// A value that is not what its raw bytes give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Indicator, region, grain, period, breakdown, parted by blanks.
    pub value: String,
    /// What was published, all columns; none where nothing was.
    pub published: Option<String>,
    /// What was computed; none where nothing was.
    pub computed: Option<String>,
}

/// What came of computing a release again.
#[derive(Debug, Default)]
pub struct Recomputed {
    /// Values compared.
    pub compared: u64,
    /// Those that are not the same.
    pub differences: Vec<Difference>,
    /// Indicators that depend on the day of their release and cannot be computed on another.
    pub of_their_day: BTreeSet<String>,
    /// Indicators with how many of their values are others because rows were erased since.
    pub on_erased: BTreeMap<String, u64>,
    /// Raw files that are gone or damaged.
    pub losses: Vec<LakeError>,
}

/// Computes a release again in an empty place, with its own project, and compares all its values.
///
/// # Errors
/// Where the one cannot be read or the other not be written.
pub async fn recompute(
    project: &Arc<Project>,
    (storage, release, into): (&Storage, &Release, &Storage),
    (run_id, reader, memory_bytes): (&str, &Arc<FileReader>, usize),
) -> Result<Recomputed, PublishError> {
    let places = (storage, release, into);
    let losses = rebuild_release(project, places, (run_id, reader)).await?;
    let built = build(project, into, run_id, memory_bytes, &mut |_| {}).await?;
    if let Built::Retained(_, checks) = &built {
        let failing = checks.iter().find(|check| check.is_fail && check.rows > 0);
        let name = failing.map(|own| format!("{}, {}", own.indicator_id, own.name));
        let what = format!("a check fails when it is built again: {}", name.unwrap_or_default());
        return Err(LakeError::damaged(format!("release {}", release.id), what).into());
    }
    let own = Snapshot::at_release(Arc::clone(project), storage.clone(), release.clone());
    let again = Snapshot::released(Arc::clone(project), into.clone()).await?;
    let published = values(own.with_memory(memory_bytes)).await?;
    let computed = values(again.with_memory(memory_bytes)).await?;
    // Of the release that is computed here: what the other says of itself is what is tried.
    let made = built.current().0.map(|own| own.indicators.clone()).unwrap_or_default();
    let of_their_day: BTreeSet<String> =
        made.iter().filter(|(_, own)| own.inputs.is_empty()).map(|(id, _)| id.clone()).collect();
    let mut recomputed = Recomputed { losses, of_their_day, ..Recomputed::default() };
    let erased = Erased::read(storage).await?;
    let datasets = erased.since(&release.created_at).flat_map(|own| own.datasets.iter());
    let resting = resting_on(project, &datasets.map(String::as_str).collect())?;
    let keys: BTreeSet<&Vec<String>> = published.keys().chain(computed.keys()).collect();
    for key in keys {
        let indicator = key.first().map(String::as_str).unwrap_or_default();
        if recomputed.of_their_day.contains(indicator) {
            continue;
        }
        recomputed.compared += 1;
        let (published, computed) = (published.get(key), computed.get(key));
        if published != computed && resting.contains(indicator) {
            *recomputed.on_erased.entry(indicator.to_owned()).or_default() += 1;
        } else if published != computed {
            recomputed.differences.push(Difference {
                value: key.join(" ").trim_end().to_owned(),
                published: published.cloned(),
                computed: computed.cloned(),
            });
        }
    }
    if recomputed.compared == 0 && release.values > 0 {
        let what = format!("none of its {} values can be computed again", release.values);
        return Err(LakeError::damaged(format!("release {}", release.id), what).into());
    }
    Ok(recomputed)
}

/// All values of a state by their key, with what is said of them, to the last digit.
async fn values(snapshot: Snapshot) -> Result<BTreeMap<Vec<String>, String>, PublishError> {
    let engine = Engine::open(snapshot.with_tier(Tier::Program))?;
    let mut values = BTreeMap::new();
    let options = FormatOptions::default();
    for rows in engine.rows("select * exclude (release_id) from indicators.values").await? {
        let schema = rows.schema();
        let columns: Vec<(bool, &str, ArrayFormatter<'_>)> = schema
            .fields()
            .iter()
            .zip(rows.columns())
            .map(|(field, column)| {
                let name = field.name().as_str();
                let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
                Ok((KEY.contains(&name), name, formatter))
            })
            .collect::<Result<_, arrow::error::ArrowError>>()?;
        for row in 0..rows.num_rows() {
            let (mut key, mut said) = (Vec::new(), Vec::new());
            for name in KEY {
                let column = columns.iter().find(|own| own.1 == name);
                key.extend(column.map(|own| own.2.value(row).to_string()));
            }
            for (_, name, column) in columns.iter().filter(|own| !own.0) {
                said.push(format!("{name}={}", column.value(row)));
            }
            values.insert(key, said.join(" "));
        }
    }
    Ok(values)
}
