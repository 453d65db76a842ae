//! Looks for values in what a lake holds, however it is packed: texts, workbooks, Parquet.

use crate::error::ReadError;
use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use koridor_contract::personal::MASKED;
use koridor_contract::spelling::plain as plain_text;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use regex::bytes::Regex;
use std::borrow::Cow;
use std::io::{Cursor, Read};

/// Values that are looked for, in any spelling that personal fields take for the same: letters of
/// either case, with or without blanks, dots and hyphens between them. Other marks are part of a
/// value: `1/12` is not `11/2`.
#[derive(Debug, Default)]
pub struct Needles {
    /// Each finds up to [`MOST_OF_ONE`] of them, as whole words of a text.
    anywhere: Vec<Regex>,
    /// The same as all that a cell holds.
    whole_cells: Vec<Regex>,
    /// Those that are no other's wherever they stand, as whole words of a text.
    unmistakable: Vec<Regex>,
    searched: u64,
    unsearched: u64,
}

/// Bytes of one part of a packed file that are looked at.
const MOST_PART_BYTES: u64 = 1 << 30;
/// Packed files within packed files that are looked into.
const MOST_DEPTH: usize = 4;
/// Values that one expression finds.
const MOST_OF_ONE: usize = 1_000;
/// Values that one search looks for: with more it would not end.
const MOST: usize = 20_000;
/// Letters and digits by which a value can be told from what stands everywhere.
const TELLING: usize = 6;
/// The same where they are digits alone: fewer are a day, a year, a count or the code of a place.
const TELLING_DIGITS: usize = 9;

/// Whether a value can be looked for: what is short, or may be a day or a number, stands in what is
/// about others and in what rules a lake.
pub fn is_telling(value: &str) -> bool {
    let letters = value.chars().filter(|letter| letter.is_alphanumeric()).count();
    let digits = value.chars().filter(|letter| letter.is_numeric()).count();
    letters >= TELLING && (letters > digits || digits >= TELLING_DIGITS)
}

/// Whether a value is that of one row or person, not a word or a name that others have too.
pub fn is_unmistakable(value: &str) -> bool {
    let letters = value.chars().filter(|letter| letter.is_alphanumeric()).count();
    letters >= TELLING_DIGITS && value.contains(|letter: char| letter.is_numeric())
}

impl Needles {
    /// Values to look for. Those that cannot be told from others ([`is_telling`]) are left out, and
    /// what is more than one search ends with.
    ///
    /// # Errors
    /// Where a value is too long.
    pub fn new<'value>(values: impl Iterator<Item = &'value str>) -> Result<Self, ReadError> {
        let mut own = Self::default();
        let mut telling: Vec<&str> = Vec::new();
        for value in values {
            match is_telling(value) && telling.len() < MOST {
                true => telling.push(value),
                false => own.unsearched += 1,
            }
        }
        own.searched = telling.len() as u64;
        let certain: Vec<&str> =
            telling.iter().copied().filter(|own| is_unmistakable(own)).collect();
        own.anywhere = words(&telling)?;
        own.whole_cells = expressions(&telling, CELL)?;
        own.unmistakable = words(&certain)?;
        Ok(own)
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.anywhere.is_empty()
    }

    /// How many values are looked for.
    pub fn searched(&self) -> u64 {
        self.searched
    }

    /// How many were given and are not looked for.
    pub fn unsearched(&self) -> u64 {
        self.unsearched
    }

    /// Whether a text holds one of them.
    pub fn stands_in(&self, text: &str) -> bool {
        let text = plain_text(text);
        self.anywhere.iter().any(|own| own.is_match(text.as_bytes()))
    }

    /// Whether the row of a cell is about one of them: the cell is it, or names one that is no
    /// other's.
    pub fn names_row_of(&self, cell: &str) -> bool {
        let cell = plain_text(cell);
        let mut all = self.whole_cells.iter().chain(&self.unmistakable);
        all.any(|own| own.is_match(cell.as_bytes()))
    }

    /// A text with a mask in the place of each.
    pub fn masked<'text>(&self, text: &'text str) -> Cow<'text, str> {
        if !self.stands_in(text) {
            return Cow::Borrowed(text);
        }
        let mut masked = plain_text(text).as_bytes().to_vec();
        for pattern in &self.anywhere {
            // A value is found with the mark before and behind it, which the next one may need.
            while let Some(place) = pattern.captures(&masked).and_then(|own| own.get(1)) {
                let range = place.range();
                masked.splice(range, MASKED.bytes());
            }
        }
        Cow::Owned(String::from_utf8_lossy(&masked).into_owned())
    }

    /// How often they stand in the bytes of a file, unpacked where it is packed: a workbook, a zip
    /// and what is within it, gzip, Parquet.
    ///
    /// # Errors
    /// Where a workbook or Parquet cannot be unpacked: nothing is known of it then.
    pub fn count(&self, bytes: &[u8]) -> Result<u64, ReadError> {
        if self.is_empty() {
            return Ok(0);
        }
        unpacked(&self.anywhere, bytes, 0)
    }
}

/// How often patterns match in bytes, and in what is packed in them.
fn unpacked(patterns: &[Regex], bytes: &[u8], depth: usize) -> Result<u64, ReadError> {
    let mut count = plain(patterns, bytes);
    if depth == MOST_DEPTH {
        return Ok(count);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        count += in_archive(patterns, bytes, depth)?;
    } else if bytes.starts_with(b"\x1f\x8b") {
        let mut own = Vec::new();
        let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(MOST_PART_BYTES);
        reader.read_to_end(&mut own).map_err(damaged)?;
        count += unpacked(patterns, &own, depth + 1)?;
    } else if bytes.starts_with(b"PAR1") {
        count += in_parquet(patterns, bytes.to_vec())?;
    }
    Ok(count)
}

/// What stands before and behind a value: in a text, where letters or digits more would make it
/// another, or digits where it is of digits alone; and where it is all that a cell holds.
const WORD: [&str; 2] = ["(?:^|[^0-9A-Za-z])", "(?:$|[^0-9A-Za-z])"];
const NUMBER: [&str; 2] = ["(?:^|[^0-9])", "(?:$|[^0-9])"];
const CELL: [&str; 2] = ["^[ .-]*", "[ .-]*$"];

/// A value without the marks that make no other value of it: what is hashed of a personal one.
pub fn plain_spelling(value: &str) -> String {
    let value = plain_text(value);
    value.chars().filter(|letter| !is_loose(*letter)).flat_map(char::to_uppercase).collect()
}

fn is_loose(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '.' | '-')
}

/// Expressions that find values wherever they stand.
fn words(values: &[&str]) -> Result<Vec<Regex>, ReadError> {
    let is_number = |own: &&&str| plain_spelling(own).chars().all(|own| own.is_ascii_digit());
    let (numbers, others): (Vec<&str>, Vec<&str>) = values.iter().partition(|own| is_number(own));
    let mut all = expressions(&numbers, NUMBER)?;
    all.extend(expressions(&others, WORD)?);
    Ok(all)
}

/// Expressions that find values, each many of them.
fn expressions(values: &[&str], [before, behind]: [&str; 2]) -> Result<Vec<Regex>, ReadError> {
    let spelled = |value: &&str| {
        let letters = value.chars().filter(|letter| !is_loose(*letter));
        let letters = letters.map(|letter| regex::escape(&letter.to_string()));
        letters.collect::<Vec<_>>().join("[ .-]{0,2}")
    };
    let expression = |values: &[&str]| {
        let all = values.iter().map(spelled).collect::<Vec<_>>().join("|");
        let pattern = format!("(?i){before}({all}){behind}");
        let built = |is_unicode: bool| {
            let mut builder = regex::bytes::RegexBuilder::new(&pattern);
            builder.unicode(is_unicode).size_limit(1 << 28).build()
        };
        // A value of other letters than those of ASCII needs to know them.
        let built = built(false).or_else(|_| built(true));
        built.map_err(|error| ReadError::Internal(error.to_string()))
    };
    values.chunks(MOST_OF_ONE).map(expression).collect()
}

fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Internal(format!("it cannot be unpacked and searched: {error}"))
}

/// Bytes with plain blanks, hyphens and digits where they are a text.
fn plain_bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.is_ascii() {
        return Cow::Borrowed(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => match plain_text(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        // A blank that breaks no line, in encodings of one byte a letter.
        Err(_) => bytes.iter().map(|byte| if *byte == 0xA0 { b' ' } else { *byte }).collect(),
    }
}

/// Bytes as they are, and where half of them are zeros as a text of two bytes a letter.
fn plain(patterns: &[Regex], bytes: &[u8]) -> u64 {
    let found = |bytes: &[u8]| -> u64 {
        let bytes = plain_bytes(bytes);
        patterns.iter().map(|own| own.find_iter(&bytes).count() as u64).sum()
    };
    let zeros = memchr::memchr_iter(0, bytes).count();
    let mut count = found(bytes);
    if zeros * 8 > bytes.len() {
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        count += found(&narrow);
    }
    count
}

fn in_archive(patterns: &[Regex], bytes: &[u8], depth: usize) -> Result<u64, ReadError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut count = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?.take(MOST_PART_BYTES);
        let mut own = Vec::new();
        part.read_to_end(&mut own).map_err(damaged)?;
        count += unpacked(patterns, &own, depth + 1)?;
    }
    Ok(count)
}

/// All values of all columns, and what the file says of itself.
fn in_parquet(patterns: &[Regex], bytes: Vec<u8>) -> Result<u64, ReadError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
    let reader = reader.and_then(|own| own.build()).map_err(damaged)?;
    let options = FormatOptions::default();
    let is_in = |text: &str| {
        let text = plain_text(text);
        patterns.iter().any(|own| own.is_match(text.as_bytes()))
    };
    let mut count = 0;
    for rows in reader {
        let rows = rows.map_err(damaged)?;
        for column in rows.columns() {
            if column.data_type() == &DataType::Utf8 {
                let texts = column.as_string::<i32>().iter().flatten();
                count += texts.filter(|text| is_in(text)).count() as u64;
                continue;
            }
            if column.data_type().is_temporal() || column.data_type() == &DataType::Boolean {
                continue;
            }
            let shown = ArrayFormatter::try_new(column.as_ref(), &options).map_err(damaged)?;
            for row in (0..column.len()).filter(|row| column.is_valid(*row)) {
                count += u64::from(is_in(&shown.value(row).to_string()));
            }
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_value_is_found_in_any_spelling_and_as_a_whole_word() {
        let needles = Needles::new(["DT 1234 E", "7472014101850001"].into_iter()).unwrap();
        for text in ["dt-1234-e", "x;DT1234E;y", "NIK 7472014101850001.", "7472 0141 0185 0001"] {
            assert!(needles.stands_in(text), "{text}");
        }
        for text in ["NIK7472014101850001x", "a=7472014101850001"] {
            assert!(needles.stands_in(text), "{text}");
        }
        for text in ["DT 1234 EX", "17472014101850001", "DT;1234;E", "DT/1234/E", ""] {
            assert!(!needles.stands_in(text), "{text}");
        }
        let cases = Needles::new(["1/12/PPA/2025", "202501232150"].into_iter()).unwrap();
        assert!(cases.names_row_of(" 1/12/ppa/2025") && cases.names_row_of("2025 0123 2150"));
        for cell in ["11/2/PPA/2025", "2025-01-23 21:50", "1-12-PPA-2025"] {
            assert!(!cases.names_row_of(cell) && !cases.stands_in(cell), "{cell}");
        }
        assert_eq!(needles.masked("a dt 1234 e, DT1234E b"), "a ***, *** b");
        let others =
            ["7472\u{a0}0141\u{a0}0185\u{a0}0001", "7472–0141–0185–0001", "７４７２014101850001"];
        for text in others {
            assert!(needles.stands_in(text) && needles.names_row_of(text), "{text}");
            assert_eq!(needles.count(format!("a;{text};b").as_bytes()).unwrap(), 1, "{text}");
        }
        assert_eq!(needles.count(b"a;7472\xA00141\xA00185\xA00001;b").unwrap(), 1);
    }

    #[test]
    fn what_stands_everywhere_is_not_looked_for_and_counted() {
        let values =
            ["abc", "2026", "20261128", "27-11-2026", "7407", "Siti", "SP-001", "812345678"];
        let needles = Needles::new(values.into_iter().chain(["DT 1234"])).unwrap();
        // `812345678` and `DT 1234` are looked for.
        assert_eq!((needles.searched(), needles.unsearched()), (2, 7));
        assert!(!needles.stands_in("release 2026-11-27.1 of 20261128"));
        assert!(Needles::new(["abc"].into_iter()).unwrap().is_empty());
        let many: Vec<String> = (0..2_500).map(|at| format!("NIK-{at:09}")).collect();
        let many = Needles::new(many.iter().map(String::as_str)).unwrap();
        assert_eq!(many.searched(), 2_500);
        assert!(many.stands_in("x NIK 000002499 y") && !many.stands_in("NIK 000002500"));
    }

    #[test]
    fn a_name_is_that_of_a_row_only_where_it_is_the_whole_cell() {
        let needles = Needles::new(["Wa Sitti", "7472014101850001"].into_iter()).unwrap();
        for cell in [" wa sitti ", "WA-SITTI", "NIK: 7472 0141 0185 0001 (ganti)"] {
            assert!(needles.names_row_of(cell), "{cell}");
        }
        for cell in ["Wa Sitti Aminah", "anak Wa Sitti", "17472014101850001"] {
            assert!(!needles.names_row_of(cell), "{cell}");
        }
    }

    #[test]
    fn packed_files_are_unpacked() {
        let needles = Needles::new(["SITI-0001"].into_iter()).unwrap();
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("xl/sharedStrings.xml", options).unwrap();
        archive.write_all(b"<t>siti 0001</t>").unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        assert_eq!(needles.count(&bytes).unwrap(), 1);
        let mut outer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        outer.start_file("kiriman.zip", options).unwrap();
        outer.write_all(&bytes).unwrap();
        let outer = outer.finish().unwrap().into_inner();
        assert_eq!(needles.count(&outer).unwrap(), 1);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"nik;SITI-0001").unwrap();
        assert_eq!(needles.count(&packed.finish().unwrap()).unwrap(), 1);
        let wide: Vec<u8> = " SITI-0001 ".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(needles.count(&wide).unwrap(), 1);
        assert_eq!(needles.count(b"SITI-0002").unwrap(), 0);
    }
}
