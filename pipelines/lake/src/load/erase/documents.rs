//! Documents of the lake in which a value stands: masked.

use super::eraser::Eraser;
use crate::error::LakeError;
use crate::store::erased;
use crate::store::rewrite::{Rewriting, checksum};
use koridor_read::search::Needles;
use serde_json::Value;

/// Folders with documents.
const FOLDERS: [&str; 2] = ["_koridor", "raw"];

/// What rules a lake or is signed: it holds nothing that an office wrote, and is never masked.
pub(super) const RULING: [&str; 11] = [
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
                if !mask(&mut document, &self.needles) {
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
