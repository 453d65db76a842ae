//! What an XLS workbook says of how its cells are shown and the day it counts from, and how large
//! its sheets are, before its reader takes memory for them.

use super::biff_records::{number, records};
use super::biff_texts::{Font, Texts};
use super::marks::{Mark, Meaning};
use super::number_formats::Shown;
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read};
use std::rc::Rc;

/// Records that are looked at.
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00BD;
    pub(super) const CELL_FORMAT: u16 = 0x00E0;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const COMPACT_NUMBER: u16 = 0x027E;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const SHARED_LABEL: u16 = 0x00FD;
    pub(super) const RICH_LABEL: u16 = 0x00D6;
    pub(super) const TRUTH: u16 = 0x0205;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
    pub(super) const FONT: u16 = 0x0031;
    pub(super) const TEXTS: u16 = 0x00FC;
    pub(super) const CONTINUED: u16 = 0x003C;
    pub(super) const MERGED: u16 = 0x00E5;
}

/// The formats that every workbook has and none writes down; those of money are written.
const BUILT_IN: [(u16, &str); 2] = [(9, "0%"), (10, "0.00%")];

/// A workbook of an older version (BIFF5), whose texts have a shorter length and no width.
const OLDER_VERSION: u16 = 0x0500;

/// Bytes that its reader takes for a cell: as a value, as a formula, and in the table of both.
const CELL_BYTES: u64 = 64;

/// What is known of the cells of a workbook.
#[derive(Default)]
pub(super) struct Known {
    /// Days are counted from 1904.
    pub(super) is_1904: bool,
    /// What is known of cells beside their values, a list a sheet of cells.
    pub(super) marks: Vec<Vec<Mark>>,
}

/// What is known of the cells of an XLS workbook; nothing where its stream cannot be read, which
/// its reader tells.
///
/// # Errors
/// Where its sheets are larger than their budget.
pub(super) fn known(bytes: &[u8], meter: Meter) -> Result<Known, Refusal> {
    let mut stream = Vec::new();
    let is_read = cfb::CompoundFile::open(Cursor::new(bytes)).is_ok_and(|mut file| {
        ["/Workbook", "/Book"].iter().any(|name| {
            file.open_stream(name).is_ok_and(|mut own| own.read_to_end(&mut stream).is_ok())
        })
    });
    if !is_read {
        return Ok(Known::default());
    }
    let globals = Globals::of(&stream, meter)?;
    meter.sheets(globals.sheets.len())?;
    let mut taken = stream.len() as u64;
    for begin in &globals.sheets {
        meter.time()?;
        taken = taken.saturating_add(bytes_of_sheet(&stream, *begin));
        meter.memory(taken)?;
    }
    let known =
        Meanings { formats: globals.meanings(), struck: globals.struck, texts: globals.texts };
    let marks = globals.sheets.iter().map(|begin| of_sheet(&stream, *begin, &known)).collect();
    Ok(Known { is_1904: globals.is_1904, marks })
}

/// What cells are known to mean.
struct Meanings {
    /// By their cell formats.
    formats: Vec<Option<Rc<Meaning>>>,
    /// By the fonts of their cell formats.
    struck: Vec<Option<Rc<Meaning>>>,
    /// By the places of their texts in the table of these.
    texts: HashMap<u32, Rc<Meaning>>,
}

/// Memory that a sheet takes: all places from its first cell to its last, and what its dimensions
/// say, for which its reader makes room.
fn bytes_of_sheet(stream: &[u8], begin: usize) -> u64 {
    let mut depth = 0usize;
    let (mut rows, mut columns, mut declared) = (0u64, 0u64, 0u64);
    for (kind, data) in records(stream, begin) {
        match kind {
            record::BEGIN => depth += 1,
            record::END if depth <= 1 => break,
            record::END => depth -= 1,
            record::DIMENSIONS if data.len() >= 14 => {
                let long = |at: usize| {
                    let low = u64::from(number(data, at).unwrap_or_default());
                    low | u64::from(number(data, at + 2).unwrap_or_default()) << 16
                };
                let short = |at: usize| u64::from(number(data, at).unwrap_or_default());
                let height = long(4).saturating_sub(long(0));
                declared = height.saturating_mul(short(10).saturating_sub(short(8)));
            }
            record::FORMULA
            | record::NUMBER
            | record::COMPACT_NUMBER
            | record::NUMBERS
            | record::LABEL
            | record::SHARED_LABEL
            | record::RICH_LABEL
            | record::TRUTH => {
                rows = rows.max(u64::from(number(data, 0).unwrap_or_default()) + 1);
                // A run of numbers ends with its last column.
                let at = if kind == record::NUMBERS { data.len().saturating_sub(2) } else { 2 };
                columns = columns.max(u64::from(number(data, at).unwrap_or_default()) + 1);
            }
            _ => {}
        }
    }
    rows.saturating_mul(columns).max(declared).saturating_mul(CELL_BYTES)
}

/// What the beginning of a workbook says of all sheets.
#[derive(Default)]
struct Globals {
    is_1904: bool,
    is_older: bool,
    /// Codes of number formats.
    formats: BTreeMap<u16, String>,
    /// The number format of each cell format.
    cell_formats: Vec<u16>,
    /// That it is struck out, of each cell format whose font is.
    struck: Vec<Option<Rc<Meaning>>>,
    /// Texts with raised or struck out characters, by their places in the table of texts.
    texts: HashMap<u32, Rc<Meaning>>,
    /// Where the sheets of cells begin.
    sheets: Vec<usize>,
}

impl Globals {
    fn of(stream: &[u8], meter: Meter) -> Result<Self, Refusal> {
        let mut own = Self::default();
        let (mut fonts, mut cell_fonts) = (Vec::new(), Vec::new());
        // The table of texts goes on in the records behind it.
        let mut table: Vec<&[u8]> = Vec::new();
        let mut is_in_table = false;
        for (kind, data) in records(stream, 0).take_while(|(kind, _)| *kind != record::END) {
            is_in_table = kind == record::TEXTS || (is_in_table && kind == record::CONTINUED);
            if is_in_table {
                table.push(data);
            }
            match kind {
                record::BEGIN => own.is_older = number(data, 0) == Some(OLDER_VERSION),
                record::DATE_MODE => own.is_1904 = number(data, 0) == Some(1),
                record::FONT => fonts.push(Font::of(data)),
                record::FORMAT => {
                    let code = text(data.get(2..).unwrap_or_default(), own.is_older);
                    own.formats.extend(number(data, 0).zip(code));
                }
                record::CELL_FORMAT => {
                    let (font, format) = number(data, 0).zip(number(data, 2)).unzip();
                    cell_fonts.extend(font);
                    own.cell_formats.extend(format);
                }
                // The last byte tells sheets of cells from charts.
                record::SHEET if data.get(5) == Some(&0) => {
                    let place = number(data, 0).zip(number(data, 2));
                    let place = place.map(|(low, high)| usize::from(low) | usize::from(high) << 16);
                    own.sheets.extend(place);
                }
                _ => {}
            }
        }
        own.texts = Texts::of(&table).marked(&fonts, meter)?;
        let struck = Rc::new(Meaning::Struck);
        let of_font = |font: u16| Font::at(&fonts, font).is_struck().then(|| Rc::clone(&struck));
        own.struck = cell_fonts.into_iter().map(of_font).collect();
        Ok(own)
    }

    /// What each cell format shows numbers as; none where as they are.
    fn meanings(&self) -> Vec<Option<Rc<Meaning>>> {
        let built_in = BUILT_IN.map(|(format, code)| (format, code.to_owned()));
        let codes = self.formats.iter().chain(built_in.iter().map(|(format, code)| (format, code)));
        let shown = |(format, code): (&u16, &String)| {
            Some((*format, Rc::new(Meaning::Shown(Shown::of(code)?))))
        };
        let shown: HashMap<u16, Rc<Meaning>> = codes.filter_map(shown).collect();
        self.cell_formats.iter().map(|format| shown.get(format).cloned()).collect()
    }
}

/// A text with its length and, but in an older version, the width of its letters before it.
fn text(data: &[u8], is_older: bool) -> Option<String> {
    if is_older {
        let length = usize::from(*data.first()?);
        return Some(data.get(1..)?.iter().take(length).map(|byte| char::from(*byte)).collect());
    }
    let length = usize::from(number(data, 0)?);
    let is_wide = data.get(2)? & 1 == 1;
    let letters = data.get(3..)?;
    Some(if is_wide {
        let units = letters.chunks_exact(2).take(length).filter_map(|two| number(two, 0));
        char::decode_utf16(units).map(|letter| letter.unwrap_or(' ')).collect()
    } else {
        letters.iter().take(length).map(|letter| char::from(*letter)).collect()
    })
}

impl Meanings {
    /// What the format of a cell says of it: how its number is shown, and that it is struck out.
    fn of_cell(&self, row: u32, column: u32, format: Option<u16>) -> impl Iterator<Item = Mark> {
        let of_format = |meanings: &[Option<Rc<Meaning>>]| {
            meanings.get(usize::from(format?)).cloned().flatten()
        };
        let found = [of_format(&self.formats), of_format(&self.struck)];
        found.into_iter().flatten().map(move |meaning| Mark::at(row, column, meaning))
    }
}

/// The merged cells of a record: the first and last rows and columns of each, behind their count.
fn merged(data: &[u8]) -> impl Iterator<Item = Mark> {
    data.get(2..).unwrap_or_default().chunks_exact(8).filter_map(|own| {
        let place = |at: usize| number(own, at).map(u32::from);
        let (rows, columns) = ((place(0)?, place(2)?), (place(4)?, place(6)?));
        let span = |(first, last): (u32, u32)| Some(last.checked_sub(first)? + 1);
        let meaning = Meaning::Merged(span(rows)?, span(columns)?);
        Some(Mark::at(rows.0, columns.0, Rc::new(meaning)))
    })
}

/// What is known of cells of the sheet that begins at a place; merged ones first, as a number that
/// is struck out is merged all the same.
fn of_sheet(stream: &[u8], begin: usize, known: &Meanings) -> Vec<Mark> {
    let (mut all_merged, mut marks) = (Vec::new(), Vec::new());
    // A chart within the sheet is a stream of its own.
    let mut depth = 0usize;
    for (kind, data) in records(stream, begin) {
        match kind {
            record::BEGIN => depth += 1,
            record::END if depth <= 1 => break,
            record::END => depth -= 1,
            _ => {}
        }
        let (Some(row), Some(column)) = (number(data, 0), number(data, 2)) else { continue };
        let (row, column) = (u32::from(row), u32::from(column));
        if depth > 1 {
            continue;
        }
        match kind {
            record::FORMULA
            | record::NUMBER
            | record::COMPACT_NUMBER
            | record::LABEL
            | record::RICH_LABEL => marks.extend(known.of_cell(row, column, number(data, 4))),
            record::NUMBERS => {
                // A format and a number of four bytes for each column, then the last column.
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (column, cell) in (column..).zip(cells.chunks_exact(6)) {
                    marks.extend(known.of_cell(row, column, number(cell, 0)));
                }
            }
            record::SHARED_LABEL => {
                let text = number(data, 6).zip(number(data, 8));
                let text = text.map(|(low, high)| u32::from(low) | u32::from(high) << 16);
                let meaning = text.and_then(|text| known.texts.get(&text)).cloned();
                marks.extend(meaning.map(|meaning| Mark::at(row, column, meaning)));
                marks.extend(known.of_cell(row, column, number(data, 4)));
            }
            record::MERGED => all_merged.extend(merged(data)),
            _ => {}
        }
    }
    all_merged.append(&mut marks);
    all_merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use koridor_contract::CellKind;
    use std::io::Write;

    fn put(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
        stream.extend(kind.to_le_bytes());
        stream.extend((data.len() as u16).to_le_bytes());
        stream.extend(data);
    }

    /// A record of a number format; a narrow text, or one of an older version.
    fn format(stream: &mut Vec<u8>, id: u16, code: &str, is_older: bool) {
        let mut data = id.to_le_bytes().to_vec();
        let length = code.len() as u8;
        data.extend(if is_older { vec![length] } else { vec![length, 0, 0] });
        data.extend(code.bytes());
        put(stream, record::FORMAT, &data);
    }

    fn globals(version: u16) -> Globals {
        let is_older = version == OLDER_VERSION;
        let mut stream = Vec::new();
        put(&mut stream, record::BEGIN, &version.to_le_bytes());
        format(&mut stream, 164, "#,##0\\ \"kg\"", is_older);
        format(&mut stream, 165, "#,##0\".000\"", is_older);
        format(&mut stream, 166, "[$Rp-421]#,##0", is_older);
        format(&mut stream, 167, "#,##0.00", is_older);
        for id in [0u16, 164, 165, 166, 167, 9] {
            let id = id.to_le_bytes();
            put(&mut stream, record::CELL_FORMAT, &[0, 0, id[0], id[1]]);
        }
        put(&mut stream, record::END, &[]);
        Globals::of(&stream, Budget::default().meter()).unwrap()
    }

    #[test]
    fn cell_formats_are_told_by_the_codes_of_their_number_formats() {
        for version in [0x0600, OLDER_VERSION] {
            let known = globals(version).meanings();
            let known: Vec<Option<&Meaning>> = known.iter().map(Option::as_deref).collect();
            let shown = [
                Meaning::Shown(Shown::Unit("kg".into())),
                Meaning::Shown(Shown::Altered("#,##0\".000\"".into())),
                Meaning::Shown(Shown::Rupiah),
                Meaning::Shown(Shown::Percent),
            ];
            let [unit, altered, rupiah, percent] = shown.each_ref().map(Some);
            assert_eq!(known, [None, unit, altered, rupiah, None, percent]);
        }
    }

    #[test]
    fn cells_of_a_sheet_have_the_meaning_of_their_formats_and_texts() {
        let unit = Rc::new(Meaning::Shown(Shown::Unit("kg".into())));
        let note = Rc::new(Meaning::Text("300¹".into()));
        let known = Meanings {
            formats: vec![None, Some(unit.clone()), None],
            struck: vec![None, None, Some(Rc::new(Meaning::Struck))],
            texts: HashMap::from([(1, note.clone())]),
        };
        let mut stream = Vec::new();
        put(&mut stream, record::BEGIN, &[0; 4]);
        put(&mut stream, record::NUMBER, &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        put(&mut stream, record::NUMBER, &[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let run = [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0];
        put(&mut stream, record::NUMBERS, &run);
        put(&mut stream, record::SHARED_LABEL, &[2, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        put(&mut stream, record::SHARED_LABEL, &[3, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
        put(&mut stream, record::END, &[]);
        let marks = of_sheet(&stream, 0, &known);
        let told: Vec<_> = marks.iter().map(Mark::told).collect();
        let struck = ((3, 0), &Meaning::Struck);
        assert_eq!(told, [((0, 0), &*unit), ((1, 3), &*unit), ((2, 0), &*note), struck]);
    }

    #[test]
    fn a_cell_whose_font_is_struck_out_is_told_by_its_cell_format() {
        let mut stream = Vec::new();
        put(&mut stream, record::BEGIN, &[0, 6]);
        // The fifth font has the index five, as there is no fourth.
        for marks in [0u8, 0, 0, 0, 8] {
            put(&mut stream, record::FONT, &[200, 0, marks, 0, 0, 0, 0, 0, 0, 0]);
        }
        for font in [0u8, 5, 3, 9] {
            put(&mut stream, record::CELL_FORMAT, &[font, 0, 0, 0]);
        }
        put(&mut stream, record::END, &[]);
        let globals = Globals::of(&stream, Budget::default().meter()).unwrap();
        let struck: Vec<bool> = globals.struck.iter().map(Option::is_some).collect();
        assert_eq!(struck, [false, true, false, false]);
    }

    #[test]
    fn merged_cells_of_a_sheet_are_told_before_all_others() {
        let known = Meanings {
            formats: vec![None],
            struck: vec![Some(Rc::new(Meaning::Struck))],
            texts: HashMap::new(),
        };
        let mut stream = Vec::new();
        put(&mut stream, record::BEGIN, &[0; 4]);
        put(&mut stream, record::NUMBER, &[1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        // B2:C4, and a range whose end stands before its beginning.
        let ranges = [2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 4, 0, 3, 0, 0, 0, 0, 0];
        put(&mut stream, record::MERGED, &ranges);
        // A record that is cut off.
        put(&mut stream, record::MERGED, &[1, 0, 5, 0, 5, 0]);
        put(&mut stream, record::END, &[]);
        let marks = of_sheet(&stream, 0, &known);
        let told: Vec<_> = marks.iter().map(Mark::told).collect();
        assert_eq!(told, [((1, 1), &Meaning::Merged(3, 2)), ((1, 1), &Meaning::Struck)]);
    }

    /// A workbook of one sheet, with the records of its beginning and of its sheet.
    fn book(globals: &[u8], sheet: &[u8]) -> Vec<u8> {
        let mut stream = Vec::new();
        put(&mut stream, record::BEGIN, &[0, 6, 5, 0]);
        stream.extend(globals);
        // The sheet begins behind the record that names it and the end of the beginning.
        let begin = stream.len() as u32 + 4 + 9 + 4;
        let mut named = begin.to_le_bytes().to_vec();
        named.extend([0, 0, 1, 0, b'D']);
        put(&mut stream, record::SHEET, &named);
        put(&mut stream, record::END, &[]);
        put(&mut stream, record::BEGIN, &[0, 6, 16, 0]);
        stream.extend(sheet);
        put(&mut stream, record::END, &[]);
        let inner = Cursor::new(Vec::new());
        let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, inner).unwrap();
        let mut own = file.create_stream("/Workbook").unwrap();
        own.write_all(&stream).unwrap();
        own.flush().unwrap();
        drop(own);
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn numbers_of_a_workbook_are_merged_and_struck_out() {
        let mut globals = Vec::new();
        for marks in [0u8, 8] {
            put(&mut globals, record::FONT, &[200, 0, marks, 0, 0, 0, 0, 0, 0, 0]);
        }
        for font in [0u8, 1] {
            put(&mut globals, record::CELL_FORMAT, &[font, 0, 0, 0]);
        }
        let mut sheet = Vec::new();
        for (row, column, format, value) in
            [(0u8, 0u8, 0u8, 5.0f64), (0, 1, 0, 900.0), (1, 0, 1, 7.0)]
        {
            let mut cell = vec![row, 0, column, 0, format, 0];
            cell.extend(value.to_le_bytes());
            put(&mut sheet, record::NUMBER, &cell);
        }
        put(&mut sheet, record::MERGED, &[1, 0, 0, 0, 1, 0, 1, 0, 1, 0]);
        let meter = Budget::default().meter();
        let sheets = super::super::read(&book(&globals, &sheet), meter).unwrap();
        let cells = &sheets[0].cells;
        let texts = [cells.text(0, 0), cells.text(0, 1), cells.text(1, 0), cells.text(1, 1)];
        assert_eq!(texts, ["5", "900", "7 [?]", ""]);
        assert_eq!(cells.kind(1, 1), CellKind::CoveredBelow);
    }
}
