//! Values that stand around a table: in the file's name, the sheet's name or a title.

use super::given::Given;
use crate::readers::{Refusal, RefusalCode, Sheet};
use koridor_contract::source::{Context, Place};
use koridor_contract::{Contract, Source};
use regex::Regex;

/// Values that stand around the table, and constants that are joined to a column's text.
///
/// # Errors
/// Where a described value is not found.
pub(super) fn context(
    sheet: &Sheet,
    source: &Source,
    contract: &Contract,
    given: &Given,
    header_row: usize,
) -> Result<Vec<(String, String)>, Refusal> {
    let joined = source.constants.iter().filter(|(name, _)| name.starts_with("join:"));
    let joined = joined.map(|(name, value)| Ok((name.clone(), value.clone())));
    let around = source.context.iter().map(|own| {
        // Validated when the description was read.
        let pattern = Regex::new(&own.pattern).map_err(|error| {
            Refusal::new(RefusalCode::BadPattern, error.to_string(), error.to_string())
        })?;
        let value = match own.from {
            Place::File => first_group(&pattern, &given.file_name),
            Place::Sheet => first_group(&pattern, &sheet.name),
            Place::Title => in_titles(&pattern, &own.field, sheet, contract, header_row),
        };
        value.map(|value| (own.field.clone(), value)).ok_or_else(|| not_found(own))
    });
    around.chain(joined).collect()
}

/// What a pattern finds above the table, or above all tables of the sheet.
fn in_titles(
    pattern: &Regex,
    field: &str,
    sheet: &Sheet,
    contract: &Contract,
    header_row: usize,
) -> Option<String> {
    let own = (0..header_row).find_map(|row| {
        (0..sheet.cells.width())
            .find_map(|column| first_group(pattern, sheet.cells.text(row, column)))
    });
    // A year above all tables holds for each; a place belongs to its own table.
    let is_place =
        contract.fields.iter().any(|own| own.name == field && own.koridor.codes.is_some());
    let is_above = sheet.addresses.is_transposed() || !is_place;
    own.or_else(|| {
        sheet.titles.iter().filter(|_| is_above).find_map(|title| first_group(pattern, title))
    })
}

fn first_group(pattern: &Regex, text: &str) -> Option<String> {
    pattern.captures(text).and_then(|groups| groups.get(1)).map(|group| group.as_str().to_owned())
}

fn not_found(Context { field, from, .. }: &Context) -> Refusal {
    let field = field.trim_start_matches("join:");
    let (place_id, place_en) = match from {
        Place::File => ("nama berkas", "the file's name"),
        Place::Sheet => ("nama lembar", "the sheet's name"),
        Place::Title => ("judul di atas tabel", "the title above the table"),
    };
    Refusal::new(
        RefusalCode::NoContext,
        format!("nilai \"{field}\" tidak ditemukan pada {place_id}"),
        format!("the value of `{field}` was not found in {place_en}"),
    )
}
