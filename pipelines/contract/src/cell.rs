//! One raw cell to one value of its field: missing, code, text, number, date, bounds.

use crate::codes::{CodeList, CodeMatch, CodeSystem, normalise};
use crate::date::{self, DateFormat};
use crate::date_order;
use crate::excel_moment::excel_moment;
use crate::field::{Factor, Field, FieldType};
use crate::lost_noughts::may_be_cut_thousands;
use crate::number::{self, Affix, Decimal, NumberFault, NumberFormat};
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
    /// The field holds quarters: the name of a month is no period of theirs.
    pub quarters_only: bool,
    /// The workbook counts its days from 1904.
    pub is_1904: bool,
    /// Other cells of the column contradict how they are said to be written: of marks that may part
    /// thousands or decimals, and of letters such as `y`, nothing is known.
    pub is_contradicted: bool,
}

/// Whole numbers from here on are mistakes: sums of a million of them would leave 64 bits.
const TOO_LARGE: i64 = 1_000_000_000_000_000;

/// Digits that begin with 0 and are as many as a phone number or the number of a business has are
/// no figure.
#[inline]
fn refuse_phone_number(text: &str) -> Result<(), CellRule> {
    let is_one = text.starts_with('0')
        && text.len() >= PHONE_DIGITS
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_one { Err(CellRule::NotANumber) } else { Ok(()) }
}

/// Fewest digits of a mobile phone number.
const PHONE_DIGITS: usize = 10;

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
        // Other programs write a code that they take for a number with a fraction: `1101.0`.
        let text = text
            .strip_suffix(".0")
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))
            .unwrap_or(text);
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
        let Some(allowed) = &self.field.constraints.allowed else {
            return self.text(&code).map(|()| code);
        };
        // People begin a word with a capital.
        let own = allowed.iter().find(|own| own.eq_ignore_ascii_case(&code));
        let own = own.ok_or(CellRule::NotAllowed)?;
        self.text(own).map(|()| own.clone())
    }

    /// Refuses a number in place of a text whose last digits a spreadsheet has rounded away.
    pub fn identifier(&self, text: &str) -> Result<(), CellRule> {
        // Most identifiers begin with a letter: they are not searched.
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            return Ok(());
        }
        let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return Ok(()) };
        let Some(exponent) = exponent.strip_prefix('+') else { return Ok(()) };
        let is_number =
            digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
                && !exponent.is_empty()
                && exponent.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Err(CellRule::LostDigits) } else { Ok(()) }
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
            _ if self.is_doubtful(text) => Err(NumberFault::Ambiguous),
            _ => number::parse_decimal(text.as_bytes(), self.format.numbers, scale),
        }
    }

    /// Whether a number has two readings, and its column does not tell which is meant.
    #[inline]
    fn is_doubtful(&self, text: &str) -> bool {
        self.format.is_contradicted
            && (number::has_two_readings(text.as_bytes())
                || (self.is_whole_in_doubt() && may_be_cut_thousands(text.as_bytes())))
    }

    /// Whether nothing says what the marks of a whole number part.
    fn is_whole_in_doubt(&self) -> bool {
        self.field.field_type == FieldType::Integer && self.format.numbers == NumberFormat::Auto
    }

    /// Whether a cell could show that its column is not written as it is said to be.
    pub fn may_be_contradicted(&self) -> bool {
        match self.field.field_type {
            FieldType::Integer => true,
            FieldType::Number => self.format.numbers != NumberFormat::Auto,
            FieldType::Boolean => true,
            FieldType::Date | FieldType::Datetime => {
                matches!(self.format.dates, DateFormat::Dmy | DateFormat::Mdy)
            }
            _ => false,
        }
    }

    /// Whether a cell shows that its column is not written as it is said to be.
    pub fn contradicts(&self, text: &str) -> bool {
        match self.field.field_type {
            // Beside `7.915` a `9.0` may be 9,000 whose noughts were lost.
            FieldType::Integer if self.is_whole_in_doubt() => {
                number::has_two_readings(text.as_bytes())
            }
            FieldType::Integer | FieldType::Number => {
                number::contradicts(text.as_bytes(), self.format.numbers)
            }
            FieldType::Boolean => text.eq_ignore_ascii_case("t") || text.eq_ignore_ascii_case("f"),
            FieldType::Date | FieldType::Datetime => {
                date_order::contradicts(text.as_bytes(), self.format.dates)
            }
            _ => false,
        }
    }

    /// Refuses a number with a unit that is not the field's.
    #[inline]
    fn refuse_other_unit(&self, text: &str) -> Result<(), CellRule> {
        let Some(affix) = number::affix(text.as_bytes()) else { return Ok(()) };
        let is_own = match (affix, self.field.koridor.unit.as_deref()) {
            // No measure that stands in another field of its row is a mass.
            (Affix::Kilogram, unit) => unit == Some("kg") && self.format.multiply.is_none(),
            // What the figure measures stands in another field of the row.
            (_, Some("per measure")) => true,
            (Affix::Percent, Some(unit)) => unit == "%",
            (Affix::Percent, None) => self.format.multiply.is_some(),
            (Affix::Rupiah, unit) => unit.is_some_and(|unit| unit.eq_ignore_ascii_case("rp")),
        };
        if is_own { Ok(()) } else { Err(CellRule::OtherUnit) }
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
        self.refuse_other_unit(text)?;
        // A cell that says that it is a percentage is one already.
        let is_percent = text.ends_with('%') && self.field.koridor.unit.is_some();
        let Some(factor) = self.format.multiply.filter(|_| !is_percent) else {
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
        refuse_phone_number(text)?;
        let value = match (kind, self.format.multiply) {
            (_, Some(_)) => self.number(text, kind, row, 0, rounded)?,
            (CellKind::Text, None) if self.is_doubtful(text) => {
                return Err(CellRule::AmbiguousNumber);
            }
            (CellKind::Text, None) => {
                self.refuse_other_unit(text)?;
                number::parse_integer(text.as_bytes(), self.format.numbers)?
            }
            _ => {
                self.refuse_other_unit(text)?;
                let decimal = number::parse_native(text.as_bytes(), 0)?;
                if decimal.is_rounded {
                    // A whole number may be stored as a binary fraction: it must be whole to the
                    // sixth digit.
                    let finer = number::parse_native(text.as_bytes(), 6)?;
                    if finer.mantissa % 1_000_000 != 0 {
                        return Err(CellRule::NotWhole);
                    }
                    rounded.push(row);
                }
                decimal.mantissa
            }
        };
        if value.abs() >= TOO_LARGE {
            return Err(CellRule::TooLarge);
        }
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
        refuse_phone_number(text)?;
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
        let word = normalise(mapped.map_or(text, String::as_str));
        // A lone `t` is `tidak` or `true`; where a column holds one, its other letters say as
        // little.
        let is_doubtful = self.format.is_contradicted && mapped.is_none() && word.len() == 1;
        match word.as_str() {
            "y" | "n" if is_doubtful => Err(CellRule::NotABoolean),
            "true" | "1" | "1 0" | "ya" | "yes" | "y" | "ada" | "benar" => Ok(true),
            "false" | "0" | "0 0" | "tidak" | "tdk" | "no" | "n" | "tidak ada" | "salah" => {
                Ok(false)
            }
            _ => Err(CellRule::NotABoolean),
        }
    }

    /// Refuses a date with two readings in a column that shows another order than it is said to
    /// have.
    #[inline]
    fn refuse_doubtful_date(&self, text: &str, kind: CellKind) -> Result<(), CellRule> {
        let is_doubtful = self.format.is_contradicted
            && kind == CellKind::Text
            && date_order::has_two_readings(text.as_bytes());
        if is_doubtful { Err(CellRule::AmbiguousDate) } else { Ok(()) }
    }

    #[inline]
    pub fn date(&self, text: &str, kind: CellKind) -> Result<i32, CellRule> {
        self.refuse_doubtful_date(text, kind)?;
        let text = date::without_midnight(text);
        let format = if kind == CellKind::Date { DateFormat::Iso } else { self.format.dates };
        let day = if kind == CellKind::Number && self.format.dates != DateFormat::Year {
            let serial = text.parse().ok();
            serial.and_then(|serial| date::from_excel_serial(serial, self.format.is_1904))
        } else if self.format.quarters_only && kind == CellKind::Text {
            date::parse_quarter(text.as_bytes())
        } else if self.field.koridor.month {
            date::parse_month(text.as_bytes(), format)
        } else {
            let day = text.get(..10).filter(|_| kind == CellKind::Date).unwrap_or(text);
            date::parse_date(day.as_bytes(), format)
        }
        .filter(|day| !date::is_day_zero(*day))
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
        self.refuse_doubtful_date(text, kind)?;
        let format = if kind == CellKind::Date { DateFormat::Iso } else { self.format.dates };
        let serial = text.parse().ok().filter(|_| kind == CellKind::Number);
        let moment = serial
            .and_then(|serial| excel_moment(serial, self.format.is_1904))
            .or_else(|| date::parse_datetime(text.as_bytes(), format))
            .filter(|moment| !date::is_day_zero(moment.div_euclid(86_400_000_000) as i32))
            .ok_or(CellRule::NotADate)?;
        if self.field.koridor.not_in_future && moment > self.now {
            return Err(CellRule::InFuture);
        }
        self.within(moment)
    }

    pub fn year(&self, text: &str, kind: CellKind) -> Result<i32, CellRule> {
        let is_day_zero = text.get(..10).is_some_and(|day| {
            date::parse_date(day.as_bytes(), DateFormat::Iso).is_some_and(date::is_day_zero)
        });
        if is_day_zero || number::affix(text.as_bytes()).is_some() {
            return Err(CellRule::NotADate);
        }
        let text = if kind == CellKind::Date { text.get(..4).unwrap_or(text) } else { text };
        let value = match kind {
            CellKind::Number => {
                let year = number::parse_native(text.as_bytes(), 0).ok();
                year.filter(|year| !year.is_rounded).map(|year| year.mantissa)
            }
            _ => number::parse_integer(text.as_bytes(), NumberFormat::Plain).ok(),
        };
        let year = value.filter(|year| (1800..=2200).contains(year)).ok_or(CellRule::NotADate)?;
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
