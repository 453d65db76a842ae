//! What stands in a cell, as its office reads it: the program's own notation for a format or a
//! length of time goes into no workbook and no letter.

use koridor_contract::message::Message;
use std::borrow::Cow;

/// What stands in a cell.
pub struct ShownCell<'cell> {
    /// The value as it is shown.
    pub text: Cow<'cell, str>,
    /// What its format makes of it, where it shows another number.
    pub note: Option<Message>,
}

/// A cell's text as readers of workbooks give it: `5000 [format 0,]` is a number with a format that
/// hides its thousands, `PT07H30M00S` a time.
pub fn shown_cell(text: &str) -> ShownCell<'_> {
    if let Some((value, format)) = altered(text) {
        return ShownCell { text: Cow::Borrowed(value), note: Some(note(value, format)) };
    }
    let text = time(text).map_or(Cow::Borrowed(text), Cow::Owned);
    ShownCell { text, note: None }
}

/// A number, and the format that shows it with other digits.
fn altered(text: &str) -> Option<(&str, &str)> {
    let (value, format) = text.strip_suffix(']')?.split_once(" [format ")?;
    value.parse::<f64>().ok().map(|_| (value, format))
}

fn note(value: &str, format: &str) -> Message {
    let (id, en) = match format.split(';').any(hides_thousands) {
        true => ("menyembunyikan ribuan", "hides thousands"),
        false => ("memperlihatkan angka lain", "shows another number"),
    };
    Message {
        id: format!("format sel \"{format}\" {id}: isi sel ini {value}"),
        en: format!("the format \"{format}\" {en}: the cell holds {value}"),
    }
}

/// Whether a section of a format ends its digits with a comma.
fn hides_thousands(section: &str) -> bool {
    let last = section.rfind(['0', '#', '?']);
    last.is_some_and(|last| section.get(last + 1..).is_some_and(|rest| rest.starts_with(',')))
}

/// A length of time as hours, minutes, and seconds where there are any.
fn time(text: &str) -> Option<String> {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (hours, rest) = rest.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|own| own.is_ascii_digit());
    if ![hours, minutes, seconds].into_iter().all(is_number) {
        return None;
    }
    let seconds = match seconds.trim_start_matches('0') {
        "" => String::new(),
        _ => format!(":{seconds:0>2}"),
    };
    Some(format!("{sign}{hours:0>2}:{minutes:0>2}{seconds}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_shown_as_its_office_reads_it() {
        for (text, shown) in [
            ("5000 [format 0,]", "5000"),
            ("PT07H30M00S", "07:30"),
            ("PT7H5M9S", "07:05:09"),
            ("-PT48H00M00.5S", "-48:00"),
            ("PT", "PT"),
            ("PTH M S", "PTH M S"),
            ("12 kg", "12 kg"),
            ("x [format 0,]", "x [format 0,]"),
            ("", ""),
        ] {
            assert_eq!(shown_cell(text).text, shown, "{text}");
        }
    }

    #[test]
    fn a_format_that_shows_another_number_is_told_in_words() {
        let note = |text: &str| shown_cell(text).note.map(|note| note.en).unwrap_or_default();
        let thousands = "the format \"#,##0.0,\" hides thousands: the cell holds 5000";
        assert_eq!(note("5000 [format #,##0.0,]"), thousands);
        assert!(note("5 [format 0\".000\"]").contains("shows another number"));
        assert_eq!(note("5000"), "");
    }
}
