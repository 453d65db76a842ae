//! Whole numbers whose noughts a spreadsheet or a converter may have dropped.

use crate::raw::trim;

/// Whether a text is a whole number with a fraction of noughts that may be what is left of
/// thousands: `9.0` of `9.000`.
pub fn may_be_cut_thousands(text: &[u8]) -> bool {
    let text = trim(text);
    let Some(at) = text.iter().position(|byte| matches!(byte, b'.' | b',')) else { return false };
    let (whole, fraction) = (text.get(..at).unwrap_or_default(), text.get(at + 1..));
    (1..=3).contains(&whole.len())
        && whole.iter().all(u8::is_ascii_digit)
        && fraction.is_some_and(|own| matches!(own, b"0" | b"00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_of_noughts_may_be_what_is_left_of_thousands() {
        for text in ["9.0", "12,0", "118.00"] {
            assert!(may_be_cut_thousands(text.as_bytes()), "{text}");
        }
        for text in ["9", "9.000", "1118.0", "9.5", "9.05", "-", ".0"] {
            assert!(!may_be_cut_thousands(text.as_bytes()), "{text}");
        }
    }
}
