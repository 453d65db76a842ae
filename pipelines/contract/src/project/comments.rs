//! What a reader is told about each table and column.
//!
//! Datasets and reference tables say it in their contracts, indicators in their cards, views in
//! their first line. `schemas/comments.json` says it of the columns that tables share: a name means
//! the same in every table, unless `schema.table.column` says otherwise.

use super::Project;
use crate::Contract;
use crate::card;
use std::collections::BTreeMap;

/// `schemas/comments.json`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct CommentFile {
    /// By `schema.table`.
    #[serde(default)]
    tables: BTreeMap<String, String>,
    /// By column, or by `schema.table.column`.
    #[serde(default)]
    columns: BTreeMap<String, String>,
}

/// The comments of a project's tables and columns, in English.
#[derive(Debug, Clone)]
pub struct Comments<'project> {
    project: &'project Project,
    file: CommentFile,
    titles: BTreeMap<String, String>,
}

impl<'project> Comments<'project> {
    /// The comments of a project; a comment file that cannot be read says nothing.
    pub fn of(project: &'project Project) -> Self {
        let text = project.file("schemas/comments.json").unwrap_or("{}");
        let cards = card::load(project).unwrap_or_default().into_iter();
        let titles =
            cards.map(|own| (own.card.id, format!("{} ({})", own.card.title_en, own.card.unit)));
        Self {
            project,
            file: serde_json::from_str(text).unwrap_or_default(),
            titles: titles.collect(),
        }
    }

    /// What a table holds.
    pub fn table(&self, schema: &str, table: &str) -> Option<String> {
        let name = format!("{schema}.{table}");
        if let Some(text) = self.file.tables.get(&name) {
            return Some(text.clone());
        }
        if let Some(contract) = self.contract(schema, table) {
            let title = english(&contract.koridor.title_en, &contract.title);
            return Some(match schema {
                "core" => format!("{title}: current rows"),
                "silver" => format!("{title}: accepted rows of all submissions"),
                _ => title,
            });
        }
        if schema == "indicators"
            && let Some(title) = self.titles.get(table)
        {
            return Some(title.clone());
        }
        self.project.file(&format!("sql/views/{name}.sql")).and_then(question)
    }

    /// What a column holds.
    pub fn column(&self, schema: &str, table: &str, column: &str) -> Option<String> {
        let full = format!("{schema}.{table}.{column}");
        if let Some(text) = self.file.columns.get(&full) {
            return Some(text.clone());
        }
        let field = self
            .contract(schema, table)
            .and_then(|contract| contract.fields.iter().find(|field| field.name == column));
        if let Some(field) = field {
            let title = match field.description.as_str() {
                "" => english(&field.koridor.title_en, &field.title),
                meaning => meaning.to_owned(),
            };
            let unit = field.koridor.unit.as_deref().filter(|unit| !unit.is_empty());
            return Some(match unit {
                Some(unit) => format!("{title} ({unit})"),
                None => title,
            });
        }
        self.file.columns.get(column).cloned()
    }

    fn contract(&self, schema: &str, table: &str) -> Option<&Contract> {
        match schema {
            "core" | "silver" => self.project.datasets.get(table).map(AsRef::as_ref),
            "ref" => self.project.references.get(table).map(|own| own.contract.as_ref()),
            _ => None,
        }
    }
}

fn english(english: &str, indonesian: &str) -> String {
    if english.is_empty() { indonesian.to_owned() } else { english.to_owned() }
}

/// The question that a view answers: what its first comment says.
fn question(sql: &str) -> Option<String> {
    let lines = sql.lines().map_while(|line| line.strip_prefix("-- "));
    let mut text = String::new();
    for line in lines {
        if line.starts_with("Grain:") || line.starts_with("Rules:") {
            break;
        }
        text.push_str(line.strip_prefix("Question:").unwrap_or(line).trim());
        text.push(' ');
    }
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
