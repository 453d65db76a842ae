//! What a monitor reads of a lake: releases, nights, what came and what was refused.
//!
//! Names follow Prometheus and Vector: the unit at the end, `_total` for what is counted up.
//! Counts of rows and files are those of the ledger, by the office that sent them.

use crate::error::PublishError;
use crate::status;
use crate::table::{Record, Table};
use koridor_lake::Engine;
use koridor_lake::ledger::report::Step;

/// Whether a number is counted up or goes up and down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is counted up.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Counts by upper bounds, with a sum and a count of all.
    Histogram,
}

/// A number with its labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// What follows the name: of a histogram `_bucket`, `_sum` or `_count`, else nothing.
    pub suffix: &'static str,
    /// Names and values of labels.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: f64,
}

impl Sample {
    /// A number with its labels.
    pub fn new(labels: Vec<(&'static str, String)>, value: f64) -> Self {
        Self { suffix: "", labels, value }
    }
}

/// Numbers of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Name, its unit last.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
    /// Whether it is counted up.
    pub kind: Kind,
    /// The numbers; none where nothing is known, which is not zero.
    pub samples: Vec<Sample>,
}

/// The metrics of a lake. `version` is the program's.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn metrics(engine: &Engine, version: &str) -> Result<Vec<Metric>, PublishError> {
    let mut metrics = vec![Metric {
        name: "koridor_build_info",
        help: "The program that wrote this; always 1.",
        kind: Kind::Gauge,
        samples: vec![Sample::new(vec![("version", version.to_owned())], 1.0)],
    }];
    let lake = Table::named(engine, "metrics_lake", []).await?;
    if let Some(record) = lake.records().next() {
        metrics.extend(of_lake(&record));
    }
    metrics.extend(of_sources(engine).await?);
    metrics.extend(of_runs(engine).await?);
    metrics.push(of_needs(engine).await?);
    Ok(metrics)
}

/// Columns of `metrics_lake`, what each is called and what it is.
const LAKE: [(&str, &str, &str); 7] = [
    (
        "release_at",
        "koridor_release_timestamp_seconds",
        "When the current release was made, seconds since 1970.",
    ),
    ("release_values", "koridor_release_values", "Values of the current release."),
    ("release_warnings", "koridor_release_warnings", "Checks of the current release that warn."),
    (
        "arrival_at",
        "koridor_last_arrival_timestamp_seconds",
        "When the last file came that was loaded, seconds since 1970.",
    ),
    (
        "run_at",
        "koridor_last_run_timestamp_seconds",
        "When the last night ended, however it ended, seconds since 1970.",
    ),
    (
        "success_at",
        "koridor_last_success_timestamp_seconds",
        "When the last night ended that did not fail, seconds since 1970.",
    ),
    ("held_files", "koridor_held_files", "Files that are held until somebody accepts them."),
];

fn of_lake(record: &Record<'_>) -> Vec<Metric> {
    let metric = |(column, name, help): (&str, &'static str, &'static str)| {
        let samples = record.number(column).map(|value| Sample::new(Vec::new(), value));
        Metric { name, help, kind: Kind::Gauge, samples: samples.into_iter().collect() }
    };
    LAKE.map(metric).into()
}

/// Columns of `metrics_sources`: what is counted, and what it is.
const SOURCES: [(&str, &str, &str, Kind); 8] = [
    (
        "arrival_at",
        "koridor_source_last_arrival_timestamp_seconds",
        "When the last file of an office came that was loaded, seconds since 1970.",
        Kind::Gauge,
    ),
    (
        "rows_read",
        "koridor_rows_read_total",
        "Rows of files, by the office that sent them.",
        Kind::Counter,
    ),
    ("rows_accepted", "koridor_rows_accepted_total", "Rows that were accepted.", Kind::Counter),
    ("rows_refused", "koridor_rows_refused_total", "Rows that were refused.", Kind::Counter),
    (
        "rows_ignored",
        "koridor_rows_ignored_total",
        "Rows that are no data, such as titles and totals.",
        Kind::Counter,
    ),
    (
        "rows_erased",
        "koridor_rows_erased_total",
        "Rows that were taken out of the lake after they had come.",
        Kind::Counter,
    ),
    ("files_read", "koridor_files_read_total", "Files that were read.", Kind::Counter),
    (
        "files_refused",
        "koridor_files_refused_total",
        "Files that were refused as a whole.",
        Kind::Counter,
    ),
];

async fn of_sources(engine: &Engine) -> Result<Vec<Metric>, PublishError> {
    let table = Table::named(engine, "metrics_sources", []).await?;
    let metric = |(column, name, help, kind): (&str, &'static str, &'static str, Kind)| {
        let samples = table.records().filter_map(|record| {
            let labels = vec![("source", record.text_or_empty("source_id"))];
            Some(Sample::new(labels, record.number(column)?))
        });
        Metric { name, help, kind, samples: samples.collect() }
    };
    Ok(SOURCES.map(metric).into())
}

/// Nights by how they ended, and the steps of the last one.
async fn of_runs(engine: &Engine) -> Result<Vec<Metric>, PublishError> {
    let outcomes = Table::named(engine, "metrics_runs", []).await?;
    let runs = outcomes.records().map(|record| {
        let labels = vec![("outcome", record.text_or_empty("outcome"))];
        Sample::new(labels, record.number("runs").unwrap_or_default())
    });
    let runs = Metric {
        name: "koridor_runs_total",
        help: "Nights by how they ended; caught_up are those that never ran.",
        kind: Kind::Counter,
        samples: runs.collect(),
    };
    let last = Table::named(engine, "metrics_last_run", []).await?;
    let steps = last.records().next().and_then(|record| record.text("steps_json"));
    let steps: Vec<Step> =
        steps.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    let seconds =
        steps.into_iter().map(|step| Sample::new(vec![("step", step.name)], step.seconds));
    let seconds = Metric {
        name: "koridor_step_duration_seconds",
        help: "How long each step of the last night took.",
        kind: Kind::Gauge,
        samples: seconds.collect(),
    };
    Ok(vec![runs, seconds])
}

/// How many things need a person, by what they are.
async fn of_needs(engine: &Engine) -> Result<Metric, PublishError> {
    let needs = status::needs(engine).await?;
    let counts = [
        ("failed_run", u64::from(needs.failed_run.is_some())),
        ("stopped_release", needs.stopped_by.len() as u64),
        ("failed_fetches", needs.failed_fetches.len() as u64),
        ("refused_files", needs.refused_files.len() as u64),
        ("held_files", needs.held_files.len() as u64),
        ("empty_files", needs.empty_files.len() as u64),
        ("withheld_figures", needs.withheld.iter().map(|own| own.figures).sum()),
        ("refused_rows", needs.open_refusals.iter().map(|own| own.rows).sum()),
        ("deliveries", needs.deliveries.iter().map(|own| own.deliveries).sum()),
        ("idle_corrections", needs.idle_corrections.len() as u64),
        ("held_changes", u64::from(needs.holds_changes)),
        ("unknown_folders", needs.unknown_folders.len() as u64),
    ];
    let sample =
        |(what, count): (&str, u64)| Sample::new(vec![("what", what.to_owned())], count as f64);
    Ok(Metric {
        name: "koridor_needs_person",
        help: "What needs a person, as `koridor status` shows it.",
        kind: Kind::Gauge,
        samples: counts.map(sample).into(),
    })
}
