//! Columns that name the unit of each row's figures and that the description does not name.

use super::description_keys::named_keys;
use super::found::Found;
use super::header_key::header_key;
use super::labels::is_figure;
use super::part_columns::time_of_rows;
use super::unit_beside::HEADERS;
use super::unit_names::{Time, factor, is_by_other_time, is_mass, measures_other, unit_of};
use koridor_contract::source::Format;
use koridor_contract::{Contract, Field, RawBatch, Source};

/// The columns of units of a sheet: one for all figures, or one behind each.
pub(super) struct UnitColumn {
    columns: Vec<OwnColumn>,
    /// The units in which the sheet's figures are read.
    wanted: Vec<Wanted>,
    /// The time that a unit may be by.
    time: Option<Time>,
}

/// A unit in which figures are read.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    /// Its name.
    name: String,
    /// The unit that it is told by, and its factor to that.
    unit: String,
    factor: String,
    /// The unit in the header of the figures: `Penumpang (ribu)`.
    in_header: Option<String>,
}

impl Wanted {
    /// Whether a text names this unit.
    fn is_named(&self, text: &str) -> bool {
        let is_factor = |unit: &str| factor(unit, &self.unit) == Some(self.factor.as_str());
        is_factor(text)
            // A header says the thousands of what stands in the column.
            || self.in_header.as_ref().is_some_and(|own| is_factor(&format!("{own} {text}")))
    }
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
        let label = |column: &Option<usize>| column.and_then(|at| labels.get(at));
        let mut wanted: Vec<Wanted> = fields
            .filter_map(|(field, column)| {
                let in_header = label(column).and_then(|label| unit_of(label));
                unit_of_figures(source, field, in_header)
            })
            .collect();
        wanted.sort();
        wanted.dedup();
        let time = time_of_rows(source, contract);
        (!wanted.is_empty()).then_some(Self { columns, wanted, time })
    }

    /// What a row says that its unit is, where that is none in which the figures are read.
    pub(super) fn other(&self, cells: &RawBatch, row: usize) -> Option<String> {
        let other = self.columns.iter().find(|own| self.is_other(own, cells, row))?;
        let text = cells.text(row, other.column).trim();
        let mut wanted: Vec<&str> = self.wanted.iter().map(|own| own.name.as_str()).collect();
        wanted.dedup();
        Some(format!("{}: {text} / {}", other.header, wanted.join(", ")))
    }

    /// Whether the cell of a row names a unit in which none of the figures is read. A word that is
    /// no unit does not.
    fn is_other(&self, own: &OwnColumn, cells: &RawBatch, row: usize) -> bool {
        let text = cells.text(row, own.column).trim().trim_matches(['(', ')', '[', ']', '*', '.']);
        let is_wanted = |wanted: &Wanted| {
            wanted.is_named(text) && !is_by_other_time(text, &wanted.unit, self.time)
        };
        if text.is_empty() || self.wanted.iter().any(is_wanted) {
            return false;
        }
        let wanted = self.wanted.iter().map(|own| own.unit.as_str());
        let is_of_other_kind =
            || is_mass(text) || wanted.clone().all(|wanted| measures_other(text, wanted));
        let is_near = wanted.clone().any(|wanted| {
            factor(text, wanted).is_some()
                || (is_mass(text) && is_mass(wanted))
                || is_by_other_time(text, wanted, self.time)
        });
        // Persons behind a count of persons that nobody reads are no unit of the tonnes.
        let is_of_unread = || own.unread.is_some_and(|left| is_figure(cells, row, left));
        is_near || (is_of_other_kind() && !is_of_unread())
    }
}

/// The unit in which a sheet's figures of a field are read; none where its factor is that of no
/// unit that is known, as of a volume that is weighed.
fn unit_of_figures(source: &Source, field: &Field, in_header: Option<String>) -> Option<Wanted> {
    let unit = field.koridor.unit.as_deref()?;
    let described = source.columns.iter().find(|column| column.field == field.name);
    let multiply = described.and_then(|own| own.multiply.as_ref());
    let named =
        described.and_then(|own| own.units.iter().find(|(_, factor)| Some(*factor) == multiply));
    if let Some((name, _)) = named {
        let (name, factor) = (name.clone(), "1".to_owned());
        return Some(Wanted { unit: name.clone(), name, factor, in_header: None });
    }
    let scale = plain(multiply.map_or("1", String::as_str)).to_owned();
    // What is read as it stands needs no name for its unit.
    let name = if scale == "1" { unit.to_owned() } else { name_of(&scale, unit)? };
    let in_header = in_header.filter(|_| scale != "1");
    Some(Wanted { name, unit: unit.to_owned(), factor: scale, in_header })
}

/// The name of the unit that a factor leads from to another.
fn name_of(scale: &str, unit: &str) -> Option<String> {
    let masses = ["kg", "kuintal", "ton", "ribu kuintal"];
    let scales = ["ribu", "juta", "miliar", "triliun"];
    let is_own = |name: &&&str| factor(name, unit) == Some(scale);
    if let Some(mass) = masses.iter().find(is_own) {
        return Some((*mass).to_owned());
    }
    scales.iter().find(is_own).map(|word| format!("{word} {unit}"))
}

/// A factor without the noughts that say nothing: `0.0010`.
fn plain(factor: &str) -> &str {
    match factor.contains('.') {
        true => factor.trim_end_matches('0').trim_end_matches('.'),
        false => factor,
    }
}
