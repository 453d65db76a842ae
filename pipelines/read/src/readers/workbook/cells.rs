//! Cells of a workbook as they come, and the texts that are made of them.

use super::damage::refusal;
use super::number_formats::Shown;
use super::struck::{doubtful, is_number};
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use calamine::DataType;
use koridor_contract::date;
use koridor_contract::number::float_text;
use koridor_contract::{CellKind, RawBatch};
use std::fmt::Write;

/// How often the places of a sheet may be merged over, and places that may be in any: no program
/// merges a cell twice, and to go over a sheet for each of its cells takes for ever.
const MOST_OVER: u64 = 4;
const MOST_COVERED: u64 = 10_000;

/// Cells of one sheet as they come, row by row from the top; a row is as wide as any so far.
pub(super) struct Cells {
    meter: Meter,
    /// Cells that were given, for looking at the time.
    given: usize,
    /// Places that numbers are merged over.
    covered: u64,
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
            covered: 0,
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
        let at = self.place(row, column);
        at.and_then(|at| self.spans.get(at)).is_some_and(|span| *span != (0, 0))
    }

    /// Whether a cell can be taken: looked at before anything is made larger.
    fn look(&mut self, row: u32, column: u32, text_bytes: usize) -> Result<(), Refusal> {
        self.given += 1;
        self.meter.time_at(self.given)?;
        let (rows, columns) = (u64::from(row) + 1, u64::from(column) + 1);
        let text_bytes = (self.data.len() as u64).saturating_add(text_bytes as u64);
        self.meter.table(rows, columns.max(self.width as u64), text_bytes)
    }

    /// Rows and columns that room was made for so far.
    pub(super) fn extent(&self) -> (u32, u32) {
        let rows = self.spans.len() / self.stride.max(1);
        (rows as u32, self.stride as u32)
    }

    /// Writes a number as a person reads it: 0.12 as 12%, 12 as Rp 12 or 12 kg. One that is shown
    /// with other digits names its format, which no field takes for a number.
    pub(super) fn show(&mut self, row: u32, column: u32, shown: &Shown) -> Result<(), Refusal> {
        if self.kind(row, column) != Some(CellKind::Number) {
            return Ok(());
        }
        let Ok(value) = self.text(row, column).parse::<f64>() else { return Ok(()) };
        let text = match shown {
            Shown::Percent => format!("{}%", float_text(value * 100.0)),
            Shown::Rupiah => format!("Rp {}", float_text(value)),
            Shown::Unit(unit) => format!("{} {unit}", float_text(value)),
            Shown::Altered(format) => format!("{} [format {format}]", float_text(value)),
        };
        self.replace(row, column, &text, CellKind::Number)
    }

    /// Makes an error of a cell that shows one, whatever value is stored beside it.
    pub(super) fn show_error(&mut self, row: u32, column: u32, text: &str) -> Result<(), Refusal> {
        if !self.holds(row, column) {
            return Ok(());
        }
        self.replace(row, column, text, CellKind::Error)
    }

    /// Gives a text as it is meant, without what is struck out and with raised digits as such.
    pub(super) fn show_text(&mut self, row: u32, column: u32, text: &str) -> Result<(), Refusal> {
        if !self.holds(row, column) || self.kind(row, column) != Some(CellKind::Text) {
            return Ok(());
        }
        self.replace(row, column, text, CellKind::Text)
    }

    /// Marks a number that is struck out as none, stored as a number or as a text. Words stay.
    pub(super) fn strike(&mut self, row: u32, column: u32) -> Result<(), Refusal> {
        let Some(kind) = self.number_kind(row, column) else { return Ok(()) };
        let text = doubtful(self.text(row, column));
        self.replace(row, column, &text, kind)
    }

    /// Marks the blank cells that a number was merged over: beside it, and in the rows below it.
    /// The number stands at the first of so many rows and columns.
    pub(super) fn cover(
        &mut self,
        row: u32,
        column: u32,
        (rows, columns): (u32, u32),
    ) -> Result<(), Refusal> {
        if self.number_kind(row, column).is_none() {
            return Ok(());
        }
        let (last_row, _) = self.extent();
        let below = row.saturating_add(rows).min(last_row);
        let behind = column.saturating_add(columns).min(self.width as u32);
        let places =
            u64::from(below.saturating_sub(row)) * u64::from(behind.saturating_sub(column));
        self.covered = self.covered.saturating_add(places);
        if self.covered > MOST_COVERED + MOST_OVER * self.spans.len() as u64 {
            return Err(refusal("merged cells that overlap"));
        }
        for own_row in row..below {
            for own_column in column..behind {
                self.given += 1;
                self.meter.time_at(self.given)?;
                let is_blank = self.text(own_row, own_column).trim().is_empty();
                let at = self.place(own_row, own_column).filter(|_| is_blank);
                if let Some(kind) = at.and_then(|at| self.kinds.get_mut(at)) {
                    let is_beside = own_row == row;
                    *kind = if is_beside { CellKind::Covered } else { CellKind::CoveredBelow };
                }
            }
        }
        Ok(())
    }

    /// The kind of a cell that holds a number, also one that is stored as a text.
    fn number_kind(&self, row: u32, column: u32) -> Option<CellKind> {
        self.kind(row, column).filter(|kind| match kind {
            CellKind::Number => true,
            CellKind::Text => is_number(self.text(row, column)),
            _ => false,
        })
    }

    /// Where a cell is kept; none beyond the room that was made.
    fn place(&self, row: u32, column: u32) -> Option<usize> {
        let at = row as usize * self.stride + column as usize;
        ((column as usize) < self.stride && at < self.spans.len()).then_some(at)
    }

    fn kind(&self, row: u32, column: u32) -> Option<CellKind> {
        self.kinds.get(self.place(row, column)?).copied()
    }

    fn text(&self, row: u32, column: u32) -> &str {
        let span = self.place(row, column).and_then(|at| self.spans.get(at));
        let text = span.and_then(|(start, end)| self.data.get(*start as usize..*end as usize));
        text.unwrap_or_default()
    }

    /// Gives another text on a place that holds one.
    fn replace(
        &mut self,
        row: u32,
        column: u32,
        text: &str,
        kind: CellKind,
    ) -> Result<(), Refusal> {
        self.look(row, column, text.len())?;
        let start = self.data.len();
        self.data.push_str(text);
        self.put(row, column, start, kind);
        Ok(())
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
            data.push_str(&duration(moment.as_f64()));
            return Some(CellKind::Date);
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

/// A time that has passed, in days, as ODS writes it (`PT48H00M00S`): neither a number nor a date,
/// as a person reads 48 hours where 2 is stored.
fn duration(days: f64) -> String {
    let sign = if days < 0.0 { "-" } else { "" };
    // More seconds than the type holds become its largest.
    let seconds = (days.abs() * 86_400.0).round() as u64;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{sign}PT{hours:02}H{minutes:02}M{:02}S", seconds % 60)
}

/// Whether a date is four years later than its number says where days are counted from 1900.
fn is_from_1904(moment: &calamine::ExcelDateTime) -> bool {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let shown = date::civil(i32::from(year), u32::from(month), u32::from(day));
    moment.is_datetime()
        && shown.is_some()
        && shown == date::from_excel_serial(moment.as_f64().floor(), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use calamine::{Data, ExcelDateTime, ExcelDateTimeType};

    fn row(values: &[Data]) -> Cells {
        let mut cells = Cells::for_sheet(1, values.len(), Budget::default().meter());
        for (column, value) in (0..).zip(values) {
            cells.push(0, column, value).unwrap();
        }
        cells
    }

    fn moment(days: f64, kind: ExcelDateTimeType) -> Data {
        Data::DateTime(ExcelDateTime::new(days, kind, false))
    }

    #[test]
    fn a_time_that_has_passed_is_no_number() {
        let passed = |days| moment(days, ExcelDateTimeType::TimeDelta);
        let time = moment(0.3125, ExcelDateTimeType::DateTime);
        let batch = row(&[passed(2.0), passed(-0.0625), time, Data::Float(2.0)]).batch().unwrap();
        let texts: Vec<&str> = (0..4).map(|column| batch.text(0, column)).collect();
        assert_eq!(texts, ["PT48H00M00S", "-PT01H30M00S", "07:30:00", "2"]);
        let kinds: Vec<CellKind> = (0..4).map(|column| batch.kind(0, column)).collect();
        assert_eq!(kinds[..3], [CellKind::Date; 3]);
        assert_eq!(kinds[3], CellKind::Number);
    }

    #[test]
    fn a_number_is_written_as_it_is_shown_and_a_text_is_not() {
        let mut cells = row(&[Data::Float(0.12), Data::Float(12000.0), Data::String("7".into())]);
        cells.show(0, 0, &Shown::Percent).unwrap();
        cells.show(0, 1, &Shown::Altered("0,".into())).unwrap();
        cells.show(0, 2, &Shown::Rupiah).unwrap();
        // Beyond the sheet there is nothing to show.
        cells.show(9, 9, &Shown::Rupiah).unwrap();
        cells.show_error(9, 9, "#N/A").unwrap();
        let batch = cells.batch().unwrap();
        let texts: Vec<&str> = (0..3).map(|column| batch.text(0, column)).collect();
        assert_eq!((batch.len(), texts), (1, vec!["12%", "12000 [format 0,]", "7"]));
    }

    #[test]
    fn a_number_covers_the_blank_cells_that_it_is_merged_over_and_a_word_none() {
        let mut cells = Cells::for_sheet(3, 4, Budget::default().meter());
        let number = Data::String("1.200".into());
        let values = [(0, 0, Data::Float(5.0)), (0, 2, number), (0, 3, Data::String("a".into()))];
        for (row, column, value) in &values {
            cells.push(*row, *column, value).unwrap();
        }
        cells.push(2, 1, &Data::Float(7.0)).unwrap();
        cells.cover(0, 0, (2, 2)).unwrap();
        // As far as the sheet goes, and over blank cells alone.
        cells.cover(0, 2, (u32::MAX, 1)).unwrap();
        cells.cover(0, 3, (3, 1)).unwrap();
        cells.cover(1, 0, (2, 2)).unwrap();
        let batch = cells.batch().unwrap();
        let kinds = |row| [0, 1, 2, 3].map(|column| batch.kind(row, column));
        let (text, below) = (CellKind::Text, CellKind::CoveredBelow);
        assert_eq!(kinds(0), [CellKind::Number, CellKind::Covered, text, text]);
        assert_eq!(kinds(1), [below, below, below, text]);
        assert_eq!(kinds(2), [text, CellKind::Number, below, text]);
    }

    #[test]
    fn a_number_that_is_struck_out_is_none_and_words_stay() {
        let texts = ["1.200", "Januari 2024", "01/02/2024", ""];
        let mut values = vec![Data::Float(900.0)];
        values.extend(texts.map(|text| Data::String(text.into())));
        let mut cells = row(&values);
        (0..9).for_each(|column| cells.strike(0, column).unwrap());
        let batch = cells.batch().unwrap();
        let texts: Vec<&str> = (0..5).map(|column| batch.text(0, column)).collect();
        assert_eq!(texts, ["900 [?]", "1.200 [?]", "Januari 2024", "01/02/2024", ""]);
        assert_eq!((batch.kind(0, 0), batch.kind(0, 1)), (CellKind::Number, CellKind::Text));
    }

    #[test]
    fn an_error_takes_the_place_of_any_value_and_a_meant_text_that_of_a_text() {
        let mut cells = row(&[Data::Float(0.0), Data::Float(5.0), Data::String("3001".into())]);
        cells.show_error(0, 0, "#DIV/0!").unwrap();
        cells.show_text(0, 1, "x").unwrap();
        cells.show_text(0, 2, "300¹").unwrap();
        let batch = cells.batch().unwrap();
        let texts: Vec<&str> = (0..3).map(|column| batch.text(0, column)).collect();
        assert_eq!(texts, ["#DIV/0!", "5", "300¹"]);
        assert_eq!(batch.kind(0, 0), CellKind::Error);
    }
}
