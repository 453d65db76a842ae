//! What an indicator's values rest on, as a fingerprint: where it is that of an earlier release, so
//! are the values.
//!
//! A fingerprint holds the indicator's SQL and card, the roll-up and the views that they name, all
//! code lists and parameters, the contracts and current slices of the datasets, and what was found
//! in their rows. A slice number names its rows until some are erased, so the numbers and the
//! erasures of a dataset stand for the data.

use crate::error::PublishError;
use crate::shared_views::share_named;
use arrow::array::{Array, AsArray, RecordBatch};
use koridor_contract::Project;
use koridor_contract::card::{self, Indicator};
use koridor_contract::check::hash_rows;
use koridor_lake::Engine;
use koridor_lake::engine::plain_texts;
use koridor_lake::store::erased::Erased;
use std::collections::{BTreeMap, BTreeSet};

/// The one table of `ops` that says nothing but which slices are current.
const CURRENT_SLICES: &str = "ops.current_slices";

/// What the rows of the datasets are, and what was found in them.
const OF_ROWS: [&str; 3] = [
    "select * from ops.current_slices",
    "select * from ops.slice_findings",
    "select * from ops.row_flags",
];

/// Fingerprints by indicator. One that asks `ops` for more than current slices has none: deliveries
/// depend on the day, and it is computed each time.
///
/// # Errors
/// Where the lake cannot be read.
pub(super) async fn fingerprints(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
) -> Result<BTreeMap<String, String>, PublishError> {
    // The roll-up asks for the same.
    share_named(engine, project, OF_ROWS.into_iter()).await?;
    let [slices, findings, flags] = OF_ROWS.map(|sql| by_dataset(engine, sql));
    let (slices, findings, flags) = (slices.await?, findings.await?, flags.await?);
    let shared = text_of(project, &["schemas/codes/", "schemas/corridor.json", "sql/rollup/"]);
    let erasures = Erased::read(&engine.snapshot().storage).await?.erasures;
    let mut found = BTreeMap::new();
    for indicator in indicators {
        let Some(tables) = tables_of(project, indicator) else { continue };
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        hash.update(shared.as_bytes());
        hash.update(text_of(project, &[&format!("{}/", indicator.folder)]).as_bytes());
        for name in &tables.views {
            hash.update(text_of(project, &[&format!("sql/views/{name}.sql")]).as_bytes());
        }
        for dataset in &tables.datasets {
            let contract = format!("schemas/datasets/{dataset}.json");
            hash.update(text_of(project, &[&contract]).as_bytes());
            for rows in [&slices, &findings, &flags] {
                hash.update(&rows.get(dataset).copied().unwrap_or_default().to_le_bytes());
            }
            for erasure in erasures.iter().filter(|own| own.datasets.contains(dataset)) {
                hash.update(erasure.id.as_bytes());
            }
        }
        found.insert(indicator.card.id.clone(), format!("{:032x}", hash.digest128()));
    }
    Ok(found)
}

/// Indicators that read rows of some datasets, by themselves or through others.
///
/// # Errors
/// Where an indicator of the project cannot be read.
pub(super) fn resting_on(
    project: &Project,
    datasets: &BTreeSet<&str>,
) -> Result<BTreeSet<String>, PublishError> {
    let indicators = card::load(project)?;
    let mut resting = BTreeSet::new();
    if datasets.is_empty() {
        return Ok(resting);
    }
    loop {
        let before = resting.len();
        for indicator in &indicators {
            let own = [Some(indicator.query.as_str()), indicator.pool.as_deref()];
            let names = || own.into_iter().flatten().flat_map(table_names);
            let through = names().filter_map(|name| name.strip_prefix("indicators."));
            let tables = tables_of(project, indicator);
            // One that asks for more than rows may rest on any.
            let reads = tables
                .is_none_or(|own| own.datasets.iter().any(|name| datasets.contains(name.as_str())));
            if reads || through.into_iter().any(|name| resting.contains(name)) {
                resting.insert(indicator.card.id.clone());
            }
        }
        if resting.len() == before {
            return Ok(resting);
        }
    }
}

/// Tables that an indicator's SQL reads, through views to datasets.
struct Tables {
    views: BTreeSet<String>,
    datasets: BTreeSet<String>,
}

/// The tables of an indicator; `None` where it asks `ops` for more than current slices.
fn tables_of(project: &Project, indicator: &Indicator) -> Option<Tables> {
    let mut tables = Tables {
        views: BTreeSet::new(),
        datasets: indicator.card.datasets.iter().cloned().collect(),
    };
    let own = [Some(indicator.query.as_str()), indicator.pool.as_deref()];
    let mut waiting: Vec<&str> = own.into_iter().flatten().collect();
    while let Some(sql) = waiting.pop() {
        for name in table_names(sql) {
            if name == CURRENT_SLICES {
                continue;
            }
            if let Some(view) = project.file(&format!("sql/views/{name}.sql")) {
                if name.starts_with("ops.") {
                    return None;
                }
                if tables.views.insert(name.to_owned()) {
                    waiting.push(view);
                }
            } else if let Some(dataset) =
                name.strip_prefix("core.").or(name.strip_prefix("silver."))
            {
                tables.datasets.insert(dataset.to_owned());
            } else if name.starts_with("ops.") {
                return None;
            }
        }
    }
    // Deliveries that fall due change with the day.
    let spans = project.references.get("indicator_input").map(|inputs| &inputs.rows);
    (!spans.is_some_and(|rows| has_due_input(rows, &indicator.card.id))).then_some(tables)
}

fn has_due_input(rows: &RecordBatch, id: &str) -> bool {
    let text = |name: &str| rows.column_by_name(name).and_then(|own| own.as_string_opt::<i32>());
    let (Some(ids), Some(spans)) = (text("indicator_id"), text("span")) else { return false };
    (0..rows.num_rows())
        .any(|row| ids.value(row) == id && spans.is_valid(row) && spans.value(row) == "due")
}

/// Words of a statement that look like `schema.table`, comments left out.
fn table_names(sql: &str) -> BTreeSet<&str> {
    let is_part = |mark: char| mark.is_ascii_alphanumeric() || mark == '_' || mark == '.';
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let words = lines.flat_map(|line| line.split(move |mark: char| !is_part(mark)));
    let schemas = ["core.", "silver.", "ops.", "indicators."];
    words.filter(|word| schemas.iter().any(|schema| word.starts_with(schema))).collect()
}

/// Paths and texts of all files whose path begins with one of these.
fn text_of(project: &Project, beginnings: &[&str]) -> String {
    let files = beginnings.iter().flat_map(|beginning| project.files_under(beginning, ""));
    files.map(|(path, text)| format!("{path}\n{text}\n")).collect()
}

/// The sum of the hashes of a statement's rows, by their column `dataset`.
async fn by_dataset(engine: &Engine, sql: &str) -> Result<BTreeMap<String, u128>, PublishError> {
    let mut sums: BTreeMap<String, u128> = BTreeMap::new();
    for rows in engine.rows(sql).await? {
        let rows = plain_texts(&rows)?;
        let datasets = rows.column_by_name("dataset").and_then(|own| own.as_string_opt::<i32>());
        let Some(datasets) = datasets else {
            return Err(PublishError::Internal(format!("`{sql}` gives no dataset")));
        };
        for (dataset, hash) in datasets.iter().zip(hash_rows(rows.columns())?) {
            let sum = sums.entry(dataset.unwrap_or_default().to_owned()).or_default();
            *sum = sum.wrapping_add(hash);
        }
    }
    Ok(sums)
}
