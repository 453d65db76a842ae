//! Whether days or months come first in the dates of a column.

use crate::date::{DateFormat, parse_date};
use crate::raw::trim;

/// Whether a text is a day in the other order of day and month alone: `04/13/2025` where days are
/// first.
pub fn contradicts(text: &[u8], format: DateFormat) -> bool {
    let other = match format {
        DateFormat::Dmy => DateFormat::Mdy,
        DateFormat::Mdy => DateFormat::Dmy,
        DateFormat::Iso | DateFormat::Year => return false,
    };
    let day = day_of(text);
    parse_date(day, format).is_none() && parse_date(day, other).is_some()
}

/// Whether a text is one day with the day first and another with the month first.
pub fn has_two_readings(text: &[u8]) -> bool {
    let day = day_of(text);
    match (parse_date(day, DateFormat::Dmy), parse_date(day, DateFormat::Mdy)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

/// A text without the time that stands behind its day.
fn day_of(text: &[u8]) -> &[u8] {
    let text = trim(text);
    let end = text.iter().position(|byte| matches!(byte, b' ' | b'T'));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_shows_which_order_its_column_has() {
        let shows = |text: &str, format| contradicts(text.as_bytes(), format);
        assert!(shows("04/13/2025", DateFormat::Dmy) && shows("31/12/2024 07:30", DateFormat::Mdy));
        assert!(!shows("13/04/2025", DateFormat::Dmy) && !shows("04/05/2025", DateFormat::Dmy));
        assert!(!shows("31/02/2024", DateFormat::Dmy) && !shows("2024-12-31", DateFormat::Mdy));
        let is_doubtful = |text: &str| has_two_readings(text.as_bytes());
        assert!(is_doubtful("04/05/2025") && is_doubtful("04/05/2025 07.30"));
        assert!(!is_doubtful("05/05/2025") && !is_doubtful("13/04/2025"));
    }
}
