//! Canonical texts in an office's writing.

use koridor_contract::date::DateFormat;

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
    fn dates_are_written_as_the_source_does() {
        assert_eq!(month("2024-02-01", DateFormat::Dmy, true), ["Pebruari", "2024"]);
        assert_eq!(moment("2024-12-31T06:15:00", DateFormat::Dmy), "31/12/2024 06:15");
    }
}
