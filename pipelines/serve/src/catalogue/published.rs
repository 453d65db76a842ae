//! A catalogue with its data files and addresses: what all documents are made of.

use super::data::DataFile;
use koridor_publish::catalogue::{Catalogue, Dataset};

/// A catalogue with its data files, and where they will be.
#[derive(Debug, Clone, Copy)]
pub struct Published<'own> {
    /// What is published.
    pub catalogue: &'own Catalogue,
    /// Its data files.
    pub files: &'own [DataFile],
    /// Address of the folder on the web, ending with `/`; none where it has none, and addresses are
    /// relative to the folder.
    pub base: Option<&'own str>,
}

impl Published<'_> {
    /// The address of a file of the folder.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base.unwrap_or_default())
    }

    /// The data files of a dataset.
    pub(super) fn files_of(&self, dataset: &Dataset) -> impl Iterator<Item = &DataFile> {
        self.files.iter().filter(|own| own.dataset == dataset.name)
    }
}

/// That some figures are made up, said wherever a dataset is described; nothing where none is.
fn synthetic_note(dataset: &Dataset) -> Option<[&'static str; 2]> {
    dataset.coverage.is_synthetic.then_some([
        "Memuat angka SINTETIS (dibuat untuk contoh).",
        "Holds SYNTHETIC figures (made up for the sample).",
    ])
}

/// What a dataset is, in both languages; a language in which nobody has said it has the title.
pub(super) fn description(dataset: &Dataset) -> [String; 2] {
    let note = synthetic_note(dataset);
    [0, 1].map(|at| {
        let own = match dataset.description[at].as_str() {
            "" => format!("{}.", dataset.title[at]),
            said => said.to_owned(),
        };
        note.map_or(own.clone(), |note| format!("{own} {}", note[at]))
    })
}
