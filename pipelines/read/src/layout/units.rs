//! Units that stand in headers and titles, and their factors to a contract's unit.

use super::header::Found;
use super::header_key::header_key;
use super::title_units::{leads_to_unit, units_in_note, units_in_title};
use super::unit_names::{factor, is_unit, unit_of};
use crate::readers::bps_webapi::COLUMNS;
use crate::readers::{Refusal, RefusalCode, Sheet};
use koridor_contract::source::Format;
use koridor_contract::{Contract, FieldType, RawBatch, Source};
use std::collections::BTreeMap;

/// The description with the factors of the units that a header names, and which units those are, by
/// field. The unit of a field without a header of its own is looked for in the band and in the
/// titles above it.
///
/// # Errors
/// Where a column whose units are described names none of them, or where header or title name
/// another unit than the contract's and the description says nothing of it: a factor that is
/// guessed is worse than none.
pub fn with_units(
    source: &Source,
    contract: &Contract,
    found: &Found,
    sheet: &Sheet,
) -> Result<(Source, BTreeMap<String, String>), Refusal> {
    if source.format == Some(Format::BpsWebapi) {
        let (own, unit) = webapi_unit(source, contract, sheet)?;
        return Ok((own, unit.into_iter().collect()));
    }
    let mut own = Source { is_1904: sheet.is_1904, ..source.clone() };
    let mut units = BTreeMap::new();
    for column in own.columns.iter_mut().filter(|column| !column.units.is_empty()) {
        let unit = if column.header.is_empty() {
            unit_around(&column.units, found, sheet)
        } else {
            let place = contract
                .field_index(&column.field)
                .and_then(|field| found.columns.get(field).copied().flatten());
            let Some(label) = place.and_then(|place| found.labels.get(place)) else { continue };
            let keys = [
                header_key(&label.join(" ")),
                header_key(label.last().map(String::as_str).unwrap_or_default()),
            ];
            let is_named = |unit: &String| {
                column
                    .header
                    .iter()
                    .any(|header| keys.contains(&header_key(&format!("{header} {unit}"))))
            };
            let is_bare = unit_of(&label.join(" ")).is_none();
            let named = column.units.keys().find(|unit| is_named(unit)).cloned();
            named.or_else(|| unit_around(&column.units, found, sheet).filter(|_| is_bare))
        };
        let Some((unit, factor)) = unit.and_then(|unit| column.units.get_key_value(&unit)) else {
            if column.multiply.is_some() {
                continue;
            }
            let wanted = column.units.keys().cloned().collect::<Vec<_>>().join(", ");
            let name = column.header.first().unwrap_or(&column.field);
            return Err(Refusal::new(
                RefusalCode::UnknownUnit,
                format!(
                    "satuan kolom \"{name}\" tidak ditemukan pada judulnya; diharapkan salah satu \
                     dari: {wanted}"
                ),
                format!(
                    "the unit of column \"{name}\" was not found with its header; expected one of: \
                     {wanted}"
                ),
            ));
        };
        units.insert(column.field.clone(), format!("{unit} x {factor}"));
        column.multiply = (factor != "1").then(|| factor.clone());
    }
    refuse_undescribed(&own, contract, found, sheet)?;
    Ok((own, units))
}

/// The description with the factor of the unit that a response says it is in.
///
/// # Errors
/// Where the unit is not known, or contradicts the description.
fn webapi_unit(
    source: &Source,
    contract: &Contract,
    sheet: &Sheet,
) -> Result<(Source, Option<(String, String)>), Refusal> {
    let mut own = source.clone();
    let value = header_key("value");
    let is_value = |header: &String| header_key(header) == value;
    let described = own.columns.iter_mut().find(|column| column.header.iter().any(is_value));
    let Some(column) = described else { return Ok((own, None)) };
    let field = contract.fields.iter().find(|field| field.name == column.field);
    let wanted = field.and_then(|field| field.koridor.unit.as_deref()).unwrap_or_default();
    let place = COLUMNS.iter().position(|name| *name == "unit").unwrap_or_default();
    let unit = sheet.cells.text(1, place).trim().to_lowercase();
    if wanted.is_empty() || matches!(unit.as_str(), "" | "-" | "tidak ada" | "none") {
        return Ok((own, None));
    }
    let of_description = column.units.iter().find(|(name, _)| name.to_lowercase() == unit);
    let found = of_description.map(|(_, factor)| factor.as_str()).or_else(|| factor(&unit, wanted));
    let factor =
        found.map(str::to_owned).ok_or_else(|| undescribed(&column.field, &unit, wanted, "?"))?;
    if column.multiply.as_ref().is_some_and(|multiply| *multiply != factor) {
        return Err(undescribed(&column.field, &unit, wanted, &factor));
    }
    column.multiply = (factor != "1").then(|| factor.clone());
    let noted = (column.field.clone(), format!("{unit} x {factor}"));
    Ok((own, Some(noted)))
}

/// Refuses a table whose header or title names a unit with a factor that the description does not
/// give.
fn refuse_undescribed(
    source: &Source,
    contract: &Contract,
    found: &Found,
    sheet: &Sheet,
) -> Result<(), Refusal> {
    let notes = notes_below(&sheet.cells, found).flat_map(units_in_note);
    let titles = titles(found, sheet).into_iter();
    let said = titles.flat_map(|(text, is_alone)| units_in_title(text, is_alone)).chain(notes);
    let in_titles: Vec<String> = said.chain(units_row(&sheet.cells, found.below)).collect();
    let unpivoted: Vec<&str> = source.unpivot.iter().flat_map(|unpivot| unpivot.values()).collect();
    for (index, field) in contract.fields.iter().enumerate() {
        let own = source.columns.iter().find(|column| column.field == field.name);
        let is_described =
            own.is_some_and(|column| column.multiply.is_some() || !column.units.is_empty());
        let wanted = field.koridor.unit.as_deref().filter(|unit| !unit.contains(['%', '/']));
        let is_number = matches!(field.field_type, FieldType::Integer | FieldType::Number);
        let (Some(wanted), true, false) = (wanted, is_number, is_described) else { continue };
        let column = found.columns.get(index).copied().flatten();
        if column.is_none() && !unpivoted.contains(&field.name.as_str()) {
            continue;
        }
        let label = column.and_then(|column| found.labels.get(column)).map(|label| label.join(" "));
        let own = label.as_deref().and_then(unit_of).filter(|unit| is_unit(unit));
        // A header in the contract's unit does not answer for a title that says thousands.
        for unit in own.iter().chain(&in_titles) {
            let needed = match factor(unit, wanted) {
                Some("1") => continue,
                Some(factor) => factor,
                // Cubic metres or tonnes a day are no tonnes; persons in the title of a table of
                // money are another column's.
                None if is_mass(unit) && is_mass(wanted) => "?",
                None => continue,
            };
            return Err(undescribed(&field.name, unit, wanted, needed));
        }
    }
    Ok(())
}

/// Rows at the end of a sheet in which notes are looked for.
const TAIL_ROWS: usize = 40;

/// The texts below a table that stand alone in their row.
fn notes_below<'cells>(
    cells: &'cells RawBatch,
    found: &Found,
) -> impl Iterator<Item = &'cells str> + use<'cells> {
    let tail = found.below.max(cells.len().saturating_sub(TAIL_ROWS))..cells.len();
    tail.filter_map(|row| {
        let mut filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
        let text = cells.text(row, filled.next()?);
        filled.next().is_none().then_some(text)
    })
}

/// The texts above a table, and whether each stands alone in its row or behind `Satuan:`.
fn titles<'sheet>(found: &Found, sheet: &'sheet Sheet) -> Vec<(&'sheet str, bool)> {
    let cells = &sheet.cells;
    let mut titles = Vec::new();
    for row in 0..found.row {
        let filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
        let texts: Vec<&str> = filled.map(|column| cells.text(row, column)).collect();
        let is_alone = match texts.as_slice() {
            [_] => true,
            [label, _] => leads_to_unit(label),
            _ => false,
        };
        titles.extend(texts.into_iter().map(|text| (text, is_alone)));
    }
    titles.extend(sheet.titles.iter().map(|text| (text.as_str(), true)));
    titles
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
    matches!(unit, "hari" | "bulan" | "tahun")
}

/// The refusal of a field in a unit that the description does not convert.
fn undescribed(field: &str, unit: &str, wanted: &str, factor: &str) -> Refusal {
    Refusal::new(
        RefusalCode::UndescribedUnit,
        format!(
            "satuan \"{unit}\" untuk {field} berbeda dari {wanted}; uraian sumber perlu `units`: \
             {{\"{unit}\": \"{factor}\"}}"
        ),
        format!(
            "the unit \"{unit}\" of {field} is not {wanted}; the description needs `units`: \
             {{\"{unit}\": \"{factor}\"}}"
        ),
    )
}

pub(super) fn is_mass(unit: &str) -> bool {
    let mut words = unit.split(|mark: char| !mark.is_alphanumeric()).map(str::to_lowercase);
    words.any(|word| {
        ["kg", "kilogram", "gram", "ton", "t", "kuintal", "kwintal", "m3", "m³", "liter"]
            .contains(&word.as_str())
    })
}

/// The unit that stands in brackets, alone or behind `dalam` or `satuan` in the band or above it,
/// or as [`units_in_title`] finds it above; the longest where several do.
fn unit_around(units: &BTreeMap<String, String>, found: &Found, sheet: &Sheet) -> Option<String> {
    let titles = titles(found, sheet);
    let in_titles: Vec<String> =
        titles.iter().flat_map(|(text, is_alone)| units_in_title(text, *is_alone)).collect();
    let texts: Vec<String> = titles
        .iter()
        .map(|(text, _)| *text)
        .chain(found.labels.iter().flatten().map(String::as_str))
        .map(str::to_lowercase)
        .filter(|text| !text.is_empty())
        .collect();
    let is_named = |unit: &str| {
        let unit = unit.to_lowercase();
        let ways = [format!("({unit})"), format!("(dalam {unit})"), format!("[{unit}]")];
        texts.iter().any(|text| {
            let text = text.trim();
            let behind = ["dalam ", "satuan: ", "satuan : ", "satuan "]
                .iter()
                .any(|word| text.ends_with(&format!("{word}{unit}")));
            text == unit || behind || ways.iter().any(|way| text.contains(way))
        }) || in_titles.contains(&unit)
    };
    units.keys().filter(|unit| is_named(unit)).max_by_key(|unit| unit.len()).cloned()
}

/// A label without what stands in brackets behind it.
pub(crate) fn without_unit(label: &str) -> &str {
    label.split(['(', '[']).next().unwrap_or(label).trim()
}

/// Whether a known unit measures something else than a contract's unit does: tonnes and money are
/// no persons.
pub(crate) fn is_of_another_kind(unit: &str, wanted: &str) -> bool {
    let kind = |unit: &str| match unit.trim().to_lowercase().as_str() {
        unit if unit.contains("ton") || unit == "t" || unit == "kg" => Some("mass"),
        unit if unit.contains("rupiah") || unit.starts_with("rp") || unit == "idr" => Some("money"),
        unit if ["orang", "jiwa", "persons", "penumpang", "wisatawan"]
            .iter()
            .any(|word| unit.contains(word)) =>
        {
            Some("persons")
        }
        "%" | "persen" => Some("share"),
        _ => None,
    };
    matches!((kind(unit), kind(wanted)), (Some(own), Some(other)) if own != other)
}
