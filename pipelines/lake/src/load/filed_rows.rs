//! The rows of a file by their keys, for comparing them with those that stand.

use crate::error::LakeError;
use crate::ledger::row_key;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Date32Type;
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use koridor_contract::check::hash_rows;
use koridor_contract::{Contract, Supersedes, VALID_FROM, VALID_TO};
use koridor_read::ReadError;
use koridor_read::check::CheckedRows;
use std::sync::Arc;

/// The hash of a row's key with its source, without its release.
pub(super) type KeyHash = u128;

/// Where a row of the file stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct FiledRow {
    pub(super) release_date: i32,
    /// Number of its slice within the file.
    pub(super) slice: u32,
    /// Number of its sheet.
    pub(super) sheet: u32,
    pub(super) row_number: i64,
}

/// A version of a register's entry.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) entry: KeyHash,
    pub(super) row_key: String,
    pub(super) valid_from: i32,
    pub(super) valid_to: Option<i32>,
}

/// The rows of a file by their keys.
pub(super) struct FiledRows {
    contract: Arc<Contract>,
    sheets: Vec<String>,
    rows: HashMap<KeyHash, FiledRow>,
    /// Rows whose key came again in the file with a newer release.
    overtaken: Vec<(FiledRow, String)>,
    /// Of a register: its versions, and the entries they name.
    versions: HashMap<KeyHash, Version>,
    entries: HashSet<KeyHash>,
}

impl FiledRows {
    pub(super) fn new(contract: &Arc<Contract>) -> Self {
        Self {
            contract: Arc::clone(contract),
            sheets: Vec::new(),
            rows: HashMap::new(),
            overtaken: Vec::new(),
            versions: HashMap::new(),
            entries: HashSet::new(),
        }
    }

    /// Adds accepted rows.
    pub(super) fn add(&mut self, checked: &CheckedRows) -> Result<(), LakeError> {
        let rows = &checked.accepted;
        if rows.num_rows() == 0 {
            return Ok(());
        }
        if self.sheets.last() != Some(&checked.sheet) {
            self.sheets.push(checked.sheet.clone());
        }
        let sheet = self.sheets.len() as u32 - 1;
        let hashes = key_hashes(&self.contract, rows)?;
        let releases = column(rows, "release_date")?.as_primitive::<Date32Type>();
        for (row, hash) in hashes.iter().enumerate() {
            let own = FiledRow {
                release_date: releases.value(row),
                slice: checked.slice_numbers.get(row).copied().unwrap_or_default(),
                sheet,
                row_number: checked.row_numbers.get(row).copied().unwrap_or_default() as i64,
            };
            match self.rows.entry(*hash) {
                Entry::Vacant(entry) => {
                    entry.insert(own);
                }
                Entry::Occupied(mut entry) => {
                    let other = *entry.get();
                    let is_newer = own.release_date > other.release_date;
                    let lost = if is_newer { entry.insert(own) } else { own };
                    let key = key_text(&self.contract, rows, row)?;
                    self.overtaken.push((lost, key));
                }
            }
        }
        self.add_versions(rows, &hashes)
    }

    /// Notes the versions of a register's entries.
    fn add_versions(&mut self, rows: &RecordBatch, hashes: &[KeyHash]) -> Result<(), LakeError> {
        let (Some(from), Some(to)) = (days(rows, VALID_FROM), days(rows, VALID_TO)) else {
            return Ok(());
        };
        let entries = entry_hashes(&self.contract, rows)?;
        self.entries.extend(&entries);
        for (row, (hash, entry)) in hashes.iter().zip(entries).enumerate() {
            let version = Version {
                entry,
                row_key: key_text(&self.contract, rows, row)?,
                valid_from: from.value(row),
                valid_to: to.is_valid(row).then(|| to.value(row)),
            };
            self.versions.insert(*hash, version);
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn find(&self, hash: &KeyHash) -> Option<&FiledRow> {
        self.rows.get(hash)
    }

    /// Whether an entry of a register is named.
    pub(super) fn names_entry(&self, entry: &KeyHash) -> bool {
        self.entries.contains(entry)
    }

    /// The versions of a register's entries, with where they stand.
    pub(super) fn versions(&self) -> impl Iterator<Item = (&FiledRow, &Version)> {
        self.versions.iter().filter_map(|(hash, version)| Some((self.rows.get(hash)?, version)))
    }

    /// Rows whose key came again in the file with a newer release, and their keys.
    pub(super) fn overtaken(&self) -> &[(FiledRow, String)] {
        &self.overtaken
    }

    pub(super) fn sheet(&self, row: &FiledRow) -> &str {
        self.sheets.get(row.sheet as usize).map(String::as_str).unwrap_or_default()
    }
}

/// Whether a part's rows are to be compared with others: where its source stands in the lake, or
/// the part itself may hold a key in several releases.
pub(super) fn collects(
    contract: &Arc<Contract>,
    (supersedes, has_one_release): (Supersedes, bool),
    may_stand: bool,
) -> Option<FiledRows> {
    contract.koridor.slice.as_ref()?;
    let is_by_key = supersedes != Supersedes::Slice;
    (may_stand || (is_by_key && !has_one_release)).then(|| FiledRows::new(contract))
}

/// A column of dates, where the rows have it.
pub(super) fn days<'rows>(
    rows: &'rows RecordBatch,
    name: &str,
) -> Option<&'rows arrow::array::Date32Array> {
    rows.column_by_name(name)?.as_primitive_opt::<Date32Type>()
}

fn column<'rows>(rows: &'rows RecordBatch, name: &str) -> Result<&'rows ArrayRef, LakeError> {
    let column = rows.column_by_name(name);
    column.ok_or_else(|| LakeError::Internal(format!("column {name} is gone")))
}

fn columns<'name>(
    rows: &RecordBatch,
    names: impl Iterator<Item = &'name str>,
) -> Result<Vec<ArrayRef>, LakeError> {
    names.map(|name| column(rows, name).cloned()).collect()
}

fn hashed(columns: &[ArrayRef]) -> Result<Vec<KeyHash>, LakeError> {
    Ok(hash_rows(columns).map_err(ReadError::from)?)
}

/// The hash of each row's key.
pub(super) fn key_hashes(
    contract: &Contract,
    rows: &RecordBatch,
) -> Result<Vec<KeyHash>, LakeError> {
    let own = contract.primary_key.iter().map(String::as_str);
    hashed(&columns(rows, own.chain(["source_id", "period_type"]))?)
}

/// The hash of what names each row's entry in a register.
pub(super) fn entry_hashes(
    contract: &Contract,
    rows: &RecordBatch,
) -> Result<Vec<KeyHash>, LakeError> {
    hashed(&columns(rows, contract.entry_key().chain(["source_id"]))?)
}

/// A row's key as text.
pub(super) fn key_text(
    contract: &Contract,
    rows: &RecordBatch,
    row: usize,
) -> Result<String, LakeError> {
    let names: Vec<&str> = contract.primary_key.iter().map(String::as_str).collect();
    row_key(&names, &columns(rows, names.iter().copied())?, row)
}
