//! Containers made part by part: what no office program would write.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Parts of a zip by their names, in their order.
pub type Parts = Vec<(String, Vec<u8>)>;

/// A zip of parts.
pub fn zipped(parts: &[(String, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in parts {
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const SPACE: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// An XLSX workbook whose sheets are all the same one.
pub struct Xlsx<'text> {
    /// Before the workbook's own element.
    pub prologue: &'text str,
    /// How many sheets it names.
    pub sheets: usize,
    /// Before the cells of the sheet.
    pub head: &'text str,
    /// The rows of the sheet.
    pub rows: &'text str,
    /// The shared texts, as elements, and the number that is said of them.
    pub shared: Option<(&'text str, &'text str)>,
}

impl Default for Xlsx<'_> {
    fn default() -> Self {
        Self { prologue: "", sheets: 1, head: "", rows: "", shared: None }
    }
}

impl Xlsx<'_> {
    /// Its parts.
    pub fn parts(&self) -> Parts {
        let Self { prologue, sheets, head, rows, shared } = self;
        let target = |id: &str, kind: &str, target: &str| {
            let kind = format!("{RELATIONS}/{kind}");
            format!(r#"<Relationship Id="{id}" Type="{kind}" Target="{target}"/>"#)
        };
        let package = target("rId1", "officeDocument", "xl/workbook.xml");
        let named: String = (1..=*sheets)
            .map(|own| format!(r#"<sheet name="S{own}" sheetId="{own}" r:id="rId{own}"/>"#))
            .collect();
        let mut targets: String = (1..=*sheets)
            .map(|own| target(&format!("rId{own}"), "worksheet", "worksheets/sheet1.xml"))
            .collect();
        targets.push_str(&target("texts", "sharedStrings", "sharedStrings.xml"));
        let relations =
            |own: &str| format!(r#"<Relationships xmlns="{PACKAGE}">{own}</Relationships>"#);
        let spaces = format!(r#"xmlns="{SPACE}" xmlns:r="{RELATIONS}""#);
        let workbook = format!("{prologue}<workbook {spaces}><sheets>{named}</sheets></workbook>");
        let sheet = format!(
            r#"<worksheet xmlns="{SPACE}">{head}<sheetData>{rows}</sheetData></worksheet>"#
        );
        let mut parts = vec![
            ("[Content_Types].xml".to_owned(), format!(r#"<Types xmlns="{TYPES}"/>"#)),
            ("_rels/.rels".to_owned(), relations(&package)),
            ("xl/workbook.xml".to_owned(), workbook),
            ("xl/_rels/workbook.xml.rels".to_owned(), relations(&targets)),
            ("xl/worksheets/sheet1.xml".to_owned(), sheet),
        ];
        let (texts, count) = shared.unwrap_or_default();
        let texts = format!(r#"<sst xmlns="{SPACE}" uniqueCount="{count}">{texts}</sst>"#);
        parts.push(("xl/sharedStrings.xml".to_owned(), texts));
        parts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        zipped(&self.parts(), CompressionMethod::Deflated)
    }
}

/// An ODS workbook of tables.
pub fn ods(tables: &str) -> Vec<u8> {
    let space = "urn:oasis:names:tc:opendocument:xmlns";
    let spaces: String = ["office", "table", "text"]
        .map(|own| format!(r#" xmlns:{own}="{space}:{own}:1.0""#))
        .concat();
    let (sheet, document) = ("office:spreadsheet", "office:document-content");
    let body = format!("<office:body><{sheet}>{tables}</{sheet}></office:body>");
    let content = format!("<{document}{spaces}>{body}</{document}>");
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(r#"<manifest:manifest xmlns:manifest="{space}:manifest:1.0"/>"#);
    let parts = [
        ("mimetype".to_owned(), kind.to_owned().into_bytes()),
        ("META-INF/manifest.xml".to_owned(), manifest.into_bytes()),
        ("content.xml".to_owned(), content.into_bytes()),
    ];
    zipped(&parts, CompressionMethod::Deflated)
}

/// An XLS file whose sectors follow one another as `follows` says; its folder lies in sector 1, and
/// a stream of so many bytes begins at a sector.
pub fn xls(follows: &[u32], (start, size): (u32, u32), further_tables: u32) -> Vec<u8> {
    const NONE: u32 = 0xFFFF_FFFF;
    const SECTOR: usize = 512;
    let mut bytes = vec![0; SECTOR * 12];
    let mut put = |at: usize, own: &[u8]| bytes[at..at + own.len()].copy_from_slice(own);
    put(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    for (at, number) in [(24, 0x3Eu16), (26, 3), (28, 0xFFFE), (30, 9), (32, 6)] {
        put(at, &number.to_le_bytes());
    }
    let ends = 0xFFFF_FFFEu32;
    let header =
        [(44, 1), (48, 1), (56, 4_096), (60, ends), (64, 0), (68, further_tables), (72, 1)];
    for (at, number) in header {
        put(at, &u32::to_le_bytes(number));
    }
    for at in (76..SECTOR).step_by(4) {
        put(at, &(if at == 76 { 0 } else { NONE }).to_le_bytes());
    }
    for place in 0..SECTOR / 4 {
        let next = follows.get(place).copied().unwrap_or(NONE);
        put(SECTOR + place * 4, &next.to_le_bytes());
    }
    let entries = [("Root Entry", 5u8, ends, 0), ("Workbook", 2, start, size)];
    for (place, (name, kind, start, size)) in entries.into_iter().enumerate() {
        let at = SECTOR * 2 + place * 128;
        let letters: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        put(at, &letters);
        put(at + 64, &(letters.len() as u16 + 2).to_le_bytes());
        put(at + 66, &[kind, 1]);
        for own in [at + 68, at + 72, at + 76] {
            put(own, &NONE.to_le_bytes());
        }
        put(at + 116, &start.to_le_bytes());
        put(at + 120, &size.to_le_bytes());
    }
    put(SECTOR * 2 + 76, &1u32.to_le_bytes());
    bytes
}
