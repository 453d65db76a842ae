//! Whether bytes that came can be the file that was asked for.

use koridor_contract::message::Message;
use serde::de::IgnoredAny;

/// Bytes of a zip archive's end record without its comment, and the longest comment.
const END_RECORD: usize = 22;
const LONGEST_COMMENT: usize = 65_535;

/// Why bytes cannot be a file with an ending; none where they may be.
pub(super) fn trouble(bytes: &[u8], ending: &str) -> Option<Message> {
    let said = |id: &str, en: &str| Some(Message { id: id.to_owned(), en: en.to_owned() });
    let ending = ending.to_ascii_lowercase();
    if bytes.is_empty() {
        return said("kosong", "it is empty");
    }
    if is_page(bytes) && !matches!(ending.as_str(), "html" | "htm") {
        return said("halaman HTML, bukan berkas data", "a page of HTML, not a file of data");
    }
    match ending.as_str() {
        "xlsx" | "xlsm" | "ods" | "zip" if !bytes.starts_with(b"PK") => {
            said("bukan buku kerja", "it is no workbook")
        }
        "xlsx" | "xlsm" | "ods" | "zip" if !ends_as_archive(bytes) => {
            said("buku kerja terpotong", "the workbook is cut: its end is missing")
        }
        "parquet" if !(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1")) => {
            said("Parquet terpotong atau bukan Parquet", "it is no whole Parquet file")
        }
        "json" => match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => None,
            Err(error) => said(
                &format!("JSON tidak utuh: {error}"),
                &format!("the JSON is not whole: {error}"),
            ),
        },
        "csv" | "tsv" | "txt" if bytes.contains(&0) && !has_byte_order_mark(bytes) => {
            said("bukan teks", "it is no text")
        }
        _ => None,
    }
}

fn has_byte_order_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// Whether bytes begin as a page for people does.
fn is_page(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes).trim_ascii_start();
    let begins = |word: &str| {
        text.get(..word.len()).is_some_and(|own| own.eq_ignore_ascii_case(word.as_bytes()))
    };
    ["<!doctype html", "<html", "<head", "<body", "<script", "<!--"].into_iter().any(begins)
}

/// Whether a zip archive has its end record, and the directory that it names lies before it.
fn ends_as_archive(bytes: &[u8]) -> bool {
    let from = bytes.len().saturating_sub(END_RECORD + LONGEST_COMMENT);
    let tail = bytes.get(from..).unwrap_or_default();
    let number = |at: usize| -> Option<u64> {
        let own = bytes.get(at..at + 4)?;
        Some(u64::from(u32::from_le_bytes(own.try_into().ok()?)))
    };
    let is_end = |at: usize| {
        let comment = bytes.get(at + 20..at + 22);
        let comment = comment.and_then(|own| own.try_into().ok()).map(u16::from_le_bytes);
        let directory = number(at + 12).zip(number(at + 16));
        let is_whole = comment.is_some_and(|own| at + END_RECORD + usize::from(own) <= bytes.len());
        // Of an archive beyond 4 GiB the numbers stand elsewhere.
        let is_named = directory
            .is_some_and(|(size, begin)| begin == u64::from(u32::MAX) || begin + size <= at as u64);
        is_whole && is_named
    };
    tail.windows(4)
        .enumerate()
        .filter(|(_, own)| *own == b"PK\x05\x06")
        .any(|(at, _)| is_end(from + at))
}

/// Rows of a text, records of a JSON list, else bytes.
pub(super) fn measure(bytes: &[u8], ending: &str) -> u64 {
    match ending.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "txt" => {
            let lines = bytes.split(|byte| *byte == b'\n');
            lines.filter(|line| !line.trim_ascii().is_empty()).count() as u64
        }
        _ => bytes.len() as u64,
    }
}

/// Whether a file has a tenth or less of what it had before, and that was not next to nothing.
pub(super) fn is_far_less(now: u64, before: u64) -> bool {
    before >= 20 && now.saturating_mul(10) <= before
}

#[cfg(test)]
mod tests {
    use super::{is_far_less, trouble};

    #[test]
    fn what_is_no_file_is_told_by_its_bytes() {
        let archive = [b"PK\x03\x04....".as_slice(), b"PK\x05\x06", &[0; 18]].concat();
        let cases: [(&[u8], &str, bool); 12] = [
            (b"a,b\n1,2\n", "csv", true),
            (b"", "csv", false),
            (b"\xef\xbb\xbf \n<!DOCTYPE HTML><p>404", "csv", false),
            (b"<html>", "xlsx", false),
            (b"<html>", "html", true),
            (&archive, "xlsx", true),
            (archive.get(..20).unwrap(), "xlsx", false),
            (b"PK\x03\x04....", "XLSX", false),
            (b"{\"a\": [1, 2]}", "json", true),
            (b"{\"a\": [1, 2", "json", false),
            (b"PAR1....", "parquet", false),
            (b"a\0b", "csv", false),
        ];
        for (bytes, ending, is_file) in cases {
            assert_eq!(trouble(bytes, ending).is_none(), is_file, "{ending} {bytes:?}");
        }
        assert!(is_far_less(10, 100) && !is_far_less(11, 100) && !is_far_less(1, 10));
    }
}
