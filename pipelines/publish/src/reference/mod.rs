//! The reference: every table, column, code list, indicator, flag, rule and state as Markdown
//! pages in both languages, from what the project says of them.
//!
//! `catalogue` gathers what there is; `datasets`, `schemas`, `codes`, `indicators`, `rules` with
//! `rule_pages`, `published`, `words_pages` and `index` say it; `markdown` is how text stays text.

mod catalogue;
mod codes;
mod columns;
mod datasets;
mod index;
mod indicators;
mod markdown;
mod published;
mod rule_pages;
mod rule_uses;
mod rules;
mod schemas;
mod words_pages;

use crate::error::PublishError;
use catalogue::Catalogue;
pub use catalogue::FileLink;
use koridor_contract::Project;
use koridor_lake::Engine;
pub use markdown::MARK;
pub use markdown::anchor;
use std::collections::BTreeMap;

/// Pages by their path below the reference's folder, such as `codes/market.md`.
pub type Pages = BTreeMap<String, String>;

/// The pages of a project. The engine gives the columns of tables and views; it may be one of an
/// empty lake. `link` leads from the pages' folder to the project's files.
///
/// # Errors
/// Where a card does not follow its form or a view cannot be planned.
pub async fn pages(
    engine: &Engine,
    project: &Project,
    link: FileLink<'_>,
) -> Result<Pages, PublishError> {
    let catalogue = Catalogue::of(engine, project, link).await?;
    let mut pages = Pages::new();
    pages.extend(datasets::pages(&catalogue));
    pages.extend(schemas::pages(&catalogue));
    pages.extend(codes::pages(&catalogue));
    pages.extend(indicators::pages(&catalogue));
    pages.extend(rule_pages::pages(&catalogue));
    pages.insert("rules.md".to_owned(), rules::page(&catalogue));
    pages.insert("published.md".to_owned(), published::page(&catalogue));
    pages.insert("flags.md".to_owned(), words_pages::flags(&catalogue));
    pages.insert("states.md".to_owned(), words_pages::states());
    pages.insert("README.md".to_owned(), index::page(&catalogue));
    Ok(pages)
}
