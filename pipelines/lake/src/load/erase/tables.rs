//! Data files without the rows that were taken out: at every version, for a file is named by all
//! versions that hold it.

use super::eraser::Eraser;
use super::losses::{
    Losses, ReadingId, SLICE_NAME, counted_without, files_without, kept_rows, masked, number_at,
    numbers, shown, slices_without, text, texts,
};
use crate::error::LakeError;
use crate::ledger::{self, STORED_TABLES};
use crate::store::data_file::{Constants, FileWriter};
use crate::store::rewrite::{Replacements, Rewriting, check_log};
use crate::store::tables;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Schema, SchemaRef};
use koridor_read::check::ErasedRows;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What becomes of rows; `None` where they stay as they are.
type Edit<'edit> = &'edit dyn Fn(&RecordBatch) -> Result<Option<RecordBatch>, LakeError>;

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
                let is_flagged =
                    flags.is_some_and(|own| own.is_valid(row) && own.value_length(row) > 0);
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
            let of_files = self.files_masked(own);
            let masked = masked(kept.as_ref().unwrap_or(rows), &self.needles, of_files)?;
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
        let of_files = self.files_masked(losses);
        let masked = masked(kept.as_ref().unwrap_or(rows), &self.needles, of_files)?;
        Ok(masked.or(kept))
    }

    /// The files of whose rows texts are masked; all where the key's value is that of no other.
    fn files_masked<'own>(
        &self,
        losses: &'own Losses,
    ) -> Option<&'own BTreeMap<String, ErasedRows>> {
        (!self.beside.is_empty()).then_some(&losses.rows)
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
