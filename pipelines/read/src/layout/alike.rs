//! Whether a line begins as the rows of its table do: a line without figures at the end may be a
//! note or a row that is cut or not filled.

/// Letters behind the first digit that the number of a row may have.
const MOST_LETTERS: usize = 3;

/// Digits that such a number without letters before them has at least.
const FEWEST_DIGITS: usize = 3;

/// Whether a text may be the number of a row such as another, or the begin of one: `T-0110` beside
/// `T-0098765`. A name, a place with a date and the counted line of a note are none.
pub(crate) fn numbered_alike(text: &str, other: &str) -> bool {
    let (text, other) = (text.trim(), other.trim());
    let Some((lead, behind)) = at_first_digit(text) else { return false };
    let Some((other_lead, _)) = at_first_digit(other) else { return false };
    let count = |is_own: fn(char) -> bool| behind.chars().filter(|mark| is_own(*mark)).count();
    let digits = count(|mark| mark.is_ascii_digit());
    // The notes below a table may be counted too.
    let is_counted = digits < FEWEST_DIGITS && !lead.contains(char::is_alphabetic);
    if is_counted || count(char::is_alphabetic) > MOST_LETTERS {
        return false;
    }
    let has_same_lead = lead.to_lowercase() == other_lead.to_lowercase()
        && lead.contains(char::is_alphabetic)
        && form(other, true).starts_with(&form(text, true));
    has_same_lead
        || (!text.contains(char::is_whitespace)
            && form(other, false).starts_with(&form(text, false)))
}

/// Whether a text may be the number of a row, where none is beside it.
pub(crate) fn may_be_number_of_row(text: &str) -> bool {
    let text = text.trim();
    !text.contains(char::is_whitespace) && numbered_alike(text, text)
}

/// What stands before the first digit of a text, and what from there on.
fn at_first_digit(text: &str) -> Option<(&str, &str)> {
    text.find(|mark: char| mark.is_ascii_digit()).map(|at| text.split_at(at))
}

/// A text with `9` for each digit and `a` for each letter, or for each run of them.
fn form(text: &str, are_runs: bool) -> String {
    let mut form = String::with_capacity(text.len());
    for mark in text.chars() {
        let kind = match mark {
            _ if mark.is_ascii_digit() => '9',
            _ if mark.is_alphabetic() => 'a',
            _ => mark,
        };
        let is_run = are_runs && "9a".contains(kind) && form.ends_with(kind);
        if !is_run {
            form.push(kind);
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_rows_are_alike_and_notes_are_not() {
        for (text, other, are_alike) in [
            ("k2-0110000", "k2-0109999", true),
            ("k2-011", "k2-0109999", true),
            ("BT-011", "WM-0109999", true),
            ("TKT 12", "TKT 9", true),
            ("K-10", "K-9", true),
            ("7407", "7401", true),
            ("NIP. 19700101 199503 1 001", "TKT 0098", false),
            ("NIP.197001011995031001", "TKT.0098", false),
            ("Baubau, 5 Juli 2024", "TKT-0098", false),
            ("Wakatobi 2024", "Januari 2024", false),
            ("2", "1", false),
            ("2)", "1)", false),
            ("1) angka sementara", "1", false),
            ("1. Sementara", "1. Wakatobi", false),
            ("1.Semen", "1.Wakatobi", false),
            ("*)", "K-9", false),
            ("Mengetahui", "K-9", false),
            ("", "K-9", false),
        ] {
            assert_eq!(numbered_alike(text, other), are_alike, "{text} | {other}");
        }
        assert!(may_be_number_of_row("k2-011") && !may_be_number_of_row("NIP. 1970"));
    }
}
