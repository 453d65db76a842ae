//! One file from bytes to accepted and refused rows, in file order, block by block.
//!
//! Owns the way from a container to [`Checked`] batches and the accounting of rows; knows no table. A plain text table streams: blocks are
//! scanned and checked on all cores and given on in order. Everything else is read whole and laid out first.

use crate::engine::{EvaluateText, FileRules, TextExpression};
use crate::error::LakeError;
use crate::layout::{self, Laid, column_letters};
use crate::project::Project;
use crate::readers::delimited::{self, Block, BlockReader, Dialect};
use crate::readers::{self, Container, LineFault, Refusal, Sheet};
use crate::recognise::{self, Recognised, Request};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Int32Type, TimestampMicrosecondType};
use hashbrown::{HashMap, HashSet};
use koridor_contract::check::{Checker, FieldOrigin, RowRules, Setting};
use koridor_contract::codes::CodeSystem;
use koridor_contract::contract::{Scope, Severity};
use koridor_contract::message::{Message, row_message};
use koridor_contract::personal::HashKey;
use koridor_contract::{CellKind, CheckedBatch, Contract, RawBatch, Rejection};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

/// Bytes from a file's beginning that tell what it is.
const HEAD_BYTES: usize = 1 << 20;

/// Keys that room is made for ahead of time; a set that outgrows it grows as it needs.
const MOST_KEYS_RESERVED: usize = 14_000_000;

/// What checking needs of the lake.
#[derive(Clone)]
pub struct CheckSetting {
    /// The project.
    pub project: Arc<Project>,
    /// The lake's secret for personal fields.
    pub hash_key: HashKey,
    /// Today as ISO text: the release date of a file that has none.
    pub today: String,
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
    fn keep(&mut self, keep: &[bool]) -> Result<(), LakeError> {
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
        self.flags = self.flags.drain(..).filter_map(|(row, flag)| Some((moved.get(row).copied().flatten()?, flag))).collect();
        self.row_numbers = self.row_numbers.drain(..).zip(keep).filter(|(_, kept)| **kept).map(|(number, _)| number).collect();
        self.accepted = arrow::compute::filter_record_batch(&self.accepted, &arrow::array::BooleanArray::from(keep.to_vec()))?;
        Ok(())
    }
}

/// One source x region x period that a file speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SliceKey {
    /// Source.
    pub source_id: String,
    /// Region, point, facility or route.
    pub region: String,
    /// First day of the period, days since 1970-01-01.
    pub period: i32,
    /// M, Q or Y.
    pub period_type: String,
    /// What sources compete about.
    pub theme: String,
    /// Release date, days since 1970-01-01.
    pub release_date: i32,
}

/// Keys that the lake's current rows of one source hold, where a key does not say which slice it belongs to: one key must not stand in
/// two slices, or a row would count twice.
#[derive(Debug, Default)]
pub struct ExistingKeys {
    slices: HashMap<RegionMonth, u32>,
    keys: HashMap<ShortHash, u32>,
}

impl ExistingKeys {
    /// Adds current rows: the columns of the key, of the source and of the slice are among them.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn add(&mut self, contract: &Contract, rows: &RecordBatch) -> Result<(), LakeError> {
        for (key, slice) in keys_and_slices(contract, rows)? {
            let next = self.slices.len() as u32;
            let number = *self.slices.entry(slice).or_insert(next);
            self.keys.insert(key, number);
        }
        Ok(())
    }

    /// Rows whose key stands in another slice already.
    fn doubles(&self, contract: &Contract, rows: &RecordBatch) -> Result<Vec<usize>, LakeError> {
        if self.keys.is_empty() {
            return Ok(Vec::new());
        }
        let found = keys_and_slices(contract, rows)?.into_iter().enumerate();
        Ok(found
            .filter(|(_, (key, slice))| self.keys.get(key).is_some_and(|other| self.slices.get(slice) != Some(other)))
            .map(|(row, _)| row)
            .collect())
    }
}

/// 96 bits of a hash.
type ShortHash = [u32; 3];
/// What a slice is within one dataset and source.
type RegionMonth = (String, i32);

/// Each row's key without its release, and its slice.
fn keys_and_slices(contract: &Contract, rows: &RecordBatch) -> Result<Vec<(ShortHash, RegionMonth)>, LakeError> {
    let column = |name: &str| rows.column_by_name(name).cloned().ok_or_else(|| LakeError::Internal(format!("column {name} is gone")));
    let names = contract.primary_key.iter().map(String::as_str).chain(["source_id", "period_type"]);
    let columns = names.map(column).collect::<Result<Vec<_>, _>>()?;
    let hashes = koridor_contract::check::hash_rows(&columns)?;
    let Some(slice) = &contract.koridor.slice else { return Ok(Vec::new()) };
    let regions = column(&slice.region)?;
    let regions = regions.as_string::<i32>();
    let months = match &slice.period {
        Some(period) => months(&column(period)?),
        None => vec![i32::MIN; rows.num_rows()],
    };
    Ok(hashes
        .iter()
        .zip(months)
        .enumerate()
        .map(|(row, (hash, month))| (short_hash(*hash), (regions.value(row).to_owned(), month)))
        .collect())
}

fn short_hash(hash: u128) -> ShortHash {
    [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32]
}

/// A comparison of a total row with the rows it sums.
#[derive(Debug, Clone)]
pub struct TotalCheck {
    /// Field.
    pub field: String,
    /// Cell of the total.
    pub cell: String,
    /// What the file says.
    pub stated: String,
    /// What its rows add up to.
    pub summed: String,
}

impl TotalCheck {
    /// Both figures in words.
    pub fn message(&self) -> Message {
        let Self { field, cell, stated, summed } = self;
        Message {
            id: format!("{cell}: total {field} tertulis {stated}, jumlah barisnya {summed}"),
            en: format!("{cell}: total of {field} says {stated}, its rows add up to {summed}"),
        }
    }
}

/// What became of a file.
#[derive(Debug, Default)]
pub struct Account {
    /// Rows accepted.
    pub accepted: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Rows that are not data, by reason.
    pub ignored: BTreeMap<String, u64>,
    /// Accepted rows with a flag.
    pub flagged: u64,
    /// Flags by name.
    pub flags: BTreeMap<String, u64>,
    /// Slices with their number of rows.
    pub slices: BTreeMap<SliceKey, u64>,
    /// Which column became which field.
    pub columns: BTreeMap<String, String>,
    /// Totals that do not match their rows.
    pub totals: Vec<TotalCheck>,
}

impl Account {
    /// Rows ignored for any reason.
    pub fn ignored_rows(&self) -> u64 {
        self.ignored.values().sum()
    }

    /// Rows read: accepted, rejected and ignored ones.
    pub fn read(&self) -> u64 {
        self.accepted + self.rejected + self.ignored_rows()
    }
}

/// A file that was opened and recognised.
pub struct Opened {
    /// Its place in the project.
    pub recognised: Recognised,
    content: Content,
}

enum Content {
    Stream { dialect: Dialect, skip: usize, titles: u64, width: usize, columns: Vec<Option<usize>>, labels: Vec<String>, rows: usize },
    Sheets(Vec<Sheet>),
}

/// Opens a file and recognises it. `shown_path` is the path it landed under, `bytes_path` where its bytes are.
///
/// # Errors
/// An IO error; a file that is no table or fits no description is a [`Refusal`].
pub fn open(setting: &CheckSetting, request: &Request, shown_path: &str, bytes_path: &Path) -> Result<Result<Opened, Refusal>, LakeError> {
    let failed = |error| LakeError::io(bytes_path, error);
    let mut file = std::fs::File::open(bytes_path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(failed)?;
    let container = match readers::container(&head) {
        Ok(container) => container,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if container == Container::Text {
        return open_text(setting, request, shown_path, &head, length, &mut file).map_err(failed);
    }
    if length > readers::MAX_IN_MEMORY_BYTES {
        let most = readers::MAX_IN_MEMORY_BYTES >> 20;
        return Ok(Err(Refusal::new(
            "file_too_large",
            format!("berkas lebih besar dari {most} MB; kirim sebagai CSV"),
            format!("the file is larger than {most} MB; send it as CSV"),
        )));
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
            return Err(Refusal::new("no_rows", "berkas tidak berisi baris sama sekali", "the file holds no rows"));
        }
        let recognised = recognise::recognise(&setting.project, request, shown_path, container, &sheets)?;
        Ok(Opened { recognised, content: Content::Sheets(sheets) })
    }))
}

fn open_text(
    setting: &CheckSetting,
    request: &Request,
    shown_path: &str,
    head: &[u8],
    length: u64,
    file: &mut std::fs::File,
) -> std::io::Result<Result<Opened, Refusal>> {
    let dialect = match delimited::sniff(head, None) {
        Ok(dialect) => dialect,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // A cut line at the end of the head is no part of the header.
    let whole = if (head.len() as u64) < length { memchr::memrchr(b'\n', head).map_or(head.len(), |at| at + 1) } else { head.len() };
    let mut lines = head.get(..whole).unwrap_or(head);
    if dialect.encoding == encoding_rs::UTF_8 && lines.len() > 64 * 1024 {
        let cut = lines.get(..64 * 1024).and_then(|start| memchr::memrchr(b'\n', start));
        lines = cut.and_then(|cut| lines.get(..=cut)).unwrap_or(lines);
    }
    let sheet = delimited::read_sheet(lines, dialect)?;
    if sheet.is_blank() {
        return Ok(Err(Refusal::new("no_rows", "berkas tidak berisi baris sama sekali", "the file holds no rows")));
    }
    let mut sheets = [sheet];
    let recognised = match recognise::recognise(&setting.project, request, shown_path, Container::Text, &sheets) {
        Ok(recognised) => recognised,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let source = &recognised.source;
    if source.rearranges() || source.header.rows != 1 || source.header.absent || !source.context.is_empty() {
        if length > readers::MAX_IN_MEMORY_BYTES {
            let most = readers::MAX_IN_MEMORY_BYTES >> 20;
            return Ok(Err(Refusal::new(
                "file_too_large",
                format!("berkas dengan tata letak ini paling besar {most} MB"),
                format!("a file of this layout may have {most} MB at most"),
            )));
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        return Ok(Ok(Opened { recognised, content: Content::Sheets(vec![delimited::read_sheet(&bytes, dialect)?]) }));
    }
    let [sheet] = &mut sheets;
    let found = match layout::find_header(sheet, source, &recognised.contract) {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let labels: Vec<String> = found.labels.iter().map(|parts| parts.join(" ")).collect();
    let width = labels.iter().rposition(|label| !label.is_empty()).map_or(1, |at| at + 1);
    let header_line = sheet.cells.row_number(found.row) as usize;
    let titles = (0..found.row)
        .filter(|row| (0..sheet.cells.width()).any(|column| !sheet.cells.bytes(*row, column).trim_ascii().is_empty()))
        .count() as u64;
    // So that the set of keys need not grow while it is large.
    let rows = (length / (lines.len() as u64 / sheet.cells.len() as u64).max(1)) as usize;
    let content = Content::Stream { dialect, skip: header_line, titles, width, columns: found.columns, labels, rows };
    Ok(Ok(Opened { content, recognised }))
}

/// Gives a checked batch on; the rows of one file come in order.
pub type Sink<'sink> = &'sink mut (dyn FnMut(Checked) -> Result<(), LakeError> + 'sink);

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
    let Opened { recognised, content } = opened;
    let mut given = recognised.given.clone();
    given.constants.entry("release_date".into()).or_insert_with(|| setting.today.clone());
    let recognised = Recognised { given, ..recognised };
    let Some(compiled) = setting.compiled.get(&recognised.contract.name) else {
        return Err(LakeError::Internal(format!("contract {} was not compiled", recognised.contract.name)));
    };
    let check_setting = Setting {
        codes: Arc::clone(&setting.project.codes),
        hash_key: setting.hash_key.clone(),
        now: setting.project.local_now(),
        rules: compiled.rules.clone(),
    };
    let mut collector = Collector::new(&recognised.contract, &compiled.theme, compiled.file_rules.as_ref(), existing);
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
            let file = std::fs::File::open(bytes_path).map_err(|error| LakeError::io(bytes_path, error))?;
            let new_checker = || Checker::new(Arc::clone(&recognised.contract), Some(&recognised.source), &origins, &check_setting);
            stream(file, bytes_path, Plan { dialect, skip, width, workers: setting.workers }, &new_checker, &mut collector, sink)?;
        }
        Content::Sheets(sheets) => {
            let mut refusal = None;
            let mut fitting = 0;
            for sheet in sheets {
                let rows = sheet.cells.len() as u64;
                if !recognise::is_sheet(&recognised.source, &sheet) {
                    *collector.account.ignored.entry("other_sheet".into()).or_default() += rows;
                    continue;
                }
                match check_sheet(sheet, &recognised, &check_setting, &mut collector, sink)? {
                    Ok(()) => fitting += 1,
                    Err(found) => {
                        if rows > 0 {
                            *collector.account.ignored.entry("other_sheet".into()).or_default() += rows;
                        }
                        refusal = refusal.or(Some(found));
                    }
                }
            }
            if let (0, Some(refusal)) = (fitting, refusal) {
                return Ok(Err(refusal));
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
            None => layout::constant(&field.name, &recognised.source, &[], &recognised.given, contract),
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
    let Laid { sheet: name, rows, origins, sheet_columns, value_columns, ignored, totals } =
        match layout::lay_out(sheet, &recognised.source, &recognised.contract, &recognised.given) {
            Ok(laid) => laid,
            Err(refusal) => return Ok(Err(refusal)),
        };
    for (reason, count) in ignored {
        *collector.account.ignored.entry(reason).or_default() += count;
    }
    let unpivoted = recognised.source.unpivot.as_ref().and_then(|unpivot| recognised.contract.field_index(&unpivot.value));
    for (field, origin) in recognised.contract.fields.iter().zip(&origins) {
        if let FieldOrigin::Column(column) = origin
            && let Some(Some(column)) = sheet_columns.get(*column)
        {
            collector.account.columns.insert(field.name.clone(), column_letters(*column));
        }
    }
    let mut checker = Checker::new(Arc::clone(&recognised.contract), Some(&recognised.source), &origins, setting);
    let mut sums = Sums::new(&recognised.contract, &totals);
    let mut start = 0;
    loop {
        let end = (start + ROWS).min(rows.len());
        let part = slice_rows(&rows, start, end);
        let checked = checker.check(&part)?;
        sums.add(&rows, start, end, &recognised.source, &origins);
        let address = |rejection: &Rejection| {
            let own = rejection.column.and_then(|column| sheet_columns.get(column).copied().flatten());
            let is_value =
                rejection.field.as_deref().and_then(|field| recognised.contract.field_index(field)) == unpivoted && unpivoted.is_some();
            // What runs across stands in the column of its own record.
            let column = if is_value || own.is_none() { value_columns.get(start + rejection.row).copied().or(own) } else { own };
            column.map(|column| format!("{}{}", column_letters(column), rejection.row_number))
        };
        collector.take(&name, checked, if start == 0 { faults.clone() } else { Vec::new() }, 0, &checker, &address, sink)?;
        start = end;
        if start >= rows.len() {
            break;
        }
    }
    collector.account.totals.extend(sums.compare(&totals, &recognised.contract, &name, &recognised.source));
    Ok(Ok(()))
}

fn slice_rows(rows: &RawBatch, start: usize, end: usize) -> RawBatch {
    if start == 0 && end == rows.len() {
        return rows.clone();
    }
    let mut part = RawBatch::typed(rows.width());
    for row in start..end {
        for column in 0..rows.width() {
            part.push_cell(&rows.text(row, column), rows.kind(row, column));
        }
        part.end_row(rows.row_number(row));
    }
    part
}

/// Sums of number columns, for comparing with total rows.
struct Sums {
    /// By field index, in millionths: the sum since the last total row, and since the beginning.
    running: BTreeMap<usize, (i128, i128)>,
    /// The sums at each total row.
    at: Vec<BTreeMap<usize, (i128, i128)>>,
    stops: Vec<usize>,
}

impl Sums {
    fn new(contract: &Contract, totals: &[layout::TotalRow]) -> Self {
        use koridor_contract::FieldType::{Integer, Number};
        let fields = totals.iter().flat_map(|total| &total.cells).map(|(index, ..)| *index);
        let numeric = fields.filter(|index| contract.fields.get(*index).is_some_and(|field| matches!(field.field_type, Integer | Number)));
        Self {
            running: numeric.map(|index| (index, (0, 0))).collect(),
            at: Vec::new(),
            stops: totals.iter().map(|total| total.after).collect(),
        }
    }

    fn add(&mut self, rows: &RawBatch, start: usize, end: usize, source: &koridor_contract::Source, origins: &[FieldOrigin]) {
        if self.running.is_empty() {
            return;
        }
        for row in start..=end {
            while self.stops.get(self.at.len()).is_some_and(|stop| *stop == row) {
                self.at.push(self.running.clone());
                // The rows after a total belong to the next one.
                self.running.values_mut().for_each(|sums| sums.0 = 0);
            }
            if row == end {
                break;
            }
            for (index, sum) in &mut self.running {
                if let Some(FieldOrigin::Column(column)) = origins.get(*index) {
                    let value = millionths(&rows.text(row, *column), rows.kind(row, *column), source).unwrap_or_default();
                    *sum = (sum.0 + value, sum.1 + value);
                }
            }
        }
    }

    fn compare(&self, totals: &[layout::TotalRow], contract: &Contract, sheet: &str, source: &koridor_contract::Source) -> Vec<TotalCheck> {
        let mut found = Vec::new();
        for (total, sums) in totals.iter().zip(&self.at) {
            for (index, text, kind) in &total.cells {
                let (Some(sum), Some(stated), Some(field)) =
                    (sums.get(index), millionths(text, *kind, source), contract.fields.get(*index))
                else {
                    continue;
                };
                // A unit in the last place each way, for figures that were rounded before they were added.
                // A grand total sums everything, a subtotal the rows since the last one.
                if (stated - sum.0).abs() > 1_000 && (stated - sum.1).abs() > 1_000 {
                    let place = if sheet.is_empty() { String::new() } else { format!("{sheet}!") };
                    found.push(TotalCheck {
                        field: field.name.clone(),
                        cell: format!("{place}row {}", total.row_number),
                        stated: text.clone(),
                        summed: decimal_text(sum.0),
                    });
                }
            }
        }
        found
    }
}

fn millionths(text: &str, kind: CellKind, source: &koridor_contract::Source) -> Option<i128> {
    let parsed = match kind {
        CellKind::Number => koridor_contract::number::parse_native(text.as_bytes(), 6),
        _ => koridor_contract::number::parse_decimal(text.as_bytes(), source.numbers, 6),
    };
    parsed.ok().map(|decimal| i128::from(decimal.mantissa))
}

fn decimal_text(millionths: i128) -> String {
    let text = format!("{}.{:06}", millionths / 1_000_000, (millionths % 1_000_000).abs());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
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
                    let result = checker.check(&scanned.rows).map(|checked| (checked, scanned.faults, scanned.blank));
                    if result_sender.send((index, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(result_sender);
        let address = |rejection: &Rejection| rejection.column.map(|column| format!("{}{}", column_letters(column), rejection.row_number));
        let mut waiting: BTreeMap<usize, BlockResult> = BTreeMap::new();
        let mut next = 0;
        let mut outcome = Ok(());
        'results: for (index, result) in result_receiver.iter() {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                let taken = result
                    .map_err(LakeError::Arrow)
                    .and_then(|(checked, faults, blank)| collector.take("", checked, faults, blank, &main_checker, &address, sink));
                if let Err(error) = taken {
                    outcome = Err(error);
                    break 'results;
                }
            }
        }
        // Dropping the receiver ends workers and reader after an error.
        drop(result_receiver);
        let read = reader.join().map_err(|_| LakeError::Internal("the reading thread ended early".into()))?;
        outcome.and(read.map_err(|error| LakeError::io(path, error)))
    })
}

/// Puts the batches of one file together: keys, slices, accounting.
struct Collector<'contract> {
    account: Account,
    contract: &'contract Arc<Contract>,
    theme: &'contract TextExpression,
    /// 96 bits of each key's hash: two keys of ten million share them once in 10^15 files, and a set of them is a quarter smaller.
    keys: HashSet<ShortHash>,
    file_rules: Option<&'contract FileRules>,
    existing: &'contract ExistingKeys,
    /// Batches kept until the whole file is there, for rules over its rows.
    held: Vec<Checked>,
}

impl<'contract> Collector<'contract> {
    fn new(
        contract: &'contract Arc<Contract>,
        theme: &'contract TextExpression,
        file_rules: Option<&'contract FileRules>,
        existing: &'contract ExistingKeys,
    ) -> Self {
        Self { account: Account::default(), contract, theme, keys: HashSet::new(), file_rules, existing, held: Vec::new() }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one block, in one place")]
    fn take(
        &mut self,
        sheet: &str,
        checked: CheckedBatch,
        faults: Vec<LineFault>,
        blank: u64,
        checker: &Checker,
        address: &dyn Fn(&Rejection) -> Option<String>,
        sink: Sink<'_>,
    ) -> Result<(), LakeError> {
        let CheckedBatch { accepted, row_numbers, key_hashes, flags, rejections } = checked;
        if blank > 0 {
            *self.account.ignored.entry("blank".into()).or_default() += blank;
        }
        let mut rejected: Vec<(Option<String>, Rejection)> = Vec::new();
        for rejection in rejections {
            if layout::is_total(&rejection.lead) {
                *self.account.ignored.entry("total".into()).or_default() += 1;
            } else {
                rejected.push((address(&rejection), rejection));
            }
        }
        for fault in faults {
            let message = row_message(fault.rule, &fault.detail);
            let rejection = Rejection {
                row: 0,
                row_number: fault.row_number,
                column: None,
                field: None,
                rule: fault.rule.to_owned(),
                value: None,
                message,
                also: Vec::new(),
                row_json: "{}".into(),
                lead: String::new(),
            };
            rejected.push((Some(format!("A{}", fault.row_number)), rejection));
        }
        let mut doubles: Vec<usize> = Vec::new();
        for (row, hash) in key_hashes.iter().enumerate() {
            if !self.keys.insert(short_hash(*hash)) {
                doubles.push(row);
            }
        }
        let elsewhere = self.existing.doubles(self.contract, &accepted)?;
        let within = doubles.len();
        doubles.extend(elsewhere);
        let mut doubled = Vec::new();
        if !doubles.is_empty() {
            for (index, &row) in doubles.iter().enumerate() {
                if index >= within && doubles[..within].contains(&row) {
                    continue;
                }
                let rule = if index < within { "duplicate_key" } else { "duplicate_key_across_files" };
                let rejection = checker.reject_row(
                    row,
                    row_numbers.get(row).copied().unwrap_or_default(),
                    rule,
                    &self.key_text(&accepted, row),
                    self.row_json(&accepted, row)?,
                );
                rejected.push((address(&rejection), rejection));
            }
            doubled = vec![true; accepted.num_rows()];
            doubles.iter().for_each(|row| doubled[*row] = false);
        }
        rejected.sort_by_key(|(_, rejection)| rejection.row_number);
        let mut checked = Checked { sheet: sheet.to_owned(), accepted, row_numbers, flags, rejected };
        if !doubled.is_empty() {
            checked.keep(&doubled)?;
        }
        if self.file_rules.is_some() {
            self.held.push(checked);
            return Ok(());
        }
        self.give(checked, sink)
    }

    /// Counts a batch and gives it on.
    fn give(&mut self, checked: Checked, sink: Sink<'_>) -> Result<(), LakeError> {
        self.count_slices(&checked.accepted)?;
        self.account.accepted += checked.accepted.num_rows() as u64;
        self.account.rejected += checked.rejected.len() as u64;
        let mut last = None;
        for (row, flag) in &checked.flags {
            *self.account.flags.entry(flag.clone()).or_default() += 1;
            if last != Some(row) {
                self.account.flagged += 1;
                last = Some(row);
            }
        }
        sink(checked)
    }

    /// Checks what was held against the rules over the whole file, and gives it on.
    fn finish(&mut self, sink: Sink<'_>) -> Result<(), LakeError> {
        let held = std::mem::take(&mut self.held);
        let (Some(rules), Some(first)) = (self.file_rules, held.first()) else { return Ok(()) };
        let all = arrow::compute::concat_batches(&first.accepted.schema(), held.iter().map(|checked| &checked.accepted))?;
        let verdicts = if all.num_rows() == 0 { Vec::new() } else { rules(&all)? };
        let mut start = 0;
        for mut checked in held {
            let rows = checked.accepted.num_rows();
            let mut keep = vec![true; rows];
            for (rule, verdict) in self.contract.rules(Scope::File).zip(&verdicts) {
                for (row, kept) in
                    keep.iter_mut().enumerate().filter(|(row, _)| verdict.is_valid(start + row) && !verdict.value(start + row))
                {
                    match rule.severity {
                        Severity::Warn => checked.flags.push((row, rule.id.clone())),
                        Severity::Reject if *kept => {
                            *kept = false;
                            let value = checked
                                .accepted
                                .column_by_name(&rule.field)
                                .and_then(|column| arrow::util::display::array_value_to_string(column, row).ok());
                            let number = checked.row_numbers.get(row).copied().unwrap_or_default();
                            let rejection = Checker::reject_by_rule(row, number, rule, value, self.row_json(&checked.accepted, row)?);
                            checked.rejected.push((Some(format!("A{number}")), rejection));
                        }
                        Severity::Reject => {}
                    }
                }
            }
            checked.keep(&keep)?;
            checked.rejected.sort_by_key(|(_, rejection)| rejection.row_number);
            checked.flags.sort();
            start += rows;
            self.give(checked, sink)?;
        }
        Ok(())
    }

    fn key_text(&self, rows: &RecordBatch, row: usize) -> String {
        let personal = |name: &str| self.contract.fields.iter().any(|field| field.name == name && field.koridor.personal);
        let texts = self.contract.primary_key.iter().filter(|name| !personal(name)).filter_map(|name| rows.column_by_name(name));
        texts.map(|column| arrow::util::display::array_value_to_string(column, row).unwrap_or_default()).collect::<Vec<_>>().join(", ")
    }

    fn row_json(&self, rows: &RecordBatch, row: usize) -> Result<String, LakeError> {
        let mut fields = serde_json::Map::new();
        for (field, column) in self.contract.fields.iter().zip(rows.columns()) {
            let text = if field.koridor.personal || column.is_null(row) {
                String::new()
            } else {
                arrow::util::display::array_value_to_string(column, row)?
            };
            fields.insert(field.name.clone(), text.into());
        }
        Ok(serde_json::Value::Object(fields).to_string())
    }

    /// Counts rows by slice. Neighbouring rows share their slice as a rule, so the last one is compared first.
    fn count_slices(&mut self, rows: &RecordBatch) -> Result<(), LakeError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let Some(slice) = &self.contract.koridor.slice else { return Ok(()) };
        let text = |name: &str| -> Result<ArrayRef, LakeError> {
            rows.column_by_name(name).cloned().ok_or_else(|| LakeError::Internal(format!("column {name} is gone")))
        };
        let (regions, sources, period_types, releases) =
            (text(&slice.region)?, text("source_id")?, text("period_type")?, text("release_date")?);
        let (regions, sources, period_types) = (regions.as_string::<i32>(), sources.as_string::<i32>(), period_types.as_string::<i32>());
        let releases = releases.as_primitive::<Date32Type>();
        let months = match &slice.period {
            Some(period) => months(&text(period)?),
            None => vec![i32::MIN; rows.num_rows()],
        };
        let evaluated = match self.theme {
            TextExpression::Constant(_) => None,
            TextExpression::Sql(evaluate) => Some(EvaluateText::as_ref(evaluate)(rows)?),
        };
        let theme = |row: usize| match (&evaluated, self.theme) {
            (Some(themes), _) => themes.value(row),
            (None, TextExpression::Constant(text)) => text.as_str(),
            _ => "",
        };
        // Few values stand in each of these columns: numbered, a row's slice is one small key.
        let (mut region_names, mut theme_names, mut source_names, mut type_names) =
            (Numbered::default(), Numbered::default(), Numbered::default(), Numbered::default());
        type Parts = (u32, i32, u32, u32, u32, i32);
        let mut counts: HashMap<Parts, u64> = HashMap::new();
        let mut run: (Parts, u64) = ((u32::MAX, 0, 0, 0, 0, 0), 0);
        for (row, month) in months.iter().enumerate() {
            let parts = (
                region_names.number(regions.value(row)),
                *month,
                theme_names.number(theme(row)),
                source_names.number(sources.value(row)),
                type_names.number(period_types.value(row)),
                releases.value(row),
            );
            if parts == run.0 {
                run.1 += 1;
                continue;
            }
            if run.1 > 0 {
                *counts.entry(run.0).or_default() += run.1;
            }
            run = (parts, 1);
        }
        *counts.entry(run.0).or_default() += run.1;
        let counts = counts.into_iter().map(|((region, month, theme, source, period_type, release), count)| {
            (
                (
                    region_names.name(region),
                    month,
                    theme_names.name(theme),
                    source_names.name(source),
                    type_names.name(period_type),
                    release,
                ),
                count,
            )
        });
        for ((region, month, theme, source_id, period_type, release_date), count) in counts {
            let period = if month == i32::MIN {
                -25_567
            } else {
                koridor_contract::date::civil(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1).unwrap_or_default()
            };
            let key = SliceKey {
                source_id: source_id.to_owned(),
                region: region.to_owned(),
                period,
                period_type: period_type.to_owned(),
                theme: theme.to_owned(),
                release_date,
            };
            *self.account.slices.entry(key).or_default() += count;
        }
        Ok(())
    }
}

/// Texts of a column that holds few different ones, numbered in the order they come.
#[derive(Default)]
struct Numbered<'text> {
    names: Vec<&'text str>,
    numbers: HashMap<&'text str, u32>,
}

impl<'text> Numbered<'text> {
    /// Texts that are looked for one by one before the map is asked.
    const FEW: usize = 8;

    fn number(&mut self, text: &'text str) -> u32 {
        if let Some(at) = self.names.iter().take(Self::FEW).position(|name| *name == text) {
            return at as u32;
        }
        if self.names.len() > Self::FEW
            && let Some(number) = self.numbers.get(text)
        {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(text);
        self.numbers.insert(text, number);
        number
    }

    fn name(&self, number: u32) -> &'text str {
        self.names.get(number as usize).copied().unwrap_or_default()
    }
}

/// Months since year 0 of a date, datetime or year column.
fn months(column: &ArrayRef) -> Vec<i32> {
    use chrono::Datelike;
    let of_day = |day: i32| koridor_contract::date::from_days(day).map_or(0, |date| date.year() * 12 + date.month0() as i32);
    match column.data_type() {
        DataType::Int32 => column.as_primitive::<Int32Type>().values().iter().map(|year| year * 12).collect(),
        DataType::Date32 => column.as_primitive::<Date32Type>().values().iter().map(|day| of_day(*day)).collect(),
        _ => {
            let values = column.as_primitive::<TimestampMicrosecondType>().values();
            let mut last = (i32::MIN, 0);
            values
                .iter()
                .map(|moment| {
                    let day = moment.div_euclid(86_400_000_000) as i32;
                    if day != last.0 {
                        last = (day, of_day(day));
                    }
                    last.1
                })
                .collect()
        }
    }
}

/// Whether a region text of the caller is a code of the project, for `--region`.
pub fn region_code(project: &Project, text: &str) -> Option<String> {
    match project.codes.get("region")?.find(text, CodeSystem::Bps) {
        koridor_contract::codes::CodeMatch::Known(code) => Some(code.to_owned()),
        _ => None,
    }
}
