//! What a table holds at a version, as a fingerprint: its columns, and its data files with their
//! checksums and the bounds by which readers skip them.
//!
//! It is taken of the table as it is loaded, so that it covers what the log and its checkpoints say
//! however they say it.

use crate::error::LakeError;
use deltalake::DeltaTable;
use deltalake::kernel::Add;
use deltalake::table::state::DeltaTableState;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use xxhash_rust::xxh3::Xxh3;

/// The data files of a table.
pub(super) fn files(state: &DeltaTableState) -> Vec<Add> {
    #[expect(deprecated, reason = "nothing else gives a file's tags")]
    state.log_data().iter().map(|file| file.add_action()).collect()
}

/// What an opened table holds.
pub(super) fn of(table: &str, opened: &DeltaTable) -> Result<String, LakeError> {
    let state = opened.snapshot().map_err(|error| LakeError::table(table, error))?;
    Ok(of_snapshot(state))
}

/// What a table holds.
pub(super) fn of_snapshot(state: &DeltaTableState) -> String {
    let mut hash = Xxh3::new();
    for line in lines(state) {
        hash.update(line.as_bytes());
    }
    format!("{:032x}", hash.digest128())
}

/// What an opened table holds, as a hash that nobody can aim at.
pub(crate) fn sha256_of(table: &str, opened: &DeltaTable) -> Result<String, LakeError> {
    let state = opened.snapshot().map_err(|error| LakeError::table(table, error))?;
    let mut hash = Sha256::new();
    for line in lines(state) {
        hash.update(line.as_bytes());
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Columns, then data files in one order.
fn lines(state: &DeltaTableState) -> Vec<String> {
    let schema = state.schema();
    let columns = schema.fields();
    let columns = columns.map(|field| format!("{}:{}\n", field.name(), field.data_type()));
    let mut files: Vec<String> = files(state).iter().map(line).collect();
    files.sort_unstable();
    columns.chain(files).collect()
}

fn line(file: &Add) -> String {
    let tags: BTreeMap<&String, &Option<String>> = file.tags.iter().flatten().collect();
    let stats = file.stats.as_deref().unwrap_or_default();
    let stats = serde_json::from_str(stats).map(plain).unwrap_or_default();
    let deleted = file.deletion_vector.is_some();
    format!("{}|{}|{tags:?}|{stats:?}|{deleted}\n", file.path, file.size)
}

/// A document without what is null or empty, in the order of its keys.
fn plain(value: Value) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    let mut waiting = vec![(String::new(), value)];
    while let Some((path, value)) = waiting.pop() {
        match value {
            Value::Object(own) => {
                waiting
                    .extend(own.into_iter().map(|(key, value)| (format!("{path}/{key}"), value)));
            }
            Value::Null => {}
            other => {
                flat.insert(path, other.to_string());
            }
        }
    }
    flat
}
