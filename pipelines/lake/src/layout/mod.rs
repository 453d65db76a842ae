//! From a sheet's cells to rows of a contract's fields, as a source description says.
//!
//! Knows no types: what a cell means is the contract's part. `turned` is a sheet whose fields are listed below each other, `tables` parts a
//! sheet that holds several; of a table `header` finds the band and `units` its units, `rows` tells data from titles, totals and notes (by
//! their `words`), `across` parts what runs across, `totals` compares sums.

mod across;
mod header;
mod rows;
pub(crate) mod tables;
pub mod totals;
pub(crate) mod turned;
pub(crate) mod units;
mod words;

use crate::readers::{Refusal, Sheet};
pub(crate) use header::band_labels;
pub use header::{Found, canonical, find_header, header_key};
use koridor_contract::check::FieldOrigin;
use koridor_contract::contract::PeriodType;
use koridor_contract::date::DateFormat;
use koridor_contract::source::{Context, Place};
use koridor_contract::{Contract, RawBatch, Source};
pub use rows::lay_out;
use std::collections::BTreeMap;
use totals::TotalCheck;
pub use turned::turned;
pub use units::with_units;
pub use words::is_total;
pub(crate) use words::{is_figure, is_numbering};

/// What is said of a file besides its cells.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Name of the file.
    pub file_name: String,
    /// Values of fields that the file itself does not carry: `source_id`, `release_date`, a region.
    pub constants: BTreeMap<String, String>,
}

/// A sheet laid out as rows of fields.
#[derive(Debug)]
pub struct Laid {
    /// Sheet name.
    pub sheet: String,
    /// Rows, one column a field that the sheet carries.
    pub rows: RawBatch,
    /// Where each field of the contract comes from.
    pub origins: Vec<FieldOrigin>,
    /// Column of the sheet for each column of `rows`, where it is the same in every row.
    pub sheet_columns: Vec<Option<usize>>,
    /// Of columns that run across: for each record that a row of the sheet becomes, the column of the sheet for each column of `rows`.
    pub record_columns: Vec<Vec<Option<usize>>>,
    /// What the header says of each of these records.
    pub record_labels: Vec<String>,
    /// Which of these records a row is; empty where nothing runs across.
    pub records: Vec<u32>,
    /// Rows that are not data, by reason.
    pub ignored: BTreeMap<String, u64>,
    /// Totals that differ from the rows they sum.
    pub totals: Vec<TotalCheck>,
}

impl Laid {
    /// Column of the sheet that a cell came from: one that runs across stands in the column of its own record.
    pub fn sheet_column(&self, row: usize, column: Option<usize>) -> Option<usize> {
        let record =
            self.records.get(row).and_then(|record| self.record_columns.get(*record as usize));
        let across = record.and_then(|columns| match column {
            Some(column) => columns.get(column).copied().flatten(),
            None => None,
        });
        let own = column.and_then(|column| self.sheet_columns.get(column).copied().flatten());
        // A fault of a header's part is shown at the first value below it.
        across
            .or(own)
            .or_else(|| record.and_then(|columns| columns.iter().flatten().next().copied()))
    }
}

/// Where a field comes from that the sheet does not carry.
pub fn constant(
    field: &str,
    source: &Source,
    context: &[(String, String)],
    given: &Given,
    contract: &Contract,
) -> FieldOrigin {
    if let Some(value) = source.constants.get(field) {
        return FieldOrigin::Constant(value.clone());
    }
    if let Some((_, value)) = context.iter().find(|(name, _)| name == field) {
        let tail = context.iter().find(|(name, _)| name.strip_prefix("join:") == Some(field));
        return FieldOrigin::Constant(
            tail.map_or_else(|| value.clone(), |(_, tail)| format!("{value} {tail}")),
        );
    }
    if let Some(value) = given.constants.get(field) {
        return FieldOrigin::Constant(value.clone());
    }
    match field {
        "period_type" => {
            FieldOrigin::Constant(default_period(source, contract).as_str().to_owned())
        }
        "obs_status" => FieldOrigin::Constant("final".to_owned()),
        _ => FieldOrigin::Absent,
    }
}

/// The period type of rows that name none: the contract's first; a year where periods are written as years alone.
fn default_period(source: &Source, contract: &Contract) -> PeriodType {
    let first = contract.koridor.period_types.first().copied().unwrap_or(PeriodType::M);
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
    let described = source.columns.iter().find(|column| Some(&column.field) == period);
    let dates = described.and_then(|column| column.dates).unwrap_or(source.dates);
    let years = dates == DateFormat::Year && contract.koridor.period_types.contains(&PeriodType::Y);
    if years { PeriodType::Y } else { first }
}

/// Values that stand around the table, and constants that are joined to a column's text.
pub fn context(
    sheet: &Sheet,
    source: &Source,
    contract: &Contract,
    given: &Given,
    header_row: usize,
) -> Result<Vec<(String, String)>, Refusal> {
    let joined = source.constants.iter().filter(|(name, _)| name.starts_with("join:"));
    let joined = joined.map(|(name, value)| Ok((name.clone(), value.clone())));
    source
        .context
        .iter()
        .map(|Context { field, from, pattern }| {
            // Validated when the description was read.
            let pattern = regex::Regex::new(pattern).map_err(|error| {
                Refusal::new("bad_pattern", error.to_string(), error.to_string())
            })?;
            let first = |text: &str| {
                pattern
                    .captures(text)
                    .and_then(|groups| groups.get(1))
                    .map(|group| group.as_str().to_owned())
            };
            let value = match from {
                Place::File => first(&given.file_name),
                Place::Sheet => first(&sheet.name),
                Place::Title => {
                    let own = (0..header_row).find_map(|row| {
                        (0..sheet.cells.width())
                            .find_map(|column| first(sheet.cells.text(row, column)))
                    });
                    // A year above all tables holds for each; a place belongs to its own table.
                    let is_place = contract
                        .fields
                        .iter()
                        .any(|own| own.name == *field && own.koridor.codes.is_some());
                    let is_above = sheet.addresses.is_turned() || !is_place;
                    own.or_else(|| {
                        sheet.titles.iter().filter(|_| is_above).find_map(|title| first(title))
                    })
                }
            };
            value.map(|value| (field.clone(), value)).ok_or_else(|| {
                let place = match from {
                    Place::File => ("nama berkas", "the file's name"),
                    Place::Sheet => ("nama lembar", "the sheet's name"),
                    Place::Title => ("judul di atas tabel", "the title above the table"),
                };
                Refusal::new(
                    "no_context",
                    format!(
                        "nilai \"{}\" tidak ditemukan pada {}",
                        field.trim_start_matches("join:"),
                        place.0
                    ),
                    format!(
                        "the value of `{}` was not found in {}",
                        field.trim_start_matches("join:"),
                        place.1
                    ),
                )
            })
        })
        .chain(joined)
        .collect()
}
