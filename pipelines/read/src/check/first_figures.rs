//! The figures of the first row of each key, against which a later row of the key is told to hold
//! the same or others.

use super::keys::ShortHash;
use crate::error::ReadError;
use arrow::array::{ArrayRef, RecordBatch};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
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
        (rows, keys): (&RecordBatch, Vec<ShortHash>),
        refused: &[(usize, &'static str)],
        rejections: &mut [Rejection],
    ) -> Result<(), ReadError> {
        if contract.is_restricted() || (self.known.len() >= MOST && refused.is_empty()) {
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
        // A row that two rules refuse is refused once.
        let mut seen = None;
        let once = refused.iter().filter(|(row, _)| seen.replace(*row) != Some(*row));
        let mut twice = once.zip(rejections).peekable();
        for (row, (key, figures)) in keys.into_iter().zip(hash_rows(&columns)?).enumerate() {
            let figures = figures as u32;
            let own = twice.next_if(|((refused, _), _)| *refused == row);
            let is_full = self.known.len() >= MOST;
            match (self.known.entry(key), own) {
                (Entry::Vacant(entry), _) if !is_full => {
                    entry.insert(figures);
                }
                (Entry::Occupied(entry), Some(((_, rule), rejection)))
                    if *rule == RecordRule::DuplicateKey.code() =>
                {
                    add(rejection, *entry.get() == figures, has_numbers);
                }
                _ => {}
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
