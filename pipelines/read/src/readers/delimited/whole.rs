//! A whole text file as one sheet.

use super::blocks::{Block, BlockReader};
use crate::readers::dialect::Dialect;
use crate::readers::record::{Record, Span, Suspicion, next_record};
use crate::readers::sheet::{LineFault, Sheet};
use koridor_contract::{CellKind, RawBatch};

/// A whole text file as one sheet, each row as wide as the widest: for layouts that must be
/// rearranged.
///
/// # Errors
/// Where the bytes cannot be read.
pub fn read_sheet(bytes: &[u8], dialect: Dialect) -> std::io::Result<Sheet> {
    let mut reader = BlockReader::new(bytes, dialect, bytes.len() + 1);
    let mut lines = Lines { width: 1, rows: Vec::new(), faults: Vec::new() };
    while let Some(block) = reader.next_block()? {
        lines.add(block, dialect.delimiter);
    }
    Ok(lines.sheet())
}

/// The rows of a text as they are read.
struct Lines {
    /// Cells of the widest row.
    width: usize,
    /// Cells of each row, and its line.
    rows: Vec<(Vec<String>, u64)>,
    faults: Vec<LineFault>,
}

impl Lines {
    fn add(&mut self, block: Block, delimiter: u8) {
        /// Every record is looked at by itself.
        const ALL: Suspicion = Suspicion { has_nul: true, is_utf8: false };
        let Block { data, first_line, faults } = block;
        self.faults.extend(faults);
        let (mut start, mut line) = (0, first_line);
        while let Some(record) = next_record(&data, start, delimiter, None, true) {
            let bytes = data.get(start..record.next.min(data.len())).unwrap_or_default();
            match record.fault(bytes, ALL) {
                Some(rule) => self.faults.push(LineFault::new(line, rule, "")),
                None => self.push(texts(&data, &record), line),
            }
            start = record.next;
            line += record.lines;
        }
    }

    fn push(&mut self, cells: Vec<String>, number: u64) {
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        self.width = self.width.max(filled);
        self.rows.push((cells, number));
    }

    fn sheet(self) -> Sheet {
        let mut batch = RawBatch::typed(self.width);
        let line_cells = self.rows.iter().map(|(cells, _)| cells.len()).collect();
        for (cells, number) in self.rows {
            for column in 0..self.width {
                let text = cells.get(column).map(String::as_str).unwrap_or_default();
                batch.push_cell(text, CellKind::Text);
            }
            batch.end_row(number);
        }
        Sheet { cells: batch, line_cells, faults: self.faults, ..Sheet::default() }
    }
}

/// The cells of a record.
fn texts(data: &[u8], record: &Record) -> Vec<String> {
    let text = |&(from, to, escaped): &Span| {
        let text = String::from_utf8_lossy(data.get(from..to).unwrap_or_default()).into_owned();
        if escaped { text.replace("\"\"", "\"") } else { text }
    };
    record.cells.iter().map(text).collect()
}
