//! What a load brings, held until it is committed as one step: rows of datasets, refused rows, and
//! the ledger's own.

use super::entry::{LedgerEntry, StoredRows};
use super::raw::{self, Described};
use super::standing::{Group, group};
use crate::error::LakeError;
use crate::ledger::{
    self, Acceptance, CheckRow, CorrectionRow, CumulativeRow, FileRow, SliceRow, SubmissionId,
    SupersededRow, acceptance_rows, check_rows, correction_rows, cumulative_rows, file_rows,
    slice_rows, superseded_rows,
};
use crate::store::data_file::write_rows;
use crate::store::journal::{self, Head, Intent};
use crate::store::storage::Storage;
use crate::store::tables::TableName;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use deltalake::kernel::Add;
use hashbrown::{HashMap, HashSet};
use koridor_read::check::SliceKey;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What the slices of a batch are about, by dataset.
#[derive(Default)]
pub(crate) struct Waiting {
    sources: HashMap<String, HashSet<String>>,
    groups: HashMap<String, HashSet<Group>>,
}

impl Waiting {
    fn add(&mut self, row: &SliceRow) {
        let dataset = || row.dataset.clone();
        let source = row.key.source_id.clone();
        self.sources.entry(dataset()).or_default().insert(source);
        self.groups.entry(dataset()).or_default().insert(group(&row.key, "*"));
    }

    /// Whether a source's slices wait; any source's where none is named.
    pub(crate) fn has_source(&self, dataset: &str, source: Option<&str>) -> bool {
        let sources = self.sources.get(dataset);
        sources.is_some_and(|sources| source.is_none_or(|source| sources.contains(source)))
    }

    /// Whether a slice waits that is about the same as a key, whatever its theme.
    pub(crate) fn has_group(&self, dataset: &str, key: &SliceKey) -> bool {
        self.groups.get(dataset).is_some_and(|groups| groups.contains(&group(key, "*")))
    }
}

/// Rows of one load, before they are written.
#[derive(Default)]
pub(crate) struct Batch {
    files: Vec<FileRow>,
    slices: Vec<SliceRow>,
    waiting: Waiting,
    checks: Vec<CheckRow>,
    corrections: Vec<CorrectionRow>,
    cumulative: Vec<CumulativeRow>,
    superseded: Vec<SupersededRow>,
    acceptances: Vec<Acceptance>,
    quarantine: Vec<RecordBatch>,
    rows: BTreeMap<TableName, (SchemaRef, Vec<RecordBatch>)>,
    adds: BTreeMap<TableName, Vec<Add>>,
    /// What was said of the files, by their submission.
    described: BTreeMap<String, Described>,
}

impl Batch {
    /// Takes what was said of a file.
    pub(crate) fn describe(&mut self, described: Described) {
        self.described.insert(described.sha256.clone(), described);
    }

    /// Drops what was said of a file that brings nothing new.
    pub(crate) fn forget(&mut self, id: &SubmissionId) {
        self.described.remove(&id.to_string());
    }

    /// What was said of a submission that waits in it.
    pub(crate) fn described(&self, id: &SubmissionId) -> Option<&Described> {
        self.described.get(&id.to_string())
    }

    /// Takes what one reading brings.
    pub(crate) fn add(&mut self, entry: LedgerEntry) {
        let LedgerEntry { file, slices, checks, corrections, cumulative, superseded, .. } = entry;
        let (quarantine, rows) = (entry.quarantine, entry.rows);
        self.files.push(file);
        slices.iter().for_each(|row| self.waiting.add(row));
        self.slices.extend(slices);
        self.checks.extend(checks);
        self.corrections.extend(corrections);
        self.cumulative.extend(cumulative);
        self.superseded.extend(superseded);
        match quarantine {
            StoredRows::Held(rows) => self.quarantine.extend(rows),
            StoredRows::Written(adds) => {
                self.adds.entry(ledger::QUARANTINE.into()).or_default().extend(adds);
            }
        }
        match rows {
            Some((table, schema, StoredRows::Held(rows))) => {
                self.rows.entry(table).or_insert_with(|| (schema, Vec::new())).1.extend(rows);
            }
            Some((table, _, StoredRows::Written(adds))) => {
                self.adds.entry(table).or_default().extend(adds);
            }
            None => {}
        }
    }

    /// Takes over what another holds.
    pub(crate) fn merge(&mut self, other: Self) {
        self.files.extend(other.files);
        other.slices.iter().for_each(|row| self.waiting.add(row));
        self.slices.extend(other.slices);
        self.checks.extend(other.checks);
        self.corrections.extend(other.corrections);
        self.cumulative.extend(other.cumulative);
        self.superseded.extend(other.superseded);
        self.acceptances.extend(other.acceptances);
        self.quarantine.extend(other.quarantine);
        self.described.extend(other.described);
        for (table, (schema, rows)) in other.rows {
            self.rows.entry(table).or_insert_with(|| (schema, Vec::new())).1.extend(rows);
        }
        for (table, adds) in other.adds {
            self.adds.entry(table).or_default().extend(adds);
        }
    }

    /// Drops what it holds, data files that were written with it.
    pub(crate) async fn discard(self, storage: &Storage) {
        for (table, adds) in self.adds {
            for add in adds {
                // A file that stays is named by nobody and swept by maintenance.
                let _ = storage.delete(&format!("{table}/{}", add.path)).await;
            }
        }
    }

    /// Records that a held submission is accepted, with the reading that speaks from then on.
    pub(crate) fn accept(&mut self, acceptance: Acceptance) {
        self.acceptances.push(acceptance);
    }

    /// The slices of what waits in it.
    pub(crate) fn slices(&self) -> impl Iterator<Item = &SliceRow> {
        self.slices.iter()
    }

    /// What the slices that wait in it are about.
    pub(crate) fn waiting(&self) -> &Waiting {
        &self.waiting
    }

    /// The submissions that wait in it, with the paths of their files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|file| (file.sha256.as_str(), file.path.as_str()))
    }

    /// Whether rows of a table wait in it.
    pub(crate) fn holds(&self, table: &str) -> bool {
        self.rows.contains_key(table) || self.adds.contains_key(table)
    }

    /// Writes what it holds and commits it as one step. `sequence` is the loader's, and makes its
    /// name its own; `now` is the moment in microseconds.
    pub(crate) async fn commit(
        self,
        storage: &Storage,
        (sequence, now): (i64, i64),
    ) -> Result<Head, LakeError> {
        let head = journal::head(storage).await?;
        if self.files.is_empty() {
            return Ok(head);
        }
        let mut name = Sha256::new();
        for file in &self.files {
            name.update(file.sha256.as_bytes());
            name.update(file.submission.attempt.to_le_bytes());
        }
        name.update(sequence.to_le_bytes());
        let name: String =
            name.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let mut adds = self.adds;
        let mut rows = self.rows;
        let committed = head.sequence as i64 + 1;
        let ledger = [
            (ledger::FILES, ledger::files_schema(), file_rows(&self.files, committed)?),
            (ledger::SLICES, ledger::slices_schema(), slice_rows(&self.slices)?),
            (
                ledger::CORRECTIONS,
                ledger::corrections_schema(),
                correction_rows(&self.corrections)?,
            ),
            (ledger::CUMULATIVE, ledger::cumulative_schema(), cumulative_rows(&self.cumulative)?),
            (
                ledger::SUPERSEDED_ROWS,
                ledger::superseded_rows_schema(),
                superseded_rows(&self.superseded)?,
            ),
            (
                ledger::ACCEPTANCES,
                ledger::acceptances_schema(),
                acceptance_rows(&self.acceptances)?,
            ),
            (ledger::CHECKS, ledger::checks_schema(), check_rows(&self.checks, now)?),
        ];
        let ledger = ledger.into_iter();
        rows.extend(ledger.map(|(table, schema, own)| (table.to_owned(), (schema, vec![own]))));
        rows.insert(ledger::QUARANTINE.into(), (ledger::quarantine_schema(), self.quarantine));
        rows.retain(|_, (_, batches)| batches.iter().any(|batch| batch.num_rows() > 0));
        for (table, (schema, batches)) in rows {
            adds.entry(table.clone())
                .or_default()
                .extend(write_rows(storage, &table, &schema, &batches).await?);
        }
        let documents = self.described.into_iter().map(|(id, own)| {
            let path = raw::description_path(&id);
            let document = serde_json::to_value(own);
            document
                .map(|document| (path.clone(), document))
                .map_err(|source| LakeError::Document { path, source })
        });
        let documents = documents.collect::<Result<_, _>>()?;
        let intent = Intent { batch: name, adds, documents, ..Intent::default() };
        journal::commit_all(storage, intent).await
    }
}
