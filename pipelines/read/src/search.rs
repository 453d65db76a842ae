//! Looks for values in what a lake holds, however it is packed: texts, workbooks, Parquet.

use crate::error::ReadError;
use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use koridor_contract::personal::MASKED;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use regex::bytes::Regex;
use std::borrow::Cow;
use std::io::{Cursor, Read};

/// Values that are looked for, in any spelling that personal fields take for the same: letters of
/// either case, with or without blanks, dots and hyphens between them.
#[derive(Debug)]
pub struct Needles {
    pattern: Option<Regex>,
}

/// Bytes of one part of a packed file that are looked at.
const MOST_PART_BYTES: u64 = 1 << 30;

impl Needles {
    /// Values to look for; one of fewer than four letters and digits is found everywhere and is
    /// left out.
    ///
    /// # Errors
    /// Where the values are too many or too long.
    pub fn new<'value>(values: impl Iterator<Item = &'value str>) -> Result<Self, ReadError> {
        let is_letter = |letter: &char| letter.is_alphanumeric();
        let patterns: Vec<String> = values
            .map(|value| value.chars().filter(is_letter).collect::<Vec<char>>())
            .filter(|letters| letters.len() >= 4)
            .map(|letters| {
                let letters = letters.iter().map(|letter| regex::escape(&letter.to_string()));
                letters.collect::<Vec<_>>().join("[^0-9A-Za-z\\n\\r;,|\\t]{0,2}")
            })
            .collect();
        if patterns.is_empty() {
            return Ok(Self { pattern: None });
        }
        let pattern = format!("(?i)(?:^|[^0-9A-Za-z])({})(?:$|[^0-9A-Za-z])", patterns.join("|"));
        let built = |is_unicode: bool| {
            let mut builder = regex::bytes::RegexBuilder::new(&pattern);
            builder.unicode(is_unicode).size_limit(1 << 28).build()
        };
        // A value of other letters than those of ASCII needs to know them.
        let pattern = built(false)
            .or_else(|_| built(true))
            .map_err(|error| ReadError::Internal(error.to_string()))?;
        Ok(Self { pattern: Some(pattern) })
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.pattern.is_none()
    }

    /// Whether a text holds one of them.
    pub fn stands_in(&self, text: &str) -> bool {
        self.pattern.as_ref().is_some_and(|own| own.is_match(text.as_bytes()))
    }

    /// A text with a mask in the place of each.
    pub fn masked<'text>(&self, text: &'text str) -> Cow<'text, str> {
        let Some(pattern) = self.pattern.as_ref().filter(|own| own.is_match(text.as_bytes()))
        else {
            return Cow::Borrowed(text);
        };
        let mut masked = text.as_bytes().to_vec();
        // A value is found with the mark before and behind it, which the next one may need.
        while let Some(place) = pattern.captures(&masked).and_then(|own| own.get(1)) {
            let range = place.range();
            masked.splice(range, MASKED.bytes());
        }
        Cow::Owned(String::from_utf8_lossy(&masked).into_owned())
    }

    /// How often they stand in the bytes of a file, unpacked where it is a workbook or Parquet.
    ///
    /// # Errors
    /// Where a workbook or Parquet cannot be unpacked: nothing is known of it then.
    pub fn count(&self, bytes: &[u8]) -> Result<u64, ReadError> {
        let Some(pattern) = &self.pattern else { return Ok(0) };
        let mut count = plain(pattern, bytes);
        if bytes.starts_with(b"PK\x03\x04") {
            count += in_archive(pattern, bytes)?;
        } else if bytes.starts_with(b"PAR1") {
            count += in_parquet(pattern, bytes.to_vec())?;
        }
        Ok(count)
    }
}

fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Internal(format!("it cannot be unpacked and searched: {error}"))
}

/// Bytes as they are, and where half of them are zeros as a text of two bytes a letter.
fn plain(pattern: &Regex, bytes: &[u8]) -> u64 {
    let zeros = memchr::memchr_iter(0, bytes).count();
    let mut count = pattern.find_iter(bytes).count() as u64;
    if zeros * 8 > bytes.len() {
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        count += pattern.find_iter(&narrow).count() as u64;
    }
    count
}

fn in_archive(pattern: &Regex, bytes: &[u8]) -> Result<u64, ReadError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut count = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?.take(MOST_PART_BYTES);
        let mut unpacked = Vec::new();
        part.read_to_end(&mut unpacked).map_err(damaged)?;
        count += plain(pattern, &unpacked);
    }
    Ok(count)
}

/// All values of all columns, and what the file says of itself.
fn in_parquet(pattern: &Regex, bytes: Vec<u8>) -> Result<u64, ReadError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
    let reader = reader.and_then(|own| own.build()).map_err(damaged)?;
    let options = FormatOptions::default();
    let mut count = 0;
    for rows in reader {
        let rows = rows.map_err(damaged)?;
        for column in rows.columns() {
            if column.data_type() == &DataType::Utf8 {
                let texts = column.as_string::<i32>().iter().flatten();
                count += texts.filter(|text| pattern.is_match(text.as_bytes())).count() as u64;
                continue;
            }
            if column.data_type().is_temporal() || column.data_type() == &DataType::Boolean {
                continue;
            }
            let shown = ArrayFormatter::try_new(column.as_ref(), &options).map_err(damaged)?;
            for row in (0..column.len()).filter(|row| column.is_valid(*row)) {
                count += u64::from(pattern.is_match(shown.value(row).to_string().as_bytes()));
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
        for text in ["DT 1234 EX", "17472014101850001", "DT;1234;E", ""] {
            assert!(!needles.stands_in(text), "{text}");
        }
        assert_eq!(needles.masked("a dt 1234 e, DT1234E b"), "a ***, *** b");
        assert!(Needles::new(["abc"].into_iter()).unwrap().is_empty());
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
        let wide: Vec<u8> = " SITI-0001 ".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(needles.count(&wide).unwrap(), 1);
        assert_eq!(needles.count(b"SITI-0002").unwrap(), 0);
    }
}
