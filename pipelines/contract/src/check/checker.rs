//! The check of one file, batch by batch.

use super::columns::readers;
use super::findings::{Findings, flags_of};
use super::key::KeyColumns;
use super::rejection::{Rejection, rejection};
use super::slice::slice_of;
use crate::cell::FieldOrigin;
use crate::contract::{Contract, ContractRule};
use crate::correction::{self, Outcome};
use crate::field::Field;
use crate::message::{Message, row_message};
use crate::raw::RawBatch;
use crate::rule::Rule;
use crate::setting::{RowRules, Setting};
use crate::source::Source;
use crate::typing::{ColumnReader, Typed, data_type};
use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::FilterBuilder;
use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};
use arrow::error::ArrowError;
use std::collections::BTreeSet;
use std::sync::Arc;

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

/// Checks the rows of one file against a contract.
pub struct Checker {
    schema: SchemaRef,
    readers: Vec<ColumnReader>,
    key: KeyColumns,
    contract: Arc<Contract>,
    rules: Option<RowRules>,
    corrections: correction::Compiled,
}

/// The Arrow schema of a dataset's fields, the common ones among them. Every column may hold nulls:
/// a row without a required value is typed before it is refused.
pub fn arrow_schema(contract: &Contract) -> SchemaRef {
    let field = |field: &Field| ArrowField::new(&field.name, data_type(field), true);
    Arc::new(Schema::new(contract.fields.iter().map(field).collect::<Vec<_>>()))
}

impl Checker {
    /// The hash of the key of each row of a batch of accepted rows, as `CheckedBatch::key_hashes`.
    ///
    /// # Errors
    /// Where a column's type has no row form.
    pub fn key_hashes(&self, rows: &RecordBatch) -> Result<Vec<u128>, ArrowError> {
        self.key.hash(rows)
    }

    /// A checker for a file whose fields come from `origins`, one for each field of the contract.
    pub fn new(
        contract: Arc<Contract>,
        source: Option<&Source>,
        origins: &[FieldOrigin],
        setting: &Setting,
    ) -> Self {
        let readers = readers(&contract, source, origins, setting);
        // The project was validated when it was read; a correction that does not fit is passed
        // over.
        let corrections = correction::Compiled::new(&contract, setting).unwrap_or_default();
        let key = KeyColumns::new(&contract, |index| is_uniform(&readers, &corrections, index));
        Self {
            schema: arrow_schema(&contract),
            readers,
            key,
            contract,
            rules: setting.rules.clone(),
            corrections,
        }
    }

    /// Looks at all rows of a table that is checked in several batches: a column may contradict
    /// itself in any of them.
    pub fn look(&mut self, table: &RawBatch) {
        self.readers.iter_mut().for_each(|reader| reader.look(table));
    }

    /// Checks a batch.
    ///
    /// # Errors
    /// Only when a row rule cannot be evaluated at all, which is a fault of the contract and not of
    /// the data.
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
            None => Vec::new(),
        };
        let mut findings = Findings::default();
        findings.add_cells(&typed, &self.readers);
        findings.add_row_rules(&self.contract, &verdicts);
        let mut dropped = BTreeSet::new();
        for met in &corrections {
            match met.outcome {
                Outcome::Applied => {
                    let field = self.corrections.field_of(met.correction, &self.contract);
                    findings.flagged.push((met.row as u32, format!("corrected:{field}")));
                }
                Outcome::Dropped => {
                    dropped.insert(met.row);
                }
                Outcome::Stale | Outcome::Expired => {}
            }
        }
        findings.broken.retain(|(row, _)| !dropped.contains(&(*row as usize)));
        let mut checked = if findings.broken.is_empty() && dropped.is_empty() {
            accept_all(batch, all, findings)
        } else {
            self.separate(batch, &all, findings, &dropped)?
        };
        checked.key_hashes = self.key.hash(&checked.accepted)?;
        checked.corrections = corrections;
        Ok(checked)
    }

    /// Parts the rows that break a rule and those that a correction drops from the accepted ones.
    fn separate(
        &mut self,
        batch: &RawBatch,
        all: &RecordBatch,
        mut findings: Findings,
        dropped: &BTreeSet<usize>,
    ) -> Result<CheckedBatch, ArrowError> {
        // Stable: within a row the order stays fields first, then rules.
        findings.broken.sort_by_key(|(row, _)| *row);
        let mut rejections = Vec::new();
        for broken in findings.broken.chunk_by(|left, right| left.0 == right.0) {
            if let Some(found) = rejection(&self.contract, &mut self.readers, batch, broken) {
                let slice = slice_of(&self.contract, all, found.row);
                rejections.push(Rejection { slice, ..found });
            }
        }
        let mut is_accepted = vec![true; batch.len()];
        for row in rejections.iter().map(|rejection| rejection.row).chain(dropped.iter().copied()) {
            if let Some(slot) = is_accepted.get_mut(row) {
                *slot = false;
            }
        }
        let numbered = (0u32..).zip(batch.row_numbers()).zip(&is_accepted);
        let (rows, row_numbers) = numbered
            .filter(|(_, is_accepted)| **is_accepted)
            .map(|((row, number), _)| (row, *number))
            .unzip();
        let flags = flags_of(findings.flagged, &is_accepted);
        let accepted = self.filter(all, is_accepted)?;
        Ok(CheckedBatch {
            accepted,
            row_numbers,
            rows,
            key_hashes: Vec::new(),
            flags,
            rejections,
            corrections: Vec::new(),
        })
    }

    fn filter(&self, all: &RecordBatch, is_accepted: Vec<bool>) -> Result<RecordBatch, ArrowError> {
        let filter = FilterBuilder::new(&BooleanArray::from(is_accepted)).optimize().build();
        let columns = all.columns().iter().enumerate().map(|(index, column)| {
            // A filter of equal values is a shorter run of them.
            if is_uniform(&self.readers, &self.corrections, index) {
                Ok(column.slice(0, filter.count()))
            } else {
                filter.filter(column)
            }
        });
        RecordBatch::try_new(Arc::clone(&self.schema), columns.collect::<Result<_, _>>()?)
    }

    /// A rejection for an accepted row whose key stands twice, by the rule's code.
    pub fn reject_row(
        &self,
        row: usize,
        row_number: u64,
        rule: &str,
        detail: &str,
        row_json: String,
    ) -> Rejection {
        let first = self.key.first().and_then(|index| self.readers.get(index));
        let detail = if self.contract.is_restricted() { "" } else { detail };
        let message = row_message(rule, detail);
        Rejection {
            column: first.and_then(ColumnReader::column),
            field: Some(self.contract.primary_key.join(", ")),
            row_json,
            ..Rejection::new(row, row_number, &Rule::from_code(rule), message)
        }
    }

    /// A rejection for an accepted row whose file breaks a rule over its rows.
    pub fn reject_by_rule(
        row: usize,
        row_number: u64,
        rule: &ContractRule,
        value: Option<String>,
        row_json: String,
    ) -> Rejection {
        let reason = (rule.field.as_str(), rule.id.as_str(), rule.message());
        Self::reject_with(row, row_number, reason, value, row_json)
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
            field: Some(field.to_owned()),
            value,
            row_json,
            ..Rejection::new(row, row_number, &Rule::from_code(rule), message)
        }
    }

    /// Column of the batch that a field's cells come from.
    pub fn column_of(&self, field: &str) -> Option<usize> {
        self.contract
            .field_index(field)
            .and_then(|index| self.readers.get(index))
            .and_then(ColumnReader::column)
    }

    /// The fields whose value is the same in every accepted row, by their place in the contract,
    /// each as an array of one value.
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

/// Whether a field has one value in all rows of the file: no column holds it and no correction may
/// give it another value in some rows.
fn is_uniform(readers: &[ColumnReader], corrections: &correction::Compiled, index: usize) -> bool {
    readers.get(index).is_some_and(ColumnReader::is_constant) && !corrections.changes(index)
}

/// The batch without any rejection.
fn accept_all(batch: &RawBatch, all: RecordBatch, findings: Findings) -> CheckedBatch {
    let flagged = findings.flagged.into_iter();
    let mut flags: Vec<_> = flagged.map(|(row, flag)| (row as usize, flag)).collect();
    flags.sort();
    CheckedBatch {
        accepted: all,
        row_numbers: batch.row_numbers().to_vec(),
        rows: (0..batch.len() as u32).collect(),
        key_hashes: Vec::new(),
        flags,
        rejections: Vec::new(),
        corrections: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal::HashKey;
    use crate::raw::CellKind;
    use proptest::prelude::*;

    fn contract() -> Arc<Contract> {
        let document = serde_json::json!({
            "name": "t", "title": "T", "description": "",
            "fields": [
                {"name": "ticket", "type": "string", "title": "Tiket",
                 "constraints": {"required": true}},
                {"name": "net_ton", "type": "number", "title": "Neto",
                 "constraints": {"required": true, "minimum": 0}, "koridor": {"decimal": [10, 3]}},
                {"name": "day", "type": "date", "title": "Tanggal",
                 "koridor": {"not_in_future": true}},
                {"name": "plate", "type": "string", "title": "Pelat", "koridor": {"personal": true}}
            ],
            "primaryKey": ["ticket"],
            "koridor": {"title_en": "T", "dimension": "environment", "theme": "'t'",
                        "slice": {"region": "ticket"}}
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
        fn accepted_and_refused_add_up_for_any_cells(
            rows in prop::collection::vec(prop::array::uniform4("[ -~]{0,8}"), 0..40),
        ) {
            let borrowed: Vec<[&str; 4]> =
                rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
            let checked = checker().check(&batch(&borrowed)).unwrap();
            prop_assert_eq!(checked.accepted.num_rows() + checked.rejections.len(), rows.len());
            prop_assert_eq!(checked.accepted.num_rows(), checked.row_numbers.len());
            prop_assert_eq!(checked.accepted.num_rows(), checked.key_hashes.len());
        }
    }
}
