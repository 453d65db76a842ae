//! What must come of an office's workbook: marks in it, and all else as it was.

use super::xml::{address, address_of, tags};
use super::{has_macros, write};
use koridor_contract::message::Message;
use koridor_publish::feedback::Finding;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// A workbook of one sheet `Data` of these rows, with a drawing, a print area and a look of a date.
fn book(rows: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"r\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{TYPE}.sheet.main+xml\"/>\
                 </Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id=\"a\" Type=\"{RELATIONS}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"rId1\" Type=\"{RELATIONS}/worksheet\" \
                 Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" \
                 Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{SPREADSHEET}\" xmlns:r=\"{RELATIONS}\"><bookViews>\
                 <workbookView activeTab=\"0\"/></bookViews><sheets><sheet name=\"Data\" \
                 sheetId=\"4\" r:id=\"rId1\"/></sheets><definedNames><definedName \
                 name=\"_xlnm.Print_Area\" localSheetId=\"0\">Data!$A$1:$B$2</definedName>\
                 </definedNames></workbook>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{SPREADSHEET}\"><fonts count=\"1\"><font/></fonts>\
                 <fills count=\"2\"><fill/><fill/></fills><borders count=\"1\"><border/></borders>\
                 <cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\"/>\
                 <xf numFmtId=\"14\" fontId=\"0\" fillId=\"1\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{SPREADSHEET}\" xmlns:r=\"{RELATIONS}\">\
                 <sheetViews><sheetView tabSelected=\"1\"/></sheetViews>{rows}\
                 <drawing r:id=\"rId9\"/><tableParts count=\"0\"/></worksheet>"
            ),
        ),
        ("xl/drawings/drawing1.xml", "<!-- an image -->".to_owned()),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let more = more.iter().map(|(name, text)| (*name, (*text).to_owned()));
    for (name, text) in parts.into_iter().chain(more) {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn finding(cell: &str) -> Finding {
    Finding {
        sheet: "Data".into(),
        cell: Some(cell.into()),
        row_number: address(cell).unwrap().0.into(),
        field: "f".into(),
        rule: "required".into(),
        value: String::new(),
        message: Message { id: "wajib <diisi>".into(), en: "must be given".into() },
    }
}

/// The workbook with marks.
fn marked(book: &[u8], cells: &[&str]) -> Vec<u8> {
    let mut summary = rust_xlsxwriter::Workbook::new();
    let sheet = summary.add_worksheet_with_constant_memory().unwrap();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    sheet.write_string_with_format(0, 0, "hasil", &bold).unwrap();
    let summary = summary.save_to_buffer().unwrap();
    let findings: Vec<Finding> = cells.iter().map(|cell| finding(cell)).collect();
    write(book, (&summary, "Ringkasan"), &findings).unwrap()
}

fn part(book: &[u8], name: &str) -> Option<String> {
    let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

#[test]
fn cells_that_are_there_and_that_are_not_are_marked_in_their_order() {
    let rows = "<sheetData><row r=\"2\"><c r=\"A2\" s=\"1\"><v>45000</v></c><c r=\"C2\"/></row>\
                <row r=\"5\"/></sheetData>";
    let bytes = marked(&book(rows, &[]), &["A2", "B2", "D2", "A1", "C5", "B9"]);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml").unwrap();
    let places = tags(&sheet).filter(|tag| tag.name() == "c" && !tag.is_close());
    let places: Vec<(&str, &str)> =
        places.map(|tag| (tag.attribute("r").unwrap(), tag.attribute("s").unwrap_or(""))).collect();
    // The look of a date stays one.
    assert_eq!(
        places,
        [("A1", "2"), ("A2", "3"), ("B2", "2"), ("C2", ""), ("D2", "2"), ("C5", "2"), ("B9", "2")]
    );
    assert!(sheet.contains("<v>45000</v>"), "{sheet}");
    let styles = part(&bytes, "xl/styles.xml").unwrap();
    assert!(
        styles.contains("numFmtId=\"14\" fontId=\"0\" fillId=\"2\" applyFill=\"1\""),
        "{styles}"
    );
    let drawing = sheet.find("<drawing").unwrap();
    let (notes, tables) =
        (sheet.find("<legacyDrawing").unwrap(), sheet.find("<tableParts").unwrap());
    assert!(drawing < notes && notes < tables, "elements have their order: {sheet}");
    let list = part(&bytes, "xl/comments_koridor1.xml").unwrap();
    assert_eq!(list.matches("<comment ref=").count(), 6);
    assert!(list.contains("wajib &lt;diisi&gt;"), "{list}");
    let relations = part(&bytes, "xl/worksheets/_rels/sheet1.xml.rels").unwrap();
    assert!(relations.contains("comments_koridor1.xml") && relations.contains(".vml"));
}

#[test]
fn all_else_stays_and_the_summary_comes_first() {
    let bytes = marked(&book("<sheetData/>", &[]), &["B2"]);
    assert_eq!(part(&bytes, "xl/drawings/drawing1.xml").unwrap(), "<!-- an image -->");
    let workbook = part(&bytes, "xl/workbook.xml").unwrap();
    let names = tags(&workbook).filter(|tag| tag.name() == "sheet");
    let names: Vec<&str> = names.filter_map(|tag| tag.attribute("name")).collect();
    assert_eq!(names, ["Ringkasan", "Data"]);
    assert!(workbook.contains("localSheetId=\"1\">Data!$A$1:$B$2"), "{workbook}");
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml").unwrap();
    assert!(sheet.contains("tabSelected=\"0\""), "two sheets are not edited together");
    let book: calamine::Xlsx<_> = calamine::Reader::new(Cursor::new(bytes)).unwrap();
    assert_eq!(calamine::Reader::sheet_names(&book), ["Ringkasan", "Data"]);
}

#[test]
fn notes_of_the_office_stay_above_ours() {
    let relations = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{RELATIONS}/comments\" \
         Target=\"../comments1.xml\"/></Relationships>"
    );
    let list = format!(
        "<x:comments xmlns:x=\"{SPREADSHEET}\"><x:authors><x:author>Dinas</x:author></x:authors>\
         <x:commentList><x:comment ref=\"A2\" authorId=\"0\"><x:text><x:t>kami</x:t></x:text>\
         </x:comment></x:commentList></x:comments>"
    );
    let own = [
        ("xl/worksheets/_rels/sheet1.xml.rels", relations.as_str()),
        ("xl/comments1.xml", list.as_str()),
    ];
    let bytes = marked(&book("<sheetData/>", &own), &["A2", "B3"]);
    let list = part(&bytes, "xl/comments1.xml").unwrap();
    assert!(list.contains("<x:t>kami</x:t><x:r>"), "{list}");
    assert!(list.contains("<x:comment ref=\"B3\" authorId=\"1\">"), "{list}");
    assert!(list.contains("<x:author>Koridor</x:author>"), "{list}");
}

#[test]
fn macros_are_left_out_of_a_workbook_that_has_them() {
    let own = [("xl/vbaProject.bin", "")];
    let with = book("<sheetData/>", &own);
    assert!(has_macros(&with) && !has_macros(&book("<sheetData/>", &[])));
    let bytes = marked(&with, &["A1"]);
    assert!(part(&bytes, "xl/vbaProject.bin").is_none());
}

#[test]
fn a_workbook_that_is_none_is_no_workbook() {
    assert!(write(b"PK", (b"", "Ringkasan"), &[]).is_err());
    let other = [finding("A1")].map(|own| Finding { sheet: "Lain".into(), ..own });
    assert!(write(&book("<sheetData/>", &[]), (b"", "Ringkasan"), &other).is_err());
}

#[test]
fn addresses_go_there_and_back() {
    for own in ["A1", "Z9", "AA10", "XFD1048576"] {
        assert_eq!(address_of(address(own).unwrap()), own);
    }
    assert_eq!([address("7"), address("A0"), address("A")], [None, None, None]);
}
