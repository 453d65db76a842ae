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
        let values = match own.from {
            Place::File => groups(&pattern, &given.file_name),
            Place::Sheet => groups(&pattern, &sheet.name),
            Place::Title => in_titles(&pattern, &own.field, sheet, contract, header_row),
        };
        match values.as_slice() {
            [] => Err(not_found(own)),
            [value] => Ok((own.field.clone(), value.clone())),
            _ => Err(ambiguous(own, &values)),
        }
    });
    around.chain(joined).collect()
}

/// What a pattern finds in the texts above the table, each once; above all tables of the sheet
/// where it finds nothing there.
fn in_titles(
    pattern: &Regex,
    field: &str,
    sheet: &Sheet,
    contract: &Contract,
    header_row: usize,
) -> Vec<String> {
    let of_row = |row: usize| (0..sheet.cells.width()).map(move |column| (row, column));
    let texts = (0..header_row).flat_map(of_row);
    let own =
        each_once(texts.flat_map(|(row, column)| groups(pattern, sheet.cells.text(row, column))));
    // A year above all tables holds for each; a place belongs to its own table.
    let is_place =
        contract.fields.iter().any(|own| own.name == field && own.koridor.codes.is_some());
    let is_above = sheet.addresses.is_transposed() || !is_place;
    if !own.is_empty() || !is_above {
        return own;
    }
    each_once(sheet.titles.iter().flat_map(|text| groups(pattern, text)))
}

fn each_once(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// What the first group of a pattern finds in a text, each once.
pub(super) fn groups(pattern: &Regex, text: &str) -> Vec<String> {
    let found = pattern.captures_iter(text).filter_map(|groups| groups.get(1));
    each_once(found.map(|group| group.as_str().to_owned()))
}

/// Where a value was looked for, in both languages.
fn place(from: Place) -> (&'static str, &'static str) {
    match from {
        Place::File => ("nama berkas", "the file's name"),
        Place::Sheet => ("nama lembar", "the sheet's name"),
        Place::Title => ("judul di atas tabel", "the title above the table"),
    }
}

fn not_found(Context { field, from, .. }: &Context) -> Refusal {
    let field = field.trim_start_matches("join:");
    let (place_id, place_en) = place(*from);
    Refusal::new(
        RefusalCode::NoContext,
        format!("nilai \"{field}\" tidak ditemukan pada {place_id}"),
        format!("the value of `{field}` was not found in {place_en}"),
    )
}

/// The refusal of a place in which a value stands more than once: the first of two years is a
/// guess.
fn ambiguous(Context { field, from, .. }: &Context, values: &[String]) -> Refusal {
    let field = field.trim_start_matches("join:");
    let (place_id, place_en) = place(*from);
    let values = values.join(", ");
    Refusal::new(
        RefusalCode::AmbiguousContext,
        format!("nilai \"{field}\" pada {place_id} lebih dari satu ({values}); sisakan satu"),
        format!("{place_en} holds more than one value of `{field}` ({values}); leave one"),
    )
}
