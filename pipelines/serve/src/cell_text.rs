//! Texts as cells of a spreadsheet hold them.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use std::borrow::Cow;
use std::sync::Arc;

/// Length of a text that a spreadsheet's cell or note can hold, as a spreadsheet counts it.
const MOST_UNITS: usize = 32_767 - 54;
/// Room for what says that a text is cut.
const MARK_ROOM: usize = 80;

/// Marks that a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection"), also in
/// their full width.
const FORMULA_MARKS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would take a text for a formula; a number is none.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    // Most texts begin with a letter or digit.
    let is_plain = text.bytes().next().is_none_or(|first| first.is_ascii_alphanumeric());
    !is_plain && text.starts_with(FORMULA_MARKS) && !text.parse::<f64>().is_ok_and(f64::is_finite)
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

/// A text that fits into a cell or a note: a longer one is cut, and says so and how long it was.
pub(crate) fn fit(text: &str) -> Cow<'_, str> {
    // A letter is never more units than bytes.
    if text.len() <= MOST_UNITS || text.encode_utf16().count() <= MOST_UNITS {
        return Cow::Borrowed(text);
    }
    let mut left = MOST_UNITS - MARK_ROOM;
    let mut kept = String::new();
    for mark in text.chars() {
        let Some(rest) = left.checked_sub(mark.len_utf16()) else { break };
        left = rest;
        kept.push(mark);
    }
    let length = grouped(text.chars().count());
    Cow::Owned(format!("{kept}… [dipotong/cut: {length} characters]"))
}

/// A count with its thousands in groups.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn a_text_that_no_cell_holds_is_cut_and_says_so() {
        assert_eq!(fit("abc"), "abc");
        for letter in ["x", "é", "𝔸"] {
            let cut = fit(&letter.repeat(40_000)).into_owned();
            assert!(cut.encode_utf16().count() <= 32_767 - 54, "{letter}");
            assert!(cut.ends_with("… [dipotong/cut: 40,000 characters]"), "{letter}");
        }
        assert_eq!(fit(&"é".repeat(32_000)).chars().count(), 32_000, "what fits stays whole");
    }
}
