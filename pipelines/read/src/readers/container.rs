//! Which container a file is, told by its first bytes.

use super::json::utf_16;
use super::refusal::{Refusal, RefusalCode};

/// Containers, as found from a file's first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Delimited text.
    Text,
    /// XLSX, XLS or ODS.
    Workbook,
    /// JSON, of which the BPS WebAPI's is read.
    Json,
    /// Parquet.
    Parquet,
}

impl Container {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Text, Self::Workbook, Self::Json, Self::Parquet];
}

/// The first bytes of cells that this program keeps; the kind of their container follows.
pub(super) const KEPT: &[u8] = b"koridor-cells-1\n";

/// Of which container cells that are kept were, by their first bytes; `None` of another file.
pub(super) fn kept_container(head: &[u8]) -> Option<Container> {
    let kind = head.strip_prefix(KEPT)?.first()?;
    let container = Container::ALL.get(usize::from(*kind)).copied()?;
    (container != Container::Text).then_some(container)
}

/// Tells a file's container from its first bytes.
///
/// # Errors
/// Where the bytes are of a kind that holds no table.
pub fn container(head: &[u8]) -> Result<Container, Refusal> {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let begins =
        |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let marks = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF", UTF_32_LE, UTF_32_BE];
    if head.is_empty() || marks.contains(&head) {
        return Err(Refusal::new(
            RefusalCode::EmptyFile,
            "berkas kosong; kirim ulang berkas yang berisi data",
            "the file is empty; send it again with data",
        ));
    }
    if let Some(container) = kept_container(head) {
        return Ok(container);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        return Ok(Container::Workbook);
    }
    if head.starts_with(b"PAR1") {
        return Ok(Container::Parquet);
    }
    if is_utf_32(head) {
        return Err(Refusal::new(
            RefusalCode::OtherEncoding,
            "teks ini dalam pengodean UTF-32, yang tidak dibaca; simpan ulang sebagai CSV UTF-8",
            "the text is encoded in UTF-32, which is not read; save it again as CSV UTF-8",
        ));
    }
    if [
        &b"\x1F\x8B"[..],
        b"7z\xBC\xAF\x27\x1C",
        b"Rar!\x1A\x07",
        b"BZh",
        b"\xFD7zXZ",
        b"\x28\xB5\x2F\xFD",
    ]
    .iter()
    .any(|mark| head.starts_with(mark))
    {
        return Err(Refusal::new(
            RefusalCode::Packed,
            "berkas ini terkompresi (gz, 7z, rar, bz2, xz, zst); ekstrak dan kirim isinya",
            "the file is compressed (gz, 7z, rar, bz2, xz, zst); unpack it and send what is inside",
        ));
    }
    if begins(b"%PDF") {
        return Err(Refusal::new(
            RefusalCode::Pdf,
            "berkas ini PDF, bukan tabel; kirim berkas Excel atau CSV aslinya",
            "the file is a PDF and not a table; send the Excel or CSV file it was made from",
        ));
    }
    if [&b"<!doctype html"[..], b"<html", b"<head", b"<table", b"<?xml", b"<!--"]
        .iter()
        .any(|word| begins(word))
    {
        return Err(Refusal::new(
            RefusalCode::Html,
            "berkas ini halaman web (HTML/XML), bukan tabel; mungkin unduhan gagal atau halaman \
             masuk. Bila Excel membukanya sebagai tabel, simpan sebagai .xlsx dan kirim itu",
            "the file is a web page (HTML or XML) and not a table; perhaps a failed download or a \
             log-in page. If Excel opens it as a table, save it as .xlsx and send that",
        ));
    }
    if is_json(text) || is_json_in_utf_16(head) {
        return Ok(Container::Json);
    }
    Ok(Container::Text)
}

/// Marks at the beginning of texts in UTF-32. The first begins as that of UTF-16 does, in which no
/// text goes on with NUL.
const UTF_32_LE: &[u8] = b"\xFF\xFE\0\0";
const UTF_32_BE: &[u8] = b"\0\0\xFE\xFF";

/// Whether a text is encoded in UTF-32, by its mark or by its first characters.
fn is_utf_32(head: &[u8]) -> bool {
    /// Characters that are looked at.
    const MOST: usize = 8;
    let is_latin = |character: &[u8]| match character {
        [0, 0, 0, low] | [low, 0, 0, 0] => *low != 0,
        _ => false,
    };
    head.starts_with(UTF_32_LE)
        || head.starts_with(UTF_32_BE)
        || (head.len() >= 4 * MOST && head.chunks_exact(4).take(MOST).all(is_latin))
}

/// Whether a text begins as JSON does: a title in brackets (`[LAPORAN 2024]`) is none.
fn is_json(text: &[u8]) -> bool {
    let after = |mark: u8| {
        let behind = text.strip_prefix(&[mark])?.trim_ascii_start();
        Some(behind.first().copied().unwrap_or(mark))
    };
    after(b'{').is_some_and(|next| matches!(next, b'"' | b'}' | b'{'))
        || after(b'[').is_some_and(|next| matches!(next, b'{' | b'[' | b'"' | b']'))
        || text.trim_ascii_end() == b"null"
}

/// Whether a text in UTF-16 begins as JSON does.
fn is_json_in_utf_16(head: &[u8]) -> bool {
    /// Bytes that are looked at: an indented document has its second mark within them.
    const MOST: usize = 512;
    utf_16(head).is_some_and(|encoding| {
        let start = head.get(..MOST).unwrap_or(head);
        let (text, _) = encoding.decode_with_bom_removal(start);
        is_json(text.as_bytes().trim_ascii_start())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_of_the_encoding_alone_is_an_empty_file() {
        for head in [&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF", UTF_32_LE, UTF_32_BE] {
            assert_eq!(container(head).unwrap_err().code, RefusalCode::EmptyFile, "{head:?}");
        }
        assert_eq!(container(b"\xEF\xBB\xBFa").unwrap(), Container::Text);
    }

    #[test]
    fn a_text_in_utf_32_is_told_as_such() {
        let text = "Kabupaten/Kota;Bulan\n";
        let low: Vec<u8> = text.chars().flat_map(|own| u32::from(own).to_le_bytes()).collect();
        let high: Vec<u8> = text.chars().flat_map(|own| u32::from(own).to_be_bytes()).collect();
        for head in [
            [UTF_32_LE, low.as_slice()].concat(),
            [UTF_32_BE, high.as_slice()].concat(),
            low.clone(),
            high.clone(),
        ] {
            let refusal = container(&head).unwrap_err();
            assert_eq!(refusal.code, RefusalCode::OtherEncoding);
            assert!(refusal.message.en.contains("UTF-32"), "{}", refusal.message.en);
        }
        let half: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(container(&[b"\xFF\xFE", half.as_slice()].concat()).unwrap(), Container::Text);
        assert_eq!(container(&half).unwrap(), Container::Text);
    }

    #[test]
    fn json_in_utf_16_is_json() {
        let wide = |text: &str| -> Vec<u8> {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
        };
        for (text, expected) in [
            ("{\"status\": \"OK\"}", Container::Json),
            ("[\r\n    {\"a\": 1}]", Container::Json),
            ("[LAPORAN 2024]\na;b\n", Container::Text),
        ] {
            assert_eq!(container(&wide(text)).unwrap(), expected, "{text}");
            let marked = [b"\xFF\xFE", wide(text).as_slice()].concat();
            assert_eq!(container(&marked).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_title_in_brackets_is_no_json() {
        for title in
            ["[LAPORAN 2024]\na;b\n", "[2024] Laporan\n", "{contoh}\na;b\n", "[ draf ];;\n"]
        {
            assert_eq!(container(title.as_bytes()).unwrap(), Container::Text, "{title}");
        }
        for json in ["{\"status\": 1}", "[{\"a\": 1}]", "null", "{", "[ ]"] {
            assert_eq!(container(json.as_bytes()).unwrap(), Container::Json, "{json}");
        }
    }
}
