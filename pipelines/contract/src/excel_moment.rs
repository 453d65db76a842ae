//! Moments that a workbook holds as numbers: days, with the time of day as their fraction.

use crate::date::from_excel_serial;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The moment of an Excel serial to the second, microseconds since 1970-01-01T00:00 in local time;
/// `is_1904` where the workbook counts from 1904.
pub(crate) fn excel_moment(serial: f64, is_1904: bool) -> Option<i64> {
    let day = from_excel_serial(serial.floor(), is_1904)?;
    let seconds = (serial.fract() * DAY).round() as i64;
    Some((i64::from(day) * DAY as i64 + seconds) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::excel_moment;
    use crate::date::{DateFormat, parse_datetime};

    #[test]
    fn a_serial_holds_its_time_of_day_to_the_second() {
        let moment = |text: &str| parse_datetime(text.as_bytes(), DateFormat::Iso);
        for (serial, expected) in [
            (45_717.333_333_333_3, "2025-03-01T08:00"),
            (45_717.993_055_555_6, "2025-03-01T23:50"),
            (45_717.999_999_99, "2025-03-02T00:00"),
            (45_717.0, "2025-03-01T00:00"),
        ] {
            assert_eq!(excel_moment(serial, false), moment(expected), "{serial}");
        }
        assert_eq!(excel_moment(44_255.5, true), moment("2025-03-01T12:00"));
        assert_eq!(excel_moment(7_500.0, false), None);
        assert_eq!(excel_moment(f64::NAN, false), None);
    }
}
