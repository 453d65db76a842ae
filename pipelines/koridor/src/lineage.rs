//! Tells others what a run did: events of OpenLineage, to a file or an address.

use crate::context::Context;
use koridor_lake::ledger::report;
use koridor_publish::lineage;
use std::collections::BTreeSet;
use std::io::Write;
use std::time::Duration;

/// Where events go: `file:PATH`, a line each, or `http(s)://...`.
const TO: &str = "KORIDOR_OPENLINEAGE";
/// A key for the address, sent as a bearer's.
const KEY: &str = "KORIDOR_OPENLINEAGE_KEY";

/// The names of the runs that there are, where somebody is to be told of the next.
pub async fn known(context: &Context) -> BTreeSet<String> {
    match receiver() {
        Some(_) => {
            report::run_ids(&context.storage).await.unwrap_or_default().into_iter().collect()
        }
        None => BTreeSet::new(),
    }
}

fn receiver() -> Option<String> {
    std::env::var(TO).ok().filter(|to| !to.is_empty())
}

/// Tells of the runs that are not known `before`, where somebody is to be told: of one that was
/// killed, whose report the next one writes, and of that. A run that has left no report tells
/// nothing. That nobody could be told is said and stops nothing.
pub async fn tell(context: &Context, before: &BTreeSet<String>) {
    let Some(to) = receiver() else { return };
    if let Err(error) = told(context, &to, before).await {
        context.printer.error_line(&format!("{TO}: {error:#}"));
    }
}

async fn told(context: &Context, to: &str, before: &BTreeSet<String>) -> anyhow::Result<()> {
    let place = context.storage.url().to_string();
    let place = place.trim_end_matches('/');
    let mut reports = Vec::new();
    for run_id in report::run_ids(&context.storage).await? {
        if !before.contains(&run_id) {
            reports.extend(report::of_run(&context.storage, &run_id).await?);
        }
    }
    // A night that never ran did nothing.
    reports.retain(|own| own.caught_up_by.is_none());
    reports.sort_by(|left, right| left.started_at.cmp(&right.started_at));
    let mut events = Vec::new();
    for report in &reports {
        events.extend(lineage::events(&context.project, report, place)?);
    }
    if let Some(path) = to.strip_prefix("file:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        let mut lines = String::new();
        for event in events {
            lines.push_str(&event.to_string());
            lines.push('\n');
        }
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        return Ok(file.write_all(lines.as_bytes())?);
    }
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
    for event in events {
        let mut request = client.post(to).header("content-type", "application/json");
        if let Ok(key) = std::env::var(KEY) {
            request = request.bearer_auth(key);
        }
        let answer = request.body(event.to_string()).send().await;
        answer
            .and_then(reqwest::Response::error_for_status)
            .map_err(reqwest::Error::without_url)?;
    }
    Ok(())
}
