//! The project: everything under `schemas/` and `sql/`, as texts by path.
//!
//! Adding a dataset, a source or an indicator is adding files here; nothing in Rust knows their
//! names.

mod code_lists;
mod comments;
mod corrections;
mod corridor;
mod csv;
mod descriptions;
mod expected;
mod files;
mod geography;
mod lacks;
mod publication;
mod references;

use crate::clock::Clock;
use crate::codes::{CodeMatch, CodeSystem};
use crate::date::from_days;
use crate::error::{ContractError, ProjectError};
use crate::{CodeLists, Contract, Correction, Field, Source};
pub use comments::Comments;
pub use corridor::{Corridor, Licence, Transit, Zone};
use descriptions::{description, descriptions};
pub use files::{Files, SCHEMA_ENDING, fingerprint_of, hint, is_project_file, read_project_folder};
use files::{join, stem, under};
pub use geography::{Geography, Outline};
pub use publication::{Contact, Publication, Publisher};
pub use references::Reference;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Files that a project of an earlier program may lack, by the beginning of their path.
const COMPLETED: [&str; 3] = ["sql/views/", "sql/queries/", "schemas/comments.json"];

/// A loaded and validated project.
#[derive(Debug, Clone)]
pub struct Project {
    /// The corridor.
    pub corridor: Corridor,
    /// Contracts of the datasets that offices file, by name.
    pub datasets: BTreeMap<String, Arc<Contract>>,
    /// Source descriptions by name.
    pub sources: BTreeMap<String, Arc<Source>>,
    /// Drafts of descriptions that cannot be used yet, with their first mistake.
    pub unfinished: BTreeMap<String, ContractError>,
    /// Code lists by name.
    pub codes: Arc<CodeLists>,
    /// Reference tables by name without `ref_`.
    pub references: BTreeMap<String, Reference>,
    /// Corrections of known wrong values.
    pub corrections: Arc<Vec<Correction>>,
    /// Outlines of its regions; empty where the project has none.
    pub geography: Arc<Geography>,
    /// Where the time comes from.
    pub clock: Clock,
    files: Files,
}

impl Project {
    /// A project from the texts of its files by path, as [`Project::files`] gives them.
    ///
    /// # Errors
    /// Returns the files that cannot be used, each with its first mistake; of code lists and
    /// corrections each line that is wrong.
    pub fn from_files(files: Files) -> Result<Self, ProjectError> {
        let corridor_file = "schemas/corridor.json";
        let corridor: Corridor =
            serde_json::from_str(files.get(corridor_file).map(String::as_str).unwrap_or_default())
                .map_err(|error| ProjectError::File {
                    file: corridor_file.into(),
                    line: error.line() as u64,
                    message: error.to_string(),
                })?;
        let mut mistakes: Vec<ProjectError> =
            corridor.mistakes(corridor_file).into_iter().map(ProjectError::from).collect();
        let (contracts, broken) = contracts(&files, &mut mistakes);
        let geography = geography::geography(&files).unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            Geography::default()
        });
        let Some(codes) = code_lists::code_lists(&files, &corridor, &mut mistakes) else {
            return Err(several(mistakes));
        };
        let codes = Arc::new(codes);
        mistakes.extend(unknown_lists(&files, &contracts, &codes));
        let of_corridor = (&codes, &corridor);
        let references = references::references(&files, &contracts, of_corridor, &mut mistakes)?;
        let datasets: BTreeMap<_, _> =
            contracts.into_iter().filter(|(_, contract)| !contract.is_reference()).collect();
        let (sources, unfinished) =
            descriptions(&files, &datasets, (&codes, &corridor), &mut mistakes);
        let corrections =
            Arc::new(corrections::corrections(&files, &datasets, &codes, &mut mistakes)?);
        // What follows from a contract that cannot be read is no mistake of its own.
        mistakes.retain(|mistake| !broken.iter().any(|name| follows_from(mistake, name)));
        if !mistakes.is_empty() {
            // Of a file that cannot be read as a whole nobody knows what it lacks.
            let wrong: BTreeSet<String> = mistakes.iter().filter_map(file_of).collect();
            let lacking = lacks::lacks(&files, &corridor, &codes).into_iter();
            mistakes
                .extend(lacking.filter(|own| file_of(own).is_none_or(|own| !wrong.contains(&own))));
        }
        if !mistakes.is_empty() {
            return Err(several(mistakes));
        }
        Ok(Self {
            corridor,
            datasets,
            sources,
            unfinished,
            codes,
            references,
            corrections,
            geography: Arc::new(geography),
            clock: Clock::default(),
            files,
        })
    }

    /// Rows that the regions of the corridor need and do not have, and parameters that statements
    /// ask for and nobody gives: mistakes of a project that can be used all the same.
    pub fn lacks(&self) -> Vec<ProjectError> {
        lacks::lacks(&self.files, &self.corridor, &self.codes)
    }

    /// What the corridor may do without, and its people should know.
    pub fn remarks(&self) -> Vec<ProjectError> {
        let layouts = (&self.datasets, &self.sources);
        lacks::remarks(&self.files, &self.corridor, &self.codes, layouts, &self.geography)
    }

    /// The project with a description besides its own, for trying it.
    ///
    /// # Errors
    /// Where the description does not fit its contract or the code lists.
    pub fn with_description(&self, file: &str, text: &str) -> Result<Self, ProjectError> {
        let source = description(file, text, &self.datasets, (&self.codes, &self.corridor))?;
        let mut project = self.clone();
        project.sources.insert(source.name.clone(), Arc::new(source));
        Ok(project)
    }

    /// A dataset's contract, or a hint at the name that was meant.
    ///
    /// # Errors
    /// Where there is no such dataset.
    pub fn dataset(&self, name: &str) -> Result<&Arc<Contract>, ProjectError> {
        self.datasets.get(name).ok_or_else(|| ProjectError::Unknown {
            message: format!("no dataset `{name}`{}", hint(name, self.datasets.keys())),
            hint: format!("datasets: {}", join(self.datasets.keys())),
        })
    }

    /// All its files, by path.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Fields of a dataset that some source files as year-to-date figures.
    pub fn year_to_date_fields<'contract>(
        &self,
        contract: &'contract Contract,
    ) -> Vec<&'contract Field> {
        let sources = || self.sources.values().filter(|source| source.dataset == contract.name);
        let is_year_to_date = |field: &&Field| {
            sources().any(|source| {
                source.columns.iter().any(|column| column.cumulative && column.field == field.name)
            })
        };
        contract.own_fields().iter().filter(is_year_to_date).collect()
    }

    /// Files under a folder of the project, as (path, text).
    pub fn files_under<'project>(
        &'project self,
        folder: &'project str,
        ending: &'project str,
    ) -> impl Iterator<Item = (&'project str, &'project str)> {
        under(&self.files, folder, ending)
    }

    /// One file's text.
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// A statement that the program itself runs: `sql/queries/<name>.sql`.
    ///
    /// # Errors
    /// Where the project has none of that name.
    pub fn query(&self, name: &str) -> Result<&str, ProjectError> {
        let path = format!("sql/queries/{name}.sql");
        self.file(&path).ok_or_else(|| ProjectError::Internal(format!("{path} is gone")))
    }

    /// The code of a region given by code or name, where it is one of the project.
    pub fn region_code(&self, text: &str) -> Option<String> {
        match self.codes.get("region")?.find(text, CodeSystem::Bps) {
            CodeMatch::Known(code) => Some(code.to_owned()),
            _ => None,
        }
    }

    /// The project with the views, queries and comments of another where it has none of that
    /// name: a project of an earlier program lacks those that came since.
    ///
    /// # Errors
    /// As [`Project::from_files`].
    pub fn completed_from(mut files: Files, other: &Self) -> Result<Self, ProjectError> {
        let own = other
            .files
            .iter()
            .filter(|(path, _)| COMPLETED.iter().any(|beginning| path.starts_with(beginning)));
        for (path, text) in own {
            files.entry(path.clone()).or_insert_with(|| text.clone());
        }
        Self::from_files(files)
    }

    /// A fingerprint of all `schemas/` files: a refused file is processed again when it changes.
    pub fn schemas_fingerprint(&self) -> String {
        self.fingerprint_of("schemas/")
    }

    /// Whether a map of the corridor can be drawn: outlines of one of its regions are there.
    pub fn has_map(&self) -> bool {
        self.corridor.regions.iter().any(|own| self.geography.outlines.contains_key(own))
    }

    /// A fingerprint of everything that decides a published number: `schemas/` and `sql/`.
    pub fn fingerprint(&self) -> String {
        fingerprint_of(&self.files)
    }

    fn fingerprint_of(&self, prefix: &str) -> String {
        files::fingerprint(&self.files, prefix)
    }

    /// The same project at a moment that stands still (microseconds since 1970-01-01 UTC), for a
    /// trial of many nights.
    #[must_use]
    pub fn at(self, moment: i64) -> Self {
        Self { clock: Clock::At(moment), ..self }
    }

    /// The day of the corridor's calendar, `2026-11-27`.
    pub fn today(&self) -> String {
        let day = i32::try_from(self.local_now().div_euclid(86_400_000_000)).ok();
        day.and_then(from_days).map(|date| date.to_string()).unwrap_or_default()
    }

    /// The moment in local time, microseconds.
    pub fn local_now(&self) -> i64 {
        self.local(self.clock.now())
    }

    /// A moment of UTC in local time, microseconds.
    pub fn local(&self, moment: i64) -> i64 {
        moment + i64::from(self.corridor.utc_offset_hours) * 3_600_000_000
    }
}

/// The contracts by name, and the names of those that cannot be used.
fn contracts(
    files: &Files,
    mistakes: &mut Vec<ProjectError>,
) -> (BTreeMap<String, Arc<Contract>>, Vec<String>) {
    let (mut contracts, mut broken) = (BTreeMap::new(), Vec::new());
    for (file, text) in under(files, "schemas/datasets/", ".json") {
        match Contract::parse(file, text) {
            Ok(contract) => drop(contracts.insert(contract.name.clone(), Arc::new(contract))),
            Err(mistake) => {
                broken.push(stem(file).to_owned());
                mistakes.push(mistake.into());
            }
        }
    }
    (contracts, broken)
}

/// Fields whose values are of a list that is not there.
fn unknown_lists(
    files: &Files,
    contracts: &BTreeMap<String, Arc<Contract>>,
    codes: &CodeLists,
) -> Vec<ProjectError> {
    let mut unknown = Vec::new();
    let own = under(files, "schemas/datasets/", ".json")
        .filter_map(|(file, _)| Some((file, contracts.get(stem(file))?)));
    for (file, contract) in own {
        for (index, field) in contract.fields.iter().enumerate() {
            let list = field.koridor.codes.as_ref().filter(|list| !codes.contains_key(*list));
            unknown.extend(list.map(|list| {
                ProjectError::from(ContractError {
                    file: file.to_owned(),
                    pointer: format!("/fields/{index}/koridor/codes"),
                    expected: "a list under schemas/codes".into(),
                    found: format!("`{list}`{}", hint(list, codes.keys())),
                })
            }));
        }
    }
    unknown
}

/// Whether a mistake says no more than that a dataset is not there.
fn follows_from(mistake: &ProjectError, dataset: &str) -> bool {
    match mistake {
        ProjectError::Contract(own) => {
            own.pointer == "/dataset" && own.found.starts_with(&format!("`{dataset}`"))
        }
        ProjectError::File { message, .. } => message.contains(&format!("dataset `{dataset}`")),
        _ => false,
    }
}

/// The file of a mistake in a reference list, a card or a statement.
fn file_of(mistake: &ProjectError) -> Option<String> {
    match mistake {
        ProjectError::File { file, .. } => Some(file.clone()),
        _ => None,
    }
}

/// One mistake as it is, several as a list.
fn several(mut mistakes: Vec<ProjectError>) -> ProjectError {
    if mistakes.len() == 1 { mistakes.remove(0) } else { ProjectError::Several(mistakes) }
}
