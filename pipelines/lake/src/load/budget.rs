//! A failure budget, learned of each source's own past: a submission of which far more rows are
//! refused than of those before it is held; what stood before it stands.
//!
//! Median and median deviation, so that one bad month in the past changes little. Held submissions
//! teach nothing.

use super::outcome::FileOutcome;
use crate::engine::{Engine, Snapshot, text_parameter};
use crate::error::LakeError;
use crate::ledger::FileStatus;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use koridor_contract::message::Message;
use std::collections::BTreeMap;

/// Submissions before, below which nothing is known of a source.
const FEWEST_PAST: usize = 4;

/// The newest of them that count.
const MOST_PAST: usize = 24;

/// A file with fewer rows, or fewer refused, has no share worth the name.
const FEWEST_ROWS: u64 = 10;
const FEWEST_REFUSED: u64 = 3;

/// A jump is at least so much above what is usual, and so many deviations.
const SMALLEST_JUMP: f64 = 0.1;
const DEVIATIONS: f64 = 5.0;

/// What makes a median deviation a standard deviation, were the shares normal.
const NORMAL: f64 = 1.4826;

/// How many rows of submissions were refused: of a source, in the order they came.
type Past = BTreeMap<i64, (u64, u64)>;

/// Refused rows of earlier submissions, by dataset and source.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    read: BTreeMap<String, BTreeMap<String, Past>>,
    /// Those of this load, which the ledger may not have yet.
    own: BTreeMap<String, BTreeMap<String, Past>>,
}

/// A share that is over its budget.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Over {
    share: f64,
    usual: f64,
}

/// Whether a file has so many refused rows that its share is to be compared.
pub(super) fn is_compared(outcome: &FileOutcome) -> bool {
    outcome.status == FileStatus::Loaded
        && !outcome.is_outside_corridor
        && outcome.accepted > 0
        && outcome.rejected >= FEWEST_REFUSED
        && rows(outcome) >= FEWEST_ROWS
}

impl Budgets {
    /// Whether the past of a dataset was read.
    pub(super) fn knows(&self, dataset: &str) -> bool {
        self.read.contains_key(dataset)
    }

    /// Reads the past of a dataset.
    pub(super) async fn read(
        &mut self,
        snapshot: Snapshot,
        dataset: &str,
    ) -> Result<(), LakeError> {
        let mut by_source: BTreeMap<String, Past> = BTreeMap::new();
        if snapshot.has_table(crate::ledger::FILES) {
            let engine = Engine::open(snapshot)?;
            let own = [("dataset", text_parameter(dataset))];
            for rows in engine.run_named("refused_shares", own).await? {
                let sources = rows.column(0).as_string::<i32>();
                let number = |column: usize, row: usize| {
                    rows.column(column).as_primitive::<Int64Type>().value(row)
                };
                for row in (0..rows.num_rows()).filter(|row| sources.is_valid(*row)) {
                    let past = by_source.entry(sources.value(row).to_owned()).or_default();
                    past.insert(number(1, row), (number(2, row) as u64, number(3, row) as u64));
                }
            }
        }
        self.read.insert(dataset.to_owned(), by_source);
        Ok(())
    }

    /// Takes over what a submission of this load brought and counts.
    pub(super) fn take(&mut self, outcome: &FileOutcome, sequence: i64) {
        let (Some(dataset), Some(source)) = (&outcome.dataset, &outcome.source_id) else { return };
        let rows = (rows(outcome), outcome.rejected);
        let by_source = self.own.entry(dataset.clone()).or_default();
        by_source.entry(source.clone()).or_default().insert(sequence, rows);
    }

    /// Why a submission is held for its refused rows, if it is.
    pub(super) fn over(
        &self,
        outcome: &FileOutcome,
        sequence: i64,
        file_name: &str,
    ) -> Option<Message> {
        let (dataset, source) = (outcome.dataset.as_ref()?, outcome.source_id.as_ref()?);
        let mut past = Past::new();
        for all in [&self.read, &self.own] {
            let own = all.get(dataset).and_then(|by_source| by_source.get(source));
            past.extend(own.into_iter().flatten().map(|(at, rows)| (*at, *rows)));
        }
        let own = (rows(outcome), outcome.rejected);
        // Read again it is held for more refusals than it was loaded with, not for those that
        // others have no more.
        if past.get(&sequence).is_some_and(|loaded| share(own) <= share(*loaded)) {
            return None;
        }
        let before = past.range(..sequence).rev().take(MOST_PAST).map(|(_, rows)| *rows);
        let over = over(before, own)?;
        Some(line(over, outcome, (source, file_name)))
    }
}

/// Rows of a file that are data, with those that were taken out of it since.
fn rows(outcome: &FileOutcome) -> u64 {
    outcome.accepted + outcome.rejected + outcome.erased
}

/// The share of refused rows.
fn share((rows, refused): (u64, u64)) -> f64 {
    refused as f64 / rows.max(1) as f64
}

/// Whether a share of refused rows is far above those before it.
fn over(past: impl Iterator<Item = (u64, u64)>, own: (u64, u64)) -> Option<Over> {
    let past: Vec<f64> = past.filter(|(rows, _)| *rows > 0).map(share).collect();
    if past.len() < FEWEST_PAST {
        return None;
    }
    let usual = median(past.clone());
    let deviation = median(past.iter().map(|own| (own - usual).abs()).collect());
    let share = share(own);
    let jump = (DEVIATIONS * NORMAL * deviation).max(SMALLEST_JUMP);
    (share > usual + jump).then_some(Over { share, usual })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        at(half)
    } else {
        f64::midpoint(at(half.saturating_sub(1)), at(half))
    }
}

fn line(over: Over, outcome: &FileOutcome, (source, file_name): (&str, &str)) -> Message {
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    let (share, usual) = (percent(over.share), percent(over.usual));
    let (refused, rows) = (outcome.rejected, outcome.accepted + outcome.rejected);
    let accept = "koridor quarantine accept";
    Message {
        id: format!(
            "ditahan: {refused} dari {rows} baris ditolak ({share}), kiriman {source} biasanya \
             {usual}; belum dihitung. Perbaiki dan kirim ulang. Jika memang benar: \
             {accept} {file_name} --by SIAPA --reason ALASAN"
        ),
        en: format!(
            "held: {refused} of {rows} rows are refused ({share}), usually {usual} of what \
             {source} sends; it does not count yet. Mend it and send it again. If that is \
             right: {accept} {file_name} --by WHO --reason R"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::over;

    #[test]
    fn a_jump_above_a_sources_own_past_is_over_its_budget() {
        let clean = [(100, 0), (100, 1), (100, 0), (100, 2)];
        assert!(over(clean.into_iter(), (100, 30)).is_some());
        assert!(over(clean.into_iter(), (100, 9)).is_none(), "nine in a hundred are no jump");
        assert!(over(clean.into_iter().take(3), (100, 90)).is_none(), "too little is known");
        let careless = [(100, 30), (100, 45), (100, 25), (100, 38)];
        assert!(over(careless.into_iter(), (100, 60)).is_none(), "it was always so");
        let one_bad = [(100, 0), (100, 1), (100, 80), (100, 0), (100, 2)];
        assert!(over(one_bad.into_iter(), (100, 30)).is_some(), "one bad month teaches nothing");
    }
}
