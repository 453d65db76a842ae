//! The embedded fonts: one family in two weights, under the SIL Open Font License.

use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontInfo};

const FILES: [&[u8]; 2] = [
    include_bytes!("../fonts/IBMPlexSansCondensed-Regular.ttf"),
    include_bytes!("../fonts/IBMPlexSansCondensed-SemiBold.ttf"),
];

/// The name of the family. Each weight names one of its own.
const FAMILY: &str = "IBM Plex Sans Condensed";

/// What stands in the place of a character that the fonts have not.
const UNKNOWN: char = '\u{fffd}';

/// The fonts.
pub static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| FILES.iter().flat_map(|own| Font::iter(Bytes::new(*own))).collect());

/// What the typesetter chooses the fonts by.
pub fn infos() -> impl Iterator<Item = FontInfo> {
    FONTS.iter().map(|own| FontInfo { family: FAMILY.to_owned(), ..own.info().clone() })
}

/// A text of characters that the fonts have: a page to be kept must show each of its characters.
pub fn covered(text: &str) -> String {
    let has = |own: char| {
        own.is_control() || FONTS.iter().all(|font| font.info().coverage.contains(own.into()))
    };
    text.chars().map(|own| if has(own) { own } else { UNKNOWN }).collect()
}

#[cfg(test)]
mod tests {
    use super::{FONTS, covered};

    #[test]
    fn each_font_is_there_and_what_it_has_not_is_replaced() {
        assert_eq!(FONTS.len(), 2);
        assert_eq!(covered("Kota Baubau: 1.234,56 ≥ 5 → –\n"), "Kota Baubau: 1.234,56 ≥ 5 → –\n");
        assert_eq!(covered("日 😀"), "\u{fffd} \u{fffd}");
    }
}
