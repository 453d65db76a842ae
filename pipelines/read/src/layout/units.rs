//! Units that stand in headers and titles, and their factors to a contract's unit.

use super::found::Found;
use super::header_key::header_key;
use super::note_rows::tail;
use super::part_columns::time_of_rows;
use super::title_units::{leads_to_unit, units_in_note, units_in_title};
use super::unit_beside::{unit_beside, unit_row, units_below};
use super::unit_cells::{by_other_time, refuse_other_cells, refuse_rate_of_title, undescribed};
use super::unit_names::{Time, factor, is_by_other_time, is_mass, is_unit, unit_of};
use crate::readers::bps_webapi::COLUMNS;
use crate::readers::{Refusal, RefusalCode, Sheet};
use koridor_contract::source::{Column, Format};
use koridor_contract::{Contract, FieldType, RawBatch, Source};
use std::collections::{BTreeMap, BTreeSet};

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
    let beside = unit_row(&sheet.cells, source, found);
    for column in own.columns.iter_mut().filter(|column| !column.units.is_empty()) {
        let unit = if column.header.is_empty() {
            unit_above(column, contract, (found, sheet))?
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
            let said = unit_beside(&sheet.cells, (beside, place), is_bare);
            let is_said = |unit: &&String| {
                let said = said.as_deref();
                said.is_some_and(|said| {
                    unit.to_lowercase() == said || factor(said, unit) == Some("1")
                })
            };
            let named = named.or_else(|| column.units.keys().find(is_said).cloned());
            if let Some(other) = said.filter(|_| named.is_none()) {
                refuse_other(&column.field, &other, contract)?;
            }
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
/// Where the unit is not known, or contradicts the description, or where the response contradicts
/// itself.
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
    if wanted.is_empty() {
        return Ok((own, None));
    }
    let cells = &sheet.cells;
    let place = |name: &str| COLUMNS.iter().position(|own| *own == name).unwrap_or_default();
    let places = ["unit", "var", "note"].map(place);
    let told: BTreeSet<[&str; 3]> =
        (1..cells.len()).map(|row| places.map(|place| cells.text(row, place))).collect();
    let described: &Column = column;
    let said = told.into_iter().map(|texts| said_unit(described, wanted, texts));
    let said: Vec<SaidUnit> = said.collect::<Result<_, _>>()?;
    let first = said.first().cloned().unwrap_or_default();
    if let Some(other) = said.iter().find(|other| other.factor != first.factor) {
        return Err(contradiction(&column.field, &first.unit, &other.unit));
    }
    let SaidUnit { unit, factor } = first;
    let Some(factor) = factor else { return Ok((own, None)) };
    if column.multiply.as_ref().is_some_and(|multiply| *multiply != factor) {
        return Err(undescribed(&column.field, &unit, wanted, &factor));
    }
    column.multiply = (factor != "1").then(|| factor.clone());
    let noted = (column.field.clone(), format!("{unit} x {factor}"));
    Ok((own, Some(noted)))
}

/// What BPS writes where a variable has no unit.
const NO_UNIT: [&str; 6] = ["", "-", "tidak ada", "tidak ada satuan", "tanpa satuan", "none"];

/// The unit that a response says, and its factor to the contract's; none where it says none.
#[derive(Default, Clone)]
struct SaidUnit {
    unit: String,
    factor: Option<String>,
}

/// The unit that a response says in its own place, in its variable's label or in its note.
///
/// # Errors
/// Where it is not known, or where one place says thousands and another does not.
fn said_unit(
    column: &Column,
    wanted: &str,
    [unit, label, note]: [&str; 3],
) -> Result<SaidUnit, Refusal> {
    let unit = unit.trim().to_lowercase();
    let is_said = !NO_UNIT.contains(&unit.as_str());
    // What the description says of a unit was decided by someone.
    let of_description = column.units.iter().find(|(name, _)| name.to_lowercase() == unit);
    if let Some((_, factor)) = of_description.filter(|_| is_said) {
        return Ok(SaidUnit { unit, factor: Some(factor.clone()) });
    }
    let unknown = |unit: &str| undescribed(&column.field, unit, wanted, "?");
    let mut said = None;
    if is_said {
        let factor = factor(&unit, wanted).ok_or_else(|| unknown(&unit))?;
        said = Some((unit, factor));
    }
    let in_label = units_in_title(label, true);
    if let Some(other) = in_label.iter().find(|own| is_of_another_kind(own, wanted)) {
        return Err(unknown(other));
    }
    for own in in_label.into_iter().chain(note.lines().flat_map(units_in_note)) {
        // As in a sheet, the contract's unit does not answer for a text that says thousands.
        let Some(scale) = factor(&own, wanted).filter(|scale| *scale != "1") else { continue };
        let (before, known) = said.get_or_insert_with(|| (own.clone(), scale));
        if *known != scale {
            return Err(contradiction(&column.field, before, &own));
        }
    }
    let Some((unit, factor)) = said else { return Ok(SaidUnit::default()) };
    Ok(SaidUnit { unit, factor: Some(factor.to_owned()) })
}

/// The refusal of a response that is in two units, by what it says of itself.
fn contradiction(field: &str, one: &str, other: &str) -> Refusal {
    Refusal::new(
        RefusalCode::UndescribedUnit,
        format!(
            "jawaban WebAPI menyebut dua satuan untuk {field}: \"{one}\" dan \"{other}\" (satuan, \
             label atau catatan variabelnya); pastikan satuannya dan tulis di `units` uraian sumber"
        ),
        format!(
            "the response says two units of {field}: \"{one}\" and \"{other}\" (its variable's \
             unit, label or note); make sure which it is in and write it into the description's \
             `units`"
        ),
    )
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
    let parts = found.heads.of_parts.iter().map(|text| (text.as_str(), true));
    let titles = titles(found, sheet).into_iter().chain(parts);
    let said = titles.flat_map(|(text, is_alone)| units_in_title(text, is_alone)).chain(notes);
    let in_titles: Vec<String> = said.collect();
    let beside = unit_row(&sheet.cells, source, found);
    // What is blank beside the label of a field is none of its units.
    let in_row = match beside == Some(found.below) {
        true => Vec::new(),
        false => units_below(&sheet.cells, found.below),
    };
    let heads = found.heads.whole.iter().chain(&found.heads.of_parts);
    let in_heads: Vec<String> = heads.flat_map(|text| units_in_title(text, true)).collect();
    let unpivoted: Vec<&str> = source.unpivot.iter().flat_map(|unpivot| unpivot.values()).collect();
    // A title over months may speak of the year that they make up.
    let time = time_of_rows(source, contract).filter(|time| *time == Time::Year);
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
        let beside = unit_beside(&sheet.cells, (beside, column), own.is_none());
        // Where a cell of its own stands in a row of units, that of another column is none of it.
        let is_given = !in_row.is_empty()
            && column.is_some_and(|at| !sheet.cells.text(found.below, at).trim().is_empty());
        let in_row = in_row.iter().filter(|(at, _)| !is_given || Some(*at) == column);
        let in_row = in_row.map(|(_, unit)| unit);
        for unit in own.iter().chain(&beside).chain(&in_titles).chain(in_row) {
            // That of a header was read when it was described.
            let is_read = own.as_ref() == Some(unit);
            if !is_read && factor(unit, wanted) == Some("1") && is_by_other_time(unit, wanted, time)
            {
                return Err(by_other_time(&field.name, unit, wanted));
            }
            let is_of_figures = unpivoted.len() == 1 && in_heads.contains(unit);
            let Some(needed) = needed(unit, wanted, is_of_figures) else { continue };
            return Err(undescribed(&field.name, unit, wanted, needed));
        }
    }
    refuse_rate_of_title(source, contract, found, &sheet.cells, &in_titles)?;
    refuse_other_cells(source, contract, found, &sheet.cells)
}

/// The factor that a description would have to give for a unit, `?` where none could; none where
/// the unit is the wanted one or another figure's.
fn needed<'unit>(unit: &str, wanted: &'unit str, is_of_figures: bool) -> Option<&'unit str> {
    match factor(unit, wanted) {
        Some(factor) => (factor != "1").then_some(factor),
        // Cubic metres or tonnes a day are no tonnes; persons in the title of a table of money are
        // another column's, but not above the only figures of a table.
        None => (is_mass(unit) && is_mass(wanted)
            || is_of_figures && is_of_another_kind(unit, wanted))
        .then_some("?"),
    }
}

/// Refuses a field beside which another unit stands than those that its description converts.
fn refuse_other(field: &str, unit: &str, contract: &Contract) -> Result<(), Refusal> {
    let own = contract.fields.iter().find(|own| own.name == field);
    let wanted = own.and_then(|own| own.koridor.unit.as_deref()).unwrap_or_default();
    match factor(unit, wanted) {
        Some(factor) => Err(undescribed(field, unit, wanted, factor)),
        None if is_mass(unit) && is_mass(wanted) => Err(undescribed(field, unit, wanted, "?")),
        None => Ok(()),
    }
}

/// The texts below a table that stand alone in their row.
pub(super) fn notes_below<'cells>(
    cells: &'cells RawBatch,
    found: &Found,
) -> impl Iterator<Item = &'cells str> + use<'cells> {
    let tail = tail(cells, found);
    tail.filter_map(|row| {
        let mut filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
        let text = cells.text(row, filled.next()?);
        filled.next().is_none().then_some(text)
    })
}

/// The texts above a table, and whether each stands alone in its row or behind `Satuan:`.
pub(super) fn titles<'sheet>(
    found: &'sheet Found,
    sheet: &'sheet Sheet,
) -> Vec<(&'sheet str, bool)> {
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
    titles.extend(found.heads.whole.iter().chain(&sheet.titles).map(|text| (text.as_str(), true)));
    titles
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

/// The unit of a field without a header of its own: that of the heads above all figures, which
/// stand nearer than a title, or as [`unit_around`] finds it.
fn unit_above(
    column: &Column,
    contract: &Contract,
    (found, sheet): (&Found, &Sheet),
) -> Result<Option<String>, Refusal> {
    let field = contract.fields.iter().find(|field| field.name == column.field);
    let wanted = field.and_then(|field| field.koridor.unit.as_deref()).unwrap_or_default();
    let heads = found.heads.whole.iter();
    for unit in heads.flat_map(|text| units_in_title(text, true)) {
        let is_own = |own: &&String| own.to_lowercase() == unit || factor(&unit, own) == Some("1");
        if let Some(own) = column.units.keys().find(is_own) {
            return Ok(Some(own.clone()));
        }
        if let Some(needed) = needed(&unit, wanted, true) {
            return Err(undescribed(&column.field, &unit, wanted, needed));
        }
    }
    Ok(unit_around(&column.units, found, sheet))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn column(units: &str) -> Column {
        let text = format!(r#"{{"field": "people", "header": ["value"], "units": {units}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_response_says_its_unit_in_its_place_its_label_or_its_note() {
        for (texts, expected) in [
            (["Ribu Jiwa", "Penduduk", ""], Some("1000")),
            (["", "Penduduk", ""], None),
            (["Tidak Ada Satuan", "Penduduk dalam ribuan", ""], Some("1000")),
            (["", "Penduduk (Ribu Jiwa)", ""], Some("1000")),
            (["-", "Penduduk, ribu jiwa", ""], Some("1000")),
            (["", "Penduduk", "Sumber: survei\nDalam ribu jiwa"], Some("1000")),
            (["Ribu", "Penduduk (Jiwa)", "Angka dalam ribuan."], Some("1000")),
            (["Jiwa", "Penduduk (Jiwa)", "Data tahun 2019 sampai Oktober"], Some("1")),
        ] {
            let said = said_unit(&column("{}"), "persons", texts).unwrap();
            assert_eq!(said.factor.as_deref(), expected, "{texts:?}");
        }
        let decided = column(r#"{"jiwa": "1000"}"#);
        let said = said_unit(&decided, "persons", ["Jiwa", "Penduduk (Ribu Jiwa)", ""]).unwrap();
        assert_eq!(said.factor.as_deref(), Some("1000"));
    }

    #[test]
    fn a_response_that_contradicts_itself_about_its_unit_is_refused() {
        for texts in [
            ["Jiwa", "Penduduk (Ribu Jiwa)", ""],
            ["Jiwa", "Penduduk", "Dalam ribu jiwa"],
            ["", "Penduduk (Juta)", "Satuan: ribu jiwa"],
            ["", "Penduduk (Persen)", ""],
            ["Persen", "Penduduk", ""],
        ] {
            let refusal = said_unit(&column("{}"), "persons", texts).err().unwrap();
            assert_eq!(refusal.code, RefusalCode::UndescribedUnit, "{texts:?}");
        }
    }
}
