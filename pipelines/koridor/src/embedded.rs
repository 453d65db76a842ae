//! The project that the program brings: everything under `schemas/` and `sql/`.
//!
//! Only the program embeds it, so that one edited query compiles one crate.

use include_dir::{Dir, include_dir};
use koridor_contract::project::{Files, is_project_file, read_project_folder};
use koridor_contract::{Project, ProjectError};
use std::path::Path;

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../schemas");
static SQL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sql");

/// Loads the embedded project, with the files of `folder` in place of those of the same path.
///
/// # Errors
/// The first file that cannot be used, with the place in it.
pub fn load_project(folder: Option<&Path>) -> Result<Project, ProjectError> {
    Project::from_files(project_files(folder)?)
}

/// The texts of the embedded project, with the files of `folder` in place of those of the same
/// path.
///
/// # Errors
/// Where the folder or a file of it cannot be read.
pub fn project_files(folder: Option<&Path>) -> Result<Files, ProjectError> {
    let mut files = built_in();
    if let Some(folder) = folder {
        read_project_folder(folder, &mut files)?;
    }
    Ok(files)
}

/// Files that name places and offices, by the beginning of their path.
const PLACES: [&str; 5] = [
    "schemas/codes/",
    "schemas/corrections/",
    "schemas/corridor.json",
    "schemas/geo/",
    "schemas/sources/",
];

/// What built-in worked cases were written for: the built-in corridor, its codes and offices, with
/// the SQL and contracts of a project. `None` where that is the project itself, as its corridor is.
///
/// # Errors
/// Where the contracts do not fit the built-in codes.
pub fn built_in_corridor(project: &Project) -> Result<Option<Project>, ProjectError> {
    let built_in = built_in();
    let home = Project::from_files(built_in.clone())?;
    // A corridor that began on a day of its own expects less than the cases do.
    let own = &project.corridor;
    if home.corridor.regions == own.regions && own.expected_since.is_none() {
        return Ok(None);
    }
    let names_places = |path: &str| PLACES.iter().any(|beginning| path.starts_with(beginning));
    let (mut files, own) = (built_in.clone(), project.files());
    for (path, text) in own.iter().filter(|(path, _)| !built_in.contains_key(*path)) {
        let is_list = path.starts_with("schemas/codes/");
        // A list of its own has its codes; the rows of a table of its own speak of its places.
        let text = match text.split_once('\n') {
            Some((header, _)) if is_list && !header.starts_with("code") => header,
            _ => text,
        };
        if is_list || !names_places(path) {
            files.insert(path.clone(), text.to_owned());
        }
    }
    let changed = own.iter().filter(|(path, _)| built_in.contains_key(*path));
    for (path, text) in changed.filter(|(path, _)| !names_places(path)) {
        files.insert(path.clone(), text.clone());
    }
    Project::from_files(files).map(Some)
}

/// Whether a file of a project is the built-in one, unchanged.
pub fn is_built_in(path: &str, text: &str) -> bool {
    built_in().get(path).is_some_and(|own| own == text)
}

/// The texts that the program brings.
fn built_in() -> Files {
    let mut files = Files::new();
    collect(&SCHEMAS, "schemas", &mut files);
    collect(&SQL, "sql", &mut files);
    files
}

fn collect(folder: &Dir<'_>, prefix: &str, files: &mut Files) {
    for file in folder.files().filter(|file| is_project_file(&file.path().to_string_lossy())) {
        if let Some(text) = file.contents_utf8() {
            files.insert(format!("{prefix}/{}", file.path().display()), text.to_owned());
        }
    }
    for inner in folder.dirs() {
        collect(inner, prefix, files);
    }
}
