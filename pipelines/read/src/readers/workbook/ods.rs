//! What an ODS workbook holds, before its reader takes memory for it: how large its tables are when
//! what is said once for many cells is written out, and which of them are percentages.

use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use std::io::{Cursor, Read};

/// Most cells that one element stands for as percentages.
const MOST_REPEATED: u64 = 1_024;
/// Rows and columns of a table at most: its reader counts no more.
const MOST_ROWS: u64 = 1 << 20;
const MOST_COLUMNS: u64 = 1 << 14;
/// Bytes that its reader takes for a cell.
const CELL_BYTES: u64 = 64;

/// The places of percentages, a list a table, in the order of the tables.
///
/// # Errors
/// Where the tables are larger than their budget.
pub(super) fn percentages(bytes: &[u8], meter: Meter) -> Result<Vec<Vec<(u32, u32)>>, Refusal> {
    let mut content = String::new();
    let is_read = zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|mut archive| {
        archive.by_name("content.xml").is_ok_and(|part| {
            // Its true size may be another than it declares.
            let most = meter.budget().memory_bytes;
            part.take(most).read_to_string(&mut content).is_ok()
        })
    });
    if !is_read {
        return Ok(Vec::new());
    }
    let mut scan = Scan { meter, tables: Vec::new(), own: Extent::default(), bytes: 0 };
    for (step, piece) in content.split('<').enumerate() {
        meter.time_at(step)?;
        scan.take(piece)?;
    }
    Ok(scan.tables)
}

/// Tables as their elements come.
struct Scan {
    meter: Meter,
    tables: Vec<Vec<(u32, u32)>>,
    own: Extent,
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
}

impl Scan {
    /// Takes an element: its tag and the text behind it.
    fn take(&mut self, piece: &str) -> Result<(), Refusal> {
        let tag = piece.split('>').next().unwrap_or_default();
        let name = tag.split([' ', '\n', '\r', '\t', '/']).next().unwrap_or_default();
        let own = &mut self.own;
        match name {
            "table:table" => {
                self.bytes = self.bytes.saturating_add(own.bytes());
                self.tables.push(Vec::new());
                *own = Extent::default();
                return self.meter.sheets(self.tables.len());
            }
            "table:table-row" => {
                own.row = own.next_row;
                let repeated = repeated(tag, "table:number-rows-repeated");
                own.next_row = own.row.saturating_add(repeated).min(MOST_ROWS);
                (own.column, own.copies) = (0, 0);
                return Ok(());
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let columns = repeated(tag, "table:number-columns-repeated");
                let next = own.column.saturating_add(columns).min(MOST_COLUMNS);
                own.copies = 0;
                if attribute(tag, "office:value-type") == Some("percentage") {
                    let rows = own.row..own.next_row.min(own.row + MOST_REPEATED);
                    let columns = own.column..next.min(own.column + MOST_REPEATED);
                    let places = rows.flat_map(|row| {
                        columns.clone().map(move |column| (row as u32, column as u32))
                    });
                    self.tables.last_mut().into_iter().for_each(|table| {
                        table.extend(places.clone());
                    });
                }
                if tag.contains("office:") || tag.contains("table:formula") {
                    own.columns = own.columns.max(next);
                    own.rows = own.next_row;
                    let rows = own.next_row - own.row;
                    own.copies = rows.saturating_mul(next.saturating_sub(own.column));
                }
                own.column = next;
            }
            "/table:table-cell" | "/table:covered-table-cell" => own.copies = 0,
            _ => {}
        }
        own.texts = own.texts.saturating_add(own.copies.saturating_mul(piece.len() as u64));
        self.meter.memory(self.bytes.saturating_add(own.bytes()))
    }
}

impl Extent {
    /// What the table takes when it is written out.
    fn bytes(&self) -> u64 {
        let cells = self.rows.saturating_mul(self.columns);
        cells.saturating_mul(CELL_BYTES).saturating_add(self.texts)
    }
}

fn repeated(tag: &str, name: &str) -> u64 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn attribute<'tag>(tag: &'tag str, name: &str) -> Option<&'tag str> {
    let (_, behind) = tag.split_once(name)?;
    behind.strip_prefix("=\"")?.split('"').next()
}
