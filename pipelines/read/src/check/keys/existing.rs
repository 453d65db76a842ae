//! The keys of the lake's current rows.

use super::bloom::BloomFilter;
use super::bounds::KeyBounds;
use super::hash::{ShortHash, short_hash};
use super::spill::{PARTITIONS, Spill};
use crate::check::slices::{NO_MONTH, column, months};
use crate::error::ReadError;
use arrow::array::{AsArray, RecordBatch};
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use koridor_contract::Contract;
use koridor_contract::check::{hash_rows, without_case};
use std::collections::BTreeSet;

/// Periods whose rows a file is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Periods {
    /// A register has no periods.
    All,
    /// Months since year 0, in order; a year or quarter is its first month.
    Months(Vec<i32>),
}

/// Takes current rows: the columns of the key, of the source and of the slice are among them.
pub type KeySink<'sink> = dyn FnMut(&RecordBatch) -> Result<(), ReadError> + 'sink;

/// Gives a sink the current rows of some periods. Blocks its thread.
pub type LoadKeys = Box<dyn FnMut(&Periods, &mut KeySink<'_>) -> Result<(), ReadError> + Send>;

/// The number of a slice among those that were loaded.
pub(super) type SliceNumber = u32;

/// In the place of a slice's number: the key stands in several slices.
pub(super) const SEVERAL: SliceNumber = SliceNumber::MAX;

/// In the place of a slice's number: none was loaded.
const NOT_LOADED: SliceNumber = SliceNumber::MAX - 1;

/// Keys that the lake's current rows of one source hold, where a key does not say which slice it
/// belongs to: one key must not stand in two slices, or a row would count twice.
///
/// The keys of a month and those beside it are loaded when its first row comes: a file costs
/// what the periods cost that it touches, and not what the lake has gathered.
#[derive(Default)]
pub struct ExistingKeys {
    load: Option<LoadKeys>,
    loaded: HashSet<i32>,
    table: KeyTable,
}

/// A row whose key may stand in another slice of the lake.
#[derive(Debug, Clone, Copy)]
pub(super) struct AcrossCandidate {
    pub(super) row: usize,
    pub(super) hash: ShortHash,
    /// The row's own slice.
    pub(super) own: SliceNumber,
    /// Slices that were loaded when the row came: it is compared with those alone.
    pub(super) loaded: SliceNumber,
}

/// What the lake's keys say of a batch; rows in order.
#[derive(Debug, Default)]
pub(super) struct AcrossFiles {
    pub(super) duplicates: Vec<usize>,
    pub(super) unsure: Vec<AcrossCandidate>,
}

impl AcrossFiles {
    pub(super) fn is_empty(&self) -> bool {
        self.duplicates.is_empty() && self.unsure.is_empty()
    }
}

impl ExistingKeys {
    /// Keys that are loaded as they are needed. The default compares with none.
    pub fn loading(load: LoadKeys) -> Self {
        Self { load: Some(load), ..Self::default() }
    }

    pub(super) fn bound(&mut self, bounds: KeyBounds) {
        self.table.bounds = bounds;
    }

    /// Compares the keys of a batch with those of the periods that the file has touched so far.
    pub(super) fn check(
        &mut self,
        contract: &Contract,
        rows: &RecordBatch,
    ) -> Result<AcrossFiles, ReadError> {
        let mut found = AcrossFiles::default();
        let slice = contract.koridor.slice.as_ref().filter(|_| rows.num_rows() > 0);
        let (Some(slice), Some(_)) = (slice, &self.load) else { return Ok(found) };
        let months = months(contract, rows)?;
        self.load_new(contract, &months)?;
        let table = &self.table;
        if table.is_empty() {
            return Ok(found);
        }
        let regions = column(rows, &slice.region)?.as_string::<i32>();
        for (row, (hash, month)) in key_hashes(contract, rows)?.into_iter().zip(months).enumerate()
        {
            if !table.may_contain(&hash) {
                continue;
            }
            let own = table.slice_number(month, regions.value(row));
            match table.keys.get(&hash) {
                _ if table.spilled.is_some() => {
                    let loaded = table.slices;
                    found.unsure.push(AcrossCandidate { row, hash, own, loaded });
                }
                Some(other) if *other != own => found.duplicates.push(row),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Loads the keys of the months that come for the first time.
    fn load_new(&mut self, contract: &Contract, months: &[i32]) -> Result<(), ReadError> {
        let runs = months.chunk_by(|left, right| left == right).filter_map(<[i32]>::first);
        // A key that moves does so between months beside each other: those are compared too.
        let near = runs.flat_map(|month| match *month {
            NO_MONTH => [NO_MONTH; 3],
            month => [month - 1, month, month + 1],
        });
        let new: BTreeSet<i32> = near.filter(|month| self.loaded.insert(*month)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let periods = match new.contains(&NO_MONTH) {
            true => Periods::All,
            false => Periods::Months(new.into_iter().collect()),
        };
        let Self { load, table, .. } = self;
        let Some(load) = load else { return Ok(()) };
        load(&periods, &mut |rows| table.add(contract, rows))
    }

    /// The keys on disk with their slices, where there are any. No key can be added any more: the
    /// filter is dropped.
    pub(super) fn spilled(&mut self) -> Option<&mut Spill<4>> {
        let spilled = self.table.spilled.as_mut()?;
        spilled.filter = BloomFilter::new(0);
        Some(&mut spilled.keys)
    }
}

/// Loaded keys with their slices.
struct KeyTable {
    bounds: KeyBounds,
    /// Numbers of slices by month and region, in the order of loading.
    numbers: HashMap<i32, HashMap<String, SliceNumber>>,
    slices: SliceNumber,
    /// All keys, while they fit.
    keys: HashMap<ShortHash, SliceNumber>,
    spilled: Option<SpilledKeys>,
}

/// Keys that do not fit in memory.
struct SpilledKeys {
    filter: BloomFilter,
    /// Each with the number of its slice.
    keys: Spill<4>,
}

impl Default for KeyTable {
    fn default() -> Self {
        Self {
            bounds: KeyBounds::NONE,
            numbers: HashMap::new(),
            slices: 0,
            keys: HashMap::new(),
            spilled: None,
        }
    }
}

impl KeyTable {
    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.spilled.is_none()
    }

    fn may_contain(&self, hash: &ShortHash) -> bool {
        match &self.spilled {
            Some(spilled) => spilled.filter.may_contain(hash),
            None => self.keys.contains_key(hash),
        }
    }

    fn slice_number(&self, month: i32, region: &str) -> SliceNumber {
        let number = self.numbers.get(&month).and_then(|regions| regions.get(region));
        number.copied().unwrap_or(NOT_LOADED)
    }

    /// Adds current rows.
    fn add(&mut self, contract: &Contract, rows: &RecordBatch) -> Result<(), ReadError> {
        let Some(slice) = &contract.koridor.slice else { return Ok(()) };
        let regions = column(rows, &slice.region)?.as_string::<i32>();
        let hashes = key_hashes(contract, rows)?;
        if self.keys.len().saturating_add(hashes.len()) > self.bounds.existing_keys {
            self.spill()?;
        }
        for (row, (hash, month)) in hashes.into_iter().zip(months(contract, rows)?).enumerate() {
            let of_month = self.numbers.entry(month).or_default();
            let number = *of_month.entry_ref(regions.value(row)).or_insert_with(|| {
                self.slices += 1;
                self.slices - 1
            });
            self.insert(hash, number)?;
        }
        Ok(())
    }

    fn insert(&mut self, hash: ShortHash, slice: SliceNumber) -> Result<(), ReadError> {
        if let Some(SpilledKeys { filter, keys }) = &mut self.spilled {
            filter.insert(&hash);
            let [low, middle, high] = hash;
            return keys.push(&[low, middle, high, slice]);
        }
        match self.keys.entry(hash) {
            Entry::Vacant(entry) => {
                entry.insert(slice);
            }
            Entry::Occupied(mut entry) if *entry.get() != slice => {
                entry.insert(SEVERAL);
            }
            Entry::Occupied(_) => {}
        }
        Ok(())
    }

    /// Moves the keys to disk; the filter takes their place in memory, after they have left it.
    fn spill(&mut self) -> Result<(), ReadError> {
        if self.spilled.is_some() {
            return Ok(());
        }
        let mut keys = Spill::default();
        for ([low, middle, high], slice) in std::mem::take(&mut self.keys) {
            keys.push(&[low, middle, high, slice])?;
        }
        let mut filter = BloomFilter::new(self.bounds.existing_filter);
        for partition in 0..PARTITIONS {
            keys.for_each(partition, |[low, middle, high, _]| {
                filter.insert(&[*low, *middle, *high]);
            })?;
        }
        self.spilled = Some(SpilledKeys { filter, keys });
        Ok(())
    }
}

/// The hash of each row's key without its release.
fn key_hashes(contract: &Contract, rows: &RecordBatch) -> Result<Vec<ShortHash>, ReadError> {
    let own = contract.primary_key.iter().map(String::as_str);
    let columns = own
        .chain(["source_id", "period_type"])
        .map(|name| column(rows, name).map(without_case))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(hash_rows(&columns)?.into_iter().map(short_hash).collect())
}
