//! Rows that stopped counting one by one: replaced by a newer row of their key, or ended on a day.
//!
//! They are few beside those that count, and only data files of the submissions that hold them are
//! asked: a row is looked up by its file and place, and by its key only where one stands there.

use crate::error::LakeError;
use crate::ledger::row_key;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, when,
};
use datafusion::prelude::ident;
use koridor_contract::{Contract, VALID_TO};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// In the place of the day on which a row ends: it does not count at all.
const REPLACED: i32 = i32::MIN;

/// A row of a file: its number, the hash of its sheet and key, and its last day.
type Place = (i64, u64, i32);

/// Rows of one dataset that stopped counting, by their file.
#[derive(Debug, Clone)]
pub(crate) struct RowFates {
    dataset: String,
    files: Arc<BTreeMap<String, Vec<Place>>>,
}

impl RowFates {
    /// From the rows of `sql/queries/superseded_rows_of_dataset.sql`.
    pub(super) fn of(dataset: &str, rows: &[RecordBatch]) -> Result<Self, LakeError> {
        let mut files: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for rows in rows {
            let texts = |column: usize| rows.column(column).as_string::<i32>();
            let (files_of, sheets, keys) = (texts(0), texts(1), texts(3));
            let numbers = rows.column(2).as_primitive::<Int64Type>();
            let days = rows.column(4).as_primitive::<Date32Type>();
            for row in 0..rows.num_rows() {
                let day = if days.is_valid(row) { days.value(row) } else { REPLACED };
                let hash = hash_of(sheets.value(row), keys.value(row));
                let place = (numbers.value(row), hash, day);
                match files.get_mut(files_of.value(row)) {
                    Some(places) => places.push(place),
                    None => {
                        files.insert(files_of.value(row).to_owned(), vec![place]);
                    }
                }
            }
        }
        // Of one row's fates the replaced one is first, then the earliest day.
        files.values_mut().for_each(|places| places.sort_unstable());
        Ok(Self { dataset: dataset.to_owned(), files: Arc::new(files) })
    }

    /// Rows of a plan without those that were replaced; those that were ended hold until their day.
    pub(super) fn apply(
        &self,
        contract: &Contract,
        plan: LogicalPlanBuilder,
    ) -> Result<LogicalPlan, LakeError> {
        let key = contract.primary_key.iter().map(String::as_str);
        let columns: Vec<Expr> =
            ["src_file_sha256", "src_sheet", "src_row"].into_iter().chain(key).map(ident).collect();
        let own = |name| RowFate::function(name, self.clone(), contract);
        let is_replaced = own(IS_REPLACED).call(columns.clone());
        let plan = plan.filter(Expr::Not(Box::new(is_replaced)))?;
        if contract.field_index(VALID_TO).is_none() {
            return Ok(plan.build()?);
        }
        let ended_on = own(ENDED_ON).call(columns);
        let until = ident(VALID_TO);
        let is_earlier = until.clone().is_null().or(until.clone().gt(ended_on.clone()));
        let is_ended = ended_on.clone().is_not_null().and(is_earlier);
        let until = when(is_ended, ended_on).otherwise(until)?.alias(VALID_TO);
        let names: Vec<String> = plan.schema().fields().iter().map(|f| f.name().clone()).collect();
        let columns = names.iter().map(|name| match name.as_str() {
            VALID_TO => until.clone(),
            name => ident(name),
        });
        Ok(plan.project(columns)?.build()?)
    }

    /// The fate of each row of a batch, from the columns of its address and key.
    fn of_rows(
        &self,
        names: &[String],
        columns: &[ArrayRef],
    ) -> Result<Vec<Option<i32>>, LakeError> {
        let [files, sheets, numbers, keys @ ..] = columns else {
            return Err(LakeError::Internal("a row's address has three columns".into()));
        };
        let (files, sheets) = (files.as_string::<i32>(), sheets.as_string::<i32>());
        let numbers = numbers.as_primitive::<Int64Type>();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        // Rows of one file stand beside each other.
        let mut last: (&str, Option<&Vec<Place>>) = ("", None);
        let mut fates = vec![None; files.len()];
        for (row, fate) in fates.iter_mut().enumerate() {
            let file = files.value(row);
            if file != last.0 {
                last = (file, self.files.get(file));
            }
            let Some(places) = last.1 else { continue };
            let number = numbers.value(row);
            let first = places.partition_point(|place| place.0 < number);
            if places.get(first).is_none_or(|place| place.0 != number) {
                continue;
            }
            let sheet = if sheets.is_valid(row) { sheets.value(row) } else { "" };
            let hash = hash_of(sheet, &row_key(&names, keys, row)?);
            let at = places.partition_point(|place| (place.0, place.1) < (number, hash));
            *fate =
                places.get(at).filter(|place| (place.0, place.1) == (number, hash)).map(|p| p.2);
        }
        Ok(fates)
    }
}

fn hash_of(sheet: &str, key: &str) -> u64 {
    xxh3_64(format!("{sheet}\u{1f}{key}").as_bytes())
}

const IS_REPLACED: &str = "is_replaced_row";
const ENDED_ON: &str = "row_ended_on";

/// `is_replaced_row(...)` and `row_ended_on(...)` of a row's address and key.
#[derive(Debug)]
struct RowFate {
    name: &'static str,
    signature: Signature,
    fates: RowFates,
    key: Vec<String>,
}

impl RowFate {
    fn function(name: &'static str, fates: RowFates, contract: &Contract) -> ScalarUDF {
        let key = contract.primary_key.clone();
        let signature = Signature::any(3 + key.len(), Volatility::Immutable);
        ScalarUDF::from(Self { name, signature, fates, key })
    }
}

// The rows are many and belong to one snapshot: a plan compares which they are, not what they hold.
impl PartialEq for RowFate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.fates.files, &other.fates.files)
    }
}

impl Eq for RowFate {}

impl Hash for RowFate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, &self.fates.dataset).hash(state);
    }
}

impl ScalarUDFImpl for RowFate {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::error::Result<DataType> {
        Ok(if self.name == ENDED_ON { DataType::Date32 } else { DataType::Boolean })
    }

    fn invoke_with_args(
        &self,
        args: ScalarFunctionArgs,
    ) -> datafusion::error::Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let columns = columns
            .into_iter()
            .map(|column| match column.data_type() {
                DataType::Utf8View | DataType::LargeUtf8 => {
                    Ok(arrow::compute::cast(&column, &DataType::Utf8)?)
                }
                _ => Ok(column),
            })
            .collect::<datafusion::error::Result<Vec<_>>>()?;
        let fates = self.fates.of_rows(&self.key, &columns);
        let fates = fates.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(ColumnarValue::Array(if self.name == ENDED_ON {
            let days = fates.into_iter().map(|fate| fate.filter(|day| *day != REPLACED));
            Arc::new(Date32Array::from_iter(days))
        } else {
            let is_replaced = fates.into_iter().map(|fate| Some(fate == Some(REPLACED)));
            Arc::new(BooleanArray::from_iter(is_replaced))
        }))
    }
}
