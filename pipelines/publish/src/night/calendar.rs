//! Which night it is: its name, and the nights before it that never ran.

use crate::error::PublishError;
use koridor_contract::Project;
use koridor_contract::date::{from_days, parse_date};
use koridor_lake::Storage;
use koridor_lake::ledger::report::{self, Report};
use std::collections::BTreeSet;

/// The command of the nightly job, and what its runs are named by.
const NIGHTLY: (&str, &str) = ("run", "nightly");

/// Nights that never ran are looked for so far back.
const DAYS_BACK: i32 = 400;

/// A night among those of its lake.
pub(super) struct Night {
    /// Name of the run: the job and its day, and a number from the second on.
    pub(super) run_id: String,
    /// Its day of the corridor's calendar.
    pub(super) day: String,
    /// Days since the first night on which none ran.
    pub(super) missed: Vec<String>,
}

/// The night that begins now. The caller holds the lake's lock and has recorded a run that died.
///
/// # Errors
/// Where the lake cannot be read.
pub(super) async fn tonight(
    project: &Project,
    storage: &Storage,
    command: &str,
) -> Result<Night, PublishError> {
    let known: BTreeSet<String> = report::run_ids(storage).await?.into_iter().collect();
    let day = project.today();
    let job = if command == NIGHTLY.0 { NIGHTLY.1 } else { command };
    let named = format!("{job}-{day}");
    let mut run_id = named.clone();
    let mut number = 2;
    while known.contains(&run_id) {
        run_id = format!("{named}-{number}");
        number += 1;
    }
    let missed = match job == NIGHTLY.1 {
        true => missed(&known, &day),
        false => Vec::new(),
    };
    Ok(Night { run_id, day, missed })
}

/// Days between the first night and today that have none.
fn missed(known: &BTreeSet<String>, today: &str) -> Vec<String> {
    let day = |text: &str| parse_date(text.get(..10)?.as_bytes(), Default::default());
    let nights = known.iter().filter_map(|id| day(id.strip_prefix(NIGHTLY.1)?.get(1..)?));
    let nights: BTreeSet<i32> = nights.collect();
    let (Some(first), Some(today)) = (nights.first(), day(today)) else { return Vec::new() };
    let from = (*first).max(today - DAYS_BACK);
    let missing = (from..today).filter(|day| !nights.contains(day));
    missing.filter_map(|day| from_days(day).map(|date| date.to_string())).collect()
}

/// Records the nights that never ran and whose work a run has done, once each.
///
/// # Errors
/// Where the lake cannot be written.
pub(super) async fn record_caught_up(
    storage: &Storage,
    report: &Report,
) -> Result<(), PublishError> {
    let rows: Vec<Report> = report
        .caught_up
        .iter()
        .map(|day| Report {
            schema: report.schema.clone(),
            run_id: format!("{}-{day}", NIGHTLY.1),
            command: report.command.clone(),
            logical_date: Some(day.clone()),
            caught_up_by: Some(report.run_id.clone()),
            started_at: report.finished_at.clone(),
            finished_at: report.finished_at.clone(),
            outcome: "caught_up".into(),
            release_id: report.release_id.clone(),
            ..Report::default()
        })
        .collect();
    Ok(report::save_caught_up(storage, &rows).await?)
}

#[cfg(test)]
mod tests {
    use super::missed;

    #[test]
    fn a_night_without_a_run_is_missed_once() {
        let known = ["20261101T000000.000000Z", "demo-2026-11-20", "nightly-2026-11-24"];
        let known = known.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(missed(&known, "2026-11-27"), ["2026-11-25", "2026-11-26"]);
        assert!(missed(&known, "2026-11-25").is_empty(), "tonight is not missed");
        let mut known = known;
        known.insert("nightly-2026-11-26-2".into());
        assert_eq!(missed(&known, "2026-11-27"), ["2026-11-25"]);
        assert!(missed(&["demo-2026-11-20".to_owned()].into(), "2026-11-27").is_empty());
    }
}
