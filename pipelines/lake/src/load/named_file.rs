//! Which file of the ledger a person means by a name, a part of one, or an id.

use crate::engine::{Engine, text_parameter};
use crate::error::LakeError;
use crate::ledger::SubmissionId;
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use koridor_contract::Project;
use std::collections::BTreeSet;

/// Characters of an id that tell one file from all others.
const ID_LENGTH: usize = 12;

/// A file of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Its submission.
    pub id: String,
    /// Its name.
    pub file_name: String,
    /// Whose it is: a code of `ref.source`; empty where nobody knows.
    pub office: String,
    /// When it came, in the corridor's zone.
    pub received: String,
}

impl NamedFile {
    /// The files that a statement of the project finds for a name (`$file`): columns `sha256`,
    /// `file_name`, `source_id` and `received`, what is meant most first.
    ///
    /// # Errors
    /// Where it cannot be run.
    pub async fn found(
        engine: &Engine,
        statement: &str,
        asked: &str,
    ) -> Result<Vec<Self>, LakeError> {
        let project = &engine.snapshot().project;
        let mut files = Vec::new();
        for rows in engine.run_named(statement, [("file", text_parameter(asked))]).await? {
            let texts = |name: &str| -> Result<Vec<String>, LakeError> {
                let column = cast(rows.column(rows.schema().index_of(name)?), &DataType::Utf8)?;
                let texts = column.as_string::<i32>().iter();
                Ok(texts.map(|text| text.unwrap_or_default().to_owned()).collect())
            };
            let columns = [texts("file_name")?, texts("source_id")?, texts("received")?];
            let [names, offices, received] = columns;
            let rest = names.into_iter().zip(offices).zip(received);
            let files_of_batch = texts("sha256")?.into_iter().zip(rest);
            files.extend(files_of_batch.map(|(id, ((file_name, office), received))| Self {
                id,
                file_name,
                office,
                received: in_zone(project, &received),
            }));
        }
        Ok(files)
    }

    /// Whose it is; where nobody knows, the bytes are their own.
    fn owner(&self) -> String {
        match self.office.as_str() {
            "" => SubmissionId::parse(&self.id).sha256().to_owned(),
            office => office.to_owned(),
        }
    }

    /// The file on a line, with the shortest id that means it.
    fn line(&self) -> String {
        let office = if self.office.is_empty() { "-" } else { &self.office };
        let id = match self.id.contains('.') {
            true => &self.id,
            false => self.id.get(..ID_LENGTH).unwrap_or(&self.id),
        };
        format!("  {id}  {office}  {}  {}", self.received, self.file_name)
    }
}

/// Those of the files that are meant, all of one name and one office: those that have just that
/// name or id before those that hold a part of it.
///
/// # Errors
/// [`LakeError::Usage`] with the files there are, where they are of several names or offices, or
/// none is of that office.
pub fn of_one_office<'files>(
    files: &'files [NamedFile],
    asked: &str,
    office: Option<&str>,
) -> Result<Vec<&'files NamedFile>, LakeError> {
    let is_of = |file: &&NamedFile| office.is_none_or(|office| file.office == office);
    let mut meant: Vec<&NamedFile> = files.iter().filter(is_of).collect();
    if let Some(office) = office.filter(|_| meant.is_empty() && !files.is_empty()) {
        let message = format!("no file `{asked}` is of {office}:\n{}", lines(files.iter()));
        return Err(LakeError::usage(message, "give the id or the office of one".to_owned()));
    }
    let exact = |file: &&NamedFile| file.id == asked || file.file_name == asked;
    if meant.iter().any(&exact) {
        meant.retain(|file| exact(file));
    }
    let owners: BTreeSet<(&str, String)> =
        meant.iter().map(|file| (file.file_name.as_str(), file.owner())).collect();
    if owners.len() > 1 {
        return Err(several(&meant, asked));
    }
    Ok(meant)
}

/// That files are of one office, whatever their names.
///
/// # Errors
/// [`LakeError::Usage`] with the files there are, where they are of several.
pub fn are_of_one_office(files: &[NamedFile], asked: &str) -> Result<(), LakeError> {
    let owners: BTreeSet<String> = files.iter().map(NamedFile::owner).collect();
    match owners.len() {
        0 | 1 => Ok(()),
        _ => Err(several(&files.iter().collect::<Vec<_>>(), asked)),
    }
}

/// That a name means several files, with all of them.
pub fn several(files: &[&NamedFile], asked: &str) -> LakeError {
    let message = format!("`{asked}` means several files:\n{}", lines(files.iter().copied()));
    let offices: BTreeSet<&str> = files.iter().map(|file| file.office.as_str()).collect();
    let hint = match offices.len() {
        1 => "give the id of one in its place",
        _ => "give the id of one in its place, or --office OFFICE",
    };
    LakeError::usage(message, hint.to_owned())
}

fn lines<'files>(files: impl Iterator<Item = &'files NamedFile>) -> String {
    files.map(NamedFile::line).collect::<Vec<_>>().join("\n")
}

/// A moment given in RFC 3339 as people of the corridor write it.
fn in_zone(project: &Project, moment: &str) -> String {
    match chrono::DateTime::parse_from_rfc3339(moment) {
        Ok(moment) => project.corridor.zone().written(moment.timestamp_micros()),
        Err(_) => moment.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{NamedFile, are_of_one_office, of_one_office};

    fn file(id: &str, file_name: &str, office: &str) -> NamedFile {
        let text = str::to_owned;
        NamedFile {
            id: text(id),
            file_name: text(file_name),
            office: text(office),
            received: text("2026-11-26 16:36 WITA"),
        }
    }

    #[test]
    fn a_name_means_the_files_of_one_office() {
        let files = [
            file("cc", "laporan.xlsx", "DISPAR_1"),
            file("bb", "laporan.xlsx", "DISPAR_2"),
            file("aa", "laporan.xlsx", "DISPAR_1"),
            file("dd", "laporan.xlsx.bak", "DISPAR_3"),
            file("ee", "tanpa.xlsx", ""),
            file("ff", "tanpa.xlsx", ""),
        ];
        let ids = |asked: &str, office: Option<&str>| {
            let hits: Vec<NamedFile> = files
                .iter()
                .filter(|own| own.file_name.contains(asked) || own.id.starts_with(asked))
                .cloned()
                .collect();
            let meant = of_one_office(&hits, asked, office);
            meant.map(|own| own.iter().map(|own| own.id.clone()).collect::<Vec<_>>().join(" "))
        };
        let told = ids("laporan.xlsx", None).unwrap_err().to_string();
        for part in ["cc", "bb", "aa", "DISPAR_1", "DISPAR_2", "16:36"] {
            assert!(told.contains(part), "{told}");
        }
        assert_eq!(ids("laporan.xlsx", Some("DISPAR_1")).unwrap(), "cc aa");
        assert_eq!(ids("bb", None).unwrap(), "bb");
        assert!(ids("laporan", Some("DISPAR_9")).unwrap_err().to_string().contains("DISPAR_9"));
        assert!(ids("laporan", None).is_err(), "parts of several names");
        assert!(are_of_one_office(&files, "a").is_err());
        assert!(are_of_one_office(&[files[0].clone(), files[2].clone()], "a").is_ok());
        assert!(ids("tanpa.xlsx", None).is_err(), "nobody knows whose they are");
        assert_eq!(ids("ee", None).unwrap(), "ee");
    }
}
