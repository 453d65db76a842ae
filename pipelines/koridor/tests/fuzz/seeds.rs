//! Good files of every container that mutants are made of.

use crate::bombs::{HEADER, ROW, rows};
use crate::containers::{Parts, Xlsx};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use std::io::{Cursor, Read};
use std::sync::Arc;
use zip::ZipArchive;

/// A good file.
pub struct Seed {
    /// Its name.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Of a zip: its parts.
    pub parts: Option<Parts>,
}

impl Seed {
    fn new(name: &'static str, bytes: Vec<u8>) -> Self {
        let parts = bytes.starts_with(b"PK").then(|| unzipped(&bytes));
        Self { name, bytes, parts }
    }
}

/// One or more of each container.
pub fn all() -> Vec<Seed> {
    let below = |path: &str| {
        let own = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(own).unwrap()
    };
    let table = [HEADER, ROW, ["7407", "2024-02", "3", "4"], ["7472", "2024-01", "5", "6"]];
    let texts = |mark: &str| table.map(|row| row.join(mark)).join("\n");
    let shared = "<si><t>region_code</t></si><si><r><t>hand</t></r><r><t>led</t></r></si>";
    let typed = [
        r#"<c r="A9" t="s"><v>0</v></c>"#,
        r#"<c r="B9" s="1"><f t="shared" ref="B9:B10" si="0">A1+1</f><v>45292</v></c>"#,
        r#"<c r="C9" t="b"><v>1</v></c><c r="D9" t="e"><v>#REF!</v></c>"#,
    ];
    let typed = format!(r#"<row r="9">{}</row>"#, typed.concat());
    let workbook = Xlsx {
        head: r#"<dimension ref="A1:D9"/>"#,
        rows: &format!("{}{typed}", rows(&table)),
        shared: Some((shared, "2")),
        ..Xlsx::default()
    };
    let utf16 = texts(";").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sample = "samples/landing/synthetic/SAMPLE_SYNTHETIC/akomodasi_2025_sintetis.xlsx";
    vec![
        Seed::new("a.csv", texts(",").into_bytes()),
        Seed::new("quoted.csv", texts("\",\"").replace('\n', "\"\n\"").into_bytes()),
        Seed::new("utf16.csv", utf16),
        Seed::new("a.json", WEBAPI.as_bytes().to_vec()),
        Seed::new("a.parquet", parquet(&table)),
        Seed::new("a.xlsx", workbook.bytes()),
        Seed::new("sample.xlsx", below(sample)),
        Seed::new("penanganan.xls", below("../publish/tests/fixtures/penanganan.xls")),
        Seed::new("penanganan.ods", below("../publish/tests/fixtures/penanganan.ods")),
    ]
}

/// The parts of a zip.
fn unzipped(bytes: &[u8]) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Parts::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.push((part.name().unwrap().into_owned(), bytes));
    }
    parts
}

fn parquet(table: &[[&str; 4]]) -> Vec<u8> {
    let column = |at: usize| {
        let texts: StringArray = table[1..].iter().map(|row| Some(row[at])).collect();
        (HEADER[at], Arc::new(texts) as ArrayRef)
    };
    let batch = RecordBatch::try_from_iter((0..HEADER.len()).map(column)).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

const WEBAPI: &str = r#"{"status": "OK", "data-availability": "available",
"var": [{"val": 31, "label": "Penduduk", "unit": "Jiwa"}],
"turvar": [{"val": "0", "label": "Tidak ada"}],
"vervar": [{"val": 7407, "label": "Wakatobi "}, {"val": 7472, "label": "Kota Baubau"}],
"tahun": [{"val": 99, "label": "1999"}, {"val": 100, "label": "2000"}],
"turtahun": [{"val": 0, "label": "Tahun"}],
"datacontent": {"7407310990": 87, "74073101000": 90, "7472310990": 5.5}}"#;
