//! Source descriptions that fit their contract and the code lists.

use super::corridor::Corridor;
use super::files::{Files, hint, stem, under};
use crate::codes::{CodeMatch, CodeSystem};
use crate::error::ProjectError;
use crate::source::matches;
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
    setting: (&CodeLists, &Corridor),
    mistakes: &mut Vec<ProjectError>,
) -> Described {
    let (mut sources, mut unfinished) = Described::default();
    for (file, text) in under(files, "schemas/sources/", ".json") {
        match description(file, text, datasets, setting) {
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
    (codes, corridor): (&CodeLists, &Corridor),
) -> Result<Source, ContractError> {
    let mut source = Source::parse(file, text)?;
    let Some(contract) = datasets.get(&source.dataset) else {
        return Err(ContractError {
            file: file.to_owned(),
            pointer: "/dataset".into(),
            expected: "a dataset under schemas/datasets".into(),
            found: format!("`{}`{}", source.dataset, hint(&source.dataset, datasets.keys())),
        });
    };
    source.fits(file, contract)?;
    constants(file, &source, contract, codes)?;
    source.source_ids = offices(file, &source.source_ids, codes)?;
    // The province is the corridor's; one that names none leaves out by regency alone.
    source.ignore_rows.retain_mut(|rule| {
        if rule.outside_province {
            rule.except = corridor.province.iter().cloned().collect();
        }
        !rule.outside_province || !rule.except.is_empty()
    });
    Ok(source)
}

/// Refuses a constant that the list of its field does not know: each row would be refused for it.
fn constants(
    file: &str,
    source: &Source,
    contract: &Contract,
    codes: &CodeLists,
) -> Result<(), ContractError> {
    for (name, value) in &source.constants {
        let Some(field) = contract.fields.iter().find(|field| field.name == *name) else {
            continue;
        };
        let list = field.koridor.codes.as_deref();
        let Some((list, known)) = list.and_then(|list| Some((list, codes.get(list)?))) else {
            continue;
        };
        if matches!(known.find(value, CodeSystem::Bps), CodeMatch::Unknown) {
            let near = known.nearest(value).map(|near| format!("; did you mean `{near}`?"));
            return Err(ContractError {
                file: file.to_owned(),
                pointer: format!("/constants/{name}"),
                expected: format!("a code of schemas/codes/{list}.csv"),
                found: format!("`{value}`{}", near.unwrap_or_default()),
            });
        }
    }
    Ok(())
}

/// The offices that send a layout, in the order of `source_ids` and of the list. An id with `*` is
/// any office whose code fits, and may be none: a built-in layout then waits for its offices.
fn offices(file: &str, ids: &[String], codes: &CodeLists) -> Result<Vec<String>, ContractError> {
    let list = codes.get("source");
    let mut offices: Vec<String> = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        if !id.contains('*') {
            if !list.is_some_and(|list| list.contains(id)) {
                return Err(ContractError {
                    file: file.to_owned(),
                    pointer: format!("/source_ids/{index}"),
                    expected: "a source of schemas/codes/source.csv".into(),
                    found: format!("`{id}`"),
                });
            }
            offices.push(id.clone());
            continue;
        }
        let all = list.into_iter().flat_map(|list| list.codes());
        offices.extend(all.filter(|own| matches(id, &own.code)).map(|own| own.code.clone()));
    }
    let mut seen = std::collections::BTreeSet::new();
    offices.retain(|office| seen.insert(office.clone()));
    Ok(offices)
}
