//! What is said of a file that no layout fits.

use super::description::{contract_of, is_format, is_named};
use super::file::File;
use super::template_hint::{likely_dataset, template_command};
use crate::layout::{Given, canonical};
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::codes::normalise;
use koridor_contract::source::Column;
use koridor_contract::{Contract, Source};

/// The refusal of a file that no layout fits; `nearest` is that of the layout that comes nearest.
pub(super) fn refusal(file: &File<'_>, nearest: Option<Refusal>) -> Refusal {
    let Some(nearest) = nearest else { return unknown_layout(file) };
    let dataset = file.said.dataset.as_ref().or(described_dataset(file));
    let with_template = |refusal: Refusal| match dataset {
        Some(dataset) => offering_template(file, dataset, refusal),
        None => refusal,
    };
    let Some(dataset) = &file.said.dataset else { return with_template(nearest) };
    // The file may be a good one of another dataset.
    let Some(name) = other_dataset(file, dataset) else { return with_template(nearest) };
    let message = &nearest.message;
    Refusal::new(
        RefusalCode::WrongDataset,
        format!("berkas ini tampaknya dataset {name}, bukan {dataset}; {}", message.id),
        format!("the file looks like dataset {name}, not {dataset}; {}", message.en),
    )
}

/// The dataset of the description that names the file, whose refusal is the nearest.
fn described_dataset<'file>(file: &File<'file>) -> Option<&'file String> {
    let lower = file.name.to_lowercase();
    let mut named = file.project.sources.values().filter(|source| is_named(source, &lower));
    named.next_back().map(|source| &source.dataset)
}

/// A refusal that ends with the command for a workbook that fits.
fn offering_template(file: &File<'_>, dataset: &str, refusal: Refusal) -> Refusal {
    let (command_id, command_en) = template_command(file, Some(dataset));
    let message = &refusal.message;
    Refusal::new(
        refusal.code,
        format!("{}; buku kerja yang cocok: {command_id}", message.id),
        format!("{}; a workbook that fits: {command_en}", message.en),
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
    let header = match labels.is_empty() {
        true => "-".to_owned(),
        false => labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "),
    };
    let near = nearest(file, &labels);
    let dataset = file.said.dataset.as_deref();
    let dataset = dataset.or(near.as_ref().map(|near| near.source.dataset.as_str()));
    let dataset = dataset.or_else(|| likely_dataset(file, &labels));
    let (command_id, command_en) = template_command(file, dataset);
    let (next_id, next_en) = match near {
        Some(Near { source, why }) => {
            let Source { name, title, title_en, .. } = source;
            (
                format!("yang terdekat {name}, {title}: {}", why.message.id),
                format!("the nearest is {name}, {title_en}: {}", why.message.en),
            )
        }
        None => (
            "tidak ada yang mendekati; pengelola dapat membuatkannya: koridor sources infer"
                .to_owned(),
            "none comes near; the operator can draft one: koridor sources infer".to_owned(),
        ),
    };
    Refusal::new(
        RefusalCode::UnknownLayout,
        format!(
            "tidak ada uraian sumber yang cocok (judul kolom: {header}); {next_id}; buku kerja \
             yang cocok: {command_id}"
        ),
        format!(
            "no source description fits (header: {header}); {next_en}; a workbook that fits: \
             {command_en}"
        ),
    )
}

/// Whether a column gives the region or the period of rows, as most files have it.
fn is_place_or_period(contract: &Contract, column: &Column) -> bool {
    contract.koridor.slice.as_ref().is_some_and(|slice| {
        slice.region == column.field || slice.period.as_ref() == Some(&column.field)
    })
}

/// A description that comes near, and why it does not fit.
struct Near<'file> {
    source: &'file Source,
    why: Refusal,
}

/// The description most of whose columns a header holds, if it is half of them; one that it holds
/// but for the unit counts half.
fn nearest<'file>(file: &File<'file>, labels: &[String]) -> Option<Near<'file>> {
    let labels: Vec<String> = labels.iter().map(|label| normalise(label)).collect();
    let holds = |header: &String| {
        let wanted = normalise(header);
        labels.iter().any(|label| *label == wanted || label.starts_with(&format!("{wanted} (")))
    };
    let base = |label: &str| label.split('(').next().unwrap_or_default().trim().to_owned();
    let bases: Vec<String> = labels.iter().map(|label| base(label)).collect();
    let almost = |header: &String| bases.contains(&base(&normalise(header)));
    let sources = file.project.sources.values().filter(|own| is_format(own, file.container));
    let near = sources.filter_map(|source| {
        let wanted: Vec<_> = source.headed().filter(|column| !column.optional).collect();
        let (found, missing): (Vec<&Column>, Vec<&Column>) =
            wanted.iter().partition(|column| column.header.iter().any(&holds));
        let near = missing.iter().filter(|column| column.header.iter().any(&almost)).count();
        let points = found.len() * 2 + near;
        // A place and a month alone tell nothing.
        let contract = contract_of(file.project, source).ok()?;
        let is_told = near > 0 || found.iter().any(|column| !is_place_or_period(contract, column));
        let is_near = points >= wanted.len() && found.len() > 1 && is_told;
        if !is_near {
            return None;
        }
        let why = file.sheets.fit(source, contract).err()?;
        Some((points, missing.len(), Near { source, why }))
    });
    near.max_by_key(|(points, missing, _)| (*points, std::cmp::Reverse(*missing)))
        .map(|(_, _, near)| near)
}
