//! Data files of one table written by several threads, for files that are too large to be held.

use crate::error::LakeError;
use crate::store::data_file::{Constants, FileWriter};
use crate::store::storage::Storage;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use deltalake::kernel::Add;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Writers that take batches as they come; nothing is visible until what they wrote is committed.
pub(crate) struct ParallelWriter {
    batches: SyncSender<RecordBatch>,
    threads: Vec<JoinHandle<Result<Vec<Add>, LakeError>>>,
}

impl ParallelWriter {
    /// Starts `writers` threads within the current runtime.
    ///
    /// # Errors
    /// Where the lake's place has no such table.
    pub(crate) fn start(
        storage: &Storage,
        (table, schema): (&str, &SchemaRef),
        constants: &Constants,
        writers: usize,
    ) -> Result<Self, LakeError> {
        let runtime = tokio::runtime::Handle::current();
        let (batches, receiver) = sync_channel::<RecordBatch>(writers);
        let receiver = Arc::new(Mutex::new(receiver));
        let thread = |_| {
            let writer = FileWriter::new(storage, table, schema, constants.clone())?;
            let (receiver, runtime) = (Arc::clone(&receiver), runtime.clone());
            Ok(std::thread::spawn(move || runtime.block_on(write_all(writer, &receiver))))
        };
        let threads = (0..writers).map(thread).collect::<Result<_, LakeError>>()?;
        Ok(Self { batches, threads })
    }

    /// Gives a batch to the next writer that is free; `false` where they ended early, which
    /// [`ParallelWriter::finish`] explains.
    pub(crate) fn write(&self, rows: RecordBatch) -> bool {
        self.batches.send(rows).is_ok()
    }

    /// Ends the threads; gives what to commit.
    ///
    /// # Errors
    /// The first error of a writer.
    pub(crate) fn finish(self) -> Result<Vec<Add>, LakeError> {
        drop(self.batches);
        let mut adds = Vec::new();
        let mut failed = None;
        for thread in self.threads {
            match thread.join() {
                Ok(Ok(more)) => adds.extend(more),
                Ok(Err(error)) => failed = Some(error),
                Err(_) => failed = Some(LakeError::Internal("a writing thread ended early".into())),
            }
        }
        failed.map_or(Ok(adds), Err)
    }
}

async fn write_all(
    mut writer: FileWriter,
    batches: &Mutex<Receiver<RecordBatch>>,
) -> Result<Vec<Add>, LakeError> {
    let next = || batches.lock().ok()?.recv().ok();
    while let Some(rows) = next() {
        if let Err(error) = writer.write(&rows).await {
            writer.abort().await;
            return Err(error);
        }
    }
    writer.close().await
}
