//! Rows with their columns, as people and formats take them.

use crate::error::PublishError;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type, SchemaRef};
use arrow::util::display::array_value_to_string;
use datafusion::common::ScalarValue;
use datafusion::prelude::DataFrame;
use koridor_lake::Engine;
use std::sync::Arc;

/// Rows of a statement.
#[derive(Debug, Clone)]
pub struct Table {
    /// Columns, also where there is no row.
    pub schema: SchemaRef,
    /// Rows.
    pub rows: Vec<RecordBatch>,
}

impl Table {
    /// The rows of a statement of the project (`sql/queries/<name>.sql`).
    ///
    /// # Errors
    /// Where it cannot be run.
    pub async fn named<const COUNT: usize>(
        engine: &Engine,
        name: &str,
        parameters: [(&str, ScalarValue); COUNT],
    ) -> Result<Self, PublishError> {
        Self::of(engine.named(name, parameters).await?).await
    }

    /// The rows of a planned statement.
    ///
    /// # Errors
    /// Where it cannot be run.
    pub async fn of(frame: DataFrame) -> Result<Self, PublishError> {
        let schema = Arc::new(frame.schema().as_arrow().clone());
        Ok(Self { schema, rows: frame.collect().await? })
    }

    /// The columns of these names that there are, in this order.
    ///
    /// # Errors
    /// None in practice: a column that is there can be taken.
    pub fn select(&self, names: &[&str]) -> Result<Self, PublishError> {
        let places = names.iter().filter_map(|name| self.schema.index_of(name).ok());
        let places: Vec<usize> = places.collect();
        let rows = self.rows.iter().map(|rows| rows.project(&places)).collect::<Result<_, _>>()?;
        Ok(Self { schema: Arc::new(self.schema.project(&places)?), rows })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// The rows one by one.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.rows.iter().flat_map(|rows| (0..rows.num_rows()).map(move |row| Record { rows, row }))
    }
}

/// One row; what its statement does not give is nothing.
#[derive(Debug, Clone, Copy)]
pub struct Record<'table> {
    rows: &'table RecordBatch,
    row: usize,
}

impl<'table> Record<'table> {
    /// A row of a batch.
    pub fn of(rows: &'table RecordBatch, row: usize) -> Self {
        Self { rows, row }
    }
    fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.rows.column_by_name(name).filter(|column| column.is_valid(self.row))
    }

    /// A value as text, moments in RFC 3339; none where it is blank.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = array_value_to_string(self.column(name)?, self.row).ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// A value as text, empty where there is none.
    pub fn text_or_empty(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// A count, 0 where there is none.
    pub fn count(&self, name: &str) -> u64 {
        let column = self.column(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        column.map_or(0, |column| column.value(self.row).try_into().unwrap_or_default())
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<f64> {
        let column = self.column(name)?.as_primitive_opt::<Float64Type>()?;
        Some(column.value(self.row))
    }

    /// Whether a column says so.
    pub fn is_true(&self, name: &str) -> bool {
        let column = self.column(name).and_then(|column| column.as_boolean_opt());
        column.is_some_and(|column| column.value(self.row))
    }
}
