//! A column that names the unit of each row's figures and that the description does not name.

use super::description_keys::named_keys;
use super::header::Found;
use super::header_key::header_key;
use super::unit_beside::HEADERS;
use super::unit_names::factor;
use super::units::is_mass;
use koridor_contract::source::Format;
use koridor_contract::{Contract, RawBatch, Source};

/// The column of units of a sheet.
pub(super) struct UnitColumn {
    column: usize,
    header: String,
    /// The units in which the sheet's figures are read.
    wanted: Vec<String>,
}

impl UnitColumn {
    /// That of a sheet; `None` where it has none, or where no field has a unit.
    pub(super) fn of(source: &Source, contract: &Contract, found: &Found) -> Option<Self> {
        // A response says once for all rows in which unit they are.
        if source.format == Some(Format::BpsWebapi) {
            return None;
        }
        let labels = found.labels.iter().map(|parts| parts.join(" ")).enumerate();
        let (column, header) =
            labels.into_iter().find(|(_, label)| HEADERS.contains(&header_key(label).as_str()))?;
        if found.columns.contains(&Some(column))
            || named_keys(source).contains(&header_key(&header))
        {
            return None;
        }
        let mut wanted: Vec<String> = contract
            .fields
            .iter()
            .filter_map(|field| {
                let described = source.columns.iter().find(|own| own.field == field.name);
                let multiply = described.and_then(|own| own.multiply.as_ref());
                let named = described
                    .and_then(|own| own.units.iter().find(|(_, factor)| Some(*factor) == multiply));
                named.map(|(unit, _)| unit.clone()).or_else(|| field.koridor.unit.clone())
            })
            .collect();
        wanted.sort();
        wanted.dedup();
        (!wanted.is_empty()).then_some(Self { column, header, wanted })
    }

    /// What a row says that its unit is, where that is none in which the figures are read.
    pub(super) fn other(&self, cells: &RawBatch, row: usize) -> Option<String> {
        let text = cells.text(row, self.column).trim();
        let factors = || self.wanted.iter().map(|wanted| factor(text, wanted));
        let is_wanted = text.is_empty() || factors().any(|factor| factor == Some("1"));
        let is_unit = factors().any(|factor| factor.is_some()) || is_mass(text);
        (!is_wanted && is_unit)
            .then(|| format!("{}: {text} / {}", self.header, self.wanted.join(", ")))
    }
}
