//! The figures of the first row of each key, against which a later row of the key is told to hold
//! the same or others.

use super::keys::{ShortHash, short_hash};
use crate::error::ReadError;
use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::take;
use hashbrown::HashMap;
use koridor_contract::check::hash_rows;
use koridor_contract::{Contract, Field, FieldType, RecordRule, Rejection};

/// Most keys whose figures are kept: of a larger file nothing is told of keys that come later.
const MOST: usize = (1 << 17) / 8 * 7;

/// Figures by key, both as hashes.
#[derive(Default)]
pub(super) struct FirstFigures {
    known: HashMap<ShortHash, u32>,
}

impl FirstFigures {
    /// Adds the keys of a batch, and says of its rows whose key stood in the file before whether
    /// their figures differ. `refused` are the rows that are refused for their keys, with the rules
    /// and the refusals.
    pub(super) fn tell(
        &mut self,
        contract: &Contract,
        (rows, keys): (&RecordBatch, &[u128]),
        refused: &[(usize, &'static str)],
        rejections: &mut [Rejection],
    ) -> Result<(), ReadError> {
        let is_full = self.known.len() >= MOST;
        if contract.is_restricted() || (is_full && refused.is_empty()) {
            return Ok(());
        }
        let fields: Vec<&Field> = contract.own_fields().iter().collect();
        let is_key = |field: &Field| contract.primary_key.contains(&field.name);
        let is_number =
            |field: &Field| matches!(field.field_type, FieldType::Integer | FieldType::Number);
        let others = fields.iter().copied().filter(|field| !is_key(field));
        let numbers: Vec<&Field> = others.clone().filter(|field| is_number(field)).collect();
        let has_numbers = !numbers.is_empty();
        let told = if has_numbers { numbers } else { others.collect() };
        let columns = told.into_iter().filter_map(|field| rows.column_by_name(&field.name));
        let columns: Vec<ArrayRef> = columns.cloned().collect();
        if columns.is_empty() {
            return Ok(());
        }
        if !is_full {
            for (key, figures) in keys.iter().zip(hash_rows(&columns)?) {
                if self.known.len() < MOST {
                    self.known.entry(short_hash(*key)).or_insert(figures as u32);
                }
            }
        }
        // A row that two rules refuse is refused once. Few are: the figures of these alone.
        let mut seen = None;
        let once = refused.iter().filter(|(row, _)| seen.replace(*row) != Some(*row));
        let once: Vec<(usize, &str)> = once.copied().collect();
        let places: UInt32Array = once.iter().map(|(row, _)| *row as u32).collect();
        let own = columns.iter().map(|column| take(column, &places, None));
        let figures = hash_rows(&own.collect::<Result<Vec<_>, _>>()?)?;
        for (((row, rule), rejection), figures) in once.iter().zip(rejections).zip(figures) {
            let first = keys.get(*row).and_then(|key| self.known.get(&short_hash(*key)));
            if let Some(first) = first.filter(|_| *rule == RecordRule::DuplicateKey.code()) {
                add(rejection, *first == figures as u32, has_numbers);
            }
        }
        Ok(())
    }
}

/// Adds to a refusal what a row holds against the first of its key.
fn add(rejection: &mut Rejection, is_same: bool, has_numbers: bool) {
    let (id, en) = match (has_numbers, is_same) {
        (true, true) => ("angkanya sama", "its figures are the same"),
        (true, false) => ("angkanya berbeda", "its figures differ"),
        (false, true) => ("isinya sama", "the rest of it is the same"),
        (false, false) => ("isinya berbeda", "the rest of it differs"),
    };
    rejection.message.id.push_str(&format!("; {id}"));
    rejection.message.en.push_str(&format!("; {en}"));
}
