//! What a submission does to the rows that stand: which it replaces, withdraws or ends, and whether
//! it leaves out so much that it must be accepted first.

use super::filed_rows::{
    FiledEvent, FiledPart, FiledRow, FiledRows, KeyHash, days, entry_hashes, key_hashes, key_text,
};
use super::standing::{Group, Place, StandingSlice, group};
use crate::error::LakeError;
use crate::ledger::{Fate, RowAddress, Submission, SupersededRow};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use hashbrown::{HashMap, HashSet};
use koridor_contract::{Contract, Project, Supersedes, VALID_FROM, VALID_TO};
use koridor_read::check::{SliceCount, SliceKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of a file above which slices that it replaces wholly are recorded as such.
const MOST_LISTED_ROWS: usize = 10_000;

/// Withdrawn rows that are recorded one by one.
const MOST_WITHDRAWN_ROWS: usize = 1_000;

/// What a submission of a contract speaks for within its region and period: a table for all of it
/// or for the parts it names, the files of an event or register for their own themes.
pub(super) fn covers(contract: &Contract, key: &SliceKey) -> String {
    match contract.koridor.supersedes {
        Supersedes::Slice if contract.is_parted() => key.part.clone(),
        Supersedes::Slice => "*".to_owned(),
        Supersedes::Key | Supersedes::Snapshot => key.theme.clone(),
    }
}

/// A checked submission before it is committed.
pub(super) struct Submitted<'load> {
    pub(super) project: &'load Project,
    pub(super) contract: &'load Arc<Contract>,
    pub(super) supersedes: Supersedes,
    pub(super) slices: &'load BTreeMap<SliceKey, SliceCount>,
    pub(super) rows: &'load FiledRows,
    pub(super) id: &'load str,
    pub(super) submission: Submission,
}

/// Rows and sums of what stands, and of what of it would go.
#[derive(Debug, Default, Clone)]
pub(super) struct Share {
    pub(super) rows: u64,
    pub(super) gone_rows: u64,
    /// Of each main measure, in the contract's order.
    pub(super) sums: Vec<f64>,
    pub(super) gone_sums: Vec<f64>,
    /// Path of one of the files that stand.
    pub(super) path: String,
}

impl Share {
    fn add(&mut self, measures: &[f64], is_gone: bool, path: &str) {
        self.rows += 1;
        self.gone_rows += u64::from(is_gone);
        self.sums.resize(measures.len(), 0.0);
        self.gone_sums.resize(measures.len(), 0.0);
        for (index, value) in measures.iter().enumerate() {
            self.sums[index] += value;
            self.gone_sums[index] += if is_gone { *value } else { 0.0 };
        }
        if self.path.is_empty() || is_gone {
            path.clone_into(&mut self.path);
        }
    }

    /// The largest share that goes, of rows or of a main measure.
    pub(super) fn largest(&self) -> f64 {
        let of_rows = self.gone_rows as f64 / self.rows.max(1) as f64;
        let sums = self.sums.iter().zip(&self.gone_sums).filter(|(sum, _)| **sum > 0.0);
        sums.map(|(sum, gone)| gone / sum).fold(of_rows, f64::max)
    }
}

/// What a submission does to the rows that stand.
#[derive(Debug, Default)]
pub(super) struct Consequences {
    pub(super) rows: Vec<SupersededRow>,
    /// The slice of which most goes, where that is more than the contract allows.
    pub(super) thin: Option<(Group, Share)>,
}

/// An event of the file that stands under another region.
struct Move<'load> {
    event: &'load FiledEvent,
    slice: &'load StandingSlice,
    /// The row that stands, where it is replaced.
    superseded: SupersededRow,
}

/// Sets the rows that stand against a submission, batch by batch.
pub(super) struct Comparison<'load> {
    submitted: &'load Submitted<'load>,
    standing: HashMap<i64, &'load StandingSlice>,
    /// What the submission speaks for, with its newest release.
    groups: HashMap<Group, i32>,
    /// Its slices that a newer table takes the place of.
    silent: HashSet<u32>,
    slices: HashMap<u32, &'load SliceKey>,
    measures: Vec<&'load str>,
    shares: BTreeMap<Group, Share>,
    rows: Vec<SupersededRow>,
    /// Keys of the file's rows that stand, and its events that stand under another region.
    standing_keys: HashSet<KeyHash>,
    moves: Vec<Move<'load>>,
    /// Of slices that stand: rows, and those of them that are replaced.
    counts: HashMap<i64, (i64, i64)>,
}

impl<'load> Comparison<'load> {
    pub(super) fn new(
        submitted: &'load Submitted<'load>,
        standing: impl Iterator<Item = &'load StandingSlice>,
    ) -> Self {
        let standing: HashMap<i64, _> = standing.map(|slice| (slice.slice_id, slice)).collect();
        let contract = submitted.contract;
        let mut newest: HashMap<Group, Place> = HashMap::new();
        for slice in standing.values().filter(|slice| slice.supersedes == Supersedes::Slice) {
            let place = newest.entry(slice.group()).or_insert(slice.place());
            *place = slice.place().max(*place);
        }
        let mut own = Self {
            standing,
            groups: HashMap::new(),
            silent: HashSet::new(),
            slices: HashMap::new(),
            measures: contract.main_measures(),
            shares: BTreeMap::new(),
            rows: Vec::new(),
            standing_keys: HashSet::new(),
            moves: Vec::new(),
            counts: HashMap::new(),
            submitted,
        };
        for (key, count) in submitted.slices {
            own.slices.insert(count.number, key);
            let group = group(key, &covers(contract, key));
            let place = (key.release_date, submitted.submission.sequence);
            if newest.get(&group).is_some_and(|newest| *newest > place) {
                own.silent.insert(count.number);
                continue;
            }
            let release = own.groups.entry(group).or_insert(key.release_date);
            *release = key.release_date.max(*release);
        }
        own
    }

    /// The columns that rows that stand must have besides those of the key.
    pub(super) fn columns(contract: &Contract) -> Vec<String> {
        let lineage = ["src_file_sha256", "src_sheet", "src_row", "slice_id"];
        let mut columns: Vec<String> = lineage.map(str::to_owned).into();
        columns.extend(contract.main_measures().into_iter().map(str::to_owned));
        let dates = [VALID_FROM, VALID_TO].into_iter();
        columns
            .extend(dates.filter(|name| contract.field_index(name).is_some()).map(str::to_owned));
        columns
    }

    /// Whether so many rows are replaced that those of a slice of which all are need not be known
    /// one by one: they are counted first.
    pub(super) fn counts_first(&self) -> bool {
        self.submitted.supersedes != Supersedes::Slice
            && self.submitted.rows.len() > MOST_LISTED_ROWS
    }

    /// Counts the rows of each slice that stands, and those that are replaced, as far as they may
    /// share a key with some of the file's.
    pub(super) fn count(
        &mut self,
        rows: &RecordBatch,
        filed: &FiledPart<'_>,
    ) -> Result<(), LakeError> {
        let standing_rows = StandingRows::of(self.submitted.contract, &[], rows)?;
        let sequence = self.submitted.submission.sequence;
        for (row, hash) in key_hashes(self.submitted.contract, rows)?.iter().enumerate() {
            if !filed.is_of(hash) {
                continue;
            }
            let Some(id) = standing_rows.slice_id(row) else { continue };
            let Some(slice) = self.standing.get(&id) else { continue };
            let own = filed.find(hash);
            let is_replaced = own.is_some_and(|own| (own.release_date, sequence) > slice.place());
            let count = self.counts.entry(id).or_default();
            *count = (count.0 + 1, count.1 + i64::from(is_replaced));
        }
        Ok(())
    }

    /// Slices all of whose rows are replaced, as one record each.
    fn replaced_slices(&self) -> Vec<SupersededRow> {
        let whole = self.counts.iter().filter(|(_, (rows, replaced))| rows == replaced);
        let record = |(id, (rows, _)): (&i64, &(i64, i64))| {
            let slice = self.standing.get(id)?;
            let address = RowAddress {
                sha256: slice.sha256.clone(),
                sheet: String::new(),
                row_number: 0,
                row_key: None,
            };
            let found = self.found(&slice.key, address, Fate::Replaced, self.submitted.id);
            Some(SupersededRow { rows: *rows, measure: None, ..found })
        };
        whole.filter_map(record).collect()
    }

    /// Compares a batch of rows that stand with some of the file's, as far as they may share a key.
    pub(super) fn add(
        &mut self,
        rows: &RecordBatch,
        filed: &FiledPart<'_>,
    ) -> Result<(), LakeError> {
        let contract = self.submitted.contract;
        let hashes = key_hashes(contract, rows)?;
        let is_list = self.submitted.supersedes == Supersedes::Snapshot;
        let entries = if is_list { entry_hashes(contract, rows)? } else { Vec::new() };
        let events = self.submitted.rows.events_of(rows)?;
        let standing_rows = StandingRows::of(contract, &self.measures, rows)?;
        for (row, hash) in hashes.iter().enumerate().filter(|(_, hash)| filed.is_of(hash)) {
            let Some(slice) = standing_rows.slice_id(row).and_then(|id| self.standing.get(&id))
            else {
                continue;
            };
            let slice = *slice;
            let (all, replaced) = self.counts.get(&slice.slice_id).copied().unwrap_or((1, 0));
            let place = slice.place();
            let sequence = self.submitted.submission.sequence;
            let covered = self.groups.get(&slice.group()).copied();
            let covered = covered.filter(|release| (*release, sequence) > place);
            let own = filed.find(hash).copied();
            let measures = standing_rows.measures(row);
            let fate = match (&own, covered) {
                (_, Some(_)) if self.submitted.supersedes == Supersedes::Slice => {
                    self.share(slice, &measures, own.is_none());
                    own.is_none().then_some(Fate::Withdrawn)
                }
                (Some(own), _) if self.replaces_rows() => {
                    let own_place = (own.release_date, sequence);
                    if is_list && covered.is_some_and(|day| standing_rows.is_open(row, day)) {
                        self.share(slice, &measures, false);
                    }
                    if own_place <= place {
                        let key = key_text(contract, rows, row)?;
                        self.lose(own, key, Fate::Replaced, &slice.sha256);
                        None
                    } else {
                        (all != replaced).then_some(Fate::Replaced)
                    }
                }
                (None, Some(day)) if is_list && standing_rows.is_open(row, day) => {
                    let is_gone = entries
                        .get(row)
                        .is_some_and(|entry| !self.submitted.rows.names_entry(entry));
                    self.share(slice, &measures, is_gone);
                    is_gone.then_some(Fate::Ended(day))
                }
                _ => None,
            };
            if events.get(row).is_some() && own.is_some() {
                self.standing_keys.insert(*hash);
            }
            let moved = events.get(row).filter(|_| own.is_none() && fate.is_none());
            let moved = moved.and_then(|event| self.moved(slice, event));
            if fate.is_none() && moved.is_none() {
                continue;
            }
            let address = standing_rows.address(row, key_text(contract, rows, row)?);
            let fate = fate.unwrap_or(Fate::Replaced);
            let found = self.found(&slice.key, address, fate, self.submitted.id);
            let superseded = SupersededRow { value: measures.first().copied(), ..found };
            match moved {
                None => self.rows.push(superseded),
                Some(event) => self.moves.push(Move { event, slice, superseded }),
            }
        }
        Ok(())
    }

    /// Rows of the file itself that do not count: a newer one of their key is in the file.
    pub(super) fn add_overtaken(&mut self) {
        if self.submitted.supersedes == Supersedes::Slice {
            return;
        }
        let rows = self.submitted.rows;
        for (row, key) in rows.overtaken() {
            self.lose(row, key.clone(), Fate::Replaced, self.submitted.id);
        }
    }

    /// Versions of the file that a newer full list does not name; `list` are the entries it names.
    pub(super) fn add_unnamed(&mut self, newer: &StandingSlice, list: &HashSet<u128>) {
        let rows = self.submitted.rows;
        let day = newer.key.release_date;
        let own_place = |row: &FiledRow| (row.release_date, self.submitted.submission.sequence);
        let is_of_list = |row: &FiledRow| {
            let key = self.slices.get(&row.slice);
            let own = key.map(|key| group(key, &covers(self.submitted.contract, key)));
            own == Some(newer.group()) && own_place(row) < newer.place()
        };
        let ended: Vec<(FiledRow, String)> = rows
            .versions()
            .filter(|(row, version)| is_of_list(row) && !list.contains(&version.entry))
            .filter(|(_, version)| version.valid_from <= day)
            .filter(|(_, version)| version.valid_to.is_none_or(|until| until > day))
            .map(|(row, version)| (*row, version.row_key.clone()))
            .collect();
        for (row, key) in ended {
            self.lose(&row, key, Fate::Ended(day), &newer.sha256);
        }
    }

    /// What comes of it; a submission that was accepted is never thin.
    pub(super) fn finish(mut self, is_accepted: bool) -> Consequences {
        let most = self.submitted.contract.koridor.max_withdrawn_share;
        let shares = std::mem::take(&mut self.shares).into_iter();
        let thin = shares
            .filter(|(_, share)| !is_accepted && share.largest() > most)
            .max_by(|(_, left), (_, right)| left.largest().total_cmp(&right.largest()));
        if thin.is_some() {
            return Consequences { rows: Vec::new(), thin };
        }
        self.settle_moves();
        self.rows.extend(self.replaced_slices());
        self.rows.sort_by(|left, right| left.address.cmp(&right.address));
        Consequences { rows: with_few_withdrawn(self.rows), thin: None }
    }

    /// The file's row of an event that stands under another region. The number of an event is one
    /// of its office, and names one event where the office is that of one region.
    fn moved(&self, slice: &StandingSlice, event: &KeyHash) -> Option<&'load FiledEvent> {
        let offices = self.submitted.project.codes.get("source")?;
        offices.attribute(&slice.key.source_id, "region_code")?;
        let rows: &'load FiledRows = self.submitted.rows;
        rows.find_event(event)
    }

    /// Of a row that stands and the file's of the same event the newer one counts. Where the file's
    /// stands under its own region too, its number is that of several events.
    fn settle_moves(&mut self) {
        for Move { event, slice, superseded } in std::mem::take(&mut self.moves) {
            let own_place = (event.row.release_date, self.submitted.submission.sequence);
            if self.standing_keys.contains(&event.hash) {
                continue;
            } else if own_place > slice.place() {
                self.rows.push(superseded);
            } else {
                self.lose(&event.row, event.row_key.clone(), Fate::Replaced, &slice.sha256);
            }
        }
    }

    fn replaces_rows(&self) -> bool {
        self.submitted.contract.replaces_rows(self.submitted.supersedes)
    }

    fn share(&mut self, slice: &StandingSlice, measures: &[f64], is_gone: bool) {
        let share = self.shares.entry(slice.group()).or_default();
        share.add(measures, is_gone, &slice.path);
    }

    /// A row of the file itself does not count, for a submission that stands.
    fn lose(&mut self, row: &FiledRow, key: String, fate: Fate, by: &str) {
        let Some(slice) = self.slices.get(&row.slice).filter(|_| !self.silent.contains(&row.slice))
        else {
            return;
        };
        let address = RowAddress {
            sha256: self.submitted.id.to_owned(),
            sheet: self.submitted.rows.sheet(row).to_owned(),
            row_number: row.row_number,
            row_key: Some(key),
        };
        let found = self.found(slice, address, fate, by);
        self.rows.push(found);
    }

    fn found(&self, slice: &SliceKey, address: RowAddress, fate: Fate, by: &str) -> SupersededRow {
        SupersededRow {
            dataset: self.submitted.contract.name.clone(),
            slice: slice.clone(),
            address,
            fate,
            rows: 1,
            measure: self.measures.first().map(|name| (*name).to_owned()),
            value: None,
            by_sha256: by.to_owned(),
            recorded_by: self.submitted.id.to_owned(),
            submission: self.submitted.submission,
        }
    }
}

/// A moderate number of withdrawn rows one by one, the others together: their slice leaves as a
/// whole, so they need not be known one by one.
fn with_few_withdrawn(rows: Vec<SupersededRow>) -> Vec<SupersededRow> {
    let mut withdrawn = 0;
    let mut kept: Vec<SupersededRow> = Vec::new();
    let mut rest: Option<SupersededRow> = None;
    for row in rows {
        withdrawn += usize::from(row.fate == Fate::Withdrawn);
        if row.fate != Fate::Withdrawn || withdrawn <= MOST_WITHDRAWN_ROWS {
            kept.push(row);
            continue;
        }
        match &mut rest {
            Some(rest) => {
                rest.rows += 1;
                rest.value = rest.value.zip(row.value).map(|(sum, value)| sum + value);
            }
            None => {
                let address = RowAddress { row_key: None, ..row.address.clone() };
                rest = Some(SupersededRow { address, ..row });
            }
        }
    }
    kept.extend(rest);
    kept
}

/// The columns of rows that stand.
struct StandingRows<'rows> {
    rows: &'rows RecordBatch,
    slice_ids: &'rows ArrayRef,
    measures: Vec<Float64Array>,
}

impl<'rows> StandingRows<'rows> {
    fn of(
        contract: &Contract,
        measures: &[&str],
        rows: &'rows RecordBatch,
    ) -> Result<Self, LakeError> {
        let gone = |name: &str| LakeError::Internal(format!("{}: no {name}", contract.name));
        let number = |name: &&str| {
            let column = rows.column_by_name(name).ok_or_else(|| gone(name))?;
            let numbers = arrow::compute::cast(column, &DataType::Float64)?;
            Ok(numbers.as_primitive::<Float64Type>().clone())
        };
        Ok(Self {
            rows,
            slice_ids: rows.column_by_name("slice_id").ok_or_else(|| gone("slice_id"))?,
            measures: measures.iter().map(number).collect::<Result<_, LakeError>>()?,
        })
    }

    /// Rows of an earlier program have no number.
    fn slice_id(&self, row: usize) -> Option<i64> {
        let ids = self.slice_ids.as_primitive::<Int64Type>();
        ids.is_valid(row).then(|| ids.value(row))
    }

    fn measures(&self, row: usize) -> Vec<f64> {
        let value = |numbers: &Float64Array| {
            if numbers.is_valid(row) { numbers.value(row) } else { 0.0 }
        };
        self.measures.iter().map(value).collect()
    }

    /// Whether a version of a register's entry holds on a day and after it.
    fn is_open(&self, row: usize, day: i32) -> bool {
        let date = |name: &str| {
            days(self.rows, name).filter(|days| days.is_valid(row)).map(|days| days.value(row))
        };
        date(VALID_FROM).is_none_or(|from| from <= day)
            && date(VALID_TO).is_none_or(|until| until > day)
    }

    fn address(&self, row: usize, key: String) -> RowAddress {
        let text = |name: &str| {
            let column = self.rows.column_by_name(name).map(|column| column.as_string::<i32>());
            let column = column.filter(|texts| texts.is_valid(row));
            column.map(|texts| texts.value(row).to_owned()).unwrap_or_default()
        };
        let numbers = self.rows.column_by_name("src_row");
        let number = numbers.map(|numbers| numbers.as_primitive::<Int64Type>().value(row));
        RowAddress {
            sha256: text("src_file_sha256"),
            sheet: text("src_sheet"),
            row_number: number.unwrap_or_default(),
            row_key: Some(key),
        }
    }
}
