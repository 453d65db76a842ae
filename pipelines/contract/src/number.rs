//! Numbers as Indonesian offices and international exports write them.
//!
//! A source says which marks it uses; a text that does not follow them is refused, and where a
//! source does not say ([`NumberFormat::Auto`]) a text with two readings is refused as ambiguous.
//! Nothing is guessed.

use crate::raw::trim;
use serde::{Deserialize, Serialize};

/// The decimal and grouping marks of a source.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// `1234.56`: the canonical layout.
    #[default]
    Plain,
    /// `1.234,56`: Indonesian.
    Id,
    /// `1,234.56`: English.
    En,
    /// `1 234,56` or `1 234.56`: groups parted by a blank.
    Space,
    /// Not said: a text with one reading is read, one with two is refused.
    Auto,
}

/// Why a text is not the number it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFault {
    /// No number in the source's format.
    NotANumber,
    /// Two readings, such as `1.234`.
    Ambiguous,
    /// A fraction where a whole number belongs.
    NotWhole,
    /// More digits than the field can hold.
    TooLarge,
}

/// A number read exactly: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// Scaled value.
    pub mantissa: i64,
    /// Whether digits beyond the scale were rounded (half up, away from zero).
    pub is_rounded: bool,
}

/// Reads `text` as a decimal with `scale` digits after the mark.
///
/// `Rp 1.250.000,-`, a leading sign and a trailing `%` are accepted; surrounding blanks are
/// ignored.
#[inline]
pub fn parse_decimal(text: &[u8], format: NumberFormat, scale: u8) -> Result<Decimal, NumberFault> {
    let text = strip_affixes(trim(text));
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let (decimal, group) = match format {
        NumberFormat::Plain => (b'.', 0),
        NumberFormat::Id => (b',', b'.'),
        NumberFormat::En => (b'.', b','),
        NumberFormat::Space => (if digits.contains(&b',') { b',' } else { b'.' }, b' '),
        NumberFormat::Auto => marks(digits)?,
    };
    read(digits, decimal, group, scale).map(|(mantissa, is_rounded)| Decimal {
        mantissa: if negative { -mantissa } else { mantissa },
        is_rounded,
    })
}

/// Reads `text` as a whole number. A fraction of zeros, as other programs write whole numbers
/// (`107991.0`), is none; three zeros behind one to three digits may be thousands (`12.000`).
#[inline]
pub fn parse_integer(text: &[u8], format: NumberFormat) -> Result<i64, NumberFault> {
    let trimmed = strip_affixes(trim(text));
    let decimal = parse_decimal(trimmed, format, 0)?;
    match decimal_mark(trimmed, format) {
        Some(at) if decimal.is_rounded || may_be_thousands(trimmed, at) => {
            Err(NumberFault::NotWhole)
        }
        _ => Ok(decimal.mantissa),
    }
}

/// Where the decimal mark of a number stands, where it has one.
fn decimal_mark(text: &[u8], format: NumberFormat) -> Option<usize> {
    let place = |mark: u8| text.iter().rposition(|byte| *byte == mark);
    match format {
        NumberFormat::Plain | NumberFormat::En => place(b'.'),
        NumberFormat::Id => place(b','),
        NumberFormat::Space => place(b',').or_else(|| place(b'.')),
        NumberFormat::Auto => {
            marks(text).ok().filter(|(decimal, _)| *decimal != 0).and_then(|(mark, _)| place(mark))
        }
    }
}

/// Whether what stands behind a mark may be a group of thousands.
fn may_be_thousands(text: &[u8], at: usize) -> bool {
    let (whole, fraction) = (text.get(..at).unwrap_or_default(), text.len() - at - 1);
    let digits = whole.iter().filter(|byte| byte.is_ascii_digit()).count();
    fraction == 3 && digits <= 3 && whole.iter().all(|byte| !matches!(byte, b'.' | b',' | b' '))
}

/// Reads a number stored as a number in a workbook: dot decimals, perhaps an exponent.
pub fn parse_native(text: &[u8], scale: u8) -> Result<Decimal, NumberFault> {
    let Some(at) = text.iter().position(|byte| matches!(byte, b'e' | b'E')) else {
        return parse_decimal(text, NumberFormat::Plain, scale);
    };
    let exponent = text.get(at + 1..).and_then(|text| std::str::from_utf8(text).ok());
    let exponent: i32 =
        exponent.and_then(|text| text.parse().ok()).ok_or(NumberFault::NotANumber)?;
    let digits = text.get(..at).unwrap_or_default();
    // Digits at a scale that the exponent moves.
    let moved = i32::from(scale).saturating_add(exponent);
    match u8::try_from(moved) {
        Ok(moved) if moved <= 40 => parse_decimal(digits, NumberFormat::Plain, moved),
        Ok(_) => Err(NumberFault::TooLarge),
        Err(_) if moved > 0 => Err(NumberFault::TooLarge),
        // Far below the last digit that is kept.
        Err(_) => parse_decimal(digits, NumberFormat::Plain, 0)
            .map(|decimal| Decimal { mantissa: 0, is_rounded: decimal.mantissa != 0 }),
    }
}

/// A binary number as a workbook shows it: fifteen digits, which are all that it keeps. What has
/// more digits before the mark is written with an exponent, as its last digits are lost.
pub fn float_text(value: f64) -> String {
    const DIGITS: usize = 15;
    let whole = value as i64;
    if value.abs() < 1e15 {
        if whole as f64 == value {
            return whole.to_string();
        }
        let text = value.to_string();
        if text.len() <= DIGITS {
            return text;
        }
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    if rounded.abs() < 1e15 || !rounded.is_finite() {
        return rounded.to_string();
    }
    format!("{rounded:E}").replacen('E', "E+", 1)
}

/// A unit that stands with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Affix {
    /// `12%`.
    Percent,
    /// `Rp 12`.
    Rupiah,
    /// `12 kg`.
    Kilogram,
}

/// The unit that is written with a number.
#[inline]
pub fn affix(text: &[u8]) -> Option<Affix> {
    match text {
        [.., b'%'] => Some(Affix::Percent),
        [b'r' | b'R', b'p' | b'P', ..] => Some(Affix::Rupiah),
        [.., b'k' | b'K', b'g' | b'G'] => Some(Affix::Kilogram),
        _ => None,
    }
}

/// Whether a text that is no number in a format shows that its marks mean the opposite of what the
/// format says: `0.500` and `1,234.56` where a dot parts thousands, `1.234.567` where it parts
/// decimals.
pub fn contradicts(text: &[u8], format: NumberFormat) -> bool {
    let other = match format {
        NumberFormat::Id => NumberFormat::En,
        NumberFormat::En => NumberFormat::Id,
        // A decimal comma alone says nothing of dots.
        NumberFormat::Plain | NumberFormat::Space if !text.contains(&b'.') => return false,
        NumberFormat::Plain | NumberFormat::Space => NumberFormat::Id,
        // A text with two readings is refused anyway.
        NumberFormat::Auto => return false,
    };
    parse_decimal(text, format, 6).is_err() && parse_decimal(text, other, 6).is_ok()
}

/// Whether a text has one mark with three digits behind it, which parts thousands or decimals.
pub fn has_two_readings(text: &[u8]) -> bool {
    let text = strip_affixes(trim(text));
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    marks(digits) == Err(NumberFault::Ambiguous)
}

fn strip_affixes(mut text: &[u8]) -> &[u8] {
    // The quick way out: most cells start and end with a digit.
    if let (Some(first), Some(last)) = (text.first(), text.last())
        && first.is_ascii_digit()
        && last.is_ascii_digit()
    {
        return text;
    }
    if text.len() > 2 && text.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(b"rp")) {
        text = trim(text.get(2..).unwrap_or_default());
        text = trim(text.strip_prefix(b".").unwrap_or(text));
        text = text.strip_suffix(b",-").unwrap_or(text);
    }
    let kilograms =
        text.split_last_chunk::<2>().filter(|(_, unit)| unit.eq_ignore_ascii_case(b"kg"));
    text = kilograms.map_or(text, |(number, _)| trim(number));
    trim(text.strip_suffix(b"%").unwrap_or(text))
}

/// Decides decimal and grouping marks of a text whose source does not say.
fn marks(digits: &[u8]) -> Result<(u8, u8), NumberFault> {
    let dots = digits.iter().filter(|&&byte| byte == b'.').count();
    let commas = digits.iter().filter(|&&byte| byte == b',').count();
    let one = |mark: u8| -> Result<(u8, u8), NumberFault> {
        let at = digits.iter().position(|&byte| byte == mark).unwrap_or_default();
        let (before, after) = (at, digits.len() - at - 1);
        let is_plain = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == mark);
        // `0.500` cannot be grouped, `1.234` can, and `1.2E3` is no such number.
        if is_plain && after == 3 && (1..=3).contains(&before) && digits.first() != Some(&b'0') {
            Err(NumberFault::Ambiguous)
        } else {
            Ok((mark, 0))
        }
    };
    match (dots, commas) {
        (0, 0) => Ok((0, 0)),
        (1, 0) => one(b'.'),
        (0, 1) => one(b','),
        (_, 0) => Ok((0, b'.')),
        (0, _) => Ok((0, b',')),
        _ => {
            let last = digits.iter().rev().find(|&&byte| byte == b'.' || byte == b',');
            Ok(if last == Some(&b',') { (b',', b'.') } else { (b'.', b',') })
        }
    }
}

#[inline]
fn read(digits: &[u8], decimal: u8, group: u8, scale: u8) -> Result<(i64, bool), NumberFault> {
    let mut mantissa: i64 = 0;
    let mut seen = 0usize;
    let mut since_group = 0usize;
    let mut grouped = false;
    let mut fraction: Option<u8> = None;
    let mut is_rounded = false;
    let mut round_up = false;
    // `07.30` is a time, and no number is grouped behind a zero: `0.500` has decimals.
    let begins_with_zero = matches!(digits, [b'0', next, ..] if !next.is_ascii_digit());
    let is_padded = matches!(digits, [b'0', next, ..] if next.is_ascii_digit());
    for &byte in digits {
        if byte.is_ascii_digit() {
            let digit = i64::from(byte - b'0');
            match fraction {
                Some(places) if places >= scale => {
                    if !is_rounded && places == scale {
                        round_up = digit >= 5;
                    }
                    // Zeros beyond the scale lose nothing.
                    is_rounded |= digit != 0;
                    fraction = Some(places.saturating_add(1).max(scale.saturating_add(1)));
                }
                _ => {
                    mantissa = mantissa
                        .checked_mul(10)
                        .and_then(|value| value.checked_add(digit))
                        .ok_or(NumberFault::TooLarge)?;
                    if let Some(places) = &mut fraction {
                        *places += 1;
                    } else {
                        since_group += 1;
                    }
                }
            }
            seen += 1;
        } else if decimal != 0 && byte == decimal && fraction.is_none() {
            if is_padded || (grouped && since_group != 3) {
                return Err(NumberFault::NotANumber);
            }
            fraction = Some(0);
        } else if group != 0 && byte == group && fraction.is_none() {
            if begins_with_zero {
                return Err(NumberFault::Ambiguous);
            }
            if is_padded || since_group == 0 || since_group > 3 || (grouped && since_group != 3) {
                return Err(NumberFault::NotANumber);
            }
            grouped = true;
            since_group = 0;
        } else {
            return Err(NumberFault::NotANumber);
        }
    }
    if seen == 0
        || (fraction.is_none() && grouped && since_group != 3)
        || (fraction == Some(0) && digits.last() == Some(&decimal))
    {
        return Err(NumberFault::NotANumber);
    }
    let places = fraction.unwrap_or(0).min(scale);
    for _ in places..scale {
        mantissa = mantissa.checked_mul(10).ok_or(NumberFault::TooLarge)?;
    }
    if round_up {
        mantissa = mantissa.checked_add(1).ok_or(NumberFault::TooLarge)?;
    }
    Ok((mantissa, is_rounded))
}

/// A canonical number with the marks of a format.
pub fn written(text: &str, format: NumberFormat) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, format: NumberFormat, scale: u8, expect: Result<i64, NumberFault>) {
        assert_eq!(
            parse_decimal(text.as_bytes(), format, scale).map(|decimal| decimal.mantissa),
            expect,
            "{text:?} as {format:?}"
        );
    }

    #[test]
    fn each_source_writes_in_its_own_way() {
        use NumberFault::*;
        use NumberFormat::*;
        check("1.234,56", Id, 2, Ok(123_456));
        check("34,527.10", En, 2, Ok(3_452_710));
        check("Rp 1.250.000", Id, 0, Ok(1_250_000));
        check("Rp. 136.034.492.944,-", Id, 0, Ok(136_034_492_944));
        check("819,01", Id, 2, Ok(81_901));
        check("59,3%", Id, 1, Ok(593));
        check("116 332", Space, 0, Ok(116_332));
        check(" 7 ", Plain, 0, Ok(7));
        check("-0,5", Id, 1, Ok(-5));
        check("\u{a0}12", Id, 0, Ok(12));
        check("1.5", Id, 1, Err(NotANumber));
        check("34,527.10", Id, 2, Err(NotANumber));
        check("1,23", En, 2, Err(NotANumber));
        check("1.234.5", Id, 0, Err(NotANumber));
        check("12.", Plain, 0, Err(NotANumber));
        check("n/a?", Id, 0, Err(NotANumber));
        check("", Id, 0, Err(NotANumber));
        check("99999999999999999999", Plain, 0, Err(TooLarge));
    }

    #[test]
    fn a_text_with_two_readings_is_refused() {
        check("1.234", NumberFormat::Auto, 0, Err(NumberFault::Ambiguous));
        check("12,500", NumberFormat::Auto, 0, Err(NumberFault::Ambiguous));
        check("1.2E3", NumberFormat::Auto, 0, Err(NumberFault::NotANumber));
        check("0.500", NumberFormat::Auto, 3, Ok(500));
        check("1.234,5", NumberFormat::Auto, 1, Ok(12_345));
        check("1.234.567", NumberFormat::Auto, 0, Ok(1_234_567));
        check("12.34", NumberFormat::Auto, 2, Ok(1_234));
    }

    #[test]
    fn digits_beyond_the_scale_round_half_up_and_say_so() {
        assert_eq!(
            parse_decimal(b"1.2345", NumberFormat::Plain, 3),
            Ok(Decimal { mantissa: 1235, is_rounded: true })
        );
        assert_eq!(
            parse_decimal(b"1.2300", NumberFormat::Plain, 2),
            Ok(Decimal { mantissa: 123, is_rounded: false })
        );
        assert_eq!(
            parse_decimal(b"1.2349", NumberFormat::Plain, 2),
            Ok(Decimal { mantissa: 123, is_rounded: true })
        );
    }

    #[test]
    fn a_fraction_is_not_a_whole_number() {
        assert_eq!(parse_integer(b"12,5", NumberFormat::Id), Err(NumberFault::NotWhole));
        assert_eq!(parse_integer(b"12.500", NumberFormat::Id), Ok(12_500));
        assert_eq!(parse_integer(b"12.000", NumberFormat::Plain), Err(NumberFault::NotWhole));
    }

    #[test]
    fn a_fraction_of_zeros_is_a_whole_number() {
        assert_eq!(parse_integer(b"107991.0", NumberFormat::Plain), Ok(107_991));
        assert_eq!(parse_integer(b"107991.000", NumberFormat::Auto), Ok(107_991));
        assert_eq!(parse_integer(b"107.991,00", NumberFormat::Id), Ok(107_991));
        assert_eq!(parse_integer(b"107991.5", NumberFormat::Plain), Err(NumberFault::NotWhole));
    }

    #[test]
    fn numbers_are_written_with_the_marks_of_a_format() {
        assert_eq!(written("1234567.50", NumberFormat::Id), "1.234.567,50");
        assert_eq!(written("-999", NumberFormat::En), "-999");
    }

    #[test]
    fn a_lone_zero_is_no_group_of_thousands() {
        use NumberFormat::{En, Id, Plain, Space};
        check("0.500", Id, 3, Err(NumberFault::Ambiguous));
        check("-0.750", Id, 3, Err(NumberFault::Ambiguous));
        check("0,125", En, 3, Err(NumberFault::Ambiguous));
        check("0 500", Space, 3, Err(NumberFault::Ambiguous));
        check("0,500", Id, 3, Ok(500));
        check("0.500", Plain, 3, Ok(500));
    }

    #[test]
    fn a_time_is_no_number() {
        for format in [NumberFormat::Plain, NumberFormat::Auto, NumberFormat::En] {
            check("07.30", format, 2, Err(NumberFault::NotANumber));
        }
        check("07,30", NumberFormat::Id, 2, Err(NumberFault::NotANumber));
        check("0.30", NumberFormat::Plain, 2, Ok(30));
    }

    #[test]
    fn a_workbook_keeps_fifteen_digits() {
        assert_eq!(float_text(0.1 + 0.2), "0.3");
        assert_eq!(float_text(1_014.5), "1014.5");
        assert_eq!(float_text(107_991.0), "107991");
        assert_eq!(float_text(9.974_07e15), "9.97407E+15");
        assert_eq!(float_text(1.0 / 3.0), "0.333333333333333");
        assert_eq!(
            parse_native(b"9.97407E+15", 2).map(|decimal| decimal.mantissa),
            Ok(997_407_000_000_000_000)
        );
        assert_eq!(parse_native(b"1.5E-3", 3), Ok(Decimal { mantissa: 2, is_rounded: true }));
        assert_eq!(parse_native(b"12.3456", 3), Ok(Decimal { mantissa: 12_346, is_rounded: true }));
        assert_eq!(parse_native(b"1E30", 0), Err(NumberFault::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_written_in_a_format_reads_back(
            value in -999_999_999_999i64..999_999_999_999,
            format in prop::sample::select(vec![
                NumberFormat::Id, NumberFormat::En, NumberFormat::Space, NumberFormat::Plain,
            ]),
        ) {
            let (decimal, group) = match format {
                NumberFormat::Id => (",", "."),
                NumberFormat::En => (".", ","),
                NumberFormat::Space => (",", " "),
                _ => (".", ""),
            };
            let whole = (value.abs() / 1000).to_string();
            let mut grouped = String::new();
            for (position, digit) in whole.chars().enumerate() {
                if position > 0 && (whole.len() - position) % 3 == 0 { grouped.push_str(group); }
                grouped.push(digit);
            }
            let sign = if value < 0 { "-" } else { "" };
            let text = format!("{sign}{grouped}{decimal}{:03}", value.abs() % 1000);
            let expect = Decimal { mantissa: value, is_rounded: false };
            prop_assert_eq!(parse_decimal(text.as_bytes(), format, 3), Ok(expect));
        }

        #[test]
        fn no_bytes_make_it_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            scale in 0u8..6,
        ) {
            use NumberFormat::{Auto, En, Id, Plain, Space};
            for format in [Plain, Id, En, Space, Auto] {
                let _ = parse_decimal(&bytes, format, scale);
                let _ = parse_integer(&bytes, format);
            }
            let _ = parse_native(&bytes, scale);
        }
    }
}
