//! Further datasets in a workbook: other sheets than those that the recognised description reads.

use super::description::{contract_of, is_format, is_named};
use super::recognised::Recognised;
use super::sheets::{Candidate, columns};
use crate::readers::{Container, Sheet};
use koridor_contract::{Project, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Descriptions of other datasets that fit sheets which the recognised one leaves out: one for each
/// dataset.
pub fn further(
    project: &Project,
    recognised: &Recognised,
    path: &str,
    container: Container,
    sheets: &[Sheet],
) -> Vec<String> {
    let (own, contract) = (&recognised.source, &recognised.contract);
    // A layout of field names says nothing of other sheets.
    if container != Container::Workbook || own.name.is_empty() {
        return Vec::new();
    }
    let left: Vec<Candidate<'_>> = sheets
        .iter()
        .filter(|sheet| !sheet.is_hidden && !sheet.is_blank())
        .map(Candidate::of)
        .filter(|sheet| !sheet.is_read(own, contract))
        .collect();
    if left.is_empty() {
        return Vec::new();
    }
    let folders: Vec<&str> = path.split('/').rev().skip(1).collect();
    let lower = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let office = recognised.source_id();
    let is_other = |source: &&Arc<Source>| {
        let is_from = |id: &String| Some(id.as_str()) == office || folders.contains(&id.as_str());
        source.dataset != contract.name
            && !source.draft
            && is_format(source, container)
            && source.source_ids.iter().any(is_from)
            && (!source.named_only || is_named(source, &lower))
    };
    let mut found: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for source in project.sources.values().filter(is_other) {
        let Ok(other) = contract_of(project, source) else { continue };
        let fits = left.iter().filter_map(|sheet| sheet.read_by(source, other));
        if let Some(columns) = fits.map(|found| columns(&found)).max()
            && found.get(source.dataset.as_str()).is_none_or(|(most, _)| columns > *most)
        {
            found.insert(&source.dataset, (columns, &source.name));
        }
    }
    found.into_values().map(|(_, name)| name.to_owned()).collect()
}
