//! What is said of a file that no layout fits.

use super::description::{contract_of, is_format};
use super::file::File;
use crate::layout::{Given, canonical};
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::codes::normalise;
use koridor_contract::source::Column;
use koridor_contract::{Contract, Source};

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

/// Labels of the header that are shown.
const SHOWN: usize = 8;

fn unknown_layout(file: &File<'_>) -> Refusal {
    let labels = file.sheets.likely_header().unwrap_or_default();
    let header = labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let (next_id, next_en) = match nearest(file, &labels) {
        Some(Near { source, missing }) => {
            let missing = missing.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>();
            let missing = missing.join(", ");
            let Source { name, title, title_en, .. } = source;
            (
                format!("yang terdekat {name}, {title}: kolom yang belum ada {missing}"),
                format!("the nearest is {name}, {title_en}: it lacks {missing}"),
            )
        }
        None => (
            "tidak ada yang mendekati; pengelola dapat membuatkannya: koridor sources infer".into(),
            "none comes near; the operator can draft one: koridor sources infer".into(),
        ),
    };
    Refusal::new(
        RefusalCode::UnknownLayout,
        format!("tidak ada uraian sumber yang cocok (judul kolom: {header}); {next_id}"),
        format!("no source description fits (header: {header}); {next_en}"),
    )
}

/// A description that comes near, and the columns that it wants and does not find.
struct Near<'file> {
    source: &'file Source,
    missing: Vec<&'file str>,
}

/// The description most of whose columns a header holds, if it is half of them.
fn nearest<'file>(file: &File<'file>, labels: &[String]) -> Option<Near<'file>> {
    let labels: Vec<String> = labels.iter().map(|label| normalise(label)).collect();
    let holds = |header: &String| {
        let wanted = normalise(header);
        labels.iter().any(|label| *label == wanted || label.starts_with(&format!("{wanted} (")))
    };
    let sources = file.project.sources.values().filter(|own| is_format(own, file.container));
    let near = sources.filter_map(|source| {
        let wanted: Vec<_> = source.headed().filter(|column| !column.optional).collect();
        let is_missing = |column: &&&Column| !column.header.iter().any(&holds);
        let missing: Vec<&str> = wanted
            .iter()
            .filter(is_missing)
            .filter_map(|column| column.header.first().map(String::as_str))
            .collect();
        let found = wanted.len() - missing.len();
        // Region and period stand in each file: they do not say what it is about.
        let contract = file.project.datasets.get(&source.dataset)?;
        let is_subject = |column: &&&Column| is_subject(contract, &column.field);
        let mut subject = wanted.iter().filter(is_subject);
        if !subject.any(|column| column.header.iter().any(&holds)) {
            return None;
        }
        (found * 2 >= wanted.len() && found > 1).then_some((found, Near { source, missing }))
    });
    near.filter(|(_, near)| !near.missing.is_empty())
        .max_by_key(|(found, near)| (*found, std::cmp::Reverse(near.missing.len())))
        .map(|(_, near)| near)
}

/// Whether a field says what a dataset is about: it is none of its key, and no region.
fn is_subject(contract: &Contract, name: &str) -> bool {
    let field = contract.fields.iter().find(|field| field.name == name);
    let is_region = field.is_some_and(|field| field.koridor.codes.as_deref() == Some("region"));
    let slice = contract.koridor.slice.as_ref();
    let is_period = slice.and_then(|slice| slice.period.as_deref()) == Some(name);
    !is_region && !is_period && !contract.primary_key.iter().any(|key| key == name)
}
