//! Patterns of numbers as PostgreSQL has them: `FM999,999.00`, `0000`. What depends on a place
//! (`G`, `D`, `L`) and what is no digit (`S`, `PR`, `RN`, `EEEE`) is not known.

/// Longest pattern that is read.
const MOST_SIGNS: usize = 60;

/// A pattern of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NumberPattern {
    /// `FM`: without blanks before the number and noughts behind it.
    is_bare: bool,
    /// Before the decimal point: `9`, `0` and `,`.
    whole: Vec<char>,
    /// Behind it: `9` and `0`.
    fraction: Vec<char>,
}

impl NumberPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Where it is none that is known.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix("FM").or_else(|| text.strip_prefix("fm"));
        let (whole, fraction) = match bare.unwrap_or(text).split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (bare.unwrap_or(text), None),
        };
        let is_digit = |sign: char| sign == '9' || sign == '0';
        let is_whole = whole.starts_with(is_digit)
            && whole.ends_with(is_digit)
            && whole.chars().all(|sign| is_digit(sign) || sign == ',');
        let is_fraction = fraction.is_none_or(|own| !own.is_empty() && own.chars().all(is_digit));
        if !is_whole || !is_fraction || text.len() > MOST_SIGNS {
            return Err(format!(
                "to_char does not know the pattern `{text}` of a number; it knows 9, 0, commas, \
                 a point and FM, such as FM999,999.00"
            ));
        }
        Ok(Self {
            is_bare: bare.is_some(),
            whole: whole.chars().collect(),
            fraction: fraction.unwrap_or_default().chars().collect(),
        })
    }

    /// A decimal number, rounded half away from nought.
    pub(super) fn decimal(&self, value: i128, scale: i8) -> String {
        let places = usize::from(scale.unsigned_abs());
        let mut digits = value.unsigned_abs().to_string();
        let mut fraction = String::new();
        if scale > 0 {
            let least = places + 1;
            digits = format!("{digits:0>least$}");
            fraction = digits.split_off(digits.len() - places);
        } else if value != 0 {
            digits.push_str(&"0".repeat(places));
        }
        let wanted = self.fraction.len();
        let cut = fraction.get(wanted..).unwrap_or_default();
        let is_up = cut.starts_with(|digit: char| digit >= '5');
        fraction.truncate(wanted);
        let mut all = format!("{digits}{fraction:0<wanted$}");
        if is_up {
            all = one_more(&all);
        }
        let fraction = all.split_off(all.len() - wanted);
        self.written(value < 0, &all, &fraction)
    }

    /// A number with a binary point.
    ///
    /// # Errors
    /// Where it is none, or has no end.
    pub(super) fn float(&self, value: f64) -> Result<String, String> {
        if !value.is_finite() {
            return Err(format!("to_char writes no {value}"));
        }
        let wanted = self.fraction.len();
        let text = format!("{:.wanted$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
        Ok(self.written(value < 0.0, whole, fraction))
    }

    /// A number of these digits, as many behind the point as the pattern has.
    fn written(&self, is_negative: bool, whole: &str, fraction: &str) -> String {
        let places = self.whole.iter().filter(|sign| **sign != ',').count();
        let is_zero = whole.chars().chain(fraction.chars()).all(|digit| digit == '0');
        if whole.len() > places {
            let mark = |text: &str| "#".repeat(text.len());
            let whole = "#".repeat(places);
            return self.laid_out(is_negative, &whole, &mark(fraction));
        }
        let fraction = if self.is_bare { self.stripped(fraction) } else { fraction };
        // `.5` and not `0.5` where the pattern has no nought before its point.
        let would_be_empty = self.is_bare && fraction.is_empty();
        let is_optional = !self.fraction.is_empty() && !self.whole.contains(&'0');
        let is_hidden = whole == "0" && is_optional && !would_be_empty;
        let whole = if is_hidden { "" } else { whole };
        self.laid_out(is_negative && !is_zero, whole, fraction)
    }

    /// Without noughts at the end that the pattern does not ask for.
    fn stripped<'text>(&self, fraction: &'text str) -> &'text str {
        let asked = self.fraction.iter().rposition(|sign| *sign == '0').map_or(0, |at| at + 1);
        let told = fraction.trim_end_matches('0').len();
        fraction.get(..asked.max(told)).unwrap_or(fraction)
    }

    /// Digits in their places, with the sign before the first.
    fn laid_out(&self, is_negative: bool, whole: &str, fraction: &str) -> String {
        let places = self.whole.iter().filter(|sign| **sign != ',').count();
        let first = places - whole.len();
        let mut digits = whole.chars();
        let mut text = String::new();
        let (mut place, mut is_filled) = (0, false);
        for sign in &self.whole {
            if *sign == ',' {
                if !text.is_empty() {
                    text.push(',');
                }
                continue;
            }
            is_filled |= *sign == '0';
            if place >= first {
                text.extend(digits.next());
            } else if is_filled {
                text.push('0');
            }
            place += 1;
        }
        if !self.fraction.is_empty() {
            text.push('.');
            text.push_str(fraction);
        }
        if is_negative {
            text.insert(0, '-');
        }
        let point = usize::from(!self.fraction.is_empty());
        let width = 1 + self.whole.len() + point + self.fraction.len();
        if self.is_bare { text } else { format!("{text:>width$}") }
    }
}

/// The next number of as many digits, or of one more.
fn one_more(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let nines = digits.len() - kept.len();
    let mut raised = String::from(kept);
    let last = raised.pop().and_then(|digit| digit.to_digit(10)).unwrap_or(0) + 1;
    format!("{raised}{last}{}", "0".repeat(nines))
}

#[cfg(test)]
mod tests {
    use super::NumberPattern;

    /// From the manual of PostgreSQL, and what it answers.
    #[test]
    fn numbers_are_written_as_postgresql_does() {
        for (value, scale, pattern, expected) in [
            (123_455, 1, "FM999,999.00", "12,345.50"),
            (5, 1, "FM999,999.00", ".50"),
            (-1, 1, "99.99", "  -.10"),
            (-1, 1, "FM9.99", "-.1"),
            (1, 1, "0.9", " 0.1"),
            (12, 0, "9990999.9", "    0012.0"),
            (12, 0, "FM9990999.9", "0012."),
            (485, 0, "999", " 485"),
            (-485, 0, "999", "-485"),
            (1485, 0, "9,999", " 1,485"),
            (485, 0, "9,999", "   485"),
            (1485, 1, "999.999", " 148.500"),
            (1485, 1, "FM999.999", "148.5"),
            (1485, 1, "FM999.990", "148.500"),
            (12_345_678, 0, "9,999", " #,###"),
            (0, 0, "FM999", "0"),
            (0, 0, "FM9.99", "0."),
            (0, 0, "99.99", "   .00"),
            (7, 0, "0000", " 0007"),
            (999_995, 3, "FM999.00", "###.##"),
            (999_994, 3, "FM999.00", "999.99"),
            (-25, 1, "FM9", "-3"),
            (-4, 1, "FM9", "0"),
            (12, -2, "FM9,999", "1,200"),
        ] {
            let own = NumberPattern::read(pattern).unwrap().decimal(value, scale);
            assert_eq!(own, expected, "{value} {scale} {pattern}");
        }
        let float = |value: f64, pattern: &str| NumberPattern::read(pattern).unwrap().float(value);
        assert_eq!(float(1234.5, "FM9,999.0").as_deref(), Ok("1,234.5"));
        assert_eq!(float(-0.001, "0.00").as_deref(), Ok(" 0.00"));
        assert!(float(f64::NAN, "9").is_err());
    }

    #[test]
    fn patterns_that_are_not_known_are_told() {
        for pattern in ["", "FM", "999G999", "9D9", "99.", ".99", ",99", "S9", "RM", "9.9.9", "L9"]
        {
            let own = NumberPattern::read(pattern).unwrap_err();
            assert!(own.contains(&format!("`{pattern}`")), "{own}");
        }
    }
}
