//! Whether bytes that came can be the file that was asked for.

use koridor_contract::message::Message;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// Bytes of a zip archive's end record without its comment, and the longest comment.
const END_RECORD: usize = 22;
const LONGEST_COMMENT: usize = 65_535;

/// What a workbook of the older kind begins with.
const OLD_WORKBOOK: &[u8] = b"\xD0\xCF\x11\xE0";

/// How much of a file is looked at for what kind of text it is.
const HEAD: usize = 2048;

/// Why bytes cannot be a file with an ending; none where they may be. `kind` is what the server
/// says that it is.
pub(super) fn trouble(bytes: &[u8], ending: &str, kind: Option<&str>) -> Option<Message> {
    let ending = ending.to_ascii_lowercase();
    if bytes.is_empty() {
        return said("kosong", "it is empty");
    }
    let head = head(bytes);
    if is_page(&head, &ending) {
        return a_page();
    }
    match ending.as_str() {
        "xls" if bytes.starts_with(OLD_WORKBOOK) => None,
        // The reader goes by the bytes: a text or a newer workbook may bear the older ending.
        "xls" if has_fields(bytes) && !bytes.starts_with(b"PK") => no_table(bytes, &head),
        "xls" | "xlsx" | "xlsm" | "xlsb" | "ods" | "zip" => no_archive(bytes),
        "parquet" if bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1") => None,
        "parquet" => said("Parquet terpotong atau bukan Parquet", "it is no whole Parquet file"),
        "json" | "geojson" => no_data(bytes, &head),
        "html" | "htm" => None,
        // Many servers call any text a page: fields of a table say what it is.
        "csv" | "tsv" | "txt" if kind.is_some_and(is_html) && !has_fields(bytes) => a_page(),
        "csv" | "tsv" | "txt" => no_table(bytes, &head),
        _ => None,
    }
}

/// Whether the first line of a text has several fields.
fn has_fields(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.iter().any(|byte| b",;\t|".contains(byte))
}

fn said(id: &str, en: &str) -> Option<Message> {
    Some(Message { id: id.to_owned(), en: en.to_owned() })
}

fn a_page() -> Option<Message> {
    said("halaman HTML atau XML, bukan berkas data", "a page of HTML or XML, not a file of data")
}

/// Why bytes are no whole workbook or archive.
fn no_archive(bytes: &[u8]) -> Option<Message> {
    if !bytes.starts_with(b"PK") {
        return said("bukan buku kerja", "it is no workbook");
    }
    match ends_as_archive(bytes) {
        true => None,
        false => said("buku kerja terpotong", "the workbook is cut: its end is missing"),
    }
}

/// Why bytes are no JSON, or one that only says that something failed.
fn no_data(bytes: &[u8], head: &[u8]) -> Option<Message> {
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) {
        return said(
            &format!("JSON tidak utuh: {error}"),
            &format!("the JSON is not whole: {error}"),
        );
    }
    let is_object = head.starts_with(b"{");
    let told = serde_json::from_slice::<Told>(bytes).ok().filter(|_| is_object)?;
    match told.is_error() {
        true => said(
            "jawaban galat dari peladen, bukan data",
            "the server's word that it failed, not data",
        ),
        false => None,
    }
}

/// Why bytes are no table of text.
fn no_table(bytes: &[u8], head: &[u8]) -> Option<Message> {
    if bytes.contains(&0) && !has_byte_order_mark(bytes) {
        return said("bukan teks", "it is no text");
    }
    let is_list = || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    let is_json = head.starts_with(b"{") || head.starts_with(b"[") && is_list();
    is_json.then(|| Message {
        id: "JSON, bukan tabel teks".to_owned(),
        en: "JSON, not a table of text".to_owned(),
    })
}

/// What documents of servers say of themselves.
#[derive(Deserialize)]
struct Told {
    status: Option<Value>,
    success: Option<Value>,
    error: Option<Value>,
    #[serde(rename = "data-availability")]
    availability: Option<Value>,
}

impl Told {
    /// Whether it says that there are no data.
    fn is_error(&self) -> bool {
        let is_word = |own: &Option<Value>, words: &[&str]| {
            let text = own.as_ref().and_then(Value::as_str).unwrap_or_default();
            words.iter().any(|word| text.eq_ignore_ascii_case(word))
        };
        let has_error = match &self.error {
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Object(own)) => !own.is_empty(),
            Some(Value::Bool(own)) => *own,
            _ => false,
        };
        has_error
            || is_word(&self.status, &["error", "failed", "fail"])
            || is_word(&self.availability, &["list-not-available", "not-available"])
            || self.success == Some(Value::Bool(false))
    }
}

/// Whether a content type is that of a page.
fn is_html(kind: &str) -> bool {
    let own = kind.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"].iter().any(|page| own.eq_ignore_ascii_case(page))
}

/// How a text begins, without the mark of its bytes and blanks.
fn head(bytes: &[u8]) -> Vec<u8> {
    let begin = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    let plain = begin.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(begin);
    let own: Vec<u8> = match has_byte_order_mark(bytes) {
        // Of two bytes a letter, one of Latin letters is 0.
        true => plain.iter().skip(2).copied().filter(|byte| *byte != 0).collect(),
        false => plain.to_vec(),
    };
    own.trim_ascii_start().to_vec()
}

fn has_byte_order_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// Whether a text begins as a page for people does, or as a document of tags where none is wanted.
fn is_page(head: &[u8], ending: &str) -> bool {
    let is_tag = |own: &u8| own.is_ascii_alphabetic() || b"!?/".contains(own);
    let is_markup = head.first() == Some(&b'<') && head.get(1).is_some_and(is_tag);
    let lower = head.to_ascii_lowercase();
    let names = |word: &[u8]| lower.windows(word.len()).any(|own| own == word);
    match ending {
        "html" | "htm" => false,
        "xml" | "kml" | "gml" | "rdf" | "svg" => {
            is_markup && (names(b"<!doctype html") || names(b"<html"))
        }
        _ => is_markup,
    }
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

/// Lines of a text that are not blank, else bytes.
pub(super) fn measure(bytes: &[u8], ending: &str) -> u64 {
    match is_text(ending) {
        true => {
            let lines = bytes.split(|byte| *byte == b'\n');
            lines.filter(|line| !line.trim_ascii().is_empty()).count() as u64
        }
        false => bytes.len() as u64,
    }
}

fn is_text(ending: &str) -> bool {
    matches!(ending.to_ascii_lowercase().as_str(), "csv" | "tsv" | "txt")
}

/// Whether a text of so many lines can hold no row below its header.
pub(super) fn is_header_only(size: u64, ending: &str) -> bool {
    is_text(ending) && size <= 1
}

/// Whether a file has a tenth or less of what it had before, and that was not next to nothing.
pub(super) fn is_far_less(now: u64, before: u64) -> bool {
    before >= 20 && now.saturating_mul(10) <= before
}

#[cfg(test)]
mod tests {
    use super::{is_far_less, is_header_only, trouble};

    #[test]
    fn what_is_no_file_is_told_by_its_bytes() {
        let archive = [b"PK\x03\x04....".as_slice(), b"PK\x05\x06", &[0; 18]].concat();
        let wide: Vec<u8> =
            b"\xff\xfe".iter().copied().chain(b"<div>".iter().flat_map(|own| [*own, 0])).collect();
        let cases: [(&[u8], &str, bool); 32] = [
            (b"a,b\n1,2\n", "csv", true),
            (b"", "csv", false),
            (b"\xef\xbb\xbf \n<!DOCTYPE HTML><p>404", "csv", false),
            (b"<html>", "xlsx", false),
            (b"<html>", "html", true),
            (b"<div class=\"error\">Maintenance</div>", "csv", false),
            (b"<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html>", "csv", false),
            (b"<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html>", "xml", false),
            (b"<?xml version=\"1.0\"?>\n<Structure/>", "xml", true),
            (&wide, "csv", false),
            (b"<5,6-12\n1,2\n", "csv", true),
            (&archive, "xlsx", true),
            (&archive, "xls", true),
            (archive.get(..20).unwrap(), "xlsx", false),
            (b"PK\x03\x04....", "XLSX", false),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "xls", true),
            (b"a;b\n1;2\n", "xls", true),
            (b"{\"status\":\"Error\"}", "xls", false),
            (b"a;b\n1;2\n", "ods", false),
            (b"{\"a\": [1, 2]}", "json", true),
            (b"[{\"status\": \"Error\"}]", "json", true),
            (b"[1, 2, 3, 4]", "json", true),
            (b"{\"a\": [1, 2", "json", false),
            (b"{\"status\":\"Error\",\"message\":\"x\"}", "json", false),
            (b"{\"status\":\"OK\",\"data-availability\":\"available\"}", "json", true),
            (b"{\"status\":\"OK\",\"data-availability\":\"list-not-available\"}", "json", false),
            (b"{\"success\": false}", "json", false),
            (b"{\"error\": null, \"rows\": []}", "json", true),
            (b"{\"message\": \"Too many\"}", "csv", false),
            (b"a,b\nPAR1", "parquet", false),
            (b"PAR1....", "parquet", false),
            (b"a\0b", "csv", false),
        ];
        for (bytes, ending, is_file) in cases {
            assert_eq!(trouble(bytes, ending, None).is_none(), is_file, "{ending} {bytes:?}");
        }
        let page = Some("Text/HTML; charset=utf-8");
        assert!(trouble(b"maintenance", "csv", page).is_some());
        assert!(trouble(b"{\"a\": 1}", "json", page).is_none(), "the bytes are what is wanted");
        assert!(trouble(b"a,b\n1,2\n", "csv", Some("text/csv")).is_none());
        assert!(is_far_less(10, 100) && !is_far_less(11, 100) && !is_far_less(1, 10));
        assert!(is_header_only(1, "CSV") && !is_header_only(2, "csv") && !is_header_only(1, "xls"));
    }
}
