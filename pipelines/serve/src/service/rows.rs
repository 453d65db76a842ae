//! Rows of a statement that runs apart, as they come.

use crate::error::ServeError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use tokio::sync::mpsc;

/// Batches that wait for a reader who is slower than the engine.
pub(super) const WAITING: usize = 2;

/// Rows of a statement that runs apart, batch by batch. Dropped, the statement ends.
pub struct Rows {
    schema: SchemaRef,
    batches: mpsc::Receiver<Result<RecordBatch, ServeError>>,
}

impl Rows {
    pub(super) fn new(
        schema: SchemaRef,
        batches: mpsc::Receiver<Result<RecordBatch, ServeError>>,
    ) -> Self {
        Self { schema, batches }
    }

    /// Columns, also where there is no row.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// Where the statement fails midway or meets a limit.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, ServeError> {
        self.batches.recv().await.transpose()
    }
}
