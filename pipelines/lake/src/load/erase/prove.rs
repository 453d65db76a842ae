//! Searches all bytes of the lake, unpacked and in clear, for values of what was erased.

use super::eraser::Eraser;
use crate::error::LakeError;
use crate::store::erased::Proof;
use crate::store::storage::Storage;
use koridor_contract::number::float_text;
use koridor_read::readers::{self, Container};
use koridor_read::search::{Needles, plain_spelling};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is in no lake: the secret by which values are hashed.
const SECRETS: &str = "_secrets/";
/// What came.
const RAW: &str = "raw/";
/// Objects that are told of those in which a value was found.
const MOST_TOLD: usize = 10;

impl Eraser<'_> {
    /// What a search of all bytes finds.
    pub(super) async fn prove(&self, needles: &Needles) -> Result<Proof, LakeError> {
        let at = super::eraser::now();
        let (values, unsearched) = (needles.searched(), needles.unsearched());
        let mut proof = Proof { at, values, unsearched, ..Proof::default() };
        for path in self.storage.list("").await? {
            if path.starts_with(SECRETS) {
                continue;
            }
            let Some(bytes) = self.storage.get(&path).await? else { continue };
            proof.objects += 1;
            proof.bytes += bytes.len() as u64;
            match tokio::task::block_in_place(|| self.count_in(needles, &path, &bytes)) {
                Ok(count) => {
                    *proof.found.entry(place(&path)).or_default() += count;
                    if count > 0 && proof.found_in.len() < MOST_TOLD {
                        proof.found_in.push(path);
                    }
                }
                Err(error) => proof.unread.push(format!("{path}: {error}")),
            }
        }
        Ok(proof)
    }

    /// How often values stand in an object of the lake; of what came also in its cells, where a
    /// number has no letters.
    fn count_in(&self, needles: &Needles, path: &str, bytes: &[u8]) -> Result<u64, LakeError> {
        if needles.is_empty() {
            return Ok(0);
        }
        let named = u64::from(needles.stands_in(path)) + self.count_in_path(needles, path, bytes);
        let is_raw = path.starts_with(RAW) && !path.ends_with(".json");
        let clear = if is_raw { self.cipher.in_clear(bytes)? } else { None };
        let bytes = clear.as_deref().unwrap_or(bytes);
        let found = named + needles.count(bytes)?;
        let head = bytes.get(..readers::HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        let has_cells = readers::container(head).is_ok_and(|own| own != Container::Text);
        if found > 0 || !is_raw || !has_cells {
            return Ok(found);
        }
        let local = tempfile::NamedTempFile::new()
            .map_err(|error| LakeError::io(std::env::temp_dir(), error))?;
        std::fs::write(local.path(), bytes).map_err(|error| LakeError::io(local.path(), error))?;
        // What is no workbook after all has been searched as it is.
        let sheets = readers::cells(&self.setting.reader, local.path())?.unwrap_or_default();
        // A workbook has fifteen digits of a number: a longer value stands there rounded.
        let rounded = self.values.iter().filter_map(|own| {
            let plain = plain_spelling(own);
            let is_long = plain.len() > 15 && plain.bytes().all(|own| own.is_ascii_digit());
            plain.parse::<f64>().ok().filter(|_| is_long).map(float_text)
        });
        let rounded: BTreeSet<String> = rounded.collect();
        let mut count = 0;
        for cells in sheets.iter().map(|sheet| &sheet.cells) {
            for row in 0..cells.len() {
                let mut texts = (0..cells.width()).map(|at| cells.text(row, at));
                let is_found = |own: &str| needles.stands_in(own) || rounded.contains(own);
                count += u64::from(texts.any(is_found));
            }
        }
        Ok(count)
    }

    /// Whether a value stands in the path of a file as it landed, which its description holds
    /// encrypted.
    fn count_in_path(&self, needles: &Needles, path: &str, bytes: &[u8]) -> u64 {
        let is_description = path.starts_with(RAW) && path.ends_with(".json");
        let description = is_description.then(|| serde_json::from_slice::<Value>(bytes).ok());
        let opened = description.flatten().and_then(|own| {
            let sealed = own.get("sealed_path")?.as_str()?;
            self.cipher.open(sealed)
        });
        u64::from(opened.is_some_and(|own| needles.stands_in(&own)))
    }
}

/// The folder or table that an object is counted with.
fn place(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["silver" | "ops" | "indicators" | "_koridor", name, _, ..] => {
            format!("{}/{name}", parts.first().copied().unwrap_or_default())
        }
        [folder, _, ..] => (*folder).to_owned(),
        _ => path.to_owned(),
    }
}

/// That no object of a lake is left of a step that died: bytes that were being copied.
pub(super) async fn half_copies(storage: &Storage) -> Result<Vec<String>, LakeError> {
    let paths = storage.list("raw").await?;
    Ok(paths.into_iter().filter(|path| path.ends_with(".part")).collect())
}

/// Copies of what came that the lake holds beside it, such as the files of a demonstration, in
/// which a value stands.
pub(super) async fn samples(
    storage: &Storage,
    needles: &Needles,
) -> Result<Vec<String>, LakeError> {
    let mut found = Vec::new();
    for path in storage.list("_sample").await? {
        let Some(bytes) = storage.get(&path).await? else { continue };
        if !needles.is_empty() && needles.count(&bytes).unwrap_or_default() > 0 {
            found.push(path);
        }
    }
    Ok(found)
}
