//! The check of one file: opened, recognised, and its rows yielded in file order.
//!
//! [`open_file`] gives the parts of a file, one for each dataset; [`FileCheck`] yields the rows of
//! a part and ends with their counts. A plain text table streams: blocks are scanned and checked on
//! all cores and taken in order. Everything else is read whole and laid out first.

mod below;
mod claims;
mod collect;
mod counts;
mod first_figures;
mod hints;
mod keys;
mod last_lines;
mod open;
mod part_claims;
mod quoted_lines;
mod rows;
mod rules;
mod setting;
mod sheets;
mod slices;
mod stream;
mod year_to_date;

use crate::error::ReadError;
use crate::readers::{Meter, Refusal, gave_up, quietly};
use collect::Collector;
pub use counts::RowCounts;
pub use keys::{
    ExistingKeys, KeySink, LoadKeys, PARTITIONS, Periods, Spill, entries_within, partition_of,
    short_hash,
};
use koridor_contract::scrub;
use open::Content;
pub use open::{FilePart, Parts, RecognisedPart, constants, open_file};
pub use rows::CheckedRows;
pub use rules::{CompiledContract, EvaluateText, FileRules, TextExpression};
pub use setting::{CheckSetting, ErasedRows};
use sheets::SheetQueue;
pub use slices::{SliceCount, SliceKey};
use std::sync::Arc;
use stream::BlockStream;
pub use year_to_date::FiledFigure;

/// Where a file's rows come from.
enum Input {
    Sheets(Box<SheetQueue>),
    Blocks(Box<BlockStream>),
    /// All rows are in the collector; a refusal where the file turned out not to be what it seemed.
    Done(Result<(), Refusal>),
}

/// One part of a file while its rows are checked.
pub struct FileCheck {
    collector: Collector,
    input: Input,
    meter: Meter,
    /// Lines of a streamed text that were taken out and are blank now.
    erased_lines: u64,
}

impl FileCheck {
    /// Begins the check of a part; `existing` are the keys of the lake's rows that it is compared
    /// with.
    ///
    /// # Errors
    /// Where the file cannot be opened any more.
    pub fn start(
        setting: &CheckSetting,
        part: RecognisedPart,
        existing: ExistingKeys,
    ) -> Result<Self, ReadError> {
        let RecognisedPart { recognised, content } = part;
        let compiled = setting.compiled(&recognised.contract)?;
        let own = setting.for_contract(&recognised.contract)?;
        let mut collector = Collector::new(&recognised, compiled, existing);
        let budget = setting.reader.budget();
        let mut meter = budget.meter();
        let mut erased_lines = 0;
        let input = match content {
            Content::Sheets(sheets) => {
                let erased = Arc::clone(&setting.erased);
                Input::Sheets(Box::new(SheetQueue::new(recognised, (own, erased), sheets)))
            }
            Content::Stream(table) => {
                erased_lines = setting.erased.values().map(|own| own.len() as u64).sum();
                meter = budget.streaming_meter(table.bytes);
                collector.bound_keys(setting.memory_bytes, table.rows);
                collector.counts.ignore("title", table.titles);
                let fields = recognised.contract.fields.iter().zip(&table.columns);
                for (field, column) in fields {
                    if let Some(label) = column.and_then(|column| table.labels.get(column)) {
                        let unit = table.units.get(&field.name);
                        let unit = unit.map(|unit| format!(" ({unit})")).unwrap_or_default();
                        let columns = &mut collector.counts.columns;
                        let label = scrub::cell(label);
                        columns.insert(field.name.clone(), format!("{label}{unit}"));
                    }
                }
                let workers = setting.workers;
                let blocks = BlockStream::start(recognised, &table, own, workers)?;
                Input::Blocks(Box::new(blocks))
            }
        };
        Ok(Self { collector, input, meter, erased_lines })
    }

    /// The next run of rows; `None` after the last. Blocks its thread.
    ///
    /// # Errors
    /// Where the file cannot be read any more, or a rule cannot be evaluated.
    pub fn next_rows(&mut self) -> Result<Option<CheckedRows>, ReadError> {
        quietly(|| self.next()).unwrap_or_else(|| {
            self.input = Input::Done(Err(gave_up()));
            Ok(None)
        })
    }

    fn next(&mut self) -> Result<Option<CheckedRows>, ReadError> {
        loop {
            if let Some(rows) = self.collector.ready.pop_front() {
                return Ok(Some(rows));
            }
            if let Err(refusal) = self.look() {
                self.input = Input::Done(Err(refusal));
                return Ok(None);
            }
            let has_more = match &mut self.input {
                Input::Sheets(sheets) => sheets.advance(&mut self.collector)?,
                Input::Blocks(blocks) => blocks.advance(&mut self.collector)?,
                Input::Done(_) => return Ok(None),
            };
            if has_more {
                continue;
            }
            let end = match std::mem::replace(&mut self.input, Input::Done(Ok(()))) {
                Input::Sheets(sheets) => sheets.finish(&mut self.collector)?,
                Input::Blocks(_) | Input::Done(_) => Ok(()),
            };
            if end.is_ok() {
                self.collector.finish()?;
            }
            self.input = Input::Done(end);
        }
    }

    /// Refuses the file where it costs more than it may, or turns out to be no table.
    fn look(&self) -> Result<(), Refusal> {
        self.meter.time()?;
        self.meter.memory(self.collector.held_bytes() as u64)?;
        match &self.input {
            Input::Blocks(blocks) => blocks.look(),
            Input::Sheets(_) | Input::Done(_) => Ok(()),
        }
    }

    /// What became of the rows, after the last was given; a refusal where the part turned out not
    /// to be what it seemed.
    pub fn finish(self) -> Result<RowCounts, Refusal> {
        match self.input {
            Input::Done(Err(refusal)) => Err(refusal),
            _ => {
                let mut counts = self.collector.counts;
                counts.unignore("blank", self.erased_lines);
                Ok(counts)
            }
        }
    }
}
