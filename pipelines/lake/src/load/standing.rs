//! Which submissions speak in the lake, and for what: what a new one is set against.

use super::landing::name_beside;
use crate::engine::{Engine, Snapshot, text_parameter};
use crate::error::LakeError;
use crate::ledger::{self, SliceRow};
use arrow::array::AsArray;
use arrow::datatypes::{Date32Type, Int64Type};
use koridor_contract::Supersedes;
use koridor_read::check::SliceKey;
use std::collections::{BTreeMap, BTreeSet};

/// What submissions can take the place of one another about: source, region, period, its length,
/// and the theme or part, or `*` where a submission speaks for all of them.
pub(super) type Group = (String, String, i32, String, String);

/// A place among submissions: release date, then arrival.
pub(super) type Place = (i32, i64);

/// A slice of a submission that speaks.
#[derive(Debug, Clone)]
pub(super) struct StandingSlice {
    pub(super) key: SliceKey,
    pub(super) covers: String,
    pub(super) sequence: i64,
    pub(super) sha256: String,
    /// Path of its file, as it is told.
    pub(super) path: String,
    pub(super) supersedes: Supersedes,
    pub(super) slice_id: i64,
    /// Rows that it brought.
    pub(super) rows: i64,
}

/// What a slice of a key can be superseded in.
pub(super) fn group(key: &SliceKey, covers: &str) -> Group {
    let SliceKey { source_id, region, period, period_type, .. } = key.clone();
    (source_id, region, period, period_type, covers.to_owned())
}

impl StandingSlice {
    fn of(row: &SliceRow, path: &str) -> Self {
        Self {
            key: row.key.clone(),
            covers: row.covers.clone(),
            sequence: row.submission.sequence,
            sha256: row.sha256.clone(),
            path: path.to_owned(),
            supersedes: row.supersedes,
            slice_id: row.submission.slice_id(row.number),
            rows: row.rows,
        }
    }

    pub(super) fn group(&self) -> Group {
        group(&self.key, &self.covers)
    }

    pub(super) fn place(&self) -> Place {
        (self.key.release_date, self.sequence)
    }
}

/// The slices that speak, of the datasets that a load has asked about.
#[derive(Default)]
pub(super) struct Standing {
    datasets: BTreeMap<String, Vec<StandingSlice>>,
}

impl Standing {
    /// Whether a dataset was read.
    pub(super) fn knows(&self, dataset: &str) -> bool {
        self.datasets.contains_key(dataset)
    }

    /// The slices of a dataset that was read.
    pub(super) fn of(&self, dataset: &str) -> &[StandingSlice] {
        self.datasets.get(dataset).map(Vec::as_slice).unwrap_or_default()
    }

    /// The file of a submission that speaks, as it is named beside that of a path; its hash where
    /// it is not known.
    pub(super) fn name_beside(&self, path: &str, dataset: &str, sha256: &str) -> String {
        let own = self.of(dataset).iter().find(|slice| slice.sha256 == sha256);
        own.map_or_else(|| sha256.to_owned(), |slice| name_beside(path, &slice.path))
    }

    /// Reads the slices of a dataset.
    pub(super) async fn read(
        &mut self,
        snapshot: Snapshot,
        dataset: &str,
    ) -> Result<(), LakeError> {
        let mut slices = Vec::new();
        if snapshot.has_table(ledger::SLICES) {
            let engine = Engine::open(snapshot)?;
            let own = [("dataset", text_parameter(dataset))];
            for rows in engine.run_named("standing_slices", own).await? {
                let text = |column: usize, row: usize| {
                    rows.column(column).as_string::<i32>().value(row).to_owned()
                };
                let day = |column: usize| rows.column(column).as_primitive::<Date32Type>();
                let number = |column: usize| rows.column(column).as_primitive::<Int64Type>();
                slices.extend((0..rows.num_rows()).map(|row| StandingSlice {
                    key: SliceKey {
                        source_id: text(0, row),
                        region: text(1, row),
                        period: day(2).value(row),
                        period_type: text(3, row),
                        theme: text(4, row),
                        // What it speaks for is known.
                        part: String::new(),
                        release_date: day(6).value(row),
                    },
                    covers: text(5, row),
                    sequence: number(7).value(row),
                    sha256: text(8, row),
                    supersedes: Supersedes::parse(&text(9, row)).unwrap_or_default(),
                    slice_id: number(10).value(row),
                    path: text(11, row),
                    rows: number(12).value(row),
                }));
            }
        }
        self.datasets.insert(dataset.to_owned(), slices);
        Ok(())
    }

    /// Takes over what a batch brings, which is about to be committed.
    pub(super) fn add<'batch>(
        &mut self,
        paths: impl Iterator<Item = (&'batch str, &'batch str)>,
        slices: impl Iterator<Item = &'batch SliceRow>,
    ) {
        let paths: BTreeMap<&str, &str> = paths.collect();
        let read_again: BTreeSet<&str> = paths.keys().copied().collect();
        for slices in self.datasets.values_mut() {
            slices.retain(|slice| !read_again.contains(slice.sha256.as_str()));
        }
        for row in slices.filter(|row| !row.is_held) {
            if let Some(slices) = self.datasets.get_mut(&row.dataset) {
                let path = paths.get(row.sha256.as_str()).copied().unwrap_or_default();
                slices.push(StandingSlice::of(row, path));
            }
        }
    }
}
