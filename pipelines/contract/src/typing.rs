//! One column of raw cells to one typed Arrow column, with the cells that do not fit.

use crate::codes::{CodeList, CodeMatch, CodeSystem, normalise};
use crate::contract::{Field, FieldType};
use crate::date::{self, DateFormat};
use crate::number::{self, NumberFault, NumberFormat};
use crate::personal::Hasher;
use crate::raw::{CellKind, RawBatch, trim};
use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, TimeUnit};
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Texts remembered per code column; names repeat, so this is far more than a file needs.
const REMEMBERED: usize = 16_384;

/// A cell that does not fit its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub row: u32,
    pub rule: &'static str,
}

/// A decimal factor to the contract's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Factor {
    mantissa: i64,
    scale: u8,
}

impl Factor {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let scale = u8::try_from(scale).ok().filter(|scale| *scale <= 9)?;
        let mantissa = number::parse_decimal(text.as_bytes(), NumberFormat::Plain, scale).ok()?.mantissa;
        (mantissa > 0).then_some(Self { mantissa, scale })
    }
}

/// How the cells of one field are written in this file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writing {
    pub numbers: NumberFormat,
    pub dates: DateFormat,
    pub multiply: Option<Factor>,
    pub values: BTreeMap<String, String>,
    pub codes: CodeSystem,
}

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

/// A bound of a field on the scale its values are compared on; `None` where the document's value is not of the field's type.
pub(crate) fn bound(field: &Field, value: &serde_json::Value) -> Option<i64> {
    let text = value.to_string();
    let text = text.trim_matches('"').as_bytes();
    match field.field_type {
        FieldType::Integer | FieldType::Year => number::parse_integer(text, NumberFormat::Plain).ok(),
        FieldType::Number => number::parse_decimal(text, NumberFormat::Plain, field.decimal().1).ok().map(|decimal| decimal.mantissa),
        FieldType::Date => date::parse_date(text, DateFormat::Iso).map(i64::from),
        FieldType::Datetime => date::parse_datetime(text, DateFormat::Iso),
        FieldType::String | FieldType::Boolean => None,
    }
}

/// Where a field's cells come from.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    Column(usize),
    Constant(String),
    Absent,
}

/// Reads one field of a file, batch by batch.
pub(crate) struct ColumnReader {
    cells: Cells,
    hasher: Option<Hasher>,
    resolved: HashMap<Vec<u8>, Result<Arc<str>, &'static str>>,
    hints: HashMap<String, Option<String>>,
}

/// What a column's reader knows of its file; the caches that change while reading stand beside it.
struct Cells {
    field: Field,
    origin: Origin,
    writing: Writing,
    minimum: Option<i64>,
    maximum: Option<i64>,
    pattern: Option<regex::Regex>,
    codes: Option<Arc<CodeList>>,
    missing: Arc<Vec<Vec<u8>>>,
    longest_missing: usize,
    /// Latest allowed moment in microseconds of local time, where the field may not lie in the future.
    now: i64,
}

/// A typed column and what did not fit.
pub(crate) struct Typed {
    pub array: ArrayRef,
    pub faults: Vec<Fault>,
    pub rounded: Vec<u32>,
}

/// What all columns of one file share.
#[derive(Clone)]
pub(crate) struct FileContext {
    pub missing: Arc<Vec<Vec<u8>>>,
    pub hasher: Option<Hasher>,
    pub now: i64,
}

impl ColumnReader {
    pub(crate) fn new(field: &Field, origin: Origin, writing: Writing, codes: Option<Arc<CodeList>>, file: &FileContext) -> Self {
        let bound = |value: &Option<serde_json::Value>| value.as_ref().and_then(|value| bound(field, value));
        Self {
            hasher: if field.koridor.personal { file.hasher.clone() } else { None },
            resolved: HashMap::new(),
            hints: HashMap::new(),
            cells: Cells {
                minimum: bound(&field.constraints.minimum),
                maximum: bound(&field.constraints.maximum),
                pattern: field.constraints.pattern.as_ref().and_then(|pattern| regex::Regex::new(&format!("^(?:{pattern})$")).ok()),
                longest_missing: file.missing.iter().map(Vec::len).max().unwrap_or(0),
                missing: Arc::clone(&file.missing),
                now: file.now,
                field: field.clone(),
                codes,
                origin,
                writing,
            },
        }
    }

    pub(crate) fn field(&self) -> &Field {
        &self.cells.field
    }

    /// The column of the file the field comes from.
    pub(crate) fn column(&self) -> Option<usize> {
        match self.cells.origin {
            Origin::Column(column) => Some(column),
            _ => None,
        }
    }

    /// Raw text of the field in a row, for messages.
    pub(crate) fn raw(&self, batch: &RawBatch, row: usize) -> String {
        match &self.cells.origin {
            Origin::Column(column) => batch.text(row, *column).into_owned(),
            Origin::Constant(text) => text.clone(),
            Origin::Absent => String::new(),
        }
    }

    /// The known value nearest to a text that no list knows.
    pub(crate) fn hint(&mut self, rule: &str, text: &str) -> Option<String> {
        if rule != "unknown_code" && rule != "not_allowed" {
            return None;
        }
        if let Some(known) = self.hints.get(text) {
            return known.clone();
        }
        let nearest = match (&self.cells.codes, &self.cells.field.constraints.allowed) {
            (Some(codes), _) => codes.nearest(text),
            (None, Some(allowed)) => crate::codes::did_you_mean(text, allowed.iter().map(String::as_str)),
            (None, None) => None,
        };
        let nearest = nearest.map(str::to_owned);
        if self.hints.len() < REMEMBERED {
            self.hints.insert(text.to_owned(), nearest.clone());
        }
        nearest
    }

    /// Types the column of a batch: one value or null a row, a fault for each cell that does not fit.
    pub(crate) fn read(&mut self, batch: &RawBatch) -> Typed {
        let Self { cells, hasher, resolved, .. } = self;
        let mut faults = Vec::new();
        let mut rounded = Vec::new();
        let rows = batch.len();
        let array: ArrayRef = match cells.field.field_type {
            FieldType::String if cells.is_mapped() => {
                let mut builder = StringBuilder::with_capacity(rows, rows * 8);
                cells.fill(batch, &mut faults, |cell| {
                    let Some((text, ..)) = cell else {
                        builder.append_null();
                        return Ok(());
                    };
                    if let Some(known) = resolved.get(text) {
                        builder.append_value(known.as_ref().map_err(|rule| *rule)?);
                        return Ok(());
                    }
                    let code: Result<Arc<str>, &'static str> = cells.code(text).map(Arc::from);
                    if resolved.len() < REMEMBERED {
                        resolved.insert(text.to_vec(), code.clone());
                    }
                    builder.append_value(code?);
                    Ok(())
                });
                Arc::new(builder.finish())
            }
            FieldType::String => {
                let mut builder = StringBuilder::with_capacity(rows, rows * 16);
                cells.fill(batch, &mut faults, |cell| {
                    let Some((text, ..)) = cell else {
                        builder.append_null();
                        return Ok(());
                    };
                    let text = std::str::from_utf8(text).map_err(|_| "invalid_utf8")?;
                    cells.text(text)?;
                    match hasher.as_mut() {
                        Some(hasher) => builder.append_value(std::str::from_utf8(&hasher.hash(text.as_bytes())).unwrap_or_default()),
                        None => builder.append_value(text),
                    }
                    Ok(())
                });
                Arc::new(builder.finish())
            }
            FieldType::Integer => {
                let mut builder = Int64Builder::with_capacity(rows);
                cells.fill(batch, &mut faults, |cell| match cell {
                    Some((text, kind, row)) => cells.integer(text, kind, row, &mut rounded).map(|value| builder.append_value(value)),
                    None => {
                        builder.append_null();
                        Ok(())
                    }
                });
                Arc::new(builder.finish())
            }
            FieldType::Number => {
                let mut builder = Decimal128Builder::with_capacity(rows).with_data_type(data_type(&cells.field));
                let (precision, scale) = cells.field.decimal();
                let limit = 10i64.checked_pow(u32::from(precision)).unwrap_or(i64::MAX);
                cells.fill(batch, &mut faults, |cell| match cell {
                    Some((text, kind, row)) => {
                        cells.decimal(text, kind, row, scale, limit, &mut rounded).map(|value| builder.append_value(i128::from(value)))
                    }
                    None => {
                        builder.append_null();
                        Ok(())
                    }
                });
                Arc::new(builder.finish())
            }
            FieldType::Boolean => {
                let mut builder = BooleanBuilder::with_capacity(rows);
                cells.fill(batch, &mut faults, |cell| match cell {
                    Some((text, ..)) => cells.boolean(text).map(|value| builder.append_value(value)),
                    None => {
                        builder.append_null();
                        Ok(())
                    }
                });
                Arc::new(builder.finish())
            }
            FieldType::Date => {
                let mut builder = Date32Builder::with_capacity(rows);
                cells.fill(batch, &mut faults, |cell| match cell {
                    Some((text, kind, _)) => cells.date(text, kind).map(|value| builder.append_value(value)),
                    None => {
                        builder.append_null();
                        Ok(())
                    }
                });
                Arc::new(builder.finish())
            }
            FieldType::Datetime => {
                let mut builder = TimestampMicrosecondBuilder::with_capacity(rows);
                cells.fill(batch, &mut faults, |cell| match cell {
                    Some((text, kind, _)) => cells.datetime(text, kind).map(|value| builder.append_value(value)),
                    None => {
                        builder.append_null();
                        Ok(())
                    }
                });
                Arc::new(builder.finish())
            }
            FieldType::Year => {
                let mut builder = Int32Builder::with_capacity(rows);
                cells.fill(batch, &mut faults, |cell| match cell {
                    Some((text, kind, _)) => cells.year(text, kind).map(|value| builder.append_value(value)),
                    None => {
                        builder.append_null();
                        Ok(())
                    }
                });
                Arc::new(builder.finish())
            }
        };
        Typed { array, faults, rounded }
    }
}

impl Cells {
    /// Gives each row's cell to `sink`: its trimmed text, or `None` where there is no value. A cell that `sink` refuses is recorded and
    /// given again as `None`, so that the column keeps its length.
    #[inline]
    fn fill(
        &self,
        batch: &RawBatch,
        faults: &mut Vec<Fault>,
        mut sink: impl FnMut(Option<(&[u8], CellKind, u32)>) -> Result<(), &'static str>,
    ) {
        let required = self.field.constraints.required;
        for row in 0..batch.len() {
            let outcome = match &self.origin {
                Origin::Column(column) => match batch.kind(row, *column) {
                    CellKind::Error => Err("error_cell"),
                    kind => {
                        let text = trim(batch.bytes(row, *column));
                        if self.is_missing(text) {
                            sink(None).and(if required { Err("") } else { Ok(()) })
                        } else {
                            sink(Some((text, kind, row as u32)))
                        }
                    }
                },
                Origin::Constant(text) => sink(Some((text.as_bytes(), CellKind::Text, row as u32))),
                Origin::Absent => sink(None).and(if required { Err("") } else { Ok(()) }),
            };
            match outcome {
                Ok(()) => {}
                // The null is in place already.
                Err("") => faults.push(Fault { row: row as u32, rule: "required" }),
                Err(rule) => {
                    faults.push(Fault { row: row as u32, rule });
                    // A null is always taken.
                    let _ = sink(None);
                }
            }
        }
    }

    #[inline]
    fn is_missing(&self, text: &[u8]) -> bool {
        text.is_empty() || (text.len() <= self.longest_missing && self.missing.iter().any(|missing| missing.eq_ignore_ascii_case(text)))
    }

    fn is_mapped(&self) -> bool {
        self.codes.is_some() || self.field.constraints.allowed.is_some() || !self.writing.values.is_empty()
    }

    fn code(&self, text: &[u8]) -> Result<String, &'static str> {
        let text = std::str::from_utf8(text).map_err(|_| "invalid_utf8")?;
        let mapped = if self.writing.values.is_empty() { None } else { self.writing.values.get(&normalise(text)) };
        let text = mapped.map_or(text, String::as_str);
        let code = match &self.codes {
            Some(codes) => match codes.find(text, if mapped.is_some() { CodeSystem::Bps } else { self.writing.codes }) {
                CodeMatch::Known(code) => code.to_owned(),
                CodeMatch::Outside(_) => return Err("outside_corridor"),
                CodeMatch::OtherSystem => return Err("other_code_system"),
                CodeMatch::Unknown => return Err("unknown_code"),
            },
            None => text.to_owned(),
        };
        match &self.field.constraints.allowed {
            Some(allowed) if !allowed.contains(&code) => Err("not_allowed"),
            _ => self.text(&code).map(|()| code.clone()),
        }
    }

    fn text(&self, text: &str) -> Result<(), &'static str> {
        let constraints = &self.field.constraints;
        if constraints.min_length.is_some() || constraints.max_length.is_some() {
            let length = text.chars().count();
            if constraints.min_length.is_some_and(|least| length < least) {
                return Err("too_short");
            }
            if constraints.max_length.is_some_and(|most| length > most) {
                return Err("too_long");
            }
        }
        match &self.pattern {
            Some(pattern) if !pattern.is_match(text) => Err("pattern"),
            _ => Ok(()),
        }
    }

    #[inline]
    fn within(&self, value: i64) -> Result<i64, &'static str> {
        if self.minimum.is_some_and(|least| value < least) {
            return Err("below_minimum");
        }
        if self.maximum.is_some_and(|most| value > most) {
            return Err("above_maximum");
        }
        Ok(value)
    }

    #[inline]
    fn number(&self, text: &[u8], kind: CellKind, row: u32, scale: u8, rounded: &mut Vec<u32>) -> Result<i64, &'static str> {
        let Some(factor) = self.writing.multiply else {
            let decimal = match kind {
                CellKind::Number => number::parse_native(text, scale),
                _ => number::parse_decimal(text, self.writing.numbers, scale),
            }
            .map_err(number_rule)?;
            if decimal.is_rounded {
                rounded.push(row);
            }
            return Ok(decimal.mantissa);
        };
        // Six digits more than the field keeps, so that a factor of thousands loses nothing.
        let decimal = match kind {
            CellKind::Number => number::parse_native(text, scale + 6),
            _ => number::parse_decimal(text, self.writing.numbers, scale + 6),
        }
        .map_err(number_rule)?;
        let product = i128::from(decimal.mantissa) * i128::from(factor.mantissa);
        let divisor = 10i128.pow(6 + u32::from(factor.scale));
        let (quotient, remainder) = (product / divisor, product % divisor);
        if remainder != 0 || decimal.is_rounded {
            rounded.push(row);
        }
        let value = quotient + if remainder.abs() * 2 >= divisor { remainder.signum() } else { 0 };
        i64::try_from(value).map_err(|_| "too_large")
    }

    #[inline]
    fn integer(&self, text: &[u8], kind: CellKind, row: u32, rounded: &mut Vec<u32>) -> Result<i64, &'static str> {
        let value = match (kind, self.writing.multiply) {
            (CellKind::Text, None) => number::parse_integer(text, self.writing.numbers).map_err(number_rule)?,
            (_, Some(_)) => self.number(text, kind, row, 0, rounded)?,
            _ => {
                // A whole number in a workbook is stored as a binary fraction: it must be whole to the sixth digit.
                let decimal = number::parse_native(text, 6).map_err(number_rule)?;
                if decimal.mantissa % 1_000_000 != 0 {
                    return Err("not_whole");
                }
                decimal.mantissa / 1_000_000
            }
        };
        self.within(value)
    }

    #[inline]
    fn decimal(&self, text: &[u8], kind: CellKind, row: u32, scale: u8, limit: i64, rounded: &mut Vec<u32>) -> Result<i64, &'static str> {
        let value = self.number(text, kind, row, scale, rounded)?;
        if value >= limit || value <= -limit {
            return Err("too_large");
        }
        self.within(value)
    }

    fn boolean(&self, text: &[u8]) -> Result<bool, &'static str> {
        let mapped = if self.writing.values.is_empty() {
            None
        } else {
            std::str::from_utf8(text).ok().and_then(|text| self.writing.values.get(&normalise(text)))
        };
        let text = mapped.map_or(text, String::as_bytes);
        let mut lower = [0u8; 8];
        let slot = lower.get_mut(..text.len()).ok_or("not_a_boolean")?;
        slot.copy_from_slice(text);
        slot.make_ascii_lowercase();
        match &*slot {
            b"true" | b"1" | b"ya" | b"yes" | b"y" | b"ada" => Ok(true),
            b"false" | b"0" | b"tidak" | b"no" | b"n" | b"t" => Ok(false),
            _ => Err("not_a_boolean"),
        }
    }

    #[inline]
    fn date(&self, text: &[u8], kind: CellKind) -> Result<i32, &'static str> {
        let day = if kind == CellKind::Number && self.writing.dates != DateFormat::Year {
            std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).and_then(date::from_excel_serial)
        } else if self.field.koridor.month {
            date::parse_month(text, if kind == CellKind::Date { DateFormat::Iso } else { self.writing.dates })
        } else {
            date::parse_date(
                text.get(..10).filter(|_| kind == CellKind::Date).unwrap_or(text),
                if kind == CellKind::Date { DateFormat::Iso } else { self.writing.dates },
            )
        }
        .ok_or("not_a_date")?;
        if self.field.koridor.month && date::first_of_month(day) != day {
            return Err("not_first_of_month");
        }
        if self.field.koridor.not_in_future && i64::from(day) * 86_400_000_000 > self.now {
            return Err("in_future");
        }
        self.within(i64::from(day)).map(|_| day)
    }

    #[inline]
    fn datetime(&self, text: &[u8], kind: CellKind) -> Result<i64, &'static str> {
        let format = if kind == CellKind::Date { DateFormat::Iso } else { self.writing.dates };
        let moment = date::parse_datetime(text, format).ok_or("not_a_date")?;
        if self.field.koridor.not_in_future && moment > self.now {
            return Err("in_future");
        }
        self.within(moment)
    }

    fn year(&self, text: &[u8], kind: CellKind) -> Result<i32, &'static str> {
        let text = if kind == CellKind::Date { text.get(..4).unwrap_or(text) } else { text };
        let value = match kind {
            CellKind::Number => number::parse_native(text, 0).map(|decimal| decimal.mantissa),
            _ => number::parse_integer(text, NumberFormat::Plain),
        };
        let year = value.ok().filter(|year| (1800..=2200).contains(year)).ok_or("not_a_date")?;
        if self.field.koridor.not_in_future && date::civil(year as i32, 1, 1).is_some_and(|day| i64::from(day) * 86_400_000_000 > self.now)
        {
            return Err("in_future");
        }
        self.within(year).map(|year| year as i32)
    }
}

fn number_rule(fault: NumberFault) -> &'static str {
    match fault {
        NumberFault::NotANumber => "not_a_number",
        NumberFault::Ambiguous => "ambiguous_number",
        NumberFault::NotWhole => "not_whole",
        NumberFault::TooLarge => "too_large",
    }
}
