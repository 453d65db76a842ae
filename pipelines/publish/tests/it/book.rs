//! XLSX workbooks made of texts, with what a program may write into them.

use std::io::Write;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A sheet: its name and its rows of texts. `=` begins a formula without a stored value; what
/// stands before `|<` are attributes of the cell, and from there its content.
pub type Sheet<'text> = (&'text str, &'text [&'text [&'text str]]);

/// What a workbook says of all its cells.
#[derive(Default)]
pub struct Settings<'text> {
    /// Elements before the list of sheets, such as `<workbookPr date1904="1"/>`.
    pub before: &'text str,
    /// Elements behind it, such as `<calcPr fullCalcOnLoad="1"/>`.
    pub behind: &'text str,
    /// Number formats of the styles 1, 2 and so on; the style behind them is struck out.
    pub formats: &'text [&'text str],
    /// Ranges of cells that are merged in each sheet.
    pub merged: &'text [&'text str],
}

/// A workbook of sheets.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    workbook_with(&Settings::default(), sheets)
}

/// A workbook of sheets, with settings.
pub fn workbook_with(settings: &Settings, sheets: &[Sheet]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
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
    let Settings { before, behind, .. } = settings;
    let inner = format!("{before}<sheets>{names}</sheets>{behind}");
    part("xl/workbook.xml", format!("<workbook {spaces}>{inner}</workbook>"));
    let target = |(id, _): (usize, &Sheet)| {
        let target = format!(r#"Target="worksheets/sheet{id}.xml""#);
        format!(r#"<Relationship Id="rId{id}" Type="{RELATIONS}/worksheet" {target}/>"#)
    };
    let targets: String = numbered().map(target).collect();
    let styles = r#"Target="styles.xml""#;
    let styles = format!(r#"<Relationship Id="rId99" Type="{RELATIONS}/styles" {styles}/>"#);
    part("xl/_rels/workbook.xml.rels", relationships(&format!("{targets}{styles}")));
    part("xl/styles.xml", style_sheet(settings.formats));
    for (id, (_, rows)) in numbered() {
        part(&format!("xl/worksheets/sheet{id}.xml"), worksheet(rows, settings.merged));
    }
    zip.finish().unwrap().into_inner()
}

fn relationships(each: &str) -> String {
    format!(r#"<Relationships xmlns="{PACKAGE}/relationships">{each}</Relationships>"#)
}

fn style_sheet(formats: &[&str]) -> String {
    let numbered = || formats.iter().enumerate().map(|(index, format)| (index + 164, format));
    let code = |(id, format): (usize, &&str)| {
        let format = format.replace('"', "&quot;");
        format!(r#"<numFmt numFmtId="{id}" formatCode="{format}"/>"#)
    };
    let cell = |(id, _): (usize, &&str)| {
        format!(r#"<xf numFmtId="{id}" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"/>"#)
    };
    let codes: String = numbered().map(code).collect();
    let cells: String = numbered().map(cell).collect();
    let general = r#"<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>"#;
    let struck = r#"<xf numFmtId="0" fontId="1" fillId="0" borderId="0" applyFont="1"/>"#;
    let fonts = r#"<fonts><font><sz val="11"/></font><font><strike/></font></fonts>"#;
    format!(
        r#"<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>{fonts}
           <cellXfs>{general}{cells}{struck}</cellXfs></styleSheet>"#
    )
}

fn worksheet(rows: &[&[&str]], merged: &[&str]) -> String {
    let cell = |row: usize, column: usize, text: &str| {
        let place = format!("{}{}", (b'A' + column as u8) as char, row + 1);
        if let Some((attributes, content)) = text.split_once("|<") {
            return format!(r#"<c r="{place}" {attributes}><{content}</c>"#);
        }
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
    let merged = merged.iter().map(|range| format!(r#"<mergeCell ref="{range}"/>"#));
    let merged = format!("<mergeCells>{}</mergeCells>", merged.collect::<String>());
    format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{merged}</worksheet>"#)
}
