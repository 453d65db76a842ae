//! What an ODS workbook holds, before its reader takes memory for it: how large its tables are when
//! what is said once for many cells is written out, and what is known of cells beside their values.

use super::damage::refusal;
use super::marks::{Mark, Meaning};
use super::number_formats::Shown;
use super::ods_styles::Styles;
use super::ods_text::CellText;
use super::tags::{attribute, is_empty, name_of, split_tag, unescaped};
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use std::io::{Cursor, Read};
use std::ops::Range;
use std::rc::Rc;

/// Rows and columns of a table at most: its reader counts no more.
const MOST_ROWS: u64 = 1 << 20;
const MOST_COLUMNS: u64 = 1 << 14;
/// Bytes that its reader takes for a cell.
const CELL_BYTES: u64 = 64;
/// Longest text of a cell, blanks that one element stands for included; programs hold less.
const MOST_TEXT_BYTES: u64 = 1 << 20;
/// The style of cells that name none.
const DEFAULT_STYLE: &str = "Default";

/// What is known of cells beside their values, a list a table, in the order of the tables.
///
/// # Errors
/// Where the tables are larger than their budget.
pub(super) fn marks(bytes: &[u8], meter: Meter) -> Result<Vec<Vec<Mark>>, Refusal> {
    let mut scan = Scan::new(meter);
    // Styles that have names of their own stand in a part of theirs.
    if let Some(styles) = part(bytes, "styles.xml", meter) {
        for (step, piece) in styles.split('<').enumerate() {
            meter.time_at(step)?;
            let (tag, text) = split_tag(piece);
            scan.styles.take(name_of(tag), tag, text);
        }
    }
    let Some(content) = part(bytes, "content.xml", meter) else { return Ok(Vec::new()) };
    for (step, piece) in content.split('<').enumerate() {
        meter.time_at(step)?;
        scan.take(piece)?;
    }
    Ok(scan.tables)
}

/// The text of a part; none where it cannot be read.
fn part(bytes: &[u8], name: &str, meter: Meter) -> Option<String> {
    let mut text = String::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let part = archive.by_name(name).ok()?;
    // Its true size may be another than it declares.
    part.take(meter.budget().memory_bytes).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Tables as their elements come.
struct Scan {
    meter: Meter,
    styles: Styles,
    /// The styles are behind.
    is_body: bool,
    percent: Rc<Meaning>,
    rupiah: Rc<Meaning>,
    struck: Rc<Meaning>,
    tables: Vec<Vec<Mark>>,
    own: Extent,
    text: CellText,
    /// What all of them take.
    bytes: u64,
}

/// Where in a table an element stands, and how large the table is so far.
#[derive(Default)]
struct Extent {
    row: u64,
    next_row: u64,
    column: u64,
    /// One past the last row and column that hold anything.
    rows: u64,
    columns: u64,
    /// How often the current cell's text is written out.
    copies: u64,
    /// Bytes of texts.
    texts: u64,
    /// Rows and columns of the cell that is open.
    cell: (Range<u32>, Range<u32>),
    /// That it is struck out: what its text says comes before.
    struck: Vec<Mark>,
    /// One past the last column of a run, and the style of its cells that name none.
    column_styles: Vec<(u64, Option<String>)>,
    row_style: Option<String>,
}

impl Scan {
    fn new(meter: Meter) -> Self {
        Self {
            meter,
            styles: Styles::default(),
            is_body: false,
            percent: Rc::new(Meaning::Shown(Shown::Percent)),
            rupiah: Rc::new(Meaning::Shown(Shown::Rupiah)),
            struck: Rc::new(Meaning::Struck),
            tables: Vec::new(),
            own: Extent::default(),
            text: CellText::default(),
            bytes: 0,
        }
    }

    /// Takes an element: its tag and the text behind it.
    fn take(&mut self, piece: &str) -> Result<(), Refusal> {
        let (tag, text) = split_tag(piece);
        let name = name_of(tag);
        match name {
            "table:table" => {
                self.is_body = true;
                self.bytes = self.bytes.saturating_add(self.own.bytes());
                self.tables.push(Vec::new());
                self.own = Extent::default();
                return self.meter.sheets(self.tables.len());
            }
            "office:body" => self.is_body = true,
            "table:table-column" => self.own.add_columns(tag),
            "table:table-row" => {
                self.own.begin_row(tag);
                return Ok(());
            }
            "table:table-cell" | "table:covered-table-cell" => self.begin_cell(tag),
            "/table:table-cell" | "/table:covered-table-cell" => self.end_cell(),
            _ if self.is_body => {
                self.text.take(name, tag, text, &self.styles);
                if self.text.length() > MOST_TEXT_BYTES {
                    return Err(refusal("a text longer than a cell holds"));
                }
            }
            _ => self.styles.take(name, tag, text),
        }
        let own = &mut self.own;
        own.texts = own.texts.saturating_add(own.copies.saturating_mul(piece.len() as u64));
        self.meter.memory(self.bytes.saturating_add(own.bytes()))
    }

    fn begin_cell(&mut self, tag: &str) {
        let own = &mut self.own;
        let columns = repeated(tag, "table:number-columns-repeated");
        let next = own.column.saturating_add(columns).min(MOST_COLUMNS);
        let rows = own.row as u32..own.next_row as u32;
        own.cell = (rows, own.column as u32..next as u32);
        own.copies = 0;
        self.text.begin(tag);
        if let Some(kind) = attribute(tag, "office:value-type") {
            self.mark_cell(tag, kind, next);
        }
        let own = &mut self.own;
        if tag.contains("office:") || tag.contains("table:formula") {
            own.columns = own.columns.max(next);
            own.rows = own.next_row;
            let rows = own.next_row - own.row;
            own.copies = rows.saturating_mul(next.saturating_sub(own.column));
        }
        own.column = next;
    }

    /// Marks a cell that begins with what it is merged over, how its number is shown, and that it
    /// is struck out.
    fn mark_cell(&mut self, tag: &str, kind: &str, next: u64) {
        let Some(table) = self.tables.last_mut() else { return };
        let (rows, columns) = self.own.cell.clone();
        let span = |name: &str| u32::try_from(repeated(tag, name)).unwrap_or(u32::MAX);
        let merged = (span("table:number-rows-spanned"), span("table:number-columns-spanned"));
        if merged != (1, 1) {
            let meaning = Rc::new(Meaning::Merged(merged.0, merged.1));
            table.push(Mark::new(rows.clone(), columns, meaning));
        }
        let is_rupiah = attribute(tag, "office:currency") == Some("IDR");
        let otherwise = match kind {
            "percentage" => Some(&self.percent),
            "currency" if is_rupiah => Some(&self.rupiah),
            _ => None,
        };
        let is_number = matches!(kind, "float" | "percentage" | "currency");
        let named = attribute(tag, "table:style-name").map(unescaped);
        let mut struck = Vec::new();
        for (columns, style) in self.own.styles(named.as_deref(), next) {
            if self.styles.is_struck(style) {
                struck.push(Mark::new(rows.clone(), columns.clone(), Rc::clone(&self.struck)));
            }
            if is_number {
                let meaning = self.styles.meaning(style).or_else(|| otherwise.cloned());
                table.extend(meaning.map(|meaning| Mark::new(rows.clone(), columns, meaning)));
            }
        }
        if is_empty(tag) {
            table.append(&mut struck);
        } else {
            self.own.struck = struck;
        }
    }

    fn end_cell(&mut self) {
        self.own.copies = 0;
        let (rows, columns) = self.own.cell.clone();
        let meaning = self.text.end();
        let struck = std::mem::take(&mut self.own.struck);
        if let Some(table) = self.tables.last_mut() {
            table.extend(meaning.map(|meaning| Mark::new(rows, columns, Rc::new(meaning))));
            table.extend(struck);
        }
    }
}

impl Extent {
    /// What the table takes when it is written out.
    fn bytes(&self) -> u64 {
        let cells = self.rows.saturating_mul(self.columns);
        cells.saturating_mul(CELL_BYTES).saturating_add(self.texts)
    }

    fn add_columns(&mut self, tag: &str) {
        let begin = self.column_styles.last().map_or(0, |(end, _)| *end);
        let columns = repeated(tag, "table:number-columns-repeated");
        let end = begin.saturating_add(columns).min(MOST_COLUMNS);
        if end > begin {
            let style = attribute(tag, "table:default-cell-style-name").map(unescaped);
            self.column_styles.push((end, style));
        }
    }

    fn begin_row(&mut self, tag: &str) {
        self.row = self.next_row;
        let repeated = repeated(tag, "table:number-rows-repeated");
        self.next_row = self.row.saturating_add(repeated).min(MOST_ROWS);
        (self.column, self.copies) = (0, 0);
        self.row_style = attribute(tag, "table:default-cell-style-name").map(unescaped);
    }

    /// The styles of the cells from the current column to another: their own, that of their row or
    /// those of their columns.
    fn styles<'own>(
        &'own self,
        named: Option<&'own str>,
        next: u64,
    ) -> impl Iterator<Item = (Range<u32>, &'own str)> {
        let own = named.or(self.row_style.as_deref());
        let mut column = self.column;
        std::iter::from_fn(move || {
            let begin = column;
            if begin >= next {
                return None;
            }
            let at = self.column_styles.partition_point(|(end, _)| *end <= begin);
            let (end, style) = match (own, self.column_styles.get(at)) {
                (Some(own), _) => (next, own),
                (None, Some((end, style))) => {
                    (next.min(*end), style.as_deref().unwrap_or(DEFAULT_STYLE))
                }
                (None, None) => (next, DEFAULT_STYLE),
            };
            column = end;
            Some((begin as u32..end as u32, style))
        })
    }
}

fn repeated(tag: &str, name: &str) -> u64 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use crate::readers::refusal::RefusalCode;

    const STYLES: &str = "<number:number-style style:name=\"N1\"><number:number \
                          number:min-integer-digits=\"1\"/><number:text> kg</number:text>\
                          </number:number-style><style:style style:name=\"ce1\" \
                          style:family=\"table-cell\" style:data-style-name=\"N1\"/><style:style \
                          style:name=\"ce2\" style:family=\"table-cell\"/><style:style \
                          style:name=\"ce3\" style:family=\"table-cell\" \
                          style:data-style-name=\"N1\"><style:text-properties \
                          style:text-line-through-style=\"solid\"/></style:style>";

    fn tables(rows: &str) -> Vec<Vec<Mark>> {
        let content = format!("{STYLES}<office:body><table:table>{rows}</table:table>");
        let mut scan = Scan::new(Budget::default().meter());
        content.split('<').for_each(|piece| scan.take(piece).unwrap());
        scan.tables
    }

    fn float(attributes: &str) -> String {
        format!("<table:table-cell office:value-type=\"float\" office:value=\"5\" {attributes}/>")
    }

    #[test]
    fn a_cell_has_the_format_of_its_style_or_of_that_of_its_column() {
        let unit = Meaning::Shown(Shown::Unit("kg".into()));
        let columns = "<table:table-column table:number-columns-repeated=\"2\"/>\
                       <table:table-column table:default-cell-style-name=\"ce1\"/>";
        let own = float("table:style-name=\"ce1\"");
        let (plain, other) = (float(""), float("table:style-name=\"ce2\""));
        let tables = tables(&format!(
            "{columns}<table:table-row>{own}{plain}{plain}</table:table-row>\
             <table:table-row>{plain}{plain}{other}</table:table-row><table:table-row \
             table:default-cell-style-name=\"ce1\">{plain}</table:table-row><table:table-row>{}\
             </table:table-row>",
            float("table:number-columns-repeated=\"9\"")
        ));
        let told: Vec<_> = tables[0].iter().map(Mark::told).collect();
        let places = [(0, 0), (0, 2), (2, 0), (3, 2)];
        assert_eq!(told, places.map(|place| (place, &unit)));
    }

    #[test]
    fn a_cell_that_is_struck_out_or_merged_is_told_beside_its_format_and_text() {
        let text = "<table:table-cell office:value-type=\"string\" table:style-name=\"ce3\" \
                    table:number-columns-spanned=\"2\" table:number-rows-spanned=\"3\"><text:p>12\
                    <text:span text:style-name=\"T1\">3</text:span></text:p></table:table-cell>";
        let raised = "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties \
                      style:text-position=\"super 58%\"/></style:style>";
        let covered = "<table:covered-table-cell/>";
        let number = float("table:style-name=\"ce3\" table:number-rows-spanned=\"2\"");
        let mut scan = Scan::new(Budget::default().meter());
        let content = format!(
            "{STYLES}{raised}<office:body><table:table><table:table-row>{text}{covered}{number}\
             </table:table-row></table:table>"
        );
        content.split('<').for_each(|piece| scan.take(piece).unwrap());
        let told: Vec<_> = scan.tables[0].iter().map(Mark::told).collect();
        let unit = Meaning::Shown(Shown::Unit("kg".into()));
        let (meant, struck) = (Meaning::Text("12³".into()), Meaning::Struck);
        let (wide, high) = (Meaning::Merged(3, 2), Meaning::Merged(2, 1));
        let (first, last) = ((0, 0), (0, 2));
        let expected = [
            (first, &wide),
            (first, &meant),
            (first, &struck),
            (last, &high),
            (last, &unit),
            (last, &struck),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn percentages_money_and_errors_are_told_without_a_format() {
        let tables = tables(
            "<table:table-row table:number-rows-repeated=\"4000\"><table:table-cell \
             office:value-type=\"percentage\" office:value=\"0.1\"/><table:table-cell \
             office:value-type=\"currency\" office:currency=\"IDR\" office:value=\"1\"/>\
             </table:table-row><table:table-row><table:table-cell office:value-type=\"float\" \
             office:value=\"0\"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>",
        );
        let told: Vec<_> = tables[0].iter().map(Mark::told).collect();
        let error = Meaning::Error("#DIV/0!".into());
        let (percent, rupiah) = (Meaning::Shown(Shown::Percent), Meaning::Shown(Shown::Rupiah));
        assert_eq!(told, [((0, 0), &percent), ((0, 1), &rupiah), ((4000, 0), &error)]);
    }
    #[test]
    fn a_text_that_no_cell_holds_is_refused_before_it_is_written_out() {
        let cell = |inner: &str| {
            let content = format!(
                "<office:body><table:table><table:table-row><table:table-cell \
                 office:value-type=\"string\"><text:p>{inner}</text:p></table:table-cell>"
            );
            let mut scan = Scan::new(Budget::default().meter());
            content.split('<').try_for_each(|piece| scan.take(piece)).err().map(|own| own.code)
        };
        let broken = Some(RefusalCode::BrokenWorkbook);
        assert_eq!(cell("x<text:s text:c=\"2000000000\"/>"), broken);
        assert_eq!(cell(&"<text:s text:c=\"30000\"/>".repeat(300)), broken);
        assert_eq!(cell(&"x".repeat(2 << 20)), broken);
        for good in ["x<text:s text:c=\"8\"/>y", "<text:s/>", &"x".repeat(60_000)] {
            assert_eq!(cell(good), None);
        }
    }
}
