//! What a row says of each output column, and the rows that are written of it.

use super::labels::{is_total, is_total_alone};
use super::output_column::OutputColumn;
use super::row_plan::RowPlan;
use super::texts::{BLANK, Span, Texts, Typed};
use super::unpivot::Part;
use crate::readers::LineFault;
use koridor_contract::{CellKind, RawBatch, RecordRule};
use std::collections::BTreeMap;

/// Rows of the tidy table as they are written.
#[derive(Default)]
pub(super) struct TidyRows {
    pub(super) spans: Vec<Span>,
    pub(super) kinds: Vec<CellKind>,
    pub(super) numbers: Vec<u64>,
    /// Of an unpivoted table: which of its records a row is.
    pub(super) records: Vec<u32>,
    pub(super) ignored: BTreeMap<String, u64>,
    pub(super) faults: Vec<LineFault>,
}

impl TidyRows {
    pub(super) fn reserve(&mut self, rows: usize, width: usize) {
        self.spans.reserve(rows * width);
        self.kinds.reserve(rows * width);
        self.numbers.reserve(rows);
    }

    fn push(&mut self, span: Span, kind: CellKind) {
        self.spans.push(span);
        self.kinds.push(kind);
    }

    /// Refuses a row for what was found in it.
    pub(super) fn refuse(&mut self, row_number: u64, rule: RecordRule, found: &str) {
        self.faults.push(LineFault::new(row_number, rule, found));
    }

    pub(super) fn ignore(&mut self, reason: &str) {
        *self.ignored.entry(reason.to_owned()).or_default() += 1;
    }
}

impl RowPlan<'_> {
    /// What a row says of each output column by itself.
    pub(super) fn read(
        &self,
        texts: &mut Texts<'_>,
        row: usize,
        section: Span,
        last: &mut [Vec<Typed>],
        own: &mut Vec<Typed>,
    ) {
        own.clear();
        for (column, last) in self.columns.iter().zip(last) {
            let (span, kind) = match column.column {
                _ if column.is_section => (column.of_section(texts, section), CellKind::Text),
                None => BLANK,
                Some(place) => {
                    if self.begins_block(texts.cells, row, column) {
                        last.clear();
                    }
                    column.read(texts, row, place, last)
                }
            };
            let span = if column.is_label { self.bare_span(texts, span) } else { span };
            own.push((span, kind));
        }
    }

    /// Where a label stands without what counts it.
    fn bare_span(&self, texts: &Texts<'_>, (start, end): Span) -> Span {
        let label = texts.text((start, end));
        let before = label.len() - self.bare_label(label).len();
        (start + before as u32, end)
    }

    /// Whether a row is the head of a block whose rows say a field that it leaves blank: a regency
    /// with its sum, and months below it. What holds for the block above does not hold for it.
    fn begins_block(&self, cells: &RawBatch, row: usize, own: &OutputColumn) -> bool {
        let says = |row: usize, own: &OutputColumn| {
            let mut parts = own.column.iter().chain(&own.join);
            parts.any(|part| !cells.is_blank(row, *part))
        };
        if !own.fills_down || says(row, own) {
            return false;
        }
        let is_filled =
            |row: &usize| (0..cells.width()).any(|column| !cells.is_blank(*row, column));
        let Some(next) = (row + 1..cells.len()).find(is_filled) else { return false };
        let is_head = |left: &OutputColumn| {
            left.fills_down && left.column < own.column && says(row, left) && !says(next, left)
        };
        says(next, own) && self.columns.iter().any(is_head)
    }

    /// What a row that is none of data says of the rows below it: the place or the year that is
    /// given once for a block. The name of another place in a total leaves it open which comes
    /// next.
    pub(super) fn carry(&self, texts: &Texts<'_>, row: usize, last: &mut [Vec<Typed>]) {
        let cells = texts.cells;
        for (column, last) in self.columns.iter().zip(last) {
            let Some(place) = column.column.filter(|_| column.fills_down) else { continue };
            last.resize(column.join.len() + 1, BLANK);
            for (part, last) in std::iter::once(&place).chain(&column.join).zip(last) {
                let text = cells.text(row, *part).trim();
                if text.is_empty() {
                    continue;
                }
                *last = match is_total(text) {
                    false => (cells.span(row, *part), cells.kind(row, *part)),
                    true if !is_total_alone(text) && self.names_region(text) => BLANK,
                    true => *last,
                };
            }
        }
    }

    /// Writes the row, once for each record of an unpivoted table.
    pub(super) fn write(
        &self,
        texts: &mut Texts<'_>,
        row: usize,
        own: &[Typed],
        table: &mut TidyRows,
    ) {
        let number = texts.cells.row_number(row);
        let Some(records) = &self.records else {
            own.iter().for_each(|(span, kind)| table.push(*span, *kind));
            table.numbers.push(number);
            return;
        };
        for (index, record) in records.iter().enumerate() {
            // A month that is not filled in yet is no row.
            let mut values = record.columns.iter().flatten();
            if record.skips_blank
                && values.all(|column| self.is_missing(texts.cells.text(row, *column)))
            {
                table.ignore("blank_cell");
                continue;
            }
            for ((part, column), (span, kind)) in record.parts.iter().zip(&record.columns).zip(own)
            {
                match (part, column) {
                    (_, Some(column)) => {
                        table.push(texts.cells.span(row, *column), texts.cells.kind(row, *column))
                    }
                    (Some(Part::Whole(part)), None) => table.push(*part, CellKind::Text),
                    (Some(Part::Joined(part)), None) => {
                        let own = texts.text(*span).to_owned();
                        table.push(texts.join([part.as_str(), own.as_str()]), CellKind::Text);
                    }
                    (None, None) => table.push(*span, *kind),
                }
            }
            table.numbers.push(number);
            table.records.push(index as u32);
        }
    }
}

impl OutputColumn {
    /// Whether a year beside a date says another one: then nobody knows which is meant.
    fn is_of_another_year(&self, cells: &RawBatch, row: usize, place: usize) -> bool {
        let own = cells.text(row, place).trim().get(..4).unwrap_or_default();
        self.join.iter().map(|other| cells.text(row, *other).trim()).any(|text| {
            text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) && text != own
        })
    }

    /// What stands alone above a block, with what is appended from around the table.
    fn of_section(&self, texts: &mut Texts<'_>, section: Span) -> Span {
        let Some(tail) = &self.tail else { return section };
        let text = texts.text(section).to_owned();
        if text.trim().is_empty() { section } else { texts.join([text.as_str(), tail]) }
    }

    /// The cell of a row with what is joined to it; `last` holds the last filled cell of each part.
    fn read(
        &self,
        texts: &mut Texts<'_>,
        row: usize,
        place: usize,
        last: &mut Vec<Typed>,
    ) -> Typed {
        let cells = texts.cells;
        let (mut span, mut kind) = (cells.span(row, place), cells.kind(row, place));
        // A date cell is a whole date already, but for the time of a moment.
        let is_whole = kind == CellKind::Date
            && !(self.is_moment && cells.text(row, place).trim().len() == "2024-12-31".len())
            && !self.is_of_another_year(cells, row, place);
        if !self.join.is_empty() && !is_whole {
            // Each part may be given once for a block: the year beside its months.
            let cell = |place: usize| (cells.span(row, place), cells.kind(row, place));
            let parts = self.join.iter().map(|other| cell(*other));
            let parts: Vec<Typed> = std::iter::once(cell(place)).chain(parts).collect();
            last.resize(parts.len(), BLANK);
            let filled = parts
                .into_iter()
                .zip(last.iter_mut())
                .map(|(part, last)| self.fill(texts, part, last).0);
            let parts: Vec<Span> = filled.collect();
            span = texts.join(parts.iter().map(|(start, end)| {
                cells.data().get(*start as usize..*end as usize).unwrap_or_default()
            }));
            let is_moment = kind == CellKind::Date && self.is_moment;
            kind = if is_moment { kind } else { CellKind::Text };
        } else {
            last.resize(1, BLANK);
            if let Some(last) = last.first_mut() {
                (span, kind) = self.fill(texts, (span, kind), last);
            }
        }
        if let Some(tail) = &self.tail {
            let text = texts.text(span).to_owned();
            span = texts.join([text.as_str(), tail]);
            kind = CellKind::Text;
        }
        (span, kind)
    }
}
