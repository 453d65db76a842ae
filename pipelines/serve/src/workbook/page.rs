//! Sheets on paper: A4 across, one page wide, with the header on each page.

use crate::error::ServeError;
use rust_xlsxwriter::Worksheet;

/// A4.
const PAPER: u8 = 9;
/// Letters of a sheet's name at most.
const NAME_LETTERS: usize = 31;
/// Height of a line.
const LINE_HEIGHT: f64 = 15.0;
/// Height of a row at most.
const MOST_HEIGHT: f64 = 409.0;

/// Lets a sheet print on A4 across, one page wide, with its first rows on each page.
pub(crate) fn set_up_page(
    sheet: &mut Worksheet,
    header_rows: u32,
    title: &str,
) -> Result<(), ServeError> {
    sheet.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    // A lone `&` begins a command, and a header holds 255 characters.
    let title: String = title.chars().take(110).collect();
    let title = title.replace('&', "&&");
    if !title.is_empty() {
        sheet.set_header(format!("&L{title}"));
    }
    sheet.set_footer("&L&A&R&P / &N");
    if let Some(last) = header_rows.checked_sub(1) {
        sheet.set_repeat_rows(0, last)?;
    }
    Ok(())
}

/// A name that a sheet can have: without marks that it may not hold, and short enough.
pub(crate) fn sheet_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let allowed = |mark: char| match mark {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '_',
        mark if mark.is_control() => ' ',
        mark => mark,
    };
    let cut = |name: &str, most: usize| -> String {
        let mut cut = String::new();
        for mark in name.chars() {
            if cut.encode_utf16().count() + mark.len_utf16() > most {
                break;
            }
            cut.push(mark);
        }
        cut
    };
    let name: String = name.chars().map(allowed).collect();
    let name = name.trim_matches(['\'', ' ']);
    let name = if name.is_empty() { "Data" } else { name };
    let first = cut(name, NAME_LETTERS);
    if !is_taken(&first) {
        return first;
    }
    let numbered = |number: u32| {
        let tail = format!(" ({number})");
        format!("{}{tail}", cut(name, NAME_LETTERS - tail.len()))
    };
    (2..u32::MAX).map(numbered).find(|name| !is_taken(name)).unwrap_or(first)
}

/// Lines that a text takes in a column of a width, broken between words.
pub(crate) fn lines(text: &str, width: f64) -> usize {
    // Some programs show text wider than the font that widths are counted in.
    let room = ((width * 0.92) as usize).max(1);
    let of_line = |line: &str| {
        let mut lines = 1;
        let mut used = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > room {
                lines += 1;
                used = 0;
            }
            // A word that is longer than the line breaks anywhere.
            lines += length.saturating_sub(1) / room;
            used += usize::from(used > 0) + length.min(room);
        }
        lines
    };
    text.split('\n').map(of_line).sum()
}

/// Height of a row of so many lines.
pub(crate) fn height(lines: usize) -> f64 {
    (LINE_HEIGHT * lines.max(1) as f64).min(MOST_HEIGHT)
}

#[cfg(test)]
mod tests {
    use super::{lines, sheet_name};

    #[test]
    fn a_sheet_gets_a_name_that_it_can_have() {
        let free = |_: &str| false;
        assert_eq!(sheet_name("Jan/Feb [2024]", free), "Jan_Feb _2024_");
        assert_eq!(sheet_name("", free), "Data");
        assert_eq!(sheet_name(&"a".repeat(40), free), "a".repeat(31));
        let second = sheet_name(&"a".repeat(40), |name| name.len() == 31 && !name.contains('('));
        assert_eq!(second, format!("{} (2)", "a".repeat(27)));
    }

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(lines("", 10.0), 1);
        assert_eq!(lines("satu dua tiga", 10.0), 2);
        assert_eq!(lines("a\nb", 10.0), 2);
        assert_eq!(lines(&"x".repeat(40), 10.0), 5);
    }
}
