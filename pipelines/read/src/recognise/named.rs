//! A description named by the caller or a folder: it is the only candidate, and its own refusal
//! says what is missing.

use super::description::{
    contract_of, gives_office, is_format, only_office, which_office, wrong_format,
};
use super::file::File;
use super::recognised::Recognised;
use super::request::is_office;
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::Source;
use std::sync::Arc;

/// # Errors
/// Where the file does not fit the description.
pub(super) fn recognise(file: &File<'_>, source: &Arc<Source>) -> Result<Recognised, Refusal> {
    if let Some(dataset) = file.said.dataset.as_ref().filter(|name| **name != source.dataset) {
        let Source { name, dataset: own, .. } = source.as_ref();
        return Err(Refusal::new(
            RefusalCode::WrongDataset,
            format!("sumber {name} berisi dataset {own}, bukan {dataset}"),
            format!("source {name} holds dataset {own}, not {dataset}"),
        ));
    }
    let contract = contract_of(file.project, source)?;
    let is_also_office = is_office(file.project, &source.name);
    let in_folder = || {
        let is_own = |folder: &&&str| source.source_ids.iter().any(|id| id == **folder);
        file.folders.iter().find(is_own).map(|folder| (*folder).to_owned())
    };
    let office = if is_also_office {
        Some(source.name.clone())
    } else {
        let in_titles = || file.office_in_titles(source, contract);
        in_folder().or_else(|| only_office(source)).or_else(in_titles)
    };
    if !is_format(source, file.container) {
        return Err(wrong_format(source));
    }
    if let Err(refusal) = file.sheets.fit(source, contract) {
        // A name may be both a layout's and an office's, and an office may send the canonical
        // layout.
        if !is_also_office {
            return Err(refusal);
        }
        let candidate = file.as_canonical(contract, office);
        return match file.sheets.fits(&candidate.source, contract) {
            Some(_) => Ok(candidate),
            None => Err(refusal),
        };
    }
    if office.is_none() && !gives_office(source) {
        return Err(which_office(source));
    }
    Ok(file.as_described(contract, Arc::clone(source), office))
}
