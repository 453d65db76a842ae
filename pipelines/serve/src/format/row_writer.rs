use crate::error::ServeError;
use arrow::array::RecordBatch;

/// A result being written, batch by batch.
pub trait RowWriter: Send {
    /// Writes the next rows.
    ///
    /// # Errors
    /// Where they cannot be encoded or written.
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError>;

    /// Ends the result; without it, it is no whole one.
    ///
    /// # Errors
    /// Where the end cannot be written.
    fn finish(self: Box<Self>) -> Result<(), ServeError>;
}
