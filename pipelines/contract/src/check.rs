//! Sorts the rows of one file into accepted rows and rejections.
//!
//! Owns the order of checks: field by field (missing, type, codes, bounds), then row rules. Keys are compared across batches by whoever
//! holds the whole file, with the hashes given here. Every row of a batch ends in exactly one of the two lists, in file order.

use crate::cell::{Factor, Origin, Writing};
use crate::codes::{CodeLists, normalise};
use crate::contract::{Contract, Rule, Scope, Severity};
use crate::correction::{self, Correction};
use crate::date;
use crate::message::{Message, field_message};
use crate::personal::{HashKey, Hasher, mask};
use crate::raw::RawBatch;
use crate::source::{Column, Source};
use crate::typing::{ColumnReader, FileContext, Typed, data_type};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::datatypes::{
    DataType, Date32Type, Field as ArrowField, Int32Type, Schema, SchemaRef,
    TimestampMicrosecondType,
};
use arrow::error::ArrowError;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Evaluates a contract's row rules on typed columns: one column a rule, in the contract's order; false breaks the rule, null passes.
pub type RowRules =
    Arc<dyn Fn(&RecordBatch) -> Result<Vec<BooleanArray>, ArrowError> + Send + Sync>;

/// A refused row with the first rule it breaks.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// Row in the checked batch, from 0.
    pub row: usize,
    /// Row in the file (line or sheet row), from 1.
    pub row_number: u64,
    /// Column in the batch the field came from.
    pub column: Option<usize>,
    /// The slice it would have been of.
    pub slice: RowSlice,
    /// The field, or none where the row as a whole is at fault.
    pub field: Option<String>,
    /// The rule.
    pub rule: String,
    /// The offending text, masked when personal.
    pub value: Option<String>,
    /// What the office reads.
    pub message: Message,
    /// Further rules the row breaks, as `field: rule`.
    pub also: Vec<String>,
    /// Columns in the batch that these are about, where they have one.
    pub also_columns: Vec<Option<usize>>,
    /// The row's fields as texts, personal ones masked, as a JSON object.
    pub row_json: String,
    /// Text of the row's first cell that is not empty: tells a total or a note from a wrong row.
    pub lead: String,
}

/// A checked batch.
#[derive(Debug)]
pub struct CheckedBatch {
    /// Typed rows that passed, in file order.
    pub accepted: RecordBatch,
    /// Their row numbers in the file.
    pub row_numbers: Vec<u64>,
    /// Their rows in the checked batch.
    pub rows: Vec<u32>,
    /// Hash of the key of each accepted row; empty where the caller asked for none.
    pub key_hashes: Vec<u128>,
    /// Flags of accepted rows (index into `accepted`, flag), in row order.
    pub flags: Vec<(usize, String)>,
    /// Refused rows, in file order.
    pub rejections: Vec<Rejection>,
    /// Corrections that met their row. Rows that one drops are in neither list.
    pub corrections: Vec<correction::Use>,
}

/// What a column of the file is called in a batch, for [`Checker::new`].
#[derive(Debug, Clone)]
pub enum FieldOrigin {
    /// Cells of a column of the batch.
    Column(usize),
    /// One text for every row.
    Constant(String),
    /// Nowhere: every value is missing.
    Absent,
}

/// Checks the rows of one file against a contract.
pub struct Checker {
    schema: SchemaRef,
    readers: Vec<ColumnReader>,
    key: Vec<usize>,
    contract: Arc<Contract>,
    rules: Option<RowRules>,
    corrections: correction::Compiled,
}

/// What a check needs besides the contract and the file.
#[derive(Clone)]
pub struct Setting {
    /// The project's code lists.
    pub codes: Arc<CodeLists>,
    /// The lake's secret for personal fields.
    pub hash_key: HashKey,
    /// The moment of loading in microseconds of local time (WITA).
    pub now: i64,
    /// The contract's row rules, compiled.
    pub rules: Option<RowRules>,
    /// The project's corrections; those of other datasets are passed over.
    pub corrections: Arc<Vec<Correction>>,
}

/// The Arrow schema of a dataset's fields, the common ones among them. Every column may hold nulls: required is the contract's word, and a
/// row that breaks it is a value too.
pub fn arrow_schema(contract: &Contract) -> SchemaRef {
    Arc::new(Schema::new(
        contract
            .fields
            .iter()
            .map(|field| ArrowField::new(&field.name, data_type(field), true))
            .collect::<Vec<_>>(),
    ))
}

impl Checker {
    /// A checker for a file whose fields come from `origins`, one for each field of the contract.
    pub fn new(
        contract: Arc<Contract>,
        source: Option<&Source>,
        origins: &[FieldOrigin],
        setting: &Setting,
    ) -> Self {
        let mut missing: Vec<Vec<u8>> =
            contract.missing_values.iter().map(|text| text.as_bytes().to_vec()).collect();
        missing.extend(
            source
                .into_iter()
                .flat_map(|source| &source.missing)
                .map(|text| text.as_bytes().to_vec()),
        );
        let file = FileContext {
            missing: Arc::new(missing),
            hasher: Some(Hasher::new(&setting.hash_key)),
            now: setting.now,
        };
        let period_type = contract.field_index("period_type").and_then(|index| origins.get(index));
        let months_only = matches!(period_type, Some(FieldOrigin::Constant(text)) if text == "M");
        let readers = contract
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let column = source.and_then(|source| {
                    source.columns.iter().find(|column| column.field == field.name)
                });
                let origin = match origins.get(index) {
                    Some(FieldOrigin::Column(column)) => Origin::Column(*column),
                    Some(FieldOrigin::Constant(text)) => Origin::Constant(text.clone()),
                    Some(FieldOrigin::Absent) | None => Origin::Absent,
                };
                // A constant is the describer's own word, in canonical form; what stands around a table is the office's.
                let is_around = source.is_some_and(|source| {
                    source.context.iter().any(|context| context.field == field.name)
                });
                let is_own = matches!(origin, Origin::Constant(_)) && !is_around;
                let mut writing =
                    if is_own { Writing::default() } else { writing(source, column, &field.name) };
                writing.months_only = months_only;
                let codes = field
                    .koridor
                    .codes
                    .as_ref()
                    .and_then(|name| setting.codes.get(name))
                    .map(|list| Arc::new(list.clone()));
                ColumnReader::new(field, origin, writing, codes, &file)
            })
            .collect();
        // A later release of a row is a new row, and so is another source's or a whole year's.
        let vintage = ["source_id", "release_date", "period_type"];
        let key = contract
            .primary_key
            .iter()
            .map(String::as_str)
            .chain(vintage)
            .filter_map(|name| contract.field_index(name))
            .collect();
        // The project was validated when it was read; a correction that does not fit is passed over.
        let corrections = correction::Compiled::new(&contract, setting).unwrap_or_default();
        Self {
            schema: arrow_schema(&contract),
            readers,
            key,
            contract,
            rules: setting.rules.clone(),
            corrections,
        }
    }

    /// Checks a batch.
    ///
    /// # Errors
    /// Only when a row rule cannot be evaluated at all, which is a fault of the contract and not of the data.
    pub fn check(&mut self, batch: &RawBatch) -> Result<CheckedBatch, ArrowError> {
        let mut typed: Vec<Typed> =
            self.readers.iter_mut().map(|reader| reader.read(batch)).collect::<Result<_, _>>()?;
        let corrections = if self.corrections.is_empty() {
            Vec::new()
        } else {
            self.corrections.apply(batch, &mut typed, &self.readers)?
        };
        let all = RecordBatch::try_new(
            Arc::clone(&self.schema),
            typed.iter().map(|column| Arc::clone(&column.array)).collect(),
        )?;
        let verdicts = match &self.rules {
            Some(rules) => rules(&all)?,
            _ => Vec::new(),
        };
        let mut broken: Vec<(u32, Broken)> = Vec::new();
        for (index, column) in typed.iter().enumerate() {
            broken.extend(
                column.faults.iter().map(|fault| (fault.row, Broken::Field(index, fault.rule))),
            );
        }
        let mut flagged: Vec<(u32, String)> = Vec::new();
        for (column, reader) in typed.iter().zip(&self.readers) {
            flagged.extend(
                column.rounded.iter().map(|row| (*row, format!("rounded:{}", reader.field().name))),
            );
        }
        for met in corrections.iter().filter(|met| met.outcome == correction::Outcome::Applied) {
            flagged.push((
                met.row as u32,
                format!("corrected:{}", self.corrections.field_of(met.correction, &self.contract)),
            ));
        }
        for (index, (rule, verdict)) in self.contract.rules(Scope::Row).zip(&verdicts).enumerate() {
            if verdict.false_count() == 0 {
                continue;
            }
            for row in
                (0..verdict.len()).filter(|&row| verdict.is_valid(row) && !verdict.value(row))
            {
                match rule.severity {
                    Severity::Reject => broken.push((row as u32, Broken::Rule(index))),
                    Severity::Warn => flagged.push((row as u32, rule.id.clone())),
                }
            }
        }
        let dropped: BTreeSet<usize> = corrections
            .iter()
            .filter(|met| met.outcome == correction::Outcome::Dropped)
            .map(|met| met.row)
            .collect();
        broken.retain(|(row, _)| !dropped.contains(&(*row as usize)));
        if broken.is_empty() && dropped.is_empty() {
            let mut flags: Vec<(usize, String)> =
                flagged.into_iter().map(|(row, flag)| (row as usize, flag)).collect();
            flags.sort();
            let key_hashes = self.hash_keys(&all)?;
            return Ok(CheckedBatch {
                accepted: all,
                row_numbers: batch.row_numbers().to_vec(),
                rows: (0..batch.len() as u32).collect(),
                key_hashes,
                flags,
                rejections: Vec::new(),
                corrections,
            });
        }
        // Stable: within a row the order stays fields first, then rules.
        broken.sort_by_key(|(row, _)| *row);
        let mut keep = vec![true; batch.len()];
        let mut rejections = Vec::new();
        for run in broken.chunk_by(|left, right| left.0 == right.0) {
            if let [(row, first), rest @ ..] = run {
                if let Some(slot) = keep.get_mut(*row as usize) {
                    *slot = false;
                }
                rejections.push(self.rejection(
                    batch,
                    *row as usize,
                    first,
                    rest.iter().map(|(_, broken)| broken),
                ));
            }
        }
        dropped
            .iter()
            .filter_map(|row| keep.get_mut(*row).map(|slot| *slot = false))
            .for_each(drop);
        let position: Vec<usize> = keep
            .iter()
            .scan(0usize, |next, kept| {
                let at = *next;
                *next += usize::from(*kept);
                Some(at)
            })
            .collect();
        let mut flags: Vec<(usize, String)> = flagged
            .into_iter()
            .filter(|(row, _)| keep.get(*row as usize).copied().unwrap_or(false))
            .filter_map(|(row, flag)| position.get(row as usize).map(|at| (*at, flag)))
            .collect();
        flags.sort();
        for rejection in &mut rejections {
            rejection.slice = slice_of(&self.contract, &all, rejection.row);
        }
        let rows = (0u32..).zip(&keep).filter(|(_, kept)| **kept).map(|(row, _)| row).collect();
        let row_numbers = batch
            .row_numbers()
            .iter()
            .zip(&keep)
            .filter(|(_, kept)| **kept)
            .map(|(number, _)| *number)
            .collect();
        let filter =
            arrow::compute::FilterBuilder::new(&BooleanArray::from(keep)).optimize().build();
        let columns = self.readers.iter().zip(all.columns()).map(|(reader, column)| {
            // A filter of equal values is a shorter run of them.
            if reader.is_constant() && !self.is_corrected(reader) {
                Ok(column.slice(0, filter.count()))
            } else {
                filter.filter(column)
            }
        });
        let accepted =
            RecordBatch::try_new(Arc::clone(&self.schema), columns.collect::<Result<_, _>>()?)?;
        let key_hashes = self.hash_keys(&accepted)?;
        Ok(CheckedBatch { accepted, row_numbers, rows, key_hashes, flags, rejections, corrections })
    }

    /// Whether a correction may give a field another value in some rows.
    fn is_corrected(&self, reader: &ColumnReader) -> bool {
        self.contract
            .field_index(&reader.field().name)
            .is_some_and(|index| self.corrections.changes(index))
    }

    /// A rejection for an accepted row that turned out to stand twice in its file.
    pub fn reject_row(
        &self,
        row: usize,
        row_number: u64,
        rule: &str,
        detail: &str,
        row_json: String,
    ) -> Rejection {
        Rejection {
            row,
            row_number,
            column: self
                .key
                .first()
                .and_then(|index| self.readers.get(*index))
                .and_then(ColumnReader::column),
            slice: RowSlice::default(),
            field: Some(self.contract.primary_key.join(", ")),
            rule: rule.to_owned(),
            value: None,
            message: crate::message::row_message(rule, detail),
            also: Vec::new(),
            also_columns: Vec::new(),
            row_json,
            lead: String::new(),
        }
    }

    /// A rejection for an accepted row whose file breaks a rule over its rows.
    pub fn reject_by_rule(
        row: usize,
        row_number: u64,
        rule: &Rule,
        value: Option<String>,
        row_json: String,
    ) -> Rejection {
        let message = Message { id: rule.message_id.clone(), en: rule.message_en.clone() };
        Self::reject_with(row, row_number, (&rule.field, &rule.id, message), value, row_json)
    }

    /// A rejection for an accepted row, by field, rule and message.
    pub fn reject_with(
        row: usize,
        row_number: u64,
        (field, rule, message): (&str, &str, Message),
        value: Option<String>,
        row_json: String,
    ) -> Rejection {
        Rejection {
            row,
            row_number,
            column: None,
            slice: RowSlice::default(),
            field: Some(field.to_owned()),
            rule: rule.to_owned(),
            value,
            message,
            also: Vec::new(),
            also_columns: Vec::new(),
            row_json,
            lead: String::new(),
        }
    }

    /// Column of the batch that a field's cells come from.
    pub fn column_of(&self, field: &str) -> Option<usize> {
        self.contract
            .field_index(field)
            .and_then(|index| self.readers.get(index))
            .and_then(ColumnReader::column)
    }

    fn rejection<'broken>(
        &mut self,
        batch: &RawBatch,
        row: usize,
        first: &Broken,
        rest: impl Iterator<Item = &'broken Broken>,
    ) -> Rejection {
        let hint = match first {
            Broken::Field(index, rule) => self.readers.get_mut(*index).and_then(|reader| {
                let raw = reader.raw(batch, row);
                reader.hint(rule, &raw)
            }),
            Broken::Rule(_) => None,
        };
        let name = |broken: &Broken| match broken {
            Broken::Field(index, rule) => (self.readers.get(*index), (*rule).to_owned()),
            Broken::Rule(index) => {
                let rule = self.contract.rules(Scope::Row).nth(*index);
                (
                    rule.and_then(|rule| self.contract.field_index(&rule.field))
                        .and_then(|field| self.readers.get(field)),
                    rule.map(|rule| rule.id.clone()).unwrap_or_default(),
                )
            }
        };
        let (reader, rule) = name(first);
        let raw = reader.map(|reader| reader.raw(batch, row)).unwrap_or_default();
        let message =
            match first {
                Broken::Field(..) => {
                    reader.map(|reader| field_message(&rule, reader.field(), hint.as_deref()))
                }
                Broken::Rule(index) => self.contract.rules(Scope::Row).nth(*index).map(|rule| {
                    Message { id: rule.message_id.clone(), en: rule.message_en.clone() }
                }),
            };
        let value =
            reader.map(|reader| if reader.field().koridor.personal { mask(&raw) } else { raw });
        let also = rest.map(|broken| {
            let (reader, rule) = name(broken);
            let field = reader.map(|reader| reader.field().name.as_str()).unwrap_or_default();
            (format!("{field}: {rule}"), reader.and_then(ColumnReader::column))
        });
        let (also, also_columns): (Vec<String>, Vec<Option<usize>>) = also.unzip();
        let mut fields = serde_json::Map::new();
        for reader in &self.readers {
            let text = reader.raw(batch, row);
            let text = if reader.field().koridor.personal { mask(&text) } else { text };
            fields.insert(reader.field().name.clone(), text.into());
        }
        Rejection {
            row,
            row_number: batch.row_number(row),
            column: reader.and_then(ColumnReader::column),
            slice: RowSlice::default(),
            field: reader.map(|reader| reader.field().name.clone()),
            message: message.unwrap_or_else(|| crate::message::row_message(&rule, "")),
            rule,
            value,
            also,
            also_columns,
            row_json: serde_json::Value::Object(fields).to_string(),
            lead: (0..batch.width())
                .map(|column| batch.text(row, column))
                .find(|text| !text.trim().is_empty())
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// Hashes of the keys. What is the same in all rows of this checker is hashed once: another sheet of the file may have another value.
    fn hash_keys(&self, rows: &RecordBatch) -> Result<Vec<u128>, ArrowError> {
        let is_constant = |index: &usize| {
            self.readers
                .get(*index)
                .is_some_and(|reader| reader.is_constant() && !self.is_corrected(reader))
        };
        let (same, own): (Vec<usize>, Vec<usize>) = self.key.iter().copied().partition(is_constant);
        if rows.num_rows() == 0 || own.is_empty() {
            return hash_rows(
                &self.key.iter().map(|index| Arc::clone(rows.column(*index))).collect::<Vec<_>>(),
            );
        }
        let salt = hash_rows(
            &same.iter().map(|index| rows.column(*index).slice(0, 1)).collect::<Vec<_>>(),
        )?
        .pop()
        .unwrap_or_default();
        let mut hashes = hash_rows(
            &own.iter().map(|index| Arc::clone(rows.column(*index))).collect::<Vec<_>>(),
        )?;
        hashes.iter_mut().for_each(|hash| *hash = hash.wrapping_add(salt));
        Ok(hashes)
    }

    /// The fields whose value is the same in every accepted row, by their place in the contract, each as an array of one value.
    ///
    /// # Errors
    /// None in practice: one value is typed.
    pub fn constants(&mut self) -> Result<Vec<(usize, ArrayRef)>, ArrowError> {
        let mut row = RawBatch::typed(0);
        row.end_row(0);
        let corrections = &self.corrections;
        let readers = self.readers.iter_mut().enumerate();
        readers
            .filter(|(index, reader)| reader.is_constant() && !corrections.changes(*index))
            .map(|(index, reader)| Ok((index, reader.read(&row)?.array)))
            .collect()
    }
}

/// One 128-bit hash a row over some columns; equal rows have equal hashes in every batch and every run.
///
/// # Errors
/// Where a column's type has no row form.
pub fn hash_rows(columns: &[ArrayRef]) -> Result<Vec<u128>, ArrowError> {
    use xxhash_rust::xxh3::xxh3_128;
    let texts: Option<Vec<&StringArray>> =
        columns.iter().map(|column| column.as_any().downcast_ref::<StringArray>()).collect();
    if let (Some(texts), Some(first)) = (texts, columns.first()) {
        // Texts need no row form: each with its length before it, nulls apart from empty ones.
        let mut key = Vec::new();
        return Ok((0..first.len())
            .map(|row| {
                key.clear();
                for text in &texts {
                    let value = if text.is_null(row) { None } else { Some(text.value(row)) };
                    key.extend_from_slice(
                        &value.map_or(u32::MAX, |value| value.len() as u32).to_le_bytes(),
                    );
                    key.extend_from_slice(value.unwrap_or_default().as_bytes());
                }
                xxh3_128(&key)
            })
            .collect());
    }
    let fields = columns
        .iter()
        .map(|column| arrow::row::SortField::new(column.data_type().clone()))
        .collect();
    let rows = arrow::row::RowConverter::new(fields)?.convert_columns(columns)?;
    Ok(rows.iter().map(|row| xxh3_128(row.as_ref())).collect())
}

enum Broken {
    Field(usize, &'static str),
    Rule(usize),
}

/// The slice that a row is of, and the day of its release, as far as they can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowSlice {
    /// Region.
    pub region: Option<String>,
    /// First day of the period, days since 1970-01-01.
    pub period: Option<i32>,
    /// Release date, days since 1970-01-01.
    pub release: Option<i32>,
}

/// The slice that a row is of.
pub fn slice_of(contract: &Contract, rows: &RecordBatch, row: usize) -> RowSlice {
    let Some(slice) = &contract.koridor.slice else { return RowSlice::default() };
    let release = rows
        .column_by_name("release_date")
        .and_then(|column| column.as_primitive_opt::<Date32Type>());
    let release = release.filter(|days| days.is_valid(row)).map(|days| days.value(row));
    let region = rows
        .column_by_name(&slice.region)
        .and_then(|column| column.as_any().downcast_ref::<StringArray>());
    let region =
        region.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row).to_owned());
    let period = slice
        .period
        .as_ref()
        .and_then(|name| rows.column_by_name(name))
        .filter(|column| column.is_valid(row));
    let period = period.and_then(|column| match column.data_type() {
        DataType::Date32 => {
            Some(date::first_of_month(column.as_primitive::<Date32Type>().value(row)))
        }
        DataType::Int32 => date::civil(column.as_primitive::<Int32Type>().value(row), 1, 1),
        DataType::Timestamp(..) => {
            let day = column
                .as_primitive::<TimestampMicrosecondType>()
                .value(row)
                .div_euclid(86_400_000_000);
            Some(date::first_of_month(day as i32))
        }
        _ => None,
    });
    // A register is one slice for ever.
    RowSlice {
        region,
        period: period.or(if slice.period.is_none() { Some(REGISTER) } else { None }),
        release,
    }
}

/// First day of the slice of a register, whose rows have no period: 1900-01-01.
pub const REGISTER: i32 = -25_567;

fn writing(source: Option<&Source>, column: Option<&Column>, field: &str) -> Writing {
    let Some(source) = source else { return Writing::default() };
    let mut writing =
        Writing { numbers: source.numbers, dates: source.dates, ..Writing::default() };
    if let Some(column) = column {
        writing.numbers = column.numbers.unwrap_or(source.numbers);
        writing.dates = column.dates.unwrap_or(source.dates);
        writing.multiply = column.multiply.as_deref().and_then(Factor::parse);
        writing.codes = column.codes;
        writing
            .values
            .extend(column.values.iter().map(|(word, value)| (normalise(word), value.clone())));
    }
    for part in source
        .unpivot
        .iter()
        .flat_map(|unpivot| &unpivot.header)
        .filter(|part| part.field.as_deref() == Some(field))
    {
        writing
            .values
            .extend(part.values.iter().map(|(word, value)| (normalise(word), value.clone())));
    }
    writing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::CellKind;
    use proptest::prelude::*;

    fn contract() -> Arc<Contract> {
        let document = serde_json::json!({
            "name": "t", "title": "T", "description": "",
            "fields": [
                {"name": "ticket", "type": "string", "title": "Tiket", "constraints": {"required": true}},
                {"name": "net_ton", "type": "number", "title": "Neto", "constraints": {"required": true, "minimum": 0}, "koridor": {"decimal": [10, 3]}},
                {"name": "day", "type": "date", "title": "Tanggal", "koridor": {"not_in_future": true}},
                {"name": "plate", "type": "string", "title": "Pelat", "koridor": {"personal": true}}
            ],
            "primaryKey": ["ticket"],
            "koridor": {"title_en": "T", "dimension": "environment", "theme": "'t'", "slice": {"region": "ticket"}}
        });
        Arc::new(Contract::parse("schemas/datasets/t.json", &document.to_string()).unwrap())
    }

    fn checker() -> Checker {
        let common =
            ["DLH", "2023-01-31", "M", "final"].map(|text| FieldOrigin::Constant(text.to_owned()));
        let origins: Vec<_> = (0..4).map(FieldOrigin::Column).chain(common).collect();
        let setting = Setting {
            codes: Arc::default(),
            hash_key: HashKey::new(vec![1; 32]).unwrap(),
            now: 1_700_000_000_000_000,
            rules: None,
            corrections: Arc::default(),
        };
        Checker::new(contract(), None, &origins, &setting)
    }

    fn batch(rows: &[[&str; 4]]) -> RawBatch {
        let mut batch = RawBatch::typed(4);
        for (index, row) in rows.iter().enumerate() {
            for cell in row {
                batch.push_cell(cell, CellKind::Text);
            }
            batch.end_row(index as u64 + 2);
        }
        batch
    }

    #[test]
    fn each_row_ends_accepted_or_refused_with_its_first_reason() {
        let checked = checker()
            .check(&batch(&[
                ["a", "1.5", "2023-01-31", "DT 1 E"],
                ["", "x", "", "DT 2 E"],
                ["b", "-1", "2024-01-01", ""],
                ["c", "2", "", ""],
            ]))
            .unwrap();
        assert_eq!(checked.row_numbers, [2, 5]);
        let shown: Vec<_> = checked
            .rejections
            .iter()
            .map(|rejection| {
                (
                    rejection.row_number,
                    rejection.field.clone().unwrap(),
                    rejection.rule.clone(),
                    rejection.also.join("; "),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                (3, "ticket".to_owned(), "required".to_owned(), "net_ton: not_a_number".to_owned()),
                (4, "net_ton".to_owned(), "below_minimum".to_owned(), "day: in_future".to_owned()),
            ]
        );
    }

    #[test]
    fn a_personal_value_never_appears_in_clear() {
        let mut checker = checker();
        let checked = checker
            .check(&batch(&[["", "1", "", "DT 4711 E"], ["a", "1", "", "DT 4711 E"]]))
            .unwrap();
        assert!(!format!("{:?}", checked.rejections).contains("4711"));
        assert!(!format!("{:?}", checked.accepted).contains("4711"));
    }

    proptest! {
        #[test]
        fn accepted_and_refused_add_up_for_any_cells(rows in prop::collection::vec(prop::array::uniform4("[ -~]{0,8}"), 0..40)) {
            let borrowed: Vec<[&str; 4]> = rows.iter().map(|row| [row[0].as_str(), row[1].as_str(), row[2].as_str(), row[3].as_str()]).collect();
            let checked = checker().check(&batch(&borrowed)).unwrap();
            prop_assert_eq!(checked.accepted.num_rows() + checked.rejections.len(), rows.len());
            prop_assert_eq!(checked.accepted.num_rows(), checked.row_numbers.len());
            prop_assert_eq!(checked.accepted.num_rows(), checked.key_hashes.len());
        }
    }
}
