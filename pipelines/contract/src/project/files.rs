//! The texts of a project's files by path, and how they are found.

use crate::error::ProjectError;
use std::collections::BTreeMap;
use std::path::Path;

/// The texts of a project's files, by path such as `schemas/corridor.json`.
pub type Files = BTreeMap<String, String>;

/// `; did you mean ...?` where a name is near.
pub fn hint<'name>(wrong: &str, names: impl Iterator<Item = &'name String>) -> String {
    crate::codes::did_you_mean(wrong, names.map(String::as_str))
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

pub(super) fn join<'name>(names: impl Iterator<Item = &'name String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

pub(super) fn under<'files>(
    files: &'files Files,
    folder: &'files str,
    ending: &'files str,
) -> impl Iterator<Item = (&'files str, &'files str)> {
    files
        .range(folder.to_owned()..)
        .take_while(move |(path, _)| path.starts_with(folder))
        .filter(move |(path, _)| path.ends_with(ending))
        .map(|(path, text)| (path.as_str(), text.as_str()))
}

/// A fingerprint of the files of a project that decide a published number: those below `schemas/`
/// and `sql/`.
pub fn fingerprint_of(files: &Files) -> String {
    fingerprint(files, "s")
}

/// A fingerprint of the files whose paths begin alike.
pub(super) fn fingerprint(files: &Files, prefix: &str) -> String {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    for (path, text) in under(files, prefix, "") {
        hash.update(path.as_bytes());
        hash.update(text.as_bytes());
    }
    format!("{:032x}", hash.digest128())
}

/// How a JSON Schema's name ends: it describes files of a project and is none.
pub const SCHEMA_ENDING: &str = ".schema.json";

/// Files that a project is made of; what explains them is not part of it.
pub fn is_project_file(name: &str) -> bool {
    !name.ends_with(SCHEMA_ENDING)
        && [".json", ".csv", ".sql", ".geojson"].iter().any(|ending| name.ends_with(ending))
}

/// Reads the `schemas` and `sql` folders of a folder of this machine, in place of files of the same
/// path.
///
/// # Errors
/// Where the folder does not exist or a file of it cannot be read.
pub fn read_project_folder(folder: &Path, files: &mut Files) -> Result<(), ProjectError> {
    if !folder.is_dir() {
        return Err(ProjectError::Unknown {
            message: format!("project folder {} does not exist", folder.display()),
            hint: "give a folder that holds `schemas` or `sql`".to_owned(),
        });
    }
    for part in ["schemas", "sql"] {
        read_folder(&folder.join(part), part, files)?;
    }
    Ok(())
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), ProjectError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ProjectError::io(folder, &error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| ProjectError::io(folder, &error))?.path();
        let name = format!("{prefix}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &name, files)?;
        } else if is_project_file(&name) {
            files.insert(
                name,
                std::fs::read_to_string(&path).map_err(|error| ProjectError::io(&path, &error))?,
            );
        }
    }
    Ok(())
}
