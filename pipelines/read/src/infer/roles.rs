//! What each column of a sheet seems to be for one contract.

use super::band::Band;
use super::names::{Match, Names, is_region};
use super::periods::{is_month, is_period};
use crate::layout::is_total;
use crate::layout::units::without_unit;
use crate::readers::Sheet;
use koridor_contract::codes::{CodeMatch, normalise};
use koridor_contract::{Field, FieldType};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that tell how cells are written.
pub(super) const SAMPLE_ROWS: usize = 400;
/// Different values of one field in the header that make its columns ones to unpivot.
const UNPIVOTED_VALUES: usize = 3;

/// What a column of a sheet seems to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// A field of the contract.
    Field(String, Match),
    /// Its header is a month, a year or a word of a field's values: the column is to be unpivoted.
    Unpivoted,
    /// It sums others.
    Total,
    /// Nothing of the contract.
    Spare,
}

/// A row of the band that holds the values of a field.
pub(super) type HeaderValues = (usize, String);

/// The role of each column; `header_values` names the rows of the band that hold a field's values.
pub(super) fn roles(
    sheet: &Sheet,
    band: &Band,
    names: &Names<'_>,
    header_values: &[HeaderValues],
) -> Vec<Role> {
    let width = sheet.cells.width();
    let rows = || 0..band.rows.len();
    let periods: Vec<usize> = (0..width).filter(|column| band.has_period(*column)).collect();
    let is_one_word = |text: &str| normalise(text).split(' ').count() < 2;
    let role = |column: usize| {
        let label = band.label(column);
        if label.is_empty() {
            return Role::Spare;
        }
        let mut parts = rows().map(|row| band.part(column, row));
        if parts.any(|part| is_total(part) && is_one_word(part))
            || normalise(band.lowest(column)) == "tahunan"
            || band.sums_months(column)
        {
            return Role::Total;
        }
        if is_outside_region(band, names, header_values, column) {
            return Role::Spare;
        }
        let is_value = header_values.iter().any(|(row, field)| {
            let field = names.contract.fields.iter().find(|own| own.name == *field);
            field.is_some_and(|field| names.value(field, band.part(column, *row)).is_some())
        });
        if is_value || (periods.len() > 1 && periods.contains(&column)) {
            return Role::Unpivoted;
        }
        let found = names.field(&label).or_else(|| names.field(band.lowest(column)));
        found.map_or(Role::Spare, |(field, how)| Role::Field(field.to_owned(), how))
    };
    let mut roles: Vec<Role> = (0..width).map(role).collect();
    keep_best(&mut roles, band);
    name_months(&mut roles, sheet, band, names);
    if !header_values.iter().any(|(_, field)| is_region_of(names, field)) {
        name_labels(&mut roles, sheet, band, names);
    }
    roles
}

fn is_region_of(names: &Names<'_>, field: &str) -> bool {
    names.contract.fields.iter().any(|own| own.name == field && is_region(own))
}

/// Whether a column has a region outside the corridor as its label, where regions stand across.
fn is_outside_region(
    band: &Band,
    names: &Names<'_>,
    header_values: &[HeaderValues],
    column: usize,
) -> bool {
    header_values.iter().any(|(row, field)| {
        is_region_of(names, field) && names.region(band.part(column, *row)) == Some(true)
    })
}

/// Keeps one column a field: the one with the whole name, else the first; a year beside a month
/// stays to be joined.
fn keep_best(roles: &mut [Role], band: &Band) {
    let mut best: BTreeMap<String, (Match, bool, usize)> = BTreeMap::new();
    for (column, role) in roles.iter().enumerate() {
        let Role::Field(name, how) = role else { continue };
        // A label that names the year is the weaker for a month.
        let label = normalise(without_unit(&band.label(column)));
        let is_strong = !matches!(label.as_str(), "tahun" | "year");
        let candidate = (*how, is_strong, column);
        let better =
            best.get(name).is_none_or(|(other, strong, _)| (*how, is_strong) > (*other, *strong));
        if better {
            best.insert(name.clone(), candidate);
        }
    }
    for (column, role) in roles.iter_mut().enumerate() {
        if let Role::Field(name, _) = role
            && best.get(name).is_some_and(|(_, _, kept)| *kept != column)
        {
            *role = Role::Spare;
        }
    }
}

/// In a list of fields the months, or the regions, stand beside the word for its rows, such as
/// `Uraian`.
fn name_months(roles: &mut [Role], sheet: &Sheet, band: &Band, names: &Names<'_>) {
    if !sheet.addresses.is_transposed() || roles.contains(&Role::Unpivoted) {
        return;
    }
    let cells = &sheet.cells;
    let regions = names.project.codes.get("region");
    let is_region = |text: &str| {
        regions.is_some_and(|list| {
            matches!(
                list.find(text, Default::default()),
                CodeMatch::Known(_) | CodeMatch::Outside(_)
            )
        })
    };
    for field in names
        .contract
        .own_fields()
        .iter()
        .filter(|field| field.koridor.month || field.koridor.codes.as_deref() == Some("region"))
    {
        let is_given =
            roles.iter().any(|role| matches!(role, Role::Field(name, _) if *name == field.name));
        let all_are = |column: usize, is_one: &dyn Fn(&str) -> bool| {
            let texts = (band.below..cells.len()).map(|row| cells.text(row, column).trim());
            let texts: Vec<&str> =
                texts.filter(|text| !text.is_empty() && !is_total(text)).collect();
            !texts.is_empty() && texts.iter().all(|text| is_one(text))
        };
        let find = |is_one: &dyn Fn(&str) -> bool| {
            (0..roles.len()).find(|column| !is_given && all_are(*column, is_one))
        };
        // Months before the year that may stand above them.
        let place = if field.koridor.month {
            find(&is_month).or_else(|| find(&is_period))
        } else {
            find(&is_region)
        };
        if let Some(role) = place.and_then(|column| roles.get_mut(column)) {
            *role = Role::Field(field.name.clone(), Match::Words);
        }
    }
}

/// The column that names the rows of a table to be unpivoted is the place that the contract
/// requires, whatever its header says.
fn name_labels(roles: &mut [Role], sheet: &Sheet, band: &Band, names: &Names<'_>) {
    if !roles.contains(&Role::Unpivoted) {
        return;
    }
    let is_given =
        |name: &str| roles.iter().any(|role| matches!(role, Role::Field(own, _) if own == name));
    let is_place = |field: &&Field| {
        field.constraints.required
            && matches!(field.koridor.codes.as_deref(), Some("region" | "point" | "route"))
    };
    let Some(place) =
        names.contract.own_fields().iter().find(is_place).filter(|field| !is_given(&field.name))
    else {
        return;
    };
    let cells = &sheet.cells;
    let is_text = |column: usize| {
        let filled: Vec<usize> = (band.below..cells.len())
            .filter(|row| !cells.is_blank(*row, column))
            .take(SAMPLE_ROWS)
            .collect();
        let letters = filled
            .iter()
            .filter(|row| cells.text(**row, column).contains(char::is_alphabetic))
            .count();
        !filled.is_empty() && letters * 2 > filled.len()
    };
    if let Some(column) = (0..roles.len()).find(|column| {
        roles.get(*column) == Some(&Role::Spare)
            && !band.label(*column).is_empty()
            && is_text(*column)
    }) && let Some(role) = roles.get_mut(column)
    {
        *role = Role::Field(place.name.clone(), Match::Words);
    }
}

/// The rows of the band whose labels are values of a field: components or directions in one, and
/// regions in one.
pub(super) fn header_values(band: &Band, names: &Names<'_>, width: usize) -> Vec<HeaderValues> {
    let mut best: Option<(usize, usize, String)> = None;
    for row in 0..band.rows.len() {
        for field in names.contract.own_fields().iter().filter(|field| is_listed(field)) {
            let found: BTreeSet<String> = (0..width)
                .filter_map(|column| names.value(field, band.part(column, row)))
                .collect();
            let is_most = best.as_ref().is_none_or(|(most, ..)| found.len() > *most);
            if found.len() >= least_values(band) && is_most {
                best = Some((found.len(), row, field.name.clone()));
            }
        }
    }
    let best = best.map(|(_, row, field)| (row, field));
    let regions = region_values(band, names, width);
    // Names of regions may be those of another list too, such as origins: the region is required.
    let best = best.filter(|(row, _)| regions.as_ref().is_none_or(|(own, _)| own != row));
    best.into_iter().chain(regions).collect()
}

/// Fewest different labels that are the values of a field.
fn least_values(band: &Band) -> usize {
    if band.rows.len() > 1 { 2 } else { UNPIVOTED_VALUES }
}

/// The row of the band whose labels are regions, where no column names the region of each row and
/// one names its period: below regions a list of figures may stand.
fn region_values(band: &Band, names: &Names<'_>, width: usize) -> Option<HeaderValues> {
    let mut fields = names.contract.own_fields().iter();
    let field = fields.find(|field| is_region(field) && field.constraints.required)?;
    let is_placed = |column: usize, row: usize| names.region(band.part(column, row)).is_some();
    let is_period = |name: &str| {
        let own = names.contract.own_fields().iter().find(|own| own.name == name);
        own.is_some_and(|own| own.koridor.month || own.field_type == FieldType::Year)
    };
    let names_periods = |column: usize, row: usize| {
        !is_placed(column, row)
            && names.field(&band.label(column)).is_some_and(|(own, _)| is_period(own))
    };
    let names_regions = |column: usize, row: usize| {
        let found = names.field(band.lowest(column)).filter(|(_, how)| *how == Match::Whole);
        !is_placed(column, row) && found.is_some_and(|(own, _)| own == field.name)
    };
    let row = (0..band.rows.len()).find(|row| {
        let labels: BTreeSet<String> = (0..width)
            .filter(|column| is_placed(*column, *row))
            .map(|column| normalise(band.part(column, *row)))
            .collect();
        let is_inside = |column: usize| names.region(band.part(column, *row)) == Some(false);
        labels.len() >= least_values(band)
            && (0..width).any(is_inside)
            && (0..width).any(|column| names_periods(column, *row))
            && !(0..width).any(|column| names_regions(column, *row))
    })?;
    Some((row, field.name.clone()))
}

/// Whether a field has a list of values that a header may name, besides places and offices.
fn is_listed(field: &Field) -> bool {
    field.constraints.allowed.is_some()
        || !matches!(
            field.koridor.codes.as_deref(),
            None | Some("region" | "point" | "source" | "kbli" | "facility")
        )
}
