//! Arithmetic of whole numbers that is right or an error: the engine's own wraps at 64 bits.
//!
//! `+`, `-` (also of one), `*`, `<<` and `>>` of whole numbers become functions that refuse what
//! does not fit; days that are added to a date are as many as a calendar has.

use arrow::array::{ArrayRef, AsArray, Decimal128Array};
use arrow::compute::kernels::numeric;
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use arrow::error::ArrowError;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, ScalarValue, exec_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, cast as cast_expression,
};

/// Whole numbers as they are shifted.
const WIDE: DataType = DataType::Decimal128(38, 0);

/// Puts checked functions in the place of operators on whole numbers.
#[derive(Debug)]
pub(super) struct CheckedArithmetic;

impl FunctionRewrite for CheckedArithmetic {
    fn name(&self) -> &str {
        "checked_arithmetic"
    }

    fn rewrite(
        &self,
        expression: Expr,
        schema: &DFSchema,
        _: &ConfigOptions,
    ) -> Result<Transformed<Expr>> {
        if let Expr::Negative(operand) = &expression {
            return Checked::negated(operand, schema)
                .map_or_else(|| Ok(Transformed::no(expression.clone())), Ok);
        }
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = &expression else {
            return Ok(Transformed::no(expression));
        };
        use Operator::{BitwiseShiftLeft, BitwiseShiftRight, Minus, Multiply, Plus};
        if !matches!(op, Plus | Minus | Multiply | BitwiseShiftLeft | BitwiseShiftRight) {
            return Ok(Transformed::no(expression));
        }
        // An operand without a type is a mistake that the engine tells by itself.
        let (Ok(one), Ok(other)) = (type_of(left, schema), type_of(right, schema)) else {
            return Ok(Transformed::no(expression));
        };
        let is_date = matches!(one, DataType::Date32 | DataType::Date64);
        if is_date && other.is_integer() && matches!(op, Plus | Minus) {
            let days = Expr::clone(right);
            return Ok(Days::rewritten(&expression, days));
        }
        let Some(data_type) = wider(&one, &other) else { return Ok(Transformed::no(expression)) };
        let checked = Checked::new(*op, data_type);
        // A long chain of constants would be walked again at each step of it.
        if let (Expr::Literal(one, _), Expr::Literal(other, _)) = (&**left, &**right)
            && let Ok(found) = checked.of_constants(one, other)
        {
            return Ok(Transformed::yes(Expr::Literal(found, None)));
        }
        let function = ScalarUDF::from(checked);
        Ok(Transformed::yes(function.call(vec![(**left).clone(), (**right).clone()])))
    }
}

/// The type of an operand; one of ours knows it without asking all that stands in it.
fn type_of(operand: &Expr, schema: &DFSchema) -> Result<DataType> {
    if let Expr::ScalarFunction(call) = operand
        && let Some(own) = call.func.inner().downcast_ref::<Checked>()
    {
        return Ok(own.data_type.clone());
    }
    operand.get_type(schema)
}

/// The type in which the engine adds whole numbers of two types; `None` for any other, and for
/// those with a sign beside those without.
fn wider(one: &DataType, other: &DataType) -> Option<DataType> {
    use DataType::{Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64};
    [[Int8, Int16, Int32, Int64], [UInt8, UInt16, UInt32, UInt64]].iter().find_map(|types| {
        let place = |wanted: &DataType| types.iter().position(|own| own == wanted);
        types.get(place(one)?.max(place(other)?)).cloned()
    })
}

/// An operator on whole numbers that refuses what does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Checked {
    operator: Operator,
    data_type: DataType,
    signature: Signature,
}

impl Checked {
    fn new(operator: Operator, data_type: DataType) -> Self {
        let types = vec![data_type.clone(), data_type.clone()];
        Self { operator, data_type, signature: Signature::exact(types, Volatility::Immutable) }
    }

    /// A whole number with the other sign: taken from nought.
    fn negated(operand: &Expr, schema: &DFSchema) -> Option<Transformed<Expr>> {
        let data_type = type_of(operand, schema).ok()?;
        if !data_type.is_signed_integer() {
            return None;
        }
        let zero = ScalarValue::new_zero(&data_type).ok()?;
        let checked = Self::new(Operator::Minus, data_type);
        if let Expr::Literal(own, _) = operand
            && let Ok(found) = checked.of_constants(&zero, own)
        {
            return Some(Transformed::yes(Expr::Literal(found, None)));
        }
        let operands = vec![Expr::Literal(zero, None), operand.clone()];
        Some(Transformed::yes(ScalarUDF::from(checked).call(operands)))
    }

    fn of_columns(&self, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
        let (left, right) = (cast(left, &self.data_type)?, cast(right, &self.data_type)?);
        Ok(match self.operator {
            Operator::Plus => numeric::add(&left, &right),
            Operator::Minus => numeric::sub(&left, &right),
            Operator::BitwiseShiftLeft => self.shifted(&left, &right, |own, by| own << by),
            Operator::BitwiseShiftRight => self.shifted(&left, &right, |own, by| own >> by),
            _ => numeric::mul(&left, &right),
        }?)
    }

    /// Bits that are shifted, none of them out of the type.
    fn shifted(
        &self,
        left: &ArrayRef,
        right: &ArrayRef,
        shift: impl Fn(i128, u32) -> i128,
    ) -> Result<ArrayRef, ArrowError> {
        let (left, right) = (cast(left, &WIDE)?, cast(right, &WIDE)?);
        let pairs = left.as_primitive::<Decimal128Type>().iter();
        let pairs = pairs.zip(right.as_primitive::<Decimal128Type>());
        let shifted: Result<Decimal128Array, ArrowError> = pairs
            .map(|pair| {
                let (Some(own), Some(by)) = pair else { return Ok(None) };
                match u32::try_from(by) {
                    Ok(by) if by < 64 => Ok(Some(shift(own, by))),
                    _ => Err(ArrowError::ArithmeticOverflow(format!("shift by {by} bits"))),
                }
            })
            .collect();
        let shifted = shifted?.with_data_type(WIDE);
        let options = CastOptions { safe: false, ..CastOptions::default() };
        cast_with_options(&shifted, &self.data_type, &options)
    }

    fn of_constants(&self, one: &ScalarValue, other: &ScalarValue) -> Result<ScalarValue> {
        let found = self.of_columns(&one.to_array()?, &other.to_array()?)?;
        ScalarValue::try_from_array(&found, 0)
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.operator {
            Operator::Plus => "checked_add",
            Operator::Minus => "checked_subtract",
            Operator::BitwiseShiftLeft => "checked_shift_left",
            Operator::BitwiseShiftRight => "checked_shift_right",
            _ => "checked_multiply",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.data_type.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = args.args.iter().all(|own| matches!(own, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [left, right] = arrays.as_slice() else {
            return Err(DataFusionError::Internal("an operand is gone".into()));
        };
        let found = self.of_columns(left, right)?;
        Ok(if is_scalar {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&found, 0)?)
        } else {
            ColumnarValue::Array(found)
        })
    }
}

/// Most days that are added to a date: more than any calendar has.
const MOST_DAYS: i64 = 100_000_000;

/// A number of days, which the engine multiplies to a duration.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Days {
    signature: Signature,
}

impl Days {
    /// An addition or subtraction with the days behind it checked.
    fn rewritten(expression: &Expr, days: Expr) -> Transformed<Expr> {
        let is_checked = match &days {
            Expr::ScalarFunction(call) => call.func.inner().is::<Self>(),
            _ => false,
        };
        let Expr::BinaryExpr(BinaryExpr { left, op, .. }) = expression else {
            return Transformed::no(days);
        };
        if is_checked {
            return Transformed::no(expression.clone());
        }
        let signature = Signature::exact(vec![DataType::Int64], Volatility::Immutable);
        let function = ScalarUDF::from(Self { signature });
        let days = function.call(vec![cast_expression(days, DataType::Int64)]);
        let binary = BinaryExpr::new(left.clone(), *op, Box::new(days));
        Transformed::yes(Expr::BinaryExpr(binary))
    }
}

impl ScalarUDFImpl for Days {
    fn name(&self) -> &str {
        "checked_days"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [days] = <[ColumnarValue; 1]>::try_from(args.args)
            .map_err(|_| DataFusionError::Internal("an operand is gone".into()))?;
        let given = days.to_array(1)?;
        let too_many = |days: &i64| days.unsigned_abs() > MOST_DAYS.unsigned_abs();
        match given.as_primitive::<Int64Type>().iter().flatten().find(too_many) {
            Some(many) => exec_err!("date arithmetic overflow: {many} days"),
            None => Ok(days),
        }
    }
}
