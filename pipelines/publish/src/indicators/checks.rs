//! What must hold before values are published.

use crate::disclosure::{Decision, Key};
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
/// `checks.sql`. An example of an indicator of which values are withheld is told by its key alone.
///
/// # Errors
/// Where a check's SQL is wrong, naming its file.
pub async fn check(
    engine: &Engine,
    project: &Project,
    indicators: &[Indicator],
    decision: &Decision,
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
        let has_withheld = decision.withheld.iter().any(|own| own.key.indicator == *id);
        for (statement, rows) in &common {
            let mut found = Vec::new();
            for rows in rows {
                found.push(of_indicator(rows, id)?);
            }
            results.push(result((id, has_withheld), statement, &found));
        }
        for statement in statements(&indicator.checks) {
            let rows = engine.rows(&statement.sql).await;
            let file = format!("{}/checks.sql", indicator.folder);
            results.push(result(
                (id, has_withheld),
                &statement,
                &rows.map_err(|error| PublishError::in_file(file, &indicator.checks, error))?,
            ));
        }
        results.extend(exposed(id, decision));
    }
    Ok(results)
}

/// Values that are withheld and that nothing more can be done for. Of the first release that is
/// only where their bounds could not be worked out.
fn exposed(id: &str, decision: &Decision) -> Option<CheckResult> {
    let own: Vec<&Key> = decision.exposed.iter().filter(|key| key.indicator == id).collect();
    let first = own.first()?;
    let period = koridor_contract::date::from_days(first.period);
    let period = period.map(|date| date.to_string()).unwrap_or_default();
    let name = match decision.has_earlier {
        true => "what is withheld does not follow from what earlier releases published",
        false => "what is withheld is proven to keep its protection range",
    };
    Some(CheckResult {
        indicator_id: id.to_owned(),
        name: name.to_owned(),
        is_fail: false,
        rows: own.len(),
        example: format!("region_code={} grain={} period={period}", first.region, first.grain),
    })
}

/// The rows of one indicator: its id is their first column.
fn of_indicator(rows: &RecordBatch, id: &str) -> Result<RecordBatch, PublishError> {
    let rows = plain_texts(rows)?;
    let ids = rows.column(0).as_string::<i32>();
    let is_own = ids.iter().map(|own| Some(own == Some(id))).collect();
    Ok(arrow::compute::filter_record_batch(&rows, &is_own)?)
}

fn result(
    (id, has_withheld): (&str, bool),
    statement: &Statement,
    found: &[RecordBatch],
) -> CheckResult {
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
        example: first.map(|rows| describe_row(rows, 0, has_withheld)).unwrap_or_default(),
    }
}

/// A row in words; of its key alone where that is all that may be told.
fn describe_row(rows: &RecordBatch, row: usize, key_alone: bool) -> String {
    let schema = rows.schema();
    let cells = schema.fields().iter().zip(rows.columns());
    let is_told = |name: &str| match key_alone {
        true => ["region_code", "grain", "period", "breakdown"].contains(&name),
        false => !["indicator_id", "check_name"].contains(&name),
    };
    let own = cells.filter(|(field, _)| is_told(field.name()));
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
