//! What a release rests on, as hashes that anybody can work out again: raw bytes, the project's
//! files, the tables' data files.

use super::deduplicate::ledger_files;
use super::landing::LandedFile;
use super::raw;
use crate::engine::Snapshot;
use crate::error::LakeError;
use crate::store::erased::Erased;
use crate::store::release::{self, Release};
use crate::store::storage::Storage;
use crate::store::table_state;
use crate::store::tables;
use koridor_contract::Project;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where manifests and their signatures are kept.
const FOLDER: &str = "_koridor/proofs";

/// A release in hashes (SHA-256).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `koridor.manifest.v1`.
    pub schema: String,
    /// The release.
    pub release: String,
    /// Moment it was made, RFC 3339, UTC.
    pub created_at: String,
    /// The program that made it; empty where an earlier one did.
    pub program: String,
    /// Fingerprint of its project.
    pub project: String,
    /// Values published.
    pub values: u64,
    /// Raw files by their hash, with their size in bytes.
    pub raw: BTreeMap<String, u64>,
    /// Files of the project, by path.
    pub files: BTreeMap<String, String>,
    /// Data files of the tables, by path within the lake.
    pub data: BTreeMap<String, String>,
    /// What each table's log says at the release's version: columns, data files, the bounds by
    /// which readers skip them.
    #[serde(default)]
    pub tables: BTreeMap<String, String>,
    /// The release's own record: versions of tables, where each indicator was computed, what is
    /// withheld.
    #[serde(default)]
    pub record: String,
}

impl Manifest {
    /// The bytes that are signed.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, LakeError> {
        let failed = |error: serde_json::Error| LakeError::damaged("manifest", error.to_string());
        let mut bytes = serde_json::to_vec_pretty(self).map_err(failed)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// What of it is not as another says, each with the file.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let heads = [
            ("release", &self.release, &other.release),
            ("created_at", &self.created_at, &other.created_at),
            ("program", &self.program, &other.program),
            ("project", &self.project, &other.project),
            ("record", &self.record, &other.record),
        ];
        found.extend(heads.into_iter().filter(|own| own.1 != own.2).map(|own| own.0.to_owned()));
        if self.values != other.values {
            found.push("values".to_owned());
        }
        changed(&self.raw, &other.raw, "raw/", &mut found);
        changed(&self.files, &other.files, "", &mut found);
        changed(&self.data, &other.data, "", &mut found);
        changed(&self.tables, &other.tables, "the log of ", &mut found);
        found
    }
}

fn changed<T: PartialEq>(
    own: &BTreeMap<String, T>,
    other: &BTreeMap<String, T>,
    prefix: &str,
    found: &mut Vec<String>,
) {
    let gone = own.iter().filter(|(path, value)| other.get(*path) != Some(value));
    let new = other.iter().filter(|(path, _)| !own.contains_key(*path));
    found.extend(gone.chain(new).map(|(path, _)| format!("{prefix}{path}")));
}

/// Whether a difference between what was signed and what the lake holds comes of rows that were
/// erased since: their data files, the logs that name these, and the record of both.
pub fn is_of_erasure(erased: &Erased, release: &Release, what: &str) -> bool {
    if what.strip_prefix("raw/").is_some_and(|sha256| erased.raw.contains_key(sha256)) {
        return true;
    }
    let log = what.strip_prefix("the log of ").map(|table| format!("{table}/"));
    erased.since(&release.created_at).any(|own| {
        let mut replaced = own.replaced.iter();
        match &log {
            Some(table) => replaced.any(|(old, _)| old.starts_with(table.as_str())),
            None if what == "record" => !own.replaced.is_empty(),
            None => replaced.any(|(old, new)| old == what || new.iter().any(|own| own == what)),
        }
    })
}

/// Works out the manifest of a release from the bytes of the lake.
///
/// # Errors
/// Where something that it names is gone or damaged.
pub async fn manifest(
    project: &Arc<Project>,
    storage: &Storage,
    release: &Release,
) -> Result<Manifest, LakeError> {
    let snapshot = Snapshot::at_release(Arc::clone(project), storage.clone(), release.clone());
    let mut raw_files = BTreeMap::new();
    for id in ledger_files(&snapshot).await?.keys() {
        if !raw_files.contains_key(id.sha256()) {
            let found = raw::fetch(storage, LandedFile::default(), id.sha256()).await?;
            let size = std::fs::metadata(found.path())
                .map_err(|error| LakeError::io(found.path(), error))?
                .len();
            raw_files.insert(id.sha256().to_owned(), size);
        }
    }
    let (mut data, mut states) = (BTreeMap::new(), BTreeMap::new());
    for (table, version) in &release.tables {
        let state = release.states.get(table).map(String::as_str);
        let opened = tables::open_named(storage, table, (*version, state)).await?;
        states.insert(table.clone(), table_state::sha256_of(table, &opened)?);
        for file in tables::data_files(table, &opened)? {
            let path = format!("{table}/{}", file.path);
            let bytes = storage.get(&path).await?.ok_or_else(|| LakeError::missing(&path))?;
            data.insert(path, hash_of(&bytes));
        }
    }
    let files = project.files().iter();
    Ok(Manifest {
        schema: "koridor.manifest.v1".to_owned(),
        release: release.id.clone(),
        created_at: release.created_at.clone(),
        program: release.program.clone(),
        project: release.project.clone(),
        values: release.values,
        raw: raw_files,
        files: files.map(|(path, text)| (path.clone(), hash_of(text.as_bytes()))).collect(),
        data,
        tables: states,
        record: hash_of(&record(release)?),
    })
}

/// The record of a release as it is read.
fn record(release: &Release) -> Result<Vec<u8>, LakeError> {
    let failed = |error: serde_json::Error| LakeError::damaged("release", error.to_string());
    serde_json::to_vec(release).map_err(failed)
}

fn hash_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The project that a release was made with, and no other.
///
/// # Errors
/// Where the lake does not hold it.
pub async fn own_project(
    storage: &Storage,
    release: &Release,
    today: &Arc<Project>,
) -> Result<Arc<Project>, LakeError> {
    let found = release::project(storage, release, today).await?;
    found.ok_or_else(|| {
        LakeError::damaged(
            format!("release {}", release.id),
            "the project it was made with is not kept, or this program cannot read it",
        )
    })
}

/// Keeps a manifest with its signature.
///
/// # Errors
/// Where the lake cannot be written.
pub async fn keep(
    storage: &Storage,
    manifest: &Manifest,
    signature: &str,
) -> Result<(), LakeError> {
    let path = format!("{FOLDER}/{}", manifest.release);
    storage.put_json(&format!("{path}.json"), manifest).await?;
    storage.put(&format!("{path}.minisig"), signature.as_bytes().to_vec().into()).await
}

/// The manifest that was signed, and its signature.
///
/// # Errors
/// Where one of them is gone or damaged.
pub async fn kept(
    storage: &Storage,
    release: &Release,
) -> Result<Option<(Manifest, String)>, LakeError> {
    let path = format!("{FOLDER}/{}", release.id);
    let signature = storage.get(&format!("{path}.minisig")).await?;
    let manifest = storage.get_json::<Manifest>(&format!("{path}.json")).await?;
    match (manifest, signature) {
        (None, None) => Ok(None),
        (Some(manifest), Some(signature)) => {
            Ok(Some((manifest, String::from_utf8_lossy(&signature).into_owned())))
        }
        (None, _) => Err(LakeError::missing(format!("{path}.json"))),
        (_, None) => Err(LakeError::missing(format!("{path}.minisig"))),
    }
}
