//! All mistakes in the files of a project, where loading it tells less.

use crate::card;
use crate::error::{ContractError, ProjectError};
use crate::json_schema::{Kind, line_of, violations};
use crate::project::{Files, Project};
use std::collections::{BTreeMap, BTreeSet};

/// A mistake in a file of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file as the project names it.
    pub file: String,
    /// Its line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// What was expected, and what stands there.
    pub message: String,
}

/// All mistakes in the files of a project, by file and line, with the rows that its regions lack.
/// Where there is none, the project.
///
/// Of a file that does not follow its form each place is told, of one that does the first thing
/// that contradicts another file.
pub fn mistakes(files: &Files) -> (Vec<Mistake>, Option<Project>) {
    let mut found = of_forms(files);
    let malformed: BTreeSet<String> = found.iter().map(|own| own.file.clone()).collect();
    let mut add = |error: ProjectError| {
        let own = of_error(error, files);
        found.extend(own.into_iter().filter(|own| !malformed.contains(&own.file)));
    };
    let project = match Project::from_files(files.clone()) {
        Ok(project) => {
            card::mistakes(&project).into_iter().for_each(&mut add);
            project.lacks().into_iter().for_each(&mut add);
            Some(project)
        }
        Err(error) => {
            add(error);
            None
        }
    };
    found.sort();
    found.dedup();
    let project = project.filter(|_| found.is_empty());
    (found, project)
}

/// What a project may do without, and its people should know, by file.
pub fn remarks(project: &Project) -> Vec<Mistake> {
    let remarks = project.remarks().into_iter();
    remarks.flat_map(|own| of_error(own, project.files())).collect()
}

/// What files say against their schema.
fn of_forms(files: &Files) -> Vec<Mistake> {
    let schemas: BTreeMap<Kind, _> = Kind::ALL.map(|kind| (kind, kind.schema())).into();
    let mut found = Vec::new();
    for (file, text) in files {
        let Some(schema) = Kind::of(file).and_then(|kind| schemas.get(&kind)) else { continue };
        match serde_json::from_str(text) {
            Ok(document) => found.extend(violations(schema, &document).into_iter().map(|own| {
                let line = line_of(text, &own.pointer);
                let message = told(&own.pointer, &own.expected, &own.found);
                Mistake { file: file.clone(), line, message }
            })),
            Err(error) => found.push(Mistake {
                file: file.clone(),
                line: error.line() as u64,
                message: format!("expected JSON, found {error}"),
            }),
        }
    }
    found
}

fn told(pointer: &str, expected: &str, found: &str) -> String {
    let place = if pointer.is_empty() { String::new() } else { format!("{pointer}: ") };
    format!("{place}expected {expected}, found {found}")
}

fn of_error(error: ProjectError, files: &Files) -> Vec<Mistake> {
    match error {
        ProjectError::Several(all) => {
            all.into_iter().flat_map(|own| of_error(own, files)).collect()
        }
        ProjectError::Contract(ContractError { file, pointer, expected, found }) => {
            let line = files.get(&file).map_or(0, |text| line_of(text, &pointer));
            vec![Mistake { message: told(&pointer, &expected, &found), file, line }]
        }
        ProjectError::File { file, line, message } => vec![Mistake { file, line, message }],
        other => vec![Mistake { file: String::new(), line: 0, message: other.to_string() }],
    }
}
