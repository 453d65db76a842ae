//! The checked batches of one file put together, in file order: keys, slices, rules over the file, accounting.

use crate::check_file::{Checked, Compiled, Sink};
use crate::cumulative;
use crate::engine::{EvaluateText, FileRules, TextExpression};
use crate::error::LakeError;
use crate::layout;
use crate::layout::totals::TotalCheck;
use crate::readers::{LineFault, Refusal};
use crate::recognise::Recognised;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Int32Type, TimestampMicrosecondType};
use hashbrown::{HashMap, HashSet};
use koridor_contract::check::{Checker, REGISTER, RowRules, RowSlice, slice_of};
use koridor_contract::contract::{Scope, Severity};
use koridor_contract::correction::{Outcome, Use};
use koridor_contract::message::row_message;
use koridor_contract::{CheckedBatch, Contract, Rejection};
use std::collections::BTreeMap;
use std::sync::Arc;

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
            .filter(|(_, (key, slice))| {
                self.keys.get(key).is_some_and(|other| self.slices.get(slice) != Some(other))
            })
            .map(|(row, _)| row)
            .collect())
    }
}

/// 96 bits of a hash.
type ShortHash = [u32; 3];
/// What a slice is within one dataset and source.
type RegionMonth = (String, i32);

/// Each row's key without its release, and its slice.
fn keys_and_slices(
    contract: &Contract,
    rows: &RecordBatch,
) -> Result<Vec<(ShortHash, RegionMonth)>, LakeError> {
    let column = |name: &str| {
        rows.column_by_name(name)
            .cloned()
            .ok_or_else(|| LakeError::Internal(format!("column {name} is gone")))
    };
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
    /// Corrections that met a row, with its sheet.
    pub corrections: Vec<(String, Use)>,
    /// Figures that count from January on, as they were filed.
    pub cumulative: Vec<cumulative::Counted>,
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

/// Puts the batches of one file together: keys, slices, accounting.
pub(crate) struct Collector<'contract> {
    pub(crate) account: Account,
    contract: &'contract Arc<Contract>,
    theme: &'contract TextExpression,
    /// 96 bits of each key's hash: two keys of ten million share them once in 10^15 files, and a set of them is a quarter smaller.
    pub(crate) keys: HashSet<ShortHash>,
    file_rules: Option<&'contract FileRules>,
    row_rules: Option<&'contract RowRules>,
    existing: &'contract ExistingKeys,
    /// Fields that count from January on.
    cumulative: Vec<usize>,
    /// Batches kept until the whole file is there, for rules over its rows.
    held: Vec<Held>,
    /// Totals of the table at hand that differ from the rows they sum.
    pub(crate) differing: Vec<TotalCheck>,
}

/// A batch that waits for the whole file.
struct Held {
    checked: Checked,
    /// For each refusing rule over the file, the cell of each row that it speaks of.
    cells: Vec<Vec<Option<String>>>,
}

impl<'contract> Collector<'contract> {
    pub(crate) fn new(
        recognised: &'contract Recognised,
        compiled: &'contract Compiled,
        existing: &'contract ExistingKeys,
    ) -> Self {
        let contract = &recognised.contract;
        let cumulative = cumulative::fields(&recognised.source, contract);
        Self {
            account: Account::default(),
            contract,
            cumulative,
            theme: &compiled.theme,
            keys: HashSet::new(),
            file_rules: compiled.file_rules.as_ref(),
            row_rules: compiled.rules.as_ref(),
            existing,
            held: Vec::new(),
            differing: Vec::new(),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one block, in one place")]
    pub(crate) fn take(
        &mut self,
        sheet: &str,
        checked: CheckedBatch,
        faults: Vec<LineFault>,
        blank: u64,
        checker: &Checker,
        address: &dyn Fn(&Rejection) -> Option<String>,
        sink: Sink<'_>,
    ) -> Result<(), LakeError> {
        let CheckedBatch {
            accepted,
            row_numbers,
            rows,
            key_hashes,
            flags,
            rejections,
            corrections,
        } = checked;
        for met in corrections {
            if met.outcome == Outcome::Dropped {
                *self.account.ignored.entry("dropped_by_correction".into()).or_default() += 1;
            }
            self.account.corrections.push((sheet.to_owned(), met));
        }
        if blank > 0 {
            *self.account.ignored.entry("blank".into()).or_default() += blank;
        }
        let mut rejected: Vec<(Option<String>, Rejection)> = Vec::new();
        for rejection in rejections {
            if layout::is_total(&rejection.lead) {
                *self.account.ignored.entry("total".into()).or_default() += 1;
            } else {
                rejected.push((address(&rejection), with_cells(rejection, address)));
            }
        }
        for fault in faults {
            let message = row_message(fault.rule, &fault.detail);
            let rejection = Rejection {
                row: 0,
                row_number: fault.row_number,
                column: None,
                slice: RowSlice::default(),
                field: None,
                rule: fault.rule.to_owned(),
                value: None,
                message,
                also: Vec::new(),
                also_columns: Vec::new(),
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
        let mut keep = Vec::new();
        if !doubles.is_empty() {
            for (index, &row) in doubles.iter().enumerate() {
                if index >= within && doubles[..within].contains(&row) {
                    continue;
                }
                let rule =
                    if index < within { "duplicate_key" } else { "duplicate_key_across_files" };
                let mut rejection = checker.reject_row(
                    rows.get(row).map_or(row, |row| *row as usize),
                    row_numbers.get(row).copied().unwrap_or_default(),
                    rule,
                    &self.key_text(&accepted, row),
                    self.row_json(&accepted, row)?,
                );
                rejection.slice = slice_of(self.contract, &accepted, row);
                rejected.push((address(&rejection), rejection));
            }
            keep = vec![true; accepted.num_rows()];
            doubles.iter().for_each(|row| keep[*row] = false);
        }
        if self.contract.koridor.totals == Severity::Reject && !self.differing.is_empty() {
            keep.resize(accepted.num_rows(), true);
            for (row, number) in row_numbers.iter().enumerate() {
                let Some(total) = self
                    .differing
                    .iter()
                    .find(|total| total.rows.contains(number))
                    .filter(|_| keep[row])
                else {
                    continue;
                };
                keep[row] = false;
                let at = rows.get(row).map_or(row, |row| *row as usize);
                let reason = (total.field.as_str(), "total_differs", total.message());
                let mut rejection =
                    Checker::reject_with(at, *number, reason, None, self.row_json(&accepted, row)?);
                rejection.column = checker.column_of(&total.field);
                rejection.slice = slice_of(self.contract, &accepted, row);
                rejected.push((address(&rejection), rejection));
            }
        }
        rejected.sort_by_key(|(_, rejection)| rejection.row_number);
        let mut checked =
            Checked { sheet: sheet.to_owned(), accepted, row_numbers, flags, rejected };
        let mut rows = rows;
        if !keep.is_empty() {
            checked.keep(&keep)?;
            let mut kept = keep.iter();
            rows.retain(|_| kept.next().copied().unwrap_or(true));
        }
        if self.file_rules.is_none() && self.cumulative.is_empty() {
            return self.give(checked, sink);
        }
        let refusing =
            self.contract.rules(Scope::File).filter(|rule| rule.severity == Severity::Reject);
        let cells = refusing.map(|rule| {
            let column = checker.column_of(&rule.field);
            let cell = |(row, number): (&u32, &u64)| {
                let mut rejection =
                    Checker::reject_by_rule(*row as usize, *number, rule, None, String::new());
                rejection.column = column;
                address(&rejection)
            };
            rows.iter().zip(&checked.row_numbers).map(cell).collect()
        });
        let cells = cells.collect();
        self.held.push(Held { checked, cells });
        Ok(())
    }

    /// Refuses all rows of a table that could not be laid out: their numbers and first cells.
    pub(crate) fn refuse(
        &mut self,
        sheet: &str,
        rows: &[(u64, String)],
        refusal: &Refusal,
        sink: Sink<'_>,
    ) -> Result<(), LakeError> {
        let rejection = |(number, cell): &(u64, String)| {
            let rejection = Rejection {
                row: 0,
                row_number: *number,
                column: None,
                slice: RowSlice::default(),
                field: None,
                rule: refusal.code.to_owned(),
                value: None,
                message: refusal.message.clone(),
                also: Vec::new(),
                also_columns: Vec::new(),
                row_json: "{}".into(),
                lead: String::new(),
            };
            (Some(cell.clone()), rejection)
        };
        let accepted = RecordBatch::new_empty(koridor_contract::check::arrow_schema(self.contract));
        let rejected = rows.iter().map(rejection).collect();
        self.give(
            Checked {
                sheet: sheet.to_owned(),
                accepted,
                row_numbers: Vec::new(),
                flags: Vec::new(),
                rejected,
            },
            sink,
        )
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
    pub(crate) fn finish(&mut self, sink: Sink<'_>) -> Result<(), LakeError> {
        let mut held = std::mem::take(&mut self.held);
        self.count_months(&mut held)?;
        let (Some(rules), Some(first)) = (self.file_rules, held.first()) else {
            return held.into_iter().try_for_each(|held| self.give(held.checked, sink));
        };
        let all = arrow::compute::concat_batches(
            &first.checked.accepted.schema(),
            held.iter().map(|held| &held.checked.accepted),
        )?;
        let verdicts = if all.num_rows() == 0 { Vec::new() } else { rules(&all)? };
        let mut start = 0;
        for Held { mut checked, mut cells } in held {
            let rows = checked.accepted.num_rows();
            let mut keep = vec![true; rows];
            let mut refusing = 0;
            for (rule, verdict) in self.contract.rules(Scope::File).zip(&verdicts) {
                for (row, kept) in keep
                    .iter_mut()
                    .enumerate()
                    .filter(|(row, _)| verdict.is_valid(start + row) && !verdict.value(start + row))
                {
                    match rule.severity {
                        Severity::Warn => checked.flags.push((row, rule.id.clone())),
                        Severity::Reject if *kept => {
                            *kept = false;
                            let value =
                                checked.accepted.column_by_name(&rule.field).and_then(|column| {
                                    arrow::util::display::array_value_to_string(column, row).ok()
                                });
                            let number = checked.row_numbers.get(row).copied().unwrap_or_default();
                            let mut rejection = Checker::reject_by_rule(
                                row,
                                number,
                                rule,
                                value,
                                self.row_json(&checked.accepted, row)?,
                            );
                            rejection.slice = slice_of(self.contract, &checked.accepted, row);
                            let cell = cells
                                .get_mut(refusing)
                                .and_then(|cells| cells.get_mut(row))
                                .and_then(Option::take);
                            checked
                                .rejected
                                .push((cell.or_else(|| Some(format!("A{number}"))), rejection));
                        }
                        Severity::Reject => {}
                    }
                }
                refusing += usize::from(rule.severity == Severity::Reject);
            }
            checked.keep(&keep)?;
            checked.rejected.sort_by_key(|(_, rejection)| rejection.row_number);
            checked.flags.sort();
            start += rows;
            self.give(checked, sink)?;
        }
        Ok(())
    }

    /// Turns what counts from January on into months, over all rows of the file.
    fn count_months(&mut self, held: &mut [Held]) -> Result<(), LakeError> {
        let Some(first) = held.first().filter(|_| !self.cumulative.is_empty()) else {
            return Ok(());
        };
        let all = arrow::compute::concat_batches(
            &first.checked.accepted.schema(),
            held.iter().map(|held| &held.checked.accepted),
        )?;
        for Held { checked, .. } in held.iter() {
            let filed = cumulative::as_filed(
                &checked.sheet,
                &checked.accepted,
                &checked.row_numbers,
                self.contract,
                &self.cumulative,
            );
            self.account.cumulative.extend(filed);
        }
        let (all, flags) = cumulative::to_months(&all, self.contract, &self.cumulative)?;
        let mut start = 0;
        for Held { checked, .. } in held {
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

    /// The rules of a row hold for its month, not for what was counted up to it.
    fn check_months(&self, checked: &mut Checked) -> Result<(), LakeError> {
        let Some(rules) = self.row_rules else { return Ok(()) };
        let verdicts = rules(&checked.accepted)?;
        let mut keep = vec![true; checked.accepted.num_rows()];
        for (rule, verdict) in self.contract.rules(Scope::Row).zip(&verdicts) {
            let broken =
                (0..keep.len()).filter(|row| verdict.is_valid(*row) && !verdict.value(*row));
            for row in broken.collect::<Vec<_>>() {
                if rule.severity == Severity::Warn {
                    checked.flags.push((row, rule.id.clone()));
                } else if keep.get(row) == Some(&true) {
                    keep[row] = false;
                    let number = checked.row_numbers.get(row).copied().unwrap_or_default();
                    let mut rejection = Checker::reject_by_rule(
                        row,
                        number,
                        rule,
                        None,
                        self.row_json(&checked.accepted, row)?,
                    );
                    rejection.slice = slice_of(self.contract, &checked.accepted, row);
                    checked.rejected.push((Some(format!("A{number}")), rejection));
                }
            }
        }
        checked.keep(&keep)?;
        checked.rejected.sort_by_key(|(_, rejection)| rejection.row_number);
        Ok(())
    }

    fn key_text(&self, rows: &RecordBatch, row: usize) -> String {
        let personal = |name: &str| {
            self.contract.fields.iter().any(|field| field.name == name && field.koridor.personal)
        };
        let texts = self
            .contract
            .primary_key
            .iter()
            .filter(|name| !personal(name))
            .filter_map(|name| rows.column_by_name(name));
        texts
            .map(|column| {
                arrow::util::display::array_value_to_string(column, row).unwrap_or_default()
            })
            .collect::<Vec<_>>()
            .join(", ")
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
            rows.column_by_name(name)
                .cloned()
                .ok_or_else(|| LakeError::Internal(format!("column {name} is gone")))
        };
        let (regions, sources, period_types, releases) =
            (text(&slice.region)?, text("source_id")?, text("period_type")?, text("release_date")?);
        let (regions, sources, period_types) = (
            regions.as_string::<i32>(),
            sources.as_string::<i32>(),
            period_types.as_string::<i32>(),
        );
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
        let counts = counts.into_iter().map(
            |((region, month, theme, source, period_type, release), count)| {
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
            },
        );
        for ((region, month, theme, source_id, period_type, release_date), count) in counts {
            let period = if month == i32::MIN {
                REGISTER
            } else {
                koridor_contract::date::civil(
                    month.div_euclid(12),
                    month.rem_euclid(12) as u32 + 1,
                    1,
                )
                .unwrap_or_default()
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
    let of_day = |day: i32| {
        koridor_contract::date::from_days(day)
            .map_or(0, |date| date.year() * 12 + date.month0() as i32)
    };
    match column.data_type() {
        DataType::Int32 => {
            column.as_primitive::<Int32Type>().values().iter().map(|year| year * 12).collect()
        }
        DataType::Date32 => {
            column.as_primitive::<Date32Type>().values().iter().map(|day| of_day(*day)).collect()
        }
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
