//! What one reading of a file is about, and what it brings to the ledger.

use super::consequences::covers;
use super::filed_rows::FiledRows;
use super::landing::LandedFile;
use super::magnitude::FiledFigures;
use super::outcome::{header_only, office};
use crate::ledger::{
    CheckRow, CorrectionRow, CumulativeRow, Fate, FileRow, FileStatus, SliceRow, Submission,
    SubmissionId, SupersededRow,
};
use crate::store::erased::ErasedOf;
use crate::store::tables::TableName;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use deltalake::kernel::Add;
use koridor_contract::message::Message;
use koridor_contract::{Contract, Project};
use koridor_read::check::{RowCounts, SliceCount, SliceKey};
use koridor_read::readers::Refusal;
use koridor_read::recognise::{Recognised, Request};

/// One reading of a file: which submission, and what was said of it.
#[derive(Clone)]
pub(crate) struct Reading {
    pub(crate) id: SubmissionId,
    pub(crate) submission: Submission,
    pub(crate) file: LandedFile,
    pub(crate) request: Request,
}

/// Accepted or refused rows of a part: held until they are committed, or written as they came.
pub(crate) enum StoredRows {
    Held(Vec<RecordBatch>),
    Written(Vec<Add>),
}

/// A part whose rows were checked.
pub(crate) struct CheckedPart {
    pub(crate) recognised: Recognised,
    pub(crate) counts: RowCounts,
    pub(crate) table: TableName,
    pub(crate) schema: SchemaRef,
    pub(crate) rows: StoredRows,
    pub(crate) quarantine: StoredRows,
    /// A few refused rows, for showing.
    pub(crate) examples: Vec<Message>,
    /// Fingerprint of all that the part brought, where it was asked for.
    pub(crate) fingerprint: Option<u128>,
    /// Its rows by their keys, where they may meet others.
    pub(crate) filed_rows: Option<FiledRows>,
    /// Its sums, where they may be of another unit than they should.
    pub(crate) filed_figures: Option<FiledFigures>,
    /// Rows of keys that were erased before.
    pub(crate) back: u64,
}

/// Counts the rows that were taken out of a file, and the slices of which none is left: the file
/// speaks for them still.
pub(crate) fn account_for(counts: &mut RowCounts, lost: &ErasedOf) {
    counts.erased = lost.rows;
    let next = counts.slices.values().map(|own| own.number + 1).max().unwrap_or_default();
    let mut numbers = next..;
    for own in &lost.slices {
        let key = SliceKey {
            source_id: own.source_id.clone(),
            region: own.region.clone(),
            period: own.period,
            period_type: own.period_type.clone(),
            theme: own.theme.clone(),
            part: own.part.clone(),
            release_date: own.release_date,
        };
        if !counts.slices.contains_key(&key)
            && let Some(number) = numbers.next()
        {
            counts.slices.insert(key, SliceCount { number, rows: 0 });
        }
    }
}

/// A part of which no row was read.
pub(crate) struct RefusedPart {
    pub(crate) refusal: Refusal,
    /// The office whose folder it lies in.
    pub(crate) office: Option<String>,
}

/// Who loads: what every row of the ledger says of its run.
#[derive(Clone)]
pub(crate) struct RunLabel {
    pub(crate) run_id: String,
    /// Fingerprint of `schemas/`.
    pub(crate) project: String,
}

/// What one reading brings: rows of the ledger, of quarantine and of its dataset.
pub(crate) struct LedgerEntry {
    pub(crate) file: FileRow,
    pub(crate) slices: Vec<SliceRow>,
    pub(crate) checks: Vec<CheckRow>,
    pub(crate) corrections: Vec<CorrectionRow>,
    pub(crate) cumulative: Vec<CumulativeRow>,
    pub(crate) superseded: Vec<SupersededRow>,
    pub(crate) quarantine: StoredRows,
    pub(crate) rows: Option<(TableName, SchemaRef, StoredRows)>,
}

impl LedgerEntry {
    /// The entry of a part of which no row was read.
    pub(crate) fn of_refused(reading: &Reading, part: &RefusedPart, run: &RunLabel) -> Self {
        let message = part.refusal.message.clone();
        let file = FileRow {
            status: FileStatus::Refused,
            error: Some(message.en),
            error_id: Some(message.id),
            dataset: reading.request.dataset.clone(),
            source_id: reading.request.source.clone().or_else(|| part.office.clone()),
            ..reading.file_row(run)
        };
        Self {
            file,
            slices: Vec::new(),
            checks: Vec::new(),
            corrections: Vec::new(),
            cumulative: Vec::new(),
            superseded: Vec::new(),
            quarantine: StoredRows::Held(Vec::new()),
            rows: None,
        }
    }

    /// The entry of a part whose rows were checked, with the rows that stop counting for it, or why
    /// it is held.
    pub(crate) fn of_checked(
        reading: &Reading,
        (part, superseded, held): (CheckedPart, Vec<SupersededRow>, Option<&Message>),
        run: &RunLabel,
        project: &Project,
    ) -> Self {
        let CheckedPart { recognised, counts, table, schema, rows, quarantine, .. } = part;
        let contract = &recognised.contract;
        let mut file = reading.loaded_row(&recognised, &counts, run);
        if let Some(held) = held {
            file.status = FileStatus::Held;
            (file.error, file.error_id) = (Some(held.en.clone()), Some(held.id.clone()));
        }
        Self {
            file,
            slices: reading.slices(&recognised, &counts, held.is_some()),
            superseded,
            checks: reading.checks(&counts, run),
            corrections: reading.corrections(&counts, project),
            cumulative: reading.cumulative(contract, &counts),
            quarantine,
            rows: Some((table, schema, rows)),
        }
    }
}

impl LedgerEntry {
    /// What it does to other rows and what it takes the place of, as texts in order: two readings
    /// with the same do the same. `sql/queries/effects_of_file.sql` says it of what is stored.
    pub(crate) fn effects(&self) -> Vec<String> {
        let slice =
            |row: &SliceRow| format!("{}|{}|{}", row.supersedes.as_str(), row.covers, row.is_held);
        let mut effects: Vec<String> = self.slices.iter().map(slice).collect();
        effects.extend(self.superseded.iter().map(|row| {
            let address = &row.address;
            let until = match row.fate {
                Fate::Ended(day) => day.to_string(),
                Fate::Replaced | Fate::Withdrawn => String::new(),
            };
            format!(
                "{}|{}|{}|{}|{}|{}|{}|{}|{until}|{}",
                row.fate.as_str(),
                row.slice.region,
                row.slice.theme,
                address.sha256,
                address.sheet,
                address.row_number,
                address.row_key.as_deref().unwrap_or_default(),
                row.rows,
                row.by_sha256,
            )
        }));
        effects.sort_unstable();
        effects.dedup();
        effects
    }
}

impl Reading {
    fn file_row(&self, run: &RunLabel) -> FileRow {
        FileRow {
            sha256: self.id.to_string(),
            file_name: self.file.told_name().to_owned(),
            dataset: None,
            source_id: None,
            released: None,
            status: FileStatus::Refused,
            accepted: 0,
            rejected: 0,
            ignored: 0,
            erased: 0,
            flagged: 0,
            error: None,
            error_id: None,
            ignored_json: "{}".into(),
            columns_json: "{}".into(),
            layout: None,
            path: self.file.told_path().to_owned(),
            bytes: self.file.bytes as i64,
            modified: self.file.modified,
            project: run.project.clone(),
            run_id: run.run_id.clone(),
            submission: self.submission,
        }
    }

    fn loaded_row(&self, recognised: &Recognised, counts: &RowCounts, run: &RunLabel) -> FileRow {
        let remark = header_only(counts);
        FileRow {
            status: FileStatus::Loaded,
            dataset: Some(recognised.contract.name.clone()),
            source_id: office(recognised, counts),
            released: counts.slices.keys().map(|key| key.release_date).max(),
            accepted: counts.accepted as i64,
            rejected: counts.rejected as i64,
            ignored: counts.ignored_rows() as i64,
            erased: counts.erased as i64,
            flagged: counts.flagged as i64,
            layout: Some(recognised.layout().to_owned()),
            ignored_json: serde_json::to_string(&counts.ignored).unwrap_or_default(),
            columns_json: serde_json::to_string(&counts.columns).unwrap_or_default(),
            error: remark.as_ref().map(|message| message.en.clone()),
            error_id: remark.map(|message| message.id),
            ..self.file_row(run)
        }
    }

    fn slices(&self, part: &Recognised, counts: &RowCounts, is_held: bool) -> Vec<SliceRow> {
        let contract = &part.contract;
        let row = |(key, count): (&SliceKey, &SliceCount)| SliceRow {
            dataset: contract.name.clone(),
            key: Clone::clone(key),
            sha256: self.id.to_string(),
            rows: count.rows as i64,
            number: count.number,
            submission: self.submission,
            supersedes: part.supersedes(),
            covers: covers(contract, key),
            is_held,
        };
        counts.slices.iter().map(row).collect()
    }

    fn checks(&self, counts: &RowCounts, run: &RunLabel) -> Vec<CheckRow> {
        let id = self.id.to_string();
        let warning = |name: &str, rows: i64, detail: Message| {
            CheckRow::new(&run.run_id, &id, name, "warn", rows, detail)
        };
        let totals = counts.totals.iter().map(|total| warning("total_differs", 1, total.message()));
        let accepted =
            Message { id: "diterima dengan tanda".into(), en: "accepted with a flag".into() };
        let flags =
            counts.flags.iter().map(|(flag, rows)| warning(flag, *rows as i64, accepted.clone()));
        let titles = counts.titles.iter().map(|told| warning("title_differs", 1, told.clone()));
        totals.chain(titles).chain(flags).collect()
    }

    fn corrections(&self, counts: &RowCounts, project: &Project) -> Vec<CorrectionRow> {
        let row = |(sheet, met): &(String, koridor_contract::correction::Use)| {
            Some(CorrectionRow {
                correction: project.corrections.get(met.correction)?.clone(),
                met: met.clone(),
                sheet: sheet.clone(),
                sha256: self.id.to_string(),
                file_name: self.file.told_name().to_owned(),
                attempt: self.submission.attempt,
            })
        };
        counts.corrections.iter().filter_map(row).collect()
    }

    fn cumulative(&self, contract: &Contract, counts: &RowCounts) -> Vec<CumulativeRow> {
        let row = |figure: &koridor_read::check::FiledFigure| CumulativeRow {
            figure: figure.clone(),
            dataset: contract.name.clone(),
            sha256: self.id.to_string(),
            file_name: self.file.told_name().to_owned(),
            attempt: self.submission.attempt,
        };
        counts.year_to_date.iter().map(row).collect()
    }
}
