//! Documents of the lake in which a value stands: masked.

use super::eraser::Eraser;
use crate::error::LakeError;
use crate::store::erased::{self, Erased};
use crate::store::release::PROJECTS;
use crate::store::rewrite::{Rewriting, checksum};
use koridor_contract::project::{Files, fingerprint_of};
use koridor_read::search::{Needles, plain_spelling};
use serde_json::Value;

/// Folders with documents.
const FOLDERS: [&str; 2] = ["_koridor", "raw"];

/// What rules a lake or is signed: it holds nothing that an office wrote, and is never masked.
const RULING: [&str; 11] = [
    "_koridor/access_key_names",
    "_koridor/access_keys",
    "_koridor/backfills",
    "_koridor/erasing.json",
    "_koridor/head.json",
    "_koridor/intent.json",
    "_koridor/key.json",
    "_koridor/lock",
    "_koridor/proofs",
    "_koridor/release",
    "_koridor/unfinished.json",
];

/// What names the reports of runs with their checksums.
const RUNS: &str = "_koridor/runs.json";

/// Where they are.
const REPORTS: &str = "_koridor/runs/";

impl Eraser<'_> {
    /// Adds the documents in which a value stands, with a mask in its place; how many there are.
    pub(super) async fn mask_documents(&self, rewriting: &mut Rewriting) -> Result<u64, LakeError> {
        if self.needles.is_empty() {
            return Ok(0);
        }
        let mut count = 0;
        let mut reports: Vec<(String, String)> = Vec::new();
        for folder in FOLDERS {
            for path in self.storage.list(folder).await? {
                let is_ruling = RULING.iter().any(|own| path.starts_with(own));
                if !path.ends_with(".json") || path == erased::PATH || is_ruling {
                    continue;
                }
                let known = rewriting.documents.get(&path).cloned();
                let document = match known {
                    Some(document) => Some(document),
                    None => self.storage.get_json::<Value>(&path).await?,
                };
                let Some(mut document) = document else { continue };
                let is_sealed = self.mask_sealed_path(&mut document)?;
                let is_changed = match project_name(&path).is_some() {
                    true => without_lines(&mut document, (&self.needles, &self.beside)),
                    false => mask(&mut document, &self.needles),
                };
                if !is_changed && !is_sealed {
                    continue;
                }
                count += 1;
                if let Some(run) = path.strip_prefix(REPORTS) {
                    let run = run.trim_end_matches(".json").to_owned();
                    reports.push((run, checksum(&path, &document)?));
                }
                rewriting.documents.insert(path, document);
            }
        }
        if !reports.is_empty()
            && let Some(mut index) = self.storage.get_json::<Value>(RUNS).await?
        {
            for (run, checksum) in reports {
                if let Some(own) = index.pointer_mut(&format!("/runs/{run}")) {
                    *own = checksum.into();
                }
            }
            rewriting.documents.insert(RUNS.to_owned(), index);
        }
        Ok(count)
    }

    /// Masks values in the path of a file as it landed, which its description holds encrypted.
    fn mask_sealed_path(&self, document: &mut Value) -> Result<bool, LakeError> {
        let Some(sealed) = document.get_mut("sealed_path") else { return Ok(false) };
        let opened = sealed.as_str().and_then(|own| self.cipher.open(own));
        let Some(path) = opened.filter(|own| self.needles.stands_in(own)) else {
            return Ok(false);
        };
        *sealed = self.cipher.seal(&self.needles.masked(&path))?.into();
        Ok(true)
    }
}

/// The name of the project that a document holds, by the texts of its files.
fn project_name(path: &str) -> Option<&str> {
    path.strip_prefix(PROJECTS)?.strip_prefix('/')?.strip_suffix(".json")
}

/// Notes what is left of projects of which lines are taken out.
pub(super) fn note_projects(rewriting: &Rewriting, erased: &mut Erased) -> Result<(), LakeError> {
    for (path, document) in &rewriting.documents {
        let Some(name) = project_name(path) else { continue };
        let failed = |source| LakeError::Document { path: path.clone(), source };
        let files = serde_json::from_value::<Files>(document.clone()).map_err(failed)?;
        erased.projects.insert(name.to_owned(), fingerprint_of(&files));
    }
    Ok(())
}

/// Leaves out the lines of a project's corrections that name a value, and what else is in the key.
/// A mask would be no value of their field.
fn without_lines(project: &mut Value, (needles, beside): (&Needles, &[String])) -> bool {
    let names = |line: &str| {
        let words: Vec<String> =
            line.split([',', ';', '=', '"', '\n']).map(plain_spelling).collect();
        needles.stands_in(line) && beside.iter().all(|own| words.contains(own))
    };
    let mut is_changed = false;
    for (path, text) in project.as_object_mut().into_iter().flatten() {
        let Some(own) = text.as_str().filter(|_| path.contains("/corrections/")) else { continue };
        let kept: String = own.split_inclusive('\n').filter(|line| !names(line)).collect();
        if kept.len() < own.len() {
            *text = kept.into();
            is_changed = true;
        }
    }
    is_changed
}

/// Masks values in all texts of a document and in the names of its parts; whether there were any.
fn mask(document: &mut Value, needles: &Needles) -> bool {
    match document {
        Value::String(text) if needles.stands_in(text) => {
            *text = needles.masked(text).into_owned();
            true
        }
        Value::Array(own) => own.iter_mut().fold(false, |found, one| mask(one, needles) | found),
        Value::Object(own) => {
            let mut found = own.values_mut().fold(false, |found, one| mask(one, needles) | found);
            let named = own.keys().filter(|own| needles.stands_in(own));
            let named: Vec<String> = named.cloned().collect();
            for name in named {
                found = true;
                let Some(value) = own.remove(&name) else { continue };
                let mut other = needles.masked(&name).into_owned();
                while own.contains_key(&other) {
                    other.push('*');
                }
                own.insert(other, value);
            }
            found
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_correction_goes_out_of_a_project_as_a_line() {
        let needles = Needles::new(["LP-2025-00012"].into_iter()).unwrap();
        let mut project = json!({
            "schemas/corrections/k.csv":
                "key,value\nregion_code=7472;report_id=LP-2025-00012,1\nreport_id=A,2\n",
            "sql/a.sql": "select 1",
        });
        // Of a key of several fields all have to stand there.
        assert!(!without_lines(&mut project, (&needles, &["7401".to_owned()])));
        assert!(without_lines(&mut project, (&needles, &["7472".to_owned()])));
        assert_eq!(project["schemas/corrections/k.csv"], "key,value\nreport_id=A,2\n");
        assert!(!without_lines(&mut project, (&needles, &[])));
    }

    #[test]
    fn names_and_texts_are_masked_and_none_takes_the_place_of_another() {
        let needles = Needles::new(["7472014101850001"].into_iter()).unwrap();
        let mut document = json!({
            "a 7472014101850001.csv": {"told": "row of 7472 0141 0185 0001"},
            "a 7472-0141-0185-0001.csv": 1, "b.csv": ["2026-11-27"],
        });
        assert!(mask(&mut document, &needles));
        assert_eq!(document.as_object().map(|own| own.len()), Some(3));
        assert!(!document.to_string().contains("0141"), "{document}");
        assert!(!mask(&mut document, &needles));
    }
}
