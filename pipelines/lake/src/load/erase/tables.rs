//! Data files without the rows that were taken out: at every version, for a file is named by all
//! versions that hold it.

use super::Eraser;
use crate::error::LakeError;
use crate::ledger::{self, STORED_TABLES};
use crate::store::data_file::{Constants, FileWriter};
use crate::store::rewrite::{Replacements, Rewriting, check_log};
use crate::store::tables;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use koridor_read::check::ErasedRows;
use koridor_read::search::Needles;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a reading of a submission lost.
#[derive(Debug, Default, Clone)]
pub(super) struct Lost {
    pub(super) accepted: i64,
    pub(super) rejected: i64,
    pub(super) flagged: i64,
    /// Rows that were no data, by reason; of the submission.
    pub(super) ignored: BTreeMap<String, u64>,
}

/// A reading of a submission.
pub(super) type ReadingId = (String, i64);

/// What is known while tables are written.
#[derive(Default)]
pub(super) struct Losses {
    /// Rows that go, by the hash of their file's bytes.
    pub(super) rows: BTreeMap<String, ErasedRows>,
    pub(super) of: BTreeMap<ReadingId, Lost>,
    /// Rows that were no data, by submission and reason.
    pub(super) ignored: BTreeMap<String, BTreeMap<String, u64>>,
    /// Accepted rows that go, by their slice.
    slices: BTreeMap<i64, i64>,
    /// The same by what names a slice in the ledger.
    named_slices: BTreeMap<Vec<String>, i64>,
    /// Values of personal fields of the rows that go.
    pub(super) personal: BTreeSet<String>,
    /// Rows that went, by table.
    pub(super) removed: BTreeMap<String, u64>,
}

/// What names a slice in the ledger's tables.
const SLICE_NAME: [&str; 6] =
    ["sha256", "source_id", "slice_region", "period", "theme", "release_date"];

/// What becomes of rows; `None` where they stay as they are.
type Edit<'edit> = &'edit dyn Fn(&RecordBatch) -> Result<Option<RecordBatch>, LakeError>;

impl Losses {
    /// Whether the row of a file goes.
    fn is_gone(&self, id: &str, sheet: &str, number: i64) -> bool {
        let sha256 = id.split('.').next().unwrap_or(id);
        let rows = self.rows.get(sha256).and_then(|own| own.get(sheet));
        rows.is_some_and(|own| own.contains(&(number as u64)))
    }

    /// Which rows stay, by the columns that name their place.
    fn staying(
        &self,
        rows: &RecordBatch,
        [id, sheet, number]: [&str; 3],
    ) -> Result<BooleanArray, LakeError> {
        let (ids, sheets) = (texts(rows, id)?, texts(rows, sheet)?);
        let numbers = numbers(rows, number)?;
        let stays = |row: usize| {
            !self.is_gone(text(&ids, row), text(&sheets, row), number_at(&numbers, row))
        };
        Ok((0..rows.num_rows()).map(|row| Some(stays(row))).collect())
    }
}

impl Eraser<'_> {
    /// Writes the data files of all tables that hold something that goes.
    pub(super) async fn write_tables(
        &self,
        losses: &mut Losses,
        rewriting: &mut Rewriting,
    ) -> Result<(), LakeError> {
        for dataset in self.datasets_of(losses) {
            self.write_silver(&dataset, losses, rewriting).await?;
        }
        self.write_quarantine(losses, rewriting).await?;
        let mut folders: BTreeSet<&str> = STORED_TABLES.iter().map(|own| own.folder).collect();
        folders.retain(|own| own.starts_with("ops/") && *own != ledger::QUARANTINE);
        // What names slices is needed where rows that stopped counting are counted.
        let first = [ledger::SLICES].into_iter();
        let folders: Vec<&str> =
            first.chain(folders.iter().copied().filter(|own| *own != ledger::SLICES)).collect();
        for table in folders {
            if table == ledger::SLICES {
                self.name_slices(losses).await?;
            }
            let edit = |rows: &RecordBatch| self.edited(table, losses, rows);
            let removed = self.write_table(table, &edit, &mut |_, _| Ok(()), rewriting).await?;
            if removed > 0 {
                *losses.removed.entry(table.to_owned()).or_default() += removed;
            }
        }
        if rewriting.files.contains_key(ledger::FILES) {
            let erased = [("rows_erased".to_owned(), "long".to_owned())].into();
            rewriting.columns.insert(ledger::FILES.to_owned(), erased);
        }
        Ok(())
    }

    /// Datasets whose submissions lose rows.
    fn datasets_of(&self, losses: &Losses) -> BTreeSet<String> {
        let ledger = self.ledger.iter().filter(|(id, _)| losses.rows.contains_key(id.sha256()));
        ledger.filter_map(|(_, own)| own.dataset.clone()).filter(|own| !own.is_empty()).collect()
    }

    async fn write_silver(
        &self,
        dataset: &str,
        losses: &mut Losses,
        rewriting: &mut Rewriting,
    ) -> Result<(), LakeError> {
        let table = ledger::silver(dataset);
        let place = ["src_file_sha256", "src_sheet", "src_row"];
        let mut gone: Vec<RecordBatch> = Vec::new();
        let own = &*losses;
        let edit = |rows: &RecordBatch| kept_rows(rows, &own.staying(rows, place)?);
        let mut note = |rows: &RecordBatch, is_active: bool| -> Result<(), LakeError> {
            if is_active {
                let gone_rows = arrow::compute::not(&own.staying(rows, place)?)?;
                gone.push(filter_record_batch(rows, &gone_rows)?);
            }
            Ok(())
        };
        let removed = self.write_table(&table, &edit, &mut note, rewriting).await?;
        if removed > 0 {
            losses.removed.insert(table, removed);
        }
        let personal: Vec<&str> = self
            .project
            .datasets
            .get(dataset)
            .into_iter()
            .flat_map(|contract| contract.fields.iter())
            .filter(|field| field.koridor.personal)
            .map(|field| field.name.as_str())
            .collect();
        for rows in &gone {
            let (ids, attempts) = (texts(rows, "src_file_sha256")?, numbers(rows, "src_attempt")?);
            let slices = numbers(rows, "slice_id")?;
            let flags = rows.column_by_name("qc_flags").and_then(|own| own.as_list_opt::<i32>());
            for row in 0..rows.num_rows() {
                let reading = (text(&ids, row).to_owned(), number_at(&attempts, row));
                let lost = losses.of.entry(reading).or_default();
                lost.accepted += 1;
                let is_flagged = flags.is_some_and(|own| own.is_valid(row) && own.value_length(row) > 0);
                lost.flagged += i64::from(is_flagged);
                if slices.as_ref().is_some_and(|own| own.is_valid(row)) {
                    *losses.slices.entry(number_at(&slices, row)).or_default() += 1;
                }
            }
            for name in &personal {
                let values = texts(rows, name)?;
                let values = values.iter().flat_map(|own| own.iter().flatten());
                losses.personal.extend(values.map(str::to_owned));
            }
        }
        Ok(())
    }

    async fn write_quarantine(
        &self,
        losses: &mut Losses,
        rewriting: &mut Rewriting,
    ) -> Result<(), LakeError> {
        let place = ["sha256", "sheet", "row_number"];
        let mut gone: Vec<ReadingId> = Vec::new();
        let own = &*losses;
        let edit = |rows: &RecordBatch| {
            let kept = kept_rows(rows, &own.staying(rows, place)?)?;
            let masked = masked(kept.as_ref().unwrap_or(rows), &self.needles)?;
            Ok(masked.or(kept))
        };
        let mut note = |rows: &RecordBatch, is_active: bool| -> Result<(), LakeError> {
            let (ids, attempts) = (texts(rows, "sha256")?, numbers(rows, "attempt")?);
            let staying = own.staying(rows, place)?;
            for row in (0..rows.num_rows()).filter(|row| is_active && !staying.value(*row)) {
                gone.push((text(&ids, row).to_owned(), number_at(&attempts, row)));
            }
            Ok(())
        };
        let removed = self.write_table(ledger::QUARANTINE, &edit, &mut note, rewriting).await?;
        if removed > 0 {
            losses.removed.insert(ledger::QUARANTINE.to_owned(), removed);
        }
        for reading in gone {
            losses.of.entry(reading).or_default().rejected += 1;
        }
        Ok(())
    }

    /// Notes how the ledger names the slices that lose rows.
    async fn name_slices(&self, losses: &mut Losses) -> Result<(), LakeError> {
        let mut named: BTreeMap<Vec<String>, i64> = BTreeMap::new();
        for path in self.files_of(ledger::SLICES).await?.into_keys() {
            for rows in self.rows_of(ledger::SLICES, &path).await?.1 {
                let rows = rows?;
                let ids = numbers(&rows, "slice_id")?;
                for row in 0..rows.num_rows() {
                    if let Some(count) = losses.slices.get(&number_at(&ids, row)) {
                        named.insert(shown(&rows, &SLICE_NAME, row)?, *count);
                    }
                }
            }
        }
        losses.named_slices = named;
        Ok(())
    }

    /// Leaves out the values that stand in rows of a table's newest version.
    pub(super) async fn drop_those_that_stay(
        &self,
        table: &str,
        values: &mut BTreeSet<String>,
    ) -> Result<(), LakeError> {
        for (name, is_active) in self.files_of(table).await? {
            if !is_active {
                continue;
            }
            for rows in self.rows_of(table, &name).await?.1 {
                for column in rows?.columns() {
                    let Some(texts) = column.as_string_opt::<i32>() else { continue };
                    for text in texts.iter().flatten() {
                        values.remove(text);
                    }
                }
            }
        }
        Ok(())
    }

    /// What becomes of rows of a table of the ledger.
    fn edited(
        &self,
        table: &str,
        losses: &Losses,
        rows: &RecordBatch,
    ) -> Result<Option<RecordBatch>, LakeError> {
        let place = ["sha256", "sheet", "row_number"];
        let kept = match table {
            ledger::FILES => files_without(rows, losses)?,
            ledger::SLICES => slices_without(rows, losses)?,
            ledger::CORRECTIONS | ledger::CUMULATIVE | ledger::WAIVERS => {
                kept_rows(rows, &losses.staying(rows, place)?)?
            }
            ledger::SUPERSEDED_ROWS => {
                let kept = kept_rows(rows, &losses.staying(rows, place)?)?;
                let counted = counted_without(kept.as_ref().unwrap_or(rows), losses)?;
                counted.or(kept)
            }
            _ => None,
        };
        let masked = masked(kept.as_ref().unwrap_or(rows), &self.needles)?;
        Ok(masked.or(kept))
    }

    /// Data files in a table's folder, and whether its newest version names them.
    async fn files_of(&self, table: &str) -> Result<BTreeMap<String, bool>, LakeError> {
        let Some(opened) = tables::open(self.storage, table).await? else {
            return Ok(BTreeMap::new());
        };
        let active = tables::data_files(table, &opened)?;
        let active: BTreeSet<String> = active.into_iter().map(|own| own.path).collect();
        let paths = self.storage.list(table).await?;
        let names = paths.iter().filter_map(|path| path.strip_prefix(&format!("{table}/")));
        let names = names.filter(|own| own.ends_with(".parquet") && !own.starts_with('_'));
        Ok(names.map(|own| (own.to_owned(), active.contains(own))).collect())
    }

    async fn rows_of(
        &self,
        table: &str,
        name: &str,
    ) -> Result<(SchemaRef, ParquetRecordBatchReader), LakeError> {
        let path = format!("{table}/{name}");
        let bytes = self.storage.get(&path).await?.ok_or_else(|| LakeError::missing(&path))?;
        let failed = |error| LakeError::parquet(table, error);
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(failed)?;
        let schema = Arc::clone(builder.schema());
        Ok((schema, builder.build().map_err(failed)?))
    }

    /// Writes the data files of a table that an edit changes; the rows that went of its newest
    /// version. `note` is given the rows as they were of each file that is written.
    async fn write_table(
        &self,
        table: &str,
        edit: Edit<'_>,
        note: &mut dyn FnMut(&RecordBatch, bool) -> Result<(), LakeError>,
        rewriting: &mut Rewriting,
    ) -> Result<u64, LakeError> {
        let mut replacements = Replacements::new();
        let mut removed = 0;
        for (name, is_active) in self.files_of(table).await? {
            let mut is_changed = false;
            for rows in self.rows_of(table, &name).await?.1 {
                is_changed |= edit(&rows?)?.is_some();
            }
            if !is_changed {
                continue;
            }
            let (schema, reader) = self.rows_of(table, &name).await?;
            let mut writer: Option<FileWriter> = None;
            for rows in reader {
                let rows = rows?;
                note(&rows, is_active)?;
                let edited = edit(&rows)?.unwrap_or_else(|| rows.clone());
                removed += if is_active { rows.num_rows() - edited.num_rows() } else { 0 };
                if edited.num_rows() == 0 {
                    continue;
                }
                let schema = self.schema_of(table, &schema, &edited);
                let open = match &mut writer {
                    Some(open) => open,
                    None => writer.insert(FileWriter::new(
                        self.storage,
                        table,
                        &schema,
                        Constants::new(),
                    )?),
                };
                open.write(&RecordBatch::try_new(schema, edited.columns().to_vec())?).await?;
            }
            let adds = match writer {
                Some(writer) => writer.close().await?,
                None => Vec::new(),
            };
            replacements.insert(name, adds);
        }
        if !replacements.is_empty() {
            check_log(self.storage, table).await?;
            rewriting.files.insert(table.to_owned(), replacements);
        }
        Ok(removed as u64)
    }

    /// The columns of a data file, with what tells which text has bounds.
    fn schema_of(&self, table: &str, old: &SchemaRef, rows: &RecordBatch) -> SchemaRef {
        let contract = table.strip_prefix("silver/").and_then(|own| self.project.datasets.get(own));
        let metadata = match contract {
            Some(contract) => ledger::silver_schema(contract).metadata().clone(),
            None => old.metadata().clone(),
        };
        Arc::new(Schema::new_with_metadata(rows.schema().fields().clone(), metadata))
    }
}

/// The rows that stay; `None` where all do.
fn kept_rows(
    rows: &RecordBatch,
    staying: &BooleanArray,
) -> Result<Option<RecordBatch>, LakeError> {
    if staying.true_count() == rows.num_rows() {
        return Ok(None);
    }
    Ok(Some(filter_record_batch(rows, staying)?))
}

/// Rows of `ops.files` with what their files lost counted as erased.
fn files_without(rows: &RecordBatch, losses: &Losses) -> Result<Option<RecordBatch>, LakeError> {
    let (ids, attempts) = (texts(rows, "sha256")?, numbers(rows, "attempt")?);
    let reading = |row: usize| (text(&ids, row).to_owned(), number_at(&attempts, row));
    let of = |row: usize| losses.of.get(&reading(row)).cloned().unwrap_or_default();
    let nothing = BTreeMap::new();
    let ignored = |row: usize| losses.ignored.get(text(&ids, row)).unwrap_or(&nothing);
    let is_touched =
        |row: usize| losses.of.contains_key(&reading(row)) || !ignored(row).is_empty();
    if !(0..rows.num_rows()).any(is_touched) {
        return Ok(None);
    }
    let reasons = texts(rows, "ignored_json")?;
    let mut left: Vec<(String, i64)> = Vec::new();
    for row in 0..rows.num_rows() {
        left.push(without_ignored(text(&reasons, row), ignored(row)));
    }
    let less = |name: &str, lost: &dyn Fn(usize) -> i64| -> Result<ArrayRef, LakeError> {
        let own = numbers(rows, name)?;
        let value = |row: usize| {
            let is_valid = own.as_ref().is_some_and(|own| own.is_valid(row));
            is_valid.then(|| (number_at(&own, row) - lost(row)).max(0))
        };
        Ok(Arc::new((0..rows.num_rows()).map(value).collect::<Int64Array>()))
    };
    let erased = numbers(rows, "rows_erased")?;
    let erased = (0..rows.num_rows()).map(|row| {
        let own = of(row);
        number_at(&erased, row) + own.accepted + own.rejected + left[row].1
    });
    let erased: ArrayRef = Arc::new(Int64Array::from_iter_values(erased));
    let texts: ArrayRef =
        Arc::new(StringArray::from_iter_values(left.iter().map(|(text, _)| text.as_str())));
    let columns = [
        ("rows_accepted", less("rows_accepted", &|row| of(row).accepted)?),
        ("rows_rejected", less("rows_rejected", &|row| of(row).rejected)?),
        ("rows_ignored", less("rows_ignored", &|row| left[row].1)?),
        ("rows_flagged", less("rows_flagged", &|row| of(row).flagged)?),
        ("ignored_json", texts),
        ("rows_erased", erased),
    ];
    with_columns(rows, columns.into()).map(Some)
}

/// Reasons with their counts, less what went; and how much that is.
fn without_ignored(json: &str, gone: &BTreeMap<String, u64>) -> (String, i64) {
    let reasons = serde_json::from_str::<BTreeMap<String, u64>>(json);
    let (Ok(mut reasons), false) = (reasons, gone.is_empty()) else {
        return (json.to_owned(), 0);
    };
    let mut went = 0;
    for (reason, count) in gone {
        if let Some(own) = reasons.get_mut(reason) {
            let less = (*count).min(*own);
            *own -= less;
            went += less as i64;
        }
    }
    reasons.retain(|_, count| *count > 0);
    (serde_json::to_string(&reasons).unwrap_or_default(), went)
}

/// Rows of `ops.slices` with the rows that are left.
fn slices_without(rows: &RecordBatch, losses: &Losses) -> Result<Option<RecordBatch>, LakeError> {
    let (ids, counts) = (numbers(rows, "slice_id")?, numbers(rows, "rows")?);
    let gone = |row: usize| losses.slices.get(&number_at(&ids, row)).copied().unwrap_or_default();
    if (0..rows.num_rows()).all(|row| gone(row) == 0) {
        return Ok(None);
    }
    let left = (0..rows.num_rows()).map(|row| (number_at(&counts, row) - gone(row)).max(0));
    let left: ArrayRef = Arc::new(Int64Array::from_iter_values(left));
    with_columns(rows, [("rows", left)].into()).map(Some)
}

/// Rows that stopped counting together, with the number that is left.
fn counted_without(rows: &RecordBatch, losses: &Losses) -> Result<Option<RecordBatch>, LakeError> {
    let (keys, counts) = (texts(rows, "row_key")?, numbers(rows, "rows")?);
    let mut left: Vec<i64> = Vec::new();
    for row in 0..rows.num_rows() {
        let is_counted = keys.as_ref().is_none_or(|own| own.is_null(row));
        let name = if is_counted { shown(rows, &SLICE_NAME, row)? } else { Vec::new() };
        let gone = losses.named_slices.get(&name).copied().unwrap_or_default();
        left.push((number_at(&counts, row) - gone).max(0));
    }
    if (0..rows.num_rows()).all(|row| left[row] == number_at(&counts, row)) {
        return Ok(None);
    }
    let staying: BooleanArray = left.iter().map(|own| Some(*own > 0)).collect();
    let left: ArrayRef = Arc::new(Int64Array::from(left));
    let counted = with_columns(rows, [("rows", left)].into())?;
    Ok(Some(kept_rows(&counted, &staying)?.unwrap_or(counted)))
}

/// Texts in which a value stands, masked.
fn masked(rows: &RecordBatch, needles: &Needles) -> Result<Option<RecordBatch>, LakeError> {
    if needles.is_empty() {
        return Ok(None);
    }
    let mut changed: BTreeMap<String, ArrayRef> = BTreeMap::new();
    for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
        let Some(own) = column.as_string_opt::<i32>() else { continue };
        if own.iter().flatten().any(|text| needles.stands_in(text)) {
            let masked = own.iter().map(|text| text.map(|own| needles.masked(own)));
            changed.insert(field.name().clone(), Arc::new(masked.collect::<StringArray>()));
        }
    }
    if changed.is_empty() {
        return Ok(None);
    }
    let changed = changed.iter().map(|(name, own)| (name.as_str(), Arc::clone(own))).collect();
    with_columns(rows, changed).map(Some)
}

/// Rows with other columns; one that they do not have is added.
fn with_columns(
    rows: &RecordBatch,
    mut columns: BTreeMap<&str, ArrayRef>,
) -> Result<RecordBatch, LakeError> {
    let schema = rows.schema();
    let mut fields: Vec<Field> = schema.fields().iter().map(|own| Field::clone(own)).collect();
    let mut own: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .zip(rows.columns())
        .map(|(field, column)| columns.remove(field.name().as_str()).unwrap_or(Arc::clone(column)))
        .collect();
    for (name, column) in columns {
        fields.push(Field::new(name, column.data_type().clone(), true));
        own.push(column);
    }
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    Ok(RecordBatch::try_new(Arc::new(schema), own)?)
}

/// A column of texts; none where an earlier program wrote none.
fn texts(rows: &RecordBatch, name: &str) -> Result<Option<StringArray>, LakeError> {
    let Some(column) = rows.column_by_name(name) else { return Ok(None) };
    Ok(Some(arrow::compute::cast(column, &DataType::Utf8)?.as_string::<i32>().clone()))
}

fn numbers(rows: &RecordBatch, name: &str) -> Result<Option<Int64Array>, LakeError> {
    let Some(column) = rows.column_by_name(name) else { return Ok(None) };
    let numbers = arrow::compute::cast(column, &DataType::Int64)?;
    Ok(Some(numbers.as_primitive::<Int64Type>().clone()))
}

/// Nothing where there is no value.
fn text(texts: &Option<StringArray>, row: usize) -> &str {
    texts.as_ref().filter(|own| own.is_valid(row)).map(|own| own.value(row)).unwrap_or_default()
}

/// Zero where there is no value.
fn number_at(numbers: &Option<Int64Array>, row: usize) -> i64 {
    let own = numbers.as_ref().filter(|own| own.is_valid(row));
    own.map(|own| own.value(row)).unwrap_or_default()
}

/// Some columns of a row as texts.
fn shown(rows: &RecordBatch, names: &[&str], row: usize) -> Result<Vec<String>, LakeError> {
    let shown = names.iter().map(|name| match rows.column_by_name(name) {
        Some(column) => arrow::util::display::array_value_to_string(column, row),
        None => Ok(String::new()),
    });
    Ok(shown.collect::<Result<_, _>>()?)
}
