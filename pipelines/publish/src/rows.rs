//! Rows of a statement as they come: no result needs to fit into memory.

use crate::error::PublishError;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::DataFrame;
use futures::StreamExt;
use futures::stream::BoxStream;
use std::sync::Arc;

/// Rows of a statement, batch by batch.
pub struct RowStream {
    schema: SchemaRef,
    first: Option<RecordBatch>,
    next: Option<RecordBatch>,
    rest: BoxStream<'static, Result<RecordBatch, PublishError>>,
}

impl RowStream {
    /// Starts a planned statement and waits for its first rows, so that a statement that fails at
    /// once fails before anything is written.
    ///
    /// # Errors
    /// Where it cannot be run.
    pub async fn open(frame: DataFrame) -> Result<Self, PublishError> {
        let planned = Arc::new(frame.schema().as_arrow().clone());
        Self::begun(planned, frame.execute_stream().await?).await
    }

    /// Rows that have begun to come; waits for the first of them.
    ///
    /// # Errors
    /// As [`RowStream::open`].
    pub async fn of(rows: SendableRecordBatchStream) -> Result<Self, PublishError> {
        Self::begun(rows.schema(), rows).await
    }

    async fn begun(
        planned: SchemaRef,
        rows: SendableRecordBatchStream,
    ) -> Result<Self, PublishError> {
        let mut rest = rows.map(|rows| rows.map_err(PublishError::from)).boxed();
        let mut first = rest.next().await.transpose()?;
        // Parts of a plan that found nothing give a batch without rows.
        while first.as_ref().is_some_and(|rows| rows.num_rows() == 0) {
            let Some(next) = rest.next().await.transpose()? else { break };
            first = Some(next);
        }
        let first = first.filter(|rows| rows.num_rows() > 0);
        let schema = first.as_ref().map_or(planned, RecordBatch::schema);
        Ok(Self { schema, next: first.clone(), first, rest })
    }

    /// Rows that are at hand.
    pub fn at_hand(schema: SchemaRef, rows: Vec<RecordBatch>) -> Self {
        let mut rows = rows.into_iter().filter(|rows| rows.num_rows() > 0);
        let first = rows.next();
        let rest: Vec<Result<RecordBatch, PublishError>> = rows.map(Ok).collect();
        Self { schema, next: first.clone(), first, rest: futures::stream::iter(rest).boxed() }
    }

    /// The same rows with other columns; `adapt` is given each batch.
    ///
    /// # Errors
    /// Where `adapt` fails on the first rows.
    pub fn adapted(
        self,
        adapt: impl Fn(&RecordBatch) -> Result<RecordBatch, PublishError> + Send + 'static,
    ) -> Result<Self, PublishError> {
        let first = self.first.as_ref().map(&adapt).transpose()?;
        let schema = match &first {
            Some(rows) => rows.schema(),
            None => adapt(&RecordBatch::new_empty(self.schema))?.schema(),
        };
        let rest = self.rest.map(move |rows| adapt(&rows?)).boxed();
        Ok(Self { schema, next: first.clone(), first, rest })
    }

    /// Columns, also where there is no row.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The first rows, also after they were taken; none where there is no row.
    pub fn first(&self) -> Option<&RecordBatch> {
        self.first.as_ref()
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// Where the statement fails midway.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, PublishError> {
        match self.next.take() {
            Some(rows) => Ok(Some(rows)),
            None => self.rest.next().await.transpose(),
        }
    }
}
