//! A block of records scanned into rows of cells.

use super::blocks::Block;
use super::split_number::may_be_parted;
use crate::readers::record::{Record, Span, Suspicion, next_record};
use crate::readers::sheet::LineFault;
use koridor_contract::{RawBatch, RecordRule};
use std::collections::BTreeMap;

/// The rows of a block.
#[derive(Debug)]
pub struct Scanned {
    /// Rows of the header's width.
    pub rows: RawBatch,
    /// Rows that could not be read.
    pub faults: Vec<LineFault>,
    /// Blank lines.
    pub blank: u64,
    /// Of lines with a cell or two filled that are no rows: their cells, by the line.
    pub short: BTreeMap<u64, Vec<String>>,
}

/// Filled cells of a line whose texts are kept where it is no row.
const FEW: usize = 2;

/// What the header says of each row.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The byte that parts cells.
    pub delimiter: u8,
    /// Columns of the table.
    pub width: usize,
    /// Cells that the header's own line has, empty ones at its end too.
    pub header_cells: usize,
}

/// Where a scan begins.
struct Start {
    byte: usize,
    line: u64,
}

/// Scans a block into rows of a table's width, leaving out its first `skip` lines.
pub fn scan(block: Block, shape: Shape, skip: usize) -> Scanned {
    let Block { data, first_line, faults } = block;
    let has_quotes = memchr::memchr(b'"', &data).is_some();
    let has_nul = memchr::memchr(0, &data).is_some();
    let mut start = Start { byte: 0, line: first_line };
    for _ in 0..skip {
        start.byte = memchr::memchr(b'\n', data.get(start.byte..).unwrap_or_default())
            .map_or(data.len(), |at| start.byte + at + 1);
        start.line += 1;
    }
    let (data, is_utf8) = match String::from_utf8(data) {
        Ok(text) if !has_quotes && !has_nul => {
            return scan_plain(text, start, shape, faults);
        }
        Ok(text) => (text.into_bytes(), true),
        Err(error) => (error.into_bytes(), false),
    };
    scan_records(data, start, shape, Suspicion { has_nul, is_utf8 }, faults)
}

/// The general way: quotes are honoured, and records that cannot be read are told one by one.
fn scan_records(
    mut data: Vec<u8>,
    start: Start,
    shape: Shape,
    suspicion: Suspicion,
    mut faults: Vec<LineFault>,
) -> Scanned {
    let Shape { delimiter, width, .. } = shape;
    let length = data.len();
    let mut blank = 0;
    let mut short = BTreeMap::new();
    let mut rows = Rows { length, unescaped: Vec::new(), rows: Vec::new() };
    let Start { mut byte, mut line } = start;
    while let Some(record) = next_record(&data, byte, delimiter, Some(width), true) {
        let number = line;
        line += record.lines;
        let own = byte..record.next.min(length);
        byte = record.next;
        let bytes = data.get(own.clone()).unwrap_or_default();
        let (rule, detail) = if let Some(rule) = record.fault(bytes, suspicion) {
            (rule, String::new())
        } else if record.cells.iter().all(|cell| is_blank(&data, cell)) {
            blank += 1;
            continue;
        } else if !fits(record.cells.len(), shape, |cell| {
            let (from, to, _) = record.cells.get(cell).copied().unwrap_or_default();
            data.get(from..to).unwrap_or_default()
        }) {
            let are_filled = record.cells.iter().map(|cell| !is_blank(&data, cell));
            if has_few(are_filled, width) {
                let texts = record.cells.iter().map(|&(from, to, _)| data.get(from..to));
                short.insert(number, texts.map(|own| text_of(own.unwrap_or_default())).collect());
            }
            (RecordRule::RaggedRow, format!("{} / {width}", record.cells.len()))
        } else {
            rows.push(&data, &record, width, number);
            continue;
        };
        if rule == RecordRule::InvalidUtf8 {
            // No row looks at these bytes any more, and the others are text.
            data.get_mut(own).unwrap_or_default().fill(b' ');
        }
        faults.push(LineFault::new(number, rule, detail));
    }
    Scanned { rows: rows.batch(data, width), faults, blank, short }
}

/// Rows of records, as spans of the block's text and of the cells whose quotes were undoubled.
struct Rows {
    /// Bytes of the block.
    length: usize,
    /// Cells with doubled quotes as they read, put behind the block's text.
    unescaped: Vec<u8>,
    rows: Vec<(Vec<(usize, usize)>, u64)>,
}

impl Rows {
    fn push(&mut self, data: &[u8], record: &Record, width: usize, number: u64) {
        let Self { length, unescaped, rows } = self;
        let spans = record.cells.iter().take(width).map(|&(from, to, escaped)| {
            if !escaped {
                return (from, to);
            }
            let begin = *length + unescaped.len();
            let mut quoted = false;
            for &byte in data.get(from..to).unwrap_or_default() {
                quoted = byte == b'"' && !quoted;
                if !quoted {
                    unescaped.push(byte);
                }
            }
            (begin, *length + unescaped.len())
        });
        rows.push((spans.collect(), number));
    }

    fn batch(self, mut data: Vec<u8>, width: usize) -> RawBatch {
        data.extend_from_slice(&self.unescaped);
        // A line that was refused for its quotes may still hold bytes that are no text.
        let data =
            String::from_utf8(data).unwrap_or_else(|error| text_of_same_length(error.into_bytes()));
        let mut batch = RawBatch::over(data, width);
        batch.reserve(self.rows.len());
        for (spans, number) in self.rows {
            for (from, to) in spans {
                batch.push_span(from, to);
            }
            batch.end_row(number);
        }
        batch
    }
}

fn is_blank(data: &[u8], &(from, to, _): &Span) -> bool {
    data.get(from..to).is_none_or(|cell| cell.trim_ascii().is_empty())
}

/// Whether no more cells of a line are filled than a note has, and it is no wider than its table.
fn has_few(are_filled: impl ExactSizeIterator<Item = bool>, width: usize) -> bool {
    are_filled.len() <= width.max(FEW)
        && are_filled.filter(|is_filled| *is_filled).nth(FEW).is_none()
}

/// A cell as text.
fn text_of(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

/// Bytes as text, each byte that is none as a blank.
fn text_of_same_length(mut bytes: Vec<u8>) -> String {
    loop {
        match String::from_utf8(bytes) {
            Ok(text) => return text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                bytes = error.into_bytes();
                bytes.get_mut(at..=at).unwrap_or_default().fill(b' ');
            }
        }
    }
}

/// Whether a row of `cells` cells can stand under a header: the same number, or more where the
/// surplus is empty and comes of no number that a comma parted.
fn fits<'cells>(cells: usize, shape: Shape, text: impl Fn(usize) -> &'cells [u8]) -> bool {
    let Shape { delimiter, width, header_cells } = shape;
    if cells <= width {
        return cells == width;
    }
    let surplus = cells.saturating_sub(header_cells.max(width));
    (width..cells).all(|cell| text(cell).is_empty())
        && !(delimiter == b',' && surplus > 0 && may_be_parted((0..cells).map(&text), surplus))
}

fn is_empty(spans: &[(u32, u32)], cell: usize) -> bool {
    spans.get(cell).is_none_or(|&(from, to)| from == to)
}

/// The quick way: no quotes, no broken bytes, so that every delimiter and line end is one.
fn scan_plain(text: String, start: Start, shape: Shape, mut faults: Vec<LineFault>) -> Scanned {
    let Shape { delimiter, width, .. } = shape;
    let data = text.as_bytes();
    let length = data.len();
    let Start { byte: start, mut line } = start;
    let mut blank = 0;
    let mut short = BTreeMap::new();
    // The batch takes the text, the scan works on a copy of nothing: marks are collected first.
    let mut spans: Vec<(u32, u32)> = Vec::with_capacity((length - start.min(length)) / 8);
    let mut rows: Vec<u64> = Vec::with_capacity(spans.capacity() / width.max(1) + 1);
    let mut row_begin = 0usize;
    let mut cell_begin = start;
    let mut line_begin = start;
    let ends = memchr::memchr2_iter(delimiter, b'\n', data.get(start..).unwrap_or_default())
        .map(|at| start + at);
    let last = (data.last() != Some(&b'\n') && start < length).then_some(length);
    for at in ends.chain(last) {
        let is_line_end = data.get(at).is_none_or(|byte| *byte == b'\n');
        let mut end = at;
        if is_line_end && end > cell_begin && data.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        spans.push((cell_begin as u32, end as u32));
        cell_begin = at + 1;
        if !is_line_end {
            continue;
        }
        let cells = spans.len() - row_begin;
        let text = |cell: usize| {
            let (from, to) = spans.get(row_begin + cell).copied().unwrap_or_default();
            data.get(from as usize..to as usize).unwrap_or_default()
        };
        if cells == width || fits(cells, shape, text) {
            spans.truncate(row_begin + width);
            // Every cell empty is a blank row; the first cell tells for nearly all rows.
            if (row_begin..row_begin + width).all(|cell| is_empty(&spans, cell)) {
                blank += 1;
                spans.truncate(row_begin);
            } else {
                rows.push(line);
                row_begin += width;
            }
        } else {
            if data.get(line_begin..at).is_none_or(|text| text.trim_ascii().is_empty()) {
                blank += 1;
            } else {
                let is_filled = |cell: usize| !text(cell).trim_ascii().is_empty();
                if has_few((0..cells).map(is_filled), width) {
                    short.insert(line, (0..cells).map(|cell| text_of(text(cell))).collect());
                }
                let found = format!("{cells} / {width}");
                faults.push(LineFault::new(line, RecordRule::RaggedRow, found));
            }
            spans.truncate(row_begin);
        }
        line += 1;
        line_begin = at + 1;
    }
    Scanned { rows: RawBatch::from_parts(text, spans, width, rows), faults, blank, short }
}
