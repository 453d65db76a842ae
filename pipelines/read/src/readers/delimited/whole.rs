//! A whole text file as one sheet.

use super::blocks::{Block, BlockReader};
use crate::readers::budget::Meter;
use crate::readers::dialect::Dialect;
use crate::readers::record::{Record, Span, Suspicion, next_record};
use crate::readers::refusal::Refusal;
use crate::readers::sheet::{LineFault, Sheet, check_faults};
use koridor_contract::{CellKind, RawBatch};
use std::borrow::Cow;

/// A whole text file as one sheet, each row as wide as the widest: for layouts that must be
/// rearranged. A [`Refusal`] where it costs more than it may.
///
/// # Errors
/// Where the bytes cannot be read.
pub fn read_sheet(
    bytes: &[u8],
    dialect: Dialect,
    meter: Meter,
) -> std::io::Result<Result<Sheet, Refusal>> {
    let mut reader = BlockReader::new(bytes, dialect, bytes.len() + 1);
    let mut lines = Lines::of(meter);
    while let Some(block) = reader.next_block()? {
        if let Err(refusal) = lines.add(block, dialect.delimiter) {
            return Ok(Err(refusal));
        }
    }
    let sheet = lines.sheet();
    Ok(sheet.map(|sheet| Sheet { has_commas: dialect.delimiter == b',', ..sheet }))
}

/// The rows of a text as they are read: one text, and the cells as spans of it.
struct Lines {
    meter: Meter,
    /// Cells of the widest row.
    width: usize,
    data: String,
    spans: Vec<(u32, u32)>,
    /// Of each row: where its cells end in `spans`, and its line.
    rows: Vec<(usize, u64)>,
    faults: Vec<LineFault>,
}

impl Lines {
    fn of(meter: Meter) -> Self {
        Self {
            meter,
            width: 1,
            data: String::new(),
            spans: Vec::new(),
            rows: Vec::new(),
            faults: Vec::new(),
        }
    }

    fn add(&mut self, block: Block, delimiter: u8) -> Result<(), Refusal> {
        /// Every record is looked at by itself.
        const ALL: Suspicion = Suspicion { has_nul: true, is_utf8: false };
        let Block { data, first_line, faults } = block;
        self.faults.extend(faults);
        let (mut start, mut line) = (0, first_line);
        while let Some(record) = next_record(&data, start, delimiter, None, true) {
            self.meter.time_at(self.rows.len() + self.faults.len())?;
            check_faults(self.faults.len(), self.rows.len())?;
            let bytes = data.get(start..record.next.min(data.len())).unwrap_or_default();
            match record.fault(bytes, ALL) {
                Some(rule) => self.faults.push(LineFault::new(line, rule, "")),
                None => self.push(&data, &record, line)?,
            }
            start = record.next;
            line += record.lines;
        }
        Ok(())
    }

    fn push(&mut self, data: &[u8], record: &Record, number: u64) -> Result<(), Refusal> {
        let cells = record.cells.len();
        // Held as it was written, then as a table of all rows as wide as the widest.
        let held = (self.spans.len() + cells) as u64;
        let own: usize = record.cells.iter().map(|(from, to, _)| to - from).sum();
        let text = (self.data.len() + own) as u64;
        self.meter.table(held, 1, text)?;
        let first = self.spans.len();
        for cell in &record.cells {
            let from = self.data.len();
            self.data.push_str(&text_of(data, cell));
            self.spans.push((from as u32, self.data.len() as u32));
        }
        let own = self.spans.get(first..).unwrap_or_default();
        let filled = own.iter().rposition(|(from, to)| from < to).map_or(0, |at| at + 1);
        if filled > self.width {
            self.meter.columns(filled)?;
            self.width = filled;
        }
        self.rows.push((self.spans.len(), number));
        self.meter.table(self.rows.len() as u64, self.width as u64, self.data.len() as u64)
    }

    fn sheet(self) -> Result<Sheet, Refusal> {
        let Self { meter, width, data, spans, rows, faults } = self;
        meter.time()?;
        let mut table = Vec::with_capacity(rows.len() * width);
        let mut line_cells = Vec::with_capacity(rows.len());
        let mut begin = 0;
        for (end, _) in &rows {
            let cells = spans.get(begin..*end).unwrap_or_default();
            line_cells.push(cells.len());
            table.extend(cells.iter().take(width));
            table.resize(line_cells.len() * width, (0, 0));
            begin = *end;
        }
        let kinds = vec![CellKind::Text; table.len()];
        let numbers = rows.iter().map(|(_, number)| *number).collect();
        let cells = RawBatch::from_typed_parts(data, table, kinds, width, numbers);
        Ok(Sheet { cells, line_cells, faults, ..Sheet::default() })
    }
}

/// The text of a cell.
fn text_of<'data>(data: &'data [u8], &(from, to, escaped): &Span) -> Cow<'data, str> {
    let text = String::from_utf8_lossy(data.get(from..to).unwrap_or_default());
    if escaped { Cow::Owned(text.replace("\"\"", "\"")) } else { text }
}
