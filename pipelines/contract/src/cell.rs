//! One raw cell to one value of its field: missing, code, text, number, date, bounds.

use crate::codes::{CodeList, CodeMatch, CodeSystem, normalise};
use crate::date::{self, DateFormat};
use crate::field::{Factor, Field};
use crate::number::{self, Decimal, NumberFault, NumberFormat};
use crate::raw::{CellKind, RawBatch, trim_text};
use crate::rule::CellRule;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A cell that does not fit its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub row: u32,
    pub rule: CellRule,
}

/// How the cells of one field are written in this file.
#[derive(Debug, Clone, Default)]
pub(crate) struct CellFormat {
    pub numbers: NumberFormat,
    pub dates: DateFormat,
    pub multiply: Option<Factor>,
    pub values: BTreeMap<String, String>,
    pub codes: CodeSystem,
    /// The file's rows are months: the name of a quarter is no period of theirs.
    pub months_only: bool,
}

/// Where the cells of a field come from.
#[derive(Debug, Clone)]
pub enum FieldOrigin {
    /// Cells of a column of the batch.
    Column(usize),
    /// One text for every row.
    Constant(String),
    /// Nowhere: every value is missing.
    Absent,
}

/// What a column's reader knows of its file; the caches that change while reading stand beside it.
pub(crate) struct Cells {
    pub field: Field,
    pub origin: FieldOrigin,
    pub format: CellFormat,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub pattern: Option<regex::Regex>,
    pub codes: Option<Arc<CodeList>>,
    pub missing: Arc<Vec<Vec<u8>>>,
    pub longest_missing: usize,
    /// Latest allowed moment in microseconds of local time, where the field may not lie in the
    /// future.
    pub now: i64,
}

impl Cells {
    /// Gives each row's cell to `sink`: its trimmed text, or `None` where there is no value. A cell
    /// that `sink` refuses is recorded and given again as `None`, so that the column keeps its
    /// length.
    #[inline]
    pub fn fill(
        &self,
        batch: &RawBatch,
        faults: &mut Vec<Fault>,
        mut sink: impl FnMut(Option<(&str, CellKind, u32)>) -> Result<(), CellRule>,
    ) {
        let required = self.field.constraints.required;
        for row in 0..batch.len() as u32 {
            let cell = match &self.origin {
                FieldOrigin::Column(column) => self.cell(batch, row as usize, *column),
                FieldOrigin::Constant(text) => Ok(Some((text.as_str(), CellKind::Text))),
                FieldOrigin::Absent => Ok(None),
            };
            let outcome = match cell {
                Ok(Some((text, kind))) => sink(Some((text, kind, row))),
                Ok(None) if required => Err(CellRule::Required),
                Ok(None) => sink(None),
                Err(rule) => Err(rule),
            };
            if let Err(rule) = outcome {
                faults.push(Fault { row, rule });
                // A null is always taken.
                let _ = sink(None);
            }
        }
    }

    /// A cell's trimmed text and kind, or `None` where it says that there is no value.
    // Within the loop of each type of column: a call for each cell costs a few percent of a check.
    #[inline(always)]
    fn cell<'batch>(
        &self,
        batch: &'batch RawBatch,
        row: usize,
        column: usize,
    ) -> Result<Option<(&'batch str, CellKind)>, CellRule> {
        let text = batch.text(row, column);
        match batch.kind(row, column) {
            CellKind::Error if !self.is_missing(text) => Err(if text.starts_with('=') {
                CellRule::FormulaWithoutValue
            } else {
                CellRule::ErrorCell
            }),
            kind => {
                let text = trim_text(text);
                Ok((!self.is_missing(text)).then_some((text, kind)))
            }
        }
    }

    #[inline]
    fn is_missing(&self, text: &str) -> bool {
        text.is_empty()
            || (text.len() <= self.longest_missing
                && self.missing.iter().any(|missing| missing.eq_ignore_ascii_case(text.as_bytes())))
    }

    pub fn is_mapped(&self) -> bool {
        self.codes.is_some()
            || self.field.constraints.allowed.is_some()
            || !self.format.values.is_empty()
    }

    pub fn code(&self, text: &str) -> Result<String, CellRule> {
        let mapped = if self.format.values.is_empty() {
            None
        } else {
            self.format.values.get(&normalise(text))
        };
        let text = mapped.map_or(text, String::as_str);
        let code = match &self.codes {
            Some(codes) => match codes
                .find(text, if mapped.is_some() { CodeSystem::Bps } else { self.format.codes })
            {
                CodeMatch::Known(code) => code.to_owned(),
                CodeMatch::Outside(_) => return Err(CellRule::OutsideCorridor),
                CodeMatch::OtherSystem => return Err(CellRule::OtherCodeSystem),
                CodeMatch::Unknown => return Err(CellRule::UnknownCode),
            },
            None => text.to_owned(),
        };
        match &self.field.constraints.allowed {
            Some(allowed) if !allowed.contains(&code) => Err(CellRule::NotAllowed),
            _ => self.text(&code).map(|()| code.clone()),
        }
    }

    pub fn text(&self, text: &str) -> Result<(), CellRule> {
        let constraints = &self.field.constraints;
        if constraints.min_length.is_some() || constraints.max_length.is_some() {
            let length = text.chars().count();
            if constraints.min_length.is_some_and(|least| length < least) {
                return Err(CellRule::TooShort);
            }
            if constraints.max_length.is_some_and(|most| length > most) {
                return Err(CellRule::TooLong);
            }
        }
        match &self.pattern {
            Some(pattern) if !pattern.is_match(text) => Err(CellRule::Pattern),
            _ => Ok(()),
        }
    }

    #[inline]
    fn within(&self, value: i64) -> Result<i64, CellRule> {
        if self.minimum.is_some_and(|least| value < least) {
            return Err(CellRule::BelowMinimum);
        }
        if self.maximum.is_some_and(|most| value > most) {
            return Err(CellRule::AboveMaximum);
        }
        Ok(value)
    }

    /// A number's digits at a scale, before any factor.
    #[inline]
    fn digits(&self, text: &str, kind: CellKind, scale: u8) -> Result<Decimal, NumberFault> {
        match kind {
            CellKind::Number => number::parse_native(text.as_bytes(), scale),
            _ => number::parse_decimal(text.as_bytes(), self.format.numbers, scale),
        }
    }

    #[inline]
    fn number(
        &self,
        text: &str,
        kind: CellKind,
        row: u32,
        scale: u8,
        rounded: &mut Vec<u32>,
    ) -> Result<i64, CellRule> {
        let Some(factor) = self.format.multiply else {
            let decimal = self.digits(text, kind, scale)?;
            if decimal.is_rounded {
                rounded.push(row);
            }
            return Ok(decimal.mantissa);
        };
        // More digits than the field keeps, so that a factor of thousands or of billions loses
        // nothing.
        let more = factor.digits().max(6);
        let decimal = self.digits(text, kind, scale + more)?;
        let product = i128::from(decimal.mantissa) * i128::from(factor.mantissa);
        let divisor = 10i128.pow(u32::from(more) + u32::from(factor.scale));
        let (quotient, remainder) = (product / divisor, product % divisor);
        if remainder != 0 || decimal.is_rounded {
            rounded.push(row);
        }
        let value = quotient + if remainder.abs() * 2 >= divisor { remainder.signum() } else { 0 };
        i64::try_from(value).map_err(|_| CellRule::TooLarge)
    }

    #[inline]
    pub fn integer(
        &self,
        text: &str,
        kind: CellKind,
        row: u32,
        rounded: &mut Vec<u32>,
    ) -> Result<i64, CellRule> {
        let value = match (kind, self.format.multiply) {
            (CellKind::Text, None) => number::parse_integer(text.as_bytes(), self.format.numbers)?,
            (_, Some(_)) => self.number(text, kind, row, 0, rounded)?,
            _ => {
                // A whole number in a workbook is stored as a binary fraction: it must be whole to
                // the sixth digit.
                let decimal = number::parse_native(text.as_bytes(), 6)?;
                if decimal.mantissa % 1_000_000 != 0 {
                    return Err(CellRule::NotWhole);
                }
                decimal.mantissa / 1_000_000
            }
        };
        self.within(value)
    }

    #[inline]
    pub fn decimal(
        &self,
        text: &str,
        kind: CellKind,
        row: u32,
        scale: u8,
        limit: i64,
        rounded: &mut Vec<u32>,
    ) -> Result<i64, CellRule> {
        let value = self.number(text, kind, row, scale, rounded)?;
        if value >= limit || value <= -limit {
            return Err(CellRule::TooLarge);
        }
        self.within(value)
    }

    pub fn boolean(&self, text: &str) -> Result<bool, CellRule> {
        let mapped = if self.format.values.is_empty() {
            None
        } else {
            self.format.values.get(&normalise(text))
        };
        let text = mapped.map_or(text, String::as_str).as_bytes();
        let mut lower = [0u8; 8];
        let slot = lower.get_mut(..text.len()).ok_or(CellRule::NotABoolean)?;
        slot.copy_from_slice(text);
        slot.make_ascii_lowercase();
        match &*slot {
            b"true" | b"1" | b"ya" | b"yes" | b"y" | b"ada" => Ok(true),
            b"false" | b"0" | b"tidak" | b"no" | b"n" | b"t" => Ok(false),
            _ => Err(CellRule::NotABoolean),
        }
    }

    #[inline]
    pub fn date(&self, text: &str, kind: CellKind) -> Result<i32, CellRule> {
        let day = if kind == CellKind::Number && self.format.dates != DateFormat::Year {
            text.parse().ok().and_then(date::from_excel_serial)
        } else if self.field.koridor.month {
            date::parse_month(
                text.as_bytes(),
                if kind == CellKind::Date { DateFormat::Iso } else { self.format.dates },
            )
        } else {
            date::parse_date(
                text.get(..10).filter(|_| kind == CellKind::Date).unwrap_or(text).as_bytes(),
                if kind == CellKind::Date { DateFormat::Iso } else { self.format.dates },
            )
        }
        .filter(|_| {
            !(self.format.months_only
                && self.field.koridor.month
                && date::is_quarter(text.as_bytes()))
        })
        .ok_or(CellRule::NotADate)?;
        if self.field.koridor.month && date::first_of_month(day) != day {
            return Err(CellRule::NotFirstOfMonth);
        }
        if self.field.koridor.not_in_future && i64::from(day) * 86_400_000_000 > self.now {
            return Err(CellRule::InFuture);
        }
        self.within(i64::from(day)).map(|_| day)
    }

    #[inline]
    pub fn datetime(&self, text: &str, kind: CellKind) -> Result<i64, CellRule> {
        let format = if kind == CellKind::Date { DateFormat::Iso } else { self.format.dates };
        let moment = date::parse_datetime(text.as_bytes(), format).ok_or(CellRule::NotADate)?;
        if self.field.koridor.not_in_future && moment > self.now {
            return Err(CellRule::InFuture);
        }
        self.within(moment)
    }

    pub fn year(&self, text: &str, kind: CellKind) -> Result<i32, CellRule> {
        let text = if kind == CellKind::Date { text.get(..4).unwrap_or(text) } else { text };
        let value = match kind {
            CellKind::Number => {
                number::parse_native(text.as_bytes(), 0).map(|decimal| decimal.mantissa)
            }
            _ => number::parse_integer(text.as_bytes(), NumberFormat::Plain),
        };
        let year =
            value.ok().filter(|year| (1800..=2200).contains(year)).ok_or(CellRule::NotADate)?;
        if self.field.koridor.not_in_future
            && date::civil(year as i32, 1, 1)
                .is_some_and(|day| i64::from(day) * 86_400_000_000 > self.now)
        {
            return Err(CellRule::InFuture);
        }
        self.within(year).map(|year| year as i32)
    }
}

impl From<NumberFault> for CellRule {
    fn from(fault: NumberFault) -> Self {
        match fault {
            NumberFault::NotANumber => Self::NotANumber,
            NumberFault::Ambiguous => Self::AmbiguousNumber,
            NumberFault::NotWhole => Self::NotWhole,
            NumberFault::TooLarge => Self::TooLarge,
        }
    }
}
