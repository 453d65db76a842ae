//! The cell that a value stood in, as the ledger knows the columns of its file.

use koridor_contract::date::{DateFormat, from_days, parse_month};
use koridor_read::readers::address::column_letters;
use std::collections::BTreeMap;

/// Columns of a file by field: `value`, or `value[Januari 2024]` where a row holds several records.
pub(super) type Columns = BTreeMap<String, String>;

/// The place of a field's value in a row: the one of its own column, or of the columns whose header
/// says what the row's own fields (`own`) say.
pub(super) fn place(columns: &Columns, field: &str, row: i64, own: &[String]) -> String {
    if let Some(place) = columns.get(field) {
        return cell(place, row);
    }
    let is_said = |part: &str| {
        let month = parse_month(part.as_bytes(), DateFormat::Dmy);
        let day = month.and_then(from_days).map(|day| day.to_string());
        own.iter().any(|value| {
            value == part
                || Some(value) == day.as_ref()
                || value.strip_suffix("-01-01") == Some(part)
        })
    };
    let label = |name: &str| {
        name.strip_prefix(field)?.strip_prefix('[')?.strip_suffix(']').map(str::to_owned)
    };
    let of_field = columns.iter().filter_map(|(name, place)| Some((label(name)?, place)));
    let cells: Vec<String> = of_field
        .filter(|(label, _)| label.split(" | ").all(is_said))
        .map(|(_, place)| cell(place, row))
        .collect();
    cells.join(" /")
}

/// The cell where the ledger knows the column's letter (the row's number, of a list of fields),
/// else the column's label.
fn cell(place: &str, row: i64) -> String {
    let (letters, unit) = match place.split_once(" (") {
        Some((letters, unit)) => (letters, format!(" ({unit}")),
        None => (place, String::new()),
    };
    if !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_digit()) {
        let column = column_letters(usize::try_from(row - 1).unwrap_or_default());
        return format!(" {column}{letters}{unit}");
    }
    if letters.len() <= 3 && letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return format!(" {letters}{row}{unit}");
    }
    format!(" \"{place}\"")
}
