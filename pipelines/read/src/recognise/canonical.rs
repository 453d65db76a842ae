//! The canonical layout: a header of the contract's own field names.

use super::file::File;
use super::recognised::Recognised;
use crate::layout::Found;
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::Contract;
use koridor_contract::source::COMMON_FIELDS;

/// The file in the canonical layout of the dataset that names most of its header; `None` where none
/// does. `nearest` becomes the refusal of the dataset that was asked for, unless it is one already.
///
/// # Errors
/// Where two datasets fit equally well, or the office is not known.
pub(super) fn recognise(
    file: &File<'_>,
    nearest: &mut Option<Refusal>,
) -> Result<Option<Recognised>, Refusal> {
    let mut candidates = candidates(file, nearest);
    // A place and a month alone name no dataset.
    let most = candidates.iter().map(|(columns, _)| *columns).max().unwrap_or_default();
    candidates.retain(|(columns, _)| *columns == most);
    if let [(_, one), (_, other), ..] = candidates.as_slice() {
        return Err(ambiguous(&one.contract.name, &other.contract.name));
    }
    let Some((_, candidate)) = candidates.pop() else { return Ok(None) };
    let contract = &candidate.contract;
    let found = file.sheets.found(&candidate.source, contract);
    let has_measure = found.iter().any(|found| is_measured(contract, found));
    if file.said.dataset.is_none() && !has_measure {
        return Ok(None);
    }
    let carries_office = |found: &Found| {
        contract
            .field_index("source_id")
            .is_some_and(|index| found.columns.get(index).is_some_and(Option::is_some))
    };
    if file.said.source.is_none() && !found.iter().any(carries_office) {
        return Err(Refusal::new(
            RefusalCode::UnknownSource,
            "sumber berkas tidak diketahui; letakkan di folder bernama kode sumber atau beri \
             --source",
            "the file's source is not known; put it in a folder named after the source or give \
             --source",
        ));
    }
    Ok(Some(candidate))
}

/// The datasets whose field names are the file's header, with the number of columns.
fn candidates(file: &File<'_>, nearest: &mut Option<Refusal>) -> Vec<(usize, Recognised)> {
    let office = file.said.source.clone();
    if let Some(dataset) = &file.said.dataset {
        let Some(contract) = file.project.datasets.get(dataset) else { return Vec::new() };
        let candidate = file.as_canonical(contract, office);
        return match file.sheets.fit(&candidate.source, contract) {
            Ok(columns) => vec![(columns, candidate)],
            Err(refusal) => {
                nearest.get_or_insert(refusal);
                Vec::new()
            }
        };
    }
    let candidates = file.project.datasets.values().filter_map(|contract| {
        let candidate = file.as_canonical(contract, office.clone());
        Some((file.sheets.fits(&candidate.source, contract)?, candidate))
    });
    candidates.collect()
}

/// Whether a header holds a field besides place, month and those that every dataset has.
fn is_measured(contract: &Contract, found: &Found) -> bool {
    contract.fields.iter().zip(&found.columns).any(|(field, column)| {
        column.is_some()
            && !field.koridor.month
            && field.koridor.codes.as_deref() != Some("region")
            && !COMMON_FIELDS.contains(&field.name.as_str())
    })
}

fn ambiguous(one: &str, other: &str) -> Refusal {
    Refusal::new(
        RefusalCode::AmbiguousLayout,
        format!(
            "berkas cocok dengan dataset {one} dan {other}; beri --dataset atau letakkan di folder \
             bernama dataset"
        ),
        format!(
            "the file fits the datasets {one} and {other}; give --dataset or put it in a folder \
             named after its dataset"
        ),
    )
}
