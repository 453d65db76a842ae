//! What is said of a file that no layout fits.

use super::description::{contract_of, is_format};
use super::file::File;
use crate::layout::{Given, canonical};
use crate::readers::{Refusal, RefusalCode};

/// The refusal of a file that no layout fits; `nearest` is that of the layout that comes nearest.
pub(super) fn refusal(file: &File<'_>, nearest: Option<Refusal>) -> Refusal {
    let Some(nearest) = nearest else { return unknown_layout(file) };
    let Some(dataset) = &file.said.dataset else { return nearest };
    // The file may be a good one of another dataset.
    let Some(name) = other_dataset(file, dataset) else { return nearest };
    let message = &nearest.message;
    Refusal::new(
        RefusalCode::WrongDataset,
        format!("berkas ini tampaknya dataset {name}, bukan {dataset}; {}", message.id),
        format!("the file looks like dataset {name}, not {dataset}; {}", message.en),
    )
}

/// Another dataset whose canonical layout, or one of whose descriptions, fits.
fn other_dataset<'file>(file: &File<'file>, dataset: &str) -> Option<&'file str> {
    let contracts = file.project.datasets.values().filter(|contract| contract.name != dataset);
    let canonical = contracts
        .filter_map(|contract| {
            let source = canonical(contract, &Given::default());
            Some((file.sheets.fits(&source, contract)?, contract.name.as_str()))
        })
        .max_by_key(|(columns, _)| *columns);
    let described = || {
        let sources = file.project.sources.values().filter(|source| source.dataset != dataset);
        sources.filter(|source| is_format(source, file.container)).find(|source| {
            contract_of(file.project, source)
                .is_ok_and(|contract| file.sheets.fits(source, contract).is_some())
        })
    };
    canonical.map(|(_, name)| name).or_else(|| described().map(|source| source.dataset.as_str()))
}

fn unknown_layout(file: &File<'_>) -> Refusal {
    let header = file.sheets.likely_header().unwrap_or_default();
    Refusal::new(
        RefusalCode::UnknownLayout,
        format!(
            "tidak ada uraian sumber yang cocok dengan berkas ini (judul kolom: {header}); \
             tambahkan schemas/sources/<NAMA>.json"
        ),
        format!(
            "no source description fits the file (header: {header}); add \
             schemas/sources/<NAME>.json"
        ),
    )
}
