//! One file from bytes to accepted and refused rows, in file order, block by block.
//!
//! Owns the way from a container to [`Checked`] batches and the accounting of rows; knows no table. A plain text table streams: blocks are
//! scanned and checked on all cores and given on in order. Everything else is read whole and laid out first.

use crate::collect::{Account, Collector, ExistingKeys};
use crate::engine::{FileRules, TextExpression};
use crate::error::LakeError;
use crate::layout;
use crate::project::Project;
use crate::readers::address::column_letters;
use crate::readers::delimited::{self, Block, BlockReader};
use crate::readers::dialect::{self, Dialect};
use crate::readers::{self, Container, LineFault, Refusal, Sheet};
use crate::recognise::{self, Recognised, Request};
use arrow::array::{ArrayRef, RecordBatch};
use koridor_contract::check::{Checker, FieldOrigin, RowRules, Setting};
use koridor_contract::codes::CodeSystem;
use koridor_contract::personal::HashKey;
use koridor_contract::{CheckedBatch, Rejection};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

/// Keys that room is made for ahead of time; a set that outgrows it grows as it needs.
const MOST_KEYS_RESERVED: usize = 14_000_000;

/// Text files up to this size are laid out like workbooks, so that their totals are compared and notes are told; larger ones stream.
const LAID_OUT_BYTES: u64 = 8 << 20;

/// What checking needs of the lake.
#[derive(Clone)]
pub struct CheckSetting {
    /// The project.
    pub project: Arc<Project>,
    /// The lake's secret for personal fields.
    pub hash_key: HashKey,
    /// Moment of the submission in local time, microseconds: its day is the release date of a file that has none.
    pub now: i64,
    /// Compiled rules and themes by dataset.
    pub compiled: Arc<BTreeMap<String, Compiled>>,
    /// Threads that check blocks.
    pub workers: usize,
}

/// What a contract says in SQL, compiled.
pub struct Compiled {
    /// Row rules.
    pub rules: Option<RowRules>,
    /// Rules over the rows of a file.
    pub file_rules: Option<FileRules>,
    /// Theme of a row.
    pub theme: TextExpression,
}

/// One run of checked rows of a sheet.
pub struct Checked {
    /// Sheet name; empty for a file without sheets.
    pub sheet: String,
    /// Rows that passed.
    pub accepted: RecordBatch,
    /// Their row numbers.
    pub row_numbers: Vec<u64>,
    /// Flags of accepted rows.
    pub flags: Vec<(usize, String)>,
    /// Refused rows with their cell.
    pub rejected: Vec<(Option<String>, Rejection)>,
}

impl Checked {
    /// Drops accepted rows that turned out to be refused, with their numbers and flags.
    pub(crate) fn keep(&mut self, keep: &[bool]) -> Result<(), LakeError> {
        if keep.iter().all(|kept| *kept) {
            return Ok(());
        }
        let mut next = 0;
        let moved: Vec<Option<usize>> = keep
            .iter()
            .map(|kept| {
                next += usize::from(*kept);
                kept.then(|| next - 1)
            })
            .collect();
        self.flags = self
            .flags
            .drain(..)
            .filter_map(|(row, flag)| Some((moved.get(row).copied().flatten()?, flag)))
            .collect();
        self.row_numbers = self
            .row_numbers
            .drain(..)
            .zip(keep)
            .filter(|(_, kept)| **kept)
            .map(|(number, _)| number)
            .collect();
        self.accepted = arrow::compute::filter_record_batch(
            &self.accepted,
            &arrow::array::BooleanArray::from(keep.to_vec()),
        )?;
        Ok(())
    }
}

/// A file that was opened and recognised.
pub struct Opened {
    /// Its place in the project.
    pub recognised: Recognised,
    /// Descriptions of other datasets that fit sheets which the first one does not read.
    pub further: Vec<String>,
    content: Content,
}

enum Content {
    Stream {
        dialect: Dialect,
        skip: usize,
        titles: u64,
        width: usize,
        columns: Vec<Option<usize>>,
        labels: Vec<String>,
        rows: usize,
    },
    Sheets(Vec<Sheet>),
}

/// Opens a file and recognises it. `shown_path` is the path it landed under, `bytes_path` where its bytes are.
///
/// # Errors
/// An IO error; a file that is no table or fits no description is a [`Refusal`].
pub fn open(
    setting: &CheckSetting,
    request: &Request,
    shown_path: &str,
    bytes_path: &Path,
) -> Result<Result<Opened, Refusal>, LakeError> {
    let failed = |error| LakeError::io(bytes_path, error);
    let mut file = std::fs::File::open(bytes_path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut head = Vec::new();
    file.by_ref().take(readers::HEAD_BYTES as u64).read_to_end(&mut head).map_err(failed)?;
    let container = match readers::container(&head) {
        Ok(container) => container,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if container == Container::Text {
        return open_text(setting, request, shown_path, &head, length, &mut file).map_err(failed);
    }
    if length > readers::MAX_IN_MEMORY_BYTES {
        return Ok(Err(readers::too_large()));
    }
    let mut bytes = head;
    file.read_to_end(&mut bytes).map_err(failed)?;
    let sheets = match container {
        Container::Workbook => readers::workbook::read(&bytes),
        Container::Json => readers::bps_webapi::read(&bytes).map(|sheet| vec![sheet]),
        Container::Parquet => readers::parquet::read(bytes.into()).map(|sheet| vec![sheet]),
        Container::Text => Ok(Vec::new()),
    };
    Ok(sheets.and_then(|sheets| {
        if sheets.iter().all(Sheet::is_blank) {
            return Err(Refusal::new(
                "no_rows",
                "berkas tidak berisi baris sama sekali",
                "the file holds no rows",
            ));
        }
        let recognised = recognise(setting, request, shown_path, container, &sheets)?;
        let further = if request.source.is_none() || request.dataset.is_none() {
            recognise::further(&setting.project, &recognised, shown_path, container, &sheets)
        } else {
            Vec::new()
        };
        Ok(Opened { recognised, further, content: Content::Sheets(sheets) })
    }))
}

/// Recognises a file; one that has no release date was released on the day it came.
fn recognise(
    setting: &CheckSetting,
    request: &Request,
    shown_path: &str,
    container: Container,
    sheets: &[Sheet],
) -> Result<Recognised, Refusal> {
    let mut recognised =
        recognise::recognise(&setting.project, request, shown_path, container, sheets)?;
    recognised.given.constants.entry("release_date".into()).or_insert_with(|| {
        koridor_contract::date::from_days(setting.now.div_euclid(86_400_000_000) as i32)
            .map(|date| date.to_string())
            .unwrap_or_default()
    });
    Ok(recognised)
}

fn open_text(
    setting: &CheckSetting,
    request: &Request,
    shown_path: &str,
    head: &[u8],
    length: u64,
    file: &mut std::fs::File,
) -> std::io::Result<Result<Opened, Refusal>> {
    let named = request.source.as_ref().and_then(|name| setting.project.sources.get(name));
    let dialect = match dialect::sniff(head, named.and_then(|source| source.delimiter)) {
        Ok(dialect) => dialect,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // A cut line at the end of the head is no part of the header.
    let whole = if (head.len() as u64) < length {
        memchr::memrchr(b'\n', head).map_or(head.len(), |at| at + 1)
    } else {
        head.len()
    };
    let mut lines = head.get(..whole).unwrap_or(head);
    if dialect.encoding == encoding_rs::UTF_8 && lines.len() > 64 * 1024 {
        let cut = lines.get(..64 * 1024).and_then(|start| memchr::memrchr(b'\n', start));
        lines = cut.and_then(|cut| lines.get(..=cut)).unwrap_or(lines);
    }
    let sheet = delimited::read_sheet(lines, dialect, None)?;
    if sheet.is_blank() {
        return Ok(Err(Refusal::new(
            "no_rows",
            "berkas tidak berisi baris sama sekali",
            "the file holds no rows",
        )));
    }
    let mut sheets = [sheet];
    let recognised = match recognise(setting, request, shown_path, Container::Text, &sheets) {
        Ok(recognised) => recognised,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let source = &recognised.source;
    let is_plain = !source.rearranges()
        && source.header.rows == 1
        && !source.header.absent
        && source.context.is_empty();
    let is_small = length <= LAID_OUT_BYTES && !source.name.is_empty();
    let [sheet] = &mut sheets;
    let found = if is_plain {
        match layout::find_header(sheet, source, &recognised.contract) {
            Ok(found) => Some(found),
            Err(refusal) => return Ok(Err(refusal)),
        }
    } else {
        None
    };
    let labels: Vec<String> =
        found.iter().flat_map(|found| &found.labels).map(|parts| parts.join(" ")).collect();
    let width = labels.iter().rposition(|label| !label.is_empty()).map_or(1, |at| at + 1);
    let found = match found {
        Some(found) if !is_small => found,
        found => {
            if length > readers::MAX_IN_MEMORY_BYTES {
                return Ok(Err(readers::too_large()));
            }
            let table = found.map(|found| delimited::Table {
                header_line: sheet.cells.row_number(found.row),
                width,
            });
            let mut bytes = Vec::new();
            file.seek(SeekFrom::Start(0))?;
            file.read_to_end(&mut bytes)?;
            let content = Content::Sheets(vec![delimited::read_sheet(&bytes, dialect, table)?]);
            return Ok(Ok(Opened { recognised, further: Vec::new(), content }));
        }
    };
    let header_line = sheet.cells.row_number(found.row) as usize;
    let titles = (0..found.row)
        .filter(|row| (0..sheet.cells.width()).any(|column| !sheet.cells.is_blank(*row, column)))
        .count() as u64;
    // So that the set of keys need not grow while it is large.
    let rows = (length / (lines.len() as u64 / sheet.cells.len() as u64).max(1)) as usize;
    let content = Content::Stream {
        dialect,
        skip: header_line,
        titles,
        width,
        columns: found.columns,
        labels,
        rows,
    };
    Ok(Ok(Opened { content, further: Vec::new(), recognised }))
}

/// Gives a checked batch on; the rows of one file come in order.
pub type Sink<'sink> = &'sink mut (dyn FnMut(Checked) -> Result<(), LakeError> + 'sink);

/// The fields that hold one value in every row of an opened file, by their place in the contract; none where a layout is rearranged.
///
/// # Errors
/// None in practice: the contract is one of the project's.
pub fn constants(
    setting: &CheckSetting,
    opened: &Opened,
) -> Result<Vec<(usize, ArrayRef)>, LakeError> {
    let Content::Stream { columns, .. } = &opened.content else { return Ok(Vec::new()) };
    let recognised = &opened.recognised;
    let (_, check_setting) = for_contract(setting, recognised)?;
    let origins = origins(recognised, columns);
    Ok(Checker::new(
        Arc::clone(&recognised.contract),
        Some(&recognised.source),
        &origins,
        &check_setting,
    )
    .constants()?)
}

fn for_contract<'setting>(
    setting: &'setting CheckSetting,
    recognised: &Recognised,
) -> Result<(&'setting Compiled, Setting), LakeError> {
    let Some(compiled) = setting.compiled.get(&recognised.contract.name) else {
        return Err(LakeError::Internal(format!(
            "contract {} was not compiled",
            recognised.contract.name
        )));
    };
    let check_setting = Setting {
        codes: Arc::clone(&setting.project.codes),
        hash_key: setting.hash_key.clone(),
        now: setting.now,
        rules: compiled.rules.clone(),
        corrections: Arc::clone(&setting.project.corrections),
    };
    Ok((compiled, check_setting))
}

/// A table that could not be laid out: its filled rows with their first cells, and how many rows are blank.
struct Failed {
    sheet: String,
    rows: Vec<(u64, String)>,
    blank: u64,
    refusal: Refusal,
}

/// Checks an opened file and gives its rows to `sink`.
///
/// # Errors
/// Where the file cannot be read any more or the sink fails; [`Refusal`] where it turns out not to be what it seemed.
pub fn check(
    setting: &CheckSetting,
    opened: Opened,
    bytes_path: &Path,
    existing: &ExistingKeys,
    sink: Sink<'_>,
) -> Result<Result<Account, Refusal>, LakeError> {
    let Opened { recognised, content, .. } = opened;
    let (compiled, check_setting) = for_contract(setting, &recognised)?;
    let mut collector = Collector::new(&recognised, compiled, existing);
    match content {
        Content::Stream { dialect, skip, titles, width, columns, labels, rows } => {
            collector.keys.reserve(rows.min(MOST_KEYS_RESERVED));
            if titles > 0 {
                collector.account.ignored.insert("title".into(), titles);
            }
            let origins = origins(&recognised, &columns);
            for (field, column) in recognised.contract.fields.iter().zip(&columns) {
                if let Some(label) = column.and_then(|column| labels.get(column)) {
                    collector.account.columns.insert(field.name.clone(), label.clone());
                }
            }
            let file = std::fs::File::open(bytes_path)
                .map_err(|error| LakeError::io(bytes_path, error))?;
            let new_checker = || {
                Checker::new(
                    Arc::clone(&recognised.contract),
                    Some(&recognised.source),
                    &origins,
                    &check_setting,
                )
            };
            stream(
                file,
                bytes_path,
                Plan { dialect, skip, width, workers: setting.workers },
                &new_checker,
                &mut collector,
                sink,
            )?;
        }
        Content::Sheets(sheets) => {
            let mut failed: Vec<Failed> = Vec::new();
            let mut fitting = 0;
            for sheet in sheets {
                let rows = sheet.cells.len() as u64;
                if !recognise::is_sheet(&recognised.source, &sheet) {
                    *collector.account.ignored.entry("other_sheet".into()).or_default() += rows;
                    continue;
                }
                let tables = layout::turned(&sheet, &recognised.source).unwrap_or_else(|| {
                    layout::tables::tables(sheet, &recognised.source, &recognised.contract)
                });
                for table in tables {
                    let name = table.name.clone();
                    let is_filled = |row: &usize| {
                        (0..table.cells.width()).any(|column| !table.cells.is_blank(*row, column))
                    };
                    let numbers = (0..table.cells.len())
                        .filter(is_filled)
                        .map(|row| table.cells.row_number(row));
                    let rows: Vec<(u64, String)> =
                        numbers.map(|number| (number, table.addresses.cell(number, 0))).collect();
                    let blank = (table.cells.len() - rows.len()) as u64;
                    match check_sheet(table, &recognised, &check_setting, &mut collector, sink)? {
                        Ok(()) => fitting += 1,
                        Err(refusal) => failed.push(Failed { sheet: name, rows, blank, refusal }),
                    }
                }
            }
            if fitting == 0
                && let Some(first) = failed.first()
            {
                return Ok(Err(first.refusal.clone()));
            }
            for Failed { sheet, rows, blank, refusal } in failed {
                // A sheet without the header is another one; a table with it that cannot be laid out is lost data.
                if refusal.is_no_table() {
                    *collector.account.ignored.entry("other_sheet".into()).or_default() +=
                        rows.len() as u64 + blank;
                } else {
                    *collector.account.ignored.entry("blank".into()).or_default() += blank;
                    collector.refuse(&sheet, &rows, &refusal, sink)?;
                }
            }
        }
    }
    collector.finish(sink)?;
    Ok(Ok(collector.account))
}

fn origins(recognised: &Recognised, columns: &[Option<usize>]) -> Vec<FieldOrigin> {
    let contract = &recognised.contract;
    contract
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| match columns.get(index).copied().flatten() {
            Some(column) => FieldOrigin::Column(column),
            None => {
                layout::constant(&field.name, &recognised.source, &[], &recognised.given, contract)
            }
        })
        .collect()
}

fn check_sheet(
    sheet: Sheet,
    recognised: &Recognised,
    setting: &Setting,
    collector: &mut Collector<'_>,
    sink: Sink<'_>,
) -> Result<Result<(), Refusal>, LakeError> {
    /// Rows checked at a time.
    const ROWS: usize = 32 * 1024;
    let mut sheet = sheet;
    let faults = std::mem::take(&mut sheet.faults);
    let addresses = sheet.addresses.clone();
    let (source, units) =
        match layout::find_header(&sheet, &recognised.source, &recognised.contract) {
            Ok(found) => {
                match layout::with_units(&recognised.source, &recognised.contract, &found, &sheet) {
                    Ok(with_units) => with_units,
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
            Err(refusal) => return Ok(Err(refusal)),
        };
    let source = &source;
    let laid = match layout::lay_out(
        sheet,
        source,
        &recognised.contract,
        &recognised.given,
        &setting.codes,
    ) {
        Ok(laid) => laid,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for (reason, count) in &laid.ignored {
        *collector.account.ignored.entry(reason.clone()).or_default() += count;
    }
    for (field, origin) in recognised.contract.fields.iter().zip(&laid.origins) {
        if let FieldOrigin::Column(column) = origin
            && let Some(Some(column)) = laid.sheet_columns.get(*column)
        {
            let unit = units.get(&field.name).map(|unit| format!(" ({unit})")).unwrap_or_default();
            collector
                .account
                .columns
                .insert(field.name.clone(), format!("{}{unit}", addresses.column(*column)));
        }
    }
    // What runs across stands in many columns: `value[Januari 2024]` names the one of each.
    for (label, columns) in laid.record_labels.iter().zip(&laid.record_columns) {
        for (field, origin) in recognised.contract.fields.iter().zip(&laid.origins) {
            if let FieldOrigin::Column(at) = origin
                && let Some(Some(column)) = columns.get(*at)
            {
                let unit =
                    units.get(&field.name).map(|unit| format!(" ({unit})")).unwrap_or_default();
                collector.account.columns.insert(
                    format!("{}[{label}]", field.name),
                    format!("{}{unit}", addresses.column(*column)),
                );
            }
        }
    }
    let mut checker =
        Checker::new(Arc::clone(&recognised.contract), Some(source), &laid.origins, setting);
    collector.differing = laid.totals.clone();
    let mut start = 0;
    loop {
        let end = (start + ROWS).min(laid.rows.len());
        let checked = checker.check(&laid.rows.part(start..end))?;
        let address = |rejection: &Rejection| {
            let column = laid.sheet_column(start + rejection.row, rejection.column);
            // A record of a turned sheet is a column of it: its first cell tells which.
            let column = column.or_else(|| addresses.is_turned().then_some(0));
            column.map(|column| addresses.cell(rejection.row_number, column))
        };
        collector.take(
            &laid.sheet,
            checked,
            if start == 0 { faults.clone() } else { Vec::new() },
            0,
            &checker,
            &address,
            sink,
        )?;
        start = end;
        if start >= laid.rows.len() {
            break;
        }
    }
    collector.differing.clear();
    collector.account.totals.extend(laid.totals);
    Ok(Ok(()))
}

#[derive(Clone, Copy)]
struct Plan {
    dialect: Dialect,
    skip: usize,
    width: usize,
    workers: usize,
}

type BlockResult = Result<(CheckedBatch, Vec<LineFault>, u64), arrow::error::ArrowError>;

/// Reads, scans and checks a text table on several threads; results are taken in file order on this one.
fn stream(
    file: std::fs::File,
    path: &Path,
    plan: Plan,
    new_checker: &(dyn Fn() -> Checker + Sync),
    collector: &mut Collector<'_>,
    sink: Sink<'_>,
) -> Result<(), LakeError> {
    let (block_sender, block_receiver) = sync_channel::<(usize, Block)>(plan.workers);
    let block_receiver = Mutex::new(block_receiver);
    let (result_sender, result_receiver) = sync_channel::<(usize, BlockResult)>(plan.workers);
    let main_checker = new_checker();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || -> std::io::Result<()> {
            let mut reader = BlockReader::new(file, plan.dialect, crate::storage::BLOCK_BYTES);
            let mut index = 0;
            while let Some(block) = reader.next_block()? {
                if block_sender.send((index, block)).is_err() {
                    break;
                }
                index += 1;
            }
            Ok(())
        });
        for _ in 0..plan.workers {
            let (block_receiver, result_sender) = (&block_receiver, result_sender.clone());
            scope.spawn(move || {
                let mut checker = new_checker();
                let next = || block_receiver.lock().ok()?.recv().ok();
                while let Some((index, block)) = next() {
                    let skip = if index == 0 { plan.skip } else { 0 };
                    let scanned = delimited::scan(block, plan.dialect.delimiter, plan.width, skip);
                    let result = checker
                        .check(&scanned.rows)
                        .map(|checked| (checked, scanned.faults, scanned.blank));
                    if result_sender.send((index, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(result_sender);
        let address = |rejection: &Rejection| {
            rejection
                .column
                .map(|column| format!("{}{}", column_letters(column), rejection.row_number))
        };
        let mut waiting: BTreeMap<usize, BlockResult> = BTreeMap::new();
        let mut next = 0;
        let mut outcome = Ok(());
        'results: for (index, result) in result_receiver.iter() {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                let taken =
                    result.map_err(LakeError::Arrow).and_then(|(checked, faults, blank)| {
                        collector.take("", checked, faults, blank, &main_checker, &address, sink)
                    });
                if let Err(error) = taken {
                    outcome = Err(error);
                    break 'results;
                }
            }
        }
        // Dropping the receiver ends workers and reader after an error.
        drop(result_receiver);
        let read = reader
            .join()
            .map_err(|_| LakeError::Internal("the reading thread ended early".into()))?;
        outcome.and(read.map_err(|error| LakeError::io(path, error)))
    })
}

/// Whether a region text of the caller is a code of the project, for `--region`.
pub fn region_code(project: &Project, text: &str) -> Option<String> {
    match project.codes.get("region")?.find(text, CodeSystem::Bps) {
        koridor_contract::codes::CodeMatch::Known(code) => Some(code.to_owned()),
        _ => None,
    }
}
