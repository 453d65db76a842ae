//! What pages are made of: the project, its cards, and the tables that a reader sees.

use super::markdown::{both, code, code_link, text};
use crate::error::PublishError;
use crate::table::Table;
use koridor_contract::card::{self, Indicator};
use koridor_contract::card_words::CardWords;
use koridor_contract::project::Comments;
use koridor_contract::remedy::Remedies;
use koridor_contract::{Contract, Project};
use koridor_lake::Engine;

/// Leads from the pages' folder to a file such as `sql/views/x.sql`; nothing where it is not there.
pub type FileLink<'link> = &'link (dyn Fn(&str) -> Option<String> + Sync);

/// What pages are made of.
pub(super) struct Catalogue<'project> {
    pub(super) project: &'project Project,
    pub(super) indicators: Vec<Indicator>,
    pub(super) words: CardWords,
    pub(super) remedies: Remedies,
    pub(super) listed: Vec<ListedTable>,
    link: FileLink<'project>,
}

/// A table as a reader sees it.
pub(super) struct ListedTable {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) comment: String,
    pub(super) columns: Vec<ListedColumn>,
}

/// A column of it.
#[derive(PartialEq, Eq)]
pub(super) struct ListedColumn {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) comment: String,
}

impl<'project> Catalogue<'project> {
    /// Reads what the project says, and asks an engine for the tables: of an empty lake too.
    pub(super) async fn of(
        engine: &Engine,
        project: &'project Project,
        link: FileLink<'project>,
    ) -> Result<Self, PublishError> {
        let columns = Table::named(engine, "reference_columns", []).await?;
        let comments = Comments::of(project);
        let mut listed: Vec<ListedTable> = Vec::new();
        for record in columns.records() {
            let schema = record.text_or_empty("table_schema");
            let name = record.text_or_empty("table_name");
            if listed.last().is_none_or(|last| last.schema != schema || last.name != name) {
                let comment = comments.table(&schema, &name).unwrap_or_default();
                listed.push(ListedTable { schema, name, comment, columns: Vec::new() });
            }
            let column = ListedColumn {
                name: record.text_or_empty("column_name"),
                kind: kind(&record.text_or_empty("data_type")),
                comment: record.text_or_empty("column_comment"),
            };
            if let Some(last) = listed.last_mut() {
                last.columns.push(column);
            }
        }
        let (indicators, words) = (card::load(project)?, CardWords::of(project)?);
        let remedies = Remedies::of(project)?;
        Ok(Self { project, indicators, words, remedies, listed, link })
    }

    /// A file of the project, as a link where it is there. `depth` is that of the page.
    pub(super) fn file(&self, depth: usize, path: &str) -> String {
        match self.address(depth, path) {
            Some(address) => code_link(path, &address),
            None => code(path),
        }
    }

    /// Where a file of the project is, seen from a page.
    pub(super) fn address(&self, depth: usize, path: &str) -> Option<String> {
        (self.link)(path).map(|address| format!("{}{address}", "../".repeat(depth)))
    }

    /// All contracts: datasets, then reference tables.
    pub(super) fn contracts(&self) -> impl Iterator<Item = &Contract> {
        let datasets = self.project.datasets.values().map(AsRef::as_ref);
        datasets.chain(self.project.references.values().map(|own| own.contract.as_ref()))
    }

    /// The name of a code in both languages, for a list that pages refer to.
    pub(super) fn name_of(&self, list: &str, code: &str) -> String {
        let own = self.project.codes.get(list);
        let name = |column: &str| own.and_then(|own| own.attribute(code, column));
        match (name("name"), name("name_en")) {
            (None, None) => text(code),
            (id, en) => both(id.unwrap_or_default(), en.unwrap_or_default()),
        }
    }
}

/// The type of a column in words that both languages know.
fn kind(engine: &str) -> String {
    match engine {
        "Utf8" | "Utf8View" | "LargeUtf8" => "text".to_owned(),
        "Int64" | "Int32" | "UInt64" | "UInt32" | "Int8" | "Int16" => "integer".to_owned(),
        "Float64" => "number".to_owned(),
        "Boolean" => "boolean".to_owned(),
        "Date32" => "date".to_owned(),
        _ if engine.starts_with("List") => "list of texts".to_owned(),
        _ if engine.starts_with("Timestamp") && engine.contains("UTC") => "moment (UTC)".to_owned(),
        _ if engine.starts_with("Timestamp") => "local time".to_owned(),
        _ if engine.starts_with("Decimal128") => engine.replace("Decimal128", "decimal"),
        other => other.to_owned(),
    }
}
