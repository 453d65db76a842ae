//! Canonical texts in an office's writing.

use koridor_contract::date::DateFormat;
use koridor_contract::number::NumberFormat;

const MONTHS: [&str; 12] = [
    "Januari",
    "Pebruari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "Nopember",
    "Desember",
];

/// A canonical number with the source's marks.
pub(super) fn number(text: &str, format: NumberFormat) -> String {
    let (group, mark) = match format {
        NumberFormat::Plain | NumberFormat::Auto => return text.to_owned(),
        NumberFormat::Id => (".", ","),
        NumberFormat::En => (",", "."),
        NumberFormat::Space => (" ", ","),
    };
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push_str(group);
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}{mark}{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

/// A canonical month as the office names it; its year in a cell of its own where the office parts
/// them.
pub(super) fn month(text: &str, format: DateFormat, is_parted: bool) -> Vec<String> {
    let year = text.get(..4).unwrap_or_default().to_owned();
    let month = text
        .get(5..7)
        .and_then(|month| month.parse::<usize>().ok())
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let month = month.copied().unwrap_or_default();
    match format {
        _ if is_parted => vec![month.to_owned(), year],
        DateFormat::Year => vec![year],
        DateFormat::Iso => vec![text.get(..7).unwrap_or(text).to_owned()],
        _ => vec![format!("{month} {year}")],
    }
}

/// A canonical date or moment in the source's order.
pub(super) fn moment(text: &str, format: DateFormat) -> String {
    let (Some(year), Some(month), Some(day)) = (text.get(..4), text.get(5..7), text.get(8..10))
    else {
        return text.to_owned();
    };
    let time = text.get(11..16).map(|time| format!(" {time}")).unwrap_or_default();
    match format {
        DateFormat::Iso => format!("{year}-{month}-{day}{time}"),
        DateFormat::Dmy => format!("{day}/{month}/{year}{time}"),
        DateFormat::Mdy => format!("{month}/{day}/{year}{time}"),
        DateFormat::Year => year.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_as_the_source_does() {
        assert_eq!(number("1234567.50", NumberFormat::Id), "1.234.567,50");
        assert_eq!(number("-999", NumberFormat::En), "-999");
        assert_eq!(month("2024-02-01", DateFormat::Dmy, true), ["Pebruari", "2024"]);
        assert_eq!(moment("2024-12-31T06:15:00", DateFormat::Dmy), "31/12/2024 06:15");
    }
}
