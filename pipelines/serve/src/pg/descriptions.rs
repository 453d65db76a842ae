//! Comments in `pg_catalog`: `pg_description`, and the functions that read it; with the functions
//! that clients call and the catalogue lacks.

use super::settings::VERSION;
use arrow::array::{Array, AsArray};
use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use datafusion::catalog::{
    CatalogProvider, MemTable, MemoryCatalogProvider, SchemaProvider, TableProvider,
};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::SessionContext;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Comments by table and column; column 0 is the table itself.
pub(super) type Descriptions = BTreeMap<(i32, i32), String>;

/// The number of `pg_class` itself, to whose rows comments belong.
const PG_CLASS: i32 = 1259;

/// What functions answer that tell nothing here.
const CONSTANT: [(&str, Option<&str>); 9] = [
    ("version", Some(concat!("PostgreSQL 16.6 (Koridor ", env!("CARGO_PKG_VERSION"), ")"))),
    ("shobj_description", None),
    ("inet_server_addr", None),
    ("inet_client_addr", None),
    ("pg_get_viewdef", None),
    ("pg_get_triggerdef", None),
    ("pg_get_ruledef", None),
    ("pg_get_function_identity_arguments", None),
    ("pg_advisory_unlock_all", None),
];

/// Puts comments and functions into a session.
pub(super) fn register(
    context: &SessionContext,
    database: &Arc<MemoryCatalogProvider>,
    descriptions: &Arc<Descriptions>,
) -> Result<()> {
    for (name, is_column) in [("obj_description", false), ("col_description", true)] {
        context.register_udf(ScalarUDF::from(Describe::new(name, is_column, descriptions)));
    }
    let texts = CONSTANT.map(|(name, answer)| (name, ScalarValue::from(answer)));
    // There are no types of extensions here, and every function is seen.
    let others = [
        ("to_regtype", ScalarValue::Int32(None)),
        ("pg_function_is_visible", ScalarValue::from(true)),
    ];
    for (name, answer) in texts.into_iter().chain(others) {
        context.register_udf(ScalarUDF::from(Constant::new(name, answer)));
    }
    context.register_udf(ScalarUDF::from(SetConfig::new("set_config", 1)));
    let Some(inner) = database.schema("pg_catalog") else { return Ok(()) };
    let table = Arc::new(table(descriptions)?);
    database.register_schema("pg_catalog", Arc::new(WithDescriptions { inner, table }))?;
    Ok(())
}

/// `pg_description`.
fn table(descriptions: &Descriptions) -> Result<MemTable> {
    let number = |name: &str| Field::new(name, DataType::Int32, false);
    let text = Field::new("description", DataType::Utf8, false);
    let fields = vec![number("objoid"), number("classoid"), number("objsubid"), text];
    let schema = Arc::new(Schema::new(fields));
    let column = |pick: fn(&(i32, i32)) -> i32| -> ArrayRef {
        Arc::new(Int32Array::from_iter_values(descriptions.keys().map(pick)))
    };
    let columns = vec![
        column(|(table, _)| *table),
        column(|_| PG_CLASS),
        column(|(_, column)| *column),
        Arc::new(StringArray::from_iter_values(descriptions.values())) as ArrayRef,
    ];
    let rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    MemTable::try_new(schema, vec![vec![rows]])
}

/// `pg_catalog` with comments.
#[derive(Debug)]
struct WithDescriptions {
    inner: Arc<dyn SchemaProvider>,
    table: Arc<MemTable>,
}

#[async_trait::async_trait]
impl SchemaProvider for WithDescriptions {
    fn table_names(&self) -> Vec<String> {
        self.inner.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        match name {
            "pg_description" => Ok(Some(Arc::clone(&self.table) as _)),
            _ => self.inner.table(name).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.inner.table_exist(name)
    }
}

/// `obj_description` and `col_description`.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Describe {
    name: &'static str,
    is_column: bool,
    descriptions: Arc<Descriptions>,
    signature: Signature,
}

impl Describe {
    fn new(name: &'static str, is_column: bool, descriptions: &Arc<Descriptions>) -> Self {
        let signature = Signature::variadic_any(Volatility::Stable);
        Self { name, is_column, descriptions: Arc::clone(descriptions), signature }
    }
}

impl ScalarUDFImpl for Describe {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let numbers = |at: usize| -> Result<ArrayRef> {
            let Some(own) = args.args.get(at) else {
                return Err(DataFusionError::Plan(format!("`{}` needs a number", self.name)));
            };
            Ok(cast(&own.to_array(args.number_rows)?, &DataType::Int32)?)
        };
        let tables = numbers(0)?;
        let columns = if self.is_column { Some(numbers(1)?) } else { None };
        let tables = tables.as_primitive::<Int32Type>();
        let text = |row: usize| {
            let column = match &columns {
                Some(own) => own.as_primitive::<Int32Type>().value(row),
                None => 0,
            };
            let is_given = tables.is_valid(row);
            is_given.then(|| self.descriptions.get(&(tables.value(row), column))).flatten()
        };
        let texts: StringArray = (0..tables.len()).map(text).collect();
        Ok(ColumnarValue::Array(Arc::new(texts)))
    }
}

/// A function that answers the same whatever it is asked.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Constant {
    name: &'static str,
    answer: ScalarValue,
    signature: Signature,
}

impl Constant {
    fn new(name: &'static str, answer: ScalarValue) -> Self {
        let signature = Signature::one_of(
            vec![
                datafusion::logical_expr::TypeSignature::Nullary,
                datafusion::logical_expr::TypeSignature::VariadicAny,
            ],
            Volatility::Stable,
        );
        Self { name, answer, signature }
    }
}

impl ScalarUDFImpl for Constant {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.answer.data_type())
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Scalar(self.answer.clone()))
    }
}

/// A function that answers one of its arguments: `set_config` sets nothing here.
#[derive(Debug, PartialEq, Eq, Hash)]
struct SetConfig {
    name: &'static str,
    place: usize,
    signature: Signature,
}

impl SetConfig {
    fn new(name: &'static str, place: usize) -> Self {
        Self { name, place, signature: Signature::variadic_any(Volatility::Stable) }
    }
}

impl ScalarUDFImpl for SetConfig {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.get(self.place) {
            Some(own) => own.cast_to(&DataType::Utf8, None),
            None => Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(VERSION.to_owned())))),
        }
    }
}
