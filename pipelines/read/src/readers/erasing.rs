//! Takes rows out of a delimited text: their lines stay and are blank, so that all others keep
//! their numbers.

use super::dialect::{self, Dialect};
use super::limits::HEAD_BYTES;
use super::record::next_record;
use super::refusal::Refusal;
use encoding_rs::{UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Cells to fill, by the line of their record and their column.
pub type FilledCells = BTreeMap<(u64, usize), String>;

/// A delimited text whose line ends are bytes.
pub struct EditedText<'bytes> {
    bytes: Cow<'bytes, [u8]>,
    dialect: Dialect,
    /// Whether it was in UTF-16 and is in UTF-8 while it is edited.
    is_wide: bool,
    /// Whether a mark of its encoding stood before it.
    has_mark: bool,
}

impl<'bytes> EditedText<'bytes> {
    /// A text as a file holds it.
    ///
    /// # Errors
    /// Where it is no table.
    pub fn of(bytes: &'bytes [u8], delimiter: Option<char>) -> Result<Self, Refusal> {
        let head = bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        let dialect = dialect::sniff(head, delimiter)?;
        let is_wide = dialect.encoding == UTF_16LE || dialect.encoding == UTF_16BE;
        let has_mark = encoding_rs::Encoding::for_bom(bytes).is_some();
        let bytes = match is_wide {
            true => Cow::Owned(dialect.encoding.decode(bytes).0.into_owned().into_bytes()),
            false => Cow::Borrowed(bytes),
        };
        Ok(Self { bytes, dialect, is_wide, has_mark })
    }

    /// Lines of the records of whose cells `is_meant` holds.
    pub fn lines_of(&self, is_meant: &dyn Fn(&[Cow<'_, str>]) -> bool) -> BTreeSet<u64> {
        let (mut start, mut line) = (0, 1);
        let mut lines = BTreeSet::new();
        while let Some(record) = next_record(&self.bytes, start, self.dialect.delimiter, None, true)
        {
            let cells = record.cells.iter().map(|(from, to, _)| self.text(*from..*to));
            if is_meant(&cells.collect::<Vec<_>>()) {
                lines.extend(line..line + record.lines);
            }
            start = record.next;
            line += record.lines;
        }
        lines
    }

    fn text(&self, part: Range<usize>) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes.get(part).unwrap_or_default())
    }

    /// The text without the records that begin at some lines, and with other cells filled; and all
    /// lines that are blank now.
    pub fn without(&self, first: &BTreeSet<u64>, filled: &FilledCells) -> (Vec<u8>, BTreeSet<u64>) {
        let (mut start, mut line) = (0, 1);
        let mut blanked = BTreeSet::new();
        let mut kept = Vec::with_capacity(self.bytes.len());
        while let Some(record) = next_record(&self.bytes, start, self.dialect.delimiter, None, true)
        {
            let end = record.next.min(self.bytes.len());
            let own = self.bytes.get(start..end).unwrap_or_default();
            let is_meant = (line..line + record.lines).any(|number| first.contains(&number));
            if is_meant {
                blanked.extend(line..line + record.lines);
                kept.extend(blank(own));
            } else {
                let mut at = start;
                for (column, &(from, to, _)) in record.cells.iter().enumerate() {
                    let Some(text) = filled.get(&(line, column)) else { continue };
                    kept.extend_from_slice(self.bytes.get(at..from).unwrap_or_default());
                    kept.extend(self.quoted(text));
                    at = to;
                }
                kept.extend_from_slice(self.bytes.get(at..end).unwrap_or_default());
            }
            start = record.next;
            line += record.lines;
        }
        (self.encoded(kept), blanked)
    }

    /// A text as a cell.
    fn quoted(&self, text: &str) -> Vec<u8> {
        let delimiter = char::from(self.dialect.delimiter);
        if text.contains([delimiter, '"', '\n']) {
            return format!("\"{}\"", text.replace('"', "\"\"")).into_bytes();
        }
        text.as_bytes().to_vec()
    }

    /// The text in the encoding that it had.
    fn encoded(&self, text: Vec<u8>) -> Vec<u8> {
        if !self.is_wide {
            return text;
        }
        let is_little = self.dialect.encoding == UTF_16LE;
        let text = String::from_utf8_lossy(&text).into_owned();
        let mark = self.has_mark.then_some(0xFEFF);
        let units = mark.into_iter().chain(text.encode_utf16());
        let bytes = |unit: u16| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        units.flat_map(bytes).collect()
    }
}

/// The line ends of a record; a last line without one gets it.
fn blank(record: &[u8]) -> Vec<u8> {
    let mut ends = Vec::new();
    for (at, byte) in record.iter().enumerate() {
        if *byte == b'\n' {
            if at > 0 && record.get(at - 1) == Some(&b'\r') {
                ends.push(b'\r');
            }
            ends.push(b'\n');
        }
    }
    if record.last() != Some(&b'\n') {
        ends.push(b'\n');
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &[u8], lines: &[u64]) -> (Vec<u8>, Vec<u64>) {
        let edited = EditedText::of(text, None).unwrap();
        let (bytes, blanked) =
            edited.without(&lines.iter().copied().collect(), &FilledCells::new());
        (bytes, blanked.into_iter().collect())
    }

    #[test]
    fn lines_are_blank_and_all_others_where_they_were() {
        let text = b"a;b\r\n1;\"x\r\ny\"\r\n2;z\r\n3;w";
        assert_eq!(without(text, &[2]), (b"a;b\r\n\r\n\r\n2;z\r\n3;w".to_vec(), vec![2, 3]));
        assert_eq!(without(text, &[5]).0, b"a;b\r\n1;\"x\r\ny\"\r\n2;z\r\n\n");
        let edited = EditedText::of(text, None).unwrap();
        let found = edited.lines_of(&|cells| cells.iter().any(|cell| cell == "z"));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [4]);
        let filled = FilledCells::from([((4, 0), "p;q".to_owned())]);
        let (bytes, _) = edited.without(&BTreeSet::new(), &filled);
        assert!(bytes.windows(9).any(|own| own == b"\"p;q\";z\r\n"));
    }

    #[test]
    fn a_text_in_utf_16_stays_one() {
        let wide: Vec<u8> =
            "\u{feff}a;b\n1;é\n2;z\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let expected: Vec<u8> =
            "\u{feff}a;b\n\n2;z\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(without(&wide, &[2]), (expected, vec![2]));
    }
}
