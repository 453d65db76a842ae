//! Rows of the ledger's tables, column by column.

use super::submission::{FileStatus, Submission};
use super::{
    checks_schema, corrections_schema, cumulative_schema, files_schema, flags_type,
    quarantine_schema, slices_schema,
};
use crate::error::LakeError;
use crate::store::data_file::Constants;
use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Int64Array, ListArray,
    RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Int64Type, SchemaRef};
use koridor_contract::Supersedes;
use koridor_contract::message::Message;
use koridor_read::check::{CheckedRows, FiledFigure, SliceKey};
use std::sync::Arc;

/// One use of a correction in one file.
pub(crate) struct CorrectionRow {
    pub(crate) correction: koridor_contract::Correction,
    pub(crate) met: koridor_contract::correction::Use,
    pub(crate) sheet: String,
    pub(crate) sha256: String,
    pub(crate) file_name: String,
    pub(crate) attempt: i64,
}

pub(crate) fn correction_rows(rows: &[CorrectionRow]) -> Result<RecordBatch, LakeError> {
    let text = |pick: &dyn Fn(&CorrectionRow) -> Option<&str>| -> ArrayRef {
        Arc::new(StringArray::from_iter(rows.iter().map(pick)))
    };
    let number = |pick: &dyn Fn(&CorrectionRow) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|row| Some(&row.correction.id)),
        text(&|row| Some(&row.correction.dataset)),
        text(&|row| Some(&row.sha256)),
        text(&|row| Some(&row.file_name)),
        text(&|row| Some(&row.sheet)),
        number(&|row| row.met.row_number as i64),
        text(&|row| Some(&row.correction.field)),
        text(&|row| Some(row.met.outcome.as_str())),
        text(&|row| Some(&row.met.found)),
        text(&|row| row.correction.value.as_deref()),
        text(&|row| Some(&row.correction.reason)),
        text(&|row| Some(&row.correction.source)),
        text(&|row| Some(&row.correction.by)),
        number(&|row| row.attempt),
    ];
    Ok(RecordBatch::try_new(corrections_schema(), columns)?)
}

/// One year-to-date figure and its file.
pub(crate) struct CumulativeRow {
    pub(crate) figure: FiledFigure,
    pub(crate) dataset: String,
    pub(crate) sha256: String,
    pub(crate) file_name: String,
    pub(crate) attempt: i64,
}

pub(crate) fn cumulative_rows(rows: &[CumulativeRow]) -> Result<RecordBatch, LakeError> {
    let text = |pick: &dyn Fn(&CumulativeRow) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(pick)))
    };
    let values = Decimal128Array::from_iter_values(rows.iter().map(|row| row.figure.millionths));
    let columns: Vec<ArrayRef> = vec![
        text(&|row| &row.dataset),
        text(&|row| &row.figure.source_id),
        text(&|row| &row.figure.region),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.figure.period))),
        text(&|row| &row.figure.field),
        Arc::new(values.with_precision_and_scale(28, 6)?),
        text(&|row| &row.sha256),
        text(&|row| &row.file_name),
        text(&|row| &row.figure.sheet),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.figure.row_number as i64))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.attempt))),
    ];
    Ok(RecordBatch::try_new(cumulative_schema(), columns)?)
}

/// One row of `ops.files`.
pub(crate) struct FileRow {
    pub(crate) sha256: String,
    pub(crate) file_name: String,
    pub(crate) dataset: Option<String>,
    pub(crate) source_id: Option<String>,
    pub(crate) released: Option<i32>,
    pub(crate) status: FileStatus,
    pub(crate) accepted: i64,
    pub(crate) rejected: i64,
    pub(crate) ignored: i64,
    pub(crate) erased: i64,
    pub(crate) flagged: i64,
    pub(crate) error: Option<String>,
    pub(crate) error_id: Option<String>,
    pub(crate) ignored_json: String,
    pub(crate) columns_json: String,
    pub(crate) layout: Option<String>,
    pub(crate) path: String,
    pub(crate) bytes: i64,
    pub(crate) modified: i64,
    pub(crate) project: String,
    pub(crate) run_id: String,
    pub(crate) submission: Submission,
}

/// One row of `ops.slices`.
pub(crate) struct SliceRow {
    pub(crate) dataset: String,
    pub(crate) key: SliceKey,
    pub(crate) sha256: String,
    pub(crate) rows: i64,
    pub(crate) number: u32,
    pub(crate) submission: Submission,
    pub(crate) supersedes: Supersedes,
    /// What of its region and period the submission speaks for: one theme or part, or all (`*`).
    pub(crate) covers: String,
    pub(crate) is_held: bool,
}

/// One check and what came out.
pub struct CheckRow {
    run_id: String,
    subject: String,
    name: String,
    severity: String,
    outcome: String,
    rows: i64,
    detail: Message,
}

impl CheckRow {
    /// A check with the number of rows that break it.
    pub fn new(
        run_id: &str,
        subject: &str,
        name: &str,
        severity: &str,
        rows: i64,
        detail: Message,
    ) -> Self {
        Self {
            run_id: run_id.to_owned(),
            subject: subject.to_owned(),
            name: name.to_owned(),
            severity: severity.to_owned(),
            outcome: if rows == 0 { "pass".into() } else { severity.to_owned() },
            rows,
            detail,
        }
    }
}

/// What every silver row of a file carries.
pub(crate) struct Lineage {
    pub(crate) schema: SchemaRef,
    pub(crate) sha256: String,
    pub(crate) submission: Submission,
}

impl Lineage {
    /// Adds each row's lineage to its fields.
    pub(crate) fn add(&self, checked: &CheckedRows) -> Result<RecordBatch, LakeError> {
        let rows = checked.accepted.num_rows();
        let mut columns: Vec<ArrayRef> = checked.accepted.columns().to_vec();
        columns.push(flag_lists(&checked.flags, rows)?);
        let [sha256, sheet, ingested_at, attempt] =
            self.same(&checked.sheet).map(|(_, value)| repeat(&value, rows));
        columns.push(sha256?);
        columns.push(sheet?);
        columns.push(Arc::new(Int64Array::from_iter_values(
            checked.row_numbers.iter().map(|number| *number as i64),
        )));
        columns.push(ingested_at?);
        columns.push(attempt?);
        columns.push(Arc::new(Int64Array::from_iter_values(
            checked.slice_numbers.iter().map(|number| self.submission.slice_id(*number)),
        )));
        Ok(RecordBatch::try_new(SchemaRef::clone(&self.schema), columns)?)
    }

    /// The columns that hold one value in every row of a file without sheets: some of its fields,
    /// and what is said of the file itself.
    pub(crate) fn constants(&self, fields: Vec<(usize, ArrayRef)>) -> Constants {
        let own = self
            .same("")
            .into_iter()
            .filter_map(|(name, value)| Some((self.schema.index_of(name).ok()?, value)));
        fields.into_iter().chain(own).collect()
    }

    fn same(&self, sheet: &str) -> [(&'static str, ArrayRef); 4] {
        let sheet = Some(sheet).filter(|sheet| !sheet.is_empty());
        [
            ("src_file_sha256", Arc::new(StringArray::from_iter_values([&self.sha256]))),
            ("src_sheet", Arc::new(StringArray::from_iter([sheet]))),
            (
                "ingested_at",
                Arc::new(
                    TimestampMicrosecondArray::from_value(self.submission.received, 1)
                        .with_timezone("UTC"),
                ),
            ),
            ("src_attempt", Arc::new(Int64Array::from_value(self.submission.attempt, 1))),
        ]
    }
}

/// Rows with those of one slice beside each other: a reader skips what holds no slice of theirs.
pub(crate) fn by_slice(rows: RecordBatch) -> Result<RecordBatch, LakeError> {
    let Some(ids) = rows.columns().last().and_then(|ids| ids.as_primitive_opt::<Int64Type>())
    else {
        return Ok(rows);
    };
    if ids.values().is_sorted() {
        return Ok(rows);
    }
    let mut order: Vec<u32> = (0..rows.num_rows() as u32).collect();
    order.sort_by_key(|row| ids.value(*row as usize));
    Ok(arrow::compute::take_record_batch(&rows, &UInt32Array::from(order))?)
}

/// One value as many times.
fn repeat(value: &ArrayRef, rows: usize) -> Result<ArrayRef, LakeError> {
    Ok(arrow::compute::take(value, &UInt32Array::from_value(0, rows), None)?)
}

/// Each row's flags as a list; nearly all rows have none.
fn flag_lists(flags: &[(usize, String)], rows: usize) -> Result<ArrayRef, LakeError> {
    let mut lengths = vec![0; rows];
    for (row, _) in flags {
        if let Some(length) = lengths.get_mut(*row) {
            *length += 1;
        }
    }
    let values = StringArray::from_iter_values(flags.iter().map(|(_, flag)| flag));
    let item = match flags_type() {
        DataType::List(item) => item,
        _ => return Err(LakeError::Internal("flags are a list".into())),
    };
    Ok(Arc::new(ListArray::try_new(
        item,
        OffsetBuffer::from_lengths(lengths),
        Arc::new(values),
        None,
    )?))
}

/// The file that refused rows come from.
pub(crate) struct Origin<'file> {
    pub(crate) sha256: &'file str,
    pub(crate) file_name: &'file str,
    pub(crate) dataset: &'file str,
    pub(crate) source_id: &'file str,
    pub(crate) attempt: i64,
}

/// A refused row with its cell.
type Addressed = (Option<String>, koridor_contract::Rejection);

pub(crate) fn quarantine_rows(
    origin: &Origin<'_>,
    checked: &CheckedRows,
) -> Result<RecordBatch, LakeError> {
    let rejected = &checked.rejected;
    let same = |text: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, rejected.len())))
    };
    let texts = |pick: &dyn Fn(&Addressed) -> Option<String>| -> ArrayRef {
        Arc::new(StringArray::from_iter(rejected.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        same(origin.sha256),
        same(origin.file_name),
        same(origin.dataset),
        same(origin.source_id),
        same(&checked.sheet),
        texts(&|(cell, _)| cell.clone()),
        Arc::new(Int64Array::from_iter_values(
            rejected.iter().map(|(_, rejection)| rejection.row_number as i64),
        )),
        texts(&|(_, rejection)| rejection.field.clone()),
        texts(&|(_, rejection)| Some(rejection.rule.clone())),
        texts(&|(_, rejection)| rejection.value.clone()),
        texts(&|(_, rejection)| Some(rejection.message.id.clone())),
        texts(&|(_, rejection)| Some(rejection.message.en.clone())),
        texts(&|(_, rejection)| (!rejection.also.is_empty()).then(|| rejection.also.join("; "))),
        texts(&|(_, rejection)| Some(rejection.row_json.clone())),
        same("open"),
        Arc::new(Int64Array::from_value(origin.attempt, rejected.len())),
        texts(&|(_, rejection)| rejection.slice.region.clone()),
        Arc::new(Date32Array::from_iter(
            rejected.iter().map(|(_, rejection)| rejection.slice.period),
        )),
        Arc::new(Date32Array::from_iter(
            rejected.iter().map(|(_, rejection)| rejection.slice.release),
        )),
    ];
    Ok(RecordBatch::try_new(quarantine_schema(), columns)?)
}

pub(crate) fn file_rows(files: &[FileRow], committed: i64) -> Result<RecordBatch, LakeError> {
    let text = |pick: &dyn Fn(&FileRow) -> Option<&str>| -> ArrayRef {
        Arc::new(StringArray::from_iter(files.iter().map(pick)))
    };
    let number = |pick: &dyn Fn(&FileRow) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(files.iter().map(pick)))
    };
    let moment = |pick: &dyn Fn(&FileRow) -> i64| -> ArrayRef {
        Arc::new(
            TimestampMicrosecondArray::from_iter_values(files.iter().map(pick))
                .with_timezone("UTC"),
        )
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|file| Some(&file.sha256)),
        text(&|file| Some(&file.file_name)),
        text(&|file| file.dataset.as_deref()),
        text(&|file| file.source_id.as_deref()),
        Arc::new(Date32Array::from_iter(files.iter().map(|file| file.released))),
        moment(&|file| file.submission.received),
        text(&|file| Some(file.status.as_str())),
        number(&|file| file.accepted + file.rejected + file.ignored + file.erased),
        number(&|file| file.accepted),
        number(&|file| file.rejected),
        number(&|file| file.ignored),
        text(&|file| file.error.as_deref()),
        text(&|file| file.error_id.as_deref()),
        text(&|file| Some(&file.ignored_json)),
        number(&|file| file.flagged),
        text(&|file| file.layout.as_deref()),
        text(&|file| Some(&file.columns_json)),
        text(&|file| Some(&file.path)),
        number(&|file| file.bytes),
        moment(&|file| file.modified),
        text(&|file| Some(&file.project)),
        text(&|file| Some(&file.run_id)),
        number(&|file| file.submission.sequence),
        number(&|file| file.submission.attempt),
        number(&|_| committed),
        number(&|file| file.erased),
    ];
    Ok(RecordBatch::try_new(files_schema(), columns)?)
}

pub(crate) fn slice_rows(slices: &[SliceRow]) -> Result<RecordBatch, LakeError> {
    let text = |pick: &dyn Fn(&SliceRow) -> &String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(slices.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|slice| &slice.dataset),
        text(&|slice| &slice.key.source_id),
        text(&|slice| &slice.key.region),
        Arc::new(Date32Array::from_iter_values(slices.iter().map(|slice| slice.key.period))),
        text(&|slice| &slice.key.period_type),
        text(&|slice| &slice.key.theme),
        Arc::new(Date32Array::from_iter_values(slices.iter().map(|slice| slice.key.release_date))),
        text(&|slice| &slice.sha256),
        Arc::new(Int64Array::from_iter_values(slices.iter().map(|slice| slice.rows))),
        Arc::new(Int64Array::from_iter_values(
            slices.iter().map(|slice| slice.submission.sequence),
        )),
        Arc::new(Int64Array::from_iter_values(slices.iter().map(|slice| slice.submission.attempt))),
        Arc::new(Int64Array::from_iter_values(
            slices.iter().map(|slice| slice.submission.slice_id(slice.number)),
        )),
        Arc::new(StringArray::from_iter_values(
            slices.iter().map(|slice| slice.supersedes.as_str()),
        )),
        text(&|slice| &slice.covers),
        Arc::new(BooleanArray::from_iter(slices.iter().map(|slice| Some(slice.is_held)))),
    ];
    Ok(RecordBatch::try_new(slices_schema(), columns)?)
}

/// Rows of `ops.checks`, all of a moment (microseconds since 1970).
///
/// # Errors
/// None in practice; the columns are made here.
pub fn check_rows(checks: &[CheckRow], now: i64) -> Result<RecordBatch, LakeError> {
    let text = |pick: &dyn Fn(&CheckRow) -> &String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(checks.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|check| &check.run_id),
        Arc::new(TimestampMicrosecondArray::from_value(now, checks.len()).with_timezone("UTC")),
        text(&|check| &check.subject),
        text(&|check| &check.name),
        text(&|check| &check.severity),
        text(&|check| &check.outcome),
        Arc::new(Int64Array::from_iter_values(checks.iter().map(|check| check.rows))),
        text(&|check| &check.detail.en),
        text(&|check| &check.detail.id),
    ];
    Ok(RecordBatch::try_new(checks_schema(), columns)?)
}
