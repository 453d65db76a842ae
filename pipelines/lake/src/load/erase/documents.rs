//! Documents of the lake in which a value stands: masked.

use super::eraser::Eraser;
use crate::error::LakeError;
use crate::store::erased;
use crate::store::rewrite::{Rewriting, checksum};
use koridor_read::search::Needles;
use serde_json::Value;

/// Folders with documents.
const FOLDERS: [&str; 2] = ["_koridor", "raw"];

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
                if !path.ends_with(".json") || path == erased::PATH {
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

/// Masks values in all texts of a document; whether there were any.
fn mask(document: &mut Value, needles: &Needles) -> bool {
    match document {
        Value::String(text) if needles.stands_in(text) => {
            *text = needles.masked(text).into_owned();
            true
        }
        Value::Array(own) => own.iter_mut().fold(false, |found, one| mask(one, needles) | found),
        Value::Object(own) => own.values_mut().fold(false, |found, one| mask(one, needles) | found),
        _ => false,
    }
}
