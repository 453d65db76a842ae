//! Cells as they stand in a file, before they mean anything.

use std::ops::Range;
use std::sync::Arc;

/// What kind of cell a workbook held; a text file holds only [`CellKind::Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Characters, to be read in the source's own number and date format.
    Text,
    /// A number stored as a number, written in `RawBatch` with a decimal dot and no grouping.
    Number,
    /// A date stored as a date, written in `RawBatch` as ISO 8601.
    Date,
    /// An error such as `#REF!`: never a value.
    Error,
    /// A blank cell that a number beside it was merged over.
    Covered,
    /// A blank cell that a number of a row above it was merged over.
    CoveredBelow,
}

/// A run of rows of one table in one file.
///
/// Cells are spans of `data`, row by row: no allocation a cell, so that ten million rows stay
/// cheap.
#[derive(Debug, Clone, Default)]
pub struct RawBatch {
    data: Arc<String>,
    spans: Vec<(u32, u32)>,
    kinds: Option<Vec<CellKind>>,
    width: usize,
    rows: Vec<u64>,
}

impl RawBatch {
    /// Starts a batch of text cells over a text; spans of bytes are added with
    /// [`RawBatch::push_span`].
    pub fn over(data: String, width: usize) -> Self {
        Self { data: Arc::new(data), spans: Vec::new(), kinds: None, width, rows: Vec::new() }
    }

    /// Takes text cells that were scanned elsewhere: `width` spans a row.
    pub fn from_parts(data: String, spans: Vec<(u32, u32)>, width: usize, rows: Vec<u64>) -> Self {
        debug_assert_eq!(spans.len(), rows.len() * width);
        Self { data: Arc::new(data), spans, kinds: None, width, rows }
    }

    /// Takes cells of known kinds: `width` spans and kinds a row.
    pub fn from_typed_parts(
        data: String,
        spans: Vec<(u32, u32)>,
        kinds: Vec<CellKind>,
        width: usize,
        rows: Vec<u64>,
    ) -> Self {
        debug_assert_eq!((spans.len(), kinds.len()), (rows.len() * width, rows.len() * width));
        Self { data: Arc::new(data), spans, kinds: Some(kinds), width, rows }
    }

    /// Starts an empty batch that owns its cells and remembers their kind.
    pub fn typed(width: usize) -> Self {
        Self {
            data: Arc::default(),
            spans: Vec::new(),
            kinds: Some(Vec::new()),
            width,
            rows: Vec::new(),
        }
    }

    /// Reserves room for `rows` rows of short cells.
    pub fn reserve(&mut self, rows: usize) {
        self.spans.reserve(rows * self.width);
        self.rows.reserve(rows);
        if let Some(kinds) = &mut self.kinds {
            kinds.reserve(rows * self.width);
            Arc::make_mut(&mut self.data).reserve(rows * self.width * 8);
        }
    }

    /// Adds one cell of the current row as a span of `data`.
    #[inline]
    pub fn push_span(&mut self, start: usize, end: usize) {
        self.spans.push((start as u32, end as u32));
    }

    /// Adds one cell of the current row, copying its text.
    pub fn push_cell(&mut self, text: &str, kind: CellKind) {
        let data = Arc::make_mut(&mut self.data);
        let start = data.len();
        data.push_str(text);
        self.spans.push((start as u32, data.len() as u32));
        if let Some(kinds) = &mut self.kinds {
            kinds.push(kind);
        }
    }

    /// Closes the current row and gives it its number in the file (line or sheet row, from 1).
    #[inline]
    pub fn end_row(&mut self, row_number: u64) {
        self.rows.push(row_number);
        debug_assert_eq!(self.spans.len(), self.rows.len() * self.width);
    }

    /// Drops the cells of a row that was begun and turned out to be unusable.
    #[inline]
    pub fn abandon_row(&mut self) {
        self.spans.truncate(self.rows.len() * self.width);
        if let Some(kinds) = &mut self.kinds {
            kinds.truncate(self.rows.len() * self.width);
        }
    }

    /// Cells of the current, unfinished row so far.
    #[inline]
    pub fn pending(&self) -> usize {
        self.spans.len() - self.rows.len() * self.width
    }

    /// Cuts cells at their end: `length` tells how many bytes of a cell's text, given with its row
    /// and column, are kept.
    pub fn shorten(&mut self, mut length: impl FnMut(usize, usize, &str) -> usize) {
        let width = self.width.max(1);
        for (at, (start, end)) in self.spans.iter_mut().enumerate() {
            let text = self.data.get(*start as usize..*end as usize).unwrap_or_default();
            let kept = length(at / width, at % width, text).min(text.len());
            *end = *start + kept as u32;
        }
    }

    /// Some of the rows, over the same text.
    pub fn part(&self, rows: Range<usize>) -> Self {
        let cells = rows.start * self.width..rows.end * self.width;
        Self {
            data: Arc::clone(&self.data),
            spans: self.spans.get(cells.clone()).unwrap_or_default().to_vec(),
            kinds: self.kinds.as_ref().map(|kinds| kinds.get(cells).unwrap_or_default().to_vec()),
            width: self.width,
            rows: self.rows.get(rows).unwrap_or_default().to_vec(),
        }
    }

    /// The rows that are kept, over the same text.
    #[must_use]
    pub fn keep_rows(&self, mut is_kept: impl FnMut(usize) -> bool) -> Self {
        let mut kept = Self {
            data: Arc::clone(&self.data),
            spans: Vec::with_capacity(self.spans.len()),
            kinds: self.kinds.as_ref().map(|kinds| Vec::with_capacity(kinds.len())),
            width: self.width,
            rows: Vec::with_capacity(self.rows.len()),
        };
        for row in (0..self.len()).filter(|row| is_kept(*row)) {
            let cells = row * self.width..(row + 1) * self.width;
            kept.spans.extend_from_slice(self.spans.get(cells.clone()).unwrap_or_default());
            if let (Some(own), Some(all)) = (&mut kept.kinds, &self.kinds) {
                own.extend_from_slice(all.get(cells).unwrap_or_default());
            }
            kept.rows.push(self.row_number(row));
        }
        kept
    }

    /// The text that cells are spans of.
    pub fn data(&self) -> &str {
        &self.data
    }

    /// As [`RawBatch::data`], without the cells.
    pub fn into_data(self) -> String {
        Arc::unwrap_or_clone(self.data)
    }

    /// Where a cell's text is in [`RawBatch::data`].
    pub fn span(&self, row: usize, column: usize) -> (u32, u32) {
        self.spans.get(row * self.width + column).copied().unwrap_or_default()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Cells a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The row's number in its file.
    pub fn row_number(&self, row: usize) -> u64 {
        self.rows.get(row).copied().unwrap_or_default()
    }

    /// The numbers of all rows.
    pub fn row_numbers(&self) -> &[u64] {
        &self.rows
    }

    /// Text of a cell; nothing where the span lies within a character.
    #[inline]
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.spans
            .get(row * self.width + column)
            .and_then(|&(start, end)| self.data.get(start as usize..end as usize))
            .unwrap_or_default()
    }

    /// Whether a cell holds nothing but blanks.
    #[inline]
    pub fn is_blank(&self, row: usize, column: usize) -> bool {
        self.text(row, column).bytes().all(|byte| byte.is_ascii_whitespace())
    }

    /// Kind of a cell.
    #[inline]
    pub fn kind(&self, row: usize, column: usize) -> CellKind {
        self.kinds
            .as_ref()
            .and_then(|kinds| kinds.get(row * self.width + column).copied())
            .unwrap_or(CellKind::Text)
    }
}

/// Bytes without leading and trailing ASCII blanks and no-break spaces.
#[inline]
pub fn trim(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.trim_ascii();
        if let Some(rest) = bytes.strip_prefix(b"\xC2\xA0") {
            bytes = rest;
        } else if let Some(rest) = bytes.strip_suffix(b"\xC2\xA0") {
            bytes = rest;
        } else {
            return bytes;
        }
    }
}

/// As [`trim`], for text.
#[inline]
pub fn trim_text(text: &str) -> &str {
    // Nearly every cell begins and ends with a visible ASCII character.
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [] => text,
        _ => text.trim_matches(|mark: char| mark.is_ascii_whitespace() || mark == '\u{a0}'),
    }
}
