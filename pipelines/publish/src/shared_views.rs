//! Views that many queries name, each read once.

use crate::error::PublishError;
use crate::order::in_order;
use arrow::array::RecordBatch;
use futures::StreamExt;
use koridor_contract::Project;
use koridor_lake::Engine;
use koridor_lake::engine::plain_texts;
use std::collections::{BTreeMap, BTreeSet};

/// Most rows of a view that is read once for all queries of a computation.
const MOST_SHARED_ROWS: usize = 50_000;

/// Lets the rows of a view stand in for it in this session, and those of the views that it rests on
/// for them: every statement that asks for it then reads them once. Of the latter, one that is
/// large stays a view.
///
/// # Errors
/// Where the view cannot be read.
pub(crate) async fn share(engine: &Engine, view: &str) -> Result<(), PublishError> {
    if engine.is_put(view) {
        return Ok(());
    }
    let (project, statement) = (&engine.snapshot().project, format!("select * from {view}"));
    share_named(engine, project, std::iter::once(statement.as_str())).await?;
    if engine.is_put(view) {
        return Ok(());
    }
    let rows = engine.rows(&statement).await?;
    if let Some(schema) = rows.first().map(RecordBatch::schema) {
        engine.put(view, schema, rows)?;
    }
    Ok(())
}

/// Shares what statements of `sql/queries` name ([`share_named`]).
///
/// # Errors
/// Where there is no such statement, or a view cannot be read.
pub(crate) async fn share_views_of(engine: &Engine, queries: &[&str]) -> Result<(), PublishError> {
    let project = &engine.snapshot().project;
    let texts = queries.iter().map(|name| project.query(name)).collect::<Result<Vec<_>, _>>()?;
    share_named(engine, project, texts.into_iter()).await
}

/// Reads the project's views that statements name, each once and those it rests on first: a plan
/// that unfolds them again in every query costs more than the rows do. A view that turns out to be
/// large stays one.
///
/// # Errors
/// Where a view's SQL is wrong, naming its file.
pub(crate) async fn share_named<'text>(
    engine: &Engine,
    project: &Project,
    statements: impl Iterator<Item = &'text str>,
) -> Result<(), PublishError> {
    let views: BTreeMap<&str, &str> = project
        .files_under("sql/views/", ".sql")
        .map(|(path, text)| (path.trim_start_matches("sql/views/").trim_end_matches(".sql"), text))
        .collect();
    let named = |text: &str| -> Vec<&str> {
        let words: BTreeSet<&str> = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default())
            .flat_map(|line| {
                line.split(|mark: char| !mark.is_ascii_alphanumeric() && mark != '_' && mark != '.')
            })
            .collect();
        views.keys().copied().filter(|view| words.contains(view)).collect()
    };
    let mut waiting: Vec<(&str, bool)> =
        statements.flat_map(named).map(|view| (view, false)).collect();
    let mut shared = BTreeSet::new();
    let mut open = BTreeSet::new();
    while let Some((view, is_ready)) = waiting.pop() {
        if shared.contains(view) {
            continue;
        }
        if !is_ready && open.insert(view) {
            waiting.push((view, true));
            waiting.extend(
                views
                    .get(view)
                    .into_iter()
                    .flat_map(|text| named(text))
                    .map(|other| (other, false)),
            );
            continue;
        }
        shared.insert(view);
        if engine.is_put(view) {
            continue;
        }
        let rows = engine.stream(&format!("select * from {view}")).await;
        let text = views.get(view).copied().unwrap_or_default();
        let in_view = |error| PublishError::in_file(format!("sql/views/{view}.sql"), text, error);
        let mut rows = rows.map_err(in_view)?;
        let mut held: Vec<RecordBatch> = Vec::new();
        let mut count = 0;
        while let Some(batch) = rows.next().await {
            let batch = plain_texts(&batch?)?;
            count += batch.num_rows();
            if count > MOST_SHARED_ROWS {
                break;
            }
            held.push(batch);
        }
        if count <= MOST_SHARED_ROWS {
            let schema = held.first().map_or_else(|| rows.schema(), RecordBatch::schema);
            let is_flat = schema.fields().iter().all(|field| !field.data_type().is_nested());
            engine.put(view, schema, if is_flat { in_order(held)? } else { held })?;
        }
    }
    Ok(())
}
