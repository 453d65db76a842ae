//! What a new release changes for its readers: values that moved, and those that are gone.

use super::whole::is_whole;
use crate::error::PublishError;
use crate::shared_views::share_views_of;
use crate::table::{Record, Table};
use koridor_lake::Engine;
use koridor_lake::engine::text_parameter;
use koridor_lake::ledger::report::{ChangedValue, Finding, ValueChanges};
use koridor_lake::store::release::Release;

/// Values of a kind that a report names; the others it counts.
const MOST_NAMED: usize = 500;

/// Counts what a person has to look at in rows that numbers are made of.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn findings(engine: &Engine) -> Result<Vec<Finding>, PublishError> {
    share_views_of(engine, &["release_findings"]).await?;
    let table = Table::named(engine, "release_findings", []).await?;
    let finding = |row: Record<'_>| Finding {
        check_name: row.text_or_empty("check_name"),
        count: row.count("findings"),
    };
    Ok(table.records().map(finding).collect())
}

/// Compares a release with the one before it, if there is one; `findings` are those of its rows.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn changes(
    engine: &Engine,
    (before, release): (Option<&Release>, &Release),
    findings: Vec<Finding>,
) -> Result<ValueChanges, PublishError> {
    let mut changes = ValueChanges { findings, ..ValueChanges::default() };
    let Some(before) = before else { return Ok(changes) };
    if !is_whole(engine, before).await? {
        return Ok(changes);
    }
    let parameters = [("from", text_parameter(&before.id)), ("to", text_parameter(&release.id))];
    let table = Table::named(engine, "release_changes", parameters).await?;
    changes.compared_with = Some(before.id.clone());
    for value in table.records() {
        match (value.number("value_from"), value.number("value_to")) {
            (Some(number), Some(_)) => {
                changes.moved += 1;
                if changes.moved_values.len() < MOST_NAMED {
                    changes.moved_values.push(changed(&value, number));
                }
            }
            (None, _) => changes.new += 1,
            (Some(number), None) => {
                changes.lost += 1;
                if changes.lost_values.len() < MOST_NAMED {
                    changes.lost_values.push(changed(&value, number));
                }
            }
        }
    }
    Ok(changes)
}

fn changed(value: &Record<'_>, number: f64) -> ChangedValue {
    ChangedValue {
        indicator_id: value.text_or_empty("indicator_id"),
        region_code: value.text_or_empty("region_code"),
        grain: value.text_or_empty("grain"),
        period: value.text_or_empty("period"),
        breakdown: value.text_or_empty("breakdown"),
        value: number,
        value_to: value.number("value_to"),
        state: value.text_or_empty("state_to"),
        flags: value.text("flags"),
    }
}
