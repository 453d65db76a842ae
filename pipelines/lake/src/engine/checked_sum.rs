//! Sums that are right or an error: the engine's own wrap around.
//!
//! Whole numbers and durations are added up as decimals, long decimals as longer ones; a sum that
//! does not fit into the type of the result is refused.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Field, FieldRef};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature,
};
use std::sync::Arc;

/// The type in which a sum of a type is added up, where its own could wrap around; `None` for
/// numbers that have no end (floating point) or too few digits to reach it.
fn wide(sum: &DataType) -> Option<DataType> {
    match sum {
        DataType::Int64 | DataType::UInt64 | DataType::Duration(_) => {
            Some(DataType::Decimal128(DECIMAL128_MAX_PRECISION, 0))
        }
        // Decimals of 28 digits at most have room for ten thousand million rows.
        DataType::Decimal128(DECIMAL128_MAX_PRECISION, scale) => {
            Some(DataType::Decimal256(DECIMAL128_MAX_PRECISION + 20, *scale))
        }
        _ => None,
    }
}

/// `sum`, in which what could wrap around is added up in a wider type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CheckedSum {
    inner: Arc<AggregateUDF>,
}

impl CheckedSum {
    pub(super) fn function() -> AggregateUDF {
        AggregateUDF::from(Self { inner: sum_udaf() })
    }

    /// What the engine's own sum is told of the wide type, in place of `args`.
    fn widened<T>(
        wide: &DataType,
        args: AccumulatorArgs<'_>,
        make: impl FnOnce(AccumulatorArgs<'_>) -> Result<T>,
    ) -> Result<T> {
        let fields: Vec<FieldRef> =
            args.expr_fields.iter().map(|field| of_type(field, wide)).collect();
        let return_field = of_type(&args.return_field, wide);
        make(AccumulatorArgs { return_field, expr_fields: &fields, ..args })
    }
}

fn of_type(field: &FieldRef, data_type: &DataType) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(data_type.clone()))
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        if types.iter().any(|own| matches!(own, DataType::Interval(_))) {
            return plan_err!("intervals have no sum; sum their days or months as numbers");
        }
        self.inner.return_type(types)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let Some(wide) = wide(args.return_field.data_type()) else {
            return self.inner.accumulator(args);
        };
        let sum = args.return_field.data_type().clone();
        let inner = Self::widened(&wide, args, |args| self.inner.accumulator(args))?;
        Ok(Box::new(WholeSum { inner, types: Types { wide, sum } }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let Some(wide) = wide(args.return_field.data_type()) else {
            return self.inner.create_sliding_accumulator(args);
        };
        let sum = args.return_field.data_type().clone();
        let inner = Self::widened(&wide, args, |args| self.inner.create_sliding_accumulator(args))?;
        Ok(Box::new(WholeSum { inner, types: Types { wide, sum } }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let Some(wide) = wide(args.return_field.data_type()) else {
            return self.inner.state_fields(args);
        };
        let fields: Vec<FieldRef> =
            args.input_fields.iter().map(|field| of_type(field, &wide)).collect();
        let return_field = of_type(&args.return_field, &wide);
        self.inner.state_fields(StateFieldsArgs { return_field, input_fields: &fields, ..args })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let Some(wide) = wide(args.return_field.data_type()) else {
            return self.inner.create_groups_accumulator(args);
        };
        let sum = args.return_field.data_type().clone();
        let inner = Self::widened(&wide, args, |args| self.inner.create_groups_accumulator(args))?;
        Ok(Box::new(WholeSums { inner, types: Types { wide, sum } }))
    }
}

/// The type that is added up, and that of the result.
#[derive(Debug)]
struct Types {
    wide: DataType,
    sum: DataType,
}

impl Types {
    fn widen(&self, values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let widen = |values: &ArrayRef| match values.data_type() {
            DataType::Duration(_) => cast(&cast(values, &DataType::Int64)?, &self.wide),
            _ => cast(values, &self.wide),
        };
        values.iter().map(|values| Ok(widen(values)?)).collect()
    }

    fn narrow(&self, sums: &ArrayRef) -> Result<ArrayRef> {
        let options = CastOptions { safe: false, ..CastOptions::default() };
        let narrow = |sums: &ArrayRef| match &self.sum {
            DataType::Duration(_) => {
                cast(&cast_with_options(sums, &DataType::Int64, &options)?, &self.sum)
            }
            sum => cast_with_options(sums, sum, &options),
        };
        narrow(sums).map_err(|_| match &self.sum {
            DataType::Decimal128(digits, _) => {
                DataFusionError::Execution(format!("a sum does not fit into {digits} digits"))
            }
            _ => DataFusionError::Execution(
                "a sum does not fit into 64 bits; sum a decimal: sum(cast(x as decimal(38, 0)))"
                    .into(),
            ),
        })
    }
}

/// A sum.
#[derive(Debug)]
struct WholeSum {
    inner: Box<dyn Accumulator>,
    types: Types,
}

impl Accumulator for WholeSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(&self.types.widen(values)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = self.inner.evaluate()?.to_array()?;
        ScalarValue::try_from_array(&self.types.narrow(&sum)?, 0)
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
        self.inner.retract_batch(&self.types.widen(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

/// Sums by group.
struct WholeSums {
    inner: Box<dyn GroupsAccumulator>,
    types: Types,
}

impl GroupsAccumulator for WholeSums {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.inner.update_batch(&self.types.widen(values)?, groups, filter, total)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.types.narrow(&self.inner.evaluate(emit_to)?)
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
        self.inner.convert_to_state(&self.types.widen(values)?, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
