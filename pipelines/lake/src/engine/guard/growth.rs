//! Functions whose result can be far larger than what they are given: what it comes to is worked
//! out before it is made.

use crate::error::LakeError;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::kernels::length::length;
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};
use datafusion::prelude::SessionContext;
use std::sync::Arc;

/// The bytes that a function would make of its arguments.
type Estimate = fn(&Arguments<'_>) -> u64;

/// The functions, by name.
const GROWING: [(&str, Estimate); 12] = [
    ("repeat", |own| own.sum(|row| own.length(0, row).saturating_mul(own.number(1, row)))),
    ("lpad", padded),
    ("rpad", padded),
    ("array_repeat", |own| {
        let size = own.element_size();
        own.sum(|row| size.saturating_mul(own.number(1, row)))
    }),
    ("array_resize", |own| own.sum(|row| own.number(1, row).saturating_mul(16))),
    ("range", series),
    ("generate_series", series),
    ("replace", replaced),
    ("regexp_replace", |own| {
        own.sum(|row| {
            let text = own.length(0, row);
            text.saturating_add((text + 1).saturating_mul(own.length(2, row)))
        })
    }),
    ("array_to_string", |own| {
        own.sum(|row| own.length(0, row).saturating_mul(own.length(1, row) + own.length(2, row)))
    }),
    ("concat", joined),
    ("concat_ws", joined),
];

fn padded(own: &Arguments<'_>) -> u64 {
    let widest = if own.args.len() > 2 { 4 } else { 1 };
    own.sum(|row| own.number(1, row).saturating_mul(widest))
}

fn joined(own: &Arguments<'_>) -> u64 {
    own.sum(|row| (0..own.args.len()).map(|place| own.length(place, row)).sum())
}

/// The elements between two whole numbers.
fn series(own: &Arguments<'_>) -> u64 {
    own.sum(|row| {
        let given = |place: usize| own.signed(place, row).map(i128::from);
        let (start, stop) = match own.args.len() {
            1 => (0, given(0).unwrap_or_default()),
            _ => (given(0).unwrap_or_default(), given(1).unwrap_or_default()),
        };
        let step = given(2).unwrap_or(1).unsigned_abs().max(1);
        let elements = (stop - start).unsigned_abs() / step;
        u64::try_from(elements).unwrap_or(u64::MAX).saturating_mul(8)
    })
}

/// Counted where the bound is too high: most texts hold little of what is replaced.
fn replaced(own: &Arguments<'_>) -> u64 {
    let bound = own.sum(|row| {
        let (text, from, to) = (own.length(0, row), own.length(1, row), own.length(2, row));
        text.saturating_add((text / from.max(1) + 1).saturating_mul(to))
    });
    if bound <= own.most {
        return bound;
    }
    let texts: Option<Vec<ArrayRef>> = own.args.iter().take(2).map(as_texts).collect();
    let Some([text, from]) = texts.as_deref() else { return bound };
    own.sum(|row| {
        let text = text.as_string::<i64>().value(row.min(text.len().saturating_sub(1)));
        let from = from.as_string::<i64>().value(row.min(from.len().saturating_sub(1)));
        let found = text.matches(from).count() as u64;
        (text.len() as u64).saturating_add(found.saturating_mul(own.length(2, row)))
    })
}

fn as_texts(value: &ColumnarValue) -> Option<ArrayRef> {
    let array = one_or_all(value)?;
    cast(&array, &DataType::LargeUtf8).ok().filter(|texts| !texts.is_empty())
}

/// A value as an array: a constant as one row, whatever the number of rows.
fn one_or_all(value: &ColumnarValue) -> Option<ArrayRef> {
    match value {
        ColumnarValue::Array(array) => Some(Arc::clone(array)),
        ColumnarValue::Scalar(scalar) => scalar.to_array().ok(),
    }
}

/// What a function is given, as numbers to reckon with.
struct Arguments<'call> {
    args: &'call [ColumnarValue],
    rows: usize,
    most: u64,
    /// Bytes of texts and elements of lists.
    lengths: Vec<Option<ArrayRef>>,
    /// Whole numbers.
    numbers: Vec<Option<ArrayRef>>,
}

impl<'call> Arguments<'call> {
    fn of(call: &'call ScalarFunctionArgs, most: u64) -> Self {
        let whole = |array: &ArrayRef| {
            let options = CastOptions { safe: true, ..CastOptions::default() };
            cast_with_options(array, &DataType::Int64, &options).ok()
        };
        let arrays: Vec<Option<ArrayRef>> = call.args.iter().map(one_or_all).collect();
        let lengths = |array: &ArrayRef| length(array).ok().as_ref().and_then(whole);
        let numbers = |array: &ArrayRef| array.data_type().is_integer().then(|| whole(array));
        Self {
            args: &call.args,
            rows: call.number_rows,
            most,
            lengths: arrays.iter().map(|own| own.as_ref().and_then(lengths)).collect(),
            numbers: arrays.iter().map(|own| own.as_ref().and_then(numbers).flatten()).collect(),
        }
    }

    /// Over all rows; where all is constant there is one.
    fn sum(&self, each: impl Fn(usize) -> u64) -> u64 {
        let is_constant = self.args.iter().all(|own| matches!(own, ColumnarValue::Scalar(_)));
        let rows = if is_constant { 1 } else { self.rows };
        (0..rows).map(each).fold(0, u64::saturating_add)
    }

    fn value(columns: &[Option<ArrayRef>], place: usize, row: usize) -> Option<i64> {
        let column = columns.get(place)?.as_ref()?.as_primitive::<Int64Type>();
        let row = if column.len() == 1 { 0 } else { row };
        (row < column.len() && column.is_valid(row)).then(|| column.value(row))
    }

    fn length(&self, place: usize, row: usize) -> u64 {
        Self::value(&self.lengths, place, row).unwrap_or_default().max(0) as u64
    }

    /// A whole number that is not below zero.
    fn number(&self, place: usize, row: usize) -> u64 {
        self.signed(place, row).unwrap_or_default().max(0) as u64
    }

    fn signed(&self, place: usize, row: usize) -> Option<i64> {
        Self::value(&self.numbers, place, row)
    }

    /// Bytes of a value of the first argument, on average.
    fn element_size(&self) -> u64 {
        match self.args.first() {
            Some(ColumnarValue::Scalar(scalar)) => match scalar.data_type().primitive_width() {
                Some(width) => width as u64,
                None => scalar.size() as u64,
            },
            Some(ColumnarValue::Array(array)) => {
                (array.get_array_memory_size() / array.len().max(1)) as u64
            }
            None => 0,
        }
        .max(8)
    }
}

/// Puts functions that refuse to make far more than they are given in the place of those of a
/// session.
pub fn bound_functions(context: &SessionContext, memory_bytes: usize) {
    for function in context.state().scalar_functions().values() {
        if let Some(bounded) = bounded(function, memory_bytes) {
            context.register_udf(bounded);
        }
    }
}

/// The function that refuses what is too much, where one of this name can make it.
fn bounded(function: &Arc<ScalarUDF>, memory_bytes: usize) -> Option<ScalarUDF> {
    let found = GROWING.iter().find(|(name, _)| *name == function.name())?;
    let name = found.0;
    // What is made is held beside what it was made of and what becomes of it.
    let most = memory_bytes as u64 / 4;
    Some(ScalarUDF::from(Bounded { inner: Arc::clone(function), name, most }))
}

/// A function that is asked first what it would make.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    name: &'static str,
    most: u64,
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        self.inner.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn is_strict(&self) -> bool {
        self.inner.inner().is_strict()
    }

    fn with_updated_config(&self, config: &ConfigOptions) -> Option<ScalarUDF> {
        let inner = Arc::new(self.inner.inner().with_updated_config(config)?);
        Some(ScalarUDF::from(Self { inner, name: self.name, most: self.most }))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let estimate = GROWING.iter().find(|(name, _)| *name == self.name).map(|(_, own)| own);
        let arguments = Arguments::of(&args, self.most);
        let bytes = estimate.map_or(0, |estimate| estimate(&arguments));
        if bytes > self.most {
            let (name, most) = (self.name, self.most >> 20);
            let message = match bytes >> 20 {
                mebibytes if bytes < u64::MAX => {
                    format!("`{name}` would make {mebibytes} MiB at once; {most} MiB are allowed")
                }
                _ => format!("`{name}` would make more than memory can hold"),
            };
            let error = LakeError::limit(message, LakeError::MORE_MEMORY);
            return Err(DataFusionError::External(Box::new(error)));
        }
        self.inner.invoke_with_args(args)
    }

    fn simplify(&self, args: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.inner.simplify(args, context)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }
}
