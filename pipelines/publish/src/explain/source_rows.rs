//! The rows of the datasets that a number rests on, each value with the cell it stood in.

use super::Asked;
use super::period::Windows;
use super::place::{Columns, place};
use crate::error::PublishError;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::functions::expr_fn::date_trunc;
use datafusion::logical_expr::{Expr, cast, when};
use datafusion::prelude::{col, ident, lit};
use koridor_contract::source::COMMON_FIELDS;
use koridor_contract::{Contract, FieldType, Project};
use koridor_lake::Engine;
use koridor_lake::engine::{plain_texts, text_parameter};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of a dataset that are shown one by one.
pub const MOST_ROWS: usize = 100;

/// One row of a file.
pub struct SourceRow {
    /// Dataset.
    pub dataset: String,
    /// File.
    pub file_name: String,
    /// Sheet; empty for a file without sheets.
    pub sheet: String,
    /// Row in the file.
    pub row_number: i64,
    /// Each value with the cell it stood in.
    pub values: String,
}

/// The rows that a number rests on.
#[derive(Default)]
pub struct SourceRows {
    /// Up to [`MOST_ROWS`] of each dataset.
    pub rows: Vec<SourceRow>,
    /// Datasets that have more.
    pub more: Vec<String>,
    places: Vec<(String, i64)>,
}

/// Year-to-date figures by file, row and field.
type FiledFigures = BTreeMap<(String, i64, String), String>;

impl SourceRows {
    /// Reads the current rows for the region and period; they stay readable as `work.explained`.
    pub(super) async fn read(
        engine: &Engine,
        asked: &Asked,
        windows: &Windows,
        sources: &BTreeMap<String, Vec<String>>,
        all_sources: bool,
    ) -> Result<Self, PublishError> {
        let mut found = Self::default();
        let project = &engine.snapshot().project;
        for dataset in &asked.indicator.card.datasets {
            let Some(contract) = project.datasets.get(dataset) else { continue };
            let only_region = engine.snapshot().region_of_rows().is_some();
            let meant = is_meant(project, contract, (asked, only_region), windows);
            let Some(mut is_meant) = meant else { continue };
            if !all_sources {
                is_meant = is_meant.and(match sources.get(dataset) {
                    Some(own) => col("source_id").in_list(own.iter().map(lit).collect(), false),
                    None => col("is_headline"),
                });
            }
            let filed = filed_figures(engine, contract).await?;
            let sql = format!(
                "select c.*, f.file_name, f.columns_json
                 from core.{dataset} c join ops.files f on f.sha256 = c.src_file_sha256"
            );
            let rows = engine.query(&sql).await?.filter(is_meant)?;
            let order = ["file_name", "src_row"].map(|name| col(name).sort(true, false)).to_vec();
            let rows = rows.sort(order)?.limit(0, Some(MOST_ROWS + 1))?.collect().await?;
            let mut left = MOST_ROWS;
            for rows in &rows {
                let own = plain_texts(rows)?;
                let taken = own.num_rows().min(left);
                for row in 0..taken {
                    found.add(contract, &own, row, &filed)?;
                }
                left -= taken;
                if taken < own.num_rows() {
                    found.more.push(dataset.clone());
                }
            }
        }
        found.more.dedup();
        found.put(engine)?;
        Ok(found)
    }

    fn add(
        &mut self,
        contract: &Contract,
        rows: &RecordBatch,
        row: usize,
        filed: &FiledFigures,
    ) -> Result<(), PublishError> {
        let text = |name: &str| -> Result<String, PublishError> {
            let column = rows.column_by_name(name);
            let column =
                column.ok_or_else(|| PublishError::Internal(format!("column {name} is gone")))?;
            let text = arrow::compute::cast(&column.slice(row, 1), &DataType::Utf8)?;
            let text = text.as_string::<i32>();
            Ok(if text.is_null(0) { String::new() } else { text.value(0).to_owned() })
        };
        let sha256 = text("src_file_sha256")?;
        let row_number = text("src_row")?.parse::<i64>().unwrap_or_default();
        let columns: Columns = serde_json::from_str(&text("columns_json")?).unwrap_or_default();
        let own = contract.fields.iter().map(|field| text(&field.name));
        let own = own.collect::<Result<Vec<String>, _>>()?;
        let mut values = Vec::new();
        for (field, value) in contract.fields.iter().zip(&own) {
            let name = field.name.as_str();
            if value.is_empty() || COMMON_FIELDS.contains(&name) {
                continue;
            }
            // The cell holds the year-to-date figure, and the month is what it adds to the month
            // before.
            let figure = filed.get(&(sha256.clone(), row_number, name.to_owned()));
            let value = figure.map_or(value.clone(), |figure| {
                format!("{figure} (kumulatif / year-to-date) -> {value}")
            });
            values.push(format!("{name}{}={value}", place(&columns, name, row_number, &own)));
        }
        let mut values = values.join("; ");
        let flags = rows.column_by_name("qc_flags").and_then(|flags| flags.as_list_opt::<i32>());
        if let Some(flags) =
            flags.filter(|flags| flags.is_valid(row) && flags.value_length(row) > 0)
        {
            let flags = flags.value(row);
            let flags: Vec<&str> = flags.as_string::<i32>().iter().flatten().collect();
            values.push_str(&format!(" [{}]", flags.join(", ")));
        }
        self.rows.push(SourceRow {
            dataset: contract.name.clone(),
            file_name: text("file_name")?,
            sheet: text("src_sheet")?,
            row_number,
            values,
        });
        self.places.push((sha256, row_number));
        Ok(())
    }

    /// Makes the places of the rows readable, for the corrections that met them.
    fn put(&self, engine: &Engine) -> Result<(), PublishError> {
        let schema: SchemaRef = Arc::new(Schema::new(vec![
            Field::new("sha256", DataType::Utf8, false),
            Field::new("row_number", DataType::Int64, false),
        ]));
        let hashes = self.places.iter().map(|place| &place.0);
        let numbers = self.places.iter().map(|place| place.1);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(hashes)),
            Arc::new(Int64Array::from_iter_values(numbers)),
        ];
        let rows = RecordBatch::try_new(SchemaRef::clone(&schema), columns)?;
        Ok(engine.put("explained", schema, vec![rows])?)
    }
}

/// The condition on current rows: of the region's members or of no region, of a period that the
/// value rests on. `None` for a dataset without slices.
fn is_meant(
    project: &Project,
    contract: &Contract,
    (asked, only_region): (&Asked, bool),
    windows: &Windows,
) -> Option<Expr> {
    let slice = contract.koridor.slice.as_ref()?;
    let all = &project.corridor.regions;
    let members = if asked.region == "CORR" { all } else { std::slice::from_ref(&asked.region) };
    let list = |codes: &[String]| codes.iter().map(|code| lit(code.as_str())).collect::<Vec<_>>();
    let region = || ident(&slice.region);
    let mut is_meant = region().in_list(list(members), false);
    if !only_region {
        is_meant = is_meant.or(region().in_list(list(all), true));
    }
    let Some(period) = &slice.period else { return Some(is_meant) };
    let field = contract.fields.iter().find(|field| &field.name == period)?;
    let day = match field.field_type {
        FieldType::Year => {
            let (year, one) = (cast(ident(period), DataType::Int32), lit(1i32));
            datafusion::functions::expr_fn::make_date(year, one.clone(), one)
        }
        _ => cast(ident(period), DataType::Date32),
    };
    let within = |(from, until): (i32, i32)| -> Option<Expr> {
        let date = |day: i32| lit(ScalarValue::Date32(Some(day)));
        let year = cast(date_trunc(lit("year"), date(from)), DataType::Date32);
        let first = when(col("period_type").eq(lit("Y")), year).otherwise(date(from)).ok()?;
        Some(day.clone().lt(date(until)).and(day.clone().gt_eq(first)))
    };
    Some(is_meant.and(within(windows.own)?.or(within(windows.earlier)?)))
}

/// Year-to-date figures by file, row and field, where each row has one.
async fn filed_figures(engine: &Engine, contract: &Contract) -> Result<FiledFigures, PublishError> {
    let mut filed = FiledFigures::new();
    if engine.snapshot().project.year_to_date_fields(contract).is_empty() {
        return Ok(filed);
    }
    let own = [("dataset", text_parameter(&contract.name))];
    for rows in engine.run_named("year_to_date_figures", own).await? {
        let text = |column: usize, row: usize| {
            rows.column(column).as_string::<i32>().value(row).to_owned()
        };
        let numbers = rows.column(1).as_primitive::<Int64Type>();
        filed.extend(
            (0..rows.num_rows())
                .map(|row| ((text(0, row), numbers.value(row), text(2, row)), text(3, row))),
        );
    }
    Ok(filed)
}
