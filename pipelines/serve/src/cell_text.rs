//! Texts as cells of a spreadsheet hold them.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use std::sync::Arc;

/// Whether a spreadsheet would take a text for a formula.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// A text that no spreadsheet takes for a formula.
pub(crate) fn escape_formula(text: &str) -> String {
    if looks_like_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// Nested values as text, lists of texts joined by semicolons.
pub(crate) fn list_text(column: &ArrayRef) -> ArrayRef {
    let texts = (0..column.len()).map(|row| {
        if column.is_null(row) {
            return None;
        }
        let list = column.as_list_opt::<i32>().map(|list| list.value(row));
        match list.as_ref().and_then(|values| values.as_string_opt::<i32>()) {
            Some(texts) => Some(texts.iter().flatten().collect::<Vec<_>>().join(";")),
            None => arrow::util::display::array_value_to_string(column, row).ok(),
        }
    });
    Arc::new(StringArray::from_iter(texts))
}
