//! The stations of a file's journey, each one function: archived bytes are recognised as parts, a
//! part is checked, and its accepted rows are held or written.

use super::entry::{CheckedPart, Reading, StoredRows};
use super::filed_rows::{FiledRows, collects};
use super::fingerprint::ContentFingerprint;
use super::magnitude::FiledFigures;
use super::outcome::example;
use super::raw::ArchivedFile;
use crate::error::LakeError;
use crate::ledger::{self, Lineage, Origin, by_slice, quarantine_rows};
use crate::store::parallel_writer::ParallelWriter;
use crate::store::storage::Storage;
use crate::store::tables;
use arrow::array::{ArrayRef, RecordBatch};
use koridor_contract::message::Message;
use koridor_read::check::{
    CheckSetting, CheckedRows, ExistingKeys, FileCheck, Parts, RecognisedPart, constants, open_file,
};
use koridor_read::readers::Refusal;
use koridor_read::recognise::Recognised;

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
        let mut writer = None;
        let same = constants(self.setting, &part)?;
        let mut filed =
            Filed { rows: self.collects(&recognised, &same), figures: FiledFigures::new(contract) };
        if self.reading.file.bytes > STREAM_BYTES {
            tables::open_or_create(self.storage, &table, &schema).await?;
            let same = lineage.constants(same);
            let writers = self.setting.workers.clamp(1, MOST_WRITERS);
            let (storage, target) = (self.storage, (table.as_str(), &schema));
            writer = Some(ParallelWriter::start(storage, target, &same, writers)?);
        }
        let origin = Origin {
            sha256: &id,
            file_name: self.reading.file.name(),
            dataset: &contract.name,
            source_id: recognised.source_id().unwrap_or_default(),
            attempt: submission.attempt,
        };
        let mut found = Found { lineage, origin, examples: Vec::new(), quarantine: Vec::new() };
        let mut fingerprint = self.wants_fingerprint.then(ContentFingerprint::default);
        let mut held: Vec<RecordBatch> = Vec::new();
        // Checking blocks its thread, and may ask the engine.
        let counts = tokio::task::block_in_place(|| -> Result<_, LakeError> {
            let mut check = FileCheck::start(self.setting, part, existing)?;
            while let Some(rows) = check.next_rows()? {
                if let Some(fingerprint) = &mut fingerprint {
                    fingerprint.add(&rows)?;
                }
                filed.add(&rows)?;
                let rows = found.take(&rows)?;
                match &writer {
                    Some(writer) if !writer.write(rows.clone()) => break,
                    Some(_) => {}
                    None => held.push(by_slice(rows)?),
                }
            }
            Ok(check.finish())
        });
        let Found { examples, quarantine, .. } = found;
        // A writer's own error says more than the check's.
        let rows = match writer {
            Some(writer) => StoredRows::Written(writer.finish()?),
            None => StoredRows::Held(held),
        };
        Ok(counts?.map(|counts| CheckedPart {
            recognised,
            fingerprint: fingerprint.map(|fingerprint| fingerprint.of(&counts)),
            counts,
            table,
            schema,
            rows,
            quarantine,
            examples,
            filed_rows: filed.rows,
            filed_figures: filed.figures,
        }))
    }

    /// The rows of a part by their keys, where they may meet others; `same` are the fields that
    /// have one value in all of them.
    fn collects(&self, part: &Recognised, same: &[(usize, ArrayRef)]) -> Option<FiledRows> {
        let release = part.contract.field_index("release_date");
        let has_one_release = same.iter().any(|(index, _)| Some(*index) == release);
        collects(&part.contract, (part.supersedes(), has_one_release), self.may_stand)
    }
}

/// What is kept of the accepted rows of a part, to set them against the lake.
struct Filed {
    rows: Option<FiledRows>,
    figures: Option<FiledFigures>,
}

impl Filed {
    fn add(&mut self, checked: &CheckedRows) -> Result<(), LakeError> {
        if let Some(rows) = &mut self.rows {
            rows.add(checked)?;
        }
        if let Some(figures) = &mut self.figures {
            figures.add(checked)?;
        }
        Ok(())
    }
}

/// What is made of the checked rows of a part as they come.
struct Found<'reading> {
    lineage: Lineage,
    origin: Origin<'reading>,
    examples: Vec<Message>,
    quarantine: Vec<RecordBatch>,
}

impl Found<'_> {
    /// Notes refused rows; gives the accepted ones with their lineage.
    fn take(&mut self, rows: &CheckedRows) -> Result<RecordBatch, LakeError> {
        if !rows.rejected.is_empty() {
            for (cell, rejection) in &rows.rejected {
                if self.examples.len() >= EXAMPLES {
                    break;
                }
                // A cell that several rows are made of is told once.
                let example = example(&rows.sheet, cell.as_deref(), rejection);
                if !self.examples.contains(&example) {
                    self.examples.push(example);
                }
            }
            self.quarantine.push(quarantine_rows(&self.origin, rows)?);
        }
        self.lineage.add(rows)
    }
}
