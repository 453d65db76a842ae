//! Arithmetic of whole numbers that is right or an error: the engine's own wraps at 64 bits.
//!
//! `+`, `-` and `*` of whole numbers become functions that refuse what does not fit. `sum` adds
//! them up as decimals and refuses a sum that is no whole number of 64 bits.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::kernels::numeric;
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::{DataFusionError, Result};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, BinaryExpr, ColumnarValue, EmitTo, Expr,
    ExprSchemable, GroupsAccumulator, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use std::sync::Arc;

/// Whole numbers as they are added up.
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
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = &expression else {
            return Ok(Transformed::no(expression));
        };
        if !matches!(op, Operator::Plus | Operator::Minus | Operator::Multiply) {
            return Ok(Transformed::no(expression));
        }
        // An operand without a type is a mistake that the engine tells by itself.
        let (Ok(one), Ok(other)) = (left.get_type(schema), right.get_type(schema)) else {
            return Ok(Transformed::no(expression));
        };
        let Some(data_type) = wider(&one, &other) else { return Ok(Transformed::no(expression)) };
        let function = ScalarUDF::from(Checked::new(*op, data_type));
        Ok(Transformed::yes(function.call(vec![(**left).clone(), (**right).clone()])))
    }
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
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.operator {
            Operator::Plus => "checked_add",
            Operator::Minus => "checked_subtract",
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
        let wide = |place: usize| -> Result<ArrayRef> {
            let missing = || DataFusionError::Internal("an operand is gone".into());
            Ok(cast(arrays.get(place).ok_or_else(missing)?, &self.data_type)?)
        };
        let (left, right) = (wide(0)?, wide(1)?);
        let found = match self.operator {
            Operator::Plus => numeric::add(&left, &right),
            Operator::Minus => numeric::sub(&left, &right),
            _ => numeric::mul(&left, &right),
        }?;
        Ok(if is_scalar {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&found, 0)?)
        } else {
            ColumnarValue::Array(found)
        })
    }
}

/// `sum`, in which whole numbers are added up as decimals.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CheckedSum {
    inner: Arc<AggregateUDF>,
}

impl CheckedSum {
    pub(super) fn function() -> AggregateUDF {
        AggregateUDF::from(Self { inner: sum_udaf() })
    }

    /// What the engine's own sum is told of whole numbers, in place of `args`.
    fn widened<T>(
        args: AccumulatorArgs<'_>,
        make: impl FnOnce(AccumulatorArgs<'_>) -> Result<T>,
    ) -> Result<T> {
        let fields: Vec<FieldRef> = args.expr_fields.iter().map(widened_field).collect();
        let return_field = widened_field(&args.return_field);
        make(AccumulatorArgs { return_field, expr_fields: &fields, ..args })
    }
}

fn widened_field(field: &FieldRef) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(WIDE))
}

fn is_whole(return_field: &FieldRef) -> bool {
    *return_field.data_type() == DataType::Int64
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if !is_whole(&args.return_field) {
            return self.inner.accumulator(args);
        }
        let inner = Self::widened(args, |args| self.inner.accumulator(args))?;
        Ok(Box::new(WholeSum { inner }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if !is_whole(&args.return_field) {
            return self.inner.create_sliding_accumulator(args);
        }
        let inner = Self::widened(args, |args| self.inner.create_sliding_accumulator(args))?;
        Ok(Box::new(WholeSum { inner }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if !is_whole(&args.return_field) {
            return self.inner.state_fields(args);
        }
        let fields: Vec<FieldRef> = args.input_fields.iter().map(widened_field).collect();
        let return_field = widened_field(&args.return_field);
        self.inner.state_fields(StateFieldsArgs { return_field, input_fields: &fields, ..args })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        if !is_whole(&args.return_field) {
            return self.inner.create_groups_accumulator(args);
        }
        let inner = Self::widened(args, |args| self.inner.create_groups_accumulator(args))?;
        Ok(Box::new(WholeSums { inner }))
    }
}

/// Whole numbers as decimals.
fn wide(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    values.iter().map(|values| Ok(cast(values, &WIDE)?)).collect()
}

/// Decimals as whole numbers.
fn whole(sums: &ArrayRef) -> Result<ArrayRef> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(sums, &DataType::Int64, &options).map_err(|_| overflow())
}

fn overflow() -> DataFusionError {
    DataFusionError::Execution(
        "a sum does not fit into 64 bits; sum a decimal: sum(cast(x as decimal(38, 0)))".into(),
    )
}

/// A sum of whole numbers.
#[derive(Debug)]
struct WholeSum {
    inner: Box<dyn Accumulator>,
}

impl Accumulator for WholeSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(&wide(values)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = self.inner.evaluate()?.to_array()?;
        ScalarValue::try_from_array(&whole(&sum)?, 0)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.retract_batch(&wide(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

/// Sums of whole numbers by group.
struct WholeSums {
    inner: Box<dyn GroupsAccumulator>,
}

impl GroupsAccumulator for WholeSums {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.inner.update_batch(&wide(values)?, groups, filter, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        whole(&self.inner.evaluate(emit_to)?)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.inner.merge_batch(values, groups, total)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(&wide(values)?, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
