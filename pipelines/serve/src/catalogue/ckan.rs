//! A dataset as the body of CKAN's `package_create`. The portal adds what only it knows: the
//! organisation that owns it.

use super::datapackage::media_type;
use super::published::{Published, description};
use koridor_publish::catalogue::Dataset;
use serde_json::{Value, json};

/// The package of a dataset.
pub(super) fn package(published: Published<'_>, dataset: &Dataset) -> Value {
    let catalogue = published.catalogue;
    let publication = &catalogue.publication;
    let [id, en] = description(dataset);
    let resources = published.files_of(dataset).map(|file| {
        json!({
            "name": file.path.rsplit('/').next(),
            "url": published.address(&file.path),
            "format": file.format.ending().to_uppercase(),
            "mimetype": media_type(file.format),
            "size": file.bytes,
            "hash": format!("sha256:{}", file.sha256),
            "last_modified": catalogue.modified.get(..19),
            "description": dataset.title[0],
        })
    });
    let mut package = json!({
        "name": name(&catalogue.name, &dataset.name),
        "title": dataset.title[0],
        "notes": format!("{id}\n\n{en}"),
        "version": catalogue.release,
        "private": false,
        "state": "active",
        "type": "dataset",
        "tags": tags(dataset),
        "extras": extras(published, dataset),
        "resources": resources.collect::<Vec<_>>(),
        // What CKAN has for "nobody has said it".
        "license_id": "notspecified",
    });
    if let Some(licence) = &catalogue.licence {
        package["license_id"] = json!(licence.name);
        package["license_title"] = json!(licence.title);
        package["license_url"] = json!(licence.path);
    }
    if let Some(publisher) = &publication.publisher {
        package["author"] = json!(publisher.name);
        if let Some(url) = &publisher.url {
            package["url"] = json!(url);
        }
    }
    if let Some(contact) = &publication.contact {
        package["maintainer"] = json!(contact.name);
        if let Some(email) = &contact.email {
            package["maintainer_email"] = json!(email);
        }
    }
    package
}

/// A name as CKAN takes it: 2 to 100 small letters, digits, dashes and underscores.
fn name(corridor: &str, dataset: &str) -> String {
    let own = format!("{corridor}-{dataset}").to_lowercase();
    let is_fit = |mark: &char| mark.is_ascii_alphanumeric() || matches!(mark, '-' | '_');
    own.chars().filter(is_fit).take(100).collect()
}

/// Its keywords as CKAN takes them: letters, digits, blanks and `-_.`, each once.
fn tags(dataset: &Dataset) -> Vec<Value> {
    let mut names: Vec<String> = Vec::new();
    for word in dataset.keywords.iter().flatten() {
        let is_fit = |mark: &char| mark.is_alphanumeric() || matches!(mark, ' ' | '-' | '_' | '.');
        let own: String = word.chars().filter(is_fit).take(100).collect();
        if own.chars().count() > 1 && !names.contains(&own) {
            names.push(own);
        }
    }
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

fn extras(published: Published<'_>, dataset: &Dataset) -> Vec<Value> {
    let coverage = &dataset.coverage;
    let day = |own: Option<String>| own.unwrap_or_default();
    let said = [
        ("title_en", dataset.title[1].clone()),
        ("theme", dataset.theme.as_ref().map(|own| own.name[0].clone()).unwrap_or_default()),
        ("temporal_start", day(coverage.from.map(|own| own.to_string()))),
        ("temporal_end", day(coverage.until.map(|own| own.to_string()))),
        ("spatial_bps_codes", coverage.regions.join(", ")),
        ("rows", coverage.rows.to_string()),
        ("primary_key", dataset.key.join(", ")),
        ("release", published.catalogue.release.clone()),
        ("modified", published.catalogue.modified.clone()),
        ("synthetic", coverage.is_synthetic.to_string()),
    ];
    let there = said.into_iter().filter(|(_, value)| !value.is_empty());
    there.map(|(key, value)| json!({ "key": key, "value": value })).collect()
}
