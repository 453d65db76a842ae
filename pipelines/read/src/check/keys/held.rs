//! Rows that are held back until the file has ended, on disk beyond a batch.

use super::spill::failed;
use crate::error::ReadError;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek};
use std::sync::Arc;

/// Between the flags of a row.
const BETWEEN_FLAGS: &str = "\n";

/// Held rows in file order.
pub(super) struct HeldRows {
    /// Rows before they go to disk.
    limit: usize,
    waiting: Vec<RecordBatch>,
    waiting_rows: usize,
    output: Option<StreamWriter<BufWriter<File>>>,
    input: Option<StreamReader<BufReader<File>>>,
    /// Rows that were given back.
    released: u64,
}

/// Rows that were held back, with what became of them.
pub(in crate::check) struct ReleasedRows {
    /// The rows, accepted but for their keys.
    pub(in crate::check) rows: RecordBatch,
    /// Their numbers in the file.
    pub(in crate::check) row_numbers: Vec<u64>,
    /// Their flags, by place among the rows.
    pub(in crate::check) flags: Vec<(usize, String)>,
    /// Rows to refuse, with the rule they break.
    pub(in crate::check) refused: Vec<(usize, &'static str)>,
}

fn failed_batch(error: ArrowError) -> ReadError {
    match error {
        ArrowError::IoError(_, error) => failed(error),
        error => error.into(),
    }
}

impl Default for HeldRows {
    fn default() -> Self {
        Self {
            limit: usize::MAX,
            waiting: Vec::new(),
            waiting_rows: 0,
            output: None,
            input: None,
            released: 0,
        }
    }
}

impl HeldRows {
    pub(super) fn bound(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Adds rows of a batch by their places in it. Flags are in row order.
    pub(super) fn add(
        &mut self,
        rows: &RecordBatch,
        row_numbers: &[u64],
        flags: &[(usize, String)],
        held: &[usize],
    ) -> Result<(), ReadError> {
        let places = UInt32Array::from_iter_values(held.iter().map(|row| *row as u32));
        let numbers = held.iter().map(|row| row_numbers.get(*row).copied().unwrap_or_default());
        let flags_of = |row: &usize| {
            let start = flags.partition_point(|(flagged, _)| flagged < row);
            let own = flags.iter().skip(start).take_while(|(flagged, _)| flagged == row);
            let own: Vec<&str> = own.map(|(_, flag)| flag.as_str()).collect();
            (!own.is_empty()).then(|| own.join(BETWEEN_FLAGS))
        };
        let taken = take_record_batch(rows, &places)?;
        let mut columns = taken.columns().to_vec();
        columns.push(Arc::new(UInt64Array::from_iter_values(numbers)) as ArrayRef);
        columns.push(Arc::new(StringArray::from_iter(held.iter().map(flags_of))));
        self.waiting.push(RecordBatch::try_new(with_lineage(&taken.schema()), columns)?);
        self.waiting_rows += held.len();
        if self.waiting_rows >= self.limit { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), ReadError> {
        let Some(rows) = self.take_waiting()? else { return Ok(()) };
        let output = match &mut self.output {
            Some(output) => output,
            output => {
                let file = BufWriter::new(tempfile::tempfile().map_err(failed)?);
                let writer = StreamWriter::try_new(file, &rows.schema()).map_err(failed_batch)?;
                output.insert(writer)
            }
        };
        output.write(&rows).map_err(failed_batch)
    }

    fn take_waiting(&mut self) -> Result<Option<RecordBatch>, ReadError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_rows = 0;
        let Some(first) = waiting.first() else { return Ok(None) };
        Ok(Some(concat_batches(&first.schema(), &waiting)?))
    }

    /// The next rows, by the verdict on each held row's place among all of them; `None` after the
    /// last.
    pub(super) fn next(
        &mut self,
        verdict: impl Fn(u64) -> Option<&'static str>,
    ) -> Result<Option<ReleasedRows>, ReadError> {
        let Some(held) = self.next_batch()? else { return Ok(None) };
        let count = held.num_rows();
        let places = self.released..;
        self.released += count as u64;
        let mut columns = held.columns().to_vec();
        let (Some(flags), Some(numbers)) = (columns.pop(), columns.pop()) else {
            return Err(ReadError::Internal("held rows lack their numbers".into()));
        };
        let fields = held.schema().fields().iter().take(columns.len()).cloned().collect::<Vec<_>>();
        let texts = flags.as_string::<i32>();
        let flags_of = |row: usize| {
            let text = texts.is_valid(row).then(|| texts.value(row));
            text.into_iter().flat_map(|text| text.split(BETWEEN_FLAGS))
        };
        let flags = (0..count)
            .flat_map(|row| flags_of(row).map(move |flag| (row, flag.to_owned())))
            .collect();
        let refused = (0..count).zip(places);
        Ok(Some(ReleasedRows {
            rows: RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?,
            row_numbers: numbers.as_primitive::<UInt64Type>().values().to_vec(),
            flags,
            refused: refused.filter_map(|(row, place)| Some((row, verdict(place)?))).collect(),
        }))
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ReadError> {
        if let Some(output) = self.output.take() {
            let file = output.into_inner().map_err(failed_batch)?;
            let mut file = file.into_inner().map_err(|error| failed(error.into_error()))?;
            file.rewind().map_err(failed)?;
            let reader = StreamReader::try_new(BufReader::new(file), None);
            self.input = Some(reader.map_err(failed_batch)?);
        }
        if let Some(rows) = self.input.as_mut().and_then(Iterator::next) {
            return Ok(Some(rows.map_err(failed_batch)?));
        }
        // The last of them never left memory.
        self.input = None;
        self.take_waiting()
    }
}

/// The fields of rows with the columns that hold their numbers and flags.
fn with_lineage(schema: &SchemaRef) -> SchemaRef {
    let mut fields = schema.fields().to_vec();
    fields.push(Arc::new(Field::new("row_number_", DataType::UInt64, false)));
    fields.push(Arc::new(Field::new("flags_", DataType::Utf8, true)));
    Arc::new(Schema::new(fields))
}
