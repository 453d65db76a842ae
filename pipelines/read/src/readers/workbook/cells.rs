//! Cells of a workbook as they come, and the texts that are made of them.

use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use calamine::DataType;
use koridor_contract::date;
use koridor_contract::number::float_text;
use koridor_contract::{CellKind, RawBatch};
use std::fmt::Write;

/// Cells of one sheet as they come, row by row from the top; a row is as wide as any so far.
pub(super) struct Cells {
    meter: Meter,
    /// Cells that were given, for looking at the time.
    given: usize,
    data: String,
    spans: Vec<(u32, u32)>,
    kinds: Vec<CellKind>,
    /// Cells that a row has room for.
    stride: usize,
    /// One past the last column that holds anything.
    width: usize,
    first: Option<usize>,
    /// A date counts from 1904.
    is_1904: bool,
}

impl Cells {
    /// Room for a sheet of the size that its file states; the file may be wrong.
    pub(super) fn for_sheet(rows: usize, columns: usize, meter: Meter) -> Self {
        /// Cells that room is made for before any is seen.
        const MOST: usize = 4_000_000;
        let cells = rows.saturating_mul(columns);
        let mut own = Self {
            meter,
            given: 0,
            data: String::new(),
            spans: Vec::new(),
            kinds: Vec::new(),
            stride: 0,
            width: 0,
            first: None,
            is_1904: false,
        };
        if cells <= MOST && meter.table(rows as u64, columns as u64, cells as u64 * 6).is_ok() {
            own.stride = columns;
            own.spans.reserve(cells);
            own.kinds.reserve(cells);
            own.data.reserve(cells * 6);
        }
        own
    }

    pub(super) fn push(
        &mut self,
        row: u32,
        column: u32,
        cell: &impl DataType,
    ) -> Result<(), Refusal> {
        let start = self.data.len();
        self.look(row, column, cell.get_string().map_or(0, str::len))?;
        self.is_1904 |= cell.get_datetime().is_some_and(|moment| is_from_1904(&moment));
        if let Some(kind) = write(&mut self.data, cell) {
            self.put(row, column, start, kind);
        }
        Ok(())
    }

    /// Takes a formula whose cell holds no value: it is not blank.
    pub(super) fn push_formula(
        &mut self,
        row: u32,
        column: u32,
        formula: &str,
    ) -> Result<(), Refusal> {
        let start = self.data.len();
        self.look(row, column, formula.len())?;
        self.data.push('=');
        self.data.push_str(formula);
        self.put(row, column, start, CellKind::Error);
        Ok(())
    }

    /// Whether something has been given on a place.
    pub(super) fn holds(&self, row: u32, column: u32) -> bool {
        let at = row as usize * self.stride + column as usize;
        (column as usize) < self.stride && self.spans.get(at).is_some_and(|span| *span != (0, 0))
    }

    /// Whether a cell can be taken: looked at before anything is made larger.
    fn look(&mut self, row: u32, column: u32, text_bytes: usize) -> Result<(), Refusal> {
        self.given += 1;
        self.meter.time_at(self.given)?;
        let (rows, columns) = (u64::from(row) + 1, u64::from(column) + 1);
        let text_bytes = (self.data.len() as u64).saturating_add(text_bytes as u64);
        self.meter.table(rows, columns.max(self.width as u64), text_bytes)
    }

    /// Makes a number that is shown as a percentage one: 0.12 is 12%.
    pub(super) fn mark_percent(&mut self, row: u32, column: u32) {
        self.rewrite(row, column, |value| format!("{}%", float_text(value * 100.0)));
    }

    /// Makes a number that is shown as an amount of money one: 12 is Rp 12.
    pub(super) fn mark_rupiah(&mut self, row: u32, column: u32) {
        self.rewrite(row, column, |value| format!("Rp {}", float_text(value)));
    }

    /// Makes a number that is shown with a word that changes it one: 12 is 12 kg.
    pub(super) fn mark_unit(&mut self, row: u32, column: u32, unit: &str) {
        self.rewrite(row, column, |value| format!("{} {unit}", float_text(value)));
    }

    /// Writes a number as it is shown.
    fn rewrite(&mut self, row: u32, column: u32, shown: impl Fn(f64) -> String) {
        let at = row as usize * self.stride + column as usize;
        if column as usize >= self.stride || self.kinds.get(at) != Some(&CellKind::Number) {
            return;
        }
        let Some(span) = self.spans.get_mut(at) else { return };
        let text = self.data.get(span.0 as usize..span.1 as usize).unwrap_or_default();
        let Ok(value) = text.parse::<f64>() else { return };
        let start = self.data.len() as u32;
        self.data.push_str(&shown(value));
        *span = (start, self.data.len() as u32);
    }

    /// Whether dates of the sheet count from 1904, as far as one tells.
    pub(super) fn is_1904(&self) -> bool {
        self.is_1904
    }

    /// Gives what was written from `start` on its place.
    fn put(&mut self, row: u32, column: u32, start: usize, kind: CellKind) {
        let (row, column) = (row as usize, column as usize);
        if column >= self.stride {
            // Most sheets grow by a column; one that leaps is not given twice that.
            let doubled = (self.stride * 2).min(self.stride + 64);
            self.widen((column + 1).max(doubled));
        }
        self.width = self.width.max(column + 1);
        self.first = Some(self.first.map_or(row, |first| first.min(row)));
        let rows = (row + 1) * self.stride;
        if rows > self.spans.len() {
            self.spans.resize(rows, (0, 0));
            self.kinds.resize(rows, CellKind::Text);
        }
        let at = row * self.stride + column;
        if let (Some(span), Some(slot)) = (self.spans.get_mut(at), self.kinds.get_mut(at)) {
            (*span, *slot) = ((start as u32, self.data.len() as u32), kind);
        }
    }

    fn widen(&mut self, stride: usize) {
        let old = std::mem::replace(&mut self.stride, stride);
        if !self.spans.is_empty() {
            self.spans = restride(&self.spans, 0, old, old, stride, (0, 0));
            self.kinds = restride(&self.kinds, 0, old, old, stride, CellKind::Text);
        }
    }

    /// All rows from the first to the last that holds anything, each as wide as the widest.
    pub(super) fn batch(mut self) -> Option<RawBatch> {
        let first = self.first?;
        if first > 0 || self.width < self.stride {
            self.spans = restride(&self.spans, first, self.stride, self.width, self.width, (0, 0));
            self.kinds =
                restride(&self.kinds, first, self.stride, self.width, self.width, CellKind::Text);
        }
        let rows = self.spans.len() / self.width.max(1);
        let numbers = (0..rows).map(|row| (first + row + 1) as u64).collect();
        Some(RawBatch::from_typed_parts(self.data, self.spans, self.kinds, self.width, numbers))
    }
}

/// Rows from `first` on with their first `kept` cells, in rows of another width.
fn restride<T: Copy>(
    cells: &[T],
    first: usize,
    old: usize,
    kept: usize,
    stride: usize,
    empty: T,
) -> Vec<T> {
    let mut moved = Vec::with_capacity((cells.len() / old.max(1)).saturating_sub(first) * stride);
    for row in cells.chunks(old.max(1)).skip(first) {
        moved.extend_from_slice(row.get(..kept).unwrap_or(row));
        moved.resize(moved.len() + stride - kept, empty);
    }
    moved
}

/// Writes a cell as a raw batch has it; `None` for an empty one.
fn write(data: &mut String, cell: &impl DataType) -> Option<CellKind> {
    // Writing to a text does not fail.
    if let Some(text) = cell.get_string() {
        data.push_str(text);
        return Some(CellKind::Text);
    }
    if let Some(value) = cell.get_float() {
        data.push_str(&float_text(value));
        return Some(CellKind::Number);
    }
    if let Some(value) = cell.get_int() {
        let _ = write!(data, "{value}");
        return Some(CellKind::Number);
    }
    if let Some(moment) = cell.get_datetime() {
        if !moment.is_datetime() {
            data.push_str(&float_text(moment.as_f64()));
            return Some(CellKind::Number);
        }
        let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
        if moment.as_f64() < 1.0 {
            // A time of day has no date: that of the day zero would be one.
            let _ = write!(data, "{hour:02}:{minute:02}:{second:02}");
            return Some(CellKind::Date);
        }
        let _ = write!(data, "{year:04}-{month:02}-{day:02}");
        if (hour, minute, second) != (0, 0, 0) {
            let _ = write!(data, " {hour:02}:{minute:02}:{second:02}");
        }
        return Some(CellKind::Date);
    }
    if let Some(text) = cell.get_datetime_iso().or_else(|| cell.get_duration_iso()) {
        data.push_str(text);
        return Some(CellKind::Date);
    }
    if let Some(value) = cell.get_bool() {
        data.push_str(if value { "true" } else { "false" });
        return Some(CellKind::Text);
    }
    let error = cell.get_error()?;
    let _ = write!(data, "{error}");
    Some(CellKind::Error)
}

/// Whether a date is four years later than its number says where days are counted from 1900.
fn is_from_1904(moment: &calamine::ExcelDateTime) -> bool {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let shown = date::civil(i32::from(year), u32::from(month), u32::from(day));
    moment.is_datetime()
        && shown.is_some()
        && shown == date::from_excel_serial(moment.as_f64().floor(), true)
}
