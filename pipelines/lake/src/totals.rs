//! Total rows of a sheet, compared with the rows they sum.

use crate::layout;
use koridor_contract::check::FieldOrigin;
use koridor_contract::message::Message;
use koridor_contract::{CellKind, Contract, RawBatch};
use std::collections::BTreeMap;

/// A comparison of a total row with the rows it sums.
#[derive(Debug, Clone)]
pub struct TotalCheck {
    /// Field.
    pub field: String,
    /// Cell of the total.
    pub cell: String,
    /// What the file says.
    pub stated: String,
    /// What its rows add up to.
    pub summed: String,
}

impl TotalCheck {
    /// Both figures in words.
    pub fn message(&self) -> Message {
        let Self { field, cell, stated, summed } = self;
        Message {
            id: format!("{cell}: total {field} tertulis {stated}, jumlah barisnya {summed}"),
            en: format!("{cell}: total of {field} says {stated}, its rows add up to {summed}"),
        }
    }
}

/// Sums of number columns, for comparing with total rows.
pub(crate) struct Sums {
    /// By field index, in millionths: the sum since the last total row, and since the beginning.
    running: BTreeMap<usize, (i128, i128)>,
    /// The sums at each total row.
    at: Vec<BTreeMap<usize, (i128, i128)>>,
    stops: Vec<usize>,
}

impl Sums {
    pub(crate) fn new(contract: &Contract, totals: &[layout::TotalRow]) -> Self {
        use koridor_contract::FieldType::{Integer, Number};
        let fields = totals.iter().flat_map(|total| &total.cells).map(|(index, ..)| *index);
        let numeric = fields.filter(|index| contract.fields.get(*index).is_some_and(|field| matches!(field.field_type, Integer | Number)));
        Self {
            running: numeric.map(|index| (index, (0, 0))).collect(),
            at: Vec::new(),
            stops: totals.iter().map(|total| total.after).collect(),
        }
    }

    pub(crate) fn add(&mut self, rows: &RawBatch, start: usize, end: usize, source: &koridor_contract::Source, origins: &[FieldOrigin]) {
        if self.running.is_empty() {
            return;
        }
        for row in start..=end {
            while self.stops.get(self.at.len()).is_some_and(|stop| *stop == row) {
                self.at.push(self.running.clone());
                // The rows after a total belong to the next one.
                self.running.values_mut().for_each(|sums| sums.0 = 0);
            }
            if row == end {
                break;
            }
            for (index, sum) in &mut self.running {
                if let Some(FieldOrigin::Column(column)) = origins.get(*index) {
                    let value = millionths(rows.text(row, *column), rows.kind(row, *column), source).unwrap_or_default();
                    *sum = (sum.0 + value, sum.1 + value);
                }
            }
        }
    }

    pub(crate) fn compare(
        &self,
        totals: &[layout::TotalRow],
        contract: &Contract,
        sheet: &str,
        source: &koridor_contract::Source,
    ) -> Vec<TotalCheck> {
        let mut found = Vec::new();
        for (total, sums) in totals.iter().zip(&self.at) {
            for (index, text, kind) in &total.cells {
                let (Some(sum), Some(stated), Some(field)) =
                    (sums.get(index), millionths(text, *kind, source), contract.fields.get(*index))
                else {
                    continue;
                };
                // A unit in the last place each way, for figures that were rounded before they were added.
                // A grand total sums everything, a subtotal the rows since the last one.
                if (stated - sum.0).abs() > 1_000 && (stated - sum.1).abs() > 1_000 {
                    let place = if sheet.is_empty() { String::new() } else { format!("{sheet}!") };
                    found.push(TotalCheck {
                        field: field.name.clone(),
                        cell: format!("{place}row {}", total.row_number),
                        stated: text.clone(),
                        summed: decimal_text(sum.0),
                    });
                }
            }
        }
        found
    }
}

fn millionths(text: &str, kind: CellKind, source: &koridor_contract::Source) -> Option<i128> {
    let parsed = match kind {
        CellKind::Number => koridor_contract::number::parse_native(text.as_bytes(), 6),
        _ => koridor_contract::number::parse_decimal(text.as_bytes(), source.numbers, 6),
    };
    parsed.ok().map(|decimal| i128::from(decimal.mantissa))
}

fn decimal_text(millionths: i128) -> String {
    let text = format!("{}.{:06}", millionths / 1_000_000, (millionths % 1_000_000).abs());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
