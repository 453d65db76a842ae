//! What the accepted rows of a file add up to, for the verdict on it.

use crate::error::LakeError;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Decimal128Type};
use koridor_contract::Contract;
use koridor_read::check::{CheckedRows, SliceCount, SliceKey};
use std::collections::BTreeMap;

/// Digits of a sum behind the decimal mark.
const SCALE: i8 = 6;

/// The code of all parts together.
const TOTAL: &str = "total";

/// What the accepted rows of a file would give.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// What they say something about.
    pub slices: Vec<SliceKey>,
    /// Sums in millionths, by the kind of theme (what stands before its first colon) and field. A
    /// field without a value has none.
    pub sums: BTreeMap<(String, String), i128>,
    /// Rows by their status.
    pub statuses: BTreeMap<String, u64>,
}

/// Sums of fields over the accepted rows of a file, by slice, in millionths: whole numbers, so that
/// the order of the rows does not matter.
pub(super) struct SliceSums {
    fields: Vec<String>,
    /// By the number of a slice within the file, a sum a field.
    by_slice: Vec<Vec<Option<i128>>>,
}

impl SliceSums {
    pub(super) fn of(fields: Vec<String>) -> Self {
        Self { fields, by_slice: Vec::new() }
    }

    /// Adds a run of rows.
    pub(super) fn add(&mut self, checked: &CheckedRows) -> Result<(), LakeError> {
        self.add_where(checked, |_| true)
    }

    /// Adds some rows of a run.
    fn add_where(
        &mut self,
        checked: &CheckedRows,
        is_meant: impl Fn(usize) -> bool,
    ) -> Result<(), LakeError> {
        let slices = checked.slice_numbers.iter().map(|slice| *slice as usize);
        let count = slices.clone().max().map_or(0, |last| last + 1);
        if self.by_slice.len() < count {
            self.by_slice.resize(count, vec![None; self.fields.len()]);
        }
        for (place, name) in self.fields.iter().enumerate() {
            let Some(column) = checked.accepted.column_by_name(name) else { continue };
            let values = arrow::compute::cast(
                column,
                &DataType::Decimal128(DECIMAL128_MAX_PRECISION, SCALE),
            )?;
            let values = values.as_primitive::<Decimal128Type>();
            let is_added = |row: usize| values.is_valid(row) && is_meant(row);
            for (row, slice) in slices.clone().enumerate().filter(|(row, _)| is_added(*row)) {
                let sum = self.by_slice.get_mut(slice).and_then(|sums| sums.get_mut(place));
                if let Some(sum) = sum {
                    *sum = Some(sum.unwrap_or_default() + values.value(row));
                }
            }
        }
        Ok(())
    }

    /// The fields with their sums over a slice; a field without a value has none.
    pub(super) fn of_slice(&self, number: u32) -> impl Iterator<Item = (&str, i128)> {
        let sums = self.by_slice.get(number as usize).into_iter().flatten();
        let fields = self.fields.iter().map(String::as_str);
        fields.zip(sums).filter_map(|(field, sum)| Some((field, (*sum)?)))
    }
}

/// The figures of a file while its rows come.
pub(super) struct FigureSums {
    /// Of the rows of parts: a market, a class.
    sums: SliceSums,
    /// Of the rows of all parts together, where a slice has no others.
    totals: SliceSums,
    /// Fields of the key by which a row is of all parts.
    parted: Vec<String>,
    statuses: BTreeMap<String, u64>,
}

impl FigureSums {
    pub(super) fn of(contract: &Contract) -> Self {
        let is_summed = |field: &&koridor_contract::Field| {
            field.is_additive() && !contract.primary_key.contains(&field.name)
        };
        let fields = contract.own_fields().iter().filter(is_summed);
        let fields: Vec<String> = fields.map(|field| field.name.clone()).collect();
        let is_parted = |field: &&koridor_contract::Field| {
            field.koridor.codes.is_some() && contract.primary_key.contains(&field.name)
        };
        let parted = contract.own_fields().iter().filter(is_parted);
        Self {
            parted: parted.map(|field| field.name.clone()).collect(),
            totals: SliceSums::of(fields.clone()),
            sums: SliceSums::of(fields),
            statuses: BTreeMap::new(),
        }
    }

    /// Adds a run of rows.
    pub(super) fn add(&mut self, checked: &CheckedRows) -> Result<(), LakeError> {
        if let Some(statuses) = checked.accepted.column_by_name("obs_status") {
            for status in statuses.as_string::<i32>().iter().flatten() {
                *self.statuses.entry(status.to_owned()).or_default() += 1;
            }
        }
        let parted = self
            .parted
            .iter()
            .filter_map(|name| checked.accepted.column_by_name(name)?.as_string_opt::<i32>());
        let parted: Vec<_> = parted.collect();
        let is_total = |row: usize| {
            parted.iter().any(|codes| codes.is_valid(row) && codes.value(row) == TOTAL)
        };
        self.totals.add_where(checked, is_total)?;
        self.sums.add_where(checked, |row| !is_total(row))
    }

    /// The figures, with the slices as the check counted them.
    pub(super) fn finish(self, slices: &BTreeMap<SliceKey, SliceCount>) -> Figures {
        let mut sums = BTreeMap::new();
        for (key, count) in slices {
            let kind = key.theme.split(':').next().unwrap_or_default();
            // Parts are not added to their total; where one is not filed, the total is more.
            let mut own: BTreeMap<&str, i128> = self.totals.of_slice(count.number).collect();
            for (field, sum) in self.sums.of_slice(count.number) {
                let known = own.entry(field).or_insert(sum);
                *known = sum.max(*known);
            }
            for (field, sum) in own {
                *sums.entry((kind.to_owned(), field.to_owned())).or_default() += sum;
            }
        }
        Figures { slices: slices.keys().cloned().collect(), sums, statuses: self.statuses }
    }
}
