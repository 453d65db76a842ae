//! Rows of a dataset whose figures make no number: what is published of them says so beside them.

use crate::error::PublishError;
use crate::table::{Record, Table};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::{Contract, FieldType, Project};
use koridor_lake::Engine;
use koridor_lake::engine::text_parameter;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Name of the column: why the indicators go on without the row; empty where they do not.
pub(crate) const WITHHELD: &str = "withheld";

/// The view that says which figures they are.
pub(crate) const VIEW: &str = "ops.withheld_figures";

const STATEMENT: &str = "withheld_rows";

/// What the column is called in Bahasa Indonesia and in English.
pub(crate) const HEADING: [&str; 2] = ["Ditahan", "Withheld"];

/// What the column holds, in English.
pub(crate) const MEANING: &str = "Why the indicators go on without the row, as their values say it \
                                  in `flags`; empty where they do not.";

/// Source, region, period and its length.
type Slice = [String; 4];

/// Rows of a dataset that make no number.
pub(crate) struct WithheldRows {
    /// The columns of a slice, in the order of [`Slice`].
    columns: [String; 4],
    /// By slice: the measure that is withheld of it, empty for all, and why.
    found: BTreeMap<Slice, Vec<(String, String)>>,
}

/// Whether rows of a dataset are told to make no number: those that are of a region and period,
/// unless the project is that of a release of before.
pub(crate) fn tells_withheld(project: &Project, contract: &Contract) -> bool {
    let is_known = project.file(&format!("sql/queries/{STATEMENT}.sql")).is_some()
        && project.file(&format!("sql/views/{VIEW}.sql")).is_some();
    let is_free = contract.fields.iter().all(|field| field.name != WITHHELD);
    let publishes = |name: &String| contract.published_fields().any(|field| field.name == *name);
    is_known && is_free && slice_columns(contract).is_some_and(|own| own.iter().all(publishes))
}

fn slice_columns(contract: &Contract) -> Option<[String; 4]> {
    let slice = contract.koridor.slice.as_ref()?;
    let (region, period) = (slice.region.clone(), slice.period.clone()?);
    Some(["source_id".to_owned(), region, period, "period_type".to_owned()])
}

impl WithheldRows {
    /// Those of a dataset; none where that is not told of its rows.
    pub(crate) async fn of(
        engine: &Engine,
        contract: &Contract,
    ) -> Result<Option<Self>, PublishError> {
        let is_told = tells_withheld(&engine.snapshot().project, contract);
        let Some(columns) = slice_columns(contract).filter(|_| is_told) else { return Ok(None) };
        let is_of_years = contract
            .fields
            .iter()
            .any(|field| field.name == columns[2] && field.field_type == FieldType::Year);
        let dataset = text_parameter(&contract.name);
        let rows = Table::named(engine, STATEMENT, [("dataset", dataset)]).await?;
        let mut found: BTreeMap<Slice, Vec<(String, String)>> = BTreeMap::new();
        for row in rows.records() {
            let day = row.text_or_empty("period");
            let period = if is_of_years { day.get(..4).unwrap_or(&day) } else { day.as_str() };
            let slice = [
                row.text_or_empty("source_id"),
                row.text_or_empty("region_code"),
                period.to_owned(),
                row.text_or_empty("period_type"),
            ];
            let why = (row.text_or_empty("measure"), row.text_or_empty(WITHHELD));
            found.entry(slice).or_default().push(why);
        }
        Ok(Some(Self { columns, found }))
    }

    /// Rows with the column behind the others.
    pub(crate) fn beside(&self, rows: &RecordBatch) -> Result<RecordBatch, PublishError> {
        let told = (0..rows.num_rows()).map(|row| self.why(Record::of(rows, row)));
        let told: ArrayRef = Arc::new(told.collect::<StringArray>());
        let schema = rows.schema();
        let mut fields: Vec<Arc<Field>> = schema.fields().iter().map(Arc::clone).collect();
        fields.push(Arc::new(Field::new(WITHHELD, DataType::Utf8, true)));
        let mut columns = rows.columns().to_vec();
        columns.push(told);
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }

    /// Why a row makes no number; none where it may make one.
    fn why(&self, row: Record<'_>) -> Option<String> {
        if self.found.is_empty() {
            return None;
        }
        let slice = self.columns.each_ref().map(|name| row.text_or_empty(name));
        let measure = row.text("measure");
        let is_of = |own: &&(String, String)| own.0.is_empty() || Some(&own.0) == measure.as_ref();
        let own = self.found.get(&slice)?.iter().filter(is_of);
        let told: Vec<&str> = own.map(|(_, why)| why.as_str()).collect();
        (!told.is_empty()).then(|| told.join(", "))
    }
}
