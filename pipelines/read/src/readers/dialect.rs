//! How a text file is written: its encoding and the mark between its cells, found from its
//! beginning.

use super::limits::MAX_RECORD_BYTES;
use super::record::split;
use super::refusal::{Refusal, RefusalCode};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a text file is written.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Byte between cells.
    pub delimiter: u8,
    /// Character encoding.
    pub encoding: &'static Encoding,
}

/// Finds encoding and delimiter from a file's beginning.
///
/// # Errors
/// Where the text is no table.
pub fn sniff(head: &[u8], declared: Option<char>) -> Result<Dialect, Refusal> {
    let encoding = encoding(head);
    let text = encoding.decode(head).0;
    if text.lines().next().is_none_or(|line| line.len() >= MAX_RECORD_BYTES) {
        return Err(Refusal::new(
            RefusalCode::NotATable,
            "baris pertama terlalu panjang untuk judul kolom; berkas ini bukan tabel",
            "the first line is too long for a header; the file is not a table",
        ));
    }
    if !text.contains('\n') && text.matches('\r').count() > 1 {
        return Err(Refusal::new(
            RefusalCode::LineEnds,
            "akhir baris memakai format Mac lama (CR); simpan ulang sebagai CSV UTF-8",
            "the lines end the old Mac way (CR); save the file again as CSV UTF-8",
        ));
    }
    let delimiter = match declared {
        Some(mark) => mark as u8,
        None => delimiter(&text),
    };
    Ok(Dialect { delimiter, encoding })
}

/// The encoding of a text, by its mark or by its bytes.
pub fn encoding(text: &[u8]) -> &'static Encoding {
    match Encoding::for_bom(text) {
        Some((encoding, _)) => encoding,
        None => encoding_without_mark(text),
    }
}

/// Whether bytes hold a letter of UTF-8 beyond ASCII: text in another encoding has none but by
/// chance.
pub fn holds_utf8_letter(mut bytes: &[u8]) -> bool {
    while let Some(at) = bytes.iter().position(|byte| !byte.is_ascii()) {
        bytes = bytes.get(at..).unwrap_or_default();
        let length = match bytes.first() {
            Some(0xC2..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..=0xF4) => 4,
            _ => 1,
        };
        if length > 1 && bytes.get(..length).is_some_and(|own| std::str::from_utf8(own).is_ok()) {
            return true;
        }
        bytes = bytes.get(1..).unwrap_or_default();
    }
    false
}

fn encoding_without_mark(head: &[u8]) -> &'static Encoding {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    // Text in Latin letters has a zero in every other byte of UTF-16.
    let half = head.len() / 2;
    if half > 4 && zeros(1) > half / 2 {
        return UTF_16LE;
    }
    if half > 4 && zeros(0) > half / 2 {
        return UTF_16BE;
    }
    let error = match std::str::from_utf8(head) {
        Ok(_) => return UTF_8,
        Err(error) => error,
    };
    // A cut character at the end of the head is no fault, and a file with proper UTF-8 elsewhere
    // has bad bytes rather than another encoding.
    if error.error_len().is_none() || holds_utf8_letter(head) {
        return UTF_8;
    }
    // Bytes that no office's text holds in Windows-1252 are damage: their rows are refused one by
    // one.
    if head.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D | 0xFE | 0xFF)) {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(head, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    // Indonesian offices write Latin letters: any other single-byte guess on a few bytes is noise.
    if guess.is_single_byte() { WINDOWS_1252 } else { guess }
}

/// The mark that parts the most lines into the same number of cells.
fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(50).collect();
    let score = |mark: u8| {
        let counts: Vec<usize> =
            lines.iter().map(|line| split(line.as_bytes(), mark).0.len()).collect();
        let usual =
            counts.iter().copied().filter(|count| *count > 1).max_by_key(|count| {
                (counts.iter().filter(|other| *other == count).count(), *count)
            });
        usual
            .map(|usual| (counts.iter().filter(|count| **count == usual).count(), usual))
            .unwrap_or_default()
    };
    // At equal scores the first wins: a semicolon or a tab is never a decimal mark.
    [b';', b'\t', b'|', b','].into_iter().rev().max_by_key(|mark| score(*mark)).unwrap_or(b',')
}
