//! Values of parameters, as clients send them.

use super::errors::error;
use super::rewrite::bytes_of;
use arrow::array::types::Date32Type;
use arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use arrow_pg::datatypes::df::deserialize_parameters;
use arrow_pg::datatypes::into_pg_type;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use koridor_lake::engine::{ParamValues, ScalarValue};
use pgwire::api::Type;
use pgwire::api::portal::{Format, Portal};
use pgwire::api::stmt::StoredStatement;
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::types::FromSqlText;
use postgres_types::FromSqlOwned;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Decimals of no stated scale, as far as the engine must know a type before it sees a value.
const DECIMAL: DataType = DataType::Decimal128(38, 10);
const DECIMAL_DIGITS: u8 = 38;

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The engine's type for what a client declares; none where it leaves that to us.
pub(super) fn arrow_type(declared: &Type) -> Option<DataType> {
    let list = |own| Some(DataType::new_list(own, true));
    match *declared {
        Type::BOOL => Some(DataType::Boolean),
        Type::INT2 => Some(DataType::Int16),
        Type::INT4 => Some(DataType::Int32),
        Type::INT8 => Some(DataType::Int64),
        Type::FLOAT4 => Some(DataType::Float32),
        Type::FLOAT8 => Some(DataType::Float64),
        Type::NUMERIC => Some(DECIMAL),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UUID => Some(DataType::Utf8),
        Type::BYTEA => Some(DataType::Binary),
        Type::DATE => Some(DataType::Date32),
        Type::TIME => Some(DataType::Time64(TimeUnit::Nanosecond)),
        Type::TIMESTAMP => Some(DataType::Timestamp(TimeUnit::Microsecond, None)),
        Type::TIMESTAMPTZ => Some(instant()),
        Type::INTERVAL => Some(DataType::Interval(IntervalUnit::MonthDayNano)),
        Type::BOOL_ARRAY => list(DataType::Boolean),
        Type::INT2_ARRAY => list(DataType::Int16),
        Type::INT4_ARRAY => list(DataType::Int32),
        Type::INT8_ARRAY => list(DataType::Int64),
        Type::FLOAT4_ARRAY => list(DataType::Float32),
        Type::FLOAT8_ARRAY => list(DataType::Float64),
        Type::NUMERIC_ARRAY => list(DECIMAL),
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY => list(DataType::Utf8),
        Type::DATE_ARRAY => list(DataType::Date32),
        Type::TIMESTAMP_ARRAY => list(DataType::Timestamp(TimeUnit::Microsecond, None)),
        Type::TIMESTAMPTZ_ARRAY => list(instant()),
        _ => None,
    }
}

/// The values that were bound to a statement, of the types that it was planned with.
pub(super) fn values<S: Clone>(
    portal: &Portal<S>,
    types: &[Option<DataType>],
) -> PgWireResult<ParamValues> {
    let mut values = Vec::with_capacity(portal.parameter_len());
    for at in 0..portal.parameter_len() {
        let own = types.get(at).and_then(Option::as_ref);
        let declared = portal.statement.parameter_types.get(at).and_then(Option::as_ref);
        let wire = match (declared, own) {
            (Some(&(Type::BPCHAR | Type::NAME)), _) => Type::TEXT,
            (Some(declared), _) if *declared != Type::UNKNOWN => declared.clone(),
            (_, Some(own)) => into_pg_type(own)?,
            _ => Type::TEXT,
        };
        let value = value(&Sent::of(portal, at, wire), own)?;
        values.push(of_type(value, own, at)?);
    }
    Ok(ParamValues::from(values))
}

/// A value of the type that a place has. Decimals keep their own digits.
fn of_type(value: ScalarValue, own: Option<&DataType>, at: usize) -> PgWireResult<ScalarValue> {
    let keeps = |own: &DataType| match own {
        DataType::List(own) => own.data_type().is_decimal(),
        own => own.is_decimal(),
    };
    match own {
        Some(own) if !keeps(own) && value.data_type() != *own => value.cast_to(own).map_err(|_| {
            error("22023", format!("parameter ${} is of another type: {own}", at + 1), None)
        }),
        _ => Ok(value),
    }
}

/// One value as it was sent.
struct Sent {
    portal: Portal<()>,
    wire: Type,
}

impl Sent {
    fn of<S: Clone>(all: &Portal<S>, at: usize, wire: Type) -> Self {
        let mut portal = Portal::<()>::default();
        portal.statement =
            Arc::new(StoredStatement::new(String::new(), (), vec![Some(wire.clone())]));
        let is_binary = all.parameter_format.is_binary(at);
        portal.parameter_format =
            if is_binary { Format::UnifiedBinary } else { Format::UnifiedText };
        portal.parameters = vec![all.parameters.get(at).cloned().flatten()];
        Self { portal, wire }
    }

    fn read<T>(&self) -> PgWireResult<Option<T>>
    where
        T: FromSqlOwned + for<'a> FromSqlText<'a>,
    {
        self.portal.parameter(0, &self.wire)
    }

    /// As a text, where it was sent as one.
    fn text(&self) -> PgWireResult<Option<Option<String>>> {
        match self.portal.parameter_format {
            Format::UnifiedText => self.portal.parameter(0, &Type::TEXT).map(Some),
            _ => Ok(None),
        }
    }

    fn list<T>(&self, of: &DataType, scalar: impl Fn(T) -> ScalarValue) -> PgWireResult<ScalarValue>
    where
        Vec<Option<T>>: FromSqlOwned + for<'a> FromSqlText<'a>,
    {
        let Some(values) = self.read::<Vec<Option<T>>>()? else {
            return Ok(ScalarValue::new_null_list(of.clone(), true, 1));
        };
        let none = ScalarValue::try_new_null(of).map_err(wrong)?;
        let values: Vec<ScalarValue> =
            values.into_iter().map(|own| own.map_or_else(|| none.clone(), &scalar)).collect();
        Ok(ScalarValue::List(ScalarValue::new_list_nullable(&values, of)))
    }
}

fn wrong(error: impl std::error::Error + Send + Sync + 'static) -> PgWireError {
    PgWireError::ApiError(Box::new(error))
}

/// A value as it was sent: what the library does not read, or reads to fewer digits, is read here.
fn value(sent: &Sent, own: Option<&DataType>) -> PgWireResult<ScalarValue> {
    let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
    if sent.portal.parameters.iter().all(Option::is_none) {
        let of = own.cloned().or_else(|| arrow_type(&sent.wire)).unwrap_or(DataType::Utf8);
        return ScalarValue::try_new_null(&of).map_err(wrong);
    }
    match sent.wire {
        Type::NUMERIC => numeric(sent),
        Type::NUMERIC_ARRAY => numerics(sent),
        Type::UUID => uuid(sent),
        Type::BYTEA => bytes(sent),
        Type::DATE_ARRAY => sent.list(&DataType::Date32, |own: NaiveDate| {
            ScalarValue::Date32(Some(Date32Type::from_naive_date(own)))
        }),
        Type::TIMESTAMP_ARRAY => sent.list(&micros, |own: NaiveDateTime| {
            ScalarValue::TimestampMicrosecond(Some(own.and_utc().timestamp_micros()), None)
        }),
        Type::TIMESTAMPTZ_ARRAY => sent.list(&instant(), |own: DateTime<FixedOffset>| {
            ScalarValue::TimestampMicrosecond(Some(own.timestamp_micros()), Some("UTC".into()))
        }),
        _ => {
            let (zoned, declared) = (instant(), arrow_type(&sent.wire));
            let known = match declared {
                // What is of a type that the engine has none for is read as its place wants it.
                None => own,
                Some(_) if sent.wire == Type::TIMESTAMPTZ => Some(&zoned),
                Some(_) => None,
            };
            let ParamValues::List(values) = deserialize_parameters(&sent.portal, &[known])? else {
                return Err(error("XX000", "a value has no place", None));
            };
            let value = values.into_iter().next().map(|own| own.value);
            value.ok_or_else(|| error("08P01", "a value is missing", None))
        }
    }
}

/// A number with all its digits; what no decimal can hold is a floating number.
fn numeric(sent: &Sent) -> PgWireResult<ScalarValue> {
    let value = match sent.text()? {
        None => sent.read::<Decimal>()?,
        Some(None) => None,
        Some(Some(text)) => {
            let text = text.trim();
            match Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)) {
                Ok(own) => Some(own),
                Err(_) => match text.parse::<f64>() {
                    Ok(own) => return Ok(ScalarValue::Float64(Some(own))),
                    Err(_) => {
                        let message = format!("`{text}` is no number");
                        return Err(error("22P02", message, None));
                    }
                },
            }
        }
    };
    let Some(value) = value else { return Ok(ScalarValue::Decimal128(None, DECIMAL_DIGITS, 10)) };
    Ok(decimal(value, value.scale()))
}

/// Numbers as one list, of the scale that holds them all.
fn numerics(sent: &Sent) -> PgWireResult<ScalarValue> {
    let values = sent.read::<Vec<Option<Decimal>>>()?;
    let scale = values.iter().flatten().flatten().map(Decimal::scale).max().unwrap_or(0);
    let fits = |mut own: Decimal| {
        own.rescale(scale);
        own.scale() == scale
    };
    if !values.iter().flatten().flatten().all(|own| fits(*own)) {
        return Err(error("22003", "the numbers of a list have too many digits together", None));
    }
    let of = decimal(Decimal::ZERO, scale).data_type();
    sent.list(&of, |own: Decimal| decimal(own, scale))
}

/// A decimal of the engine. The library holds 28 digits, so that its scale always fits.
fn decimal(mut value: Decimal, scale: u32) -> ScalarValue {
    value.rescale(scale);
    let own_scale = i8::try_from(value.scale()).unwrap_or_default();
    ScalarValue::Decimal128(Some(value.mantissa()), DECIMAL_DIGITS, own_scale)
}

/// An identifier, as a text.
fn uuid(sent: &Sent) -> PgWireResult<ScalarValue> {
    if let Some(text) = sent.text()? {
        return Ok(ScalarValue::Utf8(text));
    }
    let Some(Some(bytes)) = sent.portal.parameters.first() else {
        return Ok(ScalarValue::Utf8(None));
    };
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    Ok(ScalarValue::Utf8(Some(text)))
}

/// Bytes: the library reads no text of them but hexadecimal.
fn bytes(sent: &Sent) -> PgWireResult<ScalarValue> {
    let value = match sent.text()? {
        Some(text) => text.map(|own| bytes_of(&own)).transpose()?,
        None => sent.read::<Vec<u8>>()?,
    };
    Ok(ScalarValue::Binary(value))
}

#[cfg(test)]
mod tests {
    use super::{arrow_type, values};
    use arrow::datatypes::DataType;
    use koridor_lake::engine::ParamValues;
    use pgwire::api::Type;
    use pgwire::api::portal::{Format, Portal};
    use pgwire::api::stmt::StoredStatement;
    use std::sync::Arc;

    /// What a value is that a client sends as a text of a declared type, with its type.
    fn read(wire: Type, text: &str, own: Option<DataType>) -> String {
        let mut portal = Portal::<()>::default();
        let declared = Some(wire).filter(|own| *own != Type::UNKNOWN);
        portal.statement = Arc::new(StoredStatement::new(String::new(), (), vec![declared]));
        portal.parameter_format = Format::UnifiedText;
        portal.parameters = vec![Some(text.to_owned().into())];
        match values(&portal, &[own]) {
            Ok(ParamValues::List(values)) => {
                let value = &values[0].value;
                format!("{value} {}", value.data_type())
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_value_is_what_its_client_declares_and_keeps_its_digits() {
        for (wire, text, meant) in [
            (Type::NUMERIC, "-0.0001", "-0.0001 Decimal128(38, 4)"),
            (Type::NUMERIC, "1E-10", "0.0000000001 Decimal128(38, 10)"),
            (Type::NUMERIC, "1.50", "1.50 Decimal128(38, 2)"),
            (Type::NUMERIC, "NaN", "NaN Float64"),
            (Type::NUMERIC_ARRAY, "{1.5,NULL,10.25}", "[1.50, , 10.25] List(Decimal128(38, 2))"),
            (Type::DATE_ARRAY, "{2025-01-31,NULL}", "[2025-01-31, ] List(Date32)"),
            (Type::TEXT_ARRAY, "{a,\"b,c\"}", "[a, b,c] List(Utf8)"),
            (Type::INT2, "7", "7 Int16"),
            (Type::BYTEA, "\\x01fF", "01FF Binary"),
            (Type::BYTEA, "\\001a\\\\", "01615C Binary"),
            (Type::UUID, "00000000-0000-0000-0000-000000000005", ""),
        ] {
            let own = arrow_type(&wire);
            let meant = if meant.is_empty() { format!("{text} Utf8") } else { meant.to_owned() };
            assert_eq!(read(wire.clone(), text, own), meant, "{wire} {text}");
        }
        // Where nothing is declared a value is of its place.
        let list = DataType::new_list(DataType::Utf8, true);
        assert_eq!(read(Type::UNKNOWN, "{7407,7401}", Some(list)), "[7407, 7401] List(Utf8)");
        assert_eq!(read(Type::UNKNOWN, "7", Some(DataType::Int64)), "7 Int64");
        // A decimal beside floating numbers is one of them.
        assert_eq!(read(Type::NUMERIC, "0.5", Some(DataType::Float64)), "0.5 Float64");
        for (wire, text) in [
            (Type::NUMERIC, "x"),
            (Type::INT4, "1.5"),
            (Type::DATE, "soon"),
            (Type::BYTEA, "\\xZZ"),
        ] {
            let told = read(wire.clone(), text, arrow_type(&wire));
            assert!(told.starts_with("Err(") && !told.contains("Internal"), "{told}");
        }
    }
}
