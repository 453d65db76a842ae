//! The check of one table of a sheet: laid out, then checked in runs of rows.

use super::claims::Claims;
use super::collect::{Block, Collector};
use super::hints::Hints;
use super::setting::ErasedRows;
use crate::error::ReadError;
use crate::layout::{self, TidyTable};
use crate::readers::{Addresses, LineFault, Refusal, Sheet, check_faults};
use crate::recognise::{self, Recognised};
use koridor_contract::check::{Checker, FieldOrigin, Setting};
use koridor_contract::message::Message;
use koridor_contract::scrub::{self, Scrubber};
use koridor_contract::{CheckedBatch, Rejection};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Rows checked at a time.
const ROWS: usize = 32 * 1024;

/// A table that could not be laid out: its filled rows with their first cells, and its blank ones.
struct FailedTable {
    sheet: String,
    rows: Vec<(u64, String)>,
    blank: u64,
    failure: Failure,
}

/// Why a table could not be laid out.
struct Failure {
    refusal: Refusal,
    /// It is one of plans: beside one of what was counted it is left out.
    is_of_plans: bool,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, is_of_plans: false }
    }
}

/// The tables of a file's sheets, checked one after the other.
pub(super) struct SheetQueue {
    recognised: Recognised,
    setting: Setting,
    erased: Arc<ErasedRows>,
    scrubber: Scrubber,
    sheets: std::vec::IntoIter<Sheet>,
    tables: VecDeque<Sheet>,
    failed: Vec<FailedTable>,
    fitting: usize,
}

impl SheetQueue {
    pub(super) fn new(
        recognised: Recognised,
        (setting, erased): (Setting, Arc<ErasedRows>),
        sheets: Arc<Vec<Sheet>>,
    ) -> Self {
        let sheets = Arc::try_unwrap(sheets).unwrap_or_else(|shared| shared.as_ref().clone());
        Self {
            recognised,
            scrubber: Scrubber::new(&setting.hash_key),
            setting,
            erased,
            sheets: sheets.into_iter(),
            tables: VecDeque::new(),
            failed: Vec::new(),
            fitting: 0,
        }
    }

    /// Checks the next table; `false` where none is left.
    pub(super) fn advance(&mut self, collector: &mut Collector) -> Result<bool, ReadError> {
        let Some(table) = self.next_table(collector) else { return Ok(false) };
        let name = self.scrubber.name(&table.name).into_owned();
        let cells = &table.cells;
        let is_filled = |row: &usize| (0..cells.width()).any(|at| !cells.is_blank(*row, at));
        let numbers = (0..cells.len()).filter(is_filled).map(|row| cells.row_number(row));
        let rows: Vec<(u64, String)> =
            numbers.map(|number| (number, table.addresses.cell(number, 0))).collect();
        let blank = (cells.len() - rows.len()) as u64;
        match self.check_table(table, &name, collector)? {
            Ok(()) => self.fitting += 1,
            Err(failure) => self.failed.push(FailedTable { sheet: name, rows, blank, failure }),
        }
        Ok(true)
    }

    fn next_table(&mut self, collector: &mut Collector) -> Option<Sheet> {
        let Recognised { source, contract, .. } = &self.recognised;
        loop {
            if let Some(table) = self.tables.pop_front() {
                return Some(table);
            }
            let sheet = self.sheets.next()?;
            if !recognise::is_sheet(source, &sheet) {
                collector.counts.ignore("other_sheet", sheet.cells.len() as u64);
                continue;
            }
            let tables = layout::transposed(&sheet, source)
                .unwrap_or_else(|| layout::tables::tables(sheet, source, contract));
            self.tables.extend(tables);
        }
    }

    /// Accounts for the tables that did not fit; the first refusal where none did.
    pub(super) fn finish(
        self,
        collector: &mut Collector,
    ) -> Result<Result<(), Refusal>, ReadError> {
        if let Some(first) = self.failed.first().filter(|_| self.fitting == 0) {
            return Ok(Err(first.failure.refusal.clone()));
        }
        for FailedTable { sheet, rows, blank, failure } in self.failed {
            let Failure { refusal, is_of_plans } = failure;
            // A sheet without the header is another one; a table with it that cannot be laid out is
            // lost data.
            if refusal.is_no_table() {
                collector.counts.ignore("other_sheet", rows.len() as u64 + blank);
            } else if is_of_plans {
                collector.counts.ignore("plans", rows.len() as u64 + blank);
                collector.counts.titles.push(left_out(&sheet, &refusal));
            } else {
                collector.counts.ignore("blank", blank);
                collector.refuse_table(&sheet, &rows, &refusal)?;
            }
        }
        Ok(Ok(()))
    }

    fn check_table(
        &self,
        sheet: Sheet,
        name: &str,
        collector: &mut Collector,
    ) -> Result<Result<(), Failure>, ReadError> {
        let Recognised { source, contract, given } = &self.recognised;
        let mut sheet = match layout::meant_rows(sheet, source, &self.setting.codes) {
            Ok(sheet) => sheet,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let left_out = std::mem::take(&mut sheet.left_out);
        let addresses = sheet.addresses.clone();
        let laid_out = layout::find_header(&sheet, source, contract)
            .and_then(|found| layout::with_units(source, contract, &found, &sheet))
            .and_then(|(source, units)| {
                let table = layout::lay_out(sheet, &source, contract, given, &self.setting.codes)?;
                Ok((source, units, table))
            });
        let (source, units, mut table) = match laid_out {
            Ok(laid_out) => laid_out,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let faults = std::mem::take(&mut table.faults);
        if let Err(refusal) = check_faults(faults.len(), table.rows.len()) {
            return Ok(Err(refusal.into()));
        }
        let mut checker =
            Checker::new(Arc::clone(contract), Some(&source), &table.origins, &self.setting);
        if table.rows.len() > ROWS {
            checker.look(&table.rows);
        }
        let first = checker.check(&table.rows.part(0..ROWS.min(table.rows.len())))?;
        let (said, codes) = (&table.said, &self.setting.codes);
        let claims = Claims { said, sheet: name, contract, source: &source, codes };
        match claims.compare(&first.accepted)? {
            Ok(told) => collector.counts.titles.extend(told),
            Err(refusal) => {
                return Ok(Err(Failure { refusal, is_of_plans: claims.are_plans() }));
            }
        }
        for (reason, count) in table.ignored.iter().chain(&left_out) {
            collector.counts.ignore(reason, *count);
        }
        self.name_columns(&table, &units, &addresses, &mut collector.counts.columns);
        // A total is that of all rows, and some may not be there any more.
        table.totals.retain(|_| !self.erased.contains_key(name));
        let is_confidential = contract.hides_figures();
        table.totals.iter_mut().for_each(|total| total.is_confidential = is_confidential);
        collector.differing.clone_from(&table.totals);
        let hints = Hints::of(contract, &source, &table.origins, |at| table.own_column(at));
        let rows = TableRows { name, table: &table, addresses: &addresses, hints: &hints };
        rows.add((&mut checker, first), faults, collector)?;
        collector.differing.clear();
        collector.counts.totals.extend(table.totals);
        Ok(Ok(()))
    }

    /// Names the column of each field: `value[Januari 2024]` where a row holds several records.
    fn name_columns(
        &self,
        table: &TidyTable,
        units: &BTreeMap<String, String>,
        addresses: &Addresses,
        columns: &mut BTreeMap<String, String>,
    ) {
        let fields = || self.recognised.contract.fields.iter().zip(&table.origins);
        let mut name = |field: &str, label: &str, column: usize| {
            let unit = units.get(field).map(|unit| format!(" ({unit})")).unwrap_or_default();
            columns
                .insert(format!("{field}{label}"), format!("{}{unit}", addresses.column(column)));
        };
        for (field, origin) in fields() {
            if let FieldOrigin::Column(at) = origin
                && let Some(Some(column)) = table.sheet_columns.get(*at)
            {
                name(&field.name, "", *column);
            }
        }
        for (label, of_record) in table.record_labels.iter().zip(&table.record_columns) {
            for (field, origin) in fields() {
                if let FieldOrigin::Column(at) = origin
                    && let Some(Some(column)) = of_record.get(*at)
                {
                    name(&field.name, &format!("[{}]", scrub::cell(label)), *column);
                }
            }
        }
    }
}

/// What is said of a table of plans that is left out.
fn left_out(sheet: &str, Refusal { message, .. }: &Refusal) -> Message {
    let place = if sheet.is_empty() { String::new() } else { format!("{sheet}: ") };
    let Message { id, en } = message;
    Message {
        id: format!("{place}tabel ini tidak dimuat, yang lain dimuat: {id}"),
        en: format!("{place}this table is left out, and the others are loaded: {en}"),
    }
}

/// The rows of a table that is laid out, on their way to the collector.
struct TableRows<'table> {
    name: &'table str,
    table: &'table TidyTable,
    addresses: &'table Addresses,
    hints: &'table Hints,
}

impl TableRows<'_> {
    /// Gives them to the collector in runs, the first of which is checked already.
    fn add(
        &self,
        (checker, first): (&mut Checker, CheckedBatch),
        mut faults: Vec<LineFault>,
        collector: &mut Collector,
    ) -> Result<(), ReadError> {
        let Self { name, table, addresses, hints } = *self;
        let mut first = Some(first);
        let mut start = 0;
        loop {
            let end = (start + ROWS).min(table.rows.len());
            let mut checked = match first.take() {
                Some(first) => first,
                None => checker.check(&table.rows.part(start..end))?,
            };
            hints.add(&mut checked, (&table.rows, start), |row, at| addresses.cell(row, at));
            let address = |rejection: &Rejection| {
                let column = table.sheet_column(start + rejection.row, rejection.column);
                // A record of a transposed sheet is a column of it: its first cell tells which.
                let column = column.or_else(|| addresses.is_transposed().then_some(0));
                column.map(|column| addresses.cell(rejection.row_number, column))
            };
            collector.add(Block {
                sheet: name,
                checked,
                faults: std::mem::take(&mut faults),
                blank: 0,
                checker,
                address: &address,
            })?;
            start = end;
            if start >= table.rows.len() {
                return Ok(());
            }
        }
    }
}
