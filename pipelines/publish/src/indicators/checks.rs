//! What must hold before values are published.

use crate::error::PublishError;
use arrow::array::{AsArray, RecordBatch};
use koridor_contract::Project;
use koridor_contract::card::Indicator;
use koridor_lake::Engine;
use koridor_lake::engine::plain_texts;
use serde::{Deserialize, Serialize};

/// One check of a release and how many rows break it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckResult {
    /// Indicator.
    pub indicator_id: String,
    /// The check in words.
    pub name: String,
    /// Whether a row that breaks it stops the release.
    pub is_fail: bool,
    /// Rows that break it.
    pub rows: usize,
    /// The first of them.
    pub example: String,
}

/// The checks of all indicators.
const COMMON: &str = "sql/rollup/checks.sql";

/// Runs the checks of indicators on values that `engine` holds as `work.values`: those that hold
/// for all (`sql/rollup/checks.sql`, the bounds of the cards among them) and the statements of
/// `checks.sql`.
///
/// # Errors
/// Where a check's SQL is wrong, naming its file.
pub async fn check(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
) -> Result<Vec<CheckResult>, PublishError> {
    let mut common = Vec::new();
    for statement in statements(project.file(COMMON).unwrap_or_default()) {
        let rows = engine.rows(&statement.sql).await;
        let rows = rows.map_err(|error| PublishError::in_file(COMMON, &statement.sql, error))?;
        common.push((statement, rows));
    }
    let mut results = Vec::new();
    for indicator in indicators {
        let id = &indicator.card.id;
        for (statement, rows) in &common {
            let mut found = Vec::new();
            for rows in rows {
                found.push(of_indicator(rows, id)?);
            }
            results.push(result(id, statement, &found));
        }
        for statement in statements(&indicator.checks) {
            let rows = engine.rows(&statement.sql).await;
            let file = format!("{}/checks.sql", indicator.folder);
            results.push(result(
                id,
                &statement,
                &rows.map_err(|error| PublishError::in_file(file, &indicator.checks, error))?,
            ));
        }
    }
    Ok(results)
}

/// The rows of one indicator: its id is their first column.
fn of_indicator(rows: &RecordBatch, id: &str) -> Result<RecordBatch, PublishError> {
    let rows = plain_texts(rows)?;
    let ids = rows.column(0).as_string::<i32>();
    let is_own = ids.iter().map(|own| Some(own == Some(id))).collect();
    Ok(arrow::compute::filter_record_batch(&rows, &is_own)?)
}

fn result(id: &str, statement: &Statement, found: &[RecordBatch]) -> CheckResult {
    let first = found.iter().find(|rows| rows.num_rows() > 0);
    // A statement may name the check for each row, such as the range that a card calls plausible.
    let name = first
        .and_then(|rows| rows.column_by_name("check_name"))
        .and_then(|names| names.as_string_opt::<i32>())
        .map_or(statement.name.as_str(), |names| names.value(0));
    CheckResult {
        indicator_id: id.to_owned(),
        name: name.to_owned(),
        is_fail: statement.is_fail,
        rows: found.iter().map(RecordBatch::num_rows).sum(),
        example: first.map(|rows| describe_row(rows, 0)).unwrap_or_default(),
    }
}

fn describe_row(rows: &RecordBatch, row: usize) -> String {
    let schema = rows.schema();
    let cells = schema.fields().iter().zip(rows.columns());
    let own =
        cells.filter(|(field, _)| !["indicator_id", "check_name"].contains(&field.name().as_str()));
    let text = own.map(|(field, column)| {
        let value = arrow::util::display::array_value_to_string(column, row).unwrap_or_default();
        format!("{}={value}", field.name())
    });
    text.collect::<Vec<_>>().join(" ")
}

/// One statement of a file of checks: a row of its result breaks it.
struct Statement {
    is_fail: bool,
    name: String,
    sql: String,
}

/// The statements of a file of checks: each begins with a line `-- fail: <what holds>` or
/// `-- warn: <what holds>`.
fn statements(text: &str) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    for line in text.lines() {
        let begins = [("-- fail:", true), ("-- warn:", false)]
            .into_iter()
            .find_map(|(mark, is_fail)| Some((line.strip_prefix(mark)?.trim(), is_fail)));
        if let Some((name, is_fail)) = begins {
            statements.push(Statement { is_fail, name: name.to_owned(), sql: String::new() });
        } else if let Some(last) = statements.last_mut().filter(|_| !line.starts_with("--")) {
            last.sql.push_str(line);
            last.sql.push('\n');
        }
    }
    for statement in &mut statements {
        statement.sql = statement.sql.trim().trim_end_matches(';').to_owned();
    }
    statements.retain(|statement| !statement.sql.is_empty());
    statements
}
