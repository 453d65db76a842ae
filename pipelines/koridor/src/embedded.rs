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
    let mut files = Files::new();
    collect(&SCHEMAS, "schemas", &mut files);
    collect(&SQL, "sql", &mut files);
    if let Some(folder) = folder {
        read_project_folder(folder, &mut files)?;
    }
    Project::from_files(files)
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
