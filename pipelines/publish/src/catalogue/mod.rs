//! What other portals are told about all that is published: the values of indicators, and the
//! published columns of each dataset. Numbers are those of the open tier, of one release.
//!
//! `dataset` is what one of them is, with its `column`s; `rows` are its rows, `coverage` what they
//! cover; `checklist` says, a `line` at a time, how far it meets the principles of Satu Data
//! Indonesia. The forms (DCAT, Data Package,
//! CKAN) are bytes and made elsewhere.

mod checklist;
mod codes;
mod column;
mod coverage;
mod dataset;
mod line;
mod rows;
mod texts;

pub use codes::PublishedList;
pub use column::Column;
pub use coverage::Coverage;
pub use dataset::{Dataset, Theme};
pub use line::{Line, Principle};
pub use rows::{INDICATORS, rows};
pub use texts::Both;

use crate::error::PublishError;
use crate::table::Table;
use koridor_contract::project::{Licence, Publication};
use koridor_lake::{Engine, LakeError};

/// All that a release publishes.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Name of the corridor, a word of small letters.
    pub name: String,
    /// Title of the corridor.
    pub title: Both,
    /// Who publishes, whom to ask, whose the figures are.
    pub publication: Publication,
    /// The licence; none where nobody has said it.
    pub licence: Option<Licence>,
    /// The release.
    pub release: String,
    /// When it was made, RFC 3339, UTC.
    pub modified: String,
    /// The day of the corridor's calendar on which it was made, ISO: that of its name.
    pub day: String,
    /// What is published: the values of indicators first, then datasets by name.
    pub datasets: Vec<Dataset>,
    /// The code lists that columns of it hold codes of.
    pub lists: Vec<PublishedList>,
}

/// What a session's release publishes. `has_addresses`: whether files will have an address of
/// their own on the web.
///
/// # Errors
/// Where no release was made, or the lake cannot be read.
pub async fn catalogue(engine: &Engine, has_addresses: bool) -> Result<Catalogue, PublishError> {
    let snapshot = engine.snapshot();
    let Some(release) = snapshot.release.as_ref() else {
        let message = "no release was made yet".to_owned();
        return Err(LakeError::usage(message, "`koridor run` makes one".to_owned()).into());
    };
    let project = &snapshot.project;
    let mut datasets = vec![dataset::of_indicators(engine).await?];
    for contract in project.datasets.values().filter(|own| own.is_published()) {
        let own = dataset::of_contract(engine, contract).await?;
        // One of which nothing was filed is not published yet.
        if own.coverage.rows > 0 {
            datasets.push(own);
        }
    }
    for own in &mut datasets {
        own.checklist = checklist::of(own, project, has_addresses)?;
    }
    let corridor = &project.corridor;
    let day = release.id.rsplit_once('.').map_or(release.id.as_str(), |(day, _)| day);
    Ok(Catalogue {
        name: corridor.name.clone(),
        title: [corridor.title.clone(), corridor.title_en.clone()],
        publication: corridor.publication.clone(),
        licence: corridor.licence.clone(),
        release: release.id.clone(),
        modified: release.created_at.clone(),
        day: day.to_owned(),
        lists: codes::lists(project, &datasets),
        datasets,
    })
}

/// The checks that keep the newest state from being released, as `subject: check`; the session is
/// on that state.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn stopping(engine: &Engine) -> Result<Vec<String>, PublishError> {
    let found = Table::named(engine, "status_stopped_release", []).await?;
    let said = found.records().map(|own| {
        format!("{}: {}", own.text_or_empty("subject"), own.text_or_empty("check_name"))
    });
    Ok(said.collect())
}
