//! What the accepted rows of a file add up to, for the verdict on it.

use crate::error::LakeError;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use koridor_contract::Contract;
use koridor_read::check::{CheckedRows, SliceCount, SliceKey};
use std::collections::BTreeMap;

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

/// The figures of a file while its rows come.
pub(super) struct FigureSums {
    fields: Vec<String>,
    /// By the number of a slice within the file, a sum a field.
    by_slice: Vec<Vec<Option<i128>>>,
    statuses: BTreeMap<String, u64>,
}

impl FigureSums {
    pub(super) fn of(contract: &Contract) -> Self {
        let is_summed = |field: &&koridor_contract::Field| {
            field.is_additive() && !contract.primary_key.contains(&field.name)
        };
        let fields = contract.own_fields().iter().filter(is_summed);
        Self {
            fields: fields.map(|field| field.name.clone()).collect(),
            by_slice: Vec::new(),
            statuses: BTreeMap::new(),
        }
    }

    /// Adds a run of rows.
    pub(super) fn add(&mut self, checked: &CheckedRows) -> Result<(), LakeError> {
        let rows = &checked.accepted;
        if let Some(statuses) = rows.column_by_name("obs_status") {
            for status in statuses.as_string::<i32>().iter().flatten() {
                *self.statuses.entry(status.to_owned()).or_default() += 1;
            }
        }
        let slices = checked.slice_numbers.iter().map(|slice| *slice as usize);
        let count = slices.clone().max().map_or(0, |last| last + 1);
        if self.by_slice.len() < count {
            self.by_slice.resize(count, vec![None; self.fields.len()]);
        }
        for (place, name) in self.fields.iter().enumerate() {
            let Some(column) = rows.column_by_name(name) else { continue };
            let (values, scale) = match column.data_type() {
                DataType::Decimal128(_, scale) => (std::sync::Arc::clone(column), *scale),
                _ => (arrow::compute::cast(column, &DataType::Int64)?, 0),
            };
            for (row, slice) in slices.clone().enumerate().filter(|(row, _)| values.is_valid(*row))
            {
                let value = match values.data_type() {
                    DataType::Int64 => i128::from(values.as_primitive::<Int64Type>().value(row)),
                    _ => values.as_primitive::<Decimal128Type>().value(row),
                };
                let millionths = value * 10i128.pow(u32::from(6u8.saturating_sub(scale as u8)));
                let sum = self.by_slice.get_mut(slice).and_then(|sums| sums.get_mut(place));
                if let Some(sum) = sum {
                    *sum = Some(sum.unwrap_or_default() + millionths);
                }
            }
        }
        Ok(())
    }

    /// The figures, with the slices as the check counted them.
    pub(super) fn finish(self, slices: &BTreeMap<SliceKey, SliceCount>) -> Figures {
        let mut sums = BTreeMap::new();
        for (key, count) in slices {
            let kind = key.theme.split(':').next().unwrap_or_default();
            let own = self.by_slice.get(count.number as usize).into_iter().flatten();
            for (field, sum) in self.fields.iter().zip(own) {
                if let Some(sum) = sum {
                    *sums.entry((kind.to_owned(), field.clone())).or_default() += sum;
                }
            }
        }
        Figures { slices: slices.keys().cloned().collect(), sums, statuses: self.statuses }
    }
}
