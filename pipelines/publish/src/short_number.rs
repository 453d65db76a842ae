//! Numbers where there is little room: in thousands, millions and so on.

use crate::words::grouped;
use koridor_contract::message::Language;

/// Most characters of a short number.
pub const SHORT: usize = 6;

/// The units of short numbers and what they stand for.
const UNITS_ID: [(&str, f64); 5] = [("", 1.0), ("rb", 1e3), ("jt", 1e6), ("M", 1e9), ("T", 1e12)];
const UNITS_EN: [(&str, f64); 5] = [("", 1.0), ("k", 1e3), ("m", 1e6), ("bn", 1e9), ("tn", 1e12)];

/// What the units of short numbers stand for.
pub fn legend(language: Language) -> &'static str {
    language.pick(
        "rb ribu, jt juta, M miliar, T triliun",
        "k thousand, m million, bn billion, tn trillion",
    )
}

/// A number in at most [`SHORT`] characters: with all its decimals where they fit, else in
/// thousands, millions and so on.
pub fn short(value: f64, decimals: usize, language: Language) -> String {
    let units = language.pick(UNITS_ID, UNITS_EN);
    let mut text = String::new();
    for (unit, factor) in units {
        let scaled = value / factor;
        if !unit.is_empty() && scaled.abs() >= 999.5 {
            continue;
        }
        let most = if unit.is_empty() { decimals } else { 2 };
        for places in (0..=most).rev() {
            text = format!("{}{unit}", grouped(scaled, places, language));
            if text.chars().count() <= SHORT {
                return text;
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::short;
    use koridor_contract::message::Language::{En, Id};

    #[test]
    fn short_numbers_fit_in_six_characters() {
        let cases = [
            (31.4359, 2, "31.44"),
            (-28_903.75, 2, "-28.9k"),
            (-8_631.09, 2, "-8,631"),
            (2_014_607.0, 0, "2.01m"),
            (303_344.0, 0, "303.3k"),
            (19_778_498.0, 0, "19.78m"),
            (142_598_400_000.0, 0, "143bn"),
            (0.1832, 4, "0.1832"),
            (-0.001, 2, "0.00"),
        ];
        for (value, decimals, expected) in cases {
            assert_eq!(short(value, decimals, En), expected);
        }
        assert_eq!(short(19_778_498.0, 0, Id), "19,8jt");
        assert_eq!(short(-651_000_000_000.0, 0, Id), "-651M");
    }
}
