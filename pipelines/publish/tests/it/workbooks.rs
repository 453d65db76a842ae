//! Workbooks that hold more than one dataset.

use crate::lake::TestLake;
use koridor_lake::ledger::FileStatus;
use koridor_read::recognise::Request;
use std::io::Write;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A sheet: its name and its rows of texts; `=` begins a formula without a stored value.
type Sheet<'text> = (&'text str, &'text [&'text [&'text str]]);

fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let xml = r#"<Default Extension="xml" ContentType="application/xml"/>"#;
    part("[Content_Types].xml", format!(r#"<Types xmlns="{PACKAGE}/content-types">{xml}</Types>"#));
    let target = r#"Target="xl/workbook.xml""#;
    let document =
        format!(r#"<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" {target}/>"#);
    part("_rels/.rels", relationships(&document));
    let numbered = || sheets.iter().enumerate().map(|(index, sheet)| (index + 1, sheet));
    let name = |(id, (name, _)): (usize, &Sheet)| {
        format!(r#"<sheet name="{name}" sheetId="{id}" r:id="rId{id}"/>"#)
    };
    let names: String = numbered().map(name).collect();
    let spaces = format!(r#"xmlns="{MAIN}" xmlns:r="{RELATIONS}""#);
    part("xl/workbook.xml", format!("<workbook {spaces}><sheets>{names}</sheets></workbook>"));
    let target = |(id, _): (usize, &Sheet)| {
        let target = format!(r#"Target="worksheets/sheet{id}.xml""#);
        format!(r#"<Relationship Id="rId{id}" Type="{RELATIONS}/worksheet" {target}/>"#)
    };
    let targets: String = numbered().map(target).collect();
    part("xl/_rels/workbook.xml.rels", relationships(&targets));
    for (id, (_, rows)) in numbered() {
        part(&format!("xl/worksheets/sheet{id}.xml"), worksheet(rows));
    }
    zip.finish().unwrap().into_inner()
}

fn relationships(each: &str) -> String {
    format!(r#"<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>"#)
}

fn worksheet(rows: &[&[&str]]) -> String {
    let cell = |row: usize, column: usize, text: &str| {
        let place = format!("{}{}", (b'A' + column as u8) as char, row + 1);
        match (text.strip_prefix('='), text.parse::<f64>()) {
            (Some(formula), _) => format!(r#"<c r="{place}"><f>{formula}</f></c>"#),
            (None, Ok(number)) => format!(r#"<c r="{place}"><v>{number}</v></c>"#),
            _ => format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#),
        }
    };
    let row = |(row, cells): (usize, &&[&str])| {
        let cells = cells.iter().enumerate().map(|(column, text)| cell(row, column, text));
        format!(r#"<row r="{}">{}</row>"#, row + 1, cells.collect::<String>())
    };
    let rows: String = rows.iter().enumerate().map(row).collect();
    format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_datasets_in_one_workbook_are_two_loads_and_a_formula_without_value_is_refused() {
    let lake = TestLake::new().await;
    let handling: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurangan (ton)", "Penanganan (ton)"],
        &["Wakatobi", "Januari 2024", "1", "20"],
        &["Wakatobi", "Pebruari 2024", "1", "=D2*2"],
    ];
    let generation: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Metode", "Timbulan (ton)"],
        &["Wakatobi", "Januari 2024", "timbang", "100"],
    ];
    let book = workbook(&[("Penanganan", handling), ("Timbulan", generation)]);
    let landed = lake.land("DLH_7407/sampah.xlsx", book);
    let outcomes = lake.load(&[(landed.clone(), Request::default())]).await.unwrap();
    let loaded: Vec<_> = outcomes
        .iter()
        .map(|one| (one.dataset.as_deref().unwrap_or_default(), one.accepted, one.rejected))
        .collect();
    assert_eq!(loaded.len(), 2, "{outcomes:?}");
    assert!(loaded.contains(&("waste_handling", 1, 1)), "{loaded:?}");
    assert!(
        loaded.iter().any(|(dataset, accepted, rejected)| *dataset == "waste_generation"
            && accepted + rejected == 1),
        "{loaded:?}"
    );
    assert_eq!(
        lake.rows("select cell, rule from ops.quarantine where dataset = 'waste_handling'").await,
        ["D3|formula_without_value"]
    );
    // The same workbook again brings nothing, under either name.
    let again = lake.load(&[(landed, Request::default())]).await.unwrap();
    assert!(again.iter().all(|one| one.status == FileStatus::Known), "{again:?}");
    assert_eq!(
        lake.rows("select count(*), count(distinct split_part(sha256, '.', 1)) from ops.files")
            .await,
        ["2|1"]
    );
}
