//! Columns that name the unit of each row's figures and that the description does not name.

use super::description_keys::named_keys;
use super::found::Found;
use super::header_key::header_key;
use super::labels::is_figure;
use super::part_columns::time_of_rows;
use super::unit_beside::HEADERS;
use super::unit_names::{Time, factor, is_by_other_time, is_mass, measures_other};
use koridor_contract::source::Format;
use koridor_contract::{Contract, Field, RawBatch, Source};

/// The columns of units of a sheet: one for all figures, or one behind each.
pub(super) struct UnitColumn {
    columns: Vec<OwnColumn>,
    /// The units in which the sheet's figures are read.
    wanted: Vec<String>,
    /// The time that a unit may be by.
    time: Option<Time>,
}

/// One column of units.
struct OwnColumn {
    column: usize,
    header: String,
    /// The column to its left, where that is not read: the units may be those of its figures.
    unread: Option<usize>,
}

impl UnitColumn {
    /// Those of a sheet; `None` where it has none, or where no field that it holds has a unit.
    pub(super) fn of(source: &Source, contract: &Contract, found: &Found) -> Option<Self> {
        // A response says once for all rows in which unit they are.
        if source.format == Some(Format::BpsWebapi) {
            return None;
        }
        let named = named_keys(source);
        let labels: Vec<String> = found.labels.iter().map(|parts| parts.join(" ")).collect();
        let is_read = |column: usize| found.columns.contains(&Some(column));
        let is_own = |(column, label): &(usize, &String)| {
            let key = header_key(label);
            HEADERS.contains(&key.as_str()) && !is_read(*column) && !named.contains(&key)
        };
        let columns = labels.iter().enumerate().filter(is_own).map(|(column, header)| OwnColumn {
            column,
            header: header.trim().to_owned(),
            unread: column
                .checked_sub(1)
                .filter(|left| source.unpivot.is_none() && !is_read(*left)),
        });
        let columns: Vec<OwnColumn> = columns.collect();
        if columns.is_empty() {
            return None;
        }
        let unpivoted: Vec<&str> =
            source.unpivot.iter().flat_map(|unpivot| unpivot.values()).collect();
        let fields =
            contract.fields.iter().zip(&found.columns).filter(|(field, column)| {
                column.is_some() || unpivoted.contains(&field.name.as_str())
            });
        let mut wanted: Vec<String> =
            fields.filter_map(|(field, _)| unit_of_figures(source, field)).collect();
        wanted.sort();
        wanted.dedup();
        let time = time_of_rows(source, contract);
        (!wanted.is_empty()).then_some(Self { columns, wanted, time })
    }

    /// What a row says that its unit is, where that is none in which the figures are read.
    pub(super) fn other(&self, cells: &RawBatch, row: usize) -> Option<String> {
        let other = self.columns.iter().find(|own| self.is_other(own, cells, row))?;
        let text = cells.text(row, other.column).trim();
        Some(format!("{}: {text} / {}", other.header, self.wanted.join(", ")))
    }

    /// Whether the cell of a row names a unit in which none of the figures is read. A word that is
    /// no unit does not.
    fn is_other(&self, own: &OwnColumn, cells: &RawBatch, row: usize) -> bool {
        let text = cells.text(row, own.column).trim().trim_matches(['(', ')', '[', ']', '*', '.']);
        let is_wanted = |wanted: &String| {
            factor(text, wanted) == Some("1") && !is_by_other_time(text, wanted, self.time)
        };
        if text.is_empty() || self.wanted.iter().any(is_wanted) {
            return false;
        }
        let mut wanted = self.wanted.iter();
        let is_near = wanted
            .any(|wanted| factor(text, wanted).is_some() || (is_mass(text) && is_mass(wanted)));
        let is_of_other_kind =
            || is_mass(text) || self.wanted.iter().all(|wanted| measures_other(text, wanted));
        // Persons behind a count of persons that nobody reads are no unit of the tonnes.
        let is_of_unread = || own.unread.is_some_and(|left| is_figure(cells, row, left));
        is_near || (is_of_other_kind() && !is_of_unread())
    }
}

/// The unit in which a sheet's figures of a field are read.
fn unit_of_figures(source: &Source, field: &Field) -> Option<String> {
    let described = source.columns.iter().find(|own| own.field == field.name);
    let multiply = described.and_then(|own| own.multiply.as_ref());
    let named =
        described.and_then(|own| own.units.iter().find(|(_, factor)| Some(*factor) == multiply));
    named.map(|(unit, _)| unit.clone()).or_else(|| field.koridor.unit.clone())
}
