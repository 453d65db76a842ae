//! One column of raw cells to one typed Arrow column, with the cells that do not fit.

use crate::cell::{CellFormat, Cells, Fault, FieldOrigin};
use crate::codes::CodeList;
use crate::field::{Field, FieldType};
use crate::personal::Hasher;
use crate::raw::{CellKind, RawBatch, trim_text};
use crate::rule::CellRule;
use crate::scrub::Scrubber;
use crate::text_pattern::TextPattern;
use arrow::array::{
    Array, ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder,
    PrimitiveBuilder, StringBuilder, TimestampMicrosecondBuilder, UInt32Array,
};
use arrow::compute::take;
use arrow::datatypes::{ArrowPrimitiveType, DataType, TimeUnit};
use arrow::error::ArrowError;
use hashbrown::HashMap;
use std::sync::Arc;

/// Texts remembered per code column; names repeat, so this is far more than a file needs.
const REMEMBERED: usize = 16_384;

/// The Arrow type a field is stored as.
pub fn data_type(field: &Field) -> DataType {
    match field.field_type {
        FieldType::String => DataType::Utf8,
        FieldType::Integer => DataType::Int64,
        FieldType::Number => {
            let (precision, scale) = field.decimal();
            DataType::Decimal128(precision, scale as i8)
        }
        FieldType::Boolean => DataType::Boolean,
        FieldType::Date => DataType::Date32,
        FieldType::Datetime => DataType::Timestamp(TimeUnit::Microsecond, None),
        FieldType::Year => DataType::Int32,
    }
}

/// Texts of a code column that were looked up, with what was found.
type Codes = HashMap<String, Result<Arc<str>, CellRule>>;

/// Reads one field of a file, batch by batch.
pub(crate) struct ColumnReader {
    cells: Cells,
    hasher: Option<Hasher>,
    /// What a free text may not hold.
    scrubber: Option<Scrubber>,
    resolved: Codes,
    hints: HashMap<String, Option<String>>,
    /// The one value of a field that no column holds, and as many of it as the largest batch so
    /// far.
    repeated: Option<(Typed, ArrayRef)>,
}

/// A typed column and what did not fit.
pub(crate) struct Typed {
    pub array: ArrayRef,
    pub faults: Vec<Fault>,
    pub rounded: Vec<u32>,
    /// Rows whose text holds something personal, and is masked.
    pub masked: Vec<u32>,
}

/// What all columns of one file share.
#[derive(Clone)]
pub(crate) struct FileContext {
    pub missing: Arc<Vec<Vec<u8>>>,
    /// Hashes with the lake's secret.
    pub hasher: Hasher,
    /// Whether texts are of an office: what is personal in them is masked.
    pub is_filed: bool,
    pub now: i64,
}

impl ColumnReader {
    pub(crate) fn new(
        field: &Field,
        origin: FieldOrigin,
        format: CellFormat,
        codes: Option<Arc<CodeList>>,
        file: &FileContext,
    ) -> Self {
        let bound =
            |value: &Option<serde_json::Value>| value.as_ref().and_then(|value| field.bound(value));
        // A clone has buffers of its own: threads do not wait for each other.
        let pattern = field.constraints.pattern.as_ref();
        Self {
            hasher: field.koridor.personal.then(|| file.hasher.clone()),
            scrubber: file.is_filed.then(|| Scrubber::of(file.hasher.clone())),
            resolved: HashMap::new(),
            hints: HashMap::new(),
            repeated: None,
            cells: Cells {
                minimum: bound(&field.constraints.minimum),
                maximum: bound(&field.constraints.maximum),
                pattern: pattern.and_then(TextPattern::whole).cloned(),
                longest_missing: file.missing.iter().map(Vec::len).max().unwrap_or(0),
                missing: Arc::clone(&file.missing),
                now: file.now,
                field: field.clone(),
                codes,
                origin,
                format,
            },
        }
    }

    pub(crate) fn field(&self) -> &Field {
        &self.cells.field
    }

    /// The column of the file the field comes from.
    pub(crate) fn column(&self) -> Option<usize> {
        match self.cells.origin {
            FieldOrigin::Column(column) => Some(column),
            _ => None,
        }
    }

    /// Raw text of the field in a row, for messages.
    pub(crate) fn raw(&self, batch: &RawBatch, row: usize) -> String {
        match &self.cells.origin {
            FieldOrigin::Column(column) => batch.text(row, *column).to_owned(),
            FieldOrigin::Constant(text) => text.clone(),
            FieldOrigin::Absent => String::new(),
        }
    }

    /// The known value nearest to a text that no list knows.
    pub(crate) fn hint(&mut self, rule: CellRule, text: &str) -> Option<String> {
        if !matches!(rule, CellRule::UnknownCode | CellRule::NotAllowed) {
            return None;
        }
        if let Some(known) = self.hints.get(text) {
            return known.clone();
        }
        let nearest = match (&self.cells.codes, &self.cells.field.constraints.allowed) {
            (Some(codes), _) => codes.nearest(text),
            (None, Some(allowed)) => {
                crate::codes::did_you_mean(text, allowed.iter().map(String::as_str))
            }
            (None, None) => None,
        };
        let nearest = nearest.map(str::to_owned);
        if self.hints.len() < REMEMBERED {
            self.hints.insert(text.to_owned(), nearest.clone());
        }
        nearest
    }

    /// Whether any text without a code or a pattern is good for the field.
    pub(crate) fn is_free_text(&self) -> bool {
        self.cells.field.field_type == FieldType::String
            && !self.cells.is_mapped()
            && self.cells.pattern.is_none()
    }

    /// Whether every row of the file has the same value.
    pub(crate) fn is_constant(&self) -> bool {
        !matches!(self.cells.origin, FieldOrigin::Column(_))
    }

    /// Looks at a column before its rows are read: whether it contradicts how it is said to be
    /// written.
    pub(crate) fn look(&mut self, batch: &RawBatch) {
        if self.is_constant() || !self.cells.may_be_contradicted() {
            return;
        }
        let typed = self.type_cells(batch);
        self.cells.format.is_contradicted |= self.is_contradicted_by(batch, &typed);
    }

    /// Types the column of a batch: one value or null a row, a fault for each cell that does not
    /// fit.
    ///
    /// # Errors
    /// None in practice: a value of a batch of one is repeated.
    pub(crate) fn read(&mut self, batch: &RawBatch) -> Result<Typed, ArrowError> {
        if !self.is_constant() {
            return Ok(self.read_cells(batch));
        }
        let rows = batch.len();
        let (one, many) = match self.repeated.take() {
            Some(repeated) => repeated,
            None => {
                let mut row = RawBatch::typed(0);
                row.end_row(0);
                let one = self.read_cells(&row);
                let many = Arc::clone(&one.array);
                (one, many)
            }
        };
        let many = if many.len() < rows {
            take(&one.array, &UInt32Array::from_value(0, rows.next_power_of_two()), None)?
        } else {
            many
        };
        let rows = 0..rows as u32;
        let typed = Typed {
            array: many.slice(0, rows.len()),
            faults: one
                .faults
                .first()
                .map(|fault| rows.clone().map(|row| Fault { row, rule: fault.rule }).collect())
                .unwrap_or_default(),
            rounded: if one.rounded.is_empty() { Vec::new() } else { rows.clone().collect() },
            masked: if one.masked.is_empty() { Vec::new() } else { rows.collect() },
        };
        self.repeated = Some((one, many));
        Ok(typed)
    }

    /// Types the cells of a batch. A cell that contradicts how the column is said to be written is
    /// refused by itself; the others are read again then, as those with two readings are in doubt.
    fn read_cells(&mut self, batch: &RawBatch) -> Typed {
        let typed = self.type_cells(batch);
        if self.cells.format.is_contradicted || !self.is_contradicted_by(batch, &typed) {
            return typed;
        }
        self.cells.format.is_contradicted = true;
        let typed = self.type_cells(batch);
        self.cells.format.is_contradicted = false;
        typed
    }

    fn is_contradicted_by(&self, batch: &RawBatch, typed: &Typed) -> bool {
        let Some(column) = self.column() else { return false };
        typed.faults.iter().any(|fault| {
            let row = fault.row as usize;
            batch.kind(row, column) == CellKind::Text
                && self.cells.contradicts(trim_text(batch.text(row, column)))
        })
    }

    fn type_cells(&mut self, batch: &RawBatch) -> Typed {
        let Self { cells, hasher, scrubber, resolved, .. } = self;
        let (mut faults, mut rounded, mut masked) = (Vec::new(), Vec::new(), Vec::new());
        let rows = batch.len();
        let into = &mut faults;
        let array: ArrayRef = match cells.field.field_type {
            FieldType::String if cells.is_mapped() => read_codes(cells, resolved, batch, into),
            FieldType::String => match hasher {
                Some(hasher) => read_personal(cells, hasher, batch, into),
                None => read_texts(cells, scrubber.as_ref(), batch, (into, &mut masked)),
            },
            FieldType::Boolean => read_booleans(cells, batch, into),
            FieldType::Integer => {
                let builder = Int64Builder::with_capacity(rows);
                read_values(cells, batch, into, builder, |text, kind, row| {
                    cells.integer(text, kind, row, &mut rounded)
                })
            }
            FieldType::Number => {
                let builder =
                    Decimal128Builder::with_capacity(rows).with_data_type(data_type(&cells.field));
                let (precision, scale) = cells.field.decimal();
                let limit = 10i64.checked_pow(u32::from(precision)).unwrap_or(i64::MAX);
                read_values(cells, batch, into, builder, |text, kind, row| {
                    cells.decimal(text, kind, row, scale, limit, &mut rounded).map(i128::from)
                })
            }
            FieldType::Date => {
                let builder = Date32Builder::with_capacity(rows);
                read_values(cells, batch, into, builder, |text, kind, _| cells.date(text, kind))
            }
            FieldType::Datetime => {
                let builder = TimestampMicrosecondBuilder::with_capacity(rows);
                read_values(cells, batch, into, builder, |text, kind, _| cells.datetime(text, kind))
            }
            FieldType::Year => {
                let builder = Int32Builder::with_capacity(rows);
                read_values(cells, batch, into, builder, |text, kind, _| cells.year(text, kind))
            }
        };
        Typed { array, faults, rounded, masked }
    }
}

/// Types a column of numbers, dates or times; `value` reads one cell.
#[inline]
fn read_values<T: ArrowPrimitiveType>(
    cells: &Cells,
    batch: &RawBatch,
    faults: &mut Vec<Fault>,
    mut builder: PrimitiveBuilder<T>,
    mut value: impl FnMut(&str, CellKind, u32) -> Result<T::Native, CellRule>,
) -> ArrayRef {
    cells.fill(batch, faults, |cell| match cell {
        Some((text, kind, row)) => value(text, kind, row).map(|value| builder.append_value(value)),
        None => {
            builder.append_null();
            Ok(())
        }
    });
    Arc::new(builder.finish())
}

/// Types a column of yes and no.
fn read_booleans(cells: &Cells, batch: &RawBatch, faults: &mut Vec<Fault>) -> ArrayRef {
    let mut builder = BooleanBuilder::with_capacity(batch.len());
    cells.fill(batch, faults, |cell| match cell {
        Some((text, ..)) => cells.boolean(text).map(|value| builder.append_value(value)),
        None => {
            builder.append_null();
            Ok(())
        }
    });
    Arc::new(builder.finish())
}

/// Types a column of codes or mapped texts; each text is looked up once.
fn read_codes(
    cells: &Cells,
    resolved: &mut Codes,
    batch: &RawBatch,
    faults: &mut Vec<Fault>,
) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(batch.len(), batch.len() * 8);
    cells.fill(batch, faults, |cell| {
        let Some((text, ..)) = cell else {
            builder.append_null();
            return Ok(());
        };
        if let Some(known) = resolved.get(text) {
            builder.append_value(known.as_ref().map_err(|rule| *rule)?);
            return Ok(());
        }
        let code: Result<Arc<str>, CellRule> = cells.code(text).map(Arc::from);
        if resolved.len() < REMEMBERED {
            resolved.insert(text.to_owned(), code.clone());
        }
        builder.append_value(code?);
        Ok(())
    });
    Arc::new(builder.finish())
}

/// Types a column of personal texts: each is hashed.
fn read_personal(
    cells: &Cells,
    hasher: &mut Hasher,
    batch: &RawBatch,
    faults: &mut Vec<Fault>,
) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(batch.len(), batch.len() * 32);
    cells.fill(batch, faults, |cell| {
        let Some((text, ..)) = cell else {
            builder.append_null();
            return Ok(());
        };
        cells.identifier(text)?;
        cells.text(text)?;
        builder
            .append_value(std::str::from_utf8(&hasher.hash(text.as_bytes())).unwrap_or_default());
        Ok(())
    });
    Arc::new(builder.finish())
}

/// Types a column of plain texts; one that holds something personal is masked.
fn read_texts(
    cells: &Cells,
    scrubber: Option<&Scrubber>,
    batch: &RawBatch,
    (faults, masked): (&mut Vec<Fault>, &mut Vec<u32>),
) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(batch.len(), batch.len() * 16);
    cells.fill(batch, faults, |cell| {
        let Some((text, _, row)) = cell else {
            builder.append_null();
            return Ok(());
        };
        cells.identifier(text)?;
        cells.text(text)?;
        match scrubber.and_then(|scrubber| scrubber.value(text)) {
            Some(token) => {
                masked.push(row);
                builder.append_value(token);
            }
            None => builder.append_value(text),
        }
        Ok(())
    });
    Arc::new(builder.finish())
}
