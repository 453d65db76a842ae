//! Which extracts there are: those of the program, and each dataset with published columns.

use crate::error::PublishError;
use crate::words::Words;
use koridor_contract::message::Language;
use koridor_contract::project::hint;
use koridor_contract::{Contract, Project};
use koridor_lake::LakeError;
use std::sync::Arc;

/// What is extracted.
#[derive(Debug, Clone)]
pub enum Extract {
    /// Values of all indicators.
    Indicators,
    /// Targets and how far they are met.
    Targets,
    /// The yearly evaluation, table by table.
    Evaluation,
    /// What several sources filed for one figure.
    Sources,
    /// Deliveries that were due, and how they came.
    Status,
    /// The published columns of a dataset.
    Dataset(Arc<Contract>),
}

/// An extract that every project has: its name, its title, and what it holds, in Bahasa Indonesia
/// and English.
type Known = (&'static str, Extract, [&'static str; 2], [&'static str; 2]);

const KNOWN: [Known; 5] = [
    (
        "indicators",
        Extract::Indicators,
        ["Indikator", "Indicators"],
        [
            "nilai semua indikator dengan keadaan, cakupan dan sumbernya",
            "values of all indicators with state, coverage and sources",
        ],
    ),
    (
        "targets",
        Extract::Targets,
        ["Target", "Targets"],
        ["target tiap dokumen dan capaiannya", "targets of each document and how far they are met"],
    ),
    (
        "evaluation",
        Extract::Evaluation,
        ["Evaluasi tahunan", "Yearly evaluation"],
        [
            "semua tabel evaluasi masterplan, satu baris satu isian",
            "all tables of the evaluation of the masterplan, a row a cell",
        ],
    ),
    (
        "sources",
        Extract::Sources,
        ["Sumber yang berbeda", "Disagreeing sources"],
        [
            "angka yang disampaikan lebih dari satu sumber, berdampingan",
            "figures that several sources filed, side by side",
        ],
    ),
    (
        "status",
        Extract::Status,
        ["Setoran data", "Deliveries"],
        [
            "setoran yang jatuh tempo: tepat waktu, terlambat, belum datang",
            "deliveries that were due: on time, late, missing",
        ],
    ),
];

/// An extract as it is listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Name.
    pub name: String,
    /// Title, in one language.
    pub title: String,
    /// What a row holds.
    pub what: String,
}

impl Extract {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Indicators => "indicators",
            Self::Targets => "targets",
            Self::Evaluation => "evaluation",
            Self::Sources => "sources",
            Self::Status => "status",
            Self::Dataset(contract) => &contract.name,
        }
    }

    /// Its title in a language.
    pub fn title(&self, language: Language) -> &str {
        let known = KNOWN.iter().find(|(name, ..)| *name == self.name());
        match (self, known) {
            (Self::Dataset(contract), _) => {
                language.pick(&contract.title, &contract.koridor.title_en)
            }
            (_, Some((_, _, [id, en], _))) => language.pick(id, en),
            (_, None) => self.name(),
        }
    }
}

/// The extract of a name.
///
/// # Errors
/// Where there is none, with the nearest and all names; where a dataset publishes nothing.
pub fn find(project: &Project, name: &str) -> Result<Extract, PublishError> {
    if let Some((_, extract, ..)) = KNOWN.iter().find(|(known, ..)| *known == name) {
        return Ok(extract.clone());
    }
    let names = names(project);
    let hinted = format!("extracts: {}", names.join(", "));
    let Some(contract) = project.datasets.get(name) else {
        let near = hint(name, names.iter());
        return Err(LakeError::usage(format!("no extract `{name}`{near}"), hinted).into());
    };
    if contract.is_published() {
        return Ok(Extract::Dataset(Arc::clone(contract)));
    }
    let why = match contract.koridor.zone.is_open() {
        true => "no column of it is published",
        false => "it is in the restricted zone",
    };
    Err(LakeError::usage(format!("`{name}` is not given out row by row: {why}"), hinted).into())
}

/// The names of all extracts of a project.
pub fn names(project: &Project) -> Vec<String> {
    let published = project.datasets.values().filter(|own| own.is_published());
    let datasets = published.map(|own| own.name.clone());
    KNOWN.iter().map(|(name, ..)| (*name).to_owned()).chain(datasets).collect()
}

/// All extracts of a project, in one language.
pub fn list(words: Words<'_>) -> Vec<Listed> {
    let pick = |[id, en]: [&'static str; 2]| words.language.pick(id, en).to_owned();
    let known = KNOWN.iter().map(|(name, _, title, what)| Listed {
        name: (*name).to_owned(),
        title: pick(*title),
        what: pick(*what),
    });
    let published = words.project.datasets.values().filter(|own| own.is_published());
    let datasets = published.map(|own| Listed {
        name: own.name.clone(),
        title: words.dataset(&own.name).to_owned(),
        what: own
            .published_fields()
            .filter(|field| own.own_fields().iter().any(|known| known.name == field.name))
            .map(|field| field.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    });
    known.chain(datasets).collect()
}
