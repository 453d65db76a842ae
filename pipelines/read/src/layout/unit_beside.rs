//! The column of units of a sheet whose fields are listed below each other: turned with the sheet,
//! it is a row that names the unit of each field.

use super::found::Found;
use super::header_key::header_key;
use super::labels::is_figure;
use super::unit_names::is_unit;
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
    let bare = |text: &&str| text.trim_matches(['(', ')', '[', ']']).trim().to_lowercase();
    let units: Vec<String> = texts.iter().map(bare).collect();
    // `Bulan` alone is a label, and `000` a figure.
    let is_units = units.iter().all(|unit| is_unit(unit) && !is_period(unit));
    if is_units && units.iter().any(|unit| unit.contains(char::is_alphabetic)) {
        units
    } else {
        Vec::new()
    }
}

fn is_period(unit: &str) -> bool {
    matches!(unit, "hari" | "bulan" | "bln" | "bl" | "tahun" | "thn" | "th")
}
