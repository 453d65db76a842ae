//! Dates, months and times as offices write them: `31/12/2024`, `Pebruari 2024`, `Agu-21`, Excel
//! serials.

use crate::quarter::quarter_in;
use crate::raw::trim;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// The months in Bahasa Indonesia.
pub const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// The months in English.
pub const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The order of day and month in a source's numeric dates. ISO dates and dates with a month's name
/// are read in any of them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DateFormat {
    /// `2024-12-31`: the canonical layout.
    #[default]
    Iso,
    /// `31/12/2024`, `31-12-2024`, `31.12.2024`, `31 Desember 2024`.
    Dmy,
    /// `12/31/2024`.
    Mdy,
    /// `2024`: a year, stored as its first day.
    Year,
}

/// Days between 1899-12-30, the day zero of Excel's serials, and 1970-01-01.
const EXCEL_EPOCH_DAYS: i32 = 25_569;

/// Days since 1970-01-01, as Arrow's `Date32` counts.
pub fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - 719_163
}

/// The date of a number of days since 1970-01-01.
pub fn from_days(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(719_163)?)
}

/// First day of the month that holds the day.
pub fn first_of_month(day: i32) -> i32 {
    from_days(day).and_then(|date| date.with_day(1)).map_or(day, days)
}

/// Days since 1970-01-01 of a civil date, or `None` where the calendar has no such day.
#[inline]
pub fn civil(year: i32, month: u32, day: u32) -> Option<i32> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    if day == 0 || day > last || !(1800..=2200).contains(&year) {
        return None;
    }
    // Howard Hinnant's days_from_civil.
    let (month, day) = (month as i32, day as i32);
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    Some(
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
            - 719_468,
    )
}

/// Number of a month by its Indonesian or English name or usual short form.
pub fn month_by_name(name: &[u8]) -> Option<u32> {
    let mut lower = [0u8; 12];
    let name = trim(name);
    let name = name.strip_suffix(b".").unwrap_or(name);
    let slot = lower.get_mut(..name.len())?;
    slot.copy_from_slice(name);
    slot.make_ascii_lowercase();
    Some(match &*slot {
        b"januari" | b"jan" | b"january" => 1,
        b"februari" | b"pebruari" | b"febuari" | b"feb" | b"peb" | b"february" => 2,
        b"maret" | b"mar" | b"mrt" | b"march" => 3,
        b"april" | b"apr" => 4,
        b"mei" | b"may" => 5,
        b"juni" | b"jun" | b"june" => 6,
        b"juli" | b"jul" | b"july" => 7,
        b"agustus" | b"agust" | b"agst" | b"agt" | b"agu" | b"ags" | b"aug" | b"august" => 8,
        b"september" | b"sep" | b"sept" => 9,
        b"oktober" | b"okt" | b"october" | b"oct" => 10,
        b"november" | b"nopember" | b"nov" | b"nop" => 11,
        b"desember" | b"des" | b"december" | b"dec" => 12,
        _ => return None,
    })
}

/// A date without its time, where that is midnight: `2024-07-01T00:00:00`, perhaps with the zone
/// in which it is.
#[inline]
pub fn without_midnight(text: &str) -> &str {
    // Nearly all dates are written without a time.
    if text.len() <= 10 {
        return text;
    }
    let Some(at) = text.rfind(['T', ' ']) else { return text };
    let (day, time) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
    let time = time.strip_suffix('Z').unwrap_or(time);
    let time = time.split(['+', '-']).next().unwrap_or_default();
    let is_time = time.len() >= 4 && time.contains([':', '.']);
    let is_midnight = time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    if is_time && is_midnight { day.trim_end() } else { text }
}

/// Whether a day is the one from which workbooks count: what stands there is a time of day.
pub fn is_day_zero(day: i32) -> bool {
    (-EXCEL_EPOCH_DAYS..=1 - EXCEL_EPOCH_DAYS).contains(&day)
}

/// Reads a date; days since 1970-01-01.
#[inline]
pub fn parse_date(text: &[u8], format: DateFormat) -> Option<i32> {
    let text = trim(text);
    let (first, rest) = leading_number(text)?;
    let (separator, rest) = rest.split_first()?;
    if first >= 1000 {
        // ISO in every format: year first.
        if *separator != b'-' && *separator != b'/' {
            return None;
        }
        let (month, rest) = leading_number(rest)?;
        let (day, rest) = leading_number(rest.strip_prefix(&[*separator])?)?;
        return if rest.is_empty() { civil(first as i32, month, day) } else { None };
    }
    if format == DateFormat::Iso {
        return None;
    }
    match separator {
        b'/' | b'-' | b'.' if rest.first().is_some_and(u8::is_ascii_digit) => {
            let (second, rest) = leading_number(rest)?;
            let (year, rest) = leading_number(rest.strip_prefix(&[*separator])?)?;
            if !rest.is_empty() || year < 1000 {
                return None;
            }
            if format == DateFormat::Mdy {
                civil(year as i32, first, second)
            } else {
                civil(year as i32, second, first)
            }
        }
        b' ' | b'-' => {
            let (month, year) = name_and_year(rest)?;
            civil(year, month, first)
        }
        _ => None,
    }
}

/// Reads a month in any usual form, or a date that is the first of one; days since 1970-01-01 of
/// its first day.
pub fn parse_month(text: &[u8], format: DateFormat) -> Option<i32> {
    let text = trim(text);
    if format == DateFormat::Year {
        return match leading_number(text)? {
            (year, rest) if rest.is_empty() || rest == b".0" => civil(year as i32, 1, 1),
            _ => None,
        };
    }
    if let Some((month, year)) = name_and_year(text).or_else(|| quarter_and_year(text)) {
        return civil(year, month, 1);
    }
    if let Some(date) = parse_date(text, format) {
        return Some(date);
    }
    let (first, rest) = leading_number(text)?;
    let (separator, rest) = rest.split_first()?;
    let (second, rest) = leading_number(rest)?;
    if !rest.is_empty() || !matches!(separator, b'-' | b'/' | b'.' | b' ') {
        return None;
    }
    match (first, second) {
        (1000.., 1..=12) => civil(first as i32, second, 1),
        (1..=12, 1000..) => civil(second as i32, first, 1),
        _ => None,
    }
}

/// Reads a date with a time of day, to the second; microseconds since 1970-01-01T00:00 in local
/// time.
#[inline]
pub fn parse_datetime(text: &[u8], format: DateFormat) -> Option<i64> {
    const DAY: i64 = 86_400_000_000;
    let text = trim(text);
    let at = text.iter().position(|&byte| byte == b' ' || byte == b'T');
    // "31 Desember 2024 06:15" has blanks in the date: the time is what follows the last blank.
    let at = match at {
        Some(at)
            if text.get(at + 1).is_some_and(u8::is_ascii_digit) && text.get(at) == Some(&b'T') =>
        {
            Some(at)
        }
        Some(_) => text
            .iter()
            .rposition(|&byte| byte == b' ' || byte == b'T')
            .filter(|at| text.contains(&b':') || is_clock(text.get(at + 1..).unwrap_or_default())),
        None => None,
    };
    let Some(at) = at else {
        return parse_date(text, format).map(|day| i64::from(day) * DAY);
    };
    let day = parse_date(text.get(..at)?, format)?;
    let time = text.get(at + 1..)?;
    let (hour, rest) = leading_number(time)?;
    let (minute, rest) =
        leading_number(rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"."))?)?;
    let (second, rest) = match rest.strip_prefix(b":").or_else(|| {
        // `07.30.15`, but not the fraction of a second.
        rest.strip_prefix(b".").filter(|_| !time.contains(&b':'))
    }) {
        Some(rest) => leading_number(rest)?,
        None => (0, rest),
    };
    // A fraction of a second is dropped; a zone is not accepted, times are local.
    let rest = match rest.strip_prefix(b".") {
        Some(rest) => leading_number(rest)?.1,
        None => rest,
    };
    if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(i64::from(day) * DAY + i64::from(hour * 3600 + minute * 60 + second) * 1_000_000)
}

/// Whether a text is a time of day as it is written in Indonesian: `07.30`.
fn is_clock(text: &[u8]) -> bool {
    matches!(text, [hour @ .., b'.', tens, ones]
        if (1..=2).contains(&hour.len()) && hour.iter().chain([tens, ones]).all(u8::is_ascii_digit))
}

/// Days between the day zero of Excel's serials and that of workbooks that count from 1904.
const DAYS_TO_1904: f64 = 1_462.0;

/// Day of an Excel serial, days since 1970-01-01; `is_1904` where the workbook counts from 1904.
/// Serials before 1950 are taken for numbers, not dates.
pub fn from_excel_serial(serial: f64, is_1904: bool) -> Option<i32> {
    let serial = if is_1904 { serial + DAYS_TO_1904 } else { serial };
    if !(18_264.0..=80_000.0).contains(&serial) || serial.fract() != 0.0 {
        return None;
    }
    Some(serial as i32 - EXCEL_EPOCH_DAYS)
}

#[inline]
fn leading_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0u32;
    let mut length = 0usize;
    for &byte in text {
        if !byte.is_ascii_digit() {
            break;
        }
        value = value.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?;
        length += 1;
    }
    if length == 0 { None } else { Some((value, text.get(length..).unwrap_or_default())) }
}

/// A text without a word of six bytes, the last of them a blank, that it begins with.
fn without_word<'text>(text: &'text [u8], word: &[u8; 6]) -> &'text [u8] {
    match text.split_at_checked(6) {
        Some((own, rest)) if own.eq_ignore_ascii_case(word) => trim(rest),
        _ => text,
    }
}

/// `Januari 2024`, `Bulan Januari Tahun 2024`, `JANUARI2024`, `Jan-20`: month and year; two digits
/// are of this century.
fn name_and_year(text: &[u8]) -> Option<(u32, i32)> {
    let text = without_word(text, b"bulan ");
    let at = text.iter().position(|byte| !byte.is_ascii_alphabetic() && *byte != b'.')?;
    let month = month_by_name(text.get(..at)?)?;
    // A blank that does not break is two bytes.
    let digits = text.get(at..)?;
    let digits = digits
        .strip_prefix(b"\xC2\xA0")
        .or_else(|| digits.strip_prefix(b"-"))
        .or_else(|| digits.strip_prefix(b"/"))
        .unwrap_or(digits);
    let digits = without_word(trim(digits), b"tahun ");
    let (year, rest) = leading_number(digits)?;
    match (rest.is_empty(), digits.len()) {
        (true, 4) => Some((month, year as i32)),
        (true, 2) => Some((month, 2000 + year as i32)),
        _ => None,
    }
}

/// Whether a text names a quarter and not a month.
pub fn is_quarter(text: &[u8]) -> bool {
    text.len() > 4 && quarter_and_year(trim(text)).is_some()
}

/// The quarter of a text in a column of quarters: as its name, as `II/2025`, or as a date or month
/// of ISO. The name of a month is none, and of `4/2024` nobody knows which it is.
pub fn parse_quarter(text: &[u8]) -> Option<i32> {
    let text = trim(text);
    if let Some((month, year)) = quarter_in(text, true) {
        return civil(year, month, 1);
    }
    let is_iso = text.get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit))
        && text.get(4) == Some(&b'-')
        && text.len() > 6;
    if is_iso { parse_month(text, DateFormat::Iso) } else { None }
}

/// `2024-Q3`, `Q3 2024`, `Triwulan III 2024`, `TW 3/2024`: first month of the quarter and year.
fn quarter_and_year(text: &[u8]) -> Option<(u32, i32)> {
    quarter_in(text, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn iso(day: i32) -> String {
        from_days(day).map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn dates_as_offices_write_them() {
        for (text, format, expect) in [
            ("2024-12-31", DateFormat::Iso, Some("2024-12-31")),
            ("31/12/2024", DateFormat::Dmy, Some("2024-12-31")),
            ("12/31/2024", DateFormat::Mdy, Some("2024-12-31")),
            ("31 Desember 2024", DateFormat::Dmy, Some("2024-12-31")),
            ("2024-12-31", DateFormat::Dmy, Some("2024-12-31")),
            ("31/12/2024", DateFormat::Iso, None),
            ("31/02/2024", DateFormat::Dmy, None),
            ("29/02/2023", DateFormat::Dmy, None),
            ("1/2/24", DateFormat::Dmy, None),
        ] {
            assert_eq!(parse_date(text.as_bytes(), format).map(iso).as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn months_as_offices_write_them() {
        for (text, expect) in [
            ("Pebruari 2024", Some("2024-02-01")),
            ("Agu-21", Some("2021-08-01")),
            ("2024-07", Some("2024-07-01")),
            ("07/2024", Some("2024-07-01")),
            ("Nopember 2023", Some("2023-11-01")),
            ("2024-07-01", Some("2024-07-01")),
            ("Desember\u{a0}2024", Some("2024-12-01")),
            ("Bulan April 2025", Some("2025-04-01")),
            ("Bulan Januari Tahun 2024", Some("2024-01-01")),
            ("JANUARI TAHUN 2024", Some("2024-01-01")),
            ("Tahun 2024", None),
            ("Januari Tahun", None),
            ("JANUARI2025", Some("2025-01-01")),
            ("Febuari - 2025", None),
            ("2024-Q3", Some("2024-07-01")),
            ("Triwulan IV 2024", Some("2024-10-01")),
            ("TW 2/2024", Some("2024-04-01")),
            ("Triwulan I Tahun 2025", Some("2025-01-01")),
            ("Trw IV 2024", Some("2024-10-01")),
            ("Triwulan III (Juli-September) 2025", Some("2025-07-01")),
            ("Triwulan I-II 2024", None),
            ("TW 1,2,3 2025", None),
            ("TW I/IV 2024", None),
            ("Triwulan I 2023-2024", None),
            ("13/2024", None),
            ("Agustus", None),
        ] {
            assert_eq!(
                parse_month(text.as_bytes(), DateFormat::Dmy).map(iso).as_deref(),
                expect,
                "{text}"
            );
        }
    }

    #[test]
    fn quarters_as_offices_write_them() {
        for (text, expect) in [
            ("II/2025", Some("2025-04-01")),
            ("2024-Q4", Some("2024-10-01")),
            ("2024-07", Some("2024-07-01")),
            ("2024-07-01", Some("2024-07-01")),
            ("4/2024", None),
            ("2024/4", None),
            ("4 2024", None),
            ("April 2025", None),
            ("Q1-Q3 2025", None),
        ] {
            assert_eq!(parse_quarter(text.as_bytes()).map(iso).as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn times_are_local_and_to_the_second() {
        let at = |text: &str| parse_datetime(text.as_bytes(), DateFormat::Dmy);
        assert_eq!(at("01/01/1970 00:01"), Some(60_000_000));
        assert_eq!(at("1970-01-01T00:00:01"), Some(1_000_000));
        assert_eq!(at("1 Januari 1970 06.30"), Some(23_400_000_000));
        assert_eq!(at("01/01/1970 07.30"), Some(27_000_000_000));
        assert_eq!(at("07.30"), None);
        assert_eq!(at("07:30:00"), None);
        assert_eq!(at("1 Januari 1970 06:30"), Some(23_400_000_000));
        assert_eq!(at("31/02/2024 10:00"), None);
        assert_eq!(at("01/01/2024 25:00"), None);
    }

    #[test]
    fn excel_serials_are_days() {
        assert_eq!(from_excel_serial(45_658.0, false).map(iso).as_deref(), Some("2025-01-01"));
        assert_eq!(from_excel_serial(44_196.0, true).map(iso).as_deref(), Some("2025-01-01"));
        assert_eq!(from_excel_serial(2024.0, false), None);
    }

    #[test]
    fn midnight_is_the_day_alone() {
        for text in [
            "2024-07-01T00:00:00",
            "2024-07-01 00:00",
            "2024-07-01T00:00:00.000Z",
            "2024-07-01T00:00:00+08:00",
            "2024-07-01",
        ] {
            assert_eq!(without_midnight(text), "2024-07-01");
        }
        assert_eq!(without_midnight("2024-07-01T13:00:00"), "2024-07-01T13:00:00");
        assert_eq!(without_midnight("1 Januari 2000"), "1 Januari 2000");
        assert!(
            is_day_zero(civil(1899, 12, 31).unwrap()) && is_day_zero(civil(1899, 12, 30).unwrap())
        );
        assert!(!is_day_zero(civil(1900, 1, 1).unwrap()));
    }

    proptest! {
        #[test]
        fn every_day_reads_back(day in -40_000i32..60_000) {
            let date = from_days(day).unwrap();
            prop_assert_eq!(civil(date.year(), date.month(), date.day()), Some(day));
            prop_assert_eq!(parse_date(date.to_string().as_bytes(), DateFormat::Iso), Some(day));
            let dmy = date.format("%d/%m/%Y").to_string();
            prop_assert_eq!(parse_date(dmy.as_bytes(), DateFormat::Dmy), Some(day));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            for format in [DateFormat::Iso, DateFormat::Dmy, DateFormat::Mdy] {
                let _ = parse_date(&bytes, format);
                let _ = parse_month(&bytes, format);
                let _ = parse_datetime(&bytes, format);
            }
        }
    }
}
