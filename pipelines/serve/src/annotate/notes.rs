//! Notes on cells: a list of texts, and a drawing that says where each is shown.

use super::package::{Package, TypeOf, within};
use super::xml::{Tag, address_of, changed, escape, first, tags};
use crate::error::ServeError;
use crate::workbook::lines;
use std::collections::BTreeMap;

/// Notes by row and column, both from 1.
pub(super) type Notes = BTreeMap<(u32, u32), String>;

/// Columns beyond a cell up to which its note stands right of the table.
const NEAR: u32 = 12;
/// Letters in a line of a note.
const LINE: f64 = 44.0;
/// Notes that a sheet gets; beyond it cells are coloured only, and the list of findings says the
/// rest.
const MOST_NOTES: usize = 10_000;
/// Elements of a sheet that stand behind the reference to its drawing of notes.
const BEHIND: [&str; 8] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];
const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Adds notes to a sheet. What the office has noted itself stays, above ours.
pub(super) fn add(
    package: &mut Package,
    sheet: &str,
    notes: &Notes,
    last_column: u32,
) -> Result<(), ServeError> {
    let relations = package.relations(sheet);
    let of_kind = |kind: &str| {
        relations.iter().find(|own| own.kind.ends_with(kind)).map(|own| own.part.clone())
    };
    let list = match of_kind("/comments") {
        Some(list) => list,
        None => {
            let list = package.free_name("xl/comments_koridor", "xml");
            package.put(&list, EMPTY_LIST.to_owned());
            package.add_type(TypeOf::Part(&list), COMMENTS)?;
            package.relate(sheet, "comments", &list);
            list
        }
    };
    let (text, new) = with_notes(package.text(&list)?, notes);
    package.put(&list, text);
    let text = package.text(sheet)?;
    let named = first(text, "legacyDrawing").and_then(|tag| tag.attribute("id").map(str::to_owned));
    let known = named.and_then(|id| relations.iter().find(|own| own.id == id));
    let drawing = match known {
        Some(known) => known.part.clone(),
        None => new_drawing(package, sheet)?,
    };
    let shapes: String = new.iter().map(|at| shape(*at, notes, last_column)).collect();
    let text = package.text(&drawing)?;
    let kind = if text.contains("_x0000_t202\"") { "" } else { KIND };
    let (before, end) = text.rsplit_once("</xml>").unwrap_or((text, ""));
    let text = format!("{before}{kind}{shapes}</xml>{end}");
    package.put(&drawing, text);
    Ok(())
}

/// A drawing of notes that a sheet refers to.
fn new_drawing(package: &mut Package, sheet: &str) -> Result<String, ServeError> {
    let drawing = package.free_name("xl/drawings/notes_koridor", "vml");
    package.put(&drawing, EMPTY_DRAWING.to_owned());
    package.add_type(TypeOf::Ending("vml"), DRAWING)?;
    let id = package.relate(sheet, "vmlDrawing", &drawing);
    let text = package.text(sheet)?;
    let root = tags(text).next();
    let prefix = root.map(|tag| tag.prefix()).unwrap_or_default();
    let reference = format!("<{prefix}legacyDrawing xmlns:r=\"{RELATIONS}\" r:id=\"{id}\"/>");
    let end = tags(text).filter(|tag| tag.name() == "sheetData").last().map_or(0, |tag| tag.end);
    let is_behind = |tag: &Tag<'_>| {
        let closes = tag.is_close() && tag.name() == "worksheet";
        tag.start >= end && (closes || BEHIND.contains(&tag.name()))
    };
    let text = match tags(text).find(is_behind) {
        Some(behind) => {
            let (before, rest) = text.split_at(behind.start);
            format!("{before}{reference}{rest}")
        }
        None => within(text, "worksheet", &reference),
    };
    package.put(sheet, text);
    Ok(drawing)
}

/// A list of notes with more of them, and the cells that had none.
fn with_notes(list: &str, notes: &Notes) -> (String, Vec<(u32, u32)>) {
    let prefix = tags(list).next().map(|tag| tag.prefix()).unwrap_or_default();
    let is_author = |tag: &Tag<'_>| tag.name() == "author" && !tag.is_close();
    let author = tags(list).filter(is_author).count();
    let mut new: Notes =
        notes.iter().take(MOST_NOTES).map(|(at, text)| (*at, text.clone())).collect();
    let mut own = None;
    let list = changed(list, |tag| match (tag.name(), tag.is_close()) {
        ("comment", false) => {
            own = tag.attribute("ref").and_then(super::xml::address);
            None
        }
        ("text", true) => {
            let text = new.remove(&own.take()?)?;
            Some(format!("{}{}", run(prefix, &format!("\n\n{text}")), tag.text()))
        }
        _ => None,
    });
    let list = within(&list, "authors", "<author>Koridor</author>");
    let added: String = new
        .iter()
        .map(|(at, text)| {
            format!(
                "<{prefix}comment ref=\"{}\" authorId=\"{author}\"><{prefix}text>{}</{prefix}text>\
                 </{prefix}comment>",
                address_of(*at),
                run(prefix, text)
            )
        })
        .collect();
    let list = changed(&list, |tag| match (tag.name(), tag.is_close(), tag.is_empty()) {
        ("commentList", true, _) => Some(format!("{added}{}", tag.text())),
        ("commentList", false, true) => Some(format!("<{0}>{added}</{0}>", tag.full_name())),
        _ => None,
    });
    (list, new.into_keys().collect())
}

/// A piece of a note's text.
fn run(prefix: &str, text: &str) -> String {
    let text = escape(text);
    format!("<{prefix}r><{prefix}t xml:space=\"preserve\">{text}</{prefix}t></{prefix}r>")
}

/// Where a note is shown: right of the table where that is near, so that it hides no cells of it,
/// and as high as its text.
fn shape(at: (u32, u32), notes: &Notes, last_column: u32) -> String {
    let (row, column) = (at.0 - 1, at.1 - 1);
    let is_near = last_column <= column + 1 + NEAR;
    let left = if is_near { (column + 1).max(last_column) } else { column + 1 };
    let rows = notes.get(&at).map_or(4, |text| lines(text, LINE) as u32 + 1).min(30);
    let top = row.saturating_sub(1);
    format!(
        "<v:shape {NAMES} id=\"_x0000_k{row}_{column}\" type=\"#_x0000_t202\" \
         style=\"position:absolute;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
         <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>\
         <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">\
         <div style=\"text-align:left\"></div></v:textbox><x:ClientData ObjectType=\"Note\">\
         <x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 4, {}, 15, {}, 4\
         </x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}\
         </x:Column></x:ClientData></v:shape>",
        left + 4,
        top + rows
    )
}

const EMPTY_LIST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <comments xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
    <authors></authors><commentList></commentList></comments>";
const EMPTY_DRAWING: &str = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" \
    xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
    xmlns:x=\"urn:schemas-microsoft-com:office:excel\"></xml>";
/// What its prefixes mean: a drawing of another program may have others.
const NAMES: &str = "xmlns:v=\"urn:schemas-microsoft-com:vml\" \
    xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
    xmlns:x=\"urn:schemas-microsoft-com:office:excel\"";
const KIND: &str = "<v:shapetype xmlns:v=\"urn:schemas-microsoft-com:vml\" \
    xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
    id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" \
    path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
    <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>";
