//! The code lists that published columns hold codes of.

use super::dataset::Dataset;
use super::texts::Both;
use koridor_contract::Project;
use std::collections::BTreeSet;

/// A code list as it is published.
#[derive(Debug, Clone)]
pub struct PublishedList {
    /// Its name.
    pub name: String,
    /// Codes with their names, in the order of the list.
    pub codes: Vec<(String, Both)>,
}

/// The lists of all published columns, by name.
pub(super) fn lists(project: &Project, datasets: &[Dataset]) -> Vec<PublishedList> {
    let columns = datasets.iter().flat_map(|own| &own.columns);
    let names: BTreeSet<&String> = columns.filter_map(|own| own.codes.as_ref()).collect();
    let own = names.into_iter().filter_map(|name| {
        let list = project.codes.get(name)?;
        let say = |code: &str, column| list.attribute(code, column).unwrap_or_default().to_owned();
        let codes = list.codes().iter().map(|own| {
            let name = say(&own.code, "name");
            let name_en = Some(say(&own.code, "name_en")).filter(|own| !own.is_empty());
            (own.code.clone(), [name.clone(), name_en.unwrap_or(name)])
        });
        Some(PublishedList { name: name.clone(), codes: codes.collect() })
    });
    own.collect()
}
