//! What a statement from outside may cost: time, memory, rows, depth. One guard for every door.
//!
//! `statement` reads the text before anything is built of it, `plan` what is about to run,
//! `growth` refuses functions whose result would be far larger than what they are given, and
//! `watch` gives a statement up from outside, whatever it is busy with; `running` knows those that
//! run beside one another.

mod growth;
mod limits;
mod memory;
mod plan;
mod running;
mod statement;
mod watch;

pub use growth::bound_functions;
pub use limits::Limits;
pub(super) use plan::guarded_plan;
pub(super) use running::Running;
pub use statement::{check_expansion, check_text, is_open, statements};
pub use watch::{is_left_running, run, running};

use crate::error::LakeError;
use arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;

/// The rows of a statement, until there are too many.
pub(super) fn bounded_rows(
    rows: SendableRecordBatchStream,
    most: u64,
) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let mut count = 0;
    let counted = rows.map(move |batch| {
        let batch: RecordBatch = batch?;
        count += batch.num_rows() as u64;
        if count > most {
            let message = format!("the result has more than {most} rows");
            let hint = "ask for fewer, or give --max-rows N";
            return Err(DataFusionError::External(Box::new(LakeError::limit(message, hint))));
        }
        Ok(batch)
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, counted))
}
