//! Numbers of values with what disclosure control asks about each (`sql/rollup/9_disclosure.sql`),
//! and what was withheld, as rows.

use super::problem::Reason;
use crate::error::PublishError;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Float64Type};
use koridor_lake::engine::plain_texts;

/// The key of a value within its release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Indicator.
    pub indicator: String,
    /// Region, or `CORR`.
    pub region: String,
    /// `M`, `Q` or `Y`.
    pub grain: String,
    /// First day, days since 1970-01-01.
    pub period: i32,
    /// Second key; empty for none.
    pub breakdown: String,
}

/// One number of a value.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    /// The release whose build computed it; empty for the one that is being built.
    pub(super) computed_in: String,
    pub(super) key: Key,
    /// `numerator`, `denominator`, or `value` of a card that follows others.
    pub(super) side: String,
    /// Regions that are not in a number of several.
    pub(super) missing_regions: String,
    pub(super) amount: f64,
    pub(super) respondents: Option<f64>,
    pub(super) small_count: Option<f64>,
    pub(super) percent: f64,
    pub(super) least_respondents: f64,
    pub(super) primary: Option<Reason>,
}

/// A number of a value that is not published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Withheld {
    /// The value.
    pub key: Key,
    /// Its side: `numerator`, `denominator`, or `value`.
    pub side: String,
    /// Why.
    pub reason: Reason,
}

/// The columns of a batch by name.
struct Columns<'batch> {
    rows: &'batch RecordBatch,
}

impl Columns<'_> {
    fn column(&self, name: &str) -> Result<&arrow::array::ArrayRef, PublishError> {
        let found = self.rows.column_by_name(name);
        found.ok_or_else(|| PublishError::Internal(format!("disclosure rows have no {name}")))
    }

    fn text(&self, name: &str, row: usize) -> Result<String, PublishError> {
        let column = self.column(name)?.as_string::<i32>();
        Ok(if column.is_valid(row) { column.value(row).to_owned() } else { String::new() })
    }

    fn number(&self, name: &str, row: usize) -> Result<Option<f64>, PublishError> {
        let column = self.column(name)?.as_primitive::<Float64Type>();
        Ok(column.is_valid(row).then(|| column.value(row)))
    }

    fn key(&self, row: usize) -> Result<Key, PublishError> {
        Ok(Key {
            indicator: self.text("indicator_id", row)?,
            region: self.text("region_code", row)?,
            grain: self.text("grain", row)?,
            period: self.column("period")?.as_primitive::<Date32Type>().value(row),
            breakdown: self.text("breakdown", row)?,
        })
    }
}

/// The keys of values, in their order.
pub(super) fn keys(rows: &RecordBatch) -> Result<Vec<Key>, PublishError> {
    let rows = plain_texts(rows)?;
    let columns = Columns { rows: &rows };
    (0..rows.num_rows()).map(|row| columns.key(row)).collect()
}

/// Facts of batches; those of a build name no release.
pub(super) fn facts(batches: &[RecordBatch]) -> Result<Vec<Fact>, PublishError> {
    let mut facts = Vec::new();
    for rows in batches {
        let rows = plain_texts(rows)?;
        let columns = Columns { rows: &rows };
        let has_release = rows.column_by_name("release_id").is_some();
        for row in 0..rows.num_rows() {
            let Some(amount) = columns.number("amount", row)? else { continue };
            let computed_in =
                if has_release { columns.text("release_id", row)? } else { String::new() };
            facts.push(Fact {
                computed_in,
                key: columns.key(row)?,
                side: columns.text("side", row)?,
                missing_regions: columns.text("missing_regions", row)?,
                amount,
                respondents: columns.number("respondents", row)?,
                small_count: columns.number("small_count", row)?,
                percent: columns.number("percent", row)?.unwrap_or_default(),
                least_respondents: columns.number("least_respondents", row)?.unwrap_or_default(),
                primary: Reason::of(&columns.text("reason", row)?),
            });
        }
    }
    Ok(facts)
}

/// What each build withheld, with the release that decided it.
pub(super) fn withheld(batches: &[RecordBatch]) -> Result<Vec<(String, Withheld)>, PublishError> {
    let mut withheld = Vec::new();
    for rows in batches {
        let rows = plain_texts(rows)?;
        let columns = Columns { rows: &rows };
        for row in 0..rows.num_rows() {
            let reason = Reason::of(&columns.text("reason", row)?).unwrap_or(Reason::Secondary);
            let (key, side) = (columns.key(row)?, columns.text("side", row)?);
            let decided_in = columns.text("release_id", row)?;
            withheld.push((decided_in, Withheld { key, side, reason }));
        }
    }
    Ok(withheld)
}
