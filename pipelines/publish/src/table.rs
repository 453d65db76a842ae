//! Rows with their columns, as people and formats take them.

use crate::error::PublishError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
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

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
