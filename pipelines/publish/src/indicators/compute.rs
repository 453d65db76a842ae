//! The computation of indicators: parts, roll-up, pooled values, flags.

use super::cards::put_cards;
use super::columns::{conform, parts_schema, pool_schema};
use crate::error::PublishError;
use crate::order::in_order;
use crate::shared_views::share_named;
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::SchemaRef;
use koridor_contract::Project;
use koridor_contract::card::Indicator;
use koridor_lake::Engine;
use std::sync::Arc;

/// Computes indicators on the state that `engine` shows: the columns of `indicators.values` without
/// the release. The parts stay readable as `work.parts`, the values as `work.values`.
///
/// # Errors
/// Where an indicator's SQL is wrong, naming its file.
pub async fn compute(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<RecordBatch>, PublishError> {
    put_cards(engine, project, indicators)?;
    share_views(engine, project, indicators).await?;
    let mut parts = Vec::new();
    for indicator in indicators {
        progress(&indicator.card.id);
        let rows = engine.rows(&indicator.query).await;
        let file = format!("{}/query.sql", indicator.folder);
        let rows = rows.map_err(|error| PublishError::in_file(file, &indicator.query, error))?;
        for rows in rows.iter().filter(|rows| rows.num_rows() > 0) {
            parts.push(conform(rows, &parts_schema(), indicator)?);
        }
    }
    engine.put("parts", parts_schema(), in_order(parts)?)?;
    // From here on fractions are summed: in one order, whatever files they came from.
    let engine = &engine.in_one_order();
    // A release of an earlier program chose sources in its queries.
    if step(project, "sources").is_some() {
        roll_up(engine, project, "parts", "standing_parts").await?;
        roll_up(engine, project, "sources", "sources").await?;
    }
    roll_up(engine, project, "regional", "regional").await?;
    roll_up(engine, project, "scopes", "scopes").await?;
    let pooled = roll_up(engine, project, "pooled", "all_pooled").await?;
    let pool_values = pool(engine, indicators, &pooled).await?;
    engine.put("pool_values", pool_schema(), pool_values)?;
    // One of a program before that had values and flags in one step.
    if step(project, "flags").is_none() {
        return roll_up(engine, project, "values", "values").await;
    }
    roll_up(engine, project, "values", "stated").await?;
    // In a release of an earlier program the flags looked for missing places themselves.
    if step(project, "places").is_some() {
        roll_up(engine, project, "places", "missing_places").await?;
    }
    roll_up(engine, project, "flags", "values").await
}

/// What disclosure control asks about the values that [`compute`] computed.
///
/// # Errors
/// Where the SQL is wrong, naming its file.
pub async fn disclosure_facts(
    engine: &Engine,
    project: &Project,
) -> Result<Vec<RecordBatch>, PublishError> {
    // A release of an earlier program withheld in its queries.
    if step(project, "disclosure").is_none() {
        return Ok(Vec::new());
    }
    roll_up(&engine.in_one_order(), project, "disclosure", "disclosure_facts").await
}

/// The file of a step of the roll-up: `sql/rollup/<number>_<step>.sql`.
fn step<'project>(
    project: &'project Project,
    step: &str,
) -> Option<(&'project str, &'project str)> {
    let ending = format!("_{step}.sql");
    project.files_under("sql/rollup/", ".sql").find(|(path, _)| path.ends_with(&ending))
}

/// One step of the roll-up; its rows become readable as `work.<into>`.
async fn roll_up(
    engine: &Engine,
    project: &Project,
    name: &str,
    into: &str,
) -> Result<Vec<RecordBatch>, PublishError> {
    let found = step(project, name);
    let (file, sql) =
        found.ok_or_else(|| PublishError::Internal(format!("sql/rollup has no step {name}")))?;
    let in_step = |error| PublishError::in_file(file.to_owned(), sql, error);
    let frame = engine.query(sql).await.map_err(in_step)?;
    let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
    let rows = in_order(frame.collect().await?)?;
    // A plan's schema may call a column non-null that its batches do not; the batches are right.
    let schema = rows.first().map_or(schema, RecordBatch::schema);
    engine.put(into, schema, rows.clone())?;
    Ok(rows)
}

/// The values of pooled indicators, each from its own series.
async fn pool(
    engine: &Engine,
    indicators: &[Indicator],
    pooled: &[RecordBatch],
) -> Result<Vec<RecordBatch>, PublishError> {
    let mut values = Vec::new();
    for indicator in indicators {
        let Some(sql) = &indicator.pool else { continue };
        let own = pooled.iter().map(|rows| series_of(rows, &indicator.card.id));
        let own = own.collect::<Result<Vec<_>, _>>()?;
        let has_rows = own.iter().any(|rows| rows.num_rows() > 0);
        let Some(first) = own.first().filter(|_| has_rows) else { continue };
        engine.put("pooled", first.schema(), own.clone())?;
        let file = format!("{}/pool.sql", indicator.folder);
        let rows = engine.rows(sql).await;
        for rows in rows.map_err(|error| PublishError::in_file(file, sql, error))? {
            values.push(conform(&rows, &pool_schema(), indicator)?);
        }
    }
    Ok(values)
}

/// Plans the SQL of pooled indicators on a series without rows, after [`compute`].
///
/// # Errors
/// The first file whose SQL is wrong.
pub(super) async fn plan_pools(
    engine: &Engine,
    indicators: &[Indicator],
) -> Result<(), PublishError> {
    let series = engine.query("select * from work.all_pooled").await?;
    engine.put("pooled", Arc::new(series.schema().as_arrow().clone()), Vec::new())?;
    for indicator in indicators {
        let Some(sql) = &indicator.pool else { continue };
        let planned = engine.query(sql).await;
        let file = format!("{}/pool.sql", indicator.folder);
        planned.map_err(|error| PublishError::in_file(file, sql, error))?;
    }
    Ok(())
}

/// The rows of one indicator among those of all pooled ones.
fn series_of(rows: &RecordBatch, id: &str) -> Result<RecordBatch, PublishError> {
    let ids = rows.column(0).as_string::<i32>();
    let is_own: BooleanArray = ids.iter().map(|own| Some(own == Some(id))).collect();
    Ok(arrow::compute::filter_record_batch(rows, &is_own)?)
}

/// Reads the project's views that the queries of indicators and the roll-up name.
async fn share_views(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
) -> Result<(), PublishError> {
    let queries = indicators
        .iter()
        .flat_map(|indicator| [Some(indicator.query.as_str()), indicator.pool.as_deref()])
        .flatten();
    let steps = project.files_under("sql/rollup/", ".sql").map(|(_, text)| text);
    share_named(engine, project, queries.chain(steps)).await
}
