//! Delimited text: CSV, TSV, semicolons; UTF-8, UTF-16 or Windows-1252.
//!
//! Works on blocks of whole records, so that blocks can be scanned in parallel. A quoted cell may run over line ends; a quote that is never
//! closed costs its own line and swallows no other. How the file is written is found in `dialect.rs`, what a record is in
//! `record.rs`.

use super::dialect::Dialect;
use super::record::next_record;
use super::{LineFault, MAX_RECORD_BYTES};
use encoding_rs::UTF_8;
use koridor_contract::RawBatch;
use std::io::Read;

/// A run of whole records.
#[derive(Debug, Default)]
pub struct Block {
    /// The text, UTF-8 where the file was not broken.
    pub data: Vec<u8>,
    /// Line of the first record, from 1.
    pub first_line: u64,
    /// Lines too long to be kept, dropped from the text.
    pub faults: Vec<LineFault>,
}

/// Cuts a file into blocks of whole records.
pub struct BlockReader<R> {
    input: R,
    dialect: Dialect,
    decoder: Option<encoding_rs::Decoder>,
    carry: Vec<u8>,
    line: u64,
    block_bytes: usize,
    ended: bool,
    started: bool,
}

impl<R: Read> BlockReader<R> {
    /// Reads from `input`, which stands at the file's beginning.
    pub fn new(input: R, dialect: Dialect, block_bytes: usize) -> Self {
        let decoder =
            (dialect.encoding != UTF_8).then(|| dialect.encoding.new_decoder_with_bom_removal());
        Self {
            input,
            dialect,
            decoder,
            carry: Vec::new(),
            line: 1,
            block_bytes,
            ended: false,
            started: false,
        }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn next_block(&mut self) -> std::io::Result<Option<Block>> {
        let mut block = Block {
            data: std::mem::take(&mut self.carry),
            first_line: self.line,
            faults: Vec::new(),
        };
        block.data.reserve(self.block_bytes);
        loop {
            self.fill(&mut block.data)?;
            if self.ended {
                break;
            }
            if let Some(cut) = self.last_record_end(&block.data) {
                self.carry = block.data.split_off(cut);
                break;
            }
            if block.data.len() > MAX_RECORD_BYTES {
                block.faults.push(self.skip_line(&mut block.data)?);
                block.first_line = self.line;
            }
        }
        self.line += memchr::memchr_iter(b'\n', &block.data).count() as u64;
        Ok((!block.data.is_empty() || !block.faults.is_empty()).then_some(block))
    }

    fn fill(&mut self, data: &mut Vec<u8>) -> std::io::Result<()> {
        if self.ended {
            return Ok(());
        }
        let want = self.block_bytes.saturating_sub(data.len()).max(64 * 1024);
        match &mut self.decoder {
            None => {
                let before = data.len();
                let read = self.input.by_ref().take(want as u64).read_to_end(data)?;
                self.ended = read < want;
                if !self.started && data.starts_with(b"\xEF\xBB\xBF") && before == 0 {
                    data.drain(..3);
                }
            }
            Some(decoder) => {
                let mut bytes = Vec::with_capacity(want);
                let read = self.input.by_ref().take(want as u64).read_to_end(&mut bytes)?;
                self.ended = read < want;
                let mut text = String::with_capacity(
                    decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3),
                );
                let _ = decoder.decode_to_string(&bytes, &mut text, self.ended);
                data.extend_from_slice(text.as_bytes());
            }
        }
        self.started = true;
        Ok(())
    }

    /// End of the last record that is surely whole; `None` where there is none.
    fn last_record_end(&self, data: &[u8]) -> Option<usize> {
        if memchr::memchr(b'"', data).is_none() {
            return memchr::memrchr(b'\n', data).map(|at| at + 1);
        }
        let mut end = None;
        let mut start = 0;
        while let Some(record) = next_record(data, start, self.dialect.delimiter, None, false) {
            start = record.next;
            end = Some(record.next);
        }
        end
    }

    /// Drops the line that `data` consists of, to its end in the file.
    fn skip_line(&mut self, data: &mut Vec<u8>) -> std::io::Result<LineFault> {
        // A quoted cell over too many lines is cut at its first line; only a single endless line is dropped.
        let kept = memchr::memchr(b'\n', data);
        let fault_line = self.line;
        let mut dropped = kept.map_or(data.len(), |at| at + 1) as u64;
        let mut rest = kept.map(|at| data.split_off(at + 1)).unwrap_or_default();
        data.clear();
        while rest.is_empty() && kept.is_none() && !self.ended {
            let mut more = Vec::new();
            self.fill(&mut more)?;
            match memchr::memchr(b'\n', &more) {
                Some(at) => {
                    dropped += at as u64 + 1;
                    rest = more.split_off(at + 1);
                    break;
                }
                None => dropped += more.len() as u64,
            }
        }
        self.line += 1;
        *data = rest;
        let rule = if kept.is_some() { "unclosed_quote" } else { "line_too_long" };
        Ok(LineFault { row_number: fault_line, rule, detail: format!("{dropped} bytes") })
    }
}

/// The rows of a block.
#[derive(Debug)]
pub struct Scanned {
    /// Rows of the header's width.
    pub rows: RawBatch,
    /// Rows that could not be read.
    pub faults: Vec<LineFault>,
    /// Blank lines.
    pub blank: u64,
}

/// Scans a block into rows of `width` cells, leaving out its first `skip` lines.
pub fn scan(block: Block, delimiter: u8, width: usize, skip: usize) -> Scanned {
    let Block { data, first_line, mut faults } = block;
    let length = data.len();
    let has_quotes = memchr::memchr(b'"', &data).is_some();
    let has_nul = memchr::memchr(0, &data).is_some();
    let mut start = 0;
    let mut line = first_line;
    for _ in 0..skip {
        start = memchr::memchr(b'\n', data.get(start..).unwrap_or_default())
            .map_or(length, |at| start + at + 1);
        line += 1;
    }
    let mut blank = 0;
    let (mut data, is_utf8) = match String::from_utf8(data) {
        Ok(text) if !has_quotes && !has_nul => {
            let rows = scan_plain(text, start, line, delimiter, width, &mut faults, &mut blank);
            return Scanned { rows, faults, blank };
        }
        Ok(text) => (text.into_bytes(), true),
        Err(error) => (error.into_bytes(), false),
    };
    let mut unescaped: Vec<u8> = Vec::new();
    let mut rows: Vec<(Vec<(usize, usize)>, u64)> = Vec::new();
    while let Some(record) = next_record(&data, start, delimiter, Some(width), true) {
        let number = line;
        line += record.lines;
        let start_of = start;
        let bytes = data.get(start..record.next.min(length)).unwrap_or_default();
        start = record.next;
        if record.is_unclosed {
            faults.push(LineFault {
                row_number: number,
                rule: "unclosed_quote",
                detail: String::new(),
            });
        } else if has_nul && bytes.contains(&0) {
            faults.push(LineFault { row_number: number, rule: "nul_byte", detail: String::new() });
        } else if !is_utf8 && std::str::from_utf8(bytes).is_err() {
            faults.push(LineFault {
                row_number: number,
                rule: "invalid_utf8",
                detail: String::new(),
            });
            // No row looks at these bytes any more, and the others are text.
            let end = record.next.min(length);
            data.get_mut(start_of..end).unwrap_or_default().fill(b' ');
        } else if record.cells.iter().all(|&(from, to, _)| {
            data.get(from..to).is_none_or(|cell| cell.trim_ascii().is_empty())
        }) {
            blank += 1;
        } else if !fits(record.cells.len(), width, |cell| {
            record.cells.get(cell).is_none_or(|&(from, to, _)| from == to)
        }) {
            faults.push(LineFault {
                row_number: number,
                rule: "ragged_row",
                detail: format!("{} / {width}", record.cells.len()),
            });
        } else {
            let spans = record.cells.iter().take(width).map(|&(from, to, escaped)| {
                if !escaped {
                    return (from, to);
                }
                let begin = length + unescaped.len();
                let mut quoted = false;
                for &byte in data.get(from..to).unwrap_or_default() {
                    quoted = byte == b'"' && !quoted;
                    if !quoted {
                        unescaped.push(byte);
                    }
                }
                (begin, length + unescaped.len())
            });
            rows.push((spans.collect(), number));
        }
    }
    data.extend_from_slice(&unescaped);
    // A line that was refused for its quotes may still hold bytes that are no text.
    let data =
        String::from_utf8(data).unwrap_or_else(|error| text_of_same_length(error.into_bytes()));
    let mut batch = RawBatch::over(data, width);
    batch.reserve(rows.len());
    for (spans, number) in rows {
        for (from, to) in spans {
            batch.push_span(from, to);
        }
        batch.end_row(number);
    }
    Scanned { rows: batch, faults, blank }
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

/// Whether a row of `cells` cells can stand under a header of `width`: the same number, or more where the surplus is empty.
fn fits(cells: usize, width: usize, is_empty: impl Fn(usize) -> bool) -> bool {
    cells == width || (cells > width && (width..cells).all(is_empty))
}

fn is_empty(spans: &[(u32, u32)], cell: usize) -> bool {
    spans.get(cell).is_none_or(|&(from, to)| from == to)
}

/// The quick way: no quotes, no broken bytes, so that every delimiter and line end is one.
fn scan_plain(
    text: String,
    start: usize,
    first_line: u64,
    delimiter: u8,
    width: usize,
    faults: &mut Vec<LineFault>,
    blank: &mut u64,
) -> RawBatch {
    let data = text.as_bytes();
    let length = data.len();
    // The batch takes the text, the scan works on a copy of nothing: marks are collected first.
    let mut spans: Vec<(u32, u32)> = Vec::with_capacity((length - start.min(length)) / 8);
    let mut rows: Vec<u64> = Vec::with_capacity(spans.capacity() / width.max(1) + 1);
    let mut row_begin = 0usize;
    let mut cell_begin = start;
    let mut line_begin = start;
    let mut line = first_line;
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
        if cells == width || fits(cells, width, |cell| is_empty(&spans, row_begin + cell)) {
            spans.truncate(row_begin + width);
            // Every cell empty is a blank row; the first cell tells for nearly all rows.
            if (row_begin..row_begin + width).all(|cell| is_empty(&spans, cell)) {
                *blank += 1;
                spans.truncate(row_begin);
            } else {
                rows.push(line);
                row_begin += width;
            }
        } else {
            if data.get(line_begin..at).is_none_or(|text| text.trim_ascii().is_empty()) {
                *blank += 1;
            } else {
                faults.push(LineFault {
                    row_number: line,
                    rule: "ragged_row",
                    detail: format!("{cells} / {width}"),
                });
            }
            spans.truncate(row_begin);
        }
        line += 1;
        line_begin = at + 1;
    }
    RawBatch::from_parts(text, spans, width, rows)
}

/// A plain table of a text file: where its header is, and how many cells its rows have.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Line of the header.
    pub header_line: u64,
    /// Cells of a row.
    pub width: usize,
}

impl Table {
    /// Whether a line below the header is a row with too many or too few cells: `1,234` without quotes is two. Notes, which have a
    /// cell or two, are none.
    fn is_ragged(&self, cells: &[String]) -> bool {
        /// Filled cells that a note may have.
        const FEW: usize = 2;
        let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        let is_short = cells.len() < self.width && filled(cells) > FEW;
        is_short || cells.get(self.width..).is_some_and(|more| filled(more) > 0)
    }
}

/// A whole text file as one sheet, each row as wide as the widest: for layouts that must be rearranged.
///
/// # Errors
/// Where the bytes cannot be read.
pub fn read_sheet(
    bytes: &[u8],
    dialect: Dialect,
    table: Option<Table>,
) -> std::io::Result<super::Sheet> {
    let mut reader = BlockReader::new(bytes, dialect, bytes.len() + 1);
    let mut sheet = super::Sheet::default();
    let mut records: Vec<(Vec<String>, u64)> = Vec::new();
    let mut width = 1;
    while let Some(block) = reader.next_block()? {
        sheet.faults.extend(block.faults);
        let (mut start, mut line) = (0, block.first_line);
        while let Some(record) = next_record(&block.data, start, dialect.delimiter, None, true) {
            let number = line;
            line += record.lines;
            let bytes =
                block.data.get(start..record.next.min(block.data.len())).unwrap_or_default();
            start = record.next;
            let fault = if record.is_unclosed {
                Some("unclosed_quote")
            } else if bytes.contains(&0) {
                Some("nul_byte")
            } else if std::str::from_utf8(bytes).is_err() {
                Some("invalid_utf8")
            } else {
                None
            };
            if let Some(rule) = fault {
                sheet.faults.push(LineFault { row_number: number, rule, detail: String::new() });
                continue;
            }
            let cells: Vec<String> = record
                .cells
                .iter()
                .map(|&(from, to, escaped)| {
                    let text =
                        String::from_utf8_lossy(block.data.get(from..to).unwrap_or_default())
                            .into_owned();
                    if escaped { text.replace("\"\"", "\"") } else { text }
                })
                .collect();
            let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
            if let Some(table) =
                table.filter(|table| number > table.header_line && table.is_ragged(&cells))
            {
                sheet.faults.push(LineFault {
                    row_number: number,
                    rule: "ragged_row",
                    detail: format!("{} / {}", cells.len(), table.width),
                });
                continue;
            }
            width = width.max(filled);
            records.push((cells, number));
        }
    }
    let mut batch = RawBatch::typed(width);
    for (cells, number) in records {
        for column in 0..width {
            batch.push_cell(
                cells.get(column).map(String::as_str).unwrap_or_default(),
                koridor_contract::CellKind::Text,
            );
        }
        batch.end_row(number);
    }
    sheet.cells = batch;
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::super::dialect::sniff;
    use super::super::record::split;
    use super::*;
    use proptest::prelude::*;

    type Read = (Vec<(u64, Vec<String>)>, Vec<(u64, &'static str)>, u64);

    fn read(text: &[u8], block_bytes: usize) -> Read {
        let dialect = sniff(&text[..text.len().min(1 << 16)], None).unwrap();
        let mut reader = BlockReader::new(text, dialect, block_bytes);
        let (mut rows, mut faults, mut blank, mut width) = (Vec::new(), Vec::new(), 0, 0);
        while let Some(block) = reader.next_block().unwrap() {
            if width == 0 {
                width = split(
                    block.data.split(|byte| *byte == b'\n').next().unwrap(),
                    dialect.delimiter,
                )
                .0
                .len();
            }
            let scanned = scan(block, dialect.delimiter, width, 0);
            for row in 0..scanned.rows.len() {
                rows.push((
                    scanned.rows.row_number(row),
                    (0..width).map(|column| scanned.rows.text(row, column).to_owned()).collect(),
                ));
            }
            faults.extend(scanned.faults.iter().map(|fault| (fault.row_number, fault.rule)));
            blank += scanned.blank;
        }
        (rows, faults, blank)
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let (rows, faults, _) = read(b"a;b\n1;\"x\n2;y\n3;z\n", 1 << 20);
        assert_eq!(faults, [(2, "unclosed_quote")]);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[2].0, 4);
    }

    #[test]
    fn quoted_cells_may_hold_marks_quotes_and_line_ends() {
        let (rows, faults, _) =
            read(b"a,b\n\"x,1\",\"say \"\"hi\"\"\"\n\"two\nlines\",2\n05\"14' S,3\n", 1 << 20);
        assert!(faults.is_empty());
        assert_eq!(rows[1].1, ["x,1", "say \"hi\""]);
        assert_eq!(rows[2], (3, vec!["two\nlines".to_owned(), "2".to_owned()]));
        assert_eq!(rows[3], (5, vec!["05\"14' S".to_owned(), "3".to_owned()]));
    }

    #[test]
    fn broken_rows_are_named_and_the_others_read() {
        let (rows, faults, blank) =
            read(b"a;b;c\n1;2\n1;2;3;\n1;2;3;4\n\n;;\n1;\0;3\n1;\xFF\xC3;3\n7;8;9", 1 << 20);
        assert_eq!(
            faults,
            [(2, "ragged_row"), (4, "ragged_row"), (7, "nul_byte"), (8, "invalid_utf8")]
        );
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 3, 9]);
        assert_eq!(blank, 2);
    }

    #[test]
    fn an_endless_line_is_one_fault_and_not_held() {
        let mut text = b"a;b\n1;2\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 9 << 20));
        text.extend(b"\n3;4\n");
        let (rows, faults, _) = read(&text, 1 << 20);
        assert_eq!(faults, [(3, "line_too_long")]);
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn encodings_and_delimiters_are_found() {
        for (bytes, delimiter, cell) in [
            (b"nama;nilai\nCaf\xE9;1\n".to_vec(), b';', "Café"),
            ("nama,nilai\nCafé,1\n".as_bytes().to_vec(), b',', "Café"),
            (b"\xEF\xBB\xBFnama\tnilai\nCaf\xC3\xA9\t1\n".to_vec(), b'\t', "Café"),
            (
                "\u{feff}nama;nilai\nCafé;1\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
                b';',
                "Café",
            ),
            (
                "nama;nilai\nCafé;1\n".encode_utf16().flat_map(u16::to_be_bytes).collect(),
                b';',
                "Café",
            ),
        ] {
            let dialect = sniff(&bytes, None).unwrap();
            assert_eq!(dialect.delimiter, delimiter);
            let sheet = read_sheet(&bytes, dialect, None).unwrap();
            assert_eq!(sheet.cells.text(0, 0), "nama", "{dialect:?}");
            assert_eq!(sheet.cells.text(1, 0), cell, "{dialect:?}");
        }
    }

    proptest! {
        #[test]
        fn every_line_is_read_whatever_the_block_size(cells in prop::collection::vec(prop::collection::vec("[a-z\"\n;]{0,6}", 2), 1..30), block_bytes in 1usize..200) {
            let mut text = String::from("a;b\n");
            for row in &cells {
                let quoted: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
                text.push_str(&quoted.join(";"));
                text.push('\n');
            }
            let (rows, faults, blank) = read(text.as_bytes(), block_bytes);
            prop_assert!(faults.is_empty(), "{faults:?}");
            prop_assert_eq!(rows.len() + blank as usize, cells.len() + 1);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 1..400), width in 1usize..5) {
            if let Ok(dialect) = sniff(&bytes, None) {
                let mut reader = BlockReader::new(&bytes[..], dialect, 64);
                while let Some(block) = reader.next_block().unwrap() {
                    let _ = scan(block, dialect.delimiter, width, 0);
                }
                let _ = read_sheet(&bytes, dialect, None);
            }
        }
    }
}
