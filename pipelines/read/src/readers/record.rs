//! One record of delimited text: where it ends and where its cells are.

use super::limits::MAX_RECORD_BYTES;
use koridor_contract::RecordRule;

/// Lines a quoted cell may run over.
const MAX_QUOTED_LINES: usize = 100;

/// A cell's bytes, and whether quotes are doubled in it.
pub(crate) type Span = (usize, usize, bool);

/// Cells of one line without line end: spans, and whether a quote is left open.
pub(crate) fn split(line: &[u8], delimiter: u8) -> (Vec<Span>, bool) {
    let mut cells = Vec::new();
    let mut start = 0;
    loop {
        let rest = line.get(start..).unwrap_or_default();
        if rest.first() == Some(&b'"') {
            let mut at = start + 1;
            let mut escaped = false;
            loop {
                match memchr::memchr(b'"', line.get(at..).unwrap_or_default()) {
                    None => return (cells, true),
                    Some(offset) if line.get(at + offset + 1) == Some(&b'"') => {
                        escaped = true;
                        at += offset + 2;
                    }
                    Some(offset) => {
                        at += offset;
                        break;
                    }
                }
            }
            let after = at + 1;
            match memchr::memchr(delimiter, line.get(after..).unwrap_or_default()) {
                // Text behind the closing quote makes the cell an unquoted one that happens to
                // begin with a quote.
                Some(0) => cells.push((start + 1, at, escaped)),
                Some(offset) => cells.push((start, after + offset, false)),
                None if after == line.len() => cells.push((start + 1, at, escaped)),
                None => cells.push((start, line.len(), false)),
            }
            match memchr::memchr(delimiter, line.get(after..).unwrap_or_default()) {
                Some(offset) => start = after + offset + 1,
                None => return (cells, false),
            }
        } else {
            match memchr::memchr(delimiter, rest) {
                Some(offset) => {
                    cells.push((start, start + offset, false));
                    start += offset + 1;
                }
                None => {
                    cells.push((start, line.len(), false));
                    return (cells, false);
                }
            }
        }
    }
}

/// A record.
pub(crate) struct Record {
    /// Its cells.
    pub cells: Vec<Span>,
    /// Where the next record begins.
    pub next: usize,
    /// Lines it runs over.
    pub lines: u64,
    /// A quote was never closed.
    pub is_unclosed: bool,
}

/// What bytes of a text may hold that no row may, as a look at all of them told.
#[derive(Clone, Copy)]
pub(crate) struct Suspicion {
    /// There is a NUL byte somewhere.
    pub has_nul: bool,
    /// All of them are UTF-8.
    pub is_utf8: bool,
}

impl Record {
    /// The rule that the record of these bytes breaks, where it cannot be read as a row.
    pub fn fault(&self, bytes: &[u8], suspicion: Suspicion) -> Option<RecordRule> {
        if self.is_unclosed {
            Some(RecordRule::UnclosedQuote)
        } else if suspicion.has_nul && bytes.contains(&0) {
            Some(RecordRule::NulByte)
        } else if !suspicion.is_utf8 && std::str::from_utf8(bytes).is_err() {
            Some(RecordRule::InvalidUtf8)
        } else {
            None
        }
    }
}

/// The record that begins at `start`, with spans into `data`. `None` at the end, or where the
/// record may go on behind `data` and `is_last` is not set.
pub(crate) fn next_record(
    data: &[u8],
    start: usize,
    delimiter: u8,
    width: Option<usize>,
    is_last: bool,
) -> Option<Record> {
    let line_end = |from: usize| {
        memchr::memchr(b'\n', data.get(from..).unwrap_or_default()).map(|at| from + at)
    };
    if start >= data.len() {
        return None;
    }
    let parse = |end: usize| {
        let line = data.get(start..end).unwrap_or_default();
        let (mut cells, open) = split(line.strip_suffix(b"\r").unwrap_or(line), delimiter);
        for cell in &mut cells {
            cell.0 += start;
            cell.1 += start;
        }
        (cells, open)
    };
    let first = match line_end(start) {
        Some(end) => end,
        None if is_last => data.len(),
        None => return None,
    };
    let (first_cells, mut open) = parse(first);
    if !open {
        return Some(Record { cells: first_cells, next: first + 1, lines: 1, is_unclosed: false });
    }
    let mut end = first;
    for lines in 2..=MAX_QUOTED_LINES {
        end = match line_end(end + 1) {
            Some(next) => next,
            None if is_last && end + 1 < data.len() => data.len(),
            None if is_last => break,
            None => return None,
        };
        if end - start > MAX_RECORD_BYTES {
            break;
        }
        let cells;
        (cells, open) = parse(end);
        if !open {
            if width.is_none_or(|width| cells.len() == width) {
                return Some(Record {
                    cells,
                    next: end + 1,
                    lines: lines as u64,
                    is_unclosed: false,
                });
            }
            break;
        }
    }
    Some(Record { cells: Vec::new(), next: first + 1, lines: 1, is_unclosed: true })
}
