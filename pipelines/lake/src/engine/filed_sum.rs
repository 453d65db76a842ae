//! `filed_sum(a, b, ...)` and `blank_count(a, b, ...)` in SQL: the one place for sums over fields
//! some of which may be blank. Rules: `sql/README.md` N2.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use std::sync::Arc;

/// What is worked out over the fields of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Answer {
    /// The sum of those that are filed; null where none is.
    Sum,
    /// How many are blank; null where all are.
    Blanks,
}

/// A function over optional fields of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FiledFields {
    signature: Signature,
    answer: Answer,
}

impl FiledFields {
    /// `filed_sum`: a blank field counts as zero beside one that is filed.
    pub(crate) fn sum() -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable), answer: Answer::Sum }
    }

    /// `blank_count`: how many fields `filed_sum` counts as zero.
    pub(crate) fn blanks() -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable), answer: Answer::Blanks }
    }
}

impl ScalarUDFImpl for FiledFields {
    fn name(&self) -> &str {
        match self.answer {
            Answer::Sum => "filed_sum",
            Answer::Blanks => "blank_count",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::error::Result<DataType> {
        Ok(match self.answer {
            Answer::Sum => DataType::Float64,
            Answer::Blanks => DataType::Int64,
        })
    }

    fn invoke_with_args(
        &self,
        args: ScalarFunctionArgs,
    ) -> datafusion::error::Result<ColumnarValue> {
        let rows = args.number_rows;
        let fields = args.args.iter().map(|field| {
            let field = field.to_array(rows)?;
            Ok(arrow::compute::cast(&field, &DataType::Float64)?)
        });
        let fields = fields.collect::<Result<Vec<ArrayRef>, DataFusionError>>()?;
        let fields: Vec<&Float64Array> =
            fields.iter().map(|field| field.as_primitive::<Float64Type>()).collect();
        let filed = |row: usize| fields.iter().filter(move |field| field.is_valid(row));
        let answer: ArrayRef = match self.answer {
            Answer::Sum => Arc::new(Float64Array::from_iter((0..rows).map(|row| {
                filed(row).map(|field| field.value(row)).reduce(|sum, value| sum + value)
            }))),
            Answer::Blanks => Arc::new(Int64Array::from_iter((0..rows).map(|row| {
                let own = filed(row).count();
                (own > 0).then_some((fields.len() - own) as i64)
            }))),
        };
        Ok(ColumnarValue::Array(answer))
    }
}
