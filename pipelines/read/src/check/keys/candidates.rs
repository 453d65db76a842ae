//! Rows whose key may stand elsewhere, compared with the keys on disk after the file has ended.

use super::existing::{AcrossCandidate, SEVERAL};
use super::hash::ShortHash;
use super::spill::{PARTITIONS, Spill, hash_of};
use super::verdicts::{DUPLICATE, DUPLICATE_ACROSS_FILES};
use crate::error::ReadError;
use hashbrown::HashMap;
use std::ops::Range;

/// Held rows by their place among the held ones, from 0.
pub(super) struct Candidates {
    /// Candidates in memory at a time.
    limit: usize,
    count: u64,
    /// Rows compared with the file: hash, place (two words).
    within: Spill<5>,
    /// Rows compared with the lake: hash, place, own slice, slices that were loaded.
    across: Spill<7>,
    duplicates: Places,
    duplicates_across: Places,
    is_resolved: bool,
}

impl Default for Candidates {
    fn default() -> Self {
        Self {
            limit: usize::MAX,
            count: 0,
            within: Spill::default(),
            across: Spill::default(),
            duplicates: Places::default(),
            duplicates_across: Places::default(),
            is_resolved: false,
        }
    }
}

impl Candidates {
    pub(super) fn bound(&mut self, limit: usize) {
        self.limit = limit.max(1);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The place of the next held row.
    pub(super) fn next_place(&mut self) -> u64 {
        self.count += 1;
        self.count - 1
    }

    /// A held row whose key may have come before in the file.
    pub(super) fn within(&mut self, place: u64, hash: ShortHash) -> Result<(), ReadError> {
        let [low, middle, high] = hash;
        let [first, last] = words(place);
        self.within.push(&[low, middle, high, first, last])
    }

    /// A held row whose key may stand in another slice of the lake.
    pub(super) fn across(
        &mut self,
        place: u64,
        candidate: &AcrossCandidate,
    ) -> Result<(), ReadError> {
        let [low, middle, high] = candidate.hash;
        let [first, last] = words(place);
        self.across.push(&[low, middle, high, first, last, candidate.own, candidate.loaded])
    }

    /// A held row whose key stands in another slice of the lake.
    pub(super) fn mark_across(&mut self, place: u64) {
        self.duplicates_across.mark(place);
    }

    /// Compares the held rows with the keys on disk.
    pub(super) fn resolve(
        &mut self,
        mut file: Option<&mut Spill<3>>,
        mut existing: Option<&mut Spill<4>>,
    ) -> Result<(), ReadError> {
        if std::mem::replace(&mut self.is_resolved, true) {
            return Ok(());
        }
        for partition in 0..PARTITIONS {
            if let Some(keys) = file.as_deref_mut() {
                self.resolve_within(partition, keys)?;
            }
            if let Some(keys) = existing.as_deref_mut() {
                self.resolve_across(partition, keys)?;
            }
        }
        Ok(())
    }

    /// Of the rows of one key the first stands, unless the key was new when it came before them.
    fn resolve_within(&mut self, partition: usize, keys: &mut Spill<3>) -> Result<(), ReadError> {
        let Self { within, duplicates, limit, .. } = self;
        for range in chunks(within.count(partition), *limit) {
            let start = range.start;
            let chunk = Chunk::load(within, partition, range)?;
            for later in chunk.runs().filter_map(|run| run.get(1..)).flatten() {
                duplicates.mark(place_of(later));
            }
            let mut mark_first = |hash: &ShortHash| {
                if let Some(first) = chunk.of_key(hash).first() {
                    duplicates.mark(place_of(first));
                }
            };
            keys.for_each(partition, |key| mark_first(key))?;
            let mut before = start;
            if before > 0 {
                within.for_each(partition, |candidate| {
                    if before > 0 {
                        mark_first(&hash_of(candidate));
                        before -= 1;
                    }
                })?;
            }
        }
        Ok(())
    }

    fn resolve_across(&mut self, partition: usize, keys: &mut Spill<4>) -> Result<(), ReadError> {
        let Self { across, duplicates_across, limit, .. } = self;
        for range in chunks(across.count(partition), *limit) {
            let chunk = Chunk::load(across, partition, range)?;
            keys.for_each(partition, |key| {
                let [.., slice] = *key;
                for candidate in chunk.of_key(&hash_of(key)) {
                    let [.., own, loaded] = *candidate;
                    // A key in several slices was loaded before any row was held back.
                    if slice == SEVERAL || (slice != own && slice < loaded) {
                        duplicates_across.mark(place_of(candidate));
                    }
                }
            })?;
        }
        Ok(())
    }

    /// The rule that a held row breaks, after [`Candidates::resolve`].
    pub(super) fn verdict(&self, place: u64) -> Option<&'static str> {
        if self.duplicates.is_marked(place) {
            Some(DUPLICATE)
        } else if self.duplicates_across.is_marked(place) {
            Some(DUPLICATE_ACROSS_FILES)
        } else {
            None
        }
    }
}

fn words(place: u64) -> [u32; 2] {
    [(place >> 32) as u32, place as u32]
}

/// The place that follows a candidate's hash.
fn place_of<const WORDS: usize>(candidate: &[u32; WORDS]) -> u64 {
    match candidate.first_chunk() {
        Some([_, _, _, first, last]) => (u64::from(*first) << 32) | u64::from(*last),
        None => 0,
    }
}

/// Ranges of at most `limit` that cover the numbers up to `count`.
fn chunks(count: usize, limit: usize) -> impl Iterator<Item = Range<usize>> {
    let start_of = move |number: usize| number.saturating_mul(limit);
    (0..count.div_ceil(limit))
        .map(move |number| start_of(number)..start_of(number).saturating_add(limit).min(count))
}

/// Candidates of a partition, by hash and then by place.
struct Chunk<const WORDS: usize> {
    candidates: Vec<[u32; WORDS]>,
    /// Where the candidates of a hash stand.
    runs: HashMap<ShortHash, Range<u32>>,
}

impl<const WORDS: usize> Chunk<WORDS> {
    fn load(
        spill: &mut Spill<WORDS>,
        partition: usize,
        range: Range<usize>,
    ) -> Result<Self, ReadError> {
        let mut candidates = Vec::with_capacity(range.len());
        let mut number = 0;
        spill.for_each(partition, |candidate| {
            if range.contains(&number) {
                candidates.push(*candidate);
            }
            number += 1;
        })?;
        candidates.sort_unstable();
        let mut runs = HashMap::with_capacity(candidates.len());
        let mut start = 0;
        for run in runs_of(&candidates) {
            let end = start + run.len() as u32;
            if let Some(first) = run.first() {
                runs.insert(hash_of(first), start..end);
            }
            start = end;
        }
        Ok(Self { candidates, runs })
    }

    fn runs(&self) -> impl Iterator<Item = &[[u32; WORDS]]> {
        runs_of(&self.candidates)
    }

    fn of_key(&self, hash: &ShortHash) -> &[[u32; WORDS]] {
        let run = self.runs.get(hash).cloned().unwrap_or_default();
        self.candidates.get(run.start as usize..run.end as usize).unwrap_or_default()
    }
}

/// Candidates that share their hash.
fn runs_of<const WORDS: usize>(
    candidates: &[[u32; WORDS]],
) -> impl Iterator<Item = &[[u32; WORDS]]> {
    candidates.chunk_by(|left, right| hash_of(left) == hash_of(right))
}

/// A set of places, a bit each.
#[derive(Default)]
struct Places(Vec<u64>);

impl Places {
    fn mark(&mut self, place: u64) {
        let word = (place / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (place % 64);
        }
    }

    fn is_marked(&self, place: u64) -> bool {
        self.0.get((place / 64) as usize).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}
