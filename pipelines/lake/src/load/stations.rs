//! The stations of a file's journey, each one function: archived bytes are recognised as parts, a
//! part is checked, and its accepted rows are held or written.

use super::entry::{CheckedPart, Reading, StoredRows};
use super::filed_rows::{Collecting, FiledRows, collects};
use super::fingerprint::ContentFingerprint;
use super::magnitude::FiledFigures;
use super::outcome::example;
use super::raw::ArchivedFile;
use crate::error::LakeError;
use crate::ledger::{self, Lineage, Origin, by_slice, quarantine_rows};
use crate::store::data_file::Constants;
use crate::store::erased::{ErasedKeys, key_hash};
use crate::store::parallel_writer::ParallelWriter;
use crate::store::storage::Storage;
use crate::store::tables;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use arrow::util::display::array_value_to_string;
use koridor_contract::message::Message;
use koridor_contract::personal::HashKey;
use koridor_read::check::{
    CheckSetting, CheckedRows, ExistingKeys, FileCheck, Parts, RecognisedPart, constants, open_file,
};
use koridor_read::readers::Refusal;
use koridor_read::recognise::Recognised;
use std::borrow::Cow;

/// Files larger than this are written as they are checked, by several writers of their own.
const STREAM_BYTES: u64 = 16 << 20;

/// Most writers of one file.
const MOST_WRITERS: usize = 4;

/// Refused rows shown with an outcome.
const EXAMPLES: usize = 3;

/// Recognises an archived file: its parts, one for each dataset that it holds.
pub(super) fn recognise(
    setting: &CheckSetting,
    archived: &ArchivedFile,
    reading: &Reading,
) -> Result<Result<Parts, Refusal>, LakeError> {
    let shown_path = &archived.landed.shown_path;
    Ok(open_file(setting, &reading.request, shown_path, &archived.path)?)
}

/// What checking a part needs besides the part.
pub(super) struct Checking<'load> {
    pub(super) setting: &'load CheckSetting,
    pub(super) storage: &'load Storage,
    pub(super) reading: &'load Reading,
    /// Whether a fingerprint of what the part brings is wanted.
    pub(super) wants_fingerprint: bool,
    /// Whether rows of its dataset, and source where it has one, may stand in the lake.
    pub(super) may_stand: bool,
    /// Keys of its dataset that were erased.
    pub(super) erased_keys: ErasedKeys,
}

impl Checking<'_> {
    /// Checks a part; its accepted rows are held, or written as they come where the file is large.
    pub(super) async fn check(
        &self,
        part: RecognisedPart,
        existing: ExistingKeys,
    ) -> Result<Result<CheckedPart, Refusal>, LakeError> {
        let recognised = part.recognised.clone();
        let contract = &recognised.contract;
        let (table, schema) = (ledger::silver(&contract.name), ledger::silver_schema(contract));
        let id = self.reading.id.to_string();
        let submission = self.reading.submission;
        let lineage = Lineage { schema: schema.clone(), sha256: id.clone(), submission };
        let same = constants(self.setting, &part)?;
        let mut gathered = self.gathered(&recognised, &same);
        let (mut writer, mut refused_writer) = (None, None);
        if self.reading.file.bytes > STREAM_BYTES {
            let writers = self.setting.workers.clamp(1, MOST_WRITERS);
            let same = lineage.constants(same);
            writer = Some(self.writer((&table, &schema), &same, writers).await?);
            let refused = (ledger::QUARANTINE, &ledger::quarantine_schema());
            refused_writer = Some(self.writer(refused, &Constants::default(), 1).await?);
        }
        let origin = Origin {
            sha256: &id,
            file_name: self.reading.file.told_name(),
            dataset: &contract.name,
            source_id: recognised.source_id().unwrap_or_default(),
            attempt: submission.attempt,
        };
        let hides_cells = contract.hides_figures();
        let mut found = Found { lineage, origin, examples: Vec::new(), hides_cells };
        let (mut held, mut refused) = (Vec::new(), Vec::new());
        // Checking blocks its thread, and may ask the engine.
        let counts = tokio::task::block_in_place(|| -> Result<_, LakeError> {
            let mut check = FileCheck::start(self.setting, part, existing)?;
            while let Some(rows) = check.next_rows()? {
                gathered.add(&rows)?;
                if let Some(own) = found.refused(&rows)?
                    && !give(&refused_writer, own, &mut refused)
                {
                    break;
                }
                let rows = found.accepted(&rows)?;
                let rows = if writer.is_some() { rows } else { by_slice(rows)? };
                if !give(&writer, rows, &mut held) {
                    break;
                }
            }
            Ok(check.finish())
        });
        // A writer's own error says more than the check's.
        let rows = stored(writer, held)?;
        let quarantine = stored(refused_writer, refused)?;
        let examples = found.examples;
        Ok(counts?.map(|counts| CheckedPart {
            recognised,
            fingerprint: gathered.fingerprint.map(|fingerprint| fingerprint.of(&counts)),
            counts,
            table,
            schema,
            rows,
            quarantine,
            examples,
            filed_rows: gathered.rows,
            filed_figures: gathered.figures,
            back: gathered.back,
        }))
    }

    /// Writers of a table's rows as they come.
    async fn writer(
        &self,
        (table, schema): (&str, &SchemaRef),
        same: &Constants,
        writers: usize,
    ) -> Result<ParallelWriter, LakeError> {
        tables::open_or_create(self.storage, table, schema).await?;
        ParallelWriter::start(self.storage, (table, schema), same, writers)
    }

    /// What is gathered of a part's rows; `same` are the fields that have one value in all of them.
    fn gathered(&self, part: &Recognised, same: &[(usize, ArrayRef)]) -> Gathered {
        let release = part.contract.field_index("release_date");
        let has_one_release = same.iter().any(|(index, _)| Some(*index) == release);
        let collecting = Collecting {
            supersedes: part.supersedes(),
            has_one_release,
            may_stand: self.may_stand,
            memory_bytes: self.setting.memory_bytes,
        };
        Gathered {
            fingerprint: self.wants_fingerprint.then(ContentFingerprint::default),
            rows: collects(&part.contract, collecting),
            figures: FiledFigures::new(&part.contract),
            erased_keys: self.erased_keys.clone(),
            hash_key: self.setting.hash_key.clone(),
            dataset: part.contract.name.clone(),
            back: 0,
        }
    }
}

/// What is gathered of a part's rows for weighing it, where it is wanted.
struct Gathered {
    fingerprint: Option<ContentFingerprint>,
    /// By their keys, where they may meet others.
    rows: Option<FiledRows>,
    figures: Option<FiledFigures>,
    /// Keys that were erased, and rows that have one.
    erased_keys: ErasedKeys,
    hash_key: HashKey,
    dataset: String,
    back: u64,
}

impl Gathered {
    /// Counts rows of keys that were erased.
    fn add_back(&mut self, rows: &RecordBatch) -> Result<(), LakeError> {
        for (fields, hashes) in &self.erased_keys {
            for row in 0..rows.num_rows() {
                let mut values: Vec<(&str, String)> = Vec::new();
                for name in fields {
                    let Some(column) = rows.column_by_name(name) else { continue };
                    values.push((name, array_value_to_string(column, row)?));
                }
                let hash = key_hash(&self.hash_key, &self.dataset, &values);
                self.back += u64::from(hashes.contains(&hash));
            }
        }
        Ok(())
    }

    fn add(&mut self, rows: &CheckedRows) -> Result<(), LakeError> {
        self.add_back(&rows.accepted)?;
        if let Some(fingerprint) = &mut self.fingerprint {
            fingerprint.add(rows)?;
        }
        if let Some(own) = &mut self.rows {
            own.add(rows)?;
        }
        match &mut self.figures {
            Some(figures) => figures.add(rows),
            None => Ok(()),
        }
    }
}

/// Gives rows to a writer, or holds them where there is none; `false` where the writer ended early.
fn give(writer: &Option<ParallelWriter>, rows: RecordBatch, held: &mut Vec<RecordBatch>) -> bool {
    let Some(writer) = writer else {
        held.push(rows);
        return true;
    };
    writer.write(rows)
}

/// The rows that a writer wrote, or those that were held.
fn stored(writer: Option<ParallelWriter>, held: Vec<RecordBatch>) -> Result<StoredRows, LakeError> {
    let Some(writer) = writer else { return Ok(StoredRows::Held(held)) };
    Ok(StoredRows::Written(writer.finish()?))
}

/// What is made of the checked rows of a part as they come.
struct Found<'reading> {
    lineage: Lineage,
    origin: Origin<'reading>,
    examples: Vec<Message>,
    /// Whether examples name the place alone.
    hides_cells: bool,
}

impl Found<'_> {
    /// The accepted rows with their lineage.
    fn accepted(&mut self, rows: &CheckedRows) -> Result<RecordBatch, LakeError> {
        self.lineage.add(rows)
    }

    /// The refused rows for quarantine; `None` where there are none.
    fn refused(&mut self, rows: &CheckedRows) -> Result<Option<RecordBatch>, LakeError> {
        if rows.rejected.is_empty() {
            return Ok(None);
        }
        for (cell, rejection) in &rows.rejected {
            if self.examples.len() >= EXAMPLES {
                break;
            }
            // A cell that several rows are made of is told once.
            let told = match self.hides_cells {
                true => Cow::Owned(rejection.clone().without_cells()),
                false => Cow::Borrowed(rejection),
            };
            let example = example(&rows.sheet, cell.as_deref(), &told);
            if !self.examples.contains(&example) {
                self.examples.push(example);
            }
        }
        Ok(Some(quarantine_rows(&self.origin, rows)?))
    }
}
