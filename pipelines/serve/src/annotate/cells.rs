//! The cells of a sheet: refused ones get their look, and one that is not there yet is added.

use super::notes::Notes;
use super::styles::Styles;
use super::xml::{Tag, address, address_of, tags};
use crate::error::ServeError;

/// A sheet with its marks.
pub(super) struct Marked {
    pub(super) text: String,
    /// The last column that holds a cell, from 1.
    pub(super) last_column: u32,
}

/// Marks the cells that notes are about.
pub(super) fn mark(xml: &str, notes: &Notes, styles: &mut Styles) -> Result<Marked, ServeError> {
    let mut marker = Marker {
        xml,
        styles,
        wanted: notes.keys().copied().rev().collect(),
        text: String::with_capacity(xml.len() + 4096),
        from: 0,
        prefix: "",
        row: 0,
        column: 0,
        row_look: 0,
        last_column: 0,
    };
    let mut is_data = false;
    let mut has_data = false;
    for tag in tags(xml) {
        match tag.name() {
            "sheetData" if tag.is_empty() => {
                has_data = true;
                marker.prefix = tag.prefix();
                marker.open_empty(&tag);
                marker.add_rows(u32::MAX);
                marker.text.push_str(&format!("</{}>", tag.full_name()));
            }
            "sheetData" if tag.is_close() => {
                marker.before(&tag);
                marker.add_rows(u32::MAX);
                is_data = false;
            }
            "sheetData" => {
                (is_data, has_data) = (true, true);
                marker.prefix = tag.prefix();
            }
            "row" if is_data => marker.row(&tag),
            "c" if is_data && !tag.is_close() => marker.cell(&tag),
            _ => {}
        }
    }
    if !has_data || !marker.wanted.is_empty() {
        return Err(ServeError::marking("its cells cannot be found"));
    }
    marker.text.push_str(xml.get(marker.from..).unwrap_or_default());
    Ok(Marked { text: marker.text, last_column: marker.last_column })
}

/// The text that is being written, and where in the sheet it is.
struct Marker<'sheet> {
    xml: &'sheet str,
    styles: &'sheet mut Styles,
    /// Cells that are still to be marked, the next one last.
    wanted: Vec<(u32, u32)>,
    text: String,
    /// What of the sheet has been written.
    from: usize,
    prefix: &'sheet str,
    row: u32,
    column: u32,
    /// The look of the row, which a new cell of it gets.
    row_look: usize,
    last_column: u32,
}

impl Marker<'_> {
    /// Writes what stands before a tag.
    fn before(&mut self, tag: &Tag<'_>) {
        self.text.push_str(self.xml.get(self.from..tag.start).unwrap_or_default());
        self.from = tag.start;
    }

    /// Writes an empty element as one that is open.
    fn open_empty(&mut self, tag: &Tag<'_>) {
        self.before(tag);
        let open = tag.text().trim_end_matches("/>").trim_end();
        self.text.push_str(&format!("{open}>"));
        self.from = tag.end;
    }

    fn row(&mut self, tag: &Tag<'_>) {
        if tag.is_close() {
            self.before(tag);
            self.add_cells(u32::MAX);
            return;
        }
        let number = tag.attribute("r").and_then(|number| number.parse().ok());
        let number = number.unwrap_or(self.row + 1);
        self.before(tag);
        self.add_rows(number);
        self.row = number;
        self.column = 0;
        let look = tag.attribute("s").and_then(|look| look.parse().ok());
        self.row_look = look.unwrap_or_default();
        if tag.is_empty() && self.next_of_row(u32::MAX).is_some() {
            self.open_empty(tag);
            self.add_cells(u32::MAX);
            self.text.push_str(&format!("</{}>", tag.full_name()));
        }
    }

    fn cell(&mut self, tag: &Tag<'_>) {
        let place = tag.attribute("r").and_then(address);
        let column = place.map_or(self.column + 1, |(_, column)| column);
        self.before(tag);
        self.add_cells(column);
        self.column = column;
        self.last_column = self.last_column.max(column);
        if self.wanted.last() == Some(&(self.row, column)) {
            self.wanted.pop();
            let look = tag.attribute("s").and_then(|look| look.parse().ok());
            let look = self.styles.refused(look.unwrap_or_default());
            self.text.push_str(&tag.with("s", &look.to_string()));
            self.from = tag.end;
        }
    }

    /// The next wanted cell, where it is one of this row before a column.
    fn next_of_row(&self, before: u32) -> Option<(u32, u32)> {
        let next = *self.wanted.last()?;
        (next.0 == self.row && next.1 < before).then_some(next)
    }

    /// Adds the wanted cells of this row that stand before a column.
    fn add_cells(&mut self, before: u32) {
        while let Some(next) = self.next_of_row(before) {
            self.wanted.pop();
            let look = self.styles.refused(self.row_look);
            let (prefix, address) = (self.prefix, address_of(next));
            self.text.push_str(&format!("<{prefix}c r=\"{address}\" s=\"{look}\"/>"));
        }
    }

    /// Adds the rows of wanted cells that stand before a row.
    fn add_rows(&mut self, before: u32) {
        while let Some(next) = self.wanted.last().copied().filter(|next| next.0 < before) {
            self.row = next.0;
            self.row_look = 0;
            let prefix = self.prefix;
            self.text.push_str(&format!("<{prefix}row r=\"{}\">", next.0));
            self.add_cells(u32::MAX);
            self.text.push_str(&format!("</{prefix}row>"));
        }
    }
}
