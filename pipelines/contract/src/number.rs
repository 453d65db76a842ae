//! Numbers as Indonesian offices and international exports write them.
//!
//! A source says which marks it uses; a text that does not follow them is refused, and where a
//! source does not say ([`NumberFormat::Auto`]) a text with two readings is refused as ambiguous.
//! Nothing is guessed.

use crate::raw::trim;
use serde::{Deserialize, Serialize};

/// The decimal and grouping marks of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// Reads `text` as a whole number. A fraction of zeros is a fraction all the same, as in Table
/// Schema.
#[inline]
pub fn parse_integer(text: &[u8], format: NumberFormat) -> Result<i64, NumberFault> {
    let trimmed = strip_affixes(trim(text));
    let decimal = parse_decimal(trimmed, format, 0)?;
    if has_fraction(trimmed, format) { Err(NumberFault::NotWhole) } else { Ok(decimal.mantissa) }
}

fn has_fraction(text: &[u8], format: NumberFormat) -> bool {
    match format {
        NumberFormat::Plain | NumberFormat::En => text.contains(&b'.'),
        NumberFormat::Id => text.contains(&b','),
        NumberFormat::Space => text.contains(&b',') || text.contains(&b'.'),
        NumberFormat::Auto => {
            marks(text).is_ok_and(|(decimal, _)| decimal != 0 && text.contains(&decimal))
        }
    }
}

/// Reads a number stored as a number in a workbook: dot decimals, perhaps an exponent.
///
/// A binary fraction carries noise in its last digits, so rounding to the field's scale is not
/// reported.
pub fn parse_native(text: &[u8], scale: u8) -> Result<Decimal, NumberFault> {
    if !text.contains(&b'e') && !text.contains(&b'E') {
        return parse_decimal(text, NumberFormat::Plain, scale)
            .map(|decimal| Decimal { is_rounded: false, ..decimal });
    }
    let value: f64 = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(NumberFault::NotANumber)?;
    let scaled = (value * 10f64.powi(i32::from(scale))).round();
    if !scaled.is_finite() || scaled.abs() >= 9e18 {
        return Err(NumberFault::TooLarge);
    }
    Ok(Decimal { mantissa: scaled as i64, is_rounded: false })
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
    trim(text.strip_suffix(b"%").unwrap_or(text))
}

/// Decides decimal and grouping marks of a text whose source does not say.
fn marks(digits: &[u8]) -> Result<(u8, u8), NumberFault> {
    let dots = digits.iter().filter(|&&byte| byte == b'.').count();
    let commas = digits.iter().filter(|&&byte| byte == b',').count();
    let one = |mark: u8| -> Result<(u8, u8), NumberFault> {
        let at = digits.iter().position(|&byte| byte == mark).unwrap_or_default();
        let (before, after) = (at, digits.len() - at - 1);
        // `0.500` cannot be grouped, `1.234` can.
        if after == 3 && (1..=3).contains(&before) && digits.first() != Some(&b'0') {
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
            if grouped && since_group != 3 {
                return Err(NumberFault::NotANumber);
            }
            fraction = Some(0);
        } else if group != 0 && byte == group && fraction.is_none() {
            if since_group == 0 || since_group > 3 || (grouped && since_group != 3) {
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
        assert_eq!(parse_integer(b"12.0", NumberFormat::Plain), Err(NumberFault::NotWhole));
        assert_eq!(parse_integer(b"12.500", NumberFormat::Id), Ok(12_500));
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
