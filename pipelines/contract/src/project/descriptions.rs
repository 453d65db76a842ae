//! Source descriptions that fit their contract and the code lists.

use super::files::{Files, hint, stem, under};
use crate::error::ProjectError;
use crate::{CodeLists, Contract, ContractError, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether a description says of itself that it is not finished.
fn is_draft(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|value| value.get("draft") == Some(&serde_json::Value::Bool(true)))
}

/// Descriptions by name, and the first mistake of those that are drafts.
type Described = (BTreeMap<String, Arc<Source>>, BTreeMap<String, ContractError>);

/// The descriptions of a project, and drafts that are not finished.
pub(super) fn descriptions(
    files: &Files,
    datasets: &BTreeMap<String, Arc<Contract>>,
    codes: &CodeLists,
    mistakes: &mut Vec<ProjectError>,
) -> Described {
    let (mut sources, mut unfinished) = Described::default();
    for (file, text) in under(files, "schemas/sources/", ".json") {
        match description(file, text, datasets, codes) {
            Ok(source) => drop(sources.insert(source.name.clone(), Arc::new(source))),
            Err(error) if is_draft(text) => drop(unfinished.insert(stem(file).to_owned(), error)),
            Err(error) => mistakes.push(error.into()),
        }
    }
    (sources, unfinished)
}

/// A description that fits its contract and the code lists.
pub(super) fn description(
    file: &str,
    text: &str,
    datasets: &BTreeMap<String, Arc<Contract>>,
    codes: &CodeLists,
) -> Result<Source, ContractError> {
    let source = Source::parse(file, text)?;
    let Some(contract) = datasets.get(&source.dataset) else {
        return Err(ContractError {
            file: file.to_owned(),
            pointer: "/dataset".into(),
            expected: "a dataset under schemas/datasets".into(),
            found: format!("`{}`{}", source.dataset, hint(&source.dataset, datasets.keys())),
        });
    };
    source.fits(file, contract)?;
    let sources = codes.get("source");
    if let Some((index, id)) = source
        .source_ids
        .iter()
        .enumerate()
        .find(|(_, id)| !sources.is_some_and(|list| list.contains(id)))
    {
        return Err(ContractError {
            file: file.to_owned(),
            pointer: format!("/source_ids/{index}"),
            expected: "a source of schemas/codes/source.csv".into(),
            found: format!("`{id}`"),
        });
    }
    Ok(source)
}
