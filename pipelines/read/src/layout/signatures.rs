//! Signatures side by side below a table: more cells than a note has.

use koridor_contract::RawBatch;

/// Words that stand above those who sign, or before the number of one.
const SIGNING: [&str; 8] = [
    "mengetahui",
    "menyetujui",
    "mengesahkan",
    "diketahui",
    "disetujui",
    "diperiksa",
    "dibuat",
    "nip",
];

/// Rows that signatures take.
const MOST_ROWS: usize = 12;

/// Whether a row below all figures is one of signatures: names in brackets, or texts without
/// figures at or below a word for signing. `end` is one past the last row with a figure.
pub(super) fn is_signed(cells: &RawBatch, (end, row): (usize, usize), filled: &[usize]) -> bool {
    let begins = |text: &str| {
        let mut words = text.split(|mark: char| !mark.is_alphanumeric());
        let first = words.find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
        SIGNING.contains(&first.as_str())
    };
    let text = |column: &usize| cells.text(row, *column).trim();
    let is_in_brackets = |column: &usize| {
        let own = text(column).strip_prefix('(').and_then(|own| own.strip_suffix(')'));
        own.is_some_and(|own| {
            own.contains(' ') && !own.contains(|mark: char| mark.is_ascii_digit())
        })
    };
    let is_words = |column: &usize| {
        let own = text(column);
        begins(own) || !own.contains(|mark: char| mark.is_ascii_digit())
    };
    let is_told = || {
        let rows = end.max(row.saturating_sub(MOST_ROWS))..=row;
        let mut texts =
            rows.flat_map(|row| (0..cells.width()).map(move |column| cells.text(row, column)));
        texts.any(begins)
    };
    filled.iter().all(is_in_brackets) || (filled.iter().all(is_words) && is_told())
}
