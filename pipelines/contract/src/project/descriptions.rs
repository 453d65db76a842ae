//! Source descriptions that fit their contract and the code lists.

use super::files::hint;
use crate::{CodeLists, Contract, ContractError, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether a description says of itself that it is not finished.
pub(super) fn is_draft(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|value| value.get("draft") == Some(&serde_json::Value::Bool(true)))
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
