//! How the engine compiles what contracts say in SQL: row rules, rules over a file, themes.

use super::session::Engine;
use crate::error::LakeError;
use arrow::array::{AsArray, BooleanArray, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use datafusion::common::DFSchema;
use datafusion::error::DataFusionError;
use datafusion::physical_plan::PhysicalExpr;
use koridor_contract::check::{RowRules, arrow_schema};
use koridor_contract::contract::Scope;
use koridor_contract::{Contract, ContractError, Project, ProjectError};
use koridor_read::check::{CompiledContract, FileRules, TextExpression};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Compiles what all contracts of a project say in SQL.
///
/// # Errors
/// Where a rule or theme is not SQL over its contract's fields.
pub async fn compile_contracts(
    engine: &Engine,
    project: &Project,
) -> Result<BTreeMap<String, Arc<CompiledContract>>, LakeError> {
    let mut compiled = BTreeMap::new();
    for contract in project.datasets.values() {
        let own = CompiledContract {
            row_rules: engine.row_rules(contract)?,
            file_rules: engine.file_rules(contract).await?,
            theme: engine.text_expression(contract, &contract.koridor.theme)?,
        };
        compiled.insert(contract.name.clone(), Arc::new(own));
    }
    Ok(compiled)
}

fn mistake(contract: &Contract, pointer: String, expected: &str, found: String) -> LakeError {
    let file = format!("schemas/datasets/{}.json", contract.name);
    ProjectError::from(ContractError { file, pointer, expected: expected.to_owned(), found }).into()
}

fn not_a_boolean() -> ArrowError {
    ArrowError::SchemaError("a rule must be true or false".into())
}

/// What a rule says of each row. One whose figures cannot be reckoned with, as they leave 64 bits,
/// breaks it; the others are judged.
fn verdict(
    expression: &Arc<dyn PhysicalExpr>,
    rows: &RecordBatch,
) -> Result<BooleanArray, ArrowError> {
    let judge = |rows: &RecordBatch| -> Result<BooleanArray, ArrowError> {
        let verdict = expression.evaluate(rows)?.into_array(rows.num_rows())?;
        verdict.as_boolean_opt().cloned().ok_or_else(not_a_boolean)
    };
    judge(rows).or_else(|_| {
        let one = |row: usize| match judge(&rows.slice(row, 1)) {
            Ok(verdict) => verdict.iter().next().flatten(),
            Err(_) => Some(false),
        };
        Ok((0..rows.num_rows()).map(one).collect())
    })
}

impl Engine {
    /// Compiles a contract's row rules.
    pub fn row_rules(&self, contract: &Contract) -> Result<Option<RowRules>, LakeError> {
        let schema = arrow_schema(contract);
        let fields = DFSchema::try_from(Schema::clone(&schema))?;
        let mut compiled: Vec<Arc<dyn PhysicalExpr>> = Vec::new();
        let rules = contract.koridor.rules.iter().enumerate();
        for (index, rule) in rules.filter(|(_, rule)| rule.scope == Scope::Row) {
            let pointer = format!("/koridor/rules/{index}/check");
            let expression = self.expression(&rule.check, &fields).map_err(|error| {
                let expected = "a SQL expression over the fields";
                mistake(contract, pointer.clone(), expected, error.strip_backtrace())
            })?;
            if expression.data_type(&schema)? != DataType::Boolean {
                let expected = "an expression that is true or false";
                return Err(mistake(contract, pointer, expected, rule.check.clone()));
            }
            compiled.push(expression);
        }
        if compiled.is_empty() {
            return Ok(None);
        }
        Ok(Some(Arc::new(move |rows: &RecordBatch| {
            compiled.iter().map(|expression| verdict(expression, rows)).collect()
        })))
    }

    /// Prepares a contract's rules over the rows of a file: given the accepted rows, one column a
    /// rule, in row order.
    async fn file_rules(&self, contract: &Contract) -> Result<Option<FileRules>, LakeError> {
        let rules = contract.rules(Scope::File).enumerate();
        let checks: Vec<String> =
            rules.map(|(index, rule)| format!("({}) as rule_{index}", rule.check)).collect();
        if checks.is_empty() {
            return Ok(None);
        }
        let table = format!("file_{}", contract.name);
        let own = arrow_schema(contract);
        let mut fields: Vec<Field> = own.fields().iter().map(|field| Field::clone(field)).collect();
        fields.push(Field::new("row_order_", DataType::Int64, false));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let sql = format!(
            "select {} from (select * from work.{table}) order by row_order_",
            checks.join(", ")
        );
        self.put(&table, SchemaRef::clone(&schema), Vec::new())?;
        self.query(&sql).await.map_err(|error| ProjectError::File {
            file: format!("schemas/datasets/{}.json", contract.name),
            line: 0,
            message: format!("a rule with scope `file`: {error}"),
        })?;
        let engine = self.clone();
        let evaluate = move |rows: &RecordBatch| -> Result<Vec<BooleanArray>, LakeError> {
            let mut columns = rows.columns().to_vec();
            columns.push(Arc::new(Int64Array::from_iter_values(0..rows.num_rows() as i64)));
            let rows = RecordBatch::try_new(SchemaRef::clone(&schema), columns)?;
            engine.put(&table, SchemaRef::clone(&schema), vec![rows])?;
            let verdicts = tokio::runtime::Handle::current().block_on(engine.rows(&sql))?;
            engine.put(&table, SchemaRef::clone(&schema), Vec::new())?;
            let Some(first) = verdicts.first() else { return Ok(Vec::new()) };
            let verdicts = arrow::compute::concat_batches(&first.schema(), &verdicts)?;
            let columns = verdicts.columns().iter().map(|column| column.as_boolean_opt().cloned());
            Ok(columns.collect::<Option<Vec<_>>>().ok_or_else(not_a_boolean)?)
        };
        Ok(Some(Arc::new(move |rows: &RecordBatch| {
            evaluate(rows).map_err(|error| ArrowError::ExternalError(Box::new(error)))
        })))
    }

    /// Compiles one SQL expression over a contract's fields that gives a text a row.
    fn text_expression(&self, contract: &Contract, sql: &str) -> Result<TextExpression, LakeError> {
        let fields = DFSchema::try_from(Schema::clone(&arrow_schema(contract)))?;
        let quoted = sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        if let Some(constant) = quoted.filter(|text| !text.contains('\'')) {
            return Ok(TextExpression::Constant(constant.to_owned()));
        }
        let expression = self.expression(sql, &fields).map_err(|error| {
            let expected = "a SQL expression over the fields";
            mistake(contract, "/koridor/theme".into(), expected, error.strip_backtrace())
        })?;
        Ok(TextExpression::Sql(Arc::new(move |rows: &RecordBatch| {
            let array = expression.evaluate(rows)?.into_array(rows.num_rows())?;
            let texts = arrow::compute::cast(&array, &DataType::Utf8)?;
            Ok(texts.as_string::<i32>().clone())
        })))
    }

    /// Plans one SQL expression over some fields; some functions exist only after simplification.
    fn expression(
        &self,
        sql: &str,
        fields: &DFSchema,
    ) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        use datafusion::logical_expr::simplify::SimplifyContext;
        use datafusion::optimizer::simplify_expressions::ExprSimplifier;
        let parsed = self.context().parse_sql_expr(sql, fields)?;
        let context = SimplifyContext::builder().with_schema(Arc::new(fields.clone())).build();
        let simplifier = ExprSimplifier::new(context);
        let simple = simplifier.simplify(simplifier.coerce(parsed, fields)?)?;
        self.context().create_physical_expr(simple, fields)
    }
}
