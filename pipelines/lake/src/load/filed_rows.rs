//! The rows of a file by their keys, for comparing them with those that stand: in memory, or on
//! disk where they are many, and then compared some at a time.

use crate::error::LakeError;
use crate::ledger::row_key;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Date32Type;
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use koridor_contract::check::{hash_rows, without_case};
use koridor_contract::{Contract, Supersedes, VALID_FROM, VALID_TO};
use koridor_read::ReadError;
use koridor_read::check::{
    CheckedRows, PARTITIONS, Spill, entries_within, partition_of, short_hash,
};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, Mutex};

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

/// A row of an event, where the region is part of its key.
#[derive(Debug, Clone)]
pub(super) struct FiledEvent {
    pub(super) row: FiledRow,
    pub(super) row_key: String,
    pub(super) hash: KeyHash,
}

/// Words of a row on disk: its key, release, slice and sheet, and its number.
const WORDS: usize = 9;

/// How a file's rows are collected.
#[derive(Debug, Clone, Copy)]
pub(super) struct Collecting {
    /// How it replaces rows.
    pub(super) supersedes: Supersedes,
    /// Whether all its rows are of one release.
    pub(super) has_one_release: bool,
    /// Whether its source stands in the lake.
    pub(super) may_stand: bool,
    /// Bytes that the load may use.
    pub(super) memory_bytes: usize,
}

/// The rows of a file by their keys.
pub(super) struct FiledRows {
    contract: Arc<Contract>,
    sheets: Vec<String>,
    /// Rows that are held.
    rows: HashMap<KeyHash, FiledRow>,
    /// All rows, where they are too many to be held.
    spilled: Option<Mutex<Spill<WORDS>>>,
    count: usize,
    /// Most rows that are held while the file is checked, and while it is compared.
    most: usize,
    most_compared: usize,
    /// Rows whose key came again in the file with a newer release.
    overtaken: Vec<(FiledRow, String)>,
    /// Of a register: its versions, and the entries they name.
    versions: HashMap<KeyHash, Version>,
    entries: HashSet<KeyHash>,
    /// By their numbers alone; none of a number that the file has in several regions.
    events: HashMap<KeyHash, Option<FiledEvent>>,
}

impl FiledRows {
    fn new(contract: &Arc<Contract>, collecting: Collecting) -> Self {
        let within = |bytes: usize| entries_within(bytes, size_of::<(KeyHash, FiledRow)>());
        // A key may come again in a newer release, and a register's entry has versions: such rows
        // are looked up while they come.
        let is_register = contract.field_index(VALID_FROM).is_some();
        let is_bounded = collecting.has_one_release && !is_register;
        Self {
            contract: Arc::clone(contract),
            sheets: Vec::new(),
            rows: HashMap::new(),
            spilled: None,
            count: 0,
            most: if is_bounded { within(collecting.memory_bytes / 16) } else { usize::MAX },
            most_compared: within(collecting.memory_bytes / 4),
            overtaken: Vec::new(),
            versions: HashMap::new(),
            entries: HashSet::new(),
            events: HashMap::new(),
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
            if let Some(spilled) = &mut self.spilled {
                self.count += 1;
                spill(spilled, *hash, &own)?;
                continue;
            }
            match self.rows.entry(*hash) {
                Entry::Vacant(entry) => {
                    entry.insert(own);
                    self.count += 1;
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
        self.add_versions(rows, &hashes)?;
        if self.spilled.is_none() {
            self.add_events(rows, &hashes)?;
        }
        if self.spilled.is_none() && self.rows.len() > self.most {
            let mut all = Mutex::default();
            for (hash, row) in std::mem::take(&mut self.rows) {
                spill(&mut all, hash, &row)?;
            }
            self.spilled = Some(all);
            // So many rows are compared by their whole keys alone.
            self.events.clear();
        }
        Ok(())
    }

    /// Notes events by their numbers, whatever region they are filed under.
    fn add_events(&mut self, rows: &RecordBatch, hashes: &[KeyHash]) -> Result<(), LakeError> {
        let Some(events) = event_hashes(&self.contract, rows)? else { return Ok(()) };
        for (row, (hash, event)) in hashes.iter().zip(events).enumerate() {
            let Some(own) = self.rows.get(hash) else { continue };
            let row_key = key_text(&self.contract, rows, row)?;
            let own = Some(FiledEvent { row: *own, row_key, hash: *hash });
            match self.events.entry(event) {
                Entry::Vacant(entry) => {
                    entry.insert(own);
                }
                Entry::Occupied(mut entry) => {
                    let is_same = entry.get().as_ref().is_some_and(|other| other.hash == *hash);
                    entry.insert(own.filter(|_| is_same));
                }
            }
        }
        Ok(())
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

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// In which parts they are compared with others: each holds the rows of some hashes.
    pub(super) fn parts(&self) -> Vec<Range<usize>> {
        let all = 0..PARTITIONS;
        let Some(Ok(spilled)) = self.spilled.as_ref().map(Mutex::lock) else { return vec![all] };
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut rows = 0;
        for partition in all {
            let own = spilled.count(partition);
            match parts.last_mut().filter(|_| rows + own <= self.most_compared) {
                Some(part) => part.end = partition + 1,
                None => {
                    rows = 0;
                    parts.push(partition..partition + 1);
                }
            }
            rows += own;
        }
        parts
    }

    /// The rows of a part.
    ///
    /// # Errors
    /// Where they cannot be read from disk.
    pub(super) fn part(&self, partitions: &Range<usize>) -> Result<FiledPart<'_>, LakeError> {
        let Some(spilled) = &self.spilled else {
            return Ok(FiledPart { rows: Cow::Borrowed(&self.rows), partitions: None });
        };
        let mut spilled = spilled.lock().map_err(|_| LakeError::Internal("a lock broke".into()))?;
        let count = partitions.clone().map(|partition| spilled.count(partition)).sum();
        let mut rows = HashMap::with_capacity(count);
        for partition in partitions.clone() {
            spilled.for_each(partition, |record| {
                let (hash, row) = row_of(record);
                rows.insert(hash, row);
            })?;
        }
        Ok(FiledPart { rows: Cow::Owned(rows), partitions: Some(partitions.clone()) })
    }

    /// Whether an entry of a register is named.
    pub(super) fn names_entry(&self, entry: &KeyHash) -> bool {
        self.entries.contains(entry)
    }

    /// The numbers of the events that rows tell of; none where the file has none to compare.
    pub(super) fn events_of(&self, rows: &RecordBatch) -> Result<Vec<KeyHash>, LakeError> {
        if self.events.is_empty() {
            return Ok(Vec::new());
        }
        Ok(event_hashes(&self.contract, rows)?.unwrap_or_default())
    }

    /// The row of an event by its number, where the file has it in one region alone.
    pub(super) fn find_event(&self, event: &KeyHash) -> Option<&FiledEvent> {
        self.events.get(event)?.as_ref()
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

/// Some of a file's rows, by their keys.
pub(super) struct FiledPart<'rows> {
    rows: Cow<'rows, HashMap<KeyHash, FiledRow>>,
    /// Of which partitions; `None` where it holds all rows.
    partitions: Option<Range<usize>>,
}

impl FiledPart<'_> {
    /// Whether a row of a key would be in this part.
    pub(super) fn is_of(&self, hash: &KeyHash) -> bool {
        let partition = || partition_of(short_hash(*hash));
        self.partitions.as_ref().is_none_or(|partitions| partitions.contains(&partition()))
    }

    pub(super) fn find(&self, hash: &KeyHash) -> Option<&FiledRow> {
        self.rows.get(hash)
    }
}

/// Adds a row to those on disk.
fn spill(
    spilled: &mut Mutex<Spill<WORDS>>,
    hash: KeyHash,
    row: &FiledRow,
) -> Result<(), LakeError> {
    let spilled = spilled.get_mut().map_err(|_| LakeError::Internal("a lock broke".into()))?;
    let [first, second, third] = short_hash(hash);
    let number = row.row_number as u64;
    spilled.push(&[
        first,
        second,
        third,
        (hash >> 96) as u32,
        row.release_date.cast_unsigned(),
        row.slice,
        row.sheet,
        number as u32,
        (number >> 32) as u32,
    ])?;
    Ok(())
}

/// A row that was on disk.
fn row_of(record: &[u32; WORDS]) -> (KeyHash, FiledRow) {
    let [first, second, third, fourth, release, slice, sheet, low, high] = *record;
    let words = [first, second, third, fourth];
    let hash = words.iter().rev().fold(0, |hash, word| hash << 32 | KeyHash::from(*word));
    let row = FiledRow {
        release_date: release.cast_signed(),
        slice,
        sheet,
        row_number: (u64::from(high) << 32 | u64::from(low)) as i64,
    };
    (hash, row)
}

/// Whether a part's rows are to be compared with others: where its source stands in the lake, or
/// the part itself may hold a key in several releases.
pub(super) fn collects(contract: &Arc<Contract>, collecting: Collecting) -> Option<FiledRows> {
    contract.koridor.slice.as_ref()?;
    let is_by_key = collecting.supersedes != Supersedes::Slice;
    let is_wanted = collecting.may_stand || (is_by_key && !collecting.has_one_release);
    is_wanted.then(|| FiledRows::new(contract, collecting))
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
    // One ticket is written `T-001` and `t-001`.
    let columns: Vec<ArrayRef> = columns.iter().map(without_case).collect();
    Ok(hash_rows(&columns).map_err(ReadError::from)?)
}

/// The hash of each row's key.
pub(super) fn key_hashes(
    contract: &Contract,
    rows: &RecordBatch,
) -> Result<Vec<KeyHash>, LakeError> {
    let own = contract.primary_key.iter().map(String::as_str);
    hashed(&columns(rows, own.chain(["source_id", "period_type"]))?)
}

/// The hash of the number of each row's event: of its key without the region. `None` where rows are
/// no events, or the region is no part of their key.
fn event_hashes(
    contract: &Contract,
    rows: &RecordBatch,
) -> Result<Option<Vec<KeyHash>>, LakeError> {
    let slice = contract.koridor.slice.as_ref().filter(|slice| slice.period.is_some());
    let Some(slice) = slice.filter(|_| contract.koridor.supersedes == Supersedes::Key) else {
        return Ok(None);
    };
    let is_number = |name: &&str| *name != slice.region;
    let own = contract.primary_key.iter().map(String::as_str).filter(is_number);
    let own: Vec<&str> = own.collect();
    if own.is_empty() || own.len() == contract.primary_key.len() {
        return Ok(None);
    }
    let own = own.into_iter().chain(["source_id", "period_type"]);
    Ok(Some(hashed(&columns(rows, own)?)?))
}

/// The hash of each row's key in its period: the row that it stands for, or that stands for it.
pub(super) fn key_hashes_in_period(
    contract: &Contract,
    rows: &RecordBatch,
) -> Result<Vec<KeyHash>, LakeError> {
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_deref());
    let own = contract.primary_key.iter().map(String::as_str).chain(period);
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
