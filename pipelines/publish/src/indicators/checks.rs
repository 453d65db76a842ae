//! What must hold before values are published.

use crate::disclosure::{Decision, Key};
use crate::error::PublishError;
use arrow::array::{AsArray, RecordBatch};
use koridor_contract::Project;
use koridor_contract::card::Indicator;
use koridor_contract::message::Language;
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
    /// The same in Bahasa Indonesia; empty in what an earlier program wrote.
    #[serde(default)]
    pub name_ind: String,
    /// Whether a row that breaks it stops the release.
    pub is_fail: bool,
    /// Rows that break it.
    pub rows: usize,
    /// The first of them.
    pub example: String,
}

impl CheckResult {
    /// The check in words of a language.
    pub fn name_in(&self, language: Language) -> &str {
        match language {
            Language::Id if !self.name_ind.is_empty() => &self.name_ind,
            _ => &self.name,
        }
    }
}

/// What holds of values that are withheld, in English and Bahasa Indonesia: of a first release, and
/// of one that others came before.
const EXPOSED: [[&str; 2]; 2] = [
    [
        "what is withheld is proven to keep its protection range",
        "yang tidak diterbitkan terbukti tetap dalam rentang perlindungannya",
    ],
    [
        "what is withheld does not follow from what earlier releases published",
        "yang tidak diterbitkan tidak dapat dihitung dari rilis sebelumnya",
    ],
];

/// The name of a check, as it is recorded, in Bahasa Indonesia; as it is where its file gives none.
pub fn name_in_indonesian(project: &Project, name: &str) -> String {
    if let Some([_, own]) = EXPOSED.iter().find(|[english, _]| *english == name) {
        return (*own).to_owned();
    }
    let files = project.files_under("sql/", "checks.sql");
    let all = files.flat_map(|(_, text)| statements(text));
    let mut found = all.filter_map(|own| own.in_indonesian(name));
    found.next().unwrap_or_else(|| name.to_owned())
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
    let [of_first, of_later] = EXPOSED;
    let [name, name_ind] = if decision.has_earlier { of_later } else { of_first };
    Some(CheckResult {
        indicator_id: id.to_owned(),
        name: name.to_owned(),
        name_ind: name_ind.to_owned(),
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
        name_ind: statement.in_indonesian(name).unwrap_or_default(),
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
    /// The name in Bahasa Indonesia; empty where the file gives none.
    name_ind: String,
    sql: String,
}

impl Statement {
    /// Its name, or that of one of its rows, which goes on behind it, in Bahasa Indonesia.
    fn in_indonesian(&self, name: &str) -> Option<String> {
        let rest = name.strip_prefix(self.name.as_str())?;
        (!self.name_ind.is_empty()).then(|| format!("{}{rest}", self.name_ind))
    }
}

/// The statements of a file of checks: each begins with a line `-- fail: <what holds>` or
/// `-- warn: <what holds>`, and may say the same in Bahasa Indonesia: `-- id: <what holds>`.
fn statements(text: &str) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    for line in text.lines() {
        let begins = [("-- fail:", true), ("-- warn:", false)]
            .into_iter()
            .find_map(|(mark, is_fail)| Some((line.strip_prefix(mark)?.trim(), is_fail)));
        if let Some((name, is_fail)) = begins {
            let name = name.to_owned();
            let (name_ind, sql) = (String::new(), String::new());
            statements.push(Statement { is_fail, name, name_ind, sql });
        } else if let Some(name) = line.strip_prefix("-- id:") {
            if let Some(last) = statements.last_mut() {
                last.name_ind = name.trim().to_owned();
            }
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

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn a_check_has_its_name_in_both_languages_and_rows_of_it_go_on_behind_it() {
        let file = "-- fail: all is well\n-- id: semua baik\n-- why\nselect 1;\n\n\
                    -- warn: one is\nselect 2\n";
        let own = statements(file);
        assert_eq!(
            own.iter().map(|own| own.sql.as_str()).collect::<Vec<_>>(),
            ["select 1", "select 2"]
        );
        let told = own[0].in_indonesian("all is well (1 .. 2)");
        assert_eq!(told.as_deref(), Some("semua baik (1 .. 2)"));
        assert_eq!(own[0].in_indonesian("one is"), None);
        assert_eq!(own[1].in_indonesian("one is"), None, "its file says it in one language");
    }
}
