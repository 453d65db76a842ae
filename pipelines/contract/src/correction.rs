//! Applies corrections of known wrong values to typed rows.
//!
//! A correction is applied after typing and only while the row still holds the value that it
//! corrects: when the office has sent a better one, nothing is changed and the correction is
//! reported as stale.

use crate::cell::{CellFormat, Fault, FieldOrigin};
use crate::contract::Contract;
use crate::personal::Hasher;
use crate::raw::RawBatch;
use crate::rule::CellRule;
use crate::scrub;
pub use crate::setting::Correction;
use crate::setting::Setting;
use crate::typing::{ColumnReader, FileContext, Typed};
use arrow::array::{ArrayRef, BooleanArray, Scalar};
use arrow::compute::kernels::{cmp::not_distinct, zip::zip};
use arrow::compute::{and, or};
use arrow::error::ArrowError;
use std::sync::Arc;

/// What became of a correction on one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The value was replaced.
    Applied,
    /// The row was dropped.
    Dropped,
    /// The row holds another value than the one to correct: nothing is changed.
    Stale,
    /// The submission came after the correction's last day: nothing is changed.
    Expired,
}

impl Outcome {
    /// Its name in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Dropped => "dropped",
            Self::Stale => "stale",
            Self::Expired => "expired",
        }
    }
}

/// A correction that met its row.
#[derive(Debug, Clone)]
pub struct Use {
    /// Index into the setting's corrections.
    pub correction: usize,
    /// Row in the checked batch.
    pub row: usize,
    /// Row in the file, from 1.
    pub row_number: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// What the file says.
    pub found: String,
}

/// Corrections of one contract, ready to be applied to batches.
#[derive(Default)]
pub(crate) struct Compiled {
    corrections: Vec<One>,
}

struct One {
    index: usize,
    key: Vec<(usize, Scalar<ArrayRef>)>,
    field: usize,
    expected: ArrayRef,
    expected_text: String,
    value: Option<ArrayRef>,
    is_expired: bool,
}

/// The canonical text of a field as an array of one value: a personal one as its hash.
///
/// # Errors
/// Where it is no field of the contract, or no value of the field.
pub fn value(
    contract: &Contract,
    name: &str,
    text: &str,
    setting: &Setting,
) -> Result<(usize, ArrayRef), String> {
    let index = contract
        .field_index(name)
        .ok_or_else(|| format!("`{name}` is no field of {}", contract.name))?;
    let field = contract
        .fields
        .get(index)
        .ok_or_else(|| format!("`{name}` is no field of {}", contract.name))?;
    let file = FileContext {
        missing: Arc::default(),
        hasher: Hasher::new(&setting.hash_key),
        is_filed: true,
        now: i64::MAX,
    };
    let origin = match text {
        "" => FieldOrigin::Absent,
        text => FieldOrigin::Constant(text.to_owned()),
    };
    let mut row = RawBatch::typed(0);
    row.end_row(0);
    let typed =
        ColumnReader::new(field, origin, CellFormat::default(), setting.code_list(field), &file)
            .read(&row)
            .map_err(|error| error.to_string())?;
    match typed.faults.first().filter(|fault| fault.rule != CellRule::Required) {
        Some(fault) => Err(format!("`{text}` is no value of {name}: {}", fault.rule.code())),
        None => Ok((index, typed.array)),
    }
}

impl Compiled {
    /// Those of the setting's corrections that are of the contract's dataset.
    ///
    /// # Errors
    /// Names the correction, and what in it is no field or value of the contract.
    pub(crate) fn new(contract: &Contract, setting: &Setting) -> Result<Self, String> {
        let day = setting.now.div_euclid(86_400_000_000);
        let own = setting
            .corrections
            .iter()
            .enumerate()
            .filter(|(_, correction)| correction.dataset == contract.name);
        let compiled = own.map(|(index, correction)| {
            let key = correction.key.iter().map(|(name, text)| {
                let (field, value) = value(contract, name, text, setting)?;
                Ok((field, Scalar::new(value)))
            });
            // The wrong value may be one that cannot be typed at all.
            let field = contract
                .field_index(&correction.field)
                .ok_or_else(|| format!("`{}` is no field", correction.field))?;
            let empty = || value(contract, &correction.field, "", setting);
            let (_, expected) = value(contract, &correction.field, &correction.expected, setting)
                .or_else(|_| empty())?;
            let new = correction
                .value
                .as_ref()
                .map(|text| value(contract, &correction.field, text, setting))
                .transpose()?;
            Ok(One {
                index,
                key: key.collect::<Result<_, String>>()?,
                field,
                expected,
                expected_text: correction.expected.trim().to_owned(),
                value: new.map(|(_, value)| value),
                is_expired: correction.until.is_some_and(|until| day > i64::from(until)),
            })
        });
        let corrections = compiled.collect::<Result<Vec<_>, String>>()?;
        Ok(Self { corrections })
    }

    /// The field that a correction changes.
    pub(crate) fn field_of<'contract>(
        &self,
        correction: usize,
        contract: &'contract Contract,
    ) -> &'contract str {
        let field = self
            .corrections
            .iter()
            .find(|one| one.index == correction)
            .and_then(|one| contract.fields.get(one.field));
        field.map(|field| field.name.as_str()).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.corrections.is_empty()
    }

    /// Whether a field of the contract may change.
    pub(crate) fn changes(&self, field: usize) -> bool {
        self.corrections.iter().any(|one| one.field == field)
    }

    /// Applies the corrections to typed columns; faults of a corrected cell go. Returns those that
    /// met their row.
    pub(crate) fn apply(
        &self,
        batch: &RawBatch,
        typed: &mut [Typed],
        readers: &[ColumnReader],
    ) -> Result<Vec<Use>, ArrowError> {
        let mut uses = Vec::new();
        for one in &self.corrections {
            let mut hit = BooleanArray::from(vec![true; batch.len()]);
            for (field, wanted) in &one.key {
                let Some(column) = typed.get(*field) else { continue };
                hit = and(&hit, &not_distinct(&column.array, wanted)?)?;
            }
            if hit.true_count() == 0 {
                continue;
            }
            let (Some(column), Some(reader)) = (typed.get_mut(one.field), readers.get(one.field))
            else {
                continue;
            };
            let as_typed = not_distinct(&column.array, &Scalar::new(Arc::clone(&one.expected)))?;
            let has_fault =
                |row: usize| column.faults.iter().any(|fault| fault.row as usize == row);
            // An unreadable cell is null once typed: its text tells whether it is the wrong one.
            let as_text: BooleanArray = (0..batch.len())
                .map(|row| {
                    Some(
                        hit.value(row)
                            && has_fault(row)
                            && reader.raw(batch, row).trim() == one.expected_text,
                    )
                })
                .collect();
            let readable: BooleanArray = (0..batch.len())
                .map(|row| Some(!hit.value(row) || !has_fault(row) || one.expected_text.is_empty()))
                .collect();
            let guarded = and(&hit, &or(&and(&as_typed, &readable)?, &as_text)?)?;
            for row in (0..batch.len()).filter(|row| hit.value(*row)) {
                let outcome = match (guarded.value(row), one.is_expired, &one.value) {
                    (true, false, Some(_)) => Outcome::Applied,
                    (true, false, None) => Outcome::Dropped,
                    (true, true, _) => Outcome::Expired,
                    (false, ..) => Outcome::Stale,
                };
                uses.push(Use {
                    correction: one.index,
                    row,
                    row_number: batch.row_number(row),
                    outcome,
                    found: if reader.field().koridor.personal {
                        String::new()
                    } else {
                        scrub::cell(&reader.raw(batch, row)).into_owned()
                    },
                });
            }
            if let (Some(value), false) = (&one.value, one.is_expired) {
                column.array = zip(&guarded, &Scalar::new(Arc::clone(value)), &column.array)?;
                column.faults.retain(|fault: &Fault| !guarded.value(fault.row as usize));
                column.rounded.retain(|row| !guarded.value(*row as usize));
                column.masked.retain(|row| !guarded.value(*row as usize));
            }
        }
        Ok(uses)
    }
}

/// Whether a correction fits its contract.
///
/// # Errors
/// What in it is no field or value of the contract.
pub fn validate(contract: &Contract, setting: &Setting) -> Result<(), String> {
    Compiled::new(contract, setting).map(|_| ())
}
