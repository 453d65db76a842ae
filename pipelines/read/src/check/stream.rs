//! A plain text table read, scanned and checked on several threads; its blocks are taken in file
//! order.

use super::below::{Below, Sifted, ends_in_words, header_keys};
use super::claims::{OF_NOTES, of_plans};
use super::collect::{Block, Collector};
use super::hints::Hints;
use super::open::{TextTable, origins};
use crate::error::ReadError;
use crate::layout::{Found, PlanColumns, plan_of_line, tell_cut};
use crate::readers::address::column_letters;
use crate::readers::delimited::{self, BlockReader, Shape};
use crate::readers::regular;
use crate::readers::{Refusal, RefusalCode, check_faults, gave_up, quietly};
use crate::recognise::Recognised;
use arrow::error::ArrowError;
use koridor_contract::check::{Checker, FieldOrigin, Setting};
use koridor_contract::codes::{CodeMatch, CodeSystem};
use koridor_contract::date::{DateFormat, parse_month};
use koridor_contract::{Field, FieldType, Rejection};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Bytes of a block.
const BLOCK_BYTES: usize = 2 << 20;

/// What came of a block; `None` where the program gave up on it.
type BlockResult = Option<Result<Sifted, ArrowError>>;

/// Makes a checker for each thread.
#[derive(Clone)]
struct CheckerFactory {
    recognised: Recognised,
    origins: Vec<FieldOrigin>,
    setting: Setting,
    /// Keys of the table's header.
    header: Vec<String>,
    /// Columns whose cells may say that a row is a plan or none.
    plans: PlanColumns,
}

impl CheckerFactory {
    fn new(recognised: Recognised, table: &TextTable, setting: Setting) -> Self {
        let found = Found::plain(&table.columns, &table.labels);
        Self {
            origins: origins(&recognised, &table.columns),
            header: header_keys(&table.labels),
            plans: PlanColumns::of(
                &recognised.source,
                &recognised.contract,
                &setting.codes,
                &found,
            ),
            recognised,
            setting,
        }
    }

    /// Takes rows of plans out of a block: they are refused.
    fn take_plans(&self, scanned: &mut delimited::Scanned) {
        let Recognised { contract, source, .. } = &self.recognised;
        let plans = self.plans.take(&mut scanned.rows, (contract, source));
        if !plans.is_empty() {
            scanned.faults.extend(plans);
            scanned.faults.sort_by_key(|fault| fault.row_number);
        }
    }

    /// The refusal of a table of which a line says that all figures are plans.
    fn of_plans(&self, line: &str) -> Option<Refusal> {
        let Recognised { contract, source, .. } = &self.recognised;
        let plan = plan_of_line(line, &self.header, (contract, source))?;
        let message = of_plans(OF_NOTES, line, plan, contract);
        Some(Refusal::new(RefusalCode::ContradictsTitle, message.id, message.en))
    }

    fn checker(&self) -> Checker {
        let Recognised { contract, source, .. } = &self.recognised;
        Checker::new(Arc::clone(contract), Some(source), &self.origins, &self.setting)
    }

    /// Whether a text is what rows of the table are about; none where no column holds figures.
    fn is_row(&self) -> Option<impl Fn(&str) -> bool> {
        let Recognised { contract, .. } = &self.recognised;
        let is_figure = |(field, origin): (&Field, &FieldOrigin)| {
            matches!(field.field_type, FieldType::Integer | FieldType::Number)
                && matches!(origin, FieldOrigin::Column(_))
        };
        let has_figures = contract.fields.iter().zip(&self.origins).any(is_figure);
        let regions = self.setting.codes.get("region").cloned();
        has_figures.then_some(move |text: &str| {
            let code = regions.as_ref().map(|regions| regions.find(text, CodeSystem::Bps));
            matches!(code, Some(CodeMatch::Known(_) | CodeMatch::Outside(_)))
                || parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
        })
    }

    fn hints(&self) -> Hints {
        let Recognised { contract, source, .. } = &self.recognised;
        Hints::of(contract, source, &self.origins, Some)
    }
}

/// Blocks of a text table on their way.
pub(super) struct BlockStream {
    path: PathBuf,
    checker: Checker,
    results: Option<Receiver<(usize, BlockResult)>>,
    waiting: BTreeMap<usize, BlockResult>,
    next: usize,
    /// Lines that may be notes below the table.
    below: Below,
    /// Rows that could not be read as rows so far, and others.
    found: (usize, usize),
    has_given_up: bool,
    factory: CheckerFactory,
    /// Where a line says that all figures are plans.
    refused: Option<Refusal>,
    reader: Option<JoinHandle<std::io::Result<()>>>,
    workers: Vec<JoinHandle<()>>,
}

impl BlockStream {
    /// Starts the threads.
    pub(super) fn start(
        recognised: Recognised,
        table: &TextTable,
        setting: Setting,
        workers: usize,
    ) -> Result<Self, ReadError> {
        let path = table.path.clone();
        let failed = |error| ReadError::io(&path, error);
        let file = regular::open(&path).map_err(failed)?;
        // A file that grows meanwhile has no end.
        let length = file.metadata().map_err(failed)?.len();
        let file = file.take(length);
        let factory = CheckerFactory::new(recognised, table, setting);
        let checker = factory.checker();
        let (block_sender, blocks) = sync_channel(workers);
        let blocks = Arc::new(Mutex::new(blocks));
        let (result_sender, results) = sync_channel::<(usize, BlockResult)>(workers);
        let dialect = table.dialect;
        let reader = BlockReader::new(file, dialect, BLOCK_BYTES);
        let reader = std::thread::spawn(move || send_blocks(reader, &block_sender));
        let TextTable { width, header_cells, skip, .. } = *table;
        let shape = Shape { delimiter: dialect.delimiter, width, header_cells };
        let worker = |_| {
            let (blocks, results) = (Arc::clone(&blocks), result_sender.clone());
            let factory = factory.clone();
            std::thread::spawn(move || {
                let (mut checker, hints) = (factory.checker(), factory.hints());
                let is_row = factory.is_row();
                let next = || blocks.lock().ok()?.recv().ok();
                while let Some((index, block)) = next() {
                    let skip = if index == 0 { skip } else { 0 };
                    let result = quietly(|| {
                        let mut scanned = scan(block, shape, skip);
                        factory.take_plans(&mut scanned);
                        checker.check(&scanned.rows).map(|mut checked| {
                            hints.add(&mut checked, (&scanned.rows, 0), address);
                            let is_plan = |line: &str| factory.of_plans(line).is_some();
                            Sifted::of(checked, scanned, &factory.header, is_row.as_ref(), is_plan)
                        })
                    });
                    if results.send((index, result)).is_err() {
                        break;
                    }
                }
            })
        };
        let workers = (0..workers).map(worker).collect();
        // The last sender goes with the last worker.
        drop(result_sender);
        Ok(Self {
            path,
            checker,
            workers,
            results: Some(results),
            waiting: BTreeMap::new(),
            next: 0,
            below: Below::default(),
            found: (0, 0),
            has_given_up: false,
            factory,
            refused: None,
            reader: Some(reader),
        })
    }

    /// Gives the next block of the file to the collector, then the rows that it held back; `false`
    /// where none is left.
    pub(super) fn advance(&mut self, collector: &mut Collector) -> Result<bool, ReadError> {
        let result = loop {
            if let Some(result) = self.waiting.remove(&self.next) {
                break result;
            }
            let received = self.results.as_ref().and_then(|results| results.recv().ok());
            let Some((index, result)) = received else {
                self.join()?;
                collector.counts.ignore("note", self.below.end());
                return collector.give_held(&self.checker, &cell_of);
            };
            self.waiting.insert(index, result);
        };
        self.next += 1;
        let Some(result) = result else {
            self.has_given_up = true;
            return Ok(true);
        };
        let block = self.below.add(result?);
        let Sifted { checked, faults, blank, notes, headers, said, .. } = block;
        if let Some(line) = said {
            self.refused = self.factory.of_plans(&line);
        }
        collector.counts.ignore("note", notes);
        collector.counts.ignore("header", headers);
        self.found.0 += faults.len();
        self.found.1 += checked.accepted.num_rows() + checked.rejections.len();
        let checker = &self.checker;
        collector.add(Block { sheet: "", checked, faults, blank, checker, address: &cell_of })?;
        Ok(true)
    }

    /// Refuses the file where it turns out to be no table.
    pub(super) fn look(&self) -> Result<(), Refusal> {
        if self.has_given_up {
            return Err(gave_up());
        }
        if let Some(refusal) = &self.refused {
            return Err(refusal.clone());
        }
        check_faults(self.found.0, self.found.1)
    }

    /// Ends the threads; an error of the reading one is the file's.
    fn join(&mut self) -> Result<(), ReadError> {
        // Without a receiver the workers end, and without workers the reader.
        self.results = None;
        let mut is_whole = true;
        for worker in self.workers.drain(..) {
            is_whole &= worker.join().is_ok();
        }
        let read = self.reader.take().map_or(Ok(Ok(())), JoinHandle::join);
        let read =
            read.map_err(|_| ReadError::Internal("the reading thread ended early".into()))?;
        read.map_err(|error| ReadError::io(&self.path, error))?;
        if is_whole {
            Ok(())
        } else {
            Err(ReadError::Internal("a checking thread ended early".into()))
        }
    }
}

/// Sends the blocks of a file until it ends or nobody takes them any more.
fn send_blocks(
    mut reader: BlockReader<impl Read>,
    sender: &SyncSender<(usize, delimited::Block)>,
) -> std::io::Result<()> {
    let mut index = 0;
    while let Some(block) = reader.next_block()? {
        if sender.send((index, block)).is_err() {
            break;
        }
        index += 1;
    }
    Ok(())
}

/// The rows of a block. Only the last one of a file may end without a line end.
fn scan(block: delimited::Block, shape: Shape, skip: usize) -> delimited::Scanned {
    let has_end = block.data.ends_with(b"\n");
    let mut scanned = delimited::scan(block, shape, skip);
    if !has_end && !ends_in_words(&scanned) {
        let last_row = scanned.rows.row_numbers().last().copied().unwrap_or_default();
        tell_cut(&mut scanned.faults, last_row);
    }
    scanned
}

/// The cell of a text file that a refusal speaks of.
fn cell_of(rejection: &Rejection) -> Option<String> {
    Some(address(rejection.row_number, rejection.column?))
}

/// The address of a cell of a text file.
fn address(row_number: u64, column: usize) -> String {
    format!("{}{row_number}", column_letters(column))
}

impl Drop for BlockStream {
    fn drop(&mut self) {
        // What the threads say after an error says nothing more.
        let _ = self.join();
    }
}
