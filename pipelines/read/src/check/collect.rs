//! The checked batches of one file put together, in file order: keys, slices, rules over the file,
//! counts.

use super::counts::RowCounts;
use super::first_figures::FirstFigures;
use super::keys::{ExistingKeys, KeyBounds, Keys, ReleasedRows};
use super::rows::CheckedRows;
use super::rules::CompiledContract;
use super::slices::SliceCounter;
use super::year_to_date;
use crate::error::ReadError;
use crate::layout::is_total;
use crate::layout::totals::TotalCheck;
use crate::readers::{LineFault, Refusal};
use crate::recognise::Recognised;
use arrow::array::{Array, RecordBatch};
use arrow::util::display::array_value_to_string;
use koridor_contract::check::{Checker, slice_of};
use koridor_contract::contract::{Scope, Severity};
use koridor_contract::correction::Outcome;
use koridor_contract::message::{Message, row_message};
use koridor_contract::{CellRule, CheckedBatch, Contract, Rejection, Rule};
use std::collections::VecDeque;
use std::sync::Arc;

/// One block of a file, checked, with what is needed to say where its rows stand.
pub(super) struct Block<'block> {
    /// Sheet name.
    pub(super) sheet: &'block str,
    /// The contract's verdict.
    pub(super) checked: CheckedBatch,
    /// Rows that could not be read as rows.
    pub(super) faults: Vec<LineFault>,
    /// Rows without a value.
    pub(super) blank: u64,
    /// What checked it.
    pub(super) checker: &'block Checker,
    /// The cell that a refusal speaks of.
    pub(super) address: &'block dyn Fn(&Rejection) -> Option<String>,
}

/// A batch that waits for the whole file.
struct PendingBatch {
    checked: CheckedRows,
    /// For each refusing rule over the file, the cell of each row that it speaks of.
    cells: Vec<Vec<Option<String>>>,
}

/// Puts the batches of one file together.
pub(super) struct Collector {
    pub(super) counts: RowCounts,
    keys: Keys,
    first: FirstFigures,
    /// Totals of the table at hand that differ from the rows they sum.
    pub(super) differing: Vec<TotalCheck>,
    /// Batches that are done, in file order.
    pub(super) ready: VecDeque<CheckedRows>,
    contract: Arc<Contract>,
    compiled: Arc<CompiledContract>,
    slices: SliceCounter,
    year_to_date: Vec<usize>,
    /// Batches kept until the whole file is there, for rules over its rows.
    pending: Vec<PendingBatch>,
    pending_bytes: usize,
}

impl Collector {
    pub(super) fn new(
        recognised: &Recognised,
        compiled: Arc<CompiledContract>,
        existing: ExistingKeys,
    ) -> Self {
        Self {
            counts: RowCounts::default(),
            keys: Keys::new(existing),
            first: FirstFigures::default(),
            differing: Vec::new(),
            ready: VecDeque::new(),
            contract: Arc::clone(&recognised.contract),
            compiled,
            slices: SliceCounter::default(),
            year_to_date: year_to_date::fields(&recognised.source, &recognised.contract),
            pending: Vec::new(),
            pending_bytes: 0,
        }
    }

    /// Bounds the memory of keys for about `rows` rows, unless the rows themselves are held until
    /// the whole file is there.
    pub(super) fn bound_keys(&mut self, memory_bytes: usize, rows: usize) {
        if self.gives_at_once() {
            self.keys.bound(KeyBounds::of(memory_bytes), rows);
        }
    }

    /// Memory of the rows that wait for the whole file.
    pub(super) fn held_bytes(&self) -> usize {
        self.pending_bytes
    }

    /// Whether rows are given on as they come.
    fn gives_at_once(&self) -> bool {
        self.compiled.file_rules.is_none() && self.year_to_date.is_empty()
    }

    /// Takes the next block of the file.
    pub(super) fn add(&mut self, block: Block<'_>) -> Result<(), ReadError> {
        let Block { sheet, checked, faults, blank, checker, address } = block;
        let CheckedBatch {
            accepted,
            row_numbers,
            mut rows,
            key_hashes,
            flags,
            rejections,
            corrections,
        } = checked;
        for met in corrections {
            if met.outcome == Outcome::Dropped {
                self.counts.ignore("dropped_by_correction", 1);
            }
            self.counts.corrections.push((sheet.to_owned(), met));
        }
        self.counts.ignore("blank", blank);
        let mut rejected: Vec<(Option<String>, Rejection)> = Vec::new();
        for rejection in rejections {
            if is_total(&rejection.lead) {
                self.counts.ignore("total", 1);
            } else {
                rejected.push((address(&rejection), with_cells(rejection, address)));
            }
        }
        rejected.extend(faults.iter().map(|fault| {
            let message = row_message(fault.rule, &fault.detail);
            let rejection = unread_row(fault.row_number, fault.rule, message);
            (Some(format!("A{}", fault.row_number)), rejection)
        }));
        let numbers = RowNumbers { of_batch: &rows, of_file: &row_numbers };
        let mut keep = vec![true; accepted.num_rows()];
        let keys = self.keys.check(&self.contract, &accepted, &key_hashes)?;
        let mut twice = self.refuse_keys(checker, &accepted, &keys.refused, &numbers, &mut keep)?;
        self.first.tell(&self.contract, (&accepted, &key_hashes), &keys.refused, &mut twice)?;
        self.keys.hold(&accepted, &row_numbers, &flags, &keys.held)?;
        keys.held.iter().for_each(|row| keep[*row] = false);
        let unequal = self.refuse_differing(checker, &accepted, &numbers, &mut keep)?;
        rejected
            .extend(twice.into_iter().chain(unequal).map(|refused| (address(&refused), refused)));
        rejected.sort_by_key(|(_, rejection)| rejection.row_number);
        let sheet = sheet.to_owned();
        let mut checked = CheckedRows {
            sheet,
            accepted,
            row_numbers,
            slice_numbers: Vec::new(),
            flags,
            rejected,
        };
        checked.retain(&keep)?;
        let mut kept = keep.iter();
        rows.retain(|_| kept.next().copied().unwrap_or(true));
        if self.gives_at_once() {
            return self.give(checked);
        }
        let cells = self.rule_cells(checker, address, &rows, &checked.row_numbers);
        self.pending_bytes += checked.accepted.get_array_memory_size();
        self.pending.push(PendingBatch { checked, cells });
        Ok(())
    }

    /// Gives the next rows that were held back for their keys, after the last block; `false` where
    /// none is left.
    pub(super) fn give_held(
        &mut self,
        checker: &Checker,
        address: &dyn Fn(&Rejection) -> Option<String>,
    ) -> Result<bool, ReadError> {
        let Some(released) = self.keys.release()? else { return Ok(false) };
        let ReleasedRows { rows, row_numbers, flags, refused } = released;
        let numbers = RowNumbers { of_batch: &[], of_file: &row_numbers };
        let mut keep = vec![true; rows.num_rows()];
        let mut told = self.refuse_keys(checker, &rows, &refused, &numbers, &mut keep)?;
        let hashes = checker.key_hashes(&rows)?;
        self.first.tell(&self.contract, (&rows, &hashes), &refused, &mut told)?;
        let rejected = told.into_iter().map(|refused| (address(&refused), refused)).collect();
        let mut checked = CheckedRows {
            sheet: String::new(),
            accepted: rows,
            row_numbers,
            slice_numbers: Vec::new(),
            flags,
            rejected,
        };
        checked.retain(&keep)?;
        self.give(checked)?;
        Ok(true)
    }

    /// Refuses rows whose key stood in the file, or stands in another slice of the lake.
    fn refuse_keys(
        &self,
        checker: &Checker,
        accepted: &RecordBatch,
        rows: &[(usize, &'static str)],
        numbers: &RowNumbers<'_>,
        keep: &mut [bool],
    ) -> Result<Vec<Rejection>, ReadError> {
        let mut refused = Vec::new();
        for (row, rule) in rows.iter().copied() {
            if !std::mem::replace(&mut keep[row], false) {
                continue;
            }
            let key = self.key_text(accepted, row);
            let json = self.row_json(accepted, row)?;
            let (of_batch, of_file) = numbers.of(row);
            let mut rejection = checker.reject_row(of_batch, of_file, rule, &key, json);
            rejection.slice = slice_of(&self.contract, accepted, row);
            refused.push(rejection);
        }
        Ok(refused)
    }

    /// Refuses the rows of totals that differ, where the contract says so.
    fn refuse_differing(
        &self,
        checker: &Checker,
        accepted: &RecordBatch,
        numbers: &RowNumbers<'_>,
        keep: &mut [bool],
    ) -> Result<Vec<Rejection>, ReadError> {
        let mut refused = Vec::new();
        if self.contract.koridor.totals != Severity::Reject || self.differing.is_empty() {
            return Ok(refused);
        }
        for (row, kept) in keep.iter_mut().enumerate().filter(|(_, kept)| **kept) {
            let (of_batch, of_file) = numbers.of(row);
            let mut refusing = self.differing.iter().filter(|total| total.refuses());
            let total = refusing.find(|total| total.rows.contains(&of_file));
            let Some(total) = total else { continue };
            *kept = false;
            let reason = (total.field.as_str(), "total_differs", total.message());
            let json = self.row_json(accepted, row)?;
            let mut rejection = Checker::reject_with(of_batch, of_file, reason, None, json);
            rejection.column = checker.column_of(&total.field);
            rejection.slice = slice_of(&self.contract, accepted, row);
            refused.push(rejection);
        }
        Ok(refused)
    }

    /// For each refusing rule over the file, the cell of each row that it speaks of.
    fn rule_cells(
        &self,
        checker: &Checker,
        address: &dyn Fn(&Rejection) -> Option<String>,
        rows: &[u32],
        row_numbers: &[u64],
    ) -> Vec<Vec<Option<String>>> {
        let rules = self.contract.rules(Scope::File);
        let refusing = rules.filter(|rule| rule.severity == Severity::Reject);
        let cells = refusing.map(|rule| {
            let column = checker.column_of(&rule.field);
            let cell = |(row, number): (&u32, &u64)| {
                let mut rejection =
                    Checker::reject_by_rule(*row as usize, *number, rule, None, String::new());
                rejection.column = column;
                address(&rejection)
            };
            rows.iter().zip(row_numbers).map(cell).collect()
        });
        cells.collect()
    }

    /// Refuses all rows of a table that could not be laid out: their numbers and first cells.
    pub(super) fn refuse_table(
        &mut self,
        sheet: &str,
        rows: &[(u64, String)],
        refusal: &Refusal,
    ) -> Result<(), ReadError> {
        let rejected = rows.iter().map(|(number, cell)| {
            let rejection = unread_row(*number, refusal.code.code(), refusal.message.clone());
            (Some(cell.clone()), rejection)
        });
        let schema = koridor_contract::check::arrow_schema(&self.contract);
        self.give(CheckedRows {
            sheet: sheet.to_owned(),
            accepted: RecordBatch::new_empty(schema),
            row_numbers: Vec::new(),
            slice_numbers: Vec::new(),
            flags: Vec::new(),
            rejected: rejected.collect(),
        })
    }

    /// Counts a batch and gives it on.
    fn give(&mut self, mut checked: CheckedRows) -> Result<(), ReadError> {
        checked.slice_numbers = self.slices.count(
            &self.contract,
            &self.compiled.theme,
            &checked.accepted,
            &mut self.counts.slices,
        )?;
        self.counts.accepted += checked.accepted.num_rows() as u64;
        self.counts.rejected += checked.rejected.len() as u64;
        let is_outside = |rule: &str| rule == CellRule::OutsideCorridor.code();
        let outside = checked.rejected.iter().filter(|(_, own)| is_outside(&own.rule)).count();
        self.counts.rejected_outside += outside as u64;
        let mut last = None;
        for (row, flag) in &checked.flags {
            *self.counts.flags.entry(flag.clone()).or_default() += 1;
            if last != Some(row) {
                self.counts.flagged += 1;
                last = Some(row);
            }
        }
        self.ready.push_back(checked);
        Ok(())
    }

    /// Checks what waits against the rules over the whole file, and gives it on.
    pub(super) fn finish(&mut self) -> Result<(), ReadError> {
        let mut pending = std::mem::take(&mut self.pending);
        self.make_months(&mut pending)?;
        let compiled = Arc::clone(&self.compiled);
        let Some(rules) = compiled.file_rules.as_ref().filter(|_| !pending.is_empty()) else {
            return pending.into_iter().try_for_each(|batch| self.give(batch.checked));
        };
        let all = concatenated(&pending)?;
        let verdicts = if all.num_rows() == 0 { Vec::new() } else { rules(&all)? };
        let mut start = 0;
        for mut batch in pending {
            let rows = batch.checked.accepted.num_rows();
            let own: Vec<_> = verdicts.iter().map(|verdict| verdict.slice(start, rows)).collect();
            self.apply_file_rules(&mut batch, &own)?;
            start += rows;
            self.give(batch.checked)?;
        }
        Ok(())
    }

    /// Refuses or flags the rows of a batch that break a rule over the file.
    fn apply_file_rules(
        &self,
        batch: &mut PendingBatch,
        verdicts: &[arrow::array::BooleanArray],
    ) -> Result<(), ReadError> {
        let PendingBatch { checked, cells } = batch;
        let mut keep = vec![true; checked.accepted.num_rows()];
        let mut refusing = 0;
        for (rule, verdict) in self.contract.rules(Scope::File).zip(verdicts) {
            let is_broken = |row: usize| verdict.is_valid(row) && !verdict.value(row);
            for row in (0..keep.len()).filter(|row| is_broken(*row)) {
                if rule.severity == Severity::Warn {
                    checked.flags.push((row, rule.id.clone()));
                } else if std::mem::replace(&mut keep[row], false) {
                    let field = checked.accepted.column_by_name(&rule.field);
                    let value = field.and_then(|column| array_value_to_string(column, row).ok());
                    let number = checked.row_number(row);
                    let json = self.row_json(&checked.accepted, row)?;
                    let mut rejection = Checker::reject_by_rule(row, number, rule, value, json);
                    rejection.slice = slice_of(&self.contract, &checked.accepted, row);
                    let cell = cells.get_mut(refusing).and_then(|cells| cells.get_mut(row));
                    let cell = cell.and_then(Option::take).or_else(|| Some(format!("A{number}")));
                    checked.rejected.push((cell, rejection));
                }
            }
            refusing += usize::from(rule.severity == Severity::Reject);
        }
        checked.retain(&keep)?;
        checked.rejected.sort_by_key(|(_, rejection)| rejection.row_number);
        checked.flags.sort();
        Ok(())
    }

    /// Makes year-to-date figures into months, over all rows of the file.
    fn make_months(&mut self, pending: &mut [PendingBatch]) -> Result<(), ReadError> {
        if self.year_to_date.is_empty() || pending.is_empty() {
            return Ok(());
        }
        let all = concatenated(pending)?;
        for PendingBatch { checked, .. } in pending.iter() {
            self.counts.year_to_date.extend(year_to_date::as_filed(
                &checked.sheet,
                &checked.accepted,
                &checked.row_numbers,
                &self.contract,
                &self.year_to_date,
            ));
        }
        let (all, flags) = year_to_date::to_months(&all, &self.contract, &self.year_to_date)?;
        let mut start = 0;
        for PendingBatch { checked, .. } in pending {
            let rows = checked.accepted.num_rows();
            checked.accepted = all.slice(start, rows);
            let own = flags.iter().filter(|(row, _)| (start..start + rows).contains(row));
            checked.flags.extend(own.map(|(row, flag)| (row - start, flag.clone())));
            self.check_months(checked)?;
            checked.flags.sort();
            checked.flags.dedup();
            start += rows;
        }
        Ok(())
    }

    /// The rules of a row hold for its month, not for what was filed up to it.
    fn check_months(&self, checked: &mut CheckedRows) -> Result<(), ReadError> {
        let Some(rules) = &self.compiled.row_rules else { return Ok(()) };
        let verdicts = rules(&checked.accepted)?;
        let mut keep = vec![true; checked.accepted.num_rows()];
        for (rule, verdict) in self.contract.rules(Scope::Row).zip(&verdicts) {
            let is_broken = |row: usize| verdict.is_valid(row) && !verdict.value(row);
            for row in (0..keep.len()).filter(|row| is_broken(*row)) {
                if rule.severity == Severity::Warn {
                    checked.flags.push((row, rule.id.clone()));
                } else if std::mem::replace(&mut keep[row], false) {
                    let number = checked.row_number(row);
                    let json = self.row_json(&checked.accepted, row)?;
                    let mut rejection = Checker::reject_by_rule(row, number, rule, None, json);
                    rejection.slice = slice_of(&self.contract, &checked.accepted, row);
                    checked.rejected.push((Some(format!("A{number}")), rejection));
                }
            }
        }
        checked.retain(&keep)?;
        checked.rejected.sort_by_key(|(_, rejection)| rejection.row_number);
        Ok(())
    }

    fn key_text(&self, rows: &RecordBatch, row: usize) -> String {
        let is_personal = |name: &str| {
            self.contract.fields.iter().any(|field| field.name == name && field.koridor.personal)
        };
        let own = self.contract.primary_key.iter().filter(|name| !is_personal(name));
        let texts = own
            .filter_map(|name| rows.column_by_name(name))
            .map(|column| array_value_to_string(column, row).unwrap_or_default());
        texts.collect::<Vec<_>>().join(", ")
    }

    fn row_json(&self, rows: &RecordBatch, row: usize) -> Result<String, ReadError> {
        let mut fields = serde_json::Map::new();
        for (field, column) in self.contract.fields.iter().zip(rows.columns()) {
            let text = if field.koridor.personal || column.is_null(row) {
                String::new()
            } else {
                array_value_to_string(column, row)?
            };
            fields.insert(field.name.clone(), text.into());
        }
        Ok(serde_json::Value::Object(fields).to_string())
    }
}

/// Where the accepted rows of a batch stand: in the batch as it was read, and in the file.
struct RowNumbers<'rows> {
    of_batch: &'rows [u32],
    of_file: &'rows [u64],
}

impl RowNumbers<'_> {
    fn of(&self, row: usize) -> (usize, u64) {
        let of_batch = self.of_batch.get(row).map_or(row, |row| *row as usize);
        (of_batch, self.of_file.get(row).copied().unwrap_or_default())
    }
}

fn concatenated(pending: &[PendingBatch]) -> Result<RecordBatch, ReadError> {
    let Some(first) = pending.first() else {
        return Err(ReadError::Internal("no batch waits".into()));
    };
    let batches = pending.iter().map(|batch| &batch.checked.accepted);
    Ok(arrow::compute::concat_batches(&first.checked.accepted.schema(), batches)?)
}

/// The refusal of a row that was not read as a row of the contract.
fn unread_row(row_number: u64, rule: &str, message: Message) -> Rejection {
    let rejection = Rejection::new(0, row_number, &Rule::from_code(rule), message);
    Rejection { row_json: "{}".into(), ..rejection }
}

/// Names the cells of the further rules that a row breaks.
fn with_cells(
    mut rejection: Rejection,
    address: &dyn Fn(&Rejection) -> Option<String>,
) -> Rejection {
    let first = rejection.column;
    let columns = std::mem::take(&mut rejection.also_columns);
    for (at, column) in columns.into_iter().enumerate().filter(|(_, column)| column.is_some()) {
        rejection.column = column;
        if let (Some(cell), Some(also)) = (address(&rejection), rejection.also.get_mut(at)) {
            also.push_str(&format!(" ({cell})"));
        }
    }
    rejection.column = first;
    rejection
}
