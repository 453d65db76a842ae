//! Units that stand in cells of their own beside or below the label of a field, and what is said of
//! those that are not the field's.

use super::found::Found;
use super::header_key::header_key;
use super::labels::is_figure;
use super::part_columns::time_of_rows;
use super::unit_beside::{own_unit, unit_row, units_below};
use super::unit_names::{
    factor, is_by_other_time, is_mass, is_unit_of_title, measures_other, unit_of,
};
use super::unit_things::{is_by_day, is_by_persons, names_thing};
use super::unpivot::columns_of;
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::{Contract, Field, FieldType, RawBatch, Source};

/// Refuses a field whose own cell among units says that it measures something else, is by another
/// time than the rows, or is, unpivoted, in a unit that the description does not convert.
pub(super) fn refuse_other_cells(
    source: &Source,
    contract: &Contract,
    found: &Found,
    cells: &RawBatch,
) -> Result<(), Refusal> {
    let below = (!units_below(cells, found.below).is_empty()).then_some(found.below);
    let rows = [unit_row(cells, source, found), below];
    let time = time_of_rows(source, contract);
    for (index, field) in contract.fields.iter().enumerate() {
        let is_number = matches!(field.field_type, FieldType::Integer | FieldType::Number);
        let Some(wanted) = field.koridor.unit.as_deref().filter(|_| is_number) else { continue };
        let own = source.columns.iter().find(|column| column.field == field.name);
        let column = found.columns.get(index).copied().flatten();
        let unpivot = source.unpivot.as_ref().filter(|_| column.is_none());
        let unpivoted = unpivot.map(|unpivot| columns_of(unpivot, found, &field.name));
        let columns = column.into_iter().chain(unpivoted.into_iter().flatten());
        let in_cells = columns.flat_map(|column| {
            rows.iter().flatten().filter_map(move |row| own_unit(cells, *row, column))
        });
        let label = column.and_then(|column| found.labels.get(column)).map(|label| label.join(" "));
        let is_described = |unit: &String| {
            let mut headers = own.iter().flat_map(|own| &own.header);
            headers.any(|header| unit_of(header).as_ref() == Some(unit))
        };
        // Behind a label stands what carried the persons, too: `Penumpang (kapal)`.
        let in_label = label.as_deref().and_then(unit_of);
        let in_label = in_label.filter(|unit| !is_described(unit) && !names_thing(unit));
        let scale = own.and_then(|own| own.multiply.as_deref()).unwrap_or("1");
        for unit in in_cells.chain(in_label) {
            // What the description says of a unit was decided by someone.
            let is_own =
                |(name, factor): (&String, &String)| name.to_lowercase() == unit && factor == scale;
            if own.is_some_and(|own| own.units.iter().any(is_own)) {
                continue;
            }
            let is_strange = || is_mass(&unit) && is_mass(wanted) && !wanted.contains('/');
            match factor(&unit, wanted) {
                _ if measures_other(&unit, wanted) => {
                    return Err(of_other_kind(&field.name, &unit, wanted));
                }
                _ if is_by_other_time(&unit, wanted, time) => {
                    return Err(by_other_time(&field.name, &unit, wanted));
                }
                Some(other) if column.is_none() && other != scale => {
                    return Err(undescribed(&field.name, &unit, wanted, other));
                }
                None if column.is_none() && is_strange() => {
                    return Err(undescribed(&field.name, &unit, wanted, "?"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Rows below a header that are looked at for figures.
const MOST_ROWS: usize = 50;

/// Columns whose numbers count or name rows.
const NAMING: [&str; 8] =
    ["no", "nomor", "nourut", "kode", "kodewilayah", "kodebps", "tahun", "bulan"];

/// Refuses figures whose title names no other unit than one by the day or by so many persons, where
/// it can be that of none but those that are read: `(orang/hari)`, `(per 1.000 penduduk)`.
pub(super) fn refuse_rate_of_title(
    source: &Source,
    contract: &Contract,
    found: &Found,
    cells: &RawBatch,
    in_titles: &[String],
) -> Result<(), Refusal> {
    let is_rate = |unit: &str| {
        is_by_persons(unit) || is_by_day(unit) || (is_mass(unit) && unit.contains('/'))
    };
    let [unit, others @ ..] = in_titles else { return Ok(()) };
    if !is_rate(unit) || others.iter().any(|other| other != unit) {
        return Ok(());
    }
    let mut columns = Vec::new();
    let mut fields = Vec::new();
    for (index, field) in contract.fields.iter().enumerate() {
        let column = found.columns.get(index).copied().flatten();
        let unpivot = source.unpivot.as_ref().filter(|_| column.is_none());
        let unpivoted = unpivot.map(|unpivot| columns_of(unpivot, found, &field.name));
        let own: Vec<usize> = column.into_iter().chain(unpivoted.into_iter().flatten()).collect();
        let is_number = matches!(field.field_type, FieldType::Integer | FieldType::Number);
        if is_number && !own.is_empty() {
            fields.push(field);
        }
        columns.extend(own);
    }
    let label =
        |column: usize| found.labels.get(column).map(|parts| parts.join(" ")).unwrap_or_default();
    let last = cells.len().min(found.below + MOST_ROWS);
    let is_other = |column: &usize| {
        !columns.contains(column)
            && !NAMING.contains(&header_key(&label(*column)).as_str())
            && (found.below..last).any(|row| is_figure(cells, row, *column))
    };
    let says_unit =
        |column: usize| unit_of(&label(column)).is_some_and(|unit| is_unit_of_title(&unit));
    let is_told = (0..cells.width()).any(|column| is_other(&column))
        || columns.iter().any(|column| says_unit(*column));
    let wanted = |field: &&Field| field.koridor.unit.clone().unwrap_or_default();
    if is_told || fields.iter().any(|field| wanted(field).contains(['/', '%'])) {
        return Ok(());
    }
    let time = time_of_rows(source, contract);
    for field in &fields {
        let own = source.columns.iter().find(|column| column.field == field.name);
        if own.is_some_and(|column| column.multiply.is_some() || !column.units.is_empty()) {
            continue;
        }
        let wanted = wanted(field);
        if measures_other(unit, &wanted) {
            return Err(of_other_kind(&field.name, unit, &wanted));
        }
        if is_by_other_time(unit, &wanted, time) {
            return Err(by_other_time(&field.name, unit, &wanted));
        }
    }
    Ok(())
}

/// The refusal of a field in a unit that the description does not convert.
pub(super) fn undescribed(field: &str, unit: &str, wanted: &str, factor: &str) -> Refusal {
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

/// The refusal of a field beside which the unit of something else stands.
fn of_other_kind(field: &str, unit: &str, wanted: &str) -> Refusal {
    Refusal::new(
        RefusalCode::UndescribedUnit,
        format!(
            "satuan \"{unit}\" untuk {field} bukan satuan dari yang diukur dalam {wanted}; \
             betulkan satuannya, atau isi angka dalam {wanted}"
        ),
        format!(
            "the unit \"{unit}\" of {field} is not one of what is measured in {wanted}; correct \
             the unit, or file figures in {wanted}"
        ),
    )
}

/// The refusal of a field beside which a unit by another time than that of the rows stands.
pub(super) fn by_other_time(field: &str, unit: &str, wanted: &str) -> Refusal {
    Refusal::new(
        RefusalCode::UndescribedUnit,
        format!(
            "satuan \"{unit}\" untuk {field} bukan {wanted} selama periode barisnya; isi angka \
             seluruh periode dalam {wanted}, atau betulkan satuannya"
        ),
        format!(
            "the unit \"{unit}\" of {field} is not {wanted} in the period of its rows; file \
             figures of the whole period in {wanted}, or correct the unit"
        ),
    )
}
