//! Spellings that are read as one: what programs and keyboards put in the place of a blank, a
//! hyphen, a digit or a letter.

use std::borrow::Cow;

/// A text with plain blanks, hyphens, digits and letters, and without marks that nobody sees.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let is_plain = |mark: char| plain_mark(mark) == Some(mark);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(plain_mark).collect())
}

/// What a mark is read as; nothing where it is not seen.
fn plain_mark(mark: char) -> Option<char> {
    let from = |first: u32, plain: u8| {
        u8::try_from(u32::from(mark) - first).ok().map(|own| char::from(plain + own))
    };
    match mark {
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => Some('-'),
        // Wide forms of ASCII, and digits of scripts that are in use beside ours.
        '\u{ff01}'..='\u{ff5e}' => from(0xff01, b'!'),
        '\u{660}'..='\u{669}' => from(0x660, b'0'),
        '\u{6f0}'..='\u{6f9}' => from(0x6f0, b'0'),
        '\u{966}'..='\u{96f}' => from(0x966, b'0'),
        mark if mark.is_whitespace() && !mark.is_ascii() => Some(' '),
        mark => Some(mark),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_is_read_as_one_is_spelled_as_one() {
        for text in ["7472\u{a0}0141", "7472\u{2009}0141", "７４７２ 0141", "7472 01\u{200b}41"]
        {
            assert_eq!(plain(text), "7472 0141");
        }
        assert_eq!(plain("DT\u{2013}1234\u{2011}E"), "DT-1234-E");
        assert_eq!(plain("٧٤\u{ff20}"), "74@");
        assert_eq!(plain("Wäkatobi – é"), "Wäkatobi - é");
    }
}
