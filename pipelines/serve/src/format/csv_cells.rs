//! The cells of a column as CSV: the kinds that large tables hold are written digit by digit, which
//! is most of what an extract costs; others as arrow shows them.

use crate::cell_text::{escape_formula, list_text, looks_like_formula};
use crate::error::ServeError;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray, StringArray};
use arrow::compute;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use std::io::Write;

/// How a file is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// Between fields.
    pub(super) delimiter: u8,
    /// Before the decimals of a number.
    pub(super) decimal_mark: u8,
    /// After a row.
    pub(super) line_end: &'static [u8],
    /// Before the header.
    pub(super) begin: &'static [u8],
}

/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;
const MICROS: i64 = 1_000_000;

/// The cells of a column.
pub(super) struct Cells<'column> {
    column: &'column ArrayRef,
    kind: Kind<'column>,
}

enum Kind<'column> {
    Text(StringArray),
    Bool(&'column BooleanArray),
    Int(&'column PrimitiveArray<Int64Type>),
    SmallInt(&'column PrimitiveArray<Int32Type>),
    Decimal(&'column PrimitiveArray<Decimal128Type>, usize),
    Date(&'column PrimitiveArray<Date32Type>, ArrayFormatter<'column>),
    Moment(&'column PrimitiveArray<TimestampMicrosecondType>, ArrayFormatter<'column>),
    Other(ArrayFormatter<'column>),
}

impl<'column> Cells<'column> {
    /// # Errors
    /// Where the column has no form as a text.
    pub(super) fn of(column: &'column ArrayRef) -> Result<Self, ServeError> {
        let shown = || ArrayFormatter::try_new(column.as_ref(), &SHOWN);
        let kind = match column.data_type() {
            kind if kind.is_nested() => Kind::Text(list_text(column).as_string::<i32>().clone()),
            DataType::Utf8 => Kind::Text(column.as_string::<i32>().clone()),
            DataType::Utf8View | DataType::LargeUtf8 | DataType::Dictionary(..) => {
                let texts = compute::cast(column, &DataType::Utf8)?;
                Kind::Text(texts.as_string::<i32>().clone())
            }
            DataType::Boolean => Kind::Bool(column.as_boolean()),
            DataType::Int64 => Kind::Int(column.as_primitive()),
            DataType::Int32 => Kind::SmallInt(column.as_primitive()),
            DataType::Decimal128(_, scale) if *scale >= 0 => {
                Kind::Decimal(column.as_primitive(), usize::try_from(*scale).unwrap_or_default())
            }
            DataType::Date32 => Kind::Date(column.as_primitive(), shown()?),
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                Kind::Moment(column.as_primitive(), shown()?)
            }
            _ => Kind::Other(shown()?),
        };
        Ok(Self { column, kind })
    }

    /// Adds a row's cell; nothing for null.
    ///
    /// # Errors
    /// Where the value cannot be shown.
    pub(super) fn put(
        &self,
        buffer: &mut Vec<u8>,
        row: usize,
        dialect: Dialect,
    ) -> Result<(), ServeError> {
        if let Kind::Text(texts) = &self.kind {
            if texts.is_valid(row) {
                match texts.value(row) {
                    text if looks_like_formula(text) => {
                        put_text(buffer, &escape_formula(text), dialect);
                    }
                    text => put_text(buffer, text, dialect),
                }
            }
            return Ok(());
        }
        if self.column.is_null(row) {
            return Ok(());
        }
        match &self.kind {
            Kind::Text(_) => {}
            Kind::Bool(own) => buffer.extend_from_slice(match own.value(row) {
                true => b"true",
                false => b"false",
            }),
            Kind::Int(own) => put_whole(buffer, own.value(row).into()),
            Kind::SmallInt(own) => put_whole(buffer, own.value(row).into()),
            Kind::Decimal(own, scale) => put_decimal(buffer, own.value(row), *scale, dialect),
            Kind::Date(own, shown) => {
                if !put_day(buffer, own.value(row).into()) {
                    put_shown(buffer, shown, row, dialect)?;
                }
            }
            Kind::Moment(own, shown) => {
                if !put_moment(buffer, own.value(row)) {
                    put_shown(buffer, shown, row, dialect)?;
                }
            }
            Kind::Other(shown) => put_shown(buffer, shown, row, dialect)?,
        }
        Ok(())
    }
}

const SHOWN: FormatOptions<'static> = FormatOptions::new().with_display_error(false);

/// A value as arrow shows it; of a number the decimal mark is the dialect's.
fn put_shown(
    buffer: &mut Vec<u8>,
    shown: &ArrayFormatter<'_>,
    row: usize,
    dialect: Dialect,
) -> Result<(), ServeError> {
    let text = shown.value(row).try_to_string()?;
    if dialect.decimal_mark == b'.' || text.parse::<f64>().is_err() {
        put_text(buffer, &text, dialect);
        return Ok(());
    }
    let mark = char::from(dialect.decimal_mark);
    put_text(buffer, &text.replace('.', &mark.to_string()), dialect);
    Ok(())
}

fn put_whole(buffer: &mut Vec<u8>, number: i128) {
    if number < 0 {
        buffer.push(b'-');
    }
    put_digits(buffer, number.unsigned_abs(), 1);
}

/// Digits of a number, zeros before it up to a length.
fn put_digits(buffer: &mut Vec<u8>, number: u128, least: usize) {
    let Ok(mut rest) = u64::try_from(number) else {
        // Beyond 64 bits nothing is counted here.
        let _ = write!(buffer, "{number:0least$}");
        return;
    };
    let mut digits = [b'0'; 40];
    let mut first = digits.len();
    while rest > 0 || digits.len() - first < least.min(digits.len()) {
        first -= 1;
        if let Some(digit) = digits.get_mut(first) {
            *digit = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
    }
    buffer.extend_from_slice(digits.get(first..).unwrap_or_default());
}

fn put_decimal(buffer: &mut Vec<u8>, number: i128, scale: usize, dialect: Dialect) {
    if number < 0 {
        buffer.push(b'-');
    }
    put_digits(buffer, number.unsigned_abs(), scale + 1);
    if scale > 0 {
        buffer.insert(buffer.len() - scale, dialect.decimal_mark);
    }
}

/// A day as `2024-07-05`; false where its year has not four digits.
fn put_day(buffer: &mut Vec<u8>, day: i64) -> bool {
    // Days of the proleptic Gregorian calendar, in eras of 400 years that begin in March.
    const ERA_DAYS: i64 = 146_097;
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(ERA_DAYS), shifted.rem_euclid(ERA_DAYS));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    if !(1..=9999).contains(&year) {
        return false;
    }
    for (part, digits, mark) in [(year, 4, b'-'), (month, 2, b'-'), (of_month, 2, b' ')] {
        put_digits(buffer, u128::from(part.unsigned_abs()), digits);
        buffer.push(mark);
    }
    buffer.pop();
    true
}

/// A moment as `2024-07-05T08:00:00`; false where it has parts of a second, or as [`put_day`].
fn put_moment(buffer: &mut Vec<u8>, micros: i64) -> bool {
    let seconds = micros.div_euclid(MICROS);
    if micros.rem_euclid(MICROS) != 0 || !put_day(buffer, seconds.div_euclid(DAY_SECONDS)) {
        return false;
    }
    let of_day = seconds.rem_euclid(DAY_SECONDS);
    let parts = [(b'T', of_day / 3600), (b':', of_day / 60 % 60), (b':', of_day % 60)];
    for (mark, part) in parts {
        buffer.push(mark);
        put_digits(buffer, u128::from(part.unsigned_abs()), 2);
    }
    true
}

/// A text, in quotes where it holds what parts fields or lines.
pub(super) fn put_text(buffer: &mut Vec<u8>, text: &str, dialect: Dialect) {
    let parts = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\r') || *byte == dialect.delimiter;
    if !text.as_bytes().iter().any(parts) {
        buffer.extend_from_slice(text.as_bytes());
        return;
    }
    buffer.push(b'"');
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            buffer.extend_from_slice(b"\"\"");
        }
        buffer.extend_from_slice(part.as_bytes());
    }
    buffer.push(b'"');
}
