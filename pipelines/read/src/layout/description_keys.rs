//! The headers that a description names, in the form in which they are compared.

use super::band::Band;
use super::header_key::header_key;
use koridor_contract::Source;
use koridor_contract::source::Column;

/// A described column with the keys of its headers.
pub(super) struct ColumnKeys<'source> {
    pub(super) column: &'source Column,
    /// Key of each header.
    pub(super) headers: Vec<String>,
    /// Key of each header with each of the units that may stand behind it.
    with_units: Vec<String>,
}

impl<'source> ColumnKeys<'source> {
    fn of(column: &'source Column) -> Self {
        let headers: Vec<String> = column.header.iter().map(|header| header_key(header)).collect();
        let units: Vec<String> = column.units.keys().map(|unit| header_key(unit)).collect();
        let with_units = headers
            .iter()
            .flat_map(|header| units.iter().map(move |unit| format!("{header}{unit}")))
            .collect();
        Self { column, headers, with_units }
    }

    /// All keys by which the column is found, the most wanted first.
    pub(super) fn all(&self) -> impl Iterator<Item = &String> {
        self.headers.iter().chain(&self.with_units)
    }

    /// The column of the sheet that it is, by its header or by its header with a unit.
    pub(super) fn position(&self, band: &Band) -> Option<usize> {
        self.all().find_map(|key| band.position(key))
    }

    /// Whether its header stands in the band with one of its units.
    pub(super) fn has_unit(&self, band: &Band) -> bool {
        self.with_units.iter().any(|key| band.position(key).is_some())
    }
}

/// The columns of a description that a header must or may hold, in their order.
pub(super) fn column_keys(source: &Source) -> impl Iterator<Item = ColumnKeys<'_>> {
    source.headed().map(ColumnKeys::of)
}

/// Keys of all headers that a description names, for a column or beside one.
pub(super) fn named_keys(source: &Source) -> Vec<String> {
    let others = source.ignore_rows.iter().flat_map(|rule| &rule.column).chain(&source.header.has);
    let joined = source.columns.iter().flat_map(|column| &column.join);
    let beside = others.chain(joined).map(|header| header_key(header));
    let own = column_keys(source).flat_map(|keys| keys.all().cloned().collect::<Vec<_>>());
    beside.chain(own).collect()
}
