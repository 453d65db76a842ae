//! The catalogue as files: data as CSV and Parquet, and what other portals read about them. DCAT-AP
//! 3 as JSON-LD (`dcat`), Data Package v2 (`datapackage`), CKAN's `package_create` (`ckan`), the
//! checklist of Satu Data Indonesia (`checklist`).

mod checklist;
mod ckan;
mod data;
mod datapackage;
mod dcat;
mod published;

use crate::error::ServeError;
pub use data::{DataFile, write_data, write_list};
use koridor_publish::catalogue::Dataset;
pub use published::Published;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The moment of the release, alone in a file: what a harvester asks first.
pub const LAST_UPDATED: &str = "last_updated";

/// The files about the data, by their path in the folder.
///
/// # Errors
/// Where one cannot be written as JSON, or the page cannot be made.
pub fn documents(published: Published<'_>) -> Result<BTreeMap<String, Vec<u8>>, ServeError> {
    let catalogue = published.catalogue;
    let mut files = BTreeMap::new();
    let mut add = |name: &str, document: &Value| -> Result<(), ServeError> {
        let mut bytes = serde_json::to_vec_pretty(document)?;
        bytes.push(b'\n');
        files.insert(name.to_owned(), bytes);
        Ok(())
    };
    add("dcat.jsonld", &dcat::document(published))?;
    add("datapackage.json", &datapackage::document(published))?;
    for own in &catalogue.datasets {
        let package = ckan::package(published, own);
        add(&format!("ckan/{}.json", own.name), &package)?;
    }
    add("satu-data.json", &checklist::document(catalogue))?;
    add("all-datasets.json", &all_datasets(published))?;
    files.insert("satu-data.md".to_owned(), checklist::markdown(catalogue).into_bytes());
    files.insert("satu-data.html".to_owned(), checklist::page(catalogue)?.into_bytes());
    let moment = format!("{}\n", catalogue.modified);
    files.insert(LAST_UPDATED.to_owned(), moment.into_bytes());
    Ok(files)
}

/// The shortest list: what there is and where.
fn all_datasets(published: Published<'_>) -> Value {
    let catalogue = published.catalogue;
    let dataset = |own: &Dataset| {
        let files = published.files_of(own).map(|file| {
            json!({
                "format": file.format.ending(),
                "url": published.address(&file.path),
                "bytes": file.bytes,
                "sha256": file.sha256,
            })
        });
        json!({
            "name": own.name,
            "title": own.title[0],
            "title_en": own.title[1],
            "rows": own.coverage.rows,
            "from": own.coverage.from.map(|day| day.to_string()),
            "until": own.coverage.until.map(|day| day.to_string()),
            "synthetic": own.coverage.is_synthetic,
            "files": files.collect::<Vec<_>>(),
        })
    };
    json!({
        "schema": "koridor.all_datasets.v1",
        "corridor": catalogue.name,
        "title": catalogue.title[0],
        "title_en": catalogue.title[1],
        "release": catalogue.release,
        "last_updated": catalogue.modified,
        "datasets": catalogue.datasets.iter().map(dataset).collect::<Vec<_>>(),
    })
}
