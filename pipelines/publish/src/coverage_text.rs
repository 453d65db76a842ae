//! How much of a value is there, in words; of one that is incomplete what is not complete.

use crate::error::PublishError;
use crate::table::{Record, Table};
use crate::words::Words;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use std::sync::Arc;

/// The column of values that says how much of them is there.
const COLUMN: &str = "coverage";

/// Flags that name parts which were not filed or do not count.
const MISSING: [&str; 6] =
    ["missing", "missing_class", "missing_cell", "missing_place", "missing_points", "left_out"];

/// A value as its release has it.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'value> {
    /// Region, or `CORR`.
    pub region: &'value str,
    /// State.
    pub state: &'value str,
    /// Coverage, such as `0/1 regencies, 12/12 periods (missing 1101)`.
    pub coverage: &'value str,
    /// Flags.
    pub flags: &'value str,
}

impl Words<'_> {
    /// How much of a value is there. Of one that is incomplete the periods that are not complete,
    /// by their names where those are given, else the parts that its flags say are missing: all of
    /// its periods may be there, each without a part. That a regency without a value lacks itself
    /// says nothing, and beside `12/12 periods` the contrary.
    pub fn coverage(&self, own: Covered<'_>, incomplete: &[String]) -> String {
        let periods = own.coverage.split(", ").find(|part| part.contains(" periods"));
        let lacks_itself = own.region != "CORR" && own.coverage.starts_with("0/1 ");
        let there = match periods.filter(|_| lacks_itself) {
            Some(periods) => periods.split_once(" (").map_or(periods, |(counts, _)| counts),
            None => own.coverage,
        };
        let there = self.text(there);
        if own.state != "incomplete" {
            return there;
        }
        let lacking = match incomplete {
            [] => self.missing_parts(own.flags),
            names => names.join(", "),
        };
        let not_complete = self.language.pick("tidak lengkap", "not complete");
        match lacking.as_str() {
            "" if is_whole(periods.unwrap_or_default()) => {
                let parts = self.language.pick("tidak semua bagiannya ada", "not all parts of it");
                format!("{there}, {parts}")
            }
            "" => there,
            lacking => format!("{there}, {not_complete}: {lacking}"),
        }
    }

    /// Values of a region with their coverage in words, in place of counts and codes.
    ///
    /// # Errors
    /// None in practice: a column of texts stands in the place of another.
    pub fn with_coverage(&self, region: &str, values: &Table) -> Result<Table, PublishError> {
        let Ok(place) = values.schema.index_of(COLUMN) else { return Ok(values.clone()) };
        let told = |row: Record<'_>| {
            let text = |name: &str| row.text_or_empty(name);
            let (state, coverage, flags) = (text("state"), text(COLUMN), text("flags"));
            let own = Covered { region, state: &state, coverage: &coverage, flags: &flags };
            self.coverage(own, &[])
        };
        let replaced = |at: usize, field: &Arc<Field>| match at == place {
            true => Arc::new(Field::new(COLUMN, DataType::Utf8, true)),
            false => Arc::clone(field),
        };
        let fields = values.schema.fields().iter().enumerate();
        let fields = fields.map(|(at, field)| replaced(at, field)).collect::<Vec<_>>();
        let schema = Arc::new(Schema::new(fields));
        let rows = values.rows.iter().map(|rows| {
            let texts = (0..rows.num_rows()).map(|row| told(Record::of(rows, row)));
            let texts: ArrayRef = Arc::new(StringArray::from_iter_values(texts));
            let mut columns = rows.columns().to_vec();
            if let Some(column) = columns.get_mut(place) {
                *column = texts;
            }
            Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
        });
        let rows = rows.collect::<Result<Vec<_>, PublishError>>()?;
        Ok(Table { schema, rows })
    }

    /// The parts that flags say are missing: `homestay`.
    fn missing_parts(&self, flags: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        for flag in self.each_flag(flags) {
            let Some((name, about)) = flag.split_once(": ") else { continue };
            let name = name.rsplit(' ').next().unwrap_or(name);
            let said = self.text(about);
            if MISSING.contains(&name) && !parts.contains(&said) {
                parts.push(said);
            }
        }
        parts.join(", ")
    }
}

/// Whether `12/12 periods` are all of them.
fn is_whole(periods: &str) -> bool {
    let counts = periods.split(' ').next().and_then(|own| own.split_once('/'));
    counts.is_some_and(|(there, all)| there == all)
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn all_periods_are_there_where_both_counts_are_the_same() {
        assert!(is_whole("3/3 periods") && is_whole("12/12 periods (missing 1101)"));
        assert!(!is_whole("2/3 periods") && !is_whole(""));
    }
}
