//! What the XML of a workbook may not hold, because readers and Excel would make different numbers
//! of it: a document type with entities of its own, a cell with more than one value, a value with
//! anything but text in it.

use super::damage::refusal;
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use std::io::{BufRead, BufReader, Cursor, Read};

/// Bytes that are unpacked at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// Bytes at the head of a part in which its document type would stand.
const HEAD_BYTES: u64 = 4 << 10;

/// Longest text between two tags; a cell of Excel holds 32,767 characters.
const MOST_TAG_BYTES: u64 = 8 << 20;

/// What sheets have that takes a second look.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    /// The places in the zip of sheets that hold texts with raised or struck out characters.
    pub(super) with_runs: Vec<usize>,
    /// Whether cells are merged in a sheet.
    pub(super) has_merged: bool,
}

/// Looks at all XML parts of a zipped workbook.
///
/// # Errors
/// Where a part names entities, and where a cell of a sheet does not hold one plain value.
pub(super) fn check(bytes: &[u8], meter: Meter) -> Result<Marked, Refusal> {
    let mut marked = Marked::default();
    let failed = |error: &dyn std::fmt::Display| refusal(&error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(&error))?;
    for index in 0..archive.len() {
        meter.time_at(index)?;
        let name = archive.name_for_index(index).transpose().map_err(|error| failed(&error))?;
        let name = name.unwrap_or_default().to_ascii_lowercase();
        // Older programs name the document type of the list of parts, which holds no cells.
        if !name.ends_with(".xml") || name.starts_with("meta-inf/") {
            continue;
        }
        let part = archive.by_index(index).map_err(|error| failed(&error))?;
        let is_sheet = name.starts_with("xl/") && is_like_a_sheet(&name);
        let mut part = BufReader::with_capacity(CHUNK_BYTES, part);
        if is_sheet {
            let (has_runs, has_merged) = cells_are_plain(&mut part, meter)?;
            marked.with_runs.extend(has_runs.then_some(index));
            marked.has_merged |= has_merged;
        } else {
            let mut head = Vec::new();
            part.take(HEAD_BYTES).read_to_end(&mut head).map_err(|error| failed(&error))?;
            head.split(|byte| *byte == b'<').try_for_each(names_no_entity)?;
        }
    }
    Ok(marked)
}

/// Whether a part may hold cells; those of strings, styles and drawings are large too.
fn is_like_a_sheet(name: &str) -> bool {
    let other = ["sharedstrings", "styles", "theme/", "drawings/", "charts/", "comments", "media/"];
    !other.iter().any(|own| name.contains(own))
}

fn names_no_entity(tag: &[u8]) -> Result<(), Refusal> {
    if tag.starts_with(b"!DOCTYPE") || tag.starts_with(b"!ENTITY") {
        return Err(refusal("a document type within the XML"));
    }
    Ok(())
}

/// Where in a sheet a tag stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Outside of cells: other elements have values of their own there.
    Outside,
    Cell,
    Value,
    /// Behind the value of a cell.
    Behind,
}

/// Reads a sheet tag by tag: a cell has one value at most, and nothing but text in it. Tells
/// whether texts of it have characters that are raised or struck out, and whether cells are merged.
fn cells_are_plain(part: &mut impl BufRead, meter: Meter) -> Result<(bool, bool), Refusal> {
    let (mut tag, mut place) = (Vec::new(), Place::Outside);
    let (mut has_texts, mut has_runs, mut has_merged) = (false, false, false);
    for step in 0.. {
        meter.time_at(step)?;
        tag.clear();
        let read = part.by_ref().take(MOST_TAG_BYTES).read_until(b'<', &mut tag);
        match read.map_err(|error| refusal(&error.to_string()))? as u64 {
            0 => break,
            MOST_TAG_BYTES => return Err(refusal("a text of more than 8 MB")),
            _ => {}
        }
        names_no_entity(&tag)?;
        let (is_end, name) = name_of(&tag);
        has_texts |= name == b"is";
        has_runs |= name == b"vertAlign" || name == b"strike";
        has_merged |= name == b"mergeCell";
        place = match (place, is_end, name) {
            (Place::Value, true, b"v") => Place::Behind,
            (Place::Value, ..) => return Err(refusal("a value with markup in it")),
            (_, true, b"c") => Place::Outside,
            (_, false, b"c") if is_empty(&tag) => Place::Outside,
            (_, false, b"c") => Place::Cell,
            (Place::Behind, false, b"v" | b"is") => {
                return Err(refusal("a cell with two values"));
            }
            (Place::Cell, false, b"v") if !is_empty(&tag) => Place::Value,
            (place, ..) => place,
        };
    }
    Ok((has_texts && has_runs, has_merged))
}

/// Whether a tag closes its element, and the element's name without its prefix.
pub(super) fn name_of(tag: &[u8]) -> (bool, &[u8]) {
    let (is_end, tag) = tag.strip_prefix(b"/").map_or((false, tag), |tag| (true, tag));
    let end = tag.iter().position(|byte| b" />\t\r\n<".contains(byte)).unwrap_or(tag.len());
    let name = tag.get(..end).unwrap_or_default();
    let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    (is_end, local)
}

/// Whether a tag is an element without content.
fn is_empty(tag: &[u8]) -> bool {
    let end = tag.iter().position(|byte| *byte == b'>');
    end.and_then(|end| end.checked_sub(1)).and_then(|at| tag.get(at)) == Some(&b'/')
}

#[cfg(test)]
mod tests {
    use super::{cells_are_plain, check};
    use crate::readers::budget::Budget;
    use std::io::{Cursor, Write};

    #[test]
    fn no_part_with_cells_has_entities_of_its_own() {
        let is_taken = |name: &str| {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY v \"00\">]><x/>").unwrap();
            let bytes = zip.finish().unwrap().into_inner();
            check(&bytes, Budget::default().meter()).is_ok()
        };
        assert!(is_taken("META-INF/manifest.xml") && is_taken("docProps/a.bin"));
        for name in ["content.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"] {
            assert!(!is_taken(name), "{name}");
        }
    }

    #[test]
    fn texts_with_raised_characters_in_a_sheet_are_told() {
        let has_runs = |cell: &str| {
            let meter = Budget::default().meter();
            cells_are_plain(&mut cell.as_bytes(), meter).unwrap().0
        };
        let run = "<c t=\"inlineStr\"><is><r><rPr><x:vertAlign val=\"superscript\"/></rPr>\
                   <t>1</t></r></is></c>";
        assert!(has_runs(run) && has_runs("<c><is><r><rPr><strike/></rPr></r></is></c>"));
        assert!(!has_runs("<c><is><t>1</t></is></c>") && !has_runs("<c><v>1</v></c>"));
    }

    #[test]
    fn cells_that_are_merged_are_told() {
        let has_merged = |behind: &str| {
            let sheet = format!("<sheetData><row/></sheetData>{behind}");
            cells_are_plain(&mut sheet.as_bytes(), Budget::default().meter()).unwrap().1
        };
        assert!(has_merged("<mergeCells><mergeCell ref=\"B2:B12\"/></mergeCells>"));
        assert!(has_merged("<x:mergeCells><x:mergeCell ref=\"B2:C2\"/></x:mergeCells>"));
        assert!(!has_merged("<mergeCells count=\"0\"/>") && !has_merged(""));
    }

    #[test]
    fn a_cell_holds_one_plain_value() {
        let sheet = |cell: &str| format!("<?xml version=\"1.0\"?><sheetData><row>{cell}</row>");
        let is_taken = |cell: &str| {
            let meter = Budget::default().meter();
            cells_are_plain(&mut sheet(cell).as_bytes(), meter).is_ok()
        };
        for cell in [
            "<c r=\"A1\"><v>40</v></c><c r=\"B1\" t=\"s\"><f>A1+1</f><v>1</v></c>",
            "<c r=\"A1\"><v/></c><c r=\"B1\"><v></v></c>\n<c><is><t>a<!-- b --></t></is></c>",
            "<x:c r=\"A1\"><x:v>40</x:v>\n </x:c>",
            "<c r=\"A1\"><v>1</v><extLst><ext/></extLst></c>",
            "<c r=\"A1\"><v>1</v><!-- x --><f>B1</f></c><c r=\"B1\"/><c r=\"C1\"><v>2</v></c>",
            // What is kept of other workbooks, and of pictures in cells.
            "<cell r=\"A1\"><v>10</v></cell><rv s=\"0\"><v>0</v><v>5</v></rv>",
        ] {
            assert!(is_taken(cell), "{cell}");
        }
        for cell in [
            "<c r=\"A1\"><v>40<!-- x -->00</v></c>",
            "<c r=\"A1\"><v>40<![CDATA[00]]></v></c>",
            "<c r=\"A1\"><v>40</v><v>7</v></c>",
            "<c r=\"A1\"><v>40</v><y:v xmlns:y=\"urn:y\">5</y:v></c>",
            "<c r=\"A1\"><y:v xmlns:y=\"urn:y\">5</y:v><v>40</v></c>",
            "<c r=\"A1\"><v>4<b/>0</v></c>",
            "<!DOCTYPE x [<!ENTITY v \"00\">]>",
        ] {
            assert!(!is_taken(cell), "{cell}");
        }
    }
}
