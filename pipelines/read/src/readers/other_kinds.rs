//! What a file is that holds no table: a picture, a document, a database, or bytes of nobody knows
//! what.
//!
//! It is asked only where a file could not be read as what it seemed to be: nothing that loads is
//! refused here.

use super::dialect;
use super::refusal::{Refusal, RefusalCode};
use koridor_contract::message::Message;

/// A kind of file by the bytes that stand at a place in it.
struct Kind {
    at: usize,
    mark: &'static [u8],
    id: &'static str,
    en: &'static str,
}

const fn kind(at: usize, mark: &'static [u8], id: &'static str, en: &'static str) -> Kind {
    Kind { at, mark, id, en }
}

/// Kinds that are told by their marks.
const KINDS: [Kind; 17] = [
    kind(0, b"\x89PNG\r\n", "gambar (PNG)", "a picture (PNG)"),
    kind(0, b"\xFF\xD8\xFF", "gambar (JPEG)", "a picture (JPEG)"),
    kind(0, b"GIF8", "gambar (GIF)", "a picture (GIF)"),
    kind(8, b"WEBP", "gambar (WebP)", "a picture (WebP)"),
    kind(0, b"II*\0", "gambar (TIFF)", "a picture (TIFF)"),
    kind(0, b"MM\0*", "gambar (TIFF)", "a picture (TIFF)"),
    kind(4, b"ftyp", "video atau foto ponsel", "a video, or a photo of a telephone"),
    kind(0, b"SQLite format 3\0", "basis data SQLite", "an SQLite database"),
    kind(4, b"Standard Jet DB", "basis data Access", "an Access database"),
    kind(4, b"Standard ACE DB", "basis data Access", "an Access database"),
    kind(0, b"{\\rtf", "dokumen RTF", "an RTF document"),
    kind(0, b"$FL2", "berkas data SPSS", "a data file of SPSS"),
    kind(0, b"$FL3", "berkas data SPSS", "a data file of SPSS"),
    kind(0, b"MZ\x90\0", "program Windows", "a program of Windows"),
    kind(0, b"\x7FELF", "program", "a program"),
    kind(257, b"ustar", "arsip tar", "a tar archive"),
    kind(0, b"L\0\0\0\x01\x14\x02\0", "pintasan Windows", "a shortcut of Windows"),
];

/// The refusal of a file that is of another kind than a table, by its first bytes.
pub(super) fn of_known_kind(head: &[u8]) -> Option<Refusal> {
    let is_it =
        |kind: &&Kind| head.get(kind.at..).is_some_and(|behind| behind.starts_with(kind.mark));
    let kind = KINDS.iter().find(is_it)?;
    Some(other_kind(RefusalCode::NotATable, kind.id, kind.en))
}

/// The refusal of a file that is none of the kinds that are read, and which one it is.
fn other_kind(code: RefusalCode, id: &str, en: &str) -> Refusal {
    Refusal::new(
        code,
        format!(
            "berkas ini {id}, bukan tabel, apa pun namanya; kirim berkas Excel atau CSV yang \
             berisi datanya"
        ),
        format!(
            "the file is {en} and no table, whatever its name; send the Excel or CSV file that \
             holds the data"
        ),
    )
}

/// The refusal of a file that is no text, by its first bytes. A text may hold a mark of control or
/// two, and end with many.
pub(super) fn of_no_text(head: &[u8]) -> Option<Refusal> {
    /// Bytes that are looked at, and how many of their characters may be marks of control: one in
    /// so many.
    const LOOKED_AT: usize = 16 << 10;
    const ONE_IN: usize = 20;
    let start = head.get(..LOOKED_AT).unwrap_or(head);
    // Of what fills the end nothing is to be guessed.
    let is_filling = |own: &u8| PADDING.contains(&char::from(*own));
    let length = start.iter().rposition(|own| !is_filling(own)).map_or(0, |last| last + 1);
    let start = start.get(..length).unwrap_or_default();
    let text = dialect::encoding(start).decode(start).0;
    let controls = text.chars().filter(|own| is_control(*own)).count();
    let is_text = !text.is_empty() && controls * ONE_IN <= text.chars().count();
    (!is_text && !head.is_empty()).then(|| {
        let Message { id, en } = first_bytes(head);
        Refusal::new(
            RefusalCode::NotATable,
            format!(
                "berkas ini bukan teks dan bukan buku kerja (biner; {id}): rusak, terenkripsi, \
                 atau keliru namanya; buka dengan program asalnya, simpan sebagai .xlsx atau CSV \
                 UTF-8, dan kirim itu"
            ),
            format!(
                "the file is neither text nor a workbook (binary; {en}): it is damaged, encrypted \
                 or misnamed; open it with the program it comes from, save it as .xlsx or CSV \
                 UTF-8, and send that"
            ),
        )
    })
}

/// What some programs fill the end of a text with.
pub(super) const PADDING: [char; 2] = ['\0', '\u{1a}'];

/// Whether a character is a mark of control that no text needs.
pub(super) fn is_control(own: char) -> bool {
    own < ' ' && !matches!(own, '\t' | '\n' | '\r' | '\u{c}')
}

/// The first bytes of a file, in words.
pub(super) fn first_bytes(head: &[u8]) -> Message {
    /// Bytes that are shown.
    const SHOWN: usize = 4;
    let shown: Vec<String> = head.iter().take(SHOWN).map(|own| format!("0x{own:02X}")).collect();
    let shown = shown.join(" ");
    Message { id: format!("byte pertama {shown}"), en: format!("its first bytes are {shown}") }
}

/// The refusal of a zip that is no workbook, by the names of its parts.
pub(super) fn of_zip<'name>(mut names: impl Iterator<Item = &'name [u8]>) -> Refusal {
    let told = names.find_map(|name| match name {
        b"word/document.xml" => Some(("dokumen Word", "a Word document")),
        b"ppt/presentation.xml" => Some(("presentasi PowerPoint", "a PowerPoint presentation")),
        b"Index/Document.iwa" => {
            Some(("berkas Numbers, Pages atau Keynote", "a document of Numbers, Pages or Keynote"))
        }
        b"doc.kml" => Some(("peta (KMZ)", "a map (KMZ)")),
        _ => None,
    });
    match told {
        Some((id, en)) => other_kind(RefusalCode::ZipWithoutWorkbook, id, en),
        None => Refusal::new(
            RefusalCode::ZipWithoutWorkbook,
            "berkas zip ini bukan buku kerja Excel atau ODS; ekstrak dan kirim berkas di dalamnya",
            "the zip file is no Excel or ODS workbook; unpack it and send the file inside",
        ),
    }
}

/// The refusal of an OpenDocument file that is no spreadsheet, by the type that it names.
pub(super) fn of_open_document(kind: &str) -> Option<Refusal> {
    let kind = kind.trim().strip_prefix("application/vnd.oasis.opendocument.")?;
    let (id, en) = match kind.split('-').next().unwrap_or_default() {
        "text" => ("dokumen teks (ODT)", "a text document (ODT)"),
        "presentation" => ("presentasi (ODP)", "a presentation (ODP)"),
        "graphics" => ("gambar (ODG)", "a drawing (ODG)"),
        _ => return None,
    };
    Some(other_kind(RefusalCode::ZipWithoutWorkbook, id, en))
}

/// The refusal of a compound file of Office without a workbook in it; `has` tells whether it holds
/// a stream of a name.
pub(super) fn of_compound(has: impl Fn(&str) -> bool) -> Option<Refusal> {
    if has("Workbook") || has("Book") {
        return None;
    }
    let (id, en) = [
        ("WordDocument", "dokumen Word", "a Word document"),
        ("PowerPoint Document", "presentasi PowerPoint", "a PowerPoint presentation"),
        ("__substg1.0_", "surat Outlook", "a message of Outlook"),
    ]
    .into_iter()
    .find_map(|(stream, id, en)| has(stream).then_some((id, en)))?;
    Some(other_kind(RefusalCode::NotATable, id, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(refusal: Option<Refusal>) -> String {
        refusal.map(|own| own.message.en).unwrap_or_default()
    }

    #[test]
    fn pictures_documents_and_databases_are_told_by_their_marks() {
        let known: [(&[u8], &str); 6] = [
            (b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG)"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", "a picture (JPEG)"),
            (b"\0\0\0\x18ftypmp42", "a video"),
            (b"SQLite format 3\0\x10", "an SQLite database"),
            (b"\0\x01\0\0Standard ACE DB\0", "an Access database"),
            (b"{\\rtf1\\ansi Kabupaten", "an RTF document"),
        ];
        for (head, kind) in known {
            let told = english(of_known_kind(head));
            assert!(told.contains(kind), "{kind}: {told}");
        }
        for text in ["GIZI;Jumlah\n", "MZ;1\n", "II;III\n", "{rtf}\n", "Kab;Bulan\n", ""] {
            assert!(of_known_kind(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_the_first_of_them() {
        let random: Vec<u8> = (0..3_000u32).map(|own| ((own * 7_919) >> 5) as u8).collect();
        let dbase = [&b"\x03\x7C\x01\x01\x02"[..], &[0; 27], b"NAMA\0\0\0\0\0\0\0C\0\0\r"].concat();
        for bytes in [random, vec![0; 5_000], dbase] {
            assert_eq!(of_no_text(&bytes).unwrap().code, RefusalCode::NotATable);
        }
        let told = english(of_no_text(&[0x8F, 0x13, 0, 0, 1, 2]));
        assert!(told.contains("its first bytes are 0x8F 0x13 0x00 0x00"), "{told}");
        let wide: Vec<u8> = "Bulan;Jumlah\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut padded = b"Bulan;Jumlah\n2025-01;3\n".to_vec();
        padded.extend([0; 5_000]);
        for text in [
            b"Bulan;Jumlah\r\n2025-01\x0B;3\r\n\x1A".to_vec(),
            b"Kab\xE9;1\nKabupaten Wakatobi\x01;2\n".to_vec(),
            "Kabupaten/Kota;Jumlah\nWakatobi – Baubau;1\n".into(),
            wide,
            padded,
        ] {
            assert!(of_no_text(&text).is_none(), "{}", String::from_utf8_lossy(&text).trim());
        }
    }

    #[test]
    fn documents_of_office_are_told_as_such() {
        let word = [&b"[Content_Types].xml"[..], b"word/document.xml"];
        assert!(of_zip(word.into_iter()).message.en.contains("a Word document"));
        let other = of_zip([&b"foto.jpg"[..]].into_iter());
        assert!(other.message.en.contains("unpack it"), "{}", other.message.en);
        let open = |kind: &str| {
            english(of_open_document(&format!("application/vnd.oasis.opendocument.{kind}\n")))
        };
        assert!(open("text").contains("a text document"));
        assert!(open("spreadsheet").is_empty() && open("spreadsheet-template").is_empty());
        assert!(english(of_compound(|name| name == "WordDocument")).contains("a Word document"));
        // A workbook with a document in it.
        assert!(of_compound(|_| true).is_none() && of_compound(|_| false).is_none());
    }
}
