//! The column of units of a sheet whose fields are listed below each other: turned with the sheet,
//! it is a row that names the unit of each field.

use super::found::Found;
use super::header_key::header_key;
use super::labels::is_figure;
use super::unit_names::{is_unit, is_unit_of_title};
use super::unit_things::names_thing;
use koridor_contract::{RawBatch, Source};

/// What offices call a column of units.
pub(super) const HEADERS: [&str; 6] =
    ["satuan", "unit", "uom", "satuanukuran", "satuanunit", "unitsatuan"];

/// The row of a transposed sheet that holds the units beside its labels; none where the band of the
/// description holds it.
pub(super) fn unit_row(cells: &RawBatch, source: &Source, found: &Found) -> Option<usize> {
    if !source.transpose {
        return None;
    }
    let names_units = |row: &usize| {
        let texts = (0..cells.width()).map(|column| cells.text(*row, column));
        texts.map(header_key).any(|key| HEADERS.contains(&key.as_str()))
            && !(0..cells.width()).any(|column| is_figure(cells, *row, column))
    };
    let is_in_band = |row: &usize| (found.row..found.below).contains(row);
    (0..cells.len()).filter(|row| !is_in_band(row)).find(names_units)
}

/// The unit that stands beside a field, in small letters. A field whose label is `bare` of a unit
/// shares that of the fields above it, over which one cell was merged.
pub(super) fn unit_beside(
    cells: &RawBatch,
    (row, column): (Option<usize>, Option<usize>),
    is_bare: bool,
) -> Option<String> {
    let (row, column) = (row?, column?);
    let is_field = |own: usize| (0..cells.len()).any(|row| is_figure(cells, row, own));
    let shared = (0..=column).rev().take_while(|own| *own == column || (is_bare && is_field(*own)));
    let mut texts = shared.map(|own| cells.text(row, own).trim());
    bare(texts.find(|text| !text.is_empty())?)
}

/// The unit in the own cell of a field among units, in small letters.
pub(super) fn own_unit(cells: &RawBatch, row: usize, column: usize) -> Option<String> {
    bare(cells.text(row, column))
}

/// A unit in small letters; marks of a footnote and the dot of an abbreviation are no part of it.
fn bare(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let bare = text.trim_matches(['(', ')', '[', ']', '*', '.']).trim();
    bare.contains(|mark: char| mark.is_alphabetic() || mark == '%').then(|| bare.to_owned())
}

/// The units that stand below the labels of a header, where a row holds nothing else.
pub(super) fn units_row(cells: &RawBatch, row: usize) -> Vec<String> {
    if row >= cells.len() {
        return Vec::new();
    }
    let texts = (0..cells.width()).map(|column| cells.text(row, column).trim());
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    let units: Vec<String> = texts.into_iter().map(inner).collect();
    // `Bulan` alone is a label, and `000` a figure.
    let is_units = units.iter().all(|unit| is_unit(unit) && !is_period(unit));
    if is_units && units.iter().any(|unit| unit.contains(char::is_alphabetic)) {
        units
    } else {
        Vec::new()
    }
}

/// Rows below a row of units that are looked at for figures.
const MOST_ROWS: usize = 50;

/// The units in the row right below a header, with their columns; none where that row is none of
/// units. What is no known unit may stand beside one above figures: `(debitur)`, `kg/kapita/hari`,
/// `Satuan`, a dash.
pub(super) fn units_below(cells: &RawBatch, row: usize) -> Vec<(usize, String)> {
    if row >= cells.len() {
        return Vec::new();
    }
    let text = |column: usize| cells.text(row, column).trim();
    let filled: Vec<usize> =
        (0..cells.width()).filter(|column| !text(*column).is_empty()).collect();
    let unit = |column: usize| Some(inner(text(column))).filter(|own| is_known(own));
    let last = cells.len().min(row + 1 + MOST_ROWS);
    let is_above_figures = |column: usize| (row + 1..last).any(|own| is_figure(cells, own, column));
    let stands_beside =
        |column: &usize| !is_figure(cells, row, *column) && is_beside(text(*column));
    let says_unit = |column: &usize| {
        unit(*column).is_some_and(|own| has_word(&own)) && is_above_figures(*column)
    };
    let is_mixed = || filled.iter().all(stands_beside) && filled.iter().any(says_unit);
    if units_row(cells, row).is_empty() && !is_mixed() {
        return Vec::new();
    }
    filled.iter().filter_map(|column| Some((*column, unit(*column)?))).collect()
}

/// Whether a text may stand in a row of units: a unit, a text in brackets, a rate, a dash or the
/// word for units.
fn is_beside(text: &str) -> bool {
    let inner = inner(text);
    let is_bracketed = text.starts_with(['(', '[']) && text.ends_with([')', ']']);
    // A rate by something: `kg/kapita/hari`.
    let is_rate = || inner.split_once('/').is_some_and(|(own, _)| is_known(own.trim()));
    matches!(text, "-" | "–" | "—")
        || HEADERS.contains(&header_key(text).as_str())
        || is_unit_of_title(&inner)
        || names_thing(&inner)
        || (has_word(&inner) && (is_bracketed || is_rate()))
}

/// Whether a text in small letters is a unit that figures may be in.
fn is_known(unit: &str) -> bool {
    (is_unit_of_title(unit) && !is_period(unit)) || names_thing(unit)
}

fn has_word(unit: &str) -> bool {
    unit.contains(|mark: char| mark.is_alphabetic() || mark == '%')
}

/// A text in small letters without its brackets.
fn inner(text: &str) -> String {
    text.trim().trim_matches(['(', ')', '[', ']']).trim().to_lowercase()
}

fn is_period(unit: &str) -> bool {
    matches!(unit, "hari" | "bulan" | "bln" | "bl" | "tahun" | "thn" | "th")
}
