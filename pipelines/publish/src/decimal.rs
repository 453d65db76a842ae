//! Numbers cut to their decimals as a workbook shows them, for all that people read.

use std::iter::repeat;

/// Below this a number with a fraction is read with fifteen digits, which are all that a workbook
/// keeps: what a sum leaves behind them moves no digit.
const MOST_DIGITS: f64 = 1e15;

/// A number with so many decimals, half away from zero, of the digits that it is written with:
/// 1.565 is 1.57, though the binary number lies below. Without sign where no digit but zeros is
/// left.
pub fn rounded(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let digits = rounded_digits(written(value.abs()).as_str(), decimals);
    let is_zero = digits.bytes().all(|digit| digit == b'0');
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(decimals));
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    match fraction.is_empty() {
        true => format!("{sign}{whole}"),
        false => format!("{sign}{whole}.{fraction}"),
    }
}

/// The digits of a number that is not negative, without an exponent.
fn written(value: f64) -> String {
    if value.fract() == 0.0 || value >= MOST_DIGITS {
        return value.to_string();
    }
    let kept: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    kept.to_string()
}

/// Digits of a written number up to so many decimals, without the mark.
fn rounded_digits(text: &str, decimals: usize) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let kept = fraction.bytes().chain(repeat(b'0')).take(decimals);
    let mut digits: Vec<u8> = whole.bytes().chain(kept).collect();
    let mut carries = fraction.as_bytes().get(decimals).is_some_and(|next| *next >= b'5');
    for digit in digits.iter_mut().rev() {
        match (carries, *digit) {
            (false, _) => break,
            (true, b'9') => *digit = b'0',
            (true, own) => {
                *digit = own + 1;
                carries = false;
            }
        }
    }
    if carries {
        digits.insert(0, b'1');
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn a_half_is_rounded_away_from_zero_as_it_is_written() {
        let cases = [
            (65.625, 2, "65.63"),
            (-65.625, 2, "-65.63"),
            (626.0 / 400.0, 2, "1.57"),
            (19_300_380.5, 0, "19300381"),
            (0.5, 0, "1"),
            (9.995, 2, "10.00"),
            (999.5, 0, "1000"),
            (65.624_999_999_999_99, 2, "65.63"),
            (65.624_999, 2, "65.62"),
            (1.0, 2, "1.00"),
            (0.000_000_12, 2, "0.00"),
            (-0.001, 2, "0.00"),
            (-0.0, 0, "0"),
            (123_456_789_012_345_680.0, 0, "123456789012345680"),
        ];
        for (value, decimals, expected) in cases {
            assert_eq!(rounded(value, decimals), expected, "{value}");
        }
        assert_eq!(rounded(f64::NAN, 2), "NaN");
    }
}
