//! One raw cell to one value of its field: missing, code, text, number, date, bounds.

use crate::codes::{CodeList, CodeMatch, CodeSystem, normalise};
use crate::contract::Field;
use crate::date::{self, DateFormat};
use crate::number::{self, NumberFault, NumberFormat};
use crate::raw::{CellKind, RawBatch, trim_text};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// Digits before the decimal mark.
    fn digits(self) -> u8 {
        (self.mantissa.ilog10() as u8 + 1).saturating_sub(self.scale)
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let scale = u8::try_from(scale).ok().filter(|scale| *scale <= 9)?;
        let mantissa =
            number::parse_decimal(text.as_bytes(), NumberFormat::Plain, scale).ok()?.mantissa;
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
    /// The file's rows are months: the name of a quarter is no period of theirs.
    pub months_only: bool,
}

/// Where a field's cells come from.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    Column(usize),
    Constant(String),
    Absent,
}

/// What a column's reader knows of its file; the caches that change while reading stand beside it.
pub(crate) struct Cells {
    pub field: Field,
    pub origin: Origin,
    pub writing: Writing,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub pattern: Option<regex::Regex>,
    pub codes: Option<Arc<CodeList>>,
    pub missing: Arc<Vec<Vec<u8>>>,
    pub longest_missing: usize,
    /// Latest allowed moment in microseconds of local time, where the field may not lie in the future.
    pub now: i64,
}

impl Cells {
    /// Gives each row's cell to `sink`: its trimmed text, or `None` where there is no value. A cell that `sink` refuses is recorded and
    /// given again as `None`, so that the column keeps its length.
    #[inline]
    pub fn fill(
        &self,
        batch: &RawBatch,
        faults: &mut Vec<Fault>,
        mut sink: impl FnMut(Option<(&str, CellKind, u32)>) -> Result<(), &'static str>,
    ) {
        let required = self.field.constraints.required;
        for row in 0..batch.len() {
            let outcome = match &self.origin {
                Origin::Column(column) => match batch.kind(row, *column) {
                    CellKind::Error if !self.is_missing(batch.text(row, *column)) => {
                        Err(if batch.text(row, *column).starts_with('=') {
                            "formula_without_value"
                        } else {
                            "error_cell"
                        })
                    }
                    kind => {
                        let text = trim_text(batch.text(row, *column));
                        if self.is_missing(text) {
                            sink(None).and(if required { Err("") } else { Ok(()) })
                        } else {
                            sink(Some((text, kind, row as u32)))
                        }
                    }
                },
                Origin::Constant(text) => sink(Some((text, CellKind::Text, row as u32))),
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
    fn is_missing(&self, text: &str) -> bool {
        text.is_empty()
            || (text.len() <= self.longest_missing
                && self.missing.iter().any(|missing| missing.eq_ignore_ascii_case(text.as_bytes())))
    }

    pub fn is_mapped(&self) -> bool {
        self.codes.is_some()
            || self.field.constraints.allowed.is_some()
            || !self.writing.values.is_empty()
    }

    pub fn code(&self, text: &str) -> Result<String, &'static str> {
        let mapped = if self.writing.values.is_empty() {
            None
        } else {
            self.writing.values.get(&normalise(text))
        };
        let text = mapped.map_or(text, String::as_str);
        let code = match &self.codes {
            Some(codes) => match codes
                .find(text, if mapped.is_some() { CodeSystem::Bps } else { self.writing.codes })
            {
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

    pub fn text(&self, text: &str) -> Result<(), &'static str> {
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
    fn number(
        &self,
        text: &str,
        kind: CellKind,
        row: u32,
        scale: u8,
        rounded: &mut Vec<u32>,
    ) -> Result<i64, &'static str> {
        let Some(factor) = self.writing.multiply else {
            let decimal = match kind {
                CellKind::Number => number::parse_native(text.as_bytes(), scale),
                _ => number::parse_decimal(text.as_bytes(), self.writing.numbers, scale),
            }
            .map_err(number_rule)?;
            if decimal.is_rounded {
                rounded.push(row);
            }
            return Ok(decimal.mantissa);
        };
        // More digits than the field keeps, so that a factor of thousands or of billions loses nothing.
        let more = factor.digits().max(6);
        let decimal = match kind {
            CellKind::Number => number::parse_native(text.as_bytes(), scale + more),
            _ => number::parse_decimal(text.as_bytes(), self.writing.numbers, scale + more),
        }
        .map_err(number_rule)?;
        let product = i128::from(decimal.mantissa) * i128::from(factor.mantissa);
        let divisor = 10i128.pow(u32::from(more) + u32::from(factor.scale));
        let (quotient, remainder) = (product / divisor, product % divisor);
        if remainder != 0 || decimal.is_rounded {
            rounded.push(row);
        }
        let value = quotient + if remainder.abs() * 2 >= divisor { remainder.signum() } else { 0 };
        i64::try_from(value).map_err(|_| "too_large")
    }

    #[inline]
    pub fn integer(
        &self,
        text: &str,
        kind: CellKind,
        row: u32,
        rounded: &mut Vec<u32>,
    ) -> Result<i64, &'static str> {
        let value = match (kind, self.writing.multiply) {
            (CellKind::Text, None) => {
                number::parse_integer(text.as_bytes(), self.writing.numbers).map_err(number_rule)?
            }
            (_, Some(_)) => self.number(text, kind, row, 0, rounded)?,
            _ => {
                // A whole number in a workbook is stored as a binary fraction: it must be whole to the sixth digit.
                let decimal = number::parse_native(text.as_bytes(), 6).map_err(number_rule)?;
                if decimal.mantissa % 1_000_000 != 0 {
                    return Err("not_whole");
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
    ) -> Result<i64, &'static str> {
        let value = self.number(text, kind, row, scale, rounded)?;
        if value >= limit || value <= -limit {
            return Err("too_large");
        }
        self.within(value)
    }

    pub fn boolean(&self, text: &str) -> Result<bool, &'static str> {
        let mapped = if self.writing.values.is_empty() {
            None
        } else {
            self.writing.values.get(&normalise(text))
        };
        let text = mapped.map_or(text, String::as_str).as_bytes();
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
    pub fn date(&self, text: &str, kind: CellKind) -> Result<i32, &'static str> {
        let day = if kind == CellKind::Number && self.writing.dates != DateFormat::Year {
            text.parse().ok().and_then(date::from_excel_serial)
        } else if self.field.koridor.month {
            date::parse_month(
                text.as_bytes(),
                if kind == CellKind::Date { DateFormat::Iso } else { self.writing.dates },
            )
        } else {
            date::parse_date(
                text.get(..10).filter(|_| kind == CellKind::Date).unwrap_or(text).as_bytes(),
                if kind == CellKind::Date { DateFormat::Iso } else { self.writing.dates },
            )
        }
        .filter(|_| {
            !(self.writing.months_only
                && self.field.koridor.month
                && date::is_quarter(text.as_bytes()))
        })
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
    pub fn datetime(&self, text: &str, kind: CellKind) -> Result<i64, &'static str> {
        let format = if kind == CellKind::Date { DateFormat::Iso } else { self.writing.dates };
        let moment = date::parse_datetime(text.as_bytes(), format).ok_or("not_a_date")?;
        if self.field.koridor.not_in_future && moment > self.now {
            return Err("in_future");
        }
        self.within(moment)
    }

    pub fn year(&self, text: &str, kind: CellKind) -> Result<i32, &'static str> {
        let text = if kind == CellKind::Date { text.get(..4).unwrap_or(text) } else { text };
        let value = match kind {
            CellKind::Number => {
                number::parse_native(text.as_bytes(), 0).map(|decimal| decimal.mantissa)
            }
            _ => number::parse_integer(text.as_bytes(), NumberFormat::Plain),
        };
        let year = value.ok().filter(|year| (1800..=2200).contains(year)).ok_or("not_a_date")?;
        if self.field.koridor.not_in_future
            && date::civil(year as i32, 1, 1)
                .is_some_and(|day| i64::from(day) * 86_400_000_000 > self.now)
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
