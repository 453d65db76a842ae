//! A file that is to be recognised, with what is said of it.

use super::recognised::Recognised;
use super::request::{Request, hinted};
use super::sheets::Sheets;
use crate::layout::{self, Given};
use crate::readers::{Container, Sheet};
use koridor_contract::codes::{CodeMatch, CodeSystem};
use koridor_contract::{Contract, Project, Source};
use std::sync::Arc;

/// A file that is to be recognised, with what is said of it.
pub(super) struct File<'file> {
    pub(super) project: &'file Project,
    pub(super) container: Container,
    /// What the caller and the folders say.
    pub(super) said: Request,
    /// Its name.
    pub(super) name: &'file str,
    /// The folders it lies in, the innermost first.
    pub(super) folders: Vec<&'file str>,
    pub(super) sheets: Sheets<'file>,
}

impl<'file> File<'file> {
    pub(super) fn of(
        project: &'file Project,
        request: &Request,
        path: &'file str,
        container: Container,
        sheets: &'file [Sheet],
    ) -> Self {
        Self {
            project,
            container,
            said: hinted(project, request, path),
            name: path.rsplit('/').next().unwrap_or(path),
            folders: path.split('/').rev().skip(1).collect(),
            sheets: Sheets::of(sheets),
        }
    }

    /// The office of a layout that a title above the table names, alone or behind a word such as
    /// `Instansi:`; `None` where none does, or several do.
    pub(super) fn office_in_titles(&self, source: &Source, contract: &Contract) -> Option<String> {
        let offices = self.project.codes.get("source")?;
        let named = |text: &str| match offices.find(text, CodeSystem::Bps) {
            CodeMatch::Known(code) => source.source_ids.iter().find(|own| *own == code),
            _ => None,
        };
        let titles = self.sheets.titles(source, contract);
        let mut found = titles
            .into_iter()
            .filter_map(|text| named(text).or_else(|| named(text.split_once(':')?.1)));
        let office = found.next()?;
        found.all(|other| other == office).then(|| office.clone())
    }

    /// The file as rows of a contract in a layout, sent by an office.
    pub(super) fn as_described(
        &self,
        contract: &Arc<Contract>,
        source: Arc<Source>,
        office: Option<String>,
    ) -> Recognised {
        let given = self.given(contract, office);
        Recognised { contract: Arc::clone(contract), source, given }
    }

    /// The file as rows of a contract in its canonical layout, sent by an office.
    pub(super) fn as_canonical(
        &self,
        contract: &Arc<Contract>,
        office: Option<String>,
    ) -> Recognised {
        let given = self.given(contract, office);
        let source = Arc::new(layout::canonical(contract, &given));
        Recognised { contract: Arc::clone(contract), source, given }
    }

    /// What holds for all rows: the office and its region, the caller's region, the release date.
    fn given(&self, contract: &Contract, office: Option<String>) -> Given {
        let mut given = Given { file_name: self.name.to_owned(), ..Given::default() };
        let slice = contract.koridor.slice.as_ref();
        if let Some(office) = office {
            let offices = self.project.codes.get("source");
            let region = offices.and_then(|list| list.attribute(&office, "region_code"));
            if let (Some(region), Some(slice)) = (region, slice)
                && contract.fields.iter().any(|field| {
                    field.name == slice.region && field.koridor.codes.as_deref() == Some("region")
                })
            {
                given.constants.insert(slice.region.clone(), region.to_owned());
            }
            given.constants.insert("source_id".into(), office);
        }
        if let (Some(region), Some(slice)) = (&self.said.region, slice) {
            given.constants.insert(slice.region.clone(), region.clone());
        }
        if let Some(released) = &self.said.released {
            given.constants.insert("release_date".into(), released.clone());
        }
        given
    }
}
