//! What recognition asks of a source description, and how it says that one is not enough.

use crate::readers::{Container, Refusal, RefusalCode};
use koridor_contract::source::{Format, matches};
use koridor_contract::{Contract, Project, Source};
use std::sync::Arc;

/// The contract of a description's dataset.
///
/// # Errors
/// None in practice: descriptions are checked when the project is loaded.
pub(super) fn contract_of<'project>(
    project: &'project Project,
    source: &Source,
) -> Result<&'project Arc<Contract>, Refusal> {
    project.datasets.get(&source.dataset).ok_or_else(|| {
        let name = &source.dataset;
        Refusal::new(RefusalCode::UnknownDataset, name.clone(), name.clone())
    })
}

/// Whether a description is for files of a container.
pub(super) fn is_format(source: &Source, container: Container) -> bool {
    match (source.format, container) {
        (Some(Format::BpsWebapi), Container::Json) => true,
        (Some(Format::BpsWebapi), _) | (_, Container::Json) => false,
        (Some(Format::Csv), Container::Text)
        | (Some(Format::Workbook), Container::Workbook)
        | (Some(Format::Parquet), Container::Parquet)
        | (None, _) => true,
        _ => false,
    }
}

/// Whether a file has one of the names that a description gives; `lower` is in small letters.
pub(super) fn is_named(source: &Source, lower: &str) -> bool {
    named_by(source, lower).is_some()
}

/// How many letters of a file's name a description gives; none where it gives others.
pub(super) fn named_by(source: &Source, lower: &str) -> Option<usize> {
    let patterns = source.files.iter().map(|pattern| pattern.to_lowercase());
    let own = patterns.filter(|pattern| matches(pattern, lower));
    own.map(|pattern| pattern.chars().filter(|mark| *mark != '*').count()).max()
}

/// Whether a layout says in its cells or constants which office a row is from.
pub(super) fn gives_office(source: &Source) -> bool {
    source.columns.iter().any(|column| column.field == "source_id")
        || source.constants.contains_key("source_id")
}

/// The office that sends a layout, where there is only one.
pub(super) fn only_office(source: &Source) -> Option<String> {
    source.source_ids.first().filter(|_| source.source_ids.len() == 1).cloned()
}

/// The refusal of a file whose layout several offices use.
pub(super) fn which_office(source: &Source) -> Refusal {
    let name = &source.name;
    let offices = source.source_ids.join(", ");
    Refusal::new(
        RefusalCode::WhichOffice,
        format!(
            "tata letak {name} dipakai beberapa instansi; beri --source atau letakkan di folder \
             bernama kode sumber: {offices}"
        ),
        format!(
            "layout {name} is used by several offices; give --source or a folder named after one \
             of: {offices}"
        ),
    )
}

/// The refusal of a file of another format than a description is for.
pub(super) fn wrong_format(source: &Source) -> Refusal {
    let wanted = source.format.map(|format| format!("{format:?}")).unwrap_or_default();
    Refusal::new(
        RefusalCode::WrongFormat,
        format!("sumber {} memerlukan berkas {wanted}", source.name),
        format!("source {} needs a {wanted} file", source.name),
    )
}
